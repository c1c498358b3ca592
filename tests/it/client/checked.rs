//! A client that checks what it sends.

use super::api::client::*;
use super::api::*;
use apiloom::Body;
use apiloom::client::{ClientError, Engine};
use apiloom::dep::http::{Request, Response};
use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// A client that checks, and how many requests it has sent.
fn client() -> (Client, Arc<AtomicU32>) {
    let sent = Arc::new(AtomicU32::new(0));
    let count = sent.clone();
    let service = tower::service_fn(move |_: Request<Body>| {
        count.fetch_add(1, Ordering::Relaxed);
        async { Ok::<_, Infallible>(Response::new(Body::from(r#"{"said":"done"}"#))) }
    });
    (Client::new(Engine::over("http://localhost/v1", service).unwrap().validate(true)), sent)
}

#[tokio::test]
async fn all_faults_are_told_and_nothing_is_sent() {
    let (client, sent) = client();
    let list = [3, -1];
    let error = client.styles().query_styles(-5).text(&"x".repeat(21)).form(&list).await.unwrap_err();
    let ClientError::Request(refused) = &error else { panic!("{error:?}") };
    let told: Vec<_> = refused
        .faults()
        .iter()
        .map(|fault| format!("{} {}{} {}", fault.place.as_str(), fault.name, fault.pointer(), fault.code))
        .collect();
    assert_eq!(told, ["query required minimum", "query text max_length", "query form/1 minimum"]);
    assert_eq!(
        error.to_string(),
        "the request was not sent: it is not what the schema says: required must be at least 0; text must have at \
         most 20 characters; form/1 must be at least 0"
    );
    let form = Form { name: String::new(), age: Some(200), tags: None };
    let error = client.bodies().either_body(EitherBodyBody::Form(form)).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the request was not sent: it is not what the schema says: body/name must have at least 1 character; \
         body/age must be at most 150"
    );
    assert_eq!((error.status(), sent.load(Ordering::Relaxed)), (None, 0));
}

#[tokio::test]
async fn what_is_right_is_sent_and_what_is_unset_is_not_looked_at() {
    let (client, sent) = client();
    assert_eq!(client.styles().query_styles(5).form(&[1]).await.unwrap().said, "done");
    assert_eq!(client.routes().literal_route().await.unwrap().said, "done");
    assert_eq!(sent.load(Ordering::Relaxed), 2);
}
