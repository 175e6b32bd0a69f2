format-in-loop-title = 循环中的 {$call} 生成随即丢弃的文本
format-in-loop-title-text = 循环中的 {$call} 让纯文本经过整套格式化机制
format-in-loop-why = 每次循环都运行格式化机制并为结果分配内存，却只是用来比较、查找或追加
format-in-loop-why-text = 对单个字符或字符串而言，经由 core::fmt 的调用远比复制本身昂贵
format-in-loop-fix-parts = 直接用各部分比较或查找（以元组或结构体作键），或格式化到一个每次清空的缓冲区
format-in-loop-fix-append = 用 write! 直接写入正在构造的字符串
format-in-loop-fix-text = 使用 write_str、write_char、push 或 push_str，并一次交出整段文本
