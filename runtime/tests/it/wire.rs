//! Connections: what passes, who is too slow, and how many there may be.

use crate::stack::{Work, work_api};
use apiloom::app::Connections;
use apiloom::{App, Limit};
use std::net::SocketAddr;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A server, for as long as this lives.
struct Server {
    address: SocketAddr,
    done: std::sync::Arc<std::sync::atomic::AtomicU32>,
    stop: Option<tokio::sync::oneshot::Sender<()>>,
    serving: tokio::task::JoinHandle<std::io::Result<()>>,
}

impl Server {
    async fn start(connections: Connections) -> Self {
        let work = Work::default();
        let done = work.0.clone();
        let app =
            App::new().service(work_api(work)).stack(apiloom::Stack::default()).connections(connections);
        let bound = app.listen("127.0.0.1:0").bind().await.unwrap();
        let address = bound.local_addr().unwrap();
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let serving = tokio::spawn(bound.serve_until(async {
            let _ = stopped.await;
        }));
        Self { address, done, stop: Some(stop), serving }
    }

    async fn open(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    async fn say(&self, text: &str) -> TcpStream {
        let mut socket = self.open().await;
        socket.write_all(text.as_bytes()).await.unwrap();
        socket
    }

    /// What is answered until the connection ends.
    async fn answer(&self, text: &str) -> String {
        all(&mut self.say(text).await).await
    }
}

async fn all(socket: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    let read = tokio::time::timeout(Duration::from_secs(20), socket.read_to_end(&mut bytes)).await;
    // A connection that is reset has ended too.
    assert!(read.is_ok(), "the connection stays open: {}", String::from_utf8_lossy(&bytes));
    String::from_utf8_lossy(&bytes).into_owned()
}

const GET: &str = "GET /rest/0 HTTP/1.1\r\nHost: a\r\n";

#[tokio::test]
async fn strict_framing() {
    let server = Server::start(Connections::default()).await;
    let last = "GET /rest/0 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    // Two in one piece, and one behind a body in chunks.
    let both = server.answer(&format!("{GET}\r\n{last}")).await;
    assert_eq!(both.matches("HTTP/1.1 200").count(), 2, "{both}");
    let chunked = "POST /work/0 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n0\r\nx-t: 1\r\n\r\n";
    let both = server.answer(&format!("{chunked}{last}")).await;
    assert_eq!(both.matches("HTTP/1.1 200").count(), 2, "{both}");
    let post = "POST /work/0 HTTP/1.1\r\nHost: a\r\n";
    for wrong in [
        "GET /rest/0 HTTP/1.1\r\n\r\n".to_owned(),
        "GET /rest/0 HTTP/1.1\nHost: a\n\n".to_owned(),
        format!("{GET}Host: b\r\n\r\n"),
        format!("{GET}X: a\r\n b\r\n\r\n"),
        format!("{post}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        format!("{post}Content-Length: +3\r\n\r\nabc"),
        format!("{post}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"),
        format!("{post}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n"),
        format!("CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n{last}"),
    ] {
        let answer = server.answer(&wrong).await;
        assert!(answer.starts_with("HTTP/1.1 400"), "{wrong:?} {answer}");
        assert_eq!(answer.matches("HTTP/1.1").count(), 1, "{wrong:?} {answer}");
    }
    // A request that hides in a body that ends in two ways is never seen.
    let hidden = format!("{post}Transfer-Encoding: chunked\r\n\r\n1\nx\r\n0\r\n\r\n{last}");
    let answer = server.answer(&hidden).await;
    assert_eq!(answer.matches("HTTP/1.1").count(), 1, "{answer}");
}

#[tokio::test]
async fn whoever_is_slow() {
    let soon = || Duration::from_millis(300).into();
    let settings = Connections {
        idle: soon(),
        head: soon(),
        body_rate: 1000.into(),
        body_grace: Duration::from_millis(300).into(),
        ..Connections::default()
    };
    let server = Server::start(settings).await;
    let began = Instant::now();
    assert_eq!(server.answer("").await, "");
    assert_eq!(server.answer("GET /rest/0 HTTP/1.1\r\nHost: a\r\nX-A: b").await, "");
    // A byte now and then does not help.
    let mut slow = server.say("GET /rest/0 HTTP/1.1\r\n").await;
    let (mut reader, mut writer) = slow.split();
    let drip = async {
        while writer.write_all(b"X-A: b\r\n").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let mut rest = Vec::new();
    tokio::select! {
        () = drip => {}
        _ = reader.read_to_end(&mut rest) => {}
    }
    assert_eq!(rest, b"");
    // One that is kept alive and asks nothing more.
    let kept = server.answer(&format!("{GET}\r\n")).await;
    assert_eq!(kept.matches("HTTP/1.1 200").count(), 1, "{kept}");
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
    // An answer that takes longer than a connection may be idle is waited for.
    let waited = server.answer(&format!("{}\r\n", GET.replace("rest/0", "rest/900"))).await;
    assert!(waited.starts_with("HTTP/1.1 200"), "{waited}");
}

#[tokio::test]
async fn a_body_that_drips() {
    let settings = Connections {
        body_rate: 100_000.into(),
        body_grace: Duration::from_millis(200).into(),
        ..Connections::default()
    };
    let app = App::new().service(crate::petstore::service()).connections(settings);
    let bound = app.listen("127.0.0.1:0").bind().await.unwrap();
    let mut socket = TcpStream::connect(bound.local_addr().unwrap()).await.unwrap();
    let serving = tokio::spawn(bound.serve_until(std::future::pending()));
    let head =
        "POST /v3/pet HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n";
    socket.write_all(head.as_bytes()).await.unwrap();
    let began = Instant::now();
    let (mut reader, mut writer) = socket.split();
    let drip = async {
        while writer.write_all(b"[").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let mut rest = Vec::new();
    tokio::select! {
        () = drip => {}
        _ = reader.read_to_end(&mut rest) => {}
    }
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    serving.abort();
}

#[tokio::test]
async fn so_many_and_no_more() {
    let server = Server::start(Connections { max_per_ip: 2.into(), ..Connections::default() }).await;
    let (_first, second) = (server.say(GET).await, server.say(GET).await);
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(server.answer(GET).await, "");
    drop(second);
    tokio::time::sleep(Duration::from_millis(100)).await;
    let answer = server.answer(&format!("{GET}Connection: close\r\n\r\n")).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");

    let server =
        Server::start(Connections { max: 1.into(), max_per_ip: Limit::Off, ..Connections::default() }).await;
    let first = server.say(GET).await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    let mut second = server.say(&format!("{GET}Connection: close\r\n\r\n")).await;
    let early = tokio::time::timeout(Duration::from_millis(200), second.read_u8()).await;
    assert!(early.is_err(), "it waits");
    drop(first);
    assert!(all(&mut second).await.starts_with("HTTP/1.1 200"));
}

#[tokio::test]
async fn a_stop_waits_for_writes() {
    let mut server = Server::start(Connections::default()).await;
    let mut kept = server.say(&format!("{GET}\r\n")).await;
    let mut writing = server.say("POST /work/300 HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n").await;
    let gone = server.say("POST /work/400 HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n").await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    drop(gone);
    server.stop.take().unwrap().send(()).unwrap();
    assert!(all(&mut writing).await.starts_with("HTTP/1.1 200"));
    assert!(all(&mut kept).await.starts_with("HTTP/1.1 200"), "an idle connection is closed");
    server.serving.await.unwrap().unwrap();
    assert_eq!(server.done.load(Ordering::SeqCst), 2, "also the one whose caller has gone");
}
