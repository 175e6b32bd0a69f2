# `--help` 的中文。英文写在参数定义的文档注释里。

about = 说明 Rust 程序的时间花在哪里、为什么、该改什么
command-run = 编译、运行并诊断一个程序（默认命令）
command-report = 再次显示最近一次或指定的记录
command-doctor = 说明本机能测量什么、不能测量什么
command-explain = 显示一条规则的说明，或列出所有规则
command-demo = 编译、运行并诊断一个自带的慢程序：两分钟上手
exit-codes-run = 退出码：0 完成 · 1 有 --deny 禁止的发现 · 2 用法或环境错误、编译失败 · 101 内部错误 · 加 --exit-target 时为程序自己的退出码


arg-exe = 运行一个已编译的 ELF 程序，而不是编译软件包
arg-package = 程序所在的软件包
arg-bin = 运行这个二进制程序
arg-example = 运行这个示例
arg-test = 运行这个集成测试
arg-bench = 运行这个基准测试
arg-lib = 运行库的单元测试
arg-release = 以 release 配置编译（默认）
arg-profile = 以此配置编译
arg-all_features = 启用所有 feature
arg-no_default_features = 不启用 `default` feature
arg-features = 要启用的 feature，以空格或逗号分隔
arg-manifest_path = Cargo.toml 的路径
arg-target_dir = 存放所有生成文件的目录
arg-locked = 要求 Cargo.lock 保持不变
arg-offline = 不访问网络
arg-frozen = 等同于同时指定 --locked 和 --offline
arg-jobs = 并行编译的任务数
arg-no_clippy = 不向 clippy 询问热点代码行

arg-duration = 到时停止程序，报告已运行的部分
arg-freq = 每秒处理器时间的采样数 [默认：997]
arg-heap = 如何记录内存分配 [默认：sampled]
arg-sampler = 用什么采集 CPU 样本 [默认：auto]

arg-include_deps = 把依赖也当作您自己的代码：全部，或所列的几个
arg-all = 也显示不到运行时间 3 % 的发现
arg-json = 将报告写成 JSON（- 表示写到标准输出，代替报告）
arg-collapsed = 写出用于火焰图的折叠栈（- 表示写到标准输出，代替报告）
arg-deny = 有此级别或数字更小的发现时以 1 退出（1 算法 … 7 编译设置），或 any 表示任何发现
arg-quiet = 不显示进度和 cargo 的信息；与 --json 或 --collapsed 同用时也不显示报告
arg-exit_target = 以程序自己的退出码或信号退出
arg-args = 传给程序的参数
arg-recording = 一份记录，或其所在目录 [默认：本软件包和无软件包程序的最新一份]
arg-rule = 规则的名称，与报告中相同
arg-keep = 把程序解包到这里并保留，供查看和修改
arg-color = 何时使用颜色
arg-lang = 语言 [默认：随环境]
command-compare = 让多个程序互相比较，说明哪个更快
arg-baseline = 基准：本项目的 git 版本、包的目录（`.` 为工作树）、可执行文件或命令
arg-candidates = 要与它比较的对象，种类相同
arg-by = 比较什么
arg-warmup = 计数之前每个程序预跑的次数
arg-max_pairs = 至多测量多少对
arg-max_time = 超过这么多秒不再开始新的一对；无论如何都会测满十对
arg-min_effect = 小于此百分比的差别不予关心
arg-input = 程序从标准输入读取的文件
arg-prepare = 每次运行之前执行的命令，不计时
arg-ignore_failure = 程序可以以失败结束
arg-ignore_output = 不比较程序的输出
arg-seed = 随机顺序的种子
arg-fail_on_regression = 某个候选至少慢这么多（百分比）时以 1 退出
arg-markdown = 以 Markdown 写出比较结果（- 为标准输出，代替报告）
exit-codes-compare = 退出码：0 完成 · 1 出现 --fail-on-regression 禁止的退化 · 2 用法或环境有误、编译或程序失败
