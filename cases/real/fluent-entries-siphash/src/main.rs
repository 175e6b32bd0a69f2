//! Looks messages up in a localisation bundle (argument = number of look-ups).
use fluent_bundle::{FluentBundle, FluentResource};

fn main() {
    let n: usize = std::env::args()
        .nth(1)
        .and_then(|s| s.parse().ok())
        .unwrap_or(40_000_000);
    let mut src = String::new();
    let keys: Vec<String> = (0..300).map(|i| format!("menu-item-{i}-label")).collect();
    for k in &keys {
        src.push_str(&format!("{k} = Some text for {k}\n"));
    }
    let res = FluentResource::try_new(src).expect("valid FTL");
    let lang: unic_langid::LanguageIdentifier = "en-US".parse().unwrap();
    let mut bundle = FluentBundle::new(vec![lang]);
    bundle.add_resource(res).expect("no duplicates");
    let mut found = 0usize;
    for i in 0..n {
        found += bundle.has_message(&keys[(i * 7) % 300]) as usize;
    }
    println!("{found}");
}
