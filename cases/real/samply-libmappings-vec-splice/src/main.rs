use fxprof_processed_profile::LibMappings;
fn main() {
    let n: u64 = std::env::args().nth(1).and_then(|s| s.parse().ok()).unwrap_or(100000);
    // JIT-like: many small function mappings arriving in scattered address order.
    let mut m: LibMappings<[u64; 2]> = LibMappings::new();
    let mut x: u64 = 0x9E3779B97F4A7C15;
    for i in 0..n {
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        let slot = x % (n * 4);
        let start = 0x7f00_0000_0000 + slot * 64;
        m.add_mapping(start, start + 48, 0, [i, x]);
    }
    let mut hits = 0u64;
    for s in 0..n * 4 {
        if m.remove_mapping(0x7f00_0000_0000 + s * 64).is_some() && s % 64 == 0 {
            hits += 1;
        }
        if s > n / 8 {
            break;
        }
    }
    println!("{n} mappings, {hits}");
}
