lock-contention-title = threads queue for the lock `{$lock}`
lock-contention-title-print = threads queue for the lock of standard output
lock-contention-why = {$share} of all threads' time goes into waiting for it, spinning included; meanwhile one thread at a time gets on
lock-contention-fix-shorten = hold it for less time: compute before locking, and drop the guard as soon as the shared state is changed
lock-contention-fix-split = give each thread its own state and merge at the end, or split it into shards by key
lock-contention-fix-atomic = make it an atomic: fetch_add, store and load need no lock
lock-contention-fix-print = collect output per thread and print it in one piece
