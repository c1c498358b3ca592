//! `[stack]`, `[connections]`, and what is set for one operation.

use super::{app, failure, folder};
use crate::stack::{Work, work_api};
use apiloom::dep::axum::Router;
use apiloom::dep::http::{Request, Response};
use apiloom::dep::tower::ServiceExt;
use apiloom::{App, Body};

const QUIET: &str = "stack.access_log.format = 'off'\n";

async fn ask(router: &Router, path: &str, origin: &str) -> Response<Body> {
    let request = Request::get(path).header("origin", origin).body(Body::empty()).unwrap();
    router.clone().oneshot(request).await.unwrap()
}

fn serving(app: App) -> Router {
    app.service(work_api(Work::default())).into_router()
}

fn said<'a>(answer: &'a Response<Body>, name: &str) -> &'a str {
    answer.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

#[tokio::test]
async fn what_is_set() {
    let text = |own: &str| {
        format!(
            "stack.access_log.format = 'off'\nstack.timeout = '50ms'\nstack.security_headers.set.x-a = 'b'\n\
             stack.cors.origins = ['https://a.example']\noperations.rest.timeout = {own}\n"
        )
    };
    let there = folder(&[("default.toml", &text("'off'"))]);
    let router = serving(app(there.path(), &[("APP__STACK__MAX_REQUESTS", "9")], &[]));
    let answer = ask(&router, "/rest/100", "https://a.example").await;
    assert_eq!(
        (answer.status().as_u16(), said(&answer, "x-a")),
        (200, "b"),
        "it has a limit of its own: none"
    );
    assert_eq!(said(&answer, "access-control-allow-origin"), "https://a.example");
    let there = folder(&[("default.toml", &text("'20ms'"))]);
    let router = serving(app(there.path(), &[], &[]));
    assert_eq!(ask(&router, "/rest/40", "https://b.example").await.status().as_u16(), 504);
}

#[tokio::test]
async fn rate_limits() {
    let text = "stack.access_log.format = 'off'\nstack.rate_limit.rates = ['3/m by all', '9/s']\n\
                operations.rest.rate_limit = 'off'\noperations.work.rate_limit = '1/m by all, 5/s'\n";
    let there = folder(&[("default.toml", text)]);
    let router = serving(app(there.path(), &[], &[]));
    let status = async |method: &str, path: &str| {
        let request = Request::builder().method(method).uri(path).body(Body::empty()).unwrap();
        router.clone().oneshot(request).await.unwrap().status().as_u16()
    };
    assert_eq!((status("POST", "/work/0").await, status("POST", "/work/0").await), (200, 429));
    assert_eq!(
        (status("GET", "/tell").await, status("GET", "/tell").await),
        (200, 429),
        "two of three were taken"
    );
    assert_eq!(status("GET", "/rest/0").await, 200);
    let told = |text: &str| failure(folder(&[("default.toml", text)]).path(), &[], &[]);
    let wrong = told(
        "stack.rate_limit.rates = ['5/w']\noperations.a.rate_limit = 5\nstack.rate_limit.when_down = 'no'\n",
    );
    assert!(
        wrong.contains("`stack.rate_limit.rates[0]` is a rate such as \"100/s\"") && wrong.contains(":1:27"),
        "{wrong}"
    );
    assert!(
        wrong.contains("`operations.a.rate_limit` is a rate such as") && wrong.contains(":2:"),
        "{wrong}"
    );
    assert!(wrong.contains("`stack.rate_limit.when_down`") && wrong.contains("local"), "{wrong}");
}

#[test]
fn what_cannot_be_used() {
    let text =
        "[stack]\nmax_requests = 'many'\ntimeout = true\n[stack.cors]\ncredentials = true\norigins = ['*']\n";
    let told = |text: &str| failure(folder(&[("default.toml", text)]).path(), &[], &[]);
    let wrong = told(text);
    assert!(wrong.contains("default.toml:2:16") && wrong.contains("`stack.max_requests` is"), "{wrong}");
    assert!(wrong.contains("`stack.timeout` is a limit, or \"off\""), "{wrong}");
    let together = told(&text.replace("max_requests = 'many'\ntimeout = true\n", ""));
    let wanted = "error: `stack.cors.credentials`: credentials are not for all origins (`*`): name those that may send \
                  them\n --> default.toml:3:15\n";
    assert!(together.contains(wanted), "{together}");
    let origin = told("stack.cors.origins = ['a']");
    assert!(
        origin.contains("`stack.cors.origins`: `a` is no origin") && origin.contains("default.toml:1:"),
        "{origin}"
    );
}

#[tokio::test]
async fn changed_while_it_runs() {
    let there = folder(&[("default.toml", QUIET)]);
    let bound =
        app(there.path(), &[], &["--listen", "127.0.0.1:0"]).service(work_api(Work::default())).bind();
    let bound = bound.await.unwrap();
    let address = bound.local_addr().unwrap();
    let serving = tokio::spawn(bound.serve_until(std::future::pending()));
    let allowed = async || {
        let client = fetched(address).await;
        client.lines().find_map(|line| line.strip_prefix("access-control-allow-origin: ").map(str::to_owned))
    };
    assert_eq!(allowed().await, None);
    std::fs::write(there.path().join("new"), format!("{QUIET}stack.cors.origins = ['*']\n")).unwrap();
    std::fs::rename(there.path().join("new"), there.path().join("default.toml")).unwrap();
    for _ in 0..100 {
        if allowed().await.is_some() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!(allowed().await.as_deref(), Some("*"));
    serving.abort();
}

/// The head and body of an answer.
async fn fetched(address: std::net::SocketAddr) -> String {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let mut socket = tokio::net::TcpStream::connect(address).await.unwrap();
    let head = "GET /tell HTTP/1.1\r\nHost: a\r\nOrigin: https://a.example\r\nConnection: close\r\n\r\n";
    socket.write_all(head.as_bytes()).await.unwrap();
    let mut text = String::new();
    socket.read_to_string(&mut text).await.unwrap();
    text
}
