fixed-key-map-title-enum = `{$map}` 的键是 {$enum} 的 {$count} 个变体：用数组即可
fixed-key-map-title-literals = `{$map}` 的 {$count} 个键全部写在源代码里：用结构体即可
fixed-key-map-why = 每次查找都在运行时做哈希和比较，而编译器本可以把它变成下标
fixed-key-map-fix-array = 用每个变体对应一个元素的数组，以 `key as usize` 为下标（或使用 enum-map）
fixed-key-map-fix-struct = 用每个键对应一个字段的结构体，或用 `match`
