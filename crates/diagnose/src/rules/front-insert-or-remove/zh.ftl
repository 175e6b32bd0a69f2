front-insert-or-remove-title-front = 在列表开头执行 {$call} 会搬移其余全部元素
front-insert-or-remove-title-middle = 在列表中间执行 {$call} 会搬移其后的全部元素
front-insert-or-remove-why = 每次调用都用 memmove 搬移该位置之后的元素，因此开销随长度的平方增长
front-insert-or-remove-fix-deque = 改用 VecDeque 的 pop_front 与 push_front，或用下标遍历列表
front-insert-or-remove-fix-tree = 改用 BTreeMap，或先收集再一次排序；不在意顺序时用 swap_remove
front-insert-or-remove-title-text = 在文本开头执行 {$call} 会搬移其余全部内容
front-insert-or-remove-fix-text = 把文本反过来保存并使用其末尾（`pop`、`push`），或用 `chars()`、下标遍历
