read-mostly-mutex-title = threads queue for the mutex `{$lock}` only to read
read-mostly-mutex-why = {$share} of all threads' time goes into waiting for it, though the waiters change nothing and could read side by side
read-mostly-mutex-fix-rwlock = make it an RwLock, and take `read()` where nothing is changed
read-mostly-mutex-fix-snapshot = share a snapshot: an Arc that is replaced as a whole (arc-swap), or data built before the threads start
