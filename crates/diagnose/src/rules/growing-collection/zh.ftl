growing-collection-title = {$call} 填充集合时，集合反复扩容
growing-collection-why = 它被重新分配了 {$growths} 次，共搬移 {$moved}，而填充它的循环事先就知道元素数量
growing-collection-fix = 在循环之前预留空间：用元素数量调用 with_capacity 或 reserve，或从长度已知的迭代器 collect
