linked-list-title = 逐个元素地遍历、填充或释放 LinkedList
linked-list-why = 每个元素都是单独的一次分配，每走一步都要先等内存返回才知道下一个地址
linked-list-fix = 改用 VecDeque；只在末尾添加元素时用 Vec：方法名相同
linked-list-title-own = `{$type}` 是手写的链表，被逐个节点地遍历
linked-list-fix-own = 把元素放进 Vec（或 VecDeque）：下一个元素就是内存中的邻居；用 `partition_point` 和 `insert` 把元素放到该在的位置
