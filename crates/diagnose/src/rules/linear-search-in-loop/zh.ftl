linear-search-in-loop-title = 循环中的线性查找：{$call} 反复扫描同一列表
linear-search-in-loop-title-hand-written = 循环中的线性查找：`for … in {$list}` 反复扫描同一列表
linear-search-in-loop-why = 第 {$line} 行的循环每执行一次都从头扫描列表，因此开销随两者长度的乘积增长
linear-search-in-loop-why-caller = {$function} 在第 {$line} 行的循环中发起查找，每次调用都从头扫描列表，因此开销随两者长度的乘积增长
linear-search-in-loop-fix-set = 在循环之前一次性建立元素的 HashSet，改为在其中查询
linear-search-in-loop-fix-map = 在循环之前一次性建立从键到元素的 HashMap，改为在其中查找
linear-search-in-loop-fix-index = 在循环之前一次性把元素收集到 Vec，再按下标访问
