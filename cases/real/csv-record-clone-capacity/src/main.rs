use std::fmt::Write;
fn main() {
    let n: usize = std::env::args().nth(1).and_then(|s| s.parse().ok()).unwrap_or(400000);
    // Short rows, with one abnormally long row near the top.
    let mut data = String::from("id,name,value\n");
    data.push_str("0,");
    for i in 0..60_000 {
        data.push((b'a' + (i % 26) as u8) as char);
    }
    data.push_str(",0\n");
    for i in 0..n {
        writeln!(data, "{i},row{i},{}", i * 7).unwrap();
    }
    let mut rdr = csv::Reader::from_reader(data.as_bytes());
    let mut total = 0usize;
    for rec in rdr.records() {
        let rec = rec.unwrap();
        total += rec.get(1).unwrap().len();
    }
    println!("{n} rows, {total}");
}
