lock-held-long-title = 持有锁 `{$lock}` 时做了并不需要它的工作
lock-held-long-why = 持锁期间的工作有 {$share} 并不涉及它所保护的数据，而所有线程的时间中有 {$waiting} 用于等待它
lock-held-long-fix = 把这些工作移到加锁之前或释放之后；让 guard 在最后一次使用后立即结束（单独的块，或 `drop`）
