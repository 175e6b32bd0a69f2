# 跟踪镜头。

header-traced = 每次内存访问都已计数

findings-none-traced = 没有内存规则超过访问预测代价的 { $limit }；计数见下

heading-trace = 内存访问
heading-trace-lines = 缓存未命中最多的代码行
heading-trace-objects = 未命中的内存
heading-trace-shared = 线程之间相互争夺的缓存行

trace-shared = 因未用到的字节失去 { $false } 次，因用到的字节失去 { $true } 次
trace-sharer-writes = { $thread } 写 { $object } 的字节 { $bytes }，在 { $place }
trace-sharer-reads = { $thread } 读 { $object } 的字节 { $bytes }，在 { $place }
trace-accesses = 读 { $reads } 次，写 { $writes } 次，其中原子访问 { $atomics } 次
trace-bytes = 读 { $read }，写 { $written }
trace-copies = 复制和填充 { $copies } 次
trace-calls = 函数调用 { $calls } 次
trace-level = L{ $level }（{ $size }，{ $ways } 路）：未命中 { $misses } 次，占访问的 { $share }
trace-coherence = 因其他线程写入而未命中 { $misses } 次

column-accesses = 访问
column-l1-misses = L1
column-l2-misses = L2
column-last-misses = 末级
column-used = 用到
column-object = 对象

object-heap = 堆，{ $function }（{ $place }）
object-heap-unplaced = 堆，{ $function }
object-static = 静态变量 { $name }
object-stack = 栈
object-other = 其他内存

note-trace-no-times = 被跟踪的程序会慢几倍：时间不代表原程序，计数代表
note-trace-unseen = 未观察到：不在此处编译的代码（std 的预编译部分、C 代码、汇编）以及不经过内存的访问；未命中次数来自缓存模型
note-trace-lost-threads = { $count } 个线程未被跟踪：同时运行的线程超过 1024 个
note-trace-lost-rows = { $count } 处代码或缓存行在跟踪表中没有位置，因而缺失

exact-repeats = 计数两次，结果相同
exact-varies = 计数两次，相差 { $accesses } 次访问：程序中有随机成分
exact-less = 工作变少：内存访问减少 { $difference }
exact-more = 工作变多：内存访问增加 { $difference }
exact-same = 工作相同
exact-accesses = 内存访问
exact-bytes = 移动的字节
exact-calls = 函数调用
exact-l1-misses = L1 未命中（模拟）
exact-l2-misses = L2 未命中（模拟）
exact-last-misses = 末级未命中（模拟）
exact-functions = 有变化的函数的内存访问
