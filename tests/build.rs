//! Lists the cases of `corpus/`: a test for each folder, and a module for each folder that has generated code in it.

use std::error::Error;
use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    let corpus = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("corpus");
    let mut cases = Vec::new();
    for entry in fs::read_dir(&corpus)? {
        let name =
            entry?.file_name().into_string().map_err(|name| format!("{} is not UTF-8", name.display()))?;
        cases.push(name);
    }
    cases.sort();
    let mut goldens = String::new();
    for case in &cases {
        let code = corpus.join(case).join("out/mod.rs");
        println!("cargo::rerun-if-changed={}", corpus.join(case).display());
        if code.exists() {
            writeln!(goldens, "#[path = {code:?}]\npub mod {case};")?;
        }
    }
    println!("cargo::rerun-if-changed={}", corpus.display());
    let out = env::var("OUT_DIR")?;
    fs::write(Path::new(&out).join("goldens.rs"), goldens)?;
    fs::write(Path::new(&out).join("cases.rs"), format!("cases! {{ {} }}\n", cases.join(", ")))?;
    Ok(())
}
