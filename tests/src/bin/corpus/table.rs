//! The table: one line a file.

use crate::check::{Compiled, Workspace};
use crate::child::Kind;
use crate::{Outcome, Result, cell, child, entries, number, text, workshop};
use serde_json::Value;
use std::fmt::Write as _;
use std::path::Path;

/// Files that are refused, each with the reason.
const REFUSED: [(&str, &str); 1] = [("chroma.json", "refers to schemas that are not in it")];

struct Row {
    file: String,
    version: String,
    bytes: f64,
    known: Value,
    compiled: Option<Compiled>,
}

/// Reads, generates and compiles every file of the manifest.
pub(crate) fn run(folder: &Path, kind: Kind) -> Result<Outcome> {
    let folder = folder.join("openapi");
    let place = if kind == Kind::Client { "clients" } else { "crates" };
    let workspace = Workspace::new(workshop()?.join(place))?;
    let mut entries = entries(&folder.join("manifest.json"))?;
    entries.sort_by(|a, b| number(a, "total_bytes").total_cmp(&number(b, "total_bytes")));
    let mut rows = Vec::new();
    for (count, entry) in entries.iter().enumerate() {
        let name = format!("case-{}", text(entry, "name").replace(|c: char| !c.is_ascii_alphanumeric(), "-"));
        let (file, out) = (text(entry, "file"), workspace.code(&name));
        // A document of several files has a folder of its own.
        let known = match file.split_once('/') {
            Some((own, _)) => child::ask_below(kind, &folder.join(own), &folder.join(file), &out)?,
            None => child::ask(kind, &folder.join(file), &out)?,
        };
        if known["generated"] == true {
            workspace.member(&name)?;
        }
        eprintln!("{}/{} {}: {known}", count + 1, entries.len(), text(entry, "file"));
        rows.push((
            name,
            Row {
                file: text(entry, "file").to_owned(),
                version: text(entry, "version").to_owned(),
                bytes: number(entry, "total_bytes"),
                known,
                compiled: None,
            },
        ));
    }
    workspace.check("case-nothing")?;
    for (name, row) in &mut rows {
        if row.known["generated"] == true {
            let compiled = workspace.check(name)?;
            eprintln!("{}: {compiled:?}", row.file);
            row.compiled = Some(compiled);
        }
    }
    let rows: Vec<Row> = rows.into_iter().map(|(_, row)| row).collect();
    Ok(report(&rows, kind))
}

fn compiles(row: &Row) -> bool {
    row.compiled.as_ref().is_some_and(|compiled| compiled.errors == 0)
}

fn report(rows: &[Row], kind: Kind) -> Outcome {
    let made = if kind == Kind::Client { "client" } else { "server" };
    let count = |is: &dyn Fn(&Row) -> bool| rows.iter().filter(|row| is(row)).count();
    let read = count(&|row| row.known["read"] == true);
    let generated = count(&|row| row.known["generated"] == true);
    let compiled = count(&compiles);
    let mut out = format!(
        "## {} files: types and {made}\n\n{read} were read, code was generated for {generated}, and {compiled} compile with every warning \
         an error.\n\nLines of code stand without blank lines and comments; *a property* counts types and validators, \
         *an operation* the {made}.\n\n",
        rows.len()
    );
    spread(&mut out, "a property", rows, "lines", "properties");
    spread(&mut out, "an operation", rows, "server", "operations");
    out.push_str(
        "\nTimes are seconds of one core: `generate` of `generate`, `check` of `cargo check` without incremental \
         compilation and without dependencies. Memory is the peak in MiB.\n\n\
         | file | version | kB | errors | warnings | notes | operations | lines: types | a property | the rest | an operation \
         | generate | MiB | check | MiB | result |\n|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|---|\n",
    );
    for row in rows {
        line(&mut out, row);
    }
    out.push_str("\nRefused for good reason:\n\n");
    REFUSED.iter().for_each(|(file, why)| out.push_str(&format!("- `{file}` {why}\n")));
    let refused = count(&|row| {
        REFUSED.iter().any(|(file, _)| *file == row.file) && text(&row.known, "crash").is_empty()
    });
    Outcome { text: out, passed: compiled + refused, failed: rows.len() - compiled - refused }
}

fn line(out: &mut String, row: &Row) {
    let known = &row.known;
    let (check, memory) = row.compiled.as_ref().map_or_else(Default::default, |compiled| {
        (format!("{:.1}", compiled.seconds), format!("{:.0}", compiled.peak / 1024.0))
    });
    let crash = [text(known, "crash"), text(known, "load"), text(known, "first")];
    let result = match &row.compiled {
        Some(Compiled { errors: 0, .. }) => "ok".to_owned(),
        Some(Compiled { errors, first, .. }) => format!("{errors} errors of the compiler: {first}"),
        None => crash.into_iter().find(|text| !text.is_empty()).unwrap_or("nothing generated").to_owned(),
    };
    // Writing to a `String` does not fail.
    let _ = writeln!(
        out,
        "| {} | {} | {:.0} | {} | {} | {} | {} | {} | {} | {} | {} | {:.2} | {:.0} | {check} | {memory} | {} |",
        row.file,
        row.version,
        row.bytes / 1000.0,
        known["errors"],
        known["warnings"],
        known["infos"],
        known["operations"],
        known["lines"],
        ratio(known, "lines", "properties").map_or_else(String::new, |ratio| format!("{ratio:.2}")),
        known["server"],
        ratio(known, "server", "operations").map_or_else(String::new, |ratio| format!("{ratio:.1}")),
        number(known, "seconds"),
        number(known, "peak") / 1024.0,
        cell(&result),
    );
}

fn ratio(known: &Value, lines: &str, things: &str) -> Option<f64> {
    (known["generated"] == true && number(known, things) > 0.0)
        .then(|| number(known, lines) / number(known, things))
}

fn spread(out: &mut String, what: &str, rows: &[Row], lines: &str, things: &str) {
    let mut ratios: Vec<f64> = rows.iter().filter_map(|row| ratio(&row.known, lines, things)).collect();
    ratios.sort_by(f64::total_cmp);
    let at =
        |part: usize| ratios.get(ratios.len().saturating_sub(1) * part / 100).copied().unwrap_or_default();
    let (all, of): (f64, f64) = rows
        .iter()
        .filter(|row| row.known["generated"] == true)
        .fold((0.0, 0.0), |sum, row| (sum.0 + number(&row.known, lines), sum.1 + number(&row.known, things)));
    // Writing to a `String` does not fail.
    let _ = writeln!(
        out,
        "- lines {what}: median of the files {:.2}, 90 % of them at most {:.2}, all at most {:.2}; {:.2} over all",
        at(50),
        at(90),
        at(100),
        all / of.max(1.0)
    );
}
