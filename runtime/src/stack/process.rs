//! What the process and its tokio runtime are like, as Prometheus' clients tell it.

use super::metrics::single;

/// Adds the metrics of the process, where the system tells them, and of the runtime.
pub(super) fn text(text: &mut String) {
    if let Ok(runtime) = tokio::runtime::Handle::try_current() {
        let metrics = runtime.metrics();
        single(text, "tokio_workers", "gauge", "Threads that run tasks.", metrics.num_workers());
        single(text, "tokio_alive_tasks", "gauge", "Tasks that have not ended.", metrics.num_alive_tasks());
        let queued = "Tasks that wait in the queue of all threads.";
        single(text, "tokio_global_queue_depth", "gauge", queued, metrics.global_queue_depth());
    }
    #[cfg(target_os = "linux")]
    linux(text);
}

/// From `/proc/self` (proc(5)); a value that cannot be read is left out.
#[cfg(target_os = "linux")]
fn linux(text: &mut String) {
    /// `sysconf(_SC_CLK_TCK)`, which Linux shows to programs as 100 on every architecture.
    const TICKS: f64 = 100.0;
    if let Some(status) = read("/proc/self/status") {
        let of = |key: &str| {
            let value = status.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(':'));
            value.and_then(|value| value.split_whitespace().next()?.parse::<u64>().ok())
        };
        let kilobytes = [
            ("VmRSS", "process_resident_memory_bytes", "Memory that is in use."),
            ("VmSize", "process_virtual_memory_bytes", "Memory that is reserved."),
        ];
        for (key, name, help) in kilobytes {
            of(key).into_iter().for_each(|kb| single(text, name, "gauge", help, kb * 1024));
        }
        let threads = of("Threads");
        threads.into_iter().for_each(|n| single(text, "process_threads", "gauge", "Threads.", n));
    }
    // Behind the name, which may hold anything, the third field comes first; utime and stime are fields 14 and 15.
    if let Some(stat) = read("/proc/self/stat")
        && let Some((_, fields)) = stat.rsplit_once(')')
    {
        let ticks: f64 =
            fields.split_whitespace().skip(11).take(2).filter_map(|field| field.parse::<f64>().ok()).sum();
        let help = "Processor time that was used.";
        single(text, "process_cpu_seconds_total", "counter", help, ticks / TICKS);
    }
    if let Ok(files) = std::fs::read_dir("/proc/self/fd") {
        single(text, "process_open_fds", "gauge", "Files and sockets that are open.", files.count());
    }
}

#[cfg(target_os = "linux")]
fn read(path: &str) -> Option<String> {
    std::fs::read_to_string(path).ok()
}
