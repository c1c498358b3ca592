//! What happens when apiloom itself is wrong: a report in the cache folder, and one sentence that says so.

use std::backtrace::Backtrace;
use std::io::Write as _;
use std::panic::PanicHookInfo;
use std::path::PathBuf;
use std::time::SystemTime;

/// Turns panics into reports.
pub(super) fn install() {
    std::panic::set_hook(Box::new(|info| {
        let report = text(info);
        let mut stderr = std::io::stderr().lock();
        // Nobody is left to tell when this fails.
        let _ = match write(&report) {
            Some(path) => writeln!(
                stderr,
                "error: this is a bug in apiloom, not in your schema. A report that you can send is in {}",
                path.display()
            ),
            None => writeln!(stderr, "error: this is a bug in apiloom, not in your schema.\n{report}"),
        };
    }));
}

fn text(info: &PanicHookInfo<'_>) -> String {
    let payload = info.payload();
    let message = payload
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| payload.downcast_ref::<String>().cloned())
        .unwrap_or_default();
    let place = info.location().map(ToString::to_string).unwrap_or_default();
    let arguments: Vec<String> =
        std::env::args_os().map(|argument| argument.to_string_lossy().into_owned()).collect();
    format!(
        "apiloom {} ({} {})\narguments: {arguments:?}\n{message}\nat {place}\n\n{}\n",
        env!("CARGO_PKG_VERSION"),
        std::env::consts::OS,
        std::env::consts::ARCH,
        Backtrace::force_capture()
    )
}

/// Writes the report into the user's cache folder, never into the current one.
fn write(report: &str) -> Option<PathBuf> {
    let folder = dirs::cache_dir()?.join("apiloom");
    std::fs::create_dir_all(&folder).ok()?;
    let seconds = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).ok()?.as_secs();
    let path = folder.join(format!("crash-{seconds}-{}.txt", std::process::id()));
    std::fs::write(&path, report).ok()?;
    Some(path)
}
