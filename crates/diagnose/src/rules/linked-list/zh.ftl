linked-list-title = 逐个元素地遍历、填充或释放 LinkedList
linked-list-why = 每个元素都是单独的一次分配，每走一步都要先等内存返回才知道下一个地址
linked-list-fix = 改用 VecDeque；只在末尾添加元素时用 Vec：方法名相同
