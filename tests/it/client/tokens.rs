//! Tokens of OAuth 2: fetched once, renewed in time and when they are refused.

use super::api::client::*;
use super::service::Everything;
use apiloom::Body;
use apiloom::client::{ClientError, OAuth2};
use apiloom::dep::axum::body::to_bytes;
use apiloom::dep::http::{Request, Response};
use std::convert::Infallible;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tower::ServiceExt;

type Seen = Arc<Mutex<Vec<String>>>;

/// A server of tokens, and of everything: which tokens it has handed out, and the requests for them.
fn login(answers: Vec<(u16, &'static str)>) -> (OAuth2, Seen) {
    let seen = Seen::default();
    let kept = seen.clone();
    let answers = Arc::new(Mutex::new(answers));
    let server = tower::service_fn(move |request: Request<Body>| {
        let (kept, answers) = (kept.clone(), answers.clone());
        async move {
            let (head, body) = request.into_parts();
            let body = to_bytes(body, 10_000).await.unwrap();
            let authorization =
                head.headers.get("authorization").map(|value| value.to_str().unwrap().to_owned());
            let line = format!("{} {}", authorization.unwrap_or_default(), String::from_utf8_lossy(&body));
            kept.lock().unwrap().push(line.trim().to_owned());
            let (status, text) = answers.lock().unwrap().remove(0);
            Ok::<_, Infallible>(Response::builder().status(status).body(Body::from(text)).unwrap())
        }
    });
    (OAuth2::over("http://login.example.com/token", server).unwrap(), seen)
}

fn client(tokens: OAuth2) -> Client {
    Client::over("http://localhost/v1", super::api::service(Everything)).unwrap().with_oauth(tokens)
}

#[tokio::test(start_paused = true)]
async fn fetched_once_and_renewed() {
    let granted = r#"{"access_token":"token","token_type":"bearer","expires_in":60}"#;
    let (tokens, seen) = login(vec![(200, granted), (200, granted)]);
    let client = client(tokens.client("me&", "p ä").scopes(["read", "write"]));
    let calls = (0..5).map(|_| client.secured().secured_by_scopes().into_future());
    for answer in futures_util::future::join_all(calls).await {
        assert_eq!(answer.unwrap().said, "Token");
    }
    // `me%26:p%20%C3%A4` as `Basic`.
    let asked = "Basic bWUlMjY6cCUyMCVDMyVBNA== grant_type=client_credentials&scope=read%20write";
    assert_eq!(*seen.lock().unwrap(), [asked]);
    tokio::time::advance(Duration::from_secs(55)).await;
    client.secured().secured_by_scopes().await.unwrap();
    assert_eq!(seen.lock().unwrap().len(), 2);
}

#[tokio::test]
async fn renewed_when_refused() {
    let (tokens, seen) = login(vec![
        (200, r#"{"access_token":"old","refresh_token":"second"}"#),
        (200, r#"{"access_token":"token"}"#),
    ]);
    let client =
        client(tokens.client("me", "s3cret").client_in_body().refresh("first").parameter("audience", "pets"));
    assert_eq!(client.secured().secured_by_scopes().await.unwrap().said, "Token");
    let ends = "&audience=pets&client_id=me&client_secret=s3cret";
    let asked =
        ["first", "second"].map(|token| format!("grant_type=refresh_token&refresh_token={token}{ends}"));
    assert_eq!(*seen.lock().unwrap(), asked);
}

#[tokio::test]
async fn denied() {
    for (status, text, told) in [
        (
            400,
            r#"{"error":"invalid_client","error_description":"s3cret"}"#,
            "no token was granted: invalid_client",
        ),
        (500, "s3cret", "no token was granted: the answer 500 Internal Server Error cannot be read"),
        (200, "{}", "no token was granted: the answer 200 OK cannot be read"),
    ] {
        let (tokens, _) = login(vec![(status, text)]);
        let client = client(tokens.client("me", "s3cret"));
        let error = client.secured().secured_by_scopes().await.unwrap_err();
        let ClientError::Transport(cause) = &error else { panic!("{error:?}") };
        assert_eq!(cause.to_string(), told);
        assert!(!format!("{error} {error:?} {client:?}").contains("s3cret"), "{error:?}");
    }
}

#[tokio::test]
async fn still_refused() {
    let (tokens, seen) = login(vec![(200, r#"{"access_token":"a"}"#), (200, r#"{"access_token":"b"}"#)]);
    let error = client(tokens).secured().secured_by_scopes().await.unwrap_err();
    assert!(matches!(error.documented(), Some(SecuredByScopesError::Unauthorized(_))), "{error:?}");
    assert_eq!(seen.lock().unwrap().len(), 2);
    let ready = super::api::service(Everything).oneshot(Request::new(Body::empty())).await;
    assert_eq!(ready.unwrap().status(), 404);
}
