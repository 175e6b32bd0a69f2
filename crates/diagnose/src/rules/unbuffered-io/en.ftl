unbuffered-io-title-write = {$calls} unbuffered writes of {$size} on average
unbuffered-io-title-read = {$calls} unbuffered reads of {$size} on average
unbuffered-io-title-print = {$calls} lines printed with a write of {$size} each, on average
unbuffered-io-why = every one of them is a system call, which costs about the same for one byte as for eight kilobytes
unbuffered-io-fix-write = wrap the writer in a BufWriter once, outside the loop, and flush it at the end
unbuffered-io-fix-read = wrap the reader in a BufReader once, outside the loop
unbuffered-io-fix-print = lock standard output once, wrap the lock in a BufWriter, and use writeln! on it
