scattered-access-title-stride = 以大步长访问内存：{$object}
scattered-access-title-linked = 在小的堆块之间跳转：{$object}
scattered-access-why-stride = 每取来一个缓存行只用其中几个字节，其余字节未用之前该行已被替换
scattered-access-why-linked = 每个元素各占一个缓存行，其中大部分无人使用
scattered-access-fix-order = 交换循环次序，让内层循环沿相邻元素前进
scattered-access-fix-array = 把循环需要的内容放进单独的数组（数组的结构）
scattered-access-fix-index = 把元素放进一个 `Vec` 并用下标链接，或把循环要读的内容放在链接旁边
