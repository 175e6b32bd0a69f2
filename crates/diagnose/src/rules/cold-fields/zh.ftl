cold-fields-title = 只读每个 `{$type}` 的几个字段，却把整个元素取来
cold-fields-why = 循环不读的字段与要读的字段在同一缓存行里，因而一并取来
cold-fields-fix-split = 把冷字段移到单独的结构体里（放在 `Box` 之后），或移到下标相同的第二个 `Vec` 里
cold-fields-fix-arrays = 把循环要读的内容放进单独的数组（数组的结构）
