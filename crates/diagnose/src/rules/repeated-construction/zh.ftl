repeated-construction-title = {$call} 反复构造同样的东西
repeated-construction-title-thread = {$call} 为每一项启动一个线程
repeated-construction-why = 第 {$line} 行的循环每次都用不变的参数重新构造它
repeated-construction-why-caller = {$function} 在第 {$line} 行的循环中请求它，每次都用不变的参数重新构造
repeated-construction-fix-once = 只构造一次并保留：放在循环之前、放进字段，或放进 static LazyLock
repeated-construction-fix-ahead = 让编译器来构建：把计算它的函数声明为 `const`
repeated-construction-fix-pool = 保留少量线程并把各项交给它们：使用线程池（rayon），或每个处理器一个线程、各分一份
repeated-construction-why-thread = 本次运行启动了 {$threads} 个线程，而无论线程做什么，启动并等待它结束都要花几十微秒
