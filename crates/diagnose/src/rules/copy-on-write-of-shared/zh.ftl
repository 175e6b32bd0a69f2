copy-on-write-of-shared-title = `{$call}` 一再复制全部内容
copy-on-write-of-shared-title-handle = 此处的句柄使 `{$call}` 一再复制全部内容
copy-on-write-of-shared-why = 修改时还有另一个句柄存活，因此没有就地修改，而是复制了 {$copies} 次，每次 {$bytes}
copy-on-write-of-shared-why-cow = 每次的值都是借用的，因此复制了 {$copies} 次，每次 {$bytes}
copy-on-write-of-shared-fix-handle = 在修改之前放开第 {$line} 行取得的句柄，或先从中读出所需内容而不保留它
copy-on-write-of-shared-fix-seek = 找出此刻还有谁持有句柄，并在修改之前放开；若每个版本都需要，则保存差异
copy-on-write-of-shared-fix-cow = 只创建一次拥有所有权的值并重复使用，或只在确实要改时才改
