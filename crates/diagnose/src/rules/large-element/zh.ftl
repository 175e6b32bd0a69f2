large-element-title-variant = 每个 `{$type}` 都与其最大的变体一样大，而该变体很少用到
large-element-title-padding = 每个 `{$type}` 有很大一部分是字段之间的填充
large-element-why-variant = 列表为每个元素都留出最大变体的空间，同样的工作要取来更多缓存行
large-element-why-padding = 字段的次序留下空隙，空隙与字段一并取来
large-element-fix-box = 把少见变体的大块内容放进 `Box`
large-element-fix-order = 按对齐从大到小排列字段
