small-vector-title = 此处创建的向量，十分之九不超过 {$size}
small-vector-why = {$allocations} 个向量各申请了一块内存，而 {$size} 本可以放在向量自身之内
small-vector-fix-elements = 使用自身可容纳 {$count} 个元素的向量：`SmallVec<[T; {$count}]>`；若不会更多，则用 `ArrayVec`
small-vector-fix-bytes = 使用自身可容纳 {$size} 的向量：`SmallVec`；若不会更多，则用 `ArrayVec`
