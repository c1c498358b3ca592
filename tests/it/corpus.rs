//! A case is a folder of `corpus/`. Adding a test is adding a folder: `cargo run -p apiloom-tests --bin corpus bless` writes
//! what comes of each, and the difference is for review.

use apiloom_tests::cases::{actual, expected};

macro_rules! cases {
    ($($case:ident),* $(,)?) => {$(
        #[test]
        fn $case() {
            check(stringify!($case));
        }
    )*};
}
include!(concat!(env!("OUT_DIR"), "/cases.rs"));

fn check(case: &str) {
    let (expected, actual) = (expected(case).unwrap(), actual(case).unwrap());
    let names = expected.keys().chain(actual.keys().filter(|name| !expected.contains_key(*name)));
    let differences: String =
        names.map(|name| difference(name, expected.get(name), actual.get(name))).collect();
    assert!(differences.is_empty(), "{case} came out differently:\n{differences}");
}

fn difference(name: &str, expected: Option<&String>, actual: Option<&String>) -> String {
    if expected == actual {
        return String::new();
    }
    let text = |side: Option<&String>| side.cloned().unwrap_or_default();
    let (expected, actual) = (text(expected), text(actual));
    let diff = similar::TextDiff::from_lines(&expected, &actual);
    diff.unified_diff().header(&format!("{name} (expected)"), name).to_string()
}
