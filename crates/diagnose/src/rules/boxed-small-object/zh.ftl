boxed-small-object-title = `{$call}` 为每个 {$size} 的值单独申请一块内存
boxed-small-object-why = 逐个申请了 {$allocations} 块不超过 {$size} 的内存；直接存放和复制该值更便宜
boxed-small-object-fix-inline = 直接存放值，不用装箱
boxed-small-object-fix-enum = 用已知类型的 `enum` 代替 trait 对象，且不装箱存放
boxed-small-object-fix-shared = 复制该值，或把所有值放在一个向量中，共享下标
boxed-small-object-fix-arena = 把节点放在一个向量中并用下标引用，或使用 `bumpalo` 之类的内存池
