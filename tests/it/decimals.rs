//! Numbers that are exact to the last digit: the case `decimals`.

use crate::goldens::decimals::{self, types::*};
use crate::wire::{Answer, Server, curl};
use apiloom::json::decode;
use apiloom::{Context, Result, decimal};

struct Shop;

impl decimals::DefaultApi for Shop {
    async fn price(&self, _: Context, params: decimals::PriceParams) -> Result<decimals::PriceResponse> {
        let decimals::PriceParams { least, step, x_rate, body } = params;
        let total = apiloom::DecimalText(*least + *step + x_rate.map_or(decimal(0, 0), Into::into));
        Ok(decimals::PriceResponse::Ok(Price { total: apiloom::Patch::Value(total), ..body }))
    }
}

async fn post(server: &Server, path: &str, kind: &str, body: &str) -> Answer {
    let kind = format!("Content-Type: {kind}");
    curl(server, &[path, "-X", "POST", "-H", &kind, "-H", "X-Rate: 1.00", "--data-binary", body]).await
}

fn faults(text: &str) -> Vec<String> {
    let faults = decode::<Price>(text.as_bytes()).err().unwrap_or_default();
    faults.iter().map(|fault| format!("{} {}", fault.pointer(), fault.code)).collect()
}

#[test]
fn nothing_is_rounded() {
    let text = r#"{"amount":12345678901234567890.12,"total":"-19.90","tax":0.1900000000000000000000000001,"steps":[0.10,-0.4999999999999999999999],"either":2.5}"#;
    let price: Price = decode(text.as_bytes()).unwrap();
    assert_eq!(apiloom::dep::serde_json::to_string(&price).unwrap(), text);
    assert_eq!(price.amount.to_string(), "12345678901234567890.12");
    let text = r#"{"amount":1,"tax":0.19,"either":-0.12345678901234567890}"#;
    let price: Price = decode(text.as_bytes()).unwrap();
    assert_eq!(apiloom::dep::serde_json::to_string(&price).unwrap(), text, "in a union");
    let short: Price = decode(br#"{"amount": 1e1}"#).unwrap();
    assert_eq!((*short.amount, *short.tax), (decimal(10, 0), decimal(19, 2)));
}

#[test]
fn bounds_are_exact() {
    assert_eq!(
        faults(r#"{"amount":0.0099999999999999999999999}"#),
        ["/amount minimum", "/amount multiple_of"]
    );
    assert_eq!(faults(r#"{"amount":100000000000000000000.50}"#), ["/amount exclusive_maximum"]);
    assert!(faults(r#"{"amount":100000000000000000000.49}"#).is_empty());
    assert_eq!(
        faults(r#"{"amount":1,"total":"1.5","steps":[1,1.0,-0.5]}"#),
        ["/total pattern", "/steps unique_items", "/steps/2 exclusive_minimum"]
    );
}

#[test]
fn lists_are_exact() {
    assert!(faults(r#"{"amount":1,"rate":0.070,"fee":2.5}"#).is_empty());
    assert!(faults(r#"{"amount":1,"rate":0.1900000000000000000000000001}"#).is_empty());
    assert_eq!(
        faults(r#"{"amount":1,"rate":0.1900000000000000000000000002,"fee":2.51}"#),
        ["/rate enum", "/fee const"]
    );
}

#[test]
fn what_is_no_decimal_is_refused() {
    assert_eq!(
        faults(r#"{"amount":"1","total":1,"tax":1e300,"steps":[null],"either":"1"}"#),
        ["/amount type", "/total type", "/tax range", "/steps/0 type", "/either union"]
    );
    assert_eq!(faults(r#"{"amount":1,"total":"1,50"}"#), ["/total format"]);
    let long = r#"{"amount":1,"either":0.12345678901234567890123456789}"#;
    assert_eq!(faults(long), ["/either range"], "29 digits in a union");
}

#[tokio::test]
async fn in_every_place() {
    let server = Server::start(decimals::service(Shop)).await;
    let path = "/prices/12345678901234567890.05";
    let wanted = r#"{"amount":0.30,"total":"12345678901234567891.15","tax":0.2}"#;
    assert_eq!(post(&server, path, "application/json", r#"{"amount":0.30,"tax":0.2}"#).await.body, wanted);
    let form = post(&server, path, "application/x-www-form-urlencoded", "amount=0.30&tax=0.2").await;
    assert_eq!(form.body, wanted);
    let xml = "<Price><amount>0.30</amount><tax>0.2</tax></Price>";
    assert_eq!(post(&server, path, "application/xml", xml).await.body, wanted);
    let whole = post(&server, "/prices/1?step=1", "application/json", r#"{"amount":1}"#).await;
    assert_eq!(whole.body, r#"{"amount":1,"total":"3.00","tax":0.19}"#);
    let bad = post(&server, "/prices/a?step=x", "application/json", r#"{"amount":1}"#).await;
    assert_eq!(bad.status, 400);
    assert!(bad.body.contains(r#""code":"type""#) && bad.body.contains(r#""code":"format""#), "{}", bad.body);
}
