//! What is counted, operation by operation, with nothing to look up and nothing to lock while a request is answered.
//! Names as in OpenTelemetry's semantic conventions for HTTP, spelled as Prometheus has them.

use super::lines::Lines;
use super::process;
use super::rates::Counts;
use std::fmt::{self, Write as _};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Statuses that have a counter of their own; the others are counted by their class.
const STATUSES: [u16; 40] = [
    100, 101, 103, 200, 201, 202, 203, 204, 205, 206, 207, 300, 301, 302, 303, 304, 307, 308, 400, 401, 402,
    403, 404, 405, 406, 408, 409, 410, 411, 412, 413, 415, 416, 422, 428, 429, 499, 500, 503, 504,
];
const CLASSES: usize = 5;
/// Upper bounds in microseconds.
const BUCKETS: [u64; 13] = [
    500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000,
    10_000_000,
];

/// What is counted for one operation.
#[derive(Debug)]
pub(crate) struct Series {
    operation: &'static str,
    method: &'static str,
    statuses: [AtomicU64; STATUSES.len() + CLASSES],
    /// One more: what took longer than all bounds.
    buckets: [AtomicU64; BUCKETS.len() + 1],
    micros: AtomicU64,
}

impl Series {
    fn new(operation: &'static str, method: &'static str) -> Self {
        Self {
            operation,
            method,
            statuses: [const { AtomicU64::new(0) }; STATUSES.len() + CLASSES],
            buckets: [const { AtomicU64::new(0) }; BUCKETS.len() + 1],
            micros: AtomicU64::new(0),
        }
    }

    pub(crate) fn operation(&self) -> &'static str {
        self.operation
    }

    /// Counts an answer.
    pub(super) fn count(&self, status: u16, took: Duration) {
        let class = || STATUSES.len() + usize::from(status / 100).clamp(1, CLASSES) - 1;
        let known = STATUSES.binary_search(&status).unwrap_or_else(|_| class());
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        let bucket = BUCKETS.iter().position(|bound| micros <= *bound).unwrap_or(BUCKETS.len());
        let one =
            |counter: Option<&AtomicU64>| counter.map(|counter| counter.fetch_add(1, Ordering::Relaxed));
        one(self.statuses.get(known));
        one(self.buckets.get(bucket));
        self.micros.fetch_add(micros, Ordering::Relaxed);
    }
}

/// Adds lines of its own.
struct Also(Box<dyn Fn(&mut String) + Send + Sync>);

impl fmt::Debug for Also {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Also")
    }
}

/// Everything that a stack counts.
#[derive(Debug, Default)]
pub(crate) struct Metrics {
    series: Mutex<Vec<Arc<Series>>>,
    also: Mutex<Vec<Also>>,
    pub(super) active: AtomicU64,
    pub(super) shed: AtomicU64,
    pub(super) forged: AtomicU64,
    pub(super) timeouts: AtomicU64,
}

fn load(counter: &AtomicU64) -> u64 {
    counter.load(Ordering::Relaxed)
}

/// The head of a metric.
pub(crate) fn head(text: &mut String, name: &str, kind: &str, help: &str) {
    // A string can always be written to.
    let _ = write!(text, "# HELP {name} {help}\n# TYPE {name} {kind}\n");
}

/// A metric without labels.
pub(crate) fn single(text: &mut String, name: &str, kind: &str, help: &str, value: impl fmt::Display) {
    head(text, name, kind, help);
    let _ = writeln!(text, "{name} {value}");
}

