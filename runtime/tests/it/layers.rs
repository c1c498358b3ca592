//! What stands around operations, in which order; and several documents in one process.

use crate::petstore::service;
use apiloom::dep::http::{Request, Response};
use apiloom::dep::tower::layer::layer_fn;
use apiloom::service::Route;
use apiloom::{Body, Document, Json, Operation, Service};
use std::convert::Infallible;
use std::sync::{Arc, Mutex};
use tower::ServiceExt;

type Log = Arc<Mutex<Vec<String>>>;

/// A layer that notes when a request comes in and when the answer goes out.
fn noting(log: &Log, name: &'static str) -> impl apiloom::service::Wrap + use<> {
    let log = log.clone();
    layer_fn(move |inner: Route| {
        let log = log.clone();
        tower::service_fn(move |request: Request<Body>| {
            let (log, inner) = (log.clone(), inner.clone());
            async move {
                let id = Operation::of(&request).map_or("?", |operation| operation.id);
                log.lock().unwrap().push(format!("{name} {id}"));
                let answer = inner.oneshot(request).await?;
                log.lock().unwrap().push(format!("{name} {}", answer.status().as_u16()));
                Ok::<Response<Body>, Infallible>(answer)
            }
        })
    })
}

async fn status(service: &Service, request: &str) -> u16 {
    let (method, path) = request.split_once(' ').unwrap();
    let request = Request::builder().method(method).uri(path).body(Body::empty()).unwrap();
    service.clone().oneshot(request).await.unwrap().status().as_u16()
}

#[tokio::test]
async fn the_order_of_layers() {
    let log = Log::default();
    let service = service()
        .layer_operation("getPet", noting(&log, "operation"))
        .layer_group("pet", noting(&log, "group"))
        .layer(noting(&log, "service"))
        .layer(noting(&log, "outermost"));
    assert!(service.problems().is_empty(), "{:?}", service.problems());
    assert_eq!(status(&service, "GET /v3/pet/1").await, 200);
    let expected = [
        "outermost getPet",
        "service getPet",
        "group getPet",
        "operation getPet",
        "operation 200",
        "group 200",
        "service 200",
        "outermost 200",
    ];
    assert_eq!(*log.lock().unwrap(), expected);

    log.lock().unwrap().clear();
    assert_eq!(status(&service, "GET /v3/store/inventory").await, 200);
    assert!(!log.lock().unwrap().iter().any(|line| line.starts_with("operation")));
    log.lock().unwrap().clear();
    assert_eq!(status(&service, "GET /nowhere").await, 404);
    assert_eq!(status(&service, "PATCH /v3/pet/1").await, 405);
    assert!(log.lock().unwrap().is_empty(), "layers stand around operations, not around what is none");
}

#[tokio::test]
async fn layers_stay_with_what_they_were_put_around() {
    let log = Log::default();
    let merged = service().layer(noting(&log, "first")).mount("/a").merge(service());
    assert_eq!(status(&merged, "GET /v3/pet/1").await, 200);
    assert!(log.lock().unwrap().is_empty());
    assert_eq!(status(&merged, "GET /a/v3/pet/1").await, 200);
    assert_eq!(log.lock().unwrap().len(), 2);
}

#[tokio::test]
async fn a_layer_may_answer_itself_or_panic() {
    let refuse = layer_fn(|_: Route| {
        tower::service_fn(async |_: Request<Body>| {
            let refused = Response::builder().status(429).body(Body::empty()).unwrap_or_default();
            Ok::<_, Infallible>(refused)
        })
    });
    assert_eq!(status(&service().layer(refuse), "GET /v3/pet/1").await, 429);
    let broken = layer_fn(|_: Route| {
        tower::service_fn(async |request: Request<Body>| -> Result<Response<Body>, Infallible> {
            panic!("{}", request.uri())
        })
    });
    assert_eq!(status(&service().layer(broken), "GET /v3/pet/1").await, 500);
    let forgetful = layer_fn(|inner: Route| {
        inner.map_request(|mut request: Request<Body>| {
            request.extensions_mut().clear();
            request
        })
    });
    assert_eq!(status(&service().layer(forgetful), "GET /v3/pet/1").await, 500);
}

#[test]
fn a_layer_for_nothing_is_a_problem() {
    let log = Log::default();
    let service =
        service().layer_operation("getPett", noting(&log, "a")).layer_group("Pet", noting(&log, "b"));
    let told = "a layer is for the operation `getPett`, and there is none";
    assert_eq!(service.problems(), [told, "a layer is for the group `Pet`, and there is none"]);
}

static OTHER: Document =
    Document { title: "Other <API>", version: "2", json: r#"{"openapi":"3.1.0","servers":[{"url":"/b"}]}"# };

async fn text(service: &Service, path: &str) -> String {
    let request = Request::get(path).body(Body::empty()).unwrap();
    let answer = service.clone().oneshot(request).await.unwrap();
    assert_eq!(answer.status(), 200, "{path}");
    let bytes = apiloom::dep::axum::body::to_bytes(answer.into_body(), usize::MAX).await.unwrap();
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[tokio::test]
async fn several_documents() {
    let both = service().mount("v1/").merge(Service::default().document(&OTHER).mount("/v2"));
    assert!(both.problems().is_empty());
    let first: Json = apiloom::dep::serde_json::from_str(&text(&both, "/v1/openapi.json").await).unwrap();
    assert_eq!(first["servers"][0]["url"], "/v1");
    let second: Json = apiloom::dep::serde_json::from_str(&text(&both, "/v2/openapi.json").await).unwrap();
    assert_eq!(second["servers"][0]["url"], "/v2/b");
    assert_eq!(status(&both, "GET /openapi.json").await, 404);
    assert_eq!(status(&both, "GET /v1/v3/pet/1").await, 200);
    assert!(both.owns("/v2/openapi.json") && !both.owns("/v3/openapi.json"));

    let clash = service().merge(Service::default().document(&OTHER));
    let told = "two documents would be served at `/openapi.json`: `mount` one of their services";
    assert_eq!(clash.problems(), [told]);
}

#[cfg(feature = "docs")]
#[tokio::test]
async fn one_page_lists_them_all() {
    let both = service().mount("/v1").merge(Service::default().document(&OTHER).mount("/v2"));
    let page = text(&both, "/docs").await;
    for line in [
        "<option value=\"v1/openapi.json\">Pets 1 (/v1/openapi.json)</option>",
        "<option value=\"v2/openapi.json\">Other &lt;API&gt; 2 (/v2/openapi.json)</option>",
    ] {
        assert!(page.contains(line), "{page}");
    }
    let own = text(&both, "/v2/docs").await;
    assert!(own.contains("<option value=\"openapi.json\">Other") && !own.contains("Pets"), "{own}");
    assert!(own.contains("<title>Other &lt;API&gt;</title>"));
    assert_eq!(status(&both, "GET /v3/docs").await, 404);
    assert_eq!(status(&both, "GET /v2/docs/swagger-ui.css").await, 200);
    assert_eq!(status(&Service::default(), "GET /docs").await, 404);
}
