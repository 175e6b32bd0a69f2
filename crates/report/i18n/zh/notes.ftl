# 哪些没有测到、丢失了，以及因此哪些结论要打折扣。

note-overhead-unknown = 未估计测量本身的开销
note-overhead = 测量本身约占程序 CPU 时间的 { $share }（估计值）
note-lost-events = 缓冲区写满，丢失 { $count } 个事件；分配、等待与 I/O 的次数只是下限
note-perf-refused = 此处无法使用 perf_event（{ $reason }），改由程序内的定时器采样
note-no-kernel-samples = 无法在内核中采样，内核时间只有总数
note-few-samples = { $count ->
    [0] 没有采到 CPU 样本：运行时间太短，无法判断时间花在哪里
   *[other] 只采到 { $count } 个 CPU 样本，各项占比只是粗略值；让程序多做些工作可以得到更准的结果
}
note-lost-samples = 缓冲区写满，丢失 { $count } 个 CPU 样本
note-clippy-missing = 没有安装 clippy，未向它询问（`rustup component add clippy`）
note-clippy-failed = clippy 未能检查完这个包，缺少它的提示（`cargo clippy` 会显示原因）
note-time-in-dependency = 运行时间的 { $held } 花在依赖的代码里，其中 { $crate } 占 { $share }：`--include-deps={ $crate }` 会把该 crate 当作您自己的代码，并在其代码行里寻找原因
note-no-sampler = 无法进行 CPU 采样，各行耗时未知
note-no-hardware-counters = 本机没有可用的硬件计数器，未测量缓存未命中与分支预测失败
note-agent-unavailable = 未记录分配、锁等待与 I/O：{ $reason }
note-agent-not-loaded = 未记录分配、锁等待与 I/O：程序不加载共享库（静态链接），或清除了 LD_PRELOAD
note-lost-threads = { $count } 个线程没有分到缓冲区，缺少它们的分配、等待与 I/O

symbols-stripped = { $file } 既无符号也无调试信息，其中的函数没有名称；请以 debug = 1 和 strip = "none" 编译
symbols-without-lines = { $file } 没有调试信息，函数名取自符号表，没有文件与行号；请以 debug = 1 编译
symbols-damaged = { $file } 的调试信息已损坏，函数名取自符号表，没有文件与行号
symbols-file-missing = { $file } 已不存在，或运行之后有改动，其中的函数没有名称
