use std::collections::BTreeMap;
use std::fmt::Write;
fn main() {
    let n: usize = std::env::args().nth(1).and_then(|s| s.parse().ok()).unwrap_or(15000);
    let mut s = String::new();
    for i in 0..n {
        write!(s, "[package.dep{i}]\nversion = \"{i}.0\"\n\n").unwrap();
    }
    for i in 0..n {
        write!(s, "[[bin]]\nname = \"b{i}\"\n\n").unwrap();
    }
    let v: BTreeMap<String, toml::Value> = toml::from_str(&s).unwrap();
    println!(
        "{n} tables, {} keys, {} bins",
        v.len(),
        v["bin"].as_array().unwrap().len()
    );
}
