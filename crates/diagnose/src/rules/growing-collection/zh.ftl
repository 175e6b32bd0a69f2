growing-collection-title = {$call} 填充集合时，集合反复扩容
growing-collection-why = 它被重新分配了 {$growths} 次，共搬移 {$moved}，而填充它的循环事先就知道元素数量
growing-collection-fix = 在循环之前预留空间：用元素数量调用 with_capacity 或 reserve，或从长度已知的迭代器 collect
growing-collection-title-copy = 副本没有空间容纳 {$call} 添加的内容
growing-collection-why-copy = `clone` 只分配恰好容纳所复制内容的空间，于是第一次添加就要把全部内容再搬移一遍：共 {$growths} 次，搬移 {$moved}
growing-collection-fix-copy = 创建时就为要添加的内容留出空间：先 with_capacity，再 extend_from_slice 或 push_str
