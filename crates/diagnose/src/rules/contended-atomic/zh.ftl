contended-atomic-title = 线程排队修改同一个原子变量：{$object}
contended-atomic-why = 每次修改都要从上一个修改它的核心取走缓存行，线程因此排队
contended-atomic-fix-local = 在局部变量中计数，线程或一批工作结束时一次加上总和
contended-atomic-fix-shards = 每个线程一个计数器，填充到一个缓存行，由读取者求和
contended-atomic-fix-borrow = 不要在循环里克隆 `Arc`：借用其内容，或让每个线程的全部工作只用一个克隆
