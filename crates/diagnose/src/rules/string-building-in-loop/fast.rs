//! Writes an invoice list as one text for the archive and signs it.

struct Invoice {
    number: String,
    customer: &'static str,
    cents: String,
}

fn invoices(count: u32) -> Vec<Invoice> {
    let customers = ["Baker & Sons", "Dr. Weiss", "Nordlicht GmbH", "Pension Edelweiss"];
    (0..count)
        .map(|index| Invoice {
            number: format!("2025-{index:05}"),
            customer: customers[index as usize % customers.len()],
            cents: (1990 + index.wrapping_mul(2_654_435_761) % 80_000).to_string(),
        })
        .collect()
}

// [page]
fn archive_text(invoices: &[Invoice]) -> String {
    let mut text = String::with_capacity(8 + invoices.len() * 48);
    text.push_str("ARCHIVE");
    for invoice in invoices {
        for (separator, field) in [
            (';', invoice.number.as_str()),
            (',', invoice.customer),
            (',', &invoice.cents),
        ] {
            text.push(separator);
            text.push_str(field);
        }
    }
    text
}
// [/page]

/// A slow checksum over eight-byte words, as the archive's format demands.
fn sign(text: &str, rounds: u32) -> u64 {
    let mut signature = 0xcbf2_9ce4_8422_2325_u64;
    for round in 0..rounds {
        for word in text.as_bytes().chunks_exact(8) {
            let word = word.iter().fold(0, |word, byte| word << 8 | u64::from(*byte));
            signature = (signature ^ word ^ u64::from(round))
                .wrapping_mul(0x0100_0000_01b3)
                .rotate_left(23);
        }
    }
    signature
}

pub fn run(scale: usize) {
    let invoices = invoices(3000);
    let mut signature = 0;
    for _ in 0..scale * 10 {
        signature ^= sign(&archive_text(&invoices), 120);
        signature = signature.rotate_left(7);
    }
    println!("{} invoices, signature {signature:016x}", invoices.len());
}
