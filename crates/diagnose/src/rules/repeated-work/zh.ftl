repeated-work-title = 每一轮都重新计算同样的结果：`{$call}`
repeated-work-why = 它所依赖的一切在第 {$line} 行的循环中都没有变化，因此除第一轮以外都在计算已知的结果
repeated-work-why-caller = {$function} 在第 {$line} 行的循环中要求计算它，而它所依赖的一切在那里都没有变化，因此除第一轮以外都在计算已知的结果
repeated-work-fix-before = 在循环之前计算一次，循环中使用其结果
repeated-work-fix-pass = 在循环之前计算一次，把结果传下去
repeated-work-fix-look-up = 在循环之前查找一次
