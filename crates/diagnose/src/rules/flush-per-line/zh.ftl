flush-per-line-title-flush = 缓冲区被清空 {$calls} 次，平均每次其中只有 {$size}
flush-per-line-title-line = 逐行写出 {$calls} 行，平均每行 {$size}
flush-per-line-why-flush = flush 会写出缓冲区里的全部内容；每攒几个字节就 flush，八千字节的缓冲区便毫无作用
flush-per-line-why-line = 该写入端按行缓冲：遇到行尾就发出一次系统调用，写往文件或管道时也是如此
flush-per-line-fix-flush = 在循环之后只 flush 一次；缓冲区写满时会自行写出
flush-per-line-fix-line = 在循环之外用 BufWriter 包装写入端一次，并在结束时 flush
