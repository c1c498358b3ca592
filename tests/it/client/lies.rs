//! Servers that lie, stall and cut: each comes to a typed error, with what was received.

use super::api::client::*;
use apiloom::client::{Cause, ClientError, Unreadable};
use apiloom::dep::axum::BoxError;
use apiloom::dep::http::{Request, Response};
use apiloom::{Body, Bytes, StatusCode};
use futures_util::{StreamExt, stream};
use std::convert::Infallible;
use std::time::Duration;

fn over(answer: impl Fn() -> Response<Body> + Clone + Send + 'static) -> Client {
    let service = tower::service_fn(move |_: Request<Body>| {
        let answer = answer();
        async move { Ok::<_, Infallible>(answer) }
    });
    Client::over("http://localhost/v1", service).unwrap()
}

fn answer(status: u16, media: &str, body: impl Into<Body>) -> Response<Body> {
    Response::builder().status(status).header("content-type", media).body(body.into()).unwrap()
}

async fn told(status: u16, media: &'static str, body: &'static [u8]) -> ClientError<LiteralRouteError> {
    over(move || answer(status, media, body)).routes().literal_route().await.unwrap_err()
}

fn unreadable(error: &ClientError<LiteralRouteError>) -> &Unreadable {
    let ClientError::Unreadable(one) = error else { panic!("{error:?}") };
    one
}

#[tokio::test]
async fn wrong_bodies() {
    let wrong = told(200, "application/json", br#"{"said":1}"#).await;
    assert_eq!(unreadable(&wrong).response.body(), r#"{"said":1}"#);
    assert!(wrong.to_string().contains("body/said"), "{wrong}");
    for (media, body) in [
        ("application/json", &b"{\"said\":"[..]),
        ("application/json", b""),
        ("application/json", b"\xff\xfe"),
        ("text/html", b"<html>busy</html>"),
        ("application/json; charset=utf-7", b"{}"),
        ("nonsense", b"{}"),
    ] {
        let error = told(200, media, body).await;
        assert!(matches!(unreadable(&error).cause, Cause::Faults(_)), "{media}: {error:?}");
        assert_eq!(error.body().unwrap(), body);
        assert_eq!(error.status(), Some(StatusCode::OK));
    }
    let latin = over(|| answer(200, "application/json; charset=iso-8859-1", &b"{\"said\":\"\xfc\"}"[..]));
    assert_eq!(latin.routes().literal_route().await.unwrap().said, "ü");
    let untyped = over(|| Response::new(Body::from(r#"{"said":"x"}"#)));
    assert_eq!(untyped.routes().literal_route().await.unwrap().said, "x");
}

#[tokio::test]
async fn wrong_statuses() {
    let redirected = told(302, "text/plain", b"elsewhere").await;
    assert_eq!(unreadable(&redirected).response.body(), "elsewhere");
    assert_eq!(redirected.status(), Some(StatusCode::FOUND));
    // A document without `default`.
    let other = tower::service_fn(|_: Request<Body>| async {
        Ok::<_, Infallible>(answer(503, "text/plain", "try later"))
    });
    let client = crate::goldens::webhooks::client::Client::over("http://localhost", other).unwrap();
    let error = client.webhooks().list_pets().await.unwrap_err();
    let ClientError::Unexpected(response) = &error else { panic!("{error:?}") };
    assert_eq!((response.status().as_u16(), response.body().as_ref()), (503, &b"try later"[..]));
    assert!(error.to_string().contains("which the schema does not have"), "{error}");
}

#[tokio::test]
async fn endless_and_cut() {
    let endless = || {
        let chunks = stream::repeat_with(|| Ok::<_, Infallible>(Bytes::from_static(&[b' '; 65_536])));
        answer(200, "application/json", Body::from_stream(chunks))
    };
    let error = over(endless).routes().literal_route().limit(3_000_000).await.unwrap_err();
    assert!(matches!(unreadable(&error).cause, Cause::TooLong(3_000_000)), "{error:?}");
    assert_eq!(error.body().unwrap().len(), 1024 * 1024);
    let cut = || {
        let chunks =
            stream::iter([Ok(Bytes::from_static(b"{\"said\"")), Err(BoxError::from("the proxy cut"))]);
        answer(200, "application/json", Body::from_stream(chunks))
    };
    let error = over(cut).routes().literal_route().await.unwrap_err();
    assert!(matches!(unreadable(&error).cause, Cause::Cut(_)), "{error:?}");
    assert_eq!(error.body().unwrap(), "{\"said\"");
}

#[tokio::test(start_paused = true)]
async fn slow() {
    let slow = || {
        let first = stream::iter([Ok::<_, Infallible>(Bytes::from_static(b"{\"said\""))]);
        answer(200, "application/json", Body::from_stream(first.chain(stream::pending())))
    };
    let error = over(slow).routes().literal_route().timeout(Duration::from_secs(5)).await.unwrap_err();
    assert!(error.is_timeout(), "{error:?}");
    let never =
        tower::service_fn(|_: Request<Body>| std::future::pending::<Result<Response<Body>, Infallible>>());
    let client = Client::over("http://localhost/v1", never).unwrap();
    let error = client.routes().literal_route().await.unwrap_err();
    assert!(matches!(error, ClientError::Timeout(time) if time == Duration::from_secs(30)), "{error:?}");
    let events = || {
        let first = stream::iter([Ok::<_, Infallible>(Bytes::from_static(b"data: {\"x\":1,\"y\":2}\n\n"))]);
        answer(200, "text/event-stream", Body::from_stream(first.chain(stream::pending())))
    };
    let mut events = over(events).responses().events_response().await.unwrap();
    assert_eq!(events.next().await.unwrap().unwrap().data.x, 1);
    assert!(events.next().await.unwrap().is_err(), "a stream that stalls ends in an error");
}

#[tokio::test]
async fn no_secret_in_errors() {
    let broken = tower::service_fn(|_: Request<Body>| async { Err::<Response<Body>, _>("no route to host") });
    let client = Client::over("http://localhost/v1", broken).unwrap().with_key("s3cret-key");
    let error = client.secured().secured_by_key().await.unwrap_err();
    assert!(matches!(error, ClientError::Transport(_)), "{error:?}");
    let hostile = over(|| {
        let mut answer = answer(500, "text/plain", "s3cret-body");
        answer.headers_mut().insert("set-cookie", "s3cret-cookie".parse().unwrap());
        answer
    });
    let other = hostile.secured().secured_by_key().await.unwrap_err();
    let texts = format!("{error} {error:?} {other} {other:?} {client:?}");
    assert!(!texts.contains("s3cret"), "{texts}");
    assert_eq!(other.headers().unwrap()["set-cookie"], "s3cret-cookie");
}
