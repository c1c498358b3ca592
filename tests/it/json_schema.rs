//! The JSON Schema Test Suite through the generator: every schema a type with its checks, every instance taken or refused as
//! the suite says. What differs is listed with its reason in the book; `APILOOM_BLESS=1` writes the page.

use crate::goldens::{json_schema_2020_12 as new, json_schema_draft4 as old};
use apiloom_tests::suite::{Case, Draft, cases};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Why a test comes out differently: the component, and the reason.
const REASONS: &[(&str, &str)] =
    &[("Default3", "a default is filled in where a property is missing, and checked like what was sent")];

/// What came of the tests of one file.
#[derive(Debug, Default, Clone, Copy)]
struct Count {
    right: usize,
    wrong: usize,
    left_out: usize,
}

/// Is the instance good by the type that was generated for the schema?
fn accepts(draft: Draft, case: &Case, instance: &serde_json::Value) -> bool {
    let text = format!("{{{:?}: {instance}}}", case.name);
    match draft {
        Draft::Draft2020 => apiloom::json::decode::<new::Cases>(text.as_bytes()).is_ok(),
        Draft::Draft4 => apiloom::json::decode::<old::Cases>(text.as_bytes()).is_ok(),
    }
}

/// The counts by file, and every test that came out differently.
fn run(draft: Draft) -> (BTreeMap<String, Count>, Vec<(String, String)>) {
    let (mut counts, mut wrong) = (BTreeMap::<String, Count>::new(), Vec::new());
    for case in cases(draft).unwrap() {
        let count = counts.entry(case.file.clone()).or_default();
        for test in &case.tests {
            if case.left_out.is_some() {
                count.left_out += 1;
            } else if accepts(draft, &case, &test["data"]) == test["valid"].as_bool().unwrap() {
                count.right += 1;
            } else {
                count.wrong += 1;
                let about = test["description"].as_str().unwrap();
                wrong.push((case.name.clone(), format!("{}: {}: {about}", case.file, case.about)));
            }
        }
    }
    (counts, wrong)
}

fn sum(counts: &BTreeMap<String, Count>) -> Count {
    counts.values().fold(Count::default(), |sum, count| Count {
        right: sum.right + count.right,
        wrong: sum.wrong + count.wrong,
        left_out: sum.left_out + count.left_out,
    })
}

#[test]
fn the_suite() {
    let new = run(Draft::Draft2020);
    let old = run(Draft::Draft4);
    let page = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../book/src/json-schema.md");
    let text = std::fs::read_to_string(&page).unwrap();
    let (head, _) = text.split_once(MARK).unwrap();
    let table = format!("{head}{MARK}\n{}", report(&[(Draft::Draft2020, &new), (Draft::Draft4, &old)]));
    if std::env::var_os("APILOOM_BLESS").is_some() {
        std::fs::write(&page, &table).unwrap();
    }
    let unexplained: Vec<_> = new.1.iter().chain(&old.1).filter(|(name, _)| reason(name).is_none()).collect();
    assert!(unexplained.is_empty(), "{} tests: {unexplained:#?}", unexplained.len());
    let counts = [sum(&new.0), sum(&old.0)].map(|sum| (sum.right, sum.wrong, sum.left_out));
    assert_eq!(counts, [(1276, 1, 22), (613, 1, 4)]);
    assert_eq!(std::fs::read_to_string(&page).unwrap(), table, "run the test with APILOOM_BLESS=1");
}

fn reason(name: &str) -> Option<&'static str> {
    REASONS.iter().find(|(known, _)| *known == name).map(|(_, reason)| *reason)
}

/// What the test writes stands below this line of the page.
const MARK: &str = "<!-- written by the test json_schema::the_suite -->";

type Run = (BTreeMap<String, Count>, Vec<(String, String)>);

fn report(runs: &[(Draft, &Run)]) -> String {
    let mut out = String::new();
    for (draft, (counts, wrong)) in runs {
        let all = sum(counts);
        let tested = all.right + all.wrong;
        let share = 100.0 * all.right as f64 / tested as f64;
        let name = draft.folder();
        writeln!(out, "\n## {name}\n").unwrap();
        writeln!(
            out,
            "{} of {tested} tests as the suite says ({share:.1} %); {} left out.\n",
            all.right, all.left_out
        )
        .unwrap();
        out.push_str("| file | as it says | otherwise | left out |\n|---|--:|--:|--:|\n");
        for (file, count) in counts {
            writeln!(out, "| {file} | {} | {} | {} |", count.right, count.wrong, count.left_out).unwrap();
        }
        if !wrong.is_empty() {
            out.push_str("\nOtherwise:\n\n");
            for (name, about) in wrong {
                writeln!(out, "- {about}: {}", reason(name).unwrap_or("not explained")).unwrap();
            }
        }
        out.push_str("\nLeft out:\n\n");
        for case in cases(*draft).unwrap() {
            if let Some(reason) = case.left_out {
                writeln!(out, "- {}: {}: {reason}", case.file, case.about).unwrap();
            }
        }
    }
    out
}
