//! Matches buy and sell orders and keeps a binary journal of the trades.

use crate::random::Random;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

struct Trade {
    buyer: u32,
    seller: u32,
    price: u32,
}

struct Journal {
    sink: Box<dyn Write>,
    records: u64,
}

struct Engine {
    buys: BinaryHeap<(u32, u32)>,
    sells: BinaryHeap<Reverse<(u32, u32)>>,
    journal: Journal,
}

impl Journal {
    fn create(path: &PathBuf) -> io::Result<Self> {
        let sink = Box::new(BufWriter::new(File::create(path)?));
        Ok(Self { sink, records: 0 })
    }

    fn append(&mut self, trade: &Trade) -> io::Result<()> {
        self.records += 1;
        self.sink.write_all(&trade.buyer.to_le_bytes())?;
        self.sink.write_all(&trade.seller.to_le_bytes())?;
        self.sink.write_all(&trade.price.to_le_bytes())
    }
}

impl Engine {
    fn submit(&mut self, trader: u32, price: u32, is_buy: bool) -> io::Result<()> {
        if is_buy {
            self.buys.push((price, trader));
        } else {
            self.sells.push(Reverse((price, trader)));
        }
        self.settle()
    }

    fn settle(&mut self) -> io::Result<()> {
        while let (Some(&(bid, buyer)), Some(&Reverse((ask, seller)))) = (self.buys.peek(), self.sells.peek()) {
            if bid < ask {
                break;
            }
            self.buys.pop();
            self.sells.pop();
            self.journal.append(&Trade {
                buyer,
                seller,
                price: ask,
            })?;
        }
        Ok(())
    }
}

fn simulate(orders: usize, path: &PathBuf) -> io::Result<u64> {
    let mut random = Random::new(269);
    let mut engine = Engine {
        buys: BinaryHeap::new(),
        sells: BinaryHeap::new(),
        journal: Journal::create(path)?,
    };
    for _ in 0..orders {
        let is_buy = random.below(2) == 0;
        let price = 9_900 + random.below(200) as u32 + if is_buy { 0 } else { 10 };
        engine.submit(random.below(1_000) as u32, price, is_buy)?;
    }
    Ok(engine.journal.records)
}

pub fn run(scale: usize) {
    let path = std::env::temp_dir().join(format!("trade-journal-{}", std::process::id()));
    let records = simulate(2_500_000 * scale, &path).expect("the journal can be written");
    let bytes = fs::metadata(&path).map_or(0, |metadata| metadata.len());
    println!("{records} trades, {bytes} bytes");
    let _ = fs::remove_file(&path);
}
