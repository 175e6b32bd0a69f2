//! Prices orders with the help of a price server.

mod store;

use crate::random::Random;
use std::io::{self, BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpStream};

struct Order {
    articles: Vec<String>,
}

struct PriceClient {
    stream: BufReader<TcpStream>,
    answer: String,
}

impl PriceClient {
    fn connect(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream: BufReader::new(stream),
            answer: String::new(),
        })
    }

    fn price(&mut self, article: &str) -> io::Result<u64> {
        let request = [article.as_bytes(), b"\n"].concat();
        self.stream.get_mut().write_all(&request)?; //~
        self.answer.clear();
        self.stream.read_line(&mut self.answer)?; //~
        Ok(self.answer.trim().parse().unwrap_or(0))
    }
}

fn total(order: &Order, prices: &mut PriceClient) -> io::Result<u64> {
    let mut total = 0;
    for article in &order.articles {
        total += prices.price(article)?; //~
    }
    Ok(total)
}

fn orders(count: usize) -> Vec<Order> {
    let mut random = Random::new(281);
    (0..count)
        .map(|_| Order {
            articles: (0..20).map(|_| format!("article-{}", random.below(30_000))).collect(),
        })
        .collect()
}

fn price_all(orders: &[Order]) -> io::Result<u64> {
    let mut prices = PriceClient::connect(store::start()?)?;
    let mut sum = 0;
    for order in orders {
        sum += total(order, &mut prices)?;
    }
    Ok(sum)
}

pub fn run(scale: usize) {
    let orders = orders(9_000 * scale);
    let sum = price_all(&orders).expect("the server answers");
    println!("{} orders, {sum} cents", orders.len());
}
