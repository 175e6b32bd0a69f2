//! Decodes the source map of a large bundle, as a service does that explains stack traces.

use sourcemap::SourceMap;
use std::env;

fn main() -> Result<(), sourcemap::Error> {
    let traces = env::args()
        .nth(1)
        .map_or(4, |n| n.parse().expect("a number of stack traces"));
    let bundle = bundle(20_000);
    let mut found = 0;
    let mut tokens = 0;
    for trace in 0..traces {
        let map = SourceMap::from_slice(bundle.as_bytes())?;
        tokens += map.get_token_count();
        for frame in 0..50_u32 {
            found += map
                .lookup_token(frame * 397 + trace, frame % 90)
                .map_or(0, |token| token.get_src_line());
        }
    }
    println!("{traces} traces, {tokens} tokens, {found}");
    Ok(())
}

/// A bundle as a minifier writes it: twenty tokens a line.
fn bundle(lines: usize) -> String {
    let segments = [
        "AAAA", "IAAM", "QACN", "gBAAoB", "EAAE", "CAEC", "UAADA", "MAEjB", "KAAQ", "SACT",
    ];
    let mut mappings = String::new();
    for line in 0..lines {
        for token in 0..20 {
            if token > 0 {
                mappings.push(',');
            }
            mappings.push_str(segments[(line * 3 + token) % segments.len()]);
        }
        mappings.push(';');
    }
    format!(r#"{{"version":3,"file":"bundle.js","sources":["app.ts"],"names":["render"],"mappings":"{mappings}"}}"#)
}
