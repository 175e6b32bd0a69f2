# 报告：标题、栏目名，以及数字周围的文字。

header-wall = 墙钟时间 { $wall }
header-cpu = CPU 时间 { $cpu }
header-threads = { $threads } 个线程
header-samples = { $samples } 个样本（{ $sampler }）
header-no-samples = 没有 CPU 样本
header-peak = 内存峰值 { $peak }
header-partial = 程序结束前已停止记录
header-exit-code = 退出码 { $code }
header-signal = 被 { $signal } 终止
header-running = 仍在运行

heading-time = 时间花在哪里
heading-findings = 为什么慢
heading-hotspots = 热点
heading-checklist = 评审清单
heading-notes = 说明

time-total = 各线程合计 { $total }
time-compute = 计算
time-allocate = 内存分配
time-copy = 复制
time-hash = 哈希
time-format = 格式化
time-sort = 排序
time-drop = 析构
time-lock-wait = 锁等待
time-io = I/O
time-sleep = 休眠
time-kernel = 内核
time-other = 其他

findings-none = 没有占比超过 { $limit } 的开销符合任何规则；时间花在下面的热点上
findings-none-at-all = 没有符合任何规则；时间花在下面的热点上
findings-none-no-samples = 没有占比超过 { $limit } 的开销符合任何规则，也没有样本能说明时间花在哪里
finding-share = 占总开销 { $share }
finding-speedup = 消除后加速比 { $factor }（预测）
finding-rule = { $rule }（{ $level }）
finding-rule-unsure = { $rule }（{ $level }，{ $confidence }）
finding-also = 另见
finding-also-more = 以及另外 { $places } 处
fix-needs = 需要依赖 { $name } { $version }

level-1 = 算法
    .gain = 通常快 10–1000 倍
level-2 = 数据结构
    .gain = 通常快 2–10 倍
level-3 = 内存分配
    .gain = 通常快 2–5 倍
level-4 = 缓存
    .gain = 通常快 1.5–3 倍
level-5 = 并行
    .gain = 通常快 2–8 倍
level-6 = 批处理与 I/O
    .gain = 通常快 2–50 倍
level-7 = 构建设置
    .gain = 通常快 1.1–10 倍

confidence-measured = 已实测
confidence-likely = 很可能
confidence-possible = 可能

effort-simple = 改一两行
effort-moderate = 改一个函数或类型
effort-complex = 要改多处

work-own = 自身代码
work-free = 释放内存
work-grow = 扩容
work-sort = 排序
work-lock = 加锁
work-lock-wait = 锁等待
work-idle = 空闲
work-sleep = 休眠
work-poll = 轮询
work-page-fault = 缺页

column-self = 自身
column-total = 累计
column-place = 位置
column-function = 函数
column-operation = 操作

next-recording = 记录保存在 { $path }
next-report = 再次查看本报告
next-json = 以 JSON 输出同样的内容
next-fix = 完成无需人工的修复，验证并显示
next-explain = 第一条发现所属规则的详细说明

checklist-profiled = 是否做过性能剖析？
checklist-bottleneck-confirmed = 瓶颈是否经测量证实？
checklist-algorithm-and-data-structure-fit = 算法与数据结构是否合适？
checklist-no-unnecessary-allocations = 是否已没有不必要的内存分配？
checklist-parallelism-where-it-pays = 值得并行的地方是否已并行？
checklist-cache-friendly-layout = 内存布局是否对缓存友好？
checklist-low-lock-contention = 锁争用是否足够低？
checklist-gain-benchmarked = 基准测试是否证明了收益？
checklist-still-readable = 代码是否依然易读？
checklist-samples = { $samples } 个 CPU 样本
checklist-few-samples = 只有 { $samples } 个 CPU 样本，不足以判断份额：请用更大的输入运行
checklist-hottest-line = { $function }：其中最热的一行占总开销 { $share }
checklist-flat = 最热的一行在 { $function } 中，只占总开销 { $share }
checklist-needs-sizes = 没有规则命中；用递增的规模运行才能看出开销如何增长
checklist-needs-cache-model = 采样看不到缓存未命中
checklist-heap-unmeasured = 对堆的测量太少，无法判断
checklist-allocating = { $allocations } 次分配，分配器占总开销 { $share }
checklist-processors = { $processors } 个处理器中有 { $busy } 个在忙
checklist-one-thread = 只有一个线程，无需等待他人
checklist-lock-waiting = 各线程等锁的时间占总开销 { $share }
checklist-finding = { $rule }：占总开销 { $share }
checklist-nothing-measured = 没有任何发现以实测开销为依据
checklist-no-finding = 没有规则命中；但这不足以证明
checklist-needs-scaling = 需以不同线程数运行才能判断
checklist-needs-comparison = 需对两个版本做成对比较才能判断
checklist-needs-reviewer = 需由评审者判断
