//! OpenAPI 3.0: no webhooks, no client certificates, none of the keywords that came with JSON Schema 2020-12.

use crate::goldens::probe_3_0 as api;
use api::{Credentials, Point};
use apiloom::Event;

#[path = "common.rs"]
mod common;

const VERSION: &str = "3.0.4";

fn event(point: Point) -> Event<Point> {
    point.into()
}

fn certificate(_: Credentials) -> bool {
    false
}
