# 各命令的进度、提问与错误。

label-note = 注意：
label-error = 错误：
label-help = 建议：

progress-running = 已运行 { $elapsed } 秒，{ $samples } 个样本
progress-symbolizing = 正在解析地址

internal-error = whyslow 遇到内部错误。这是 whyslow 的缺陷，与您的程序无关，抱歉。
    请将以下内容报告至 { $address }：

error-no-manifest = 这里没有软件包：当前目录及其上级目录中没有 Cargo.toml
help-no-manifest = 进入软件包目录，或用 --manifest-path PATH 指定软件包，或用 --exe PATH 指定已编译的程序
error-metadata = 无法读取软件包：{ $reason }
error-nothing-to-run = 软件包 { $package } 没有可运行的 { $kind }；{ $advice }
error-ambiguous = 有多个程序可选，请指定其一：{ $choices }
error-cargo = 无法启动 cargo：{ $reason }；它在 PATH 中吗？
error-build-failed = 编译失败；cargo 的信息见上文
help-target-dir = { $path } 不可写；请用 --target-dir DIRECTORY 指定其他目录
error-executable = 无法运行 { $path }：{ $reason }
error-launch = 无法启动 { $path }：{ $reason }
error-trace-unsupported = { $compiler } 无法编译可跟踪的程序：{ $reason }
help-trace-unsupported = 跟踪镜头需要 LLVM 15 或更新版本的线程检查（ThreadSanitizer）趟，以及使用 glibc 的 x86-64 Linux；`cargo whyslow run` 不需要它
error-not-traceable = { $path } 不是为跟踪而编译的
help-not-traceable = 去掉 --exe：`cargo whyslow trace` 会在 target/whyslow/trace 中按需要编译程序
error-write = 无法写入 { $path }：{ $reason }
error-perf-refused = perf_event 被拒绝：{ $reason }
help-perf-refused = 让 whyslow 自行选择采样器（--sampler auto），或用 `cargo whyslow doctor` 查明原因
error-system = { $what }：{ $reason }

error-recording-read = 无法读取记录 { $path }：{ $reason }
error-recording-foreign = { $path } 不是 whyslow 的记录
error-recording-version = { $path } 由其他版本的 whyslow 写成；请重新记录
error-recording-damaged = { $path } 被截断或已损坏；请重新记录
error-no-recording = 还没有记录
help-no-recording = 用 `cargo whyslow run` 生成一份，或指定一份记录
note-recording-elsewhere = 记录保存在 { $path }，因为原定位置无法写入：{ $reason }
note-recording-nowhere = 记录未能保存：{ $reason }
note-sources-changed = { $count } 个源文件在程序编译之后有改动，行号可能已移动：{ $files }

error-unknown-rule = 没有名为 { $rule } 的规则
help-unknown-rule = `cargo whyslow explain` 列出所有规则
help-did-you-mean = 您是指 { $rule } 吗？
explain-list = 规则（按级别）；`cargo whyslow explain RULE` 显示其说明。

demo-next = `cargo whyslow demo --fix` 从这里继续：完成修复，加以验证，并显示差异
demo-next-kept = 请在该目录中继续：`cargo whyslow` 与 `cargo whyslow fix`
demo-proving = 在副本中完成修复、编译，并以八分之一的订单计时；需要几分钟
demo-unpacked = 示例程序已解包到 { $path }
demo-not-empty = { $path } 已存在且非空
help-demo-not-empty = 请指定一个尚不存在的目录

doctor-measuring = 正在逐项尝试，约需四秒
doctor-heading-machine = 本机
doctor-heading-checks = 可测量的内容
doctor-heading-noise = 噪声
doctor-cpu = { $model }，{ $online } 个 CPU 中可用 { $usable } 个
doctor-cache-level = { $level } 级缓存：{ $size }，{ $ways } 路，缓存行 { $line }，由 { $cpus } 个 CPU 共享
doctor-memory = 内存：{ $memory }
doctor-memory-limited = 内存：{ $memory }，控制组允许 { $limit }
doctor-numa = { $nodes } 个 NUMA 节点
doctor-governor = 频率调节策略：{ $governor }
doctor-governor-unknown = 频率调节策略：内核未提供
doctor-kernel = Linux { $release }
doctor-kernel-virtual = Linux { $release }，运行在虚拟机中
doctor-toolchain = { $rustc }；{ $cargo }
doctor-toolchain-absent = PATH 中没有 Rust 工具链：只能运行已编译的程序（--exe）

doctor-line = { $item }：{ $detail }
doctor-item-perf-events = perf_event 的 CPU 样本
doctor-item-kernel-samples = 样本中的内核时间
doctor-item-timers = 程序内定时器的 CPU 样本
doctor-item-agent = 堆
doctor-item-lock-waits = 锁等待
doctor-item-io-calls = I/O 调用
doctor-item-hardware-counters = 硬件计数器
doctor-item-cache-directory = 缓存目录

