//! What is set for one operation.

use super::{app, folder};
use crate::petstore::service;
use apiloom::dep::tower::ServiceExt;
use apiloom::{Body, StatusCode};

async fn post(router: apiloom::dep::axum::Router, path: &str, length: usize) -> StatusCode {
    let request = apiloom::dep::http::Request::post(path)
        .header("content-type", "application/json")
        .header("api_key", "k")
        .body(Body::from(format!("\"{}\"", "a".repeat(length))))
        .unwrap();
    router.oneshot(request).await.unwrap().status()
}

fn router(text: &str, variables: &[(&str, &str)]) -> apiloom::dep::axum::Router {
    let there = folder(&[("default.toml", text)]);
    app(there.path(), variables, &[]).service(service()).into_router()
}

#[tokio::test]
async fn limits() {
    let status =
        async |text: &str, variables: &[(&str, &str)]| post(router(text, variables), "/v3/pet", 100).await;
    let enough = status("", &[]).await;
    assert_ne!(enough, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(status("server.body_limit = 50", &[]).await, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(status("operations.addPet.body_limit = 50", &[]).await, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(status("server.body_limit = 50\noperations.addPet.body_limit = '1 kB'", &[]).await, enough);
    let variable = [("APP__OPERATIONS__ADDPET__BODY_LIMIT", "1 kB")];
    assert_eq!(status("operations.addPet.body_limit = 50", &variable).await, enough);
    assert_eq!(status("server.body_limit = 50", &variable).await, enough);
}

#[tokio::test]
async fn unknown() {
    let there = folder(&[("default.toml", "[operations.\"adPet\"]\nbody_limit = 5\n")]);
    let app = app(there.path(), &[], &["--listen", "127.0.0.1:0"]);
    let told = app.service(service()).bind().await.unwrap_err().to_string();
    let told = told.replace(&format!("{}/", there.path().display()), "");
    let wanted = "error: there is no operation `adPet`\n --> default.toml:1:13\n  |\n1 | [operations.\"adPet\"]\n  |             \
                  ^^^^^^^\n  = help: did you mean `addPet`?\n";
    assert!(told.contains(wanted), "{told}");
}

#[tokio::test]
#[cfg(feature = "docs")]
async fn pages() {
    let get = async |text: &str| {
        let request = apiloom::dep::http::Request::get("/docs").body(Body::empty()).unwrap();
        router(text, &[]).oneshot(request).await.unwrap().status()
    };
    assert_eq!(get("docs.enabled = true").await, StatusCode::OK);
    assert_eq!(get("docs.enabled = false").await, StatusCode::NOT_FOUND);
}
