small-map-title = `{$map}` 从不超过 {$entries} 个条目：用列表会比映射更快
small-map-why = 共分配了 {$maps} 个这样的表，而每次查找都要计算键的哈希或沿树下降，只为在少数几个条目中找到一个
small-map-fix-vec = 用键值对的 Vec（或无需分配的 SmallVec）保存条目，以 `iter().find` 查找；或保留一个映射并用 `clear` 清空
small-map-fix-vecmap = 改用 vecmap-rs 包的 `VecMap` 或 `VecSet`：方法相同，底层是从头查找的向量
