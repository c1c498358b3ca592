//! Damaged documents: ten thousand, and none may crash.

use crate::{Outcome, Result, cell, entries, text};
use apiloom_codegen::{Options, Sources, generate};
use apiloom_tests::mutate::{Random, mutate};
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Instant;

const MUTANTS: usize = 10_000;

/// Larger documents are left out: they say the same more often.
const MOST_BYTES: usize = 60_000;

/// Damages the smaller documents in turn.
pub(crate) fn run(folder: &Path) -> Result<Outcome> {
    let mut documents = Vec::new();
    for (folder, list) in
        [(folder.join("openapi"), "manifest.json"), (folder.join("openapi-micro"), "cases.json")]
    {
        for entry in entries(&folder.join(list))? {
            let file = text(&entry, "file").to_owned();
            match fs::read_to_string(folder.join(&file)) {
                Ok(text) if text.len() <= MOST_BYTES => documents.push((file, text)),
                Ok(_) | Err(_) => {}
            }
        }
    }
    let start = Instant::now();
    let workers = thread::available_parallelism()?.get();
    let documents = &documents;
    let generated = &AtomicUsize::new(0);
    let failures: Vec<String> = thread::scope(|scope| {
        let work = |worker: usize| {
            (0..MUTANTS).filter(move |n| n % workers == worker).filter_map(|n| one(documents, n, generated))
        };
        let workers: Vec<_> =
            (0..workers).map(|worker| scope.spawn(move || work(worker).collect::<Vec<_>>())).collect();
        workers
            .into_iter()
            .flat_map(|worker| worker.join().unwrap_or_else(|_| vec!["a worker died".to_owned()]))
            .collect()
    });
    let text = format!(
        "## Damaged documents\n\n{MUTANTS} damaged copies of {} documents (bytes, lines, words and blocks dropped, swapped, \
         changed or inserted) were read in {:.0} s on {workers} threads. Code was still generated for {}; {} crashed or blamed a place outside of the file.\n\n{}",
        documents.len(),
        start.elapsed().as_secs_f64(),
        generated.load(Ordering::Relaxed),
        failures.len(),
        failures.concat()
    );
    Ok(Outcome { text, passed: MUTANTS - failures.len(), failed: failures.len() })
}

fn one(documents: &[(String, String)], seed: usize, generated: &AtomicUsize) -> Option<String> {
    let (file, text) = documents.get(seed % documents.len().max(1))?;
    let mut random = Random(seed as u64);
    let mut damaged = mutate(text, &mut random);
    for _ in 0..random.below(3) {
        damaged = mutate(&damaged, &mut random);
    }
    let length = damaged.len();
    let made =
        catch_unwind(AssertUnwindSafe(|| generate(&Sources::from_text(file, damaged), &Options::default())));
    let why = match made {
        Err(panic) => {
            let said = panic.downcast_ref::<String>().map(String::as_str);
            said.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("a panic").to_owned()
        }
        Ok(made) => {
            generated.fetch_add(usize::from(!made.files.is_empty()), Ordering::Relaxed);
            let outside = made.diagnostics.iter().find(|found| found.span.end as usize > length)?;
            format!("{} lies outside of the file", outside.code.id())
        }
    };
    Some(format!("- `{file}`, damage {seed}: {}\n", cell(&why)))
}
