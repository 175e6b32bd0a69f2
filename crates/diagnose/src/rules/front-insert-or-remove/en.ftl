front-insert-or-remove-title-front = {$call} at the front of a list moves all the rest
front-insert-or-remove-title-middle = {$call} in the middle of a list moves everything behind
front-insert-or-remove-why = each call copies the elements behind the place by memmove, so the cost grows with the square of the length
front-insert-or-remove-fix-deque = use a VecDeque with pop_front and push_front, or walk the list by index
front-insert-or-remove-fix-tree = use a BTreeMap, collect first and sort once, or swap_remove where order does not matter
front-insert-or-remove-title-text = {$call} at the front of a text moves all the rest
front-insert-or-remove-fix-text = keep the text the other way round and use its end (`pop`, `push`), or walk it by `chars()` or by index
