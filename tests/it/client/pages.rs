//! The golden case `pages`: lists that come in pages, as one stream.

use crate::goldens::pages::client::Client;
use apiloom::client::ClientError;
use apiloom::dep::http::{Request, Response};
use apiloom::{Body, Json};
use futures_util::TryStreamExt;
use std::convert::Infallible;
use std::sync::{Arc, Mutex};

type Asked = Arc<Mutex<Vec<String>>>;

/// A server of pages: what it was asked for, and what it answers to that.
fn server(answer: impl Fn(&str) -> (Option<String>, String) + Clone + Send + 'static) -> (Client, Asked) {
    let asked = Asked::default();
    let kept = asked.clone();
    let service = tower::service_fn(move |request: Request<Body>| {
        let target = request.uri().path_and_query().unwrap().as_str().to_owned();
        let (link, body) = answer(&target);
        kept.lock().unwrap().push(target);
        let mut response = Response::builder().header("content-type", "application/json");
        if let Some(link) = link {
            response = response.header("link", link);
        }
        async move { Ok::<_, Infallible>(response.body(Body::from(body)).unwrap()) }
    });
    (Client::over("http://localhost/v1", service).unwrap(), asked)
}

fn asked(asked: &Asked) -> Vec<String> {
    asked.lock().unwrap().clone()
}

#[tokio::test]
async fn by_links() {
    let (client, seen) = server(|target| match target {
        "/v1/linked" => (Some("</v1/linked?p=2>; rel=\"next\"".to_owned()), "[1,2]".to_owned()),
        "/v1/linked?p=2" => (Some("<http://localhost/v1/linked?p=3>; rel=next".to_owned()), "[]".to_owned()),
        _ => (Some("</v1/linked>; rel=first".to_owned()), "[3]".to_owned()),
    });
    let all: Vec<i64> = client.default().linked().stream().try_collect().await.unwrap();
    assert_eq!(all, [1, 2, 3]);
    assert_eq!(asked(&seen), ["/v1/linked", "/v1/linked?p=2", "/v1/linked?p=3"]);
    let (client, seen) =
        server(|_| (Some("<http://evil.example.com/>; rel=next".to_owned()), "[1]".to_owned()));
    let error = client.default().linked().stream().try_collect::<Vec<i64>>().await.unwrap_err();
    assert!(
        matches!(&error, ClientError::Request(why) if why.to_string().contains("another server")),
        "{error:?}"
    );
    assert_eq!(asked(&seen).len(), 1);
    let (client, seen) = server(|_| (Some("</v1/linked?p=2>; rel=next".to_owned()), "[1]".to_owned()));
    let all: Vec<i64> = client.default().linked().stream().try_collect().await.unwrap();
    assert_eq!((all.len(), asked(&seen).len()), (2, 2), "the same page again ends it");
}

#[tokio::test]
async fn by_addresses() {
    let (client, seen) = server(|target| {
        let body = match target {
            "/v1/addressed?page=5" => r#"{"results":[1],"next":"?page=6"}"#,
            "/v1/addressed?page=6" => r#"{"results":[2],"next":"http://localhost/v1/addressed?page=7"}"#,
            _ => r#"{"results":[3],"next":null}"#,
        };
        (None, body.to_owned())
    });
    let all: Vec<i64> = client.default().addressed().page(5).stream().try_collect().await.unwrap();
    assert_eq!(all, [1, 2, 3]);
    assert_eq!(asked(&seen).len(), 3);
}

#[tokio::test]
async fn by_cursors() {
    let (client, seen) = server(|target| {
        let body = match target {
            "/v1/cursors?stream=true" => r#"{"data":[{"n":1}],"meta":{"nextPageToken":"a b"}}"#,
            "/v1/cursors?stream=true&pageToken=a%20b" => r#"{"data":null,"meta":{"nextPageToken":"c"}}"#,
            _ => r#"{"data":[{"n":2}]}"#,
        };
        (None, body.to_owned())
    });
    let call = client.default().cursors().stream_parameter(true);
    let all: Vec<_> = call.stream().map_ok(|number| number.n).try_collect().await.unwrap();
    assert_eq!(all, [1, 2]);
    assert_eq!(asked(&seen)[2], "/v1/cursors?stream=true&pageToken=c");
    let (client, seen) = server(|_| (None, r#"{"data":[{"n":1}],"meta":{"nextPageToken":"x"}}"#.to_owned()));
    let all: Vec<_> = client.default().cursors().stream().try_collect().await.unwrap();
    assert_eq!((all.len(), asked(&seen).len()), (2, 2), "the same cursor again ends it");
    let (client, _) = server(|target| match target {
        "/v1/told" => (None, r#"{"page":{"list":[1],"more":7}}"#.to_owned()),
        "/v1/told?from=7" => (None, r#"{"page":{"list":[2]}}"#.to_owned()),
        other => panic!("{other}"),
    });
    let all: Vec<i64> = client.default().told().stream().try_collect().await.unwrap();
    assert_eq!(all, [1, 2]);
}

#[tokio::test]
async fn by_numbers() {
    let page = |target: &str| {
        let body = if target.ends_with("=3") { "[]" } else { "[1,2]" };
        (None, body.to_owned())
    };
    let (client, seen) = server(page);
    let all: Vec<i64> = client.default().counted().stream().try_collect().await.unwrap();
    assert_eq!(all, [1, 2, 1, 2]);
    assert_eq!(asked(&seen), ["/v1/counted", "/v1/counted?page=2", "/v1/counted?page=3"]);
    let (client, seen) = server(|target| {
        let body = if target.contains("offset=4") { "[]" } else { "[1,2]" };
        (None, body.to_owned())
    });
    let all: Vec<i64> = client.default().skipped(2).stream().try_collect().await.unwrap();
    assert_eq!(all.len(), 4);
    assert_eq!(asked(&seen)[1..], ["/v1/skipped?limit=2&offset=2", "/v1/skipped?limit=2&offset=4"]);
    // An error in the middle comes after what was there before it.
    let (client, _) = server(|target| {
        (None, if target.contains("page=2") { Json::from("no list").to_string() } else { "[1]".to_owned() })
    });
    let mut stream = client.default().counted().stream();
    assert_eq!(stream.try_next().await.unwrap(), Some(1));
    assert!(matches!(stream.try_next().await, Err(ClientError::Unreadable(_))));
    assert!(matches!(stream.try_next().await, Ok(None)));
}