doctor-samples = { $cpu } 的 CPU 时间内 { $samples } 个样本
doctor-refused = { $reason }
doctor-perf-paranoid = 被拒绝：kernel.perf_event_paranoid 为 { $level }；`sysctl kernel.perf_event_paranoid=2` 或 CAP_PERFMON 可放行，否则使用定时器
doctor-perf-policy = { $reason }：被容器的 seccomp 策略或安全模块禁止；改用定时器
doctor-perf-absent = 此内核没有 perf_event；改用定时器
doctor-kernel-needs-perf = 只有 perf_event 能看到；I/O 调用与缺页仍按总量计时
doctor-kernel-seen = 内核栈可见
doctor-kernel-hidden = kernel.perf_event_paranoid 大于 1：内核时间只有总和
doctor-agent-counted = 看到 { $seen } 次分配，其中测试进行了 { $made } 次，其余来自启动
doctor-agent-absent = 代理未能加载：没有堆、锁等待和 I/O
doctor-waits = 看到 { $seen } 次等待
doctor-writes = { $made } 次写入中看到 { $seen } 次
doctor-counters-seen = 可以对周期计数
doctor-counters-refused = 处理器具备，但 perf_event 被拒绝
doctor-counters-absent = 看不到性能监控单元，多数虚拟机如此
doctor-cache = { $path }，剩余 { $free }
doctor-cache-refused = 无法写入 { $path }：{ $reason }；请设置 XDG_CACHE_HOME
doctor-noise = 同样的工作运行两次，一半的成对结果相差在 { $median } 以内，100 对中有 95 对相差在 { $p95 } 以内（{ $pairs } 对，每次 { $run }）：更小的差异在此没有意义
rules-title = 规则
rules-intro = whyslow 寻找的模式，按层次排列：先试编号小的。`cargo whyslow explain RULE` 显示同样的页面。

progress-warming-up = 正在预热
progress-comparing = 第 { $pairs } 对（至多 { $most } 对），{ $elapsed }：{ $estimates }
note-output-differs = { $name } 的输出与基准不同
error-no-instructions = 本机不统计指令数；请按 cpu 或 wall 比较
error-max-time = { $value } 不能作为比较的时限
error-no-subject = { $spec } 不是本项目的版本，也不是目录、可执行文件或命令
help-no-subject = 请比较其中两个：`main`、`HEAD~1`、`.`、`../other-checkout`、`./program`、`"program --flag"`
error-no-package = 没有 { $path }
error-command-line = 无法把这条命令拆成单词：{ $command }
error-git = git 失败：{ $reason }
error-program-failed = { $program } 失败（{ $status }）：{ $stderr }
help-program-failed = --input FILE 提供输入；`compare --ignore-failure` 可比较会失败的程序
error-read = 无法读取 { $path }：{ $reason }
error-output = 无法保存程序的输出：{ $reason }

fix-nothing-to-try = 这些发现都没有可以自动完成的修复；报告中写有做法
fix-applied = 已写入：{ $files }
fix-apply-hint = `cargo whyslow fix --apply` 会把它写入您的文件
progress-fix-building = 正在编译 { $name }
progress-fix-testing = 正在测试 { $name }
progress-fix-timing = 正在计时 { $name }
error-recording-of-other = 最近的记录不属于这个包：{ $path }
error-sources-changed = 记录之后源代码已改变，行号可能不再对应
help-record-again = 用 `cargo whyslow` 重新记录
error-no-finding = 没有第 { $id } 条发现；报告共有 { $last } 条
error-no-vcs = 没有可用来撤销修改的 git 仓库
help-no-vcs = --allow-no-vcs 会照样写入
error-dirty = 工作树中有未提交的修改
help-dirty = 请先提交，或用 --allow-dirty
error-unknown-harness = { $program } 中没有 criterion 或 divan 的基准测试：只有它们的才能逐项比较
help-unknown-harness = criterion 和 divan 需要在 [[bench]] 中写 `harness = false`；`#[bench]` 需要 nightly Rust，其数字不会被读取；您自己的程序可用 --bin 或 --example 整体比较
error-no-benchmarks = { $suites } 没有运行任何基准测试
help-no-benchmarks = `--` 之后的内容会交给测试框架：是否过滤条件不匹配任何一项？
error-no-common-benchmark = { $suites } 没有共同的基准测试；基准中有 { $ids }
error-bench-metric = 基准测试只测墙钟时间：--by { $metric } 用于整体比较程序
error-fix-does-not-build = 程序本身无法编译：{ $reason }
error-fix-tests-fail = 未作任何修改时测试就失败：{ $reason }
help-fix-tests-fail = 请先修好测试，或用 --no-test；--check 的命令必须接受未修改的程序
error-fix-no-space = 没有剩余空间可供编译：{ $reason }
help-fix-no-space = `fix` 在目标目录下编译（--target-dir 可另选）；至此得出的结论都已保留
error-fix-unstable = 程序每次运行的输出都不同，因此无法判断修复是否改变了输出
help-fix-program-failed = 需要输入的程序用 --input FILE 提供，参数写在 -- 之后；本来就会失败的程序，录制时也必须是失败的
help-fix-unstable = --check COMMAND 改为询问您自己的命令，--ignore-output 则不检查

target-program = 程序
target-library = 库
target-bin = 程序 { $name }
target-example = 示例 { $name }
target-test = 测试 { $name }
target-bench = 基准测试 { $name }
target-package = 该名称的软件包
advice-workspace-has = 工作区中有：{ $packages }
advice-it-has = 它有：{ $flags }
advice-write-example = 请写一个使用它的示例，或用 --exe PATH 指定已编译的程序
executable-unreadable = { $reason }
executable-directory = 这是一个目录
executable-mode = 它不可执行（chmod +x）
executable-no-elf = 它不是 ELF 程序；请指定程序本身，而不是启动它的脚本
executable-architecture = 它不是为 64 位 x86 编译的，而 whyslow 只测量这种架构
failed-waiting = 无法等待程序结束
failed-reading-cargo = 无法读取 cargo 的信息
failed-making-memory = 无法创建与程序共享的内存
failed-making-folder = 无法创建存放临时文件的目录
failed-making-pipe = 无法创建管道

error-no-calibration = 还没有为这个包的任何修复计过时
help-no-calibration = `cargo whyslow fix` 会为修复计时
