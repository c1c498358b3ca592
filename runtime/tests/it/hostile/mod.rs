//! Hostile HTTP: what connections are sent that no client would send, and what becomes of it.

mod framing;
mod heads;
mod http2;

use apiloom::dep::axum::Router;
use apiloom::dep::axum::routing::{get, post};
use apiloom::{App, Bytes};
use futures_util::StreamExt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// What must become of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Expected {
    /// So many requests are answered, each with 200.
    Answers(usize),
    /// At most one answer, which says that the request is wrong, and then the connection ends.
    Refused,
    /// Any answer that does not blame the service; what follows is not taken for a request of its own.
    Harmless,
}

/// Bytes that are sent, and what must become of them.
#[derive(Debug)]
struct Case {
    name: String,
    bytes: Vec<u8>,
    expected: Expected,
}

fn case(name: impl Into<String>, bytes: impl Into<Vec<u8>>, expected: Expected) -> Case {
    Case { name: name.into(), bytes: bytes.into(), expected }
}

/// A service, and how often what nobody may reach was reached.
#[derive(Clone)]
struct Target {
    address: SocketAddr,
    hidden: Arc<AtomicU32>,
}

impl Target {
    async fn start() -> Self {
        let hidden = Arc::new(AtomicU32::new(0));
        let reached = hidden.clone();
        let router = Router::new()
            .route("/get", get(|| async { "got" }))
            .route("/echo", post(|body: Bytes| async move { format!("{} bytes", body.len()) }))
            .route(
                "/hidden",
                get(move || async move {
                    reached.fetch_add(1, Ordering::SeqCst);
                    "reached"
                }),
            );
        let stack = crate::callers::quiet();
        let bound = App::new().router(router).stack(stack).listen("127.0.0.1:0").bind().await.unwrap();
        Self { address: crate::callers::serve(bound).unwrap(), hidden }
    }

    /// Everything that is answered until the connection ends, or goes silent.
    async fn answer(&self, bytes: &[u8]) -> (Vec<u8>, bool) {
        let mut socket = TcpStream::connect(self.address).await.unwrap();
        // Whoever hangs up early has been told why, or not; it is read all the same.
        let _ = socket.write_all(bytes).await;
        let mut read = Vec::new();
        let ended = tokio::time::timeout(Duration::from_secs(3), socket.read_to_end(&mut read)).await;
        (read, ended.is_ok())
    }

    /// What of a case is not as it must be.
    async fn judge(&self, case: &Case) -> Option<String> {
        let (answer, has_ended) = self.answer(&case.bytes).await;
        let text = String::from_utf8_lossy(&answer);
        let statuses: Vec<u16> = text
            .match_indices("HTTP/1.1 ")
            .filter_map(|(at, found)| text.get(at + found.len()..at + found.len() + 3)?.parse().ok())
            .filter(|status| *status != 100)
            .collect();
        let is_right = match case.expected {
            Expected::Answers(count) => statuses == vec![200; count],
            Expected::Refused => {
                has_ended && is_at_most_one(&statuses, |status| matches!(status, 400..=499 | 501 | 505))
            }
            Expected::Harmless => {
                is_at_most_one(&statuses, |status| status < 500 || matches!(status, 501 | 505))
            }
        };
        let shown = String::from_utf8_lossy(&case.bytes[..case.bytes.len().min(200)]).into_owned();
        (!is_right).then(|| {
            format!(
                "{}: {:?}: {shown:?} was answered {statuses:?}, ended: {has_ended}",
                case.name, case.expected
            )
        })
    }

    /// All of them, and that the service is as well as before.
    async fn judge_all(&self, cases: Vec<Case>) {
        let wrong: Vec<String> = futures_util::stream::iter(&cases)
            .map(|case| self.judge(case))
            .buffer_unordered(16)
            .filter_map(async |wrong| wrong)
            .collect()
            .await;
        assert!(wrong.is_empty(), "{} of {} cases:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
        assert_eq!(
            self.hidden.load(Ordering::SeqCst),
            0,
            "a request that was hidden in another one was seen"
        );
        let fine = self.answer(b"GET /get HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").await;
        assert!(fine.0.starts_with(b"HTTP/1.1 200"));
    }
}

fn is_at_most_one(statuses: &[u16], is_fine: impl Fn(u16) -> bool) -> bool {
    match statuses {
        [] => true,
        [status] => is_fine(*status),
        _ => false,
    }
}

/// Behind everything that is wrong: a request that must not be seen.
const HIDDEN: &[u8] = b"GET /hidden HTTP/1.1\r\nHost: a\r\n\r\n";

fn and_hidden(bytes: impl AsRef<[u8]>) -> Vec<u8> {
    [bytes.as_ref(), HIDDEN].concat()
}

#[tokio::test(flavor = "multi_thread")]
async fn http1() {
    let target = Target::start().await;
    let cases: Vec<Case> = heads::cases().into_iter().chain(framing::cases()).collect();
    assert!(cases.len() >= 500, "{}", cases.len());
    target.judge_all(cases).await;
}
