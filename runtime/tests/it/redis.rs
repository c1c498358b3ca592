//! Rate limits that instances share, in a Redis of the system's package: it is there, it is killed, it is frozen.

use crate::rates::{ask, service};
use apiloom::Service;
use apiloom::stack::RateLimits;
use apiloom::stack::rates::{Rates, WhenDown};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A Redis on a Unix socket, for as long as this lives.
struct Redis {
    child: Child,
    folder: tempfile::TempDir,
}

impl Drop for Redis {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Redis {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let child = run(folder.path());
        Self { child, folder }
    }

    fn url(&self) -> String {
        format!("redis+unix://{}", self.folder.path().join("redis.sock").display())
    }

    fn signal(&self, name: &str) {
        assert!(Command::new("kill").args([name, &self.child.id().to_string()]).status().unwrap().success());
    }
}

/// Until it takes connections.
fn run(folder: &Path) -> Child {
    let socket = folder.join("redis.sock");
    let child = Command::new("redis-server")
        .args(["--port", "0", "--save", "", "--appendonly", "no", "--dir"])
        .arg(folder)
        .arg("--unixsocket")
        .arg(&socket)
        .stdout(Stdio::null())
        .spawn()
        .expect("redis-server is there: it is in the package of the same name");
    let start = Instant::now();
    while std::os::unix::net::UnixStream::connect(&socket).is_err() {
        assert!(start.elapsed() < Duration::from_secs(20), "Redis does not start");
        std::thread::sleep(Duration::from_millis(10));
    }
    child
}

fn limits(redis: &Redis, rate: &str, when_down: WhenDown) -> RateLimits {
    RateLimits {
        rates: Rates(vec![rate.parse().unwrap()]),
        redis: Some(redis.url().into()),
        timeout: Duration::from_millis(250).into(),
        when_down,
        ..RateLimits::default()
    }
}

async fn allowed(services: &[&Service], path: &str, times: usize) -> usize {
    let mut allowed = 0;
    for n in 0..times {
        let status = ask(services[n % services.len()], path, "192.0.2.1", "").await.status().as_u16();
        assert!(matches!(status, 204 | 429), "{status}");
        allowed += usize::from(status == 204);
    }
    allowed
}

#[tokio::test]
async fn instances_share_a_limit() {
    let redis = Redis::start();
    let ((one, _), (other, _)) = (
        service(limits(&redis, "30/m", WhenDown::Closed)),
        service(limits(&redis, "30/m", WhenDown::Closed)),
    );
    assert_eq!(allowed(&[&one, &other], "/plain", 50).await, 30);
    let refused = ask(&one, "/plain", "192.0.2.1", "").await;
    assert_eq!(refused.headers()["ratelimit-policy"], "\"ip\";q=30;w=60");
    let wait: u64 = refused.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=2).contains(&wait), "{wait}");
    // Of each operation for itself, in the same Redis.
    assert_eq!(ask(&other, "/two", "192.0.2.9", "").await.status().as_u16(), 204);
    // Who has another prefix counts for itself.
    let own = RateLimits { prefix: "other:".to_owned(), ..limits(&redis, "30/m", WhenDown::Closed) };
    assert_eq!(allowed(&[&service(own).0], "/plain", 40).await, 30);
}

/// Over seconds, at far more than there may be: what there may be, and not much more.
#[tokio::test(flavor = "multi_thread")]
async fn for_a_while() {
    let redis = Redis::start();
    let services = [0, 1].map(|_| service(limits(&redis, "100/s", WhenDown::Closed)).0);
    let start = Instant::now();
    let tasks = services.map(|service| {
        tokio::spawn(async move {
            let mut count = 0;
            while start.elapsed() < Duration::from_secs(3) {
                count += allowed(&[&service], "/plain", 10).await;
            }
            count
        })
    });
    let mut count = 0;
    for task in tasks {
        count += task.await.unwrap();
    }
    // All of them at once in the beginning, and then 100 a second.
    let seconds = start.elapsed().as_secs_f64();
    let most = 100.0 + 100.0 * seconds;
    assert!((count as f64) <= most * 1.02 && count as f64 >= most * 0.9, "{count} of {most}");
}

#[tokio::test]
async fn when_it_is_killed() {
    let mut redis = Redis::start();
    let (local, stack) = service(limits(&redis, "5/m", WhenDown::Local));
    let (open, _) = service(limits(&redis, "5/m", WhenDown::Open));
    let (closed, _) = service(limits(&redis, "5/m", WhenDown::Closed));
    assert_eq!(allowed(&[&local, &open, &closed], "/plain", 3).await, 3);
    redis.child.kill().unwrap();
    redis.child.wait().unwrap();
    assert_eq!(allowed(&[&local], "/plain", 9).await, 5, "it counts for itself");
    assert_eq!(allowed(&[&open], "/plain", 9).await, 9);
    let refused = ask(&closed, "/plain", "192.0.2.1", "").await;
    assert_eq!((refused.status().as_u16(), &refused.headers()["retry-after"].to_str().unwrap()), (503, &"1"));
    let text = stack.metrics();
    assert!(text.contains("http_server_rate_limit_failures_total 9\n"), "{text}");
    // It comes back, empty.
    std::fs::remove_file(redis.folder.path().join("redis.sock")).unwrap();
    redis.child = run(redis.folder.path());
    let start = Instant::now();
    while ask(&closed, "/plain", "192.0.2.1", "").await.status().as_u16() == 503 {
        assert!(start.elapsed() < Duration::from_secs(5), "it is not found again");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(allowed(&[&closed], "/plain", 9).await, 4);
}

#[tokio::test]
async fn when_it_is_frozen() {
    let redis = Redis::start();
    let (open, _) = service(limits(&redis, "1000/m", WhenDown::Open));
    assert_eq!(allowed(&[&open], "/plain", 1).await, 1);
    redis.signal("-STOP");
    let start = Instant::now();
    assert_eq!(allowed(&[&open], "/plain", 50).await, 50);
    let took = start.elapsed();
    redis.signal("-CONT");
    // One waits; the others know.
    assert!(took < Duration::from_secs(3), "{took:?}");
    let start = Instant::now();
    while !ask(&open, "/plain", "192.0.2.1", "").await.headers().contains_key("ratelimit") {
        assert!(start.elapsed() < Duration::from_secs(5), "it is not asked again");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
