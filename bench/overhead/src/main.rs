//! Five programs that stress what a profiler must watch: `overhead WORKLOAD [SIZE]`.

mod contend;
mod json_dom;
mod par_deflate;
mod regex_scan;
mod syn_parse;

fn main() {
    let mut args = std::env::args().skip(1);
    let workload = args.next().unwrap_or_default();
    let size = args.next().and_then(|size| size.parse().ok()).unwrap_or(100);
    let checksum = match workload.as_str() {
        "json_dom" => json_dom::run(size),
        "syn_parse" => syn_parse::run(size),
        "regex_scan" => regex_scan::run(size),
        "contend" => contend::run(size),
        "par_deflate" => par_deflate::run(size),
        _ => {
            eprintln!("usage: overhead json_dom|syn_parse|regex_scan|contend|par_deflate [SIZE, 100 by default]");
            std::process::exit(2);
        }
    };
    println!("{workload} {checksum}");
    // The program's own clock is the only one that measures the same thing under every tool.
    let cpu = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    eprintln!("cpu_s {}.{:09}", cpu.tv_sec, cpu.tv_nsec);
}

/// A small deterministic generator (Steele, Lea and Flood 2014, SplitMix64).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }
}
