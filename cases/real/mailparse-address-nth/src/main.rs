//! Reads the recipients of an announcement that went to a whole company.

use mailparse::{addrparse, MailAddr};
use std::env;
use std::fmt::Write;

fn main() {
    let recipients = env::args().nth(1).map_or(3_000, |n| n.parse().expect("a number of recipients"));
    let header = recipients_header(recipients);
    let addresses = addrparse(&header).expect("the header lists addresses");
    let mut singles = 0;
    let mut in_groups = 0;
    let mut letters = 0;
    for address in addresses.iter() {
        match address {
            MailAddr::Single(info) => {
                singles += 1;
                letters += info.addr.len();
            }
            MailAddr::Group(group) => {
                in_groups += group.addrs.len();
                letters += group.group_name.len();
            }
        }
    }
    println!("{singles} recipients and {in_groups} in groups, {letters} letters");
}

fn recipients_header(recipients: usize) -> String {
    let mut header = String::new();
    for i in 0..recipients {
        if i % 50 == 0 {
            let _ = write!(header, "Team {i}: lead{i}@example.com, deputy{i}@example.com; ");
        }
        let _ = write!(header, "\"Family{i}, Given\" <given.family{i}@mail{}.example.com>, ", i % 9);
    }
    header.push_str("postmaster@example.com");
    header
}
