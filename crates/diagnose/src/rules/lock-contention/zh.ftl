lock-contention-title = 多个线程排队等待锁 `{$lock}`
lock-contention-title-print = 多个线程排队等待标准输出的锁
lock-contention-why = 所有线程的时间中有 {$share} 用于等待它（含自旋）；其间同一时刻只有一个线程能前进
lock-contention-fix-shorten = 缩短持锁时间：先计算再加锁，共享状态改完立即释放守卫
lock-contention-fix-split = 让每个线程持有自己的状态并在最后合并，或按键拆成多个分片
lock-contention-fix-atomic = 改用原子变量：fetch_add、store、load 都不需要锁
lock-contention-fix-print = 按线程收集输出，再一次性打印
