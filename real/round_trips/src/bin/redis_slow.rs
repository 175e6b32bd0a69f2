//! Adds up shopping carts with one `GET` for each item.

use redis::{Commands, Connection, RedisResult};

struct Cart {
    items: Vec<u64>,
    discount: u64,
}

fn price(connection: &mut Connection, item: u64) -> RedisResult<u64> {
    let price: Option<u64> = connection.get(format!("price:{item}"))?;
    Ok(price.unwrap_or(item % 97))
}

fn total(connection: &mut Connection, cart: &Cart) -> RedisResult<u64> {
    let mut total = 0;
    for &item in &cart.items {
        total += price(connection, item)?; //~ round-trip-per-item
    }
    Ok(total.saturating_sub(cart.discount))
}

fn main() -> RedisResult<()> {
    let url = std::env::var("REDIS_URL").unwrap_or("redis://127.0.0.1/".to_owned());
    let mut connection = redis::Client::open(url)?.get_connection()?;
    let mut sum = 0;
    for user in 0..400 {
        let items = (0..50).map(|item| user * 13 + item).collect();
        let cart = Cart { items, discount: user % 3 };
        sum += total(&mut connection, &cart)?;
    }
    println!("{sum}");
    Ok(())
}
