//! Renders a table by one partial per row; the page defines its partials itself (argument = rows).
use handlebars::Handlebars;
use serde_json::json;

fn main() {
    let n: usize = std::env::args().nth(1).and_then(|s| s.parse().ok()).unwrap_or(250_000);
    let mut page = String::new();
    for name in (0..40).map(|i| format!("component-{i}")).chain(["row".to_owned()]) {
        page.push_str(&format!(
            "{{{{#*inline \"{name}\"}}}}<td class=\"{name}\">{{{{id}}}}</td>\n{{{{/inline}}}}"
        ));
    }
    page.push_str("<table>\n{{#each rows}}{{> row}}{{/each}}</table>\n");
    let mut templates = Handlebars::new();
    templates.register_template_string("page", page).expect("a template");
    let rows: Vec<_> = (0..n).map(|i| json!({ "id": i })).collect();
    let page = templates.render("page", &json!({ "rows": rows })).expect("rendered");
    println!("{} bytes", page.len());
}
