needless-clone-title = `{$clone}` 产生的副本只被读取
needless-clone-title-type = `{$clone}` 复制了一个只被读取的 `{$type}`
needless-clone-why-handle = 每个句柄都要在内存中增减计数，其他线程也可能在同处计数；借用则没有开销
needless-clone-why = 每个副本都要申请内存、搬移全部字节，随后又很快释放；借用则没有开销
needless-clone-why-returned = 该函数交出一个副本，而调用方只读取后就丢弃；返回引用则没有开销
needless-clone-fix-borrow = 用借用代替克隆
needless-clone-fix-return = 返回引用，由确实需要副本的调用方自行克隆
