//! A pet is asked for, made and listed by the generated client, and by reqwest as people write it by hand.
//!
//! ```text
//! bench-client serve                            answers on a port that the system chooses, and prints it
//! bench-client ours|theirs get|post|list URL N  makes N calls, one after the other
//! ```

mod ours;
mod serve;
mod theirs;

use std::time::Duration;

type Done<T = ()> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// Of both sides.
const TIMEOUT: Duration = Duration::from_secs(30);

fn main() -> Done {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    match words.as_slice() {
        ["serve"] => serve::forever(),
        ["ours", case, url, times] => runtime.block_on(ours::calls(case, url, times.parse()?)),
        ["theirs", case, url, times] => runtime.block_on(theirs::calls(case, url, times.parse()?)),
        _ => Err("see the top of src/main.rs".into()),
    }
}
