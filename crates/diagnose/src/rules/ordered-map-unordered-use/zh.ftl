ordered-map-unordered-use-title = `{$map}` 是 {$kind}，但没有任何地方用到它的顺序
ordered-map-unordered-use-why = 每次查找都沿树逐个节点比较键，而哈希表可以直接到达条目
ordered-map-unordered-use-fix-hash = 改用 HashMap 或 HashSet（若键不会来自攻击者，用 FxHashMap）；若要打印或序列化其条目，请注意顺序会改变
