//! The admin listener, and the phases of a service.

use super::folder;
use crate::petstore::service;
use apiloom::app::Phase;
use apiloom::config::{Config, Loaded};
use apiloom::{App, Body, Life};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::oneshot;

struct Running {
    traffic: SocketAddr,
    admin: SocketAddr,
    life: Life,
    stop: Option<oneshot::Sender<()>>,
    serving: tokio::task::JoinHandle<()>,
}

fn app(text: &str) -> App {
    let there = folder(&[("default.toml", text)]);
    let arguments = ["a", "--config", there.path().to_str().unwrap(), "--listen", "127.0.0.1:0"];
    let set = ["--set", "admin.listen=127.0.0.1:0"];
    match Config::new().variables([("A", "")]).arguments(arguments.into_iter().chain(set)).load().unwrap() {
        Loaded::App(app) => app.service(service()),
        Loaded::Text(text) => panic!("{text}"),
    }
}

async fn run(app: App) -> Running {
    let life = app.life();
    assert_eq!(life.phase(), Phase::Starting);
    let bound = app.bind().await.unwrap();
    let (traffic, admin) = (bound.local_addr().unwrap(), bound.admin_addrs().unwrap()[0]);
    let (stop, stopped) = oneshot::channel::<()>();
    let serving = tokio::spawn(async move {
        let stopped = async {
            let _ = stopped.await;
        };
        bound.serve_until(stopped).await.unwrap();
    });
    life.reached(Phase::Ready).await;
    Running { traffic, admin, life, stop: Some(stop), serving }
}

async fn ask(address: SocketAddr, method: &str, path: &str, body: &str) -> (u16, String) {
    let mut socket = TcpStream::connect(address).await.unwrap();
    let length = body.len();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}"
    );
    socket.write_all(request.as_bytes()).await.unwrap();
    let mut text = String::new();
    socket.read_to_string(&mut text).await.unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
}

async fn get(address: SocketAddr, path: &str) -> (u16, String) {
    ask(address, "GET", path, "").await
}

#[tokio::test]
async fn what_is_told() {
    let own = apiloom::dep::axum::Router::new()
        .route("/mine", apiloom::dep::axum::routing::get(|| async { Body::from("mine") }));
    let running = run(app("[operations.addPet]\nbody_limit = '1 kB'\n").admin(own)).await;
    assert_eq!(get(running.admin, "/livez").await, (200, "alive\n".to_owned()));
    assert_eq!(get(running.admin, "/mine").await, (200, "mine".to_owned()));
    let (status, config) = get(running.admin, "/config").await;
    assert!(status == 200 && config.contains("body_limit = \"1 kB\""), "{config}");
    let (status, text) = get(running.admin, "/operations").await;
    let operations: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap();
    let add = operations.iter().find(|operation| operation["id"] == "addPet").unwrap();
    assert_eq!((status, add["method"].as_str(), add["path"].as_str()), (200, Some("POST"), Some("/v3/pet")));
    assert_eq!(add["overrides"]["body_limit"], "1 kB");
    assert_eq!(get(running.admin, "/nothing").await.0, 404);
    assert_eq!(ask(running.admin, "DELETE", "/livez", "").await.0, 405);
    assert_eq!(get(running.traffic, "/livez").await.0, 404, "not for the world");
    assert_eq!(get(running.traffic, "/config").await.0, 404);
}

