//! Spends its time on two lines, both under frameless leaves of libc: memcmp by `contains`, memmove by `remove`.

fn dedup(items: &[String]) -> Vec<String> {
    let mut unique: Vec<String> = Vec::new();
    for item in items {
        let is_known = unique.contains(item); // contains
        if !is_known {
            unique.push(item.clone());
        }
    }
    unique
}

fn main() {
    let items: Vec<String> = (0..60_000)
        .map(|n| format!("item-number-{:05}", n * 7 % 15_000))
        .collect();
    let unique = dedup(&items);
    let mut queue: Vec<u64> = (0..36_000).collect();
    let mut sum = 0;
    while !queue.is_empty() {
        sum += queue.remove(0); // remove
    }
    println!("{} {sum}", unique.len());
}
