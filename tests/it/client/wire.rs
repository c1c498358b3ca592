//! Clients over reqwest, on real sockets: the server of everything, and servers that break the protocol.

use super::api;
use super::api::client::*;
use super::service::Everything;
use apiloom::client::{Cause, ClientError, Engine};
use apiloom::{Event, Stream, Upload};
use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;
use tokio::task::JoinHandle;

async fn everything() -> (Client, JoinHandle<()>) {
    let app = apiloom::App::new().service(api::service(Everything)).listen("127.0.0.1:0");
    let server = app.bind().await.unwrap();
    let address = server.local_addr().unwrap();
    let task = tokio::spawn(async move { server.serve().await.unwrap() });
    (Client::connect(&format!("http://{address}/v1")).unwrap(), task)
}

#[tokio::test]
async fn over_a_socket() {
    let (client, server) = everything().await;
    let client = client.with_key("key").with_basic(("user", "password"));
    assert_eq!(
        client.routes().two_in_a_segment(1, 2).await.unwrap().said,
        "TwoInASegmentParams { from: 1, to: 2 }"
    );
    assert_eq!(client.secured().secured_by_both().await.unwrap().said, "KeyAndUser");
    let lines = (0..1_000).map(|n| api::Point { x: n, y: n });
    let lines = client.bodies().lines_body(Stream::from_iter(lines)).await.unwrap();
    assert_eq!(lines.collect(2_000).await.unwrap().len(), 1_000);
    let mut events = client.responses().events_response().count(20).await.unwrap();
    let first: Event<api::Point> = events.next().await.unwrap().unwrap();
    assert_eq!(first.data.x, 0);
    drop(events);
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), vec![1_u8; 300_000]).unwrap();
    let form = api::MultipartBodyBody {
        title: "t".to_owned(),
        point: None,
        file: Upload::open(file.path()).await.unwrap(),
        files: None,
    };
    assert_eq!(client.bodies().multipart_body(&form).await.unwrap().said, "(\"t\", None, 300000, [])");
    let again = client.routes().literal_route().response().await.unwrap();
    assert_eq!(again.status(), 200);
    server.abort();
}

/// A server that answers each connection with these bytes, and keeps what it was sent.
fn liar(answers: Vec<Vec<u8>>, stay: bool) -> (Client, String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let seen = Arc::new(Mutex::new(Vec::new()));
    let kept = seen.clone();
    thread::spawn(move || {
        let mut open = Vec::new();
        for answer in answers.into_iter().cycle() {
            let Ok((mut socket, _)) = listener.accept() else { return };
            let mut request = Vec::new();
            let mut chunk = [0; 4096];
            while !request.windows(4).any(|end| end == b"\r\n\r\n") {
                match socket.read(&mut chunk) {
                    Ok(0) | Err(_) => break,
                    Ok(read) => request.extend_from_slice(&chunk[..read]),
                }
            }
            kept.lock().unwrap().push(String::from_utf8_lossy(&request).into_owned());
            // The client may have gone.
            let _ = socket.write_all(&answer);
            if stay {
                open.push(socket);
            }
        }
    });
    let base = format!("http://{address}");
    let engine = Engine::connect(&base).unwrap().timeout(Duration::from_secs(20));
    (Client::new(engine), base, seen)
}

#[tokio::test]
async fn broken_protocol() {
    for answer in ["", "\0\0\0\0", "HTTP/1.1 abc\r\n\r\n", "HTTP/1.1 200 OK\r\ncontent-length: x\r\n\r\n"] {
        let (client, ..) = liar(vec![answer.as_bytes().to_vec()], false);
        let error = client.with_key("s3cret").secured().secured_by_key().await.unwrap_err();
        assert!(matches!(error, ClientError::Transport(_)), "{answer:?}: {error:?}");
        assert!(!format!("{error} {error:?}").contains("s3cret"), "{error:?}");
    }
    let cut = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{\"said\":";
    let (client, ..) = liar(vec![cut.to_vec()], false);
    let error = client.routes().literal_route().await.unwrap_err();
    let ClientError::Unreadable(one) = &error else { panic!("{error:?}") };
    assert!(matches!(one.cause, Cause::Cut(_)), "{error:?}");
    assert_eq!(one.response.body(), "{\"said\":");
    let refused = Client::connect("http://127.0.0.1:1").unwrap().routes().literal_route().await.unwrap_err();
    assert!(matches!(refused, ClientError::Transport(_)), "{refused:?}");
}

#[tokio::test]
async fn silent_servers() {
    for answer in ["", "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{"] {
        let (client, ..) = liar(vec![answer.as_bytes().to_vec()], true);
        let call = client.routes().literal_route().timeout(Duration::from_millis(200));
        let error = call.await.unwrap_err();
        assert!(error.is_timeout(), "{answer:?}: {error:?}");
    }
}

#[tokio::test]
async fn redirects() {
    let to = |place: &str| {
        format!("HTTP/1.1 302 Found\r\nlocation: {place}\r\ncontent-length: 0\r\n\r\n").into_bytes()
    };
    let (client, _, seen) = liar(vec![to("/again")], false);
    let error = client.routes().literal_route().await.unwrap_err();
    assert!(matches!(error, ClientError::Transport(_)), "{error:?}");
    assert!(error.to_string().contains("not answered"), "{error}");
    assert!(seen.lock().unwrap().len() <= 22);
    // One that leads elsewhere is not followed: the key stays here.
    let (_, elsewhere, stolen) = liar(vec![b"HTTP/1.1 200 OK\r\n\r\n".to_vec()], false);
    let (client, ..) = liar(vec![to(&format!("{elsewhere}/?key=taken"))], false);
    let error = client.with_key("s3cret").secured().secured_by_key().await.unwrap_err();
    assert_eq!(error.status(), Some(apiloom::StatusCode::FOUND), "{error:?}");
    assert!(error.headers().unwrap()["location"].to_str().unwrap().starts_with(&elsewhere));
    assert!(stolen.lock().unwrap().is_empty());
}
