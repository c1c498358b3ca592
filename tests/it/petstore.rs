//! The petstore as its users meet it: every operation, and every way in which a request can be wrong.

use apiloom::dep::axum::body::to_bytes;
use apiloom::dep::http::{HeaderMap, Request};
use apiloom::dep::serde_json::{self, json};
use apiloom::{Body, Json, Service};
use std::io::Read;
use tower::ServiceExt;

const BASE: &str = "/api/v3";
const KEY: (&str, &str) = ("api_key", "special-key");
const JSON: (&str, &str) = ("content-type", "application/json");

/// A store of its own.
async fn store() -> Service {
    petstore::Store::open("sqlite::memory:", petstore::Keys::default()).await.unwrap().service()
}

struct Answer {
    status: u16,
    headers: HeaderMap,
    bytes: Vec<u8>,
}

impl Answer {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    fn text(&self) -> &str {
        std::str::from_utf8(&self.bytes).unwrap()
    }

    fn json(&self) -> Json {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    /// Each fault as `in name/pointer code`.
    fn faults(&self) -> Vec<String> {
        assert_eq!(self.header("content-type"), "application/problem+json");
        let json = self.json();
        let word = |fault: &Json, key: &str| fault[key].as_str().unwrap_or_default().to_owned();
        let faults = json["errors"].as_array().cloned().unwrap_or_default();
        let line = |f: &Json| {
            format!("{} {}{} {}", word(f, "in"), word(f, "name"), word(f, "pointer"), word(f, "code"))
        };
        faults.iter().map(line).collect()
    }
}

/// Sends `GET /path` with headers and a body.
async fn send(store: &Service, request: &str, headers: &[(&str, &str)], body: impl Into<Body>) -> Answer {
    let (method, path) = request.split_once(' ').unwrap();
    let request =
        headers.iter().fold(Request::builder().method(method).uri(path), |request, (name, value)| {
            request.header(*name, *value)
        });
    let answer = store.clone().oneshot(request.body(body.into()).unwrap()).await.unwrap();
    let (head, body) = answer.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.unwrap().to_vec();
    Answer { status: head.status.as_u16(), headers: head.headers, bytes }
}

/// Calls an operation and asserts its status.
async fn call(store: &Service, request: &str, body: Option<Json>, status: u16) -> Answer {
    let (method, path) = request.split_once(' ').unwrap();
    let headers: &[(&str, &str)] = if body.is_some() { &[KEY, JSON] } else { &[KEY] };
    let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
    let answer = send(store, &format!("{method} {BASE}{path}"), headers, body).await;
    assert_eq!(answer.status, status, "{request}: {}", answer.text());
    answer
}

#[tokio::test]
async fn pets() {
    let store = store().await;
    let pet = json!({ "name": "Rex", "photoUrls": ["a"], "tags": [{ "name": "new" }], "category": { "name": "Dogs" } });
    let made = call(&store, "POST /pet", Some(pet), 200).await.json();
    let id = made["id"].as_i64().unwrap();
    assert_eq!(made["status"], "available");
    assert_eq!(call(&store, &format!("GET /pet/{id}"), None, 200).await.json(), made);
    assert_eq!(
        call(&store, "GET /pet/findByTags?tags=new&tags=other", None, 200).await.json(),
        json!([made])
    );
    let sold = call(&store, &format!("POST /pet/{id}?name=Max&status=sold"), None, 200).await.json();
    assert_eq!((&sold["name"], &sold["status"]), (&json!("Max"), &json!("sold")));
    let by_status = call(&store, "GET /pet/findByStatus?status=sold&limit=1", None, 200).await.json();
    assert_eq!(by_status.as_array().map(Vec::len), Some(1));
    let all = call(&store, "GET /pet/export", None, 200).await;
    let all: Vec<Json> = all.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(all.len() > 1 && all.contains(&sold), "{all:?}");
    assert!(all.is_sorted_by_key(|pet| pet["id"].as_i64()), "{all:?}");
    let renamed = json!({ "id": id, "name": "Moritz", "photoUrls": [] });
    assert_eq!(call(&store, "PUT /pet", Some(renamed), 200).await.json()["name"], "Moritz");
    let bytes = [KEY, ("content-type", "application/octet-stream")];
    let path = format!("POST {BASE}/pet/{id}/uploadImage?additionalMetadata=nice");
    let stored = send(&store, &path, &bytes, vec![0_u8, 255]).await;
    assert_eq!(
        (stored.status, stored.json()["message"].as_str().map(|m| m.starts_with("2 bytes"))),
        (200, Some(true))
    );
    assert!(call(&store, &format!("DELETE /pet/{id}"), None, 204).await.bytes.is_empty());
    call(&store, &format!("GET /pet/{id}"), None, 404).await;
}

#[tokio::test]
async fn orders() {
    let store = store().await;
    let inventory = call(&store, "GET /store/inventory", None, 200).await.json();
    assert_eq!(inventory, json!({ "available": 2, "pending": 1, "sold": 1 }));
    let order = json!({ "petId": 1, "quantity": 2, "shipDate": "2026-02-03T04:05:06Z" });
    let placed = call(&store, "POST /store/order", Some(order), 200).await.json();
    let expected = json!({
        "id": 2, "petId": 1, "quantity": 2, "shipDate": "2026-02-03T04:05:06Z", "status": "placed", "complete": false,
    });
    assert_eq!(placed, expected);
    assert_eq!(call(&store, "GET /store/order/2", None, 200).await.json(), expected);
    call(&store, "DELETE /store/order/2", None, 204).await;
    call(&store, "GET /store/order/2", None, 404).await;
    call(&store, "POST /store/order", Some(json!({ "petId": 999 })), 404).await;
}

#[tokio::test]
async fn users() {
    let store = store().await;
    let user = |name: &str| json!({ "username": name, "email": "a@example.com", "password": "secret" });
    let made = call(&store, "POST /user", Some(user("ann")), 200).await.json();
    assert_eq!(made.get("password"), None, "a password is never answered");
    let many = call(&store, "POST /user/createWithList", Some(json!([user("bob"), user("eve")])), 200).await;
    assert_eq!(many.json().as_array().map(Vec::len), Some(2));
    call(&store, "POST /user", Some(user("ann")), 409).await;
    let session = call(&store, "GET /user/login?username=ann&password=secret", None, 200).await;
    assert_eq!(session.header("x-rate-limit"), "5000");
    assert!(session.header("x-expires-after").ends_with('Z'), "{}", session.header("x-expires-after"));
    call(&store, "GET /user/login?username=ann&password=wrong", None, 401).await;
    call(&store, "GET /user/logout", None, 204).await;
    let changed = json!({ "username": "ann", "firstName": "Ann" });
    assert_eq!(call(&store, "PUT /user/ann", Some(changed), 200).await.json()["firstName"], "Ann");
    assert_eq!(call(&store, "GET /user/ann", None, 200).await.json()["firstName"], "Ann");
    call(&store, "DELETE /user/ann", None, 204).await;
    call(&store, "GET /user/ann", None, 404).await;
}

#[tokio::test]
async fn without_the_key() {
    let store = store().await;
    for request in ["GET /api/v3/store/inventory", "DELETE /api/v3/pet/1", "DELETE /api/v3/store/order/1"] {
        let answer = send(&store, request, &[], Body::empty()).await;
        assert_eq!(
            (answer.status, answer.header("content-type")),
            (401, "application/problem+json"),
            "{request}"
        );
        assert_eq!(send(&store, request, &[("api_key", "wrong")], Body::empty()).await.status, 401);
    }
}

#[tokio::test]
async fn all_faults_at_once() {
    let store = store().await;
    let pet = json!({
        "id": 0, "name": "", "photoUrls": "none", "status": "lost", "tags": [{ "name": "" }, 7, { "id": "x" }],
        "category": null,
    });
    let mut faults = call(&store, "POST /pet", Some(pet), 400).await.faults();
    faults.sort();
    assert_eq!(
        faults,
        [
            "body /category type",
            "body /id minimum",
            "body /name min_length",
            "body /photoUrls type",
            "body /status enum",
            "body /tags/0/name min_length",
            "body /tags/1 type",
            "body /tags/2/id type",
        ]
    );
    let faults = call(&store, "GET /pet/findByTags?limit=0&tags=", None, 400).await.faults();
    assert_eq!(faults, ["query tags min_items", "query limit minimum"]);
    let faults = call(&store, "GET /pet/findByTags?limit=many", None, 400).await.faults();
    assert_eq!(faults, ["query tags required", "query limit type"]);
    assert_eq!(call(&store, "GET /pet/zero", None, 400).await.faults(), ["path petId type"]);
    assert_eq!(
        call(&store, "POST /user/createWithList", Some(json!([{}, { "username": 1 }])), 400).await.faults(),
        ["body /0/username required", "body /1/username type",]
    );
}

#[tokio::test]
async fn bodies_that_are_no_json() {
    let store = store().await;
    let post = "POST /api/v3/pet";
    for (text, code) in [
        ("", "required"),
        ("{", "syntax"),
        ("{} {}", "syntax"),
        ("[]", "type"),
        ("null", "type"),
        ("\u{feff}{", "syntax"),
    ] {
        let answer = send(&store, post, &[KEY, JSON], text).await;
        assert_eq!(
            (answer.status, answer.faults().first().is_some_and(|fault| fault.ends_with(code))),
            (400, true),
            "{text}: {}",
            answer.text()
        );
    }
    let twice = send(&store, post, &[KEY, JSON], r#"{"name":"a","name":"b","photoUrls":[]}"#).await;
    assert_eq!((twice.status, twice.faults()), (400, vec!["body /name duplicate".to_owned()]));
    let deep = send(&store, post, &[KEY, JSON], "[".repeat(100_000)).await;
    assert_eq!(deep.status, 400, "{}", deep.text());
}

#[tokio::test]
async fn requests_that_fit_no_operation() {
    let store = store().await;
    let problem = |answer: &Answer, status: u16| {
        assert_eq!(
            (answer.status, answer.header("content-type")),
            (status, "application/problem+json"),
            "{}",
            answer.text()
        );
        assert_eq!(answer.json()["status"], status);
    };
    problem(&send(&store, "GET /nothing", &[], Body::empty()).await, 404);
    problem(&send(&store, "GET /api/v3/pets", &[], Body::empty()).await, 404);
    let method = send(&store, "PATCH /api/v3/pet", &[], Body::empty()).await;
    problem(&method, 405);
    assert!(
        ["POST", "PUT"].iter().all(|word| method.header("allow").contains(word)),
        "{}",
        method.header("allow")
    );
    problem(&send(&store, "GET /api/v3/pet/1", &[("accept", "text/html")], Body::empty()).await, 406);
    problem(&send(&store, "POST /api/v3/pet", &[KEY, ("content-type", "text/plain")], "{}").await, 415);
    problem(&send(&store, "POST /api/v3/pet", &[KEY, JSON], " ".repeat(3 << 20)).await, 413);
}

#[tokio::test]
async fn head_and_options() {
    let store = store().await;
    let get = send(&store, "GET /api/v3/pet/1", &[], Body::empty()).await;
    let head = send(&store, "HEAD /api/v3/pet/1", &[], Body::empty()).await;
    assert_eq!((head.status, head.bytes.len()), (200, 0));
    assert_eq!(head.header("content-length"), get.bytes.len().to_string());
    let options = send(&store, "OPTIONS /api/v3/pet/1", &[], Body::empty()).await;
    assert_eq!(options.status, 204);
    for method in ["GET", "POST", "DELETE", "HEAD", "OPTIONS"] {
        assert!(options.header("allow").contains(method), "{}", options.header("allow"));
    }
}

#[tokio::test]
async fn the_document() {
    let store = store().await;
    let plain = send(&store, "GET /openapi.json", &[], Body::empty()).await;
    assert_eq!((plain.status, plain.header("content-type")), (200, "application/json"));
    assert_eq!(plain.json()["info"]["title"], "Petstore");
    let committed =
        std::fs::read_to_string(crate::root().join("examples/petstore/src/api/openapi.json")).unwrap();
    assert_eq!(plain.text(), committed);
    let tag = plain.header("etag");
    let again = send(&store, "GET /openapi.json", &[("if-none-match", tag)], Body::empty()).await;
    assert_eq!((again.status, again.bytes.len()), (304, 0));
    let head = send(&store, "HEAD /openapi.json", &[], Body::empty()).await;
    assert_eq!((head.status, head.bytes.len()), (200, 0));
}

#[tokio::test]
async fn the_page() {
    let store = store().await;
    let page = send(&store, "GET /docs", &[], Body::empty()).await;
    assert_eq!((page.status, page.header("content-type")), (200, "text/html; charset=utf-8"));
    assert!(page.header("content-security-policy").starts_with("default-src 'none'"));
    assert!(!page.text().contains("://"), "the page must work offline");
    for file in ["/docs/swagger-ui-bundle.js", "/docs/swagger-ui.css"] {
        let packed =
            send(&store, &format!("GET {file}"), &[("accept-encoding", "gzip")], Body::empty()).await;
        assert_eq!((packed.status, packed.header("content-encoding")), (200, "gzip"));
        let plain = send(&store, &format!("GET {file}"), &[], Body::empty()).await;
        let mut unpacked = Vec::new();
        flate2::read::GzDecoder::new(packed.bytes.as_slice()).read_to_end(&mut unpacked).unwrap();
        assert!(unpacked == plain.bytes, "{file} is not the same when compressed");
    }
}
