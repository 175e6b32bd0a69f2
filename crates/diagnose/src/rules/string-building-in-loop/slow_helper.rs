//! Builds the query string of a search page from its filters and measures how well it can be cached.

struct Filter {
    name: &'static str,
    value: String,
}

fn filters(count: u32) -> Vec<Filter> {
    let names = ["colour", "size", "brand", "price", "rating", "seller"];
    (0..count)
        .map(|index| Filter {
            name: names[index as usize % names.len()],
            value: (index * 37 % 1009).to_string(),
        })
        .collect()
}

fn with_parameter(query: &str, name: &str, value: &str) -> String {
    [query, "&", name, "=", value].concat() //~ string-building-in-loop
}

fn query(filters: &[Filter]) -> String {
    let mut query = String::from("lang=en");
    for filter in filters {
        if filter.value != "0" {
            query = with_parameter(&query, filter.name, &filter.value); //~ string-building-in-loop
        }
    }
    query
}

/// How evenly the query's hash spreads over the cache's shards.
fn spread(query: &str, shards: u64) -> f64 {
    let mut hash = 0x9e37_79b9_7f4a_7c15_u64 ^ query.len() as u64;
    let mut sum = 0.0;
    for _ in 0..100_000 {
        hash ^= hash << 13;
        hash ^= hash >> 7;
        hash ^= hash << 17;
        sum += ((hash % shards) as f64).sqrt();
    }
    sum
}

pub fn run(scale: usize) {
    let filters = filters(4000);
    let (mut length, mut total) = (0, 0.0);
    for page in 0..scale * 50 {
        let query = query(&filters[page % 50..]);
        length += query.len();
        total += spread(&query, 16 + page as u64 % 5);
    }
    println!("{length} bytes, {total:.4}");
}
