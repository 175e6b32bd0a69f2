//! Two threads intern long names (IRIs) that are present already, as happens when several
//! threads parse expressions over the same vocabulary
//! (argument = symbols per thread).
use egg::Symbol;

fn main() {
    let n: usize = std::env::args()
        .nth(1)
        .and_then(|s| s.parse().ok())
        .unwrap_or(4_000_000);
    let names: Vec<String> = (0..64)
        .map(|i| format!("http://example.org/ontology/2022/01/{}/part#{i}", "segment/".repeat(48)))
        .collect();
    for s in &names {
        let _ = Symbol::from(s.as_str());
    }
    let names = &names;
    let total: u64 = std::thread::scope(|s| {
        let hs: Vec<_> = (0..2)
            .map(|t| {
                s.spawn(move || {
                    let mut len = 0;
                    for i in 0..n {
                        let sym = Symbol::from(names[(i * 7 + t) & 63].as_str());
                        len += u64::from(std::hint::black_box(sym) == sym);
                    }
                    len
                })
            })
            .collect();
        hs.into_iter().map(|h| h.join().unwrap()).sum()
    });
    println!("{total}");
}
