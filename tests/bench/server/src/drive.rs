//! Requests without sockets: the same ones to either side, and a comparison of the answers.

use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::http::{Request, Response, StatusCode};
use http_body_util::BodyExt;
use serde_json::Value;
use std::convert::Infallible;
use std::hint::black_box;
use tower::Service;

/// What is asked.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Case {
    pub(crate) name: &'static str,
    method: &'static str,
    path: &'static str,
    body: &'static str,
    status: StatusCode,
}

/// Every case.
pub(crate) const CASES: [Case; 4] = [
    Case { name: "one", method: "GET", path: "/api/v3/pet/7", body: "", status: StatusCode::OK },
    Case {
        name: "list",
        method: "GET",
        path: "/api/v3/pet/findByStatus?status=available&limit=100",
        body: "",
        status: StatusCode::OK,
    },
    Case { name: "post", method: "POST", path: "/api/v3/pet", body: PET, status: StatusCode::OK },
    Case {
        name: "invalid",
        method: "POST",
        path: "/api/v3/pet",
        body: WRONG,
        status: StatusCode::BAD_REQUEST,
    },
];

const PET: &str = r#"{"id":7,"name":"Pet 7","category":{"id":1,"name":"Dogs"},"photoUrls":["https://example.com/7/one.jpg","https://example.com/7/two.jpg"],"tags":[{"id":1,"name":"friendly"},{"id":2,"name":"young"}],"status":"available"}"#;
const WRONG: &str = r#"{"id":0,"name":"","category":{"id":1,"name":"Dogs"},"photoUrls":["https://example.com/7/one.jpg","https://example.com/7/two.jpg"],"tags":[{"id":1,"name":"friendly"},{"id":2,"name":""}],"status":"available"}"#;

impl Case {
    /// Method, path and body, a line each.
    pub(crate) fn lines(&self) -> String {
        [self.method, self.path, self.body].join("\n")
    }

    fn request(&self) -> Result<Request<Body>, axum::http::Error> {
        let request = Request::builder()
            .method(self.method)
            .uri(self.path)
            .header("host", "127.0.0.1:8080")
            .header("api_key", crate::store::KEY);
        match self.body {
            "" => request.body(Body::empty()),
            body => request.header(CONTENT_TYPE, "application/json").body(Body::from(body)),
        }
    }
}

/// Answers nothing, so that the cost of asking can be told apart.
pub(crate) fn nothing() -> impl Service<Request<Body>, Response = Response<Body>, Error = Infallible> {
    tower::service_fn(async |request: Request<Body>| {
        black_box(request);
        Ok(Response::new(Body::empty()))
    })
}

/// Asks `times` times and reads every answer.
pub(crate) async fn ask<S>(service: &mut S, case: &Case, times: usize) -> Result<(), axum::BoxError>
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible>,
{
    for _ in 0..times {
        std::future::poll_fn(|cx| service.poll_ready(cx)).await?;
        let (head, body) = service.call(case.request()?).await?.into_parts();
        black_box(head.status);
        black_box(body.collect().await?.to_bytes());
    }
    Ok(())
}

/// What is answered: the status, the media type and the body, without what may differ: the order of faults.
pub(crate) async fn answer<S>(service: &mut S, case: &Case) -> Result<(String, Value), axum::BoxError>
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible>,
{
    std::future::poll_fn(|cx| service.poll_ready(cx)).await?;
    let (head, body) = service.call(case.request()?).await?.into_parts();
    if head.status != case.status {
        return Err(format!("{}: {} and not {}", case.name, head.status, case.status).into());
    }
    let media = head.headers.get(CONTENT_TYPE).map(|media| media.to_str()).transpose()?;
    let mut body: Value = serde_json::from_slice(&body.collect().await?.to_bytes())?;
    if let Some(errors) = body.get_mut("errors").and_then(Value::as_array_mut) {
        errors.sort_by_key(ToString::to_string);
        body.as_object_mut().map(|problem| problem.remove("detail"));
    }
    Ok((format!("{} {}", head.status, media.unwrap_or("-")), body))
}
