//! What takes long: hundreds of stops under load, and a thousand slow connections. `cargo test -p apiloom --test it life -- --ignored
//! --nocapture`

use crate::callers::quiet;
use crate::stack::{Work, work_api};
use apiloom::App;
use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// The process itself: this very test, when the variable is there. It says where it is, and at its end how many writes it has
/// done.
#[tokio::test(flavor = "multi_thread")]
#[allow(clippy::print_stderr, reason = "whoever has started it listens")]
async fn child() {
    if std::env::var_os("STOPPED").is_none() {
        return;
    }
    let work = Work::default();
    let done = work.0.clone();
    let bound = App::new().service(work_api(work)).stack(quiet()).listen("127.0.0.1:0").bind().await.unwrap();
    eprintln!("at {}", bound.local_addr().unwrap());
    bound.serve().await.unwrap();
    eprintln!("done {}", done.load(Ordering::SeqCst));
}

struct Running {
    child: Child,
    log: BufReader<std::process::ChildStderr>,
    address: SocketAddr,
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Running {
    fn start() -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "life::child", "--nocapture"])
            .env("STOPPED", "1")
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut log = BufReader::new(child.stderr.take().unwrap());
        let mut line = String::new();
        while !line.starts_with("at ") {
            line.clear();
            assert!(log.read_line(&mut line).unwrap() > 0, "it does not start");
        }
        let address = line["at ".len()..].trim().parse().unwrap();
        Self { child, log, address }
    }

    /// Stops it. How many writes has it done?
    fn stop(&mut self) -> u32 {
        assert!(Command::new("kill").arg(self.child.id().to_string()).status().unwrap().success());
        let mut rest = String::new();
        self.log.read_to_string(&mut rest).unwrap();
        assert!(self.child.wait().unwrap().success(), "{rest}");
        let done = rest.lines().find_map(|line| line.strip_prefix("done "));
        done.unwrap_or_else(|| panic!("it says nothing of what it has done: {rest}")).parse().unwrap()
    }
}

/// One write. Was it answered? `None`: there was nobody any more.
async fn write(address: SocketAddr) -> Option<bool> {
    let mut socket = TcpStream::connect(address).await.ok()?;
    let request = "POST /work/20 HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    socket.write_all(request.as_bytes()).await.ok()?;
    let mut answer = Vec::new();
    let _ = socket.read_to_end(&mut answer).await;
    Some(answer.starts_with(b"HTTP/1.1 200") && answer.ends_with(b"done"))
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "it takes a minute"]
async fn stopped_two_hundred_times_under_load() {
    let mut all = 0;
    for round in 0..200 {
        let mut running = Running::start();
        let (answered, over) = (Arc::new(AtomicU32::new(0)), Arc::new(AtomicBool::new(false)));
        let address = running.address;
        let clients: Vec<_> = (0..16)
            .map(|_| {
                let (answered, over) = (answered.clone(), over.clone());
                tokio::spawn(async move {
                    while !over.load(Ordering::Relaxed) {
                        match write(address).await {
                            Some(true) => answered.fetch_add(1, Ordering::SeqCst),
                            // It was not taken any more, or nobody has begun with it: that is told by the count.
                            Some(false) | None => return,
                        };
                    }
                })
            })
            .collect();
        tokio::time::sleep(Duration::from_millis(100 + round % 23)).await;
        let (mut stopping, done) = tokio::task::spawn_blocking(move || {
            let done = running.stop();
            (running, done)
        })
        .await
        .unwrap();
        over.store(true, Ordering::Relaxed);
        for client in clients {
            client.await.unwrap();
        }
        assert_eq!(
            answered.load(Ordering::SeqCst),
            done,
            "round {round}: what was done, and what was answered"
        );
        assert!(done > 0 && stopping.child.try_wait().unwrap().is_some());
        all += done;
    }
    println!("200 stops under load: {all} writes done, {all} answered");
}

/// How long good requests take, in ascending order.
async fn good(address: SocketAddr, during: Duration) -> Vec<Duration> {
    let (began, mut took) = (Instant::now(), Vec::new());
    while began.elapsed() < during {
        let one = Instant::now();
        assert_eq!(write(address).await, Some(true));
        took.push(one.elapsed());
    }
    took.sort_unstable();
    took
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "it takes half a minute"]
async fn a_thousand_slow_connections() {
    let bound = App::new()
        .service(work_api(Work::default()))
        .stack(quiet())
        .listen("127.0.0.1:0")
        .bind()
        .await
        .unwrap();
    let address = crate::callers::serve(bound).unwrap();
    let p99 = |took: &[Duration]| took[took.len() * 99 / 100];
    let before = good(address, Duration::from_secs(4)).await;
    let slow = (0..1000).map(|n: u64| {
        tokio::spawn(async move {
            let mut socket = TcpStream::connect(address).await.unwrap();
            let began = Instant::now();
            let _ = socket.write_all(b"GET /rest/0 HTTP/1.1\r\nHost: a\r\n").await;
            let (mut reader, mut writer) = socket.split();
            let drip = async {
                loop {
                    tokio::time::sleep(Duration::from_millis(500 + n)).await;
                    if writer.write_all(b"X-A: b\r\n").await.is_err() {
                        return;
                    }
                }
            };
            let mut rest = Vec::new();
            tokio::select! {
                () = drip => {}
                _ = reader.read_to_end(&mut rest) => {}
            }
            began.elapsed()
        })
    });
    let slow: Vec<_> = slow.collect();
    let during = good(address, Duration::from_secs(9)).await;
    let mut longest = Duration::ZERO;
    for one in slow {
        longest = longest.max(one.await.unwrap());
    }
    assert!(longest < Duration::from_secs(15), "{longest:?}");
    println!(
        "1,000 slow connections: the last was closed after {longest:?}; p99 of good requests {:?} before, {:?} meanwhile",
        p99(&before),
        p99(&during)
    );
}
