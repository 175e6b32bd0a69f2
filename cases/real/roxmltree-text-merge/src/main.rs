//! Parses a document whose text alternates with CDATA sections (argument = sections).
fn main() {
    let n: usize = std::env::args().nth(1).and_then(|s| s.parse().ok()).unwrap_or(12_000);
    let mut text = String::from("<log>\n");
    for i in 0..n {
        text.push_str(&format!("event {i}: <![CDATA[<a & b>]]> done\n"));
    }
    text.push_str("</log>\n");
    let document = roxmltree::Document::parse(&text).expect("well-formed XML");
    println!(
        "{n} sections, {} bytes",
        document.root_element().text().map_or(0, str::len)
    );
}
