lock-held-long-title = the lock `{$lock}` is held over work that does not need it
lock-held-long-why = {$share} of what is done under it does not touch what it guards, while {$waiting} of all threads' time goes into waiting for it
lock-held-long-fix = do that work before taking the lock or after letting go of it; end the guard with its last use (a block of its own, or `drop`)
