linked-list-title = a LinkedList is walked, filled or dropped element by element
linked-list-why = every element is an allocation of its own, so each step waits for memory before the next address is known
linked-list-fix = use a VecDeque, or a Vec where elements are only added at the end: the methods have the same names
linked-list-title-own = `{$type}` is a hand-made linked list that is walked node by node
linked-list-fix-own = keep the elements in a Vec (or a VecDeque): the next one is then the neighbour in memory; `partition_point` and `insert` put an element in its place
