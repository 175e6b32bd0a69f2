allocation-churn-title = `{$buffer}` 在每次循环中都重新分配
allocation-churn-why = 第 {$line} 行的循环先后申请并归还了 {$allocations} 块内存（中位大小 {$size}）；保留一块就够了
allocation-churn-fix-hoist = 在第 {$line} 行的循环之前创建它，每次循环中用 `clear()` 清空
allocation-churn-fix-clone = 在第 {$line} 行的循环之外保留一个副本，每次循环中用 `clone_from` 写入
allocation-churn-fix-caller = 把缓冲区放在第 {$line} 行的循环所在之处（或结构体中），以 `&mut` 传入，并在此处 `clear()`
allocation-churn-fix-fill = 让被调用者填充在第 {$line} 行的循环之前创建、每次循环中清空的缓冲区，而不是返回新的
allocation-churn-fix-temporary = 去掉这个临时值，或把它写入一个保留并清空的缓冲区
