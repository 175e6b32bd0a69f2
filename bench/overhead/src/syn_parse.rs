//! Parses a generated Rust file: very many small allocations.

pub fn run(size: u64) -> usize {
    let source = source(1_200);
    (0..size / 5)
        .map(|_| syn::parse_file(&source).expect("the file is Rust").items.len())
        .sum()
}

fn source(n_functions: u32) -> String {
    (0..n_functions)
        .map(|n| {
            format!(
                "/// Sums what belongs to {n}.\npub fn function_{n}(items: &[Item], limit: usize) -> Result<Vec<(usize, String)>, Error> {{\n    \
                 let mut found = Vec::new();\n    \
                 for (index, item) in items.iter().enumerate().take(limit) {{\n        \
                 if item.kind == Kind::K{n} && item.weight(index) > {n} * 2 + index {{\n            \
                 found.push((index, format!(\"{{}}-{{}}\", item.name, {n})));\n        }} else if let Some(next) = item.next.as_ref().map(|n| n.id) {{\n            \
                 match next {{ 0 => continue, 1..=9 => found.push((next, String::new())), _ => return Err(Error::Range(next)) }}\n        }}\n    }}\n    \
                 Ok(found)\n}}\n"
            )
        })
        .collect()
}
