//! Writes the records of a name server's zones in the text form of a zone transfer.

use crate::random::Random;
use std::io::{self, BufWriter, Write};
use std::net::Ipv4Addr;

enum Data {
    Address(Ipv4Addr),
    Alias(usize),
    Mail { priority: u16, host: usize },
}

struct Record {
    host: usize,
    seconds: u32,
    data: Data,
}

struct Zone {
    origin: &'static str,
    records: Vec<Record>,
}

/// The end of a transfer that sends.
struct Sender<W: Write> {
    out: W,
    sent: usize,
}

impl<W: Write> Sender<W> {
    fn record(&mut self, zone: &Zone, record: &Record) -> io::Result<()> {
        write!(self.out, "h{}.{} {} IN ", record.host, zone.origin, record.seconds)?;
        match &record.data {
            Data::Address(address) => writeln!(self.out, "A {address}"),
            Data::Alias(host) => writeln!(self.out, "CNAME h{host}.{}", zone.origin),
            Data::Mail { priority, host } => writeln!(self.out, "MX {priority} h{host}.{}", zone.origin),
        }?;
        self.done()
    }

    fn done(&mut self) -> io::Result<()> {
        self.sent += 1;
        self.out.flush() //~
    }

    fn zone(&mut self, zone: &Zone) -> io::Result<()> {
        zone.records.iter().try_for_each(|record| self.record(zone, record)) //~
    }
}

fn zone(origin: &'static str, hosts: usize) -> Zone {
    let mut random = Random::new(76);
    let records = (0..hosts).map(|host| Record {
        host,
        seconds: 300 * (1 + random.below(12) as u32),
        data: match random.below(5) {
            0 => Data::Alias(random.below(hosts)),
            1 => Data::Mail {
                priority: 10,
                host: random.below(hosts),
            },
            _ => Data::Address(Ipv4Addr::from(random.next() as u32)),
        },
    });
    Zone {
        origin,
        records: records.collect(),
    }
}

fn transfer(zones: &[Zone], rounds: usize) -> io::Result<usize> {
    let out = BufWriter::with_capacity(1 << 16, io::stdout().lock());
    let mut sender = Sender { out, sent: 0 };
    for _ in 0..rounds {
        for zone in zones {
            sender.zone(zone)?;
        }
    }
    Ok(sender.sent)
}

pub fn run(scale: usize) {
    let zones = ["lab.example", "shop.example", "mail.example"].map(|origin| zone(origin, 20_000));
    match transfer(&zones, 7 * scale) {
        Ok(sent) => assert_eq!(sent, 420_000 * scale),
        Err(error) => eprintln!("transfer: {error}"),
    }
}
