clippy-lint-title = { $says }（clippy::{ $lint }）
clippy-lint-why = clippy 知道更省的写法，而这一行正是热点
clippy-lint-fix = 请看 clippy 对这一行的说明
clippy-lint-fix-suggested = clippy 建议：{ $help }
clippy-lint-fix-fold = 用 `fold` 与 `write!` 把各段直接写入同一个字符串
clippy-lint-fix-digits = 直接追加每个字节的两位数字：不再需要格式化
