//! OpenAPI 3.2: also the method `QUERY`, methods of one's own, whole query strings and items of streams.

use super::{faults, send};
use crate::goldens::probe_3_2 as api;
use api::*;
use apiloom::{Context, Result};

#[path = "common.rs"]
mod common;
#[path = "since_3_1.rs"]
mod since_3_1;

const VERSION: &str = "3.2.0";

fn event(data: Point) -> Events200Item {
    Events200Item { data }
}

fn certificate(shown: Credentials) -> bool {
    matches!(shown, Credentials::Certificate(client) if client.matches(b"der"))
}

impl CertificatesApi for common::App {
    async fn by_certificate(&self, _: Context, principal: String) -> Result<ByCertificateResponse> {
        Ok(ByCertificateResponse::Ok(principal))
    }
}

impl NewestApi for common::App {
    async fn search(&self, _: Context, params: SearchParams) -> Result<SearchResponse> {
        Ok(SearchResponse::Ok(format!("{:?}", params.body)))
    }
    async fn copy(&self, _: Context) -> Result<CopyResponse> {
        Ok(CopyResponse::Ok("copied".to_owned()))
    }
    async fn found(&self, _: Context, params: FoundParams) -> Result<FoundResponse> {
        Ok(FoundResponse::Ok(format!("{:?}", params.asked)))
    }
    async fn log(&self, _: Context, mut params: LogParams) -> Result<LogResponse> {
        let mut sum = 0;
        while let Some(point) = params.body.next().await {
            sum += point?.x;
        }
        Ok(LogResponse::Ok(sum.to_string()))
    }
}

/// Row `OAS 3.2`.
#[tokio::test]
async fn what_came_with_3_2() {
    let json = [("content-type", "application/json")];
    let ask = async |request: &str, headers: &[(&str, &str)], body: &str| {
        send(api::service(common::App), request, headers, body.to_owned()).await
    };
    assert_eq!(ask("QUERY /search", &json, r#"{"x":1}"#).await.body, "Point { x: 1, y: None }");
    assert_eq!(faults(&ask("QUERY /search", &json, r#"{"x":1,"y":10}"#).await), "400 body /y maximum");
    assert_eq!(ask("COPY /search", &[], "").await.body, "copied");
    assert_eq!(ask("GET /search", &[], "").await.status, 405);
    let found = ask("GET /found?name=a%20b&tags=x&tags=y", &[], "").await;
    assert_eq!(found.body, r#"Some(Form { name: "a b", age: None, tags: Some(["x", "y"]) })"#);
    assert_eq!(faults(&ask("GET /found?name=a&age=old", &[], "").await), "400 query asked/age type");
    let sequence = [("content-type", "application/json-seq")];
    assert_eq!(ask("POST /log", &sequence, "\u{1e}{\"x\":1}\n\u{1e}{\"x\":2}\n").await.body, "3");
    assert_eq!(
        faults(&ask("POST /log", &sequence, "\u{1e}{\"x\":1,\"y\":99}\n").await),
        "400 body /0/y maximum"
    );
}
