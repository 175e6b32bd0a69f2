//! Prices orders with the help of a price server.

mod store;

use crate::random::Random;
use std::io::{self, BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpStream};

/// So many orders are priced by one request.
const BATCH: usize = 1_000;

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

    /// The sum of the prices of all articles of some orders.
    fn prices(&mut self, orders: &[Order]) -> io::Result<u64> {
        let mut request = String::new();
        for article in orders.iter().flat_map(|order| &order.articles) {
            request.push_str(article);
            request.push(' ');
        }
        request.push('\n');
        self.stream.get_mut().write_all(request.as_bytes())?;
        self.answer.clear();
        self.stream.read_line(&mut self.answer)?;
        let prices = self.answer.split_ascii_whitespace();
        Ok(prices.map(|price| price.parse::<u64>().unwrap_or(0)).sum())
    }
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
    for orders in orders.chunks(BATCH) {
        sum += prices.prices(orders)?;
    }
    Ok(sum)
}

pub fn run(scale: usize) {
    let orders = orders(9_000 * scale);
    let sum = price_all(&orders).expect("the server answers");
    println!("{} orders, {sum} cents", orders.len());
}
