//! Includes the programs: one module for each `programs/<case>/slow.rs` and `programs/<case>/fast.rs`.

use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    let programs = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("programs");
    println!("cargo::rerun-if-changed={}", programs.display());
    let mut modules = String::new();
    let mut table = String::from("static PROGRAMS: &[Program] = &[\n");
    for folder in folders(&programs)? {
        let case = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        for variant in ["slow", "fast"] {
            let file = folder.join(variant).with_extension("rs");
            if file.exists() {
                let module = format!("{case}_{variant}").replace('-', "_");
                writeln!(modules, "#[path = {file:?}]\nmod {module};")?;
                writeln!(table, "    ({case:?}, {variant:?}, {module}::run),")?;
            }
        }
    }
    table.push_str("];\n");
    fs::write(Path::new(&env::var("OUT_DIR")?).join("programs.rs"), modules + &table)?;
    Ok(())
}

/// The folders in a folder, in a fixed order.
fn folders(parent: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let mut paths = fs::read_dir(parent)?
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<Vec<_>, std::io::Error>>()?;
    paths.retain(|path| path.is_dir());
    paths.sort();
    Ok(paths)
}
