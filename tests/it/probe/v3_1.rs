//! OpenAPI 3.1: also the rest of JSON Schema 2020-12, webhooks and client certificates.

use crate::goldens::probe_3_1 as api;
use api::{ByCertificateResponse, CertificatesApi, Credentials, Point};
use apiloom::{Context, Event, Result};

#[path = "common.rs"]
mod common;
#[path = "since_3_1.rs"]
mod since_3_1;

const VERSION: &str = "3.1.2";

fn event(point: Point) -> Event<Point> {
    point.into()
}

fn certificate(shown: Credentials) -> bool {
    matches!(shown, Credentials::Certificate(client) if client.matches(b"der"))
}

impl CertificatesApi for common::App {
    async fn by_certificate(&self, _: Context, principal: String) -> Result<ByCertificateResponse> {
        Ok(ByCertificateResponse::Ok(principal))
    }
}
