//! Starts the service in process and asks it.

use apiloom::dep::axum::{Router, body};
use apiloom::dep::http::{Request, Response};
use apiloom::dep::tower::ServiceExt as _;
use apiloom::{Body, StatusCode};
use {{ krate|rust_name }}::{api, service::App};

fn service() -> apiloom::Service {
    api::service(App::default())
}

async fn ask(router: &Router, method: &str, path: &str) -> Response<Body> {
    let request = Request::builder().method(method).uri(path).body(Body::empty()).expect("the path is well-formed");
    router.clone().oneshot(request).await.expect("a router always answers")
}

#[tokio::test]
async fn the_schema_is_served() {
    let response = ask(&service().into_router(), "GET", "/openapi.json").await;
    assert_eq!(response.status(), StatusCode::OK);
    let text = body::to_bytes(response.into_body(), usize::MAX).await.expect("the body is in memory");
    let schema: apiloom::Json = apiloom::dep::serde_json::from_slice(&text).expect("it is JSON");
    assert!(schema["openapi"].is_string());
}

#[tokio::test]
async fn what_is_not_there_is_a_problem() {
    let response = ask(&service().into_router(), "GET", "/there/is/no/such/path/in/any/schema").await;
    assert_eq!(response.status(), StatusCode::NOT_FOUND);
    assert_eq!(response.headers()["content-type"], "application/problem+json");
}

/// Every operation is reached: it answers that it is not written yet, or says what is wrong with this bare request.
#[tokio::test]
async fn every_operation_answers() {
    let service = service();
    assert!(service.problems().is_empty(), "{:?}", service.problems());
    let router = service.clone().into_router();
    for operation in service.operations() {
        let mut path = operation.path.to_owned();
        while let (Some(from), Some(to)) = (path.find('{'), path.find('}')) {
            path.replace_range(from..=to, "1");
        }
        let status = ask(&router, operation.method, &path).await.status();
        let reached = ![StatusCode::NOT_FOUND, StatusCode::METHOD_NOT_ALLOWED].contains(&status);
        let sound = status == StatusCode::NOT_IMPLEMENTED || !status.is_server_error();
        assert!(reached && sound, "{} {} answers {status}", operation.method, operation.path);
    }
}
