unbuffered-io-title-write = {$calls} 次无缓冲写入，平均每次 {$size}
unbuffered-io-title-read = {$calls} 次无缓冲读取，平均每次 {$size}
unbuffered-io-title-print = 打印 {$calls} 行，每行一次写入，平均 {$size}
unbuffered-io-why = 每一次都是一个系统调用，写一个字节与写八千字节的开销相差无几
unbuffered-io-fix-write = 在循环之外用 BufWriter 包装写入端一次，并在结束时 flush
unbuffered-io-fix-read = 在循环之外用 BufReader 包装读取端一次
unbuffered-io-fix-print = 只锁定一次标准输出，用 BufWriter 包装该锁，再对它使用 writeln!
