round-trip-per-item-title = 逐个发出 {$trips} 次请求，每次都停下来等回答
round-trip-per-item-why = 循环的每一轮都要停等一次 {$time} 的往返，而所有请求事先都已知道
round-trip-per-item-fix-batch = 一次问完全部条目：`WHERE id = ANY(…)`、连接查询、批量读取或批量请求
round-trip-per-item-fix-pipeline = 先把请求全部发出，再读第一个回答（流水线），或让若干请求同时在途
