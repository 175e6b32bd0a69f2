read-mostly-mutex-title = 多个线程为了读取而排队等待互斥锁 `{$lock}`
read-mostly-mutex-why = 所有线程的时间中有 {$share} 用于等待它，而等待者什么也不修改，本可同时读取
read-mostly-mutex-fix-rwlock = 改用 RwLock，不修改之处用 `read()`
read-mostly-mutex-fix-snapshot = 共享快照：整体替换的 Arc（arc-swap），或在线程启动之前就建好的数据
