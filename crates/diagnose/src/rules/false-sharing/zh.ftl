false-sharing-title = 线程为不同的变量争夺同一缓存行：{$object}
false-sharing-why = 没有线程使用其他线程在此写入的内容，但每次写入都会让所有线程失去整行
false-sharing-fix-pad = 让各线程的部分独占一行：`crossbeam_utils::CachePadded`，或带 `#[repr(align(128))]` 的包装类型
false-sharing-fix-local = 在局部变量中计数，最后只写一次共享位置
