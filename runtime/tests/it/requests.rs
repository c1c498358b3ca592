//! Requests through the service, without a socket.

use crate::petstore::service;
use apiloom::Body;
use apiloom::dep::http::{Request, Response, StatusCode};
use tower::ServiceExt;

struct Answer {
    status: u16,
    head: Response<()>,
    body: String,
}

impl Answer {
    fn header(&self, name: &str) -> &str {
        self.head.headers().get(name).map_or("", |value| value.to_str().unwrap())
    }
    fn json(&self) -> apiloom::Json {
        apiloom::dep::serde_json::from_str(&self.body).unwrap()
    }
    /// Each fault as `in name+pointer code`.
    fn faults(&self) -> Vec<String> {
        let word = |fault: &apiloom::Json, key: &str| fault[key].as_str().unwrap_or_default().to_owned();
        let json = self.json();
        let faults = json["errors"].as_array().cloned().unwrap_or_default();
        faults
            .iter()
            .map(|f| {
                format!("{} {}{} {}", word(f, "in"), word(f, "name"), word(f, "pointer"), word(f, "code"))
            })
            .collect()
    }
}

async fn send(request: &str, headers: &[(&str, &str)], body: impl Into<Body>) -> Answer {
    let (method, path) = request.split_once(' ').unwrap();
    let request =
        headers.iter().fold(Request::builder().method(method).uri(path), |request, (name, value)| {
            request.header(*name, *value)
        });
    let (head, body) = service().oneshot(request.body(body.into()).unwrap()).await.unwrap().into_parts();
    let body = apiloom::dep::axum::body::to_bytes(body, usize::MAX).await.unwrap();
    let body = String::from_utf8(body.to_vec()).unwrap();
    Answer { status: head.status.as_u16(), head: Response::from_parts(head, ()), body }
}

async fn get(path: &str) -> Answer {
    send(&format!("GET {path}"), &[], "").await
}

const JSON: (&str, &str) = ("content-type", "application/json");

