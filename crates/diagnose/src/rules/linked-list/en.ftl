linked-list-title = a LinkedList is walked, filled or dropped element by element
linked-list-why = every element is an allocation of its own, so each step waits for memory before the next address is known
linked-list-fix = use a VecDeque, or a Vec where elements are only added at the end: the methods have the same names
