slow-hash-title = `{$map}` hashes its keys with SipHash, the slow standard hasher ({$call})
slow-hash-title-call = {$call} hashes its keys with SipHash, the slow standard hasher
slow-hash-why = SipHash guards against chosen keys and takes several times as long as a hasher for keys that nobody attacks
slow-hash-fix = where keys do not come from an attacker, use rustc_hash::FxHashMap (or ahash, foldhash): change the map's type and `new` to `default`