#[tokio::test]
async fn a_pet_is_found() {
    let answer = get("/v3/pet/1").await;
    assert_eq!(
        (answer.status, answer.header("content-type"), answer.header("x-rate-limit")),
        (200, "application/json", "7")
    );
    assert_eq!(answer.json()["name"], "Rex");
    assert_eq!(get("/v3/pet/9").await.status, 404);
    assert_eq!(get("/v3/store/inventory").await.body, r#"{"sold":3}"#);
}

#[tokio::test]
async fn errors_are_problems() {
    let answer = get("/v3/pet/2").await;
    assert_eq!((answer.status, answer.header("content-type")), (409, "application/problem+json"));
    assert_eq!(
        answer.body,
        r#"{"type":"about:blank","title":"Conflict","status":409,"detail":"It is asleep.","until":7}"#
    );
    for path in ["/v3/pet/3", "/v3/pet/4"] {
        let answer = get(path).await;
        assert_eq!(answer.status, 500);
        assert_eq!(answer.body, r#"{"type":"about:blank","title":"Internal Server Error","status":500}"#);
    }
}

#[tokio::test]
async fn paths_and_methods() {
    assert_eq!(get("/v3/nothing").await.status, 404);
    assert_eq!(get("/v3/store/inventory/").await.status, 404);
    let answer = send("DELETE /v3/pet", &[], "").await;
    assert_eq!((answer.status, answer.header("allow")), (405, "GET, HEAD, OPTIONS, POST"));
    let answer = send("OPTIONS /v3/pet/1", &[], "").await;
    assert_eq!((answer.status, answer.header("allow")), (204, "GET, HEAD, OPTIONS, PUT"));
    let answer = send("HEAD /v3/pet/1", &[], "").await;
    assert_eq!((answer.status, answer.body.as_str()), (200, ""));
    assert_ne!(answer.header("content-length"), "");
}

#[tokio::test]
async fn parameters_of_all_kinds() {
    let path = "/v3/pet?status=sold&tags=a%2Cb,c&ids=1&ids=2&filter[color]=r%20d&size=4&page=%7B%22size%22:2%7D&more=x";
    let headers = [("x-trace", "2eb8aa08-aa98-11ea-b4aa-73b441d16380"), ("cookie", "a=b; session=s%3D1")];
    let answer = send(&format!("GET {path}"), &headers, "").await;
    let expected = concat!(
        r#"FindPetsParams { status: Sold, tags: Some(["a,b", "c"]), ids: Some([1, 2]), "#,
        r#"filter: Some(Filter { color: Some("r d"), size: None }), spread: Some(Filter { color: None, size: Some(4) }), "#,
        r#"page: Some(Filter { color: None, size: Some(2) }), x_trace: Some(2eb8aa08-aa98-11ea-b4aa-73b441d16380), session: Some("s=1") }"#
    );
    assert_eq!((answer.status, answer.body.as_str()), (200, expected));
    let nothing = concat!(
        "FindPetsParams { status: Available, tags: None, ids: None, filter: None, spread: None, page: None, ",
        "x_trace: None, session: None }"
    );
    assert_eq!(get("/v3/pet").await.body, nothing);
}

#[tokio::test]
async fn parameter_faults() {
    assert_eq!(get("/v3/pet/x").await.faults(), ["path petId type"]);
    assert_eq!(get("/v3/pet/0").await.faults(), ["path petId minimum"]);
    assert_eq!(get("/v3/pet/%FF").await.faults(), ["path petId encoding"]);
    assert_eq!(
        get("/v3/pet?status=a&status=b&ids=1&ids=x&tags=%FF").await.faults(),
        ["query status duplicate", "query tags/0 encoding", "query ids/1 type"]
    );
    assert_eq!(
        get("/v3/pet?filter[size]=x&page=%7B&status=").await.faults(),
        ["query status enum", "query filter/size type", "query page syntax"]
    );
    let answer = send("GET /v3/pet", &[("x-trace", "x")], "").await;
    assert_eq!(answer.faults(), ["header X-Trace format"]);
}

#[tokio::test]
async fn parameters_and_body_together() {
    let answer = send("POST /v3/pet?dry=maybe", &[JSON], r#"{"name":"a b","age":-1}"#).await;
    assert_eq!(answer.status, 400);
    assert_eq!(
        answer.faults(),
        ["query dry type", "body /photoUrls required", "body /name pattern", "body /age minimum"]
    );
    assert_eq!(send("POST /v3/pet", &[], "").await.faults(), ["body  required"]);
}

#[tokio::test]
async fn bodies_and_media_types() {
    let pet = r#"{"name":"a","photoUrls":["b"]}"#;
    let answer = send("POST /v3/pet", &[JSON], pet).await;
    assert_eq!((answer.status, answer.header("content-type")), (201, "application/vnd.pet+json"));
    for media in ["application/x+json", "application/vnd.pet", "application/json; charset=UTF-8"] {
        assert_eq!(send("POST /v3/pet", &[("content-type", media)], pet).await.status, 201, "{media}");
    }
    for media in ["text/plain", "application/json; charset=utf-16", ""] {
        assert_eq!(send("POST /v3/pet", &[("content-type", media)], pet).await.status, 415, "{media}");
    }
    assert_eq!(send("POST /v3/pet", &[], pet).await.status, 415);
    assert_eq!(send("POST /v3/pet", &[JSON], " ".repeat(3 << 20)).await.status, 413);
    assert_eq!(send("PUT /v3/pet/1", &[], "").await.body, "None");
    assert_eq!(send("PUT /v3/pet/1", &[], "abc").await.body, "Some(3)");
    let form = ("content-type", "application/x-www-form-urlencoded");
    assert_eq!(
        send("POST /v3/note", &[form], "color=a+b%21&size=3").await.body,
        r#"Filter { color: Some("a b!"), size: Some(3) }"#
    );
    assert_eq!(send("POST /v3/note", &[form], "size=x").await.faults(), ["body /size type"]);
}

#[tokio::test]
async fn codecs_of_one_type_are_chosen_by_the_client() {
    let form = ("content-type", "application/x-www-form-urlencoded");
    let answer = send("POST /v3/pet", &[form], "name=a&photoUrls=b&photoUrls=c&age=7").await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    assert_eq!(answer.json()["photoUrls"], apiloom::dep::serde_json::json!(["b", "c"]));
    let faults = send("POST /v3/pet", &[form], "name=a&photoUrls=b&age=old").await.faults();
    assert_eq!(faults, ["body /age type"]);
    for (accept, media) in [
        ("*/*", "text/plain; charset=utf-8"),
        ("text/markdown", "text/markdown"),
        ("text/plain;q=0.2, text/markdown;q=0.7", "text/markdown"),
        ("text/*, text/markdown;q=0.1", "text/plain; charset=utf-8"),
    ] {
        let answer = send("GET /v3/pet", &[("accept", accept)], "").await;
        assert_eq!((answer.status, answer.header("content-type")), (200, media), "{accept}");
    }
    assert_eq!(send("GET /v3/pet", &[("accept", "text/csv")], "").await.status, 406);
}

#[tokio::test]
async fn accept() {
    for good in ["*/*", "application/*;q=0.1", "text/html, application/json", "text/html;q=0, */*;q=0.1", ""]
    {
        assert_eq!(send("GET /v3/store/inventory", &[("accept", good)], "").await.status, 200, "{good}");
    }
    for bad in ["text/html", "application/json;q=0", "*/*;q=0"] {
        assert_eq!(send("GET /v3/store/inventory", &[("accept", bad)], "").await.status, 406, "{bad}");
    }
}

#[tokio::test]
async fn documents() {
    let answer = get("/openapi.json").await;
    assert_eq!((answer.status, answer.header("content-type")), (200, "application/json"));
    assert_eq!(answer.body, crate::petstore::DOCUMENT.json);
}

#[tokio::test]
async fn mounted_and_merged() {
    let mounted = service().mount("/api").merge(service());
    let request = Request::get("/api/v3/pet/1").body(Body::empty()).unwrap();
    assert_eq!(mounted.clone().oneshot(request).await.unwrap().status(), StatusCode::OK);
    assert!(mounted.problems().is_empty());
    assert_eq!(service().merge(service()).problems().len(), 6, "served twice");
}
