//! Renders a page with a table in HTML, dangerous tags filtered (argument = rows).
fn main() {
    let n: usize = std::env::args().nth(1).and_then(|s| s.parse().ok()).unwrap_or(2_500);
    let mut text = String::from("# Results\n\n<table>\n");
    for i in 0..n {
        text.push_str(&format!(
            "<tr><td>run {i}</td><td><b>{}</b> ms</td></tr>\n",
            i * 7 % 100
        ));
    }
    text.push_str("</table>\n");
    let mut options = comrak::ComrakOptions::default();
    options.extension.tagfilter = true;
    options.render.unsafe_ = true;
    println!("{} bytes", comrak::markdown_to_html(&text, &options).len());
}
