//! The API page: compressed where that is understood, under a strict policy, and nothing from elsewhere.

use crate::petstore::service;
use apiloom::Body;
use apiloom::dep::http::{Request, Response};
use tower::ServiceExt;

async fn get(path: &str, header: (&str, &str)) -> Response<Body> {
    let request = Request::get(path).header(header.0, header.1).body(Body::empty()).unwrap();
    service().oneshot(request).await.unwrap()
}

#[tokio::test]
async fn the_page_and_its_files() {
    let page = get("/docs", ("accept", "*/*")).await;
    let policy = page.headers()["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("script-src 'self';"), "{policy}");
    let html = apiloom::dep::axum::body::to_bytes(page.into_body(), usize::MAX).await.unwrap();
    let html = String::from_utf8(html.to_vec()).unwrap();
    assert!(html.contains("<title>Pets</title>") && !html.contains("http"), "{html}");
    for file in ["/docs/swagger-ui-bundle.js", "/docs/swagger-ui.css"] {
        let packed = get(file, ("accept-encoding", "br, gzip")).await;
        assert_eq!(packed.headers()["content-encoding"], "gzip");
        let tag = packed.headers()["etag"].to_str().unwrap().to_owned();
        let plain = get(file, ("accept-encoding", "gzip;q=0")).await;
        assert!(!plain.headers().contains_key("content-encoding"));
        let text = apiloom::dep::axum::body::to_bytes(plain.into_body(), usize::MAX).await.unwrap();
        assert!(text.len() > 100_000 && std::str::from_utf8(&text).is_ok());
        let request = Request::get(file).header("accept-encoding", "gzip").header("if-none-match", tag);
        let response = service().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!(response.status(), 304);
    }
    assert_eq!(get("/docs/nothing", ("accept", "*/*")).await.status(), 404);
}
