use html5ever::serialize::{HtmlSerializer, SerializeOpts, Serializer};
use html5ever::{local_name, ns, QualName};
fn main() {
    let n: usize = std::env::args().nth(1).and_then(|s| s.parse().ok()).unwrap_or(1500);
    let para = "It was a dark and stormy night; the rain fell in torrents, except at \
                occasional intervals, when it was checked by a violent gust of wind & dust. "
        .repeat(400);
    let mut total = 0usize;
    for _ in 0..n {
        let mut out = Vec::with_capacity(para.len() * 2);
        let mut ser = HtmlSerializer::new(&mut out, SerializeOpts::default());
        let name = || QualName::new(None, ns!(html), local_name!("p"));
        ser.start_elem(name(), std::iter::empty()).unwrap();
        ser.write_text(&para).unwrap();
        ser.end_elem(name()).unwrap();
        total += out.len();
    }
    println!("{n} paragraphs, {total} bytes");
}
