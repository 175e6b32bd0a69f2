//! A program whose hot lines are marked, for the tests to find.

mod détour {
    pub(super) trait Weigh {
        fn weigh(&self) -> u64;
    }

    impl Weigh for Vec<u64> {
        #[inline(never)]
        fn weigh(&self) -> u64 {
            self.iter().map(|value| value.count_ones() as u64).sum() // MARK weigh
        }
    }
}

use détour::Weigh;

#[inline(never)]
fn dedup(values: &[String]) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for value in values {
        if !out.contains(value) { // MARK contains
            out.push(value.clone()); // MARK clone
        }
    }
    out
}

#[inline(always)]
fn inner(value: u64) -> u64 {
    std::hint::black_box(value).rotate_left(7) ^ 0x55 // MARK inner
}

#[inline(always)]
fn middle(value: u64) -> u64 {
    inner(value) + 1 // MARK middle
}

#[inline(never)]
fn outer(value: u64) -> u64 {
    middle(value) * 3 // MARK outer
}

#[unsafe(no_mangle)]
#[inline(never)]
pub extern "C" fn exported(value: u64) -> u64 {
    outer(value) ^ 1 // MARK exported
}

fn main() {
    let values: Vec<String> = (0..100).map(|n| format!("{}", n % 10)).collect();
    let sum: u64 = (0..100).map(|n| exported(n)).sum();
    let each = |n: u64| std::hint::black_box(n) + 1; // MARK closure
    println!("{} {} {}", dedup(&values).len(), sum + each(1), vec![1, 2, 3].weigh());
}
