flush-per-line-title-flush = a buffer emptied {$calls} times, with {$size} in it on average
flush-per-line-title-line = {$calls} lines written one by one, {$size} each on average
flush-per-line-why-flush = a flush writes out what the buffer holds, so a buffer of eight kilobytes saves nothing when it is flushed for every few bytes
flush-per-line-why-line = this writer is line-buffered: it makes a system call at every line end, also when it writes to a file or a pipe
flush-per-line-fix-flush = flush once, after the loop; the buffer writes itself out whenever it is full
flush-per-line-fix-line = wrap the writer in a BufWriter once, outside the loop, and flush it at the end
