string-keys-title = `{$map}` 用整段文本查找早已查过的内容（{$call}）
string-keys-why = 键 `{$key}` 来自 {$function} 中第 {$line} 行的循环之前就已存在的数据，因此同样的文本一再被逐字查找
string-keys-fix-intern = 加载数据时给每个不同的文本一个编号（驻留），在数据中保存编号，并以编号为键，或作为 Vec 的下标
