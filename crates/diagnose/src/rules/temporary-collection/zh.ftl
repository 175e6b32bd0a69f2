temporary-collection-title = `collect()` 的结果{ $purpose ->
    [walked] 只遍历一次
    [counted] 只用来计数
    [searched] 只取一个元素
    [joined] 只用来连接
    [indexed] 只按下标取一次
   *[compared] 只用来比较
 }就丢弃
temporary-collection-why = 第 {$line} 行的循环每次都把全部元素写入新内存，读取一次后归还
temporary-collection-why-returned = 第 {$line} 行的循环每次执行时，该函数都把全部元素写入新内存；调用方读取一次就丢弃
temporary-collection-fix-walked = 直接遍历迭代器本身
temporary-collection-fix-counted = 用 `count()`；判断是否为空用 `next().is_none()`
temporary-collection-fix-searched = 直接问迭代器：`any`、`find`、`next`、`last`、`nth`
temporary-collection-fix-joined = 边产生边追加到同一个 `String`，或使用 `itertools` 的 `join`
temporary-collection-fix-indexed = 对迭代器使用 `nth`
temporary-collection-fix-compared = 用 `eq` 比较两个迭代器
temporary-collection-fix-returned = 返回 `impl Iterator`，而不是集合
