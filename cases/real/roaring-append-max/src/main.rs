//! Fills bitmaps with sorted numbers (argument = numbers).
use roaring::RoaringBitmap;

fn main() {
    let n: u32 = std::env::args()
        .nth(1)
        .and_then(|s| s.parse().ok())
        .unwrap_or(20_000_000);
    let mut bitmap = RoaringBitmap::new();
    let added = bitmap.append((0..n).map(|i| i * 3));
    println!("{added:?} added, {} there", bitmap.len());
}
