//! Allocates and frees blocks of 100 bytes. Argument: how many.

fn main() {
    let n_blocks: usize = std::env::args().nth(1).unwrap().parse().unwrap();
    for _ in 0..n_blocks {
        std::hint::black_box(Vec::<u8>::with_capacity(100));
    }
}
