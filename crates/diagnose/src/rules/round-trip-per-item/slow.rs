//! Prices a day's orders with the help of a price service on the network.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::io::{self, BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread;

/// The service: answers `price ID…` with one price for each, in a line.
fn serve(listener: &TcpListener) -> io::Result<()> {
    let prices: HashMap<u32, u64> = (0..5000).map(|id| (id, 99 + u64::from(id) * 37 % 9001)).collect();
    let (mut stream, _) = listener.accept()?;
    stream.set_nodelay(true)?;
    let requests = BufReader::new(stream.try_clone()?);
    for request in requests.lines() {
        let mut answer = String::new();
        for id in request?.split(' ').skip(1) {
            let price = id.parse().ok().and_then(|id: u32| prices.get(&id));
            let _ = write!(answer, "{} ", price.unwrap_or(&0));
        }
        answer.push('\n');
        stream.write_all(answer.as_bytes())?;
    }
    Ok(())
}

struct Order {
    items: Vec<u32>,
}

fn orders(count: u32) -> Vec<Order> {
    let order = |number: u32| Order {
        items: (0..3 + number % 5).map(|line| (number * 31 + line * 17) % 5000).collect(),
    };
    (0..count).map(order).collect()
}

/// Connection to the price service.
struct PriceService {
    answers: BufReader<TcpStream>,
    line: String,
}

impl PriceService {
    fn connect(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        Ok(Self {
            answers: BufReader::new(stream),
            line: String::new(),
        })
    }

    /// The prices of some items, in their order.
    fn prices(&mut self, items: &[u32]) -> io::Result<Vec<u64>> {
        let mut request = String::from("price");
        for id in items {
            let _ = write!(request, " {id}");
        }
        request.push('\n');
        self.answers.get_ref().write_all(request.as_bytes())?;
        self.line.clear();
        self.answers.read_line(&mut self.line)?;
        Ok(self.line.split_whitespace().map(|price| price.parse().unwrap_or(0)).collect())
    }
}

// [page]
fn total(order: &Order, service: &mut PriceService) -> io::Result<u64> {
    let mut total = 0;
    for &item in &order.items {
        let prices = service.prices(&[item])?; //~ round-trip-per-item
        total += prices[0];
    }
    Ok(total)
}
// [/page]

fn totals(address: SocketAddr, count: u32) -> io::Result<u64> {
    let mut service = PriceService::connect(address)?;
    let mut sum = 0;
    for order in orders(count) {
        sum += total(&order, &mut service)?;
    }
    Ok(sum)
}

pub fn run(scale: usize) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("a bound socket");
    let sum = thread::scope(|scope| {
        scope.spawn(|| serve(&listener).expect("a client that keeps to the protocol"));
        totals(address, scale as u32 * 1600).expect("a service that answers")
    });
    println!("orders worth {sum}");
}
