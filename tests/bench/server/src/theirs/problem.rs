//! Problems (RFC 9457) made of `validator`'s errors.

use axum::extract::rejection::JsonRejection;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use std::borrow::Cow;
use validator::{ValidationErrors, ValidationErrorsKind};

#[derive(Debug, Serialize)]
pub(crate) struct Problem {
    r#type: &'static str,
    title: &'static str,
    status: u16,
    detail: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<Fault>,
}

#[derive(Debug, Serialize)]
struct Fault {
    r#in: &'static str,
    pointer: String,
    code: Cow<'static, str>,
    detail: String,
}

impl Problem {
    pub(crate) fn new(status: StatusCode, detail: String) -> Self {
        let title = status.canonical_reason().unwrap_or("Error");
        Self { r#type: "about:blank", title, status: status.as_u16(), detail, errors: Vec::new() }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        match serde_json::to_vec(&self) {
            Ok(body) => (status, [(CONTENT_TYPE, "application/problem+json")], body).into_response(),
            Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        }
    }
}

impl From<JsonRejection> for Problem {
    fn from(rejection: JsonRejection) -> Self {
        Self::new(rejection.status(), rejection.body_text())
    }
}

impl From<ValidationErrors> for Problem {
    fn from(errors: ValidationErrors) -> Self {
        let mut faults = Vec::new();
        gather(&errors, "", &mut faults);
        let detail = match faults.as_slice() {
            [] => "The request is not valid.".to_owned(),
            [one] => format!("body{}: {}.", one.pointer, one.detail),
            [first, rest @ ..] => {
                format!("body{}: {}; and {} more.", first.pointer, first.detail, rest.len())
            }
        };
        Self { errors: faults, ..Self::new(StatusCode::BAD_REQUEST, detail) }
    }
}

fn gather(errors: &ValidationErrors, at: &str, faults: &mut Vec<Fault>) {
    #[expect(clippy::iter_over_hash_type, reason = "people who write this by hand do not sort it")]
    for (field, kind) in errors.errors() {
        let pointer = format!("{at}/{field}");
        match kind {
            ValidationErrorsKind::Struct(inner) => gather(inner, &pointer, faults),
            ValidationErrorsKind::List(items) => {
                for (index, inner) in items {
                    gather(inner, &format!("{pointer}/{index}"), faults);
                }
            }
            ValidationErrorsKind::Field(broken) => faults.extend(broken.iter().map(|error| Fault {
                r#in: "body",
                pointer: pointer.clone(),
                code: error.code.clone(),
                detail: error.message.as_deref().unwrap_or("is not valid").to_owned(),
            })),
        }
    }
}