/// Seconds of microseconds, exactly.
fn seconds(micros: u64) -> String {
    let text = format!("{}.{:06}", micros / 1_000_000, micros % 1_000_000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// The value of a label (Prometheus' exposition formats, "Comments, help text, and type information").
fn label(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

impl Metrics {
    /// For operations of these ids and methods, and one more for requests that are for none.
    pub(super) fn series(&self, ids: &[(&'static str, &'static str)]) -> Arc<[Arc<Series>]> {
        let mut known = self.series.lock().unwrap_or_else(PoisonError::into_inner);
        let mut one = |(id, method): (&'static str, &'static str)| {
            let same = known.iter().find(|series| series.operation == id && series.method == method);
            same.cloned().unwrap_or_else(|| {
                let series = Arc::new(Series::new(id, method));
                known.push(series.clone());
                series
            })
        };
        ids.iter().copied().chain([("", "")]).map(&mut one).collect()
    }

    pub(super) fn also(&self, text: impl Fn(&mut String) + Send + Sync + 'static) {
        self.also.lock().unwrap_or_else(PoisonError::into_inner).push(Also(Box::new(text)));
    }

    pub(super) fn text(&self, lines: &Lines, counts: &Counts) -> String {
        let series = self.series.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let mut text = String::new();
        requests(&mut text, &series);
        durations(&mut text, &series);
        let out = &mut text;
        single(out, "http_server_active_requests", "gauge", "Requests in flight.", load(&self.active));
        let refused = "http_server_refused_requests_total";
        head(out, refused, "counter", "Requests that no operation has seen, by why.");
        let _ = writeln!(out, "{refused}{{reason=\"overload\"}} {}", load(&self.shed));
        let _ = writeln!(out, "{refused}{{reason=\"cross-site\"}} {}", load(&self.forged));
        let _ = writeln!(out, "{refused}{{reason=\"rate-limit\"}} {}", load(&counts.refused));
        let failed =
            "Requests of which it was not known whether there were too many, as Redis did not answer.";
        single(out, "http_server_rate_limit_failures_total", "counter", failed, load(&counts.failed));
        let timeouts = "Operations whose time was over before their answer began.";
        single(out, "http_server_timeouts_total", "counter", timeouts, load(&self.timeouts));
        let dropped = "Lines of the access log that nobody took fast enough.";
        single(out, "access_log_dropped_lines_total", "counter", dropped, lines.dropped());
        process::text(out);
        self.also.lock().unwrap_or_else(PoisonError::into_inner).iter().for_each(|also| (also.0)(out));
        text
    }
}

fn requests(text: &mut String, series: &[Arc<Series>]) {
    let name = "http_server_requests_total";
    head(
        text,
        name,
        "counter",
        "Requests by operation and status; of no operation: those that were for none.",
    );
    for one in series {
        let names =
            STATUSES.iter().map(ToString::to_string).chain((1..=CLASSES).map(|class| format!("{class}xx")));
        for (status, counter) in names.zip(&one.statuses).filter(|(_, counter)| load(counter) > 0) {
            let (operation, method) = (label(one.operation), one.method);
            let labels = format!("operation=\"{operation}\",method=\"{method}\",status=\"{status}\"");
            let _ = writeln!(text, "{name}{{{labels}}} {}", load(counter));
        }
    }
}

fn durations(text: &mut String, series: &[Arc<Series>]) {
    let name = "http_server_request_duration_seconds";
    head(text, name, "histogram", "How long it took until an answer began.");
    for one in series {
        let counts: Vec<u64> = one.buckets.iter().map(load).collect();
        let total: u64 = counts.iter().sum();
        if total == 0 {
            continue;
        }
        let labels = format!("operation=\"{}\",method=\"{}\"", label(one.operation), one.method);
        let mut so_far = 0;
        for (bound, count) in BUCKETS.iter().zip(&counts) {
            so_far += count;
            let _ = writeln!(text, "{name}_bucket{{{labels},le=\"{}\"}} {so_far}", seconds(*bound));
        }
        let _ = writeln!(text, "{name}_bucket{{{labels},le=\"+Inf\"}} {total}");
        let _ = writeln!(text, "{name}_sum{{{labels}}} {}", seconds(load(&one.micros)));
        let _ = writeln!(text, "{name}_count{{{labels}}} {total}");
    }
}
