//! Adds up shopping carts with one `MGET` for each cart.

use redis::{Commands, RedisResult};

fn main() -> RedisResult<()> {
    let url = std::env::var("REDIS_URL").unwrap_or("redis://127.0.0.1/".to_owned());
    let mut connection = redis::Client::open(url)?.get_connection()?;
    let mut sum = 0;
    for user in 0..400 {
        let items: Vec<u64> = (0..50).map(|item| user * 13 + item).collect();
        let keys: Vec<String> = items.iter().map(|item| format!("price:{item}")).collect();
        let prices: Vec<Option<u64>> = connection.mget(&keys)?;
        let prices = prices.iter().zip(&items).map(|(price, item)| price.unwrap_or(item % 97));
        sum += prices.sum::<u64>().saturating_sub(user % 3);
    }
    println!("{sum}");
    Ok(())
}
