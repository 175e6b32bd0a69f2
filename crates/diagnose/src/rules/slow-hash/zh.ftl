slow-hash-title = `{$map}` 用较慢的标准哈希 SipHash 计算键的哈希（{$call}）
slow-hash-title-call = {$call} 用较慢的标准哈希 SipHash 计算键的哈希
slow-hash-why = SipHash 能防御恶意选取的键，但耗时是普通哈希函数的数倍，而这里的键未必需要这种防御
slow-hash-fix = 若键不会来自攻击者，改用 rustc_hash::FxHashMap（或 ahash、foldhash）：修改映射的类型，并把 `new` 改为 `default`
