//! The page on features, shown: the cases `probe_3_0`, `probe_3_1` and `probe_3_2` have an operation for each row, and each is
//! served and asked. What is the same in all three versions is `probe/common.rs`, compiled once for each.

#[path = "probe/v3_0.rs"]
mod v3_0;
#[path = "probe/v3_1.rs"]
mod v3_1;
#[path = "probe/v3_2.rs"]
mod v3_2;

use apiloom::dep::axum::body::to_bytes;
use apiloom::dep::http::{HeaderMap, Request};
use apiloom::dep::serde_json;
use apiloom::{Body, Json, Service};
use tower::ServiceExt;

struct Answer {
    status: u16,
    headers: HeaderMap,
    body: String,
}

/// Sends `GET /path` to a service.
async fn send(service: Service, request: &str, headers: &[(&str, &str)], body: impl Into<Body>) -> Answer {
    let (method, path) = request.split_once(' ').unwrap();
    let request =
        headers.iter().fold(Request::builder().method(method).uri(path), |request, (name, value)| {
            request.header(*name, *value)
        });
    let answer = service.oneshot(request.body(body.into()).unwrap()).await.unwrap();
    let (head, body) = answer.into_parts();
    let body = String::from_utf8(to_bytes(body, usize::MAX).await.unwrap().to_vec()).unwrap();
    Answer { status: head.status.as_u16(), headers: head.headers, body }
}

/// The status of a problem, and each fault as `place name/pointer code`.
fn faults(answer: &Answer) -> String {
    let problem: Json = serde_json::from_str(&answer.body).unwrap_or_default();
    let word = |fault: &Json, key: &str| fault[key].as_str().unwrap_or_default().to_owned();
    let list = problem["errors"].as_array().cloned().unwrap_or_default();
    let list: Vec<String> = list
        .iter()
        .map(|fault| {
            let place = format!("{} {}{}", word(fault, "in"), word(fault, "name"), word(fault, "pointer"));
            format!("{} {}", place.trim(), word(fault, "code"))
        })
        .collect();
    format!("{} {}", answer.status, list.join(", ")).trim_end().to_owned()
}
