string-keys-title = `{$map}` 为了查找早已查过的内容而对整段文本做哈希和比较（{$call}）
string-keys-why = 键 `{$key}` 来自 {$function} 中第 {$line} 行的循环每一轮都重新遍历的数据，因此同样的文本一再被哈希
string-keys-fix-intern = 加载数据时给每个不同的文本一个编号（驻留），在数据中保存编号，并以编号为键，或作为 Vec 的下标
