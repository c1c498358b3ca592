//! Reads documents and prints what was found: `cargo run --example read -- FILE…`
use apiloom_codegen::{Diagnostics, Severity, ir, openapi, source};
fn main() {
    let verbose = std::env::var_os("V").is_some();
    for path in std::env::args().skip(1) {
        let start = std::time::Instant::now();
        let sources = match source::load(path.as_ref()) { Ok(s) => s, Err(e) => { println!("{path}: {e}"); continue } };
        let mut d = Diagnostics::default();
        let api = openapi::lower(&sources, &mut d);
        let count = |f: fn(&ir::Shape) -> bool| api.types.iter().filter(|(_, t)| f(&t.shape)).count();
        println!("{path}: {:?} errors {} warnings {} info {} | endpoints {} types {} (struct {} enum {} union {} alias {})", start.elapsed(),
            d.count(Severity::Error), d.count(Severity::Warning), d.count(Severity::Info), api.endpoints.len(), api.types.len(),
            count(|s| matches!(s, ir::Shape::Struct(_))), count(|s| matches!(s, ir::Shape::Enum(_))), count(|s| matches!(s, ir::Shape::Union(_))), count(|s| matches!(s, ir::Shape::Alias(_))));
        for found in d.iter().filter(|f| verbose || f.severity == Severity::Error).take(if verbose {100000} else {8}) {
            let p = sources.position(found.span);
            println!("   {} {:?} {}:{}:{} {}{}", found.code.id(), found.severity, sources.file(found.span.file).path, p.line, p.column, found.message, found.help.as_deref().map(|h| format!(" ({h})")).unwrap_or_default());
        }
    }
}