#[cfg(feature = "log")]
#[tokio::test]
async fn levels() {
    let running = run(app("[log]\nlevel = 'warn'\n")).await;
    assert_eq!(get(running.admin, "/log-level").await, (200, r#"{"level":"warn","modules":{}}"#.to_owned()));
    let next = r#"{"level":"debug","modules":{"sqlx":"off"}}"#;
    assert_eq!(ask(running.admin, "PUT", "/log-level", next).await, (200, next.to_owned()));
    assert_eq!(get(running.admin, "/log-level").await.1, next);
    for bad in ["", "debug", r#"{"level":"loud"}"#, r#"{"level":"info","x":1}"#, &"[".repeat(100_000)] {
        let (status, text) = ask(running.admin, "PUT", "/log-level", bad).await;
        assert!(status == 400 && text.contains("\"status\":400"), "{text}");
    }
    assert_eq!(get(running.admin, "/log-level").await.1, next);
}

#[tokio::test]
async fn checks() {
    let (is_up, asked) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    let (up, count) = (is_up.clone(), asked.clone());
    let app =
        app("admin.check_interval = '50ms'\nadmin.check_timeout = '100ms'\n").check("database", move || {
            count.fetch_add(1, Ordering::SeqCst);
            let is_up = up.load(Ordering::SeqCst);
            async move { if is_up { Ok(()) } else { Err("no connection") } }
        });
    let running = run(app).await;
    let (status, text) = get(running.admin, "/readyz").await;
    assert!(status == 503 && text.contains(r#""error":"no connection""#), "{text}");
    assert_eq!(get(running.admin, "/startupz").await.0, 503);
    is_up.store(true, Ordering::SeqCst);
    tokio::time::sleep(Duration::from_millis(60)).await;
    assert_eq!(get(running.admin, "/startupz").await.0, 200);
    let (status, text) = get(running.admin, "/readyz").await;
    let told: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(
        (status, told["status"].as_str(), told["phase"].as_str()),
        (200, Some("ready"), Some("ready"))
    );
    assert_eq!(
        (told["checks"][0]["name"].as_str(), told["checks"][0]["ok"].as_bool()),
        (Some("database"), Some(true))
    );
    is_up.store(false, Ordering::SeqCst);
    tokio::time::sleep(Duration::from_millis(60)).await;
    assert_eq!(get(running.admin, "/readyz").await.0, 503);
    assert_eq!(get(running.admin, "/startupz").await.0, 200, "what has started has started");

    let before = asked.load(Ordering::SeqCst);
    let start = Instant::now();
    let many = (0..50).map(|_| get(running.admin, "/readyz"));
    apiloom_futures(many).await;
    let most = 2 + usize::try_from(start.elapsed().as_millis() / 50).unwrap();
    assert!(asked.load(Ordering::SeqCst) - before <= most, "many questions are few checks");
}

async fn apiloom_futures(many: impl Iterator<Item = impl Future<Output = (u16, String)>>) {
    futures_util::future::join_all(many).await;
}

#[tokio::test]
async fn checks_that_hang_or_panic() {
    let app = app("admin.check_timeout = '100ms'\n")
        .check("hangs", || async {
            std::future::pending::<()>().await;
            Ok::<_, String>(())
        })
        .check("panics", || async {
            if true {
                panic!("oh");
            }
            Ok::<_, String>(())
        })
        .check("is well", || async { Ok::<_, String>(()) });
    let running = run(app).await;
    let start = Instant::now();
    let (status, text) = get(running.admin, "/readyz").await;
    assert!(start.elapsed() < Duration::from_secs(5));
    assert!(
        status == 503 && text.contains("no answer within 100 ms") && text.contains("it panicked"),
        "{text}"
    );
    assert!(text.contains(r#""name":"is well","ok":true"#), "{text}");
    assert_eq!(get(running.admin, "/livez").await.0, 200);
}

#[tokio::test]
async fn readiness_goes_before_the_listener() {
    let mut running = run(app("server.drain = '600ms'\n")).await;
    assert_eq!(get(running.admin, "/readyz").await.0, 200);
    running.stop.take().unwrap().send(()).unwrap();
    running.life.reached(Phase::Draining).await;
    let (status, text) = get(running.admin, "/readyz").await;
    assert!(status == 503 && text.contains("draining"), "{text}");
    assert_eq!(get(running.admin, "/livez").await.0, 200);
    assert_eq!(get(running.traffic, "/v3/store/inventory").await.0, 200, "it still serves");
    running.life.reached(Phase::Stopped).await;
    running.serving.await.unwrap();
    assert!(TcpStream::connect(running.traffic).await.is_err());
    assert!(TcpStream::connect(running.admin).await.is_err());
}
