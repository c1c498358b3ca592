//! The rows that OpenAPI 3.1 and 3.2 can say and 3.0 cannot, for the version that this module stands in.
#![allow(clippy::duplicate_mod, reason = "it is compiled for each version")]

use super::api;
use super::common::{App, same, wrong};
use api::webhooks::*;
use apiloom::security::PeerCertificates;
use apiloom::{Body, Bytes, Context, Result};
use std::sync::Arc;
use tower::ServiceExt;

/// Row `minProperties/maxProperties, const, propertyNames, contains, if/then, dependent*, not, unevaluated*`.
#[tokio::test]
async fn keywords_of_2020_12() {
    for fine in [
        r#"{"fixed":7}"#,
        r#"{"named":{"a":true}}"#,
        r#"{"has":[7,1,7]}"#,
        r#"{"pair":["a",1]}"#,
        r#"{"card":"12","address":"there"}"#,
        r#"{"country":"us","zip":"12345"}"#,
        r#"{"zip":"123"}"#,
        r#"{"sealed":{"a":1}}"#,
        r#"{"items":[1]}"#,
    ] {
        same("/keywords", fine).await;
    }
    wrong(
        "/keywords",
        &[
            (r#"{"fixed":8}"#, "/fixed enum"),
            (r#"{"named":{"A":true}}"#, "/named/A pattern"),
            (r#"{"has":[7,1]}"#, "/has contains"),
            (r#"{"pair":["a"]}"#, "/pair items"),
            (r#"{"pair":["a","b"]}"#, "/pair/1 type"),
            (r#"{"card":"12"}"#, "/address required"),
            (r#"{"card":"1","address":"there"}"#, "/card min_length"),
            (r#"{"country":"us","zip":"1234"}"#, "/zip pattern"),
            (r#"{"zip":"1234"}"#, "/zip max_length"),
            (r#"{"sealed":{"b":1}}"#, "/sealed/b unknown"),
            (r#"{"items":[1,2]}"#, "/items/1 unknown"),
        ],
    )
    .await;
}

/// Row `additionalProperties / false / patternProperties`, its third part.
#[tokio::test]
async fn pattern_properties() {
    same("/extra", r#"{"patterned":{"n-a":1,"s-a":"x"}}"#).await;
    wrong(
        "/extra",
        &[
            (r#"{"patterned":{"n-a":"x"}}"#, "/patterned/n-a type"),
            (r#"{"patterned":{"other":1}}"#, "/patterned/other unknown"),
        ],
    )
    .await;
}

/// Row `security`, its last scheme.
#[tokio::test]
async fn client_certificates() {
    for (shown, status) in [(Some("der"), 200), (Some("other"), 401), (None, 401)] {
        let mut request = apiloom::dep::http::Request::get("/secured/certificate");
        if let Some(shown) = shown {
            let chain: Arc<[Bytes]> = Arc::new([Bytes::from(shown)]);
            request = request.extension(PeerCertificates(chain));
        }
        let answer = api::service(App).oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!(answer.status(), status, "{shown:?}");
    }
}

struct Consumer;

impl WebhooksApi for Consumer {
    async fn arrived(&self, _: Context, params: ArrivedParams) -> Result<ArrivedResponse> {
        assert_eq!(params.body.x, 7);
        Ok(ArrivedResponse::NoContent)
    }
}

/// Row `webhooks / callbacks / links`, its first part.
#[tokio::test]
async fn webhooks() {
    let arrived = |y| send_arrived(ArrivedParams { body: api::Point { x: 7, y } }).unwrap();
    let heard = arrived(None).send("https://consumer.example.com/arrived", webhooks_api(Consumer)).await;
    assert!(matches!(heard, Ok(ArrivedResponse::NoContent)), "{heard:?}");
    let refused =
        arrived(Some(10)).send("https://consumer.example.com/arrived", webhooks_api(Consumer)).await;
    assert!(refused.is_err(), "the consumer checks what it is told: {refused:?}");
}
