allocator-bound-title = 运行的 {$share} 用在各处申请和归还内存上
allocator-bound-why = 共有 {$allocations} 块内存（平均 {$bytes}）经过 C 库的分配器，单个位置最多只占其中的 {$busiest}
allocator-bound-fix-allocator = 整个程序改用别的分配器：以 `#[global_allocator]` 使用 `mimalloc` 或 `tikv-jemallocator`
allocator-bound-fix-less = 少申请内存块：借用输入、索引同一个向量、对同时释放的内容使用内存池
