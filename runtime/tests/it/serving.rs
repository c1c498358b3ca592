//! The app on a real socket: it answers, and a stop loses no request.

use crate::petstore::service;
use apiloom::App;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const GET: &str = "GET /v3/store/inventory HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

#[tokio::test]
async fn a_stop_lets_requests_finish() {
    let slow = apiloom::dep::axum::Router::new().route(
        "/slow",
        apiloom::dep::axum::routing::get(|| async {
            tokio::time::sleep(Duration::from_millis(200)).await;
            "done"
        }),
    );
    let bound = App::new().service(service()).router(slow).listen("127.0.0.1:0").bind().await.unwrap();
    let address = bound.local_addr().unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let serving = tokio::spawn(bound.serve_until(async {
        let _ = stopped.await;
    }));

    let send = async |request: &str| {
        let mut socket = TcpStream::connect(address).await.unwrap();
        socket.write_all(request.as_bytes()).await.unwrap();
        socket
    };
    let mut text = String::new();
    send(GET).await.read_to_string(&mut text).await.unwrap();
    assert!(text.starts_with("HTTP/1.1 200") && text.ends_with(r#"{"sold":3}"#), "{text}");

    let mut slow = send(&GET.replace("/v3/store/inventory", "/slow")).await;
    tokio::time::sleep(Duration::from_millis(50)).await;
    stop.send(()).unwrap();
    let mut text = String::new();
    slow.read_to_string(&mut text).await.unwrap();
    assert!(text.ends_with("done"), "{text}");
    serving.await.unwrap().unwrap();
}

#[tokio::test]
async fn conflicts_are_told_before_serving() {
    let error =
        App::new().service(service().merge(service())).listen("127.0.0.1:0").bind().await.unwrap_err();
    assert!(error.to_string().contains("served twice"), "{error}");
}
