//! A request under construction.

use super::SendError;
use crate::http::codec::Write;
use crate::http::reply::Reply;
use axum::body::Body;
use http::header::{CONTENT_TYPE, COOKIE, HeaderMap, HeaderName, HeaderValue};
use http::{Method, Request, StatusCode, Uri};
use serde::Serialize;
use serde_json::Value;

/// What can be sent; implemented by [`message!`](crate::message!).
pub trait Outgoing {
    /// Writes it.
    ///
    /// # Errors
    /// A value cannot be written as the schema says.
    fn write(self, draft: &mut Draft) -> Result<(), SendError>;
}

/// Nothing but the request.
impl Outgoing for () {
    fn write(self, _: &mut Draft) -> Result<(), SendError> {
        Ok(())
    }
}

/// A request under construction.
#[derive(Debug)]
pub struct Draft {
    method: &'static str,
    query: Vec<String>,
    cookies: Vec<String>,
    pub(super) headers: HeaderMap,
    body: Body,
}

impl Draft {
    pub(super) fn new(method: &'static str) -> Self {
        let (query, cookies, headers, body) = Default::default();
        Self { method, query, cookies, headers, body }
    }

    pub(super) fn request(self, uri: Uri) -> Result<Request<Body>, SendError> {
        let unwritable = |error: &dyn std::error::Error| SendError::Unwritable(error.to_string());
        let mut parts = uri.into_parts();
        if !self.query.is_empty() {
            let (path, query) =
                parts.path_and_query.as_ref().map_or(("/", None), |all| (all.path(), all.query()));
            let all: Vec<&str> = query.into_iter().chain(self.query.iter().map(String::as_str)).collect();
            let path = format!("{path}?{}", all.join("&"));
            parts.path_and_query = Some(path.parse().map_err(|error| unwritable(&error))?);
        }
        let uri = Uri::from_parts(parts).map_err(|error| unwritable(&error))?;
        let method = Method::from_bytes(self.method.as_bytes()).map_err(|error| unwritable(&error))?;
        let mut request = Request::new(self.body);
        (*request.method_mut(), *request.uri_mut(), *request.headers_mut()) = (method, uri, self.headers);
        if !self.cookies.is_empty() {
            let cookies =
                HeaderValue::from_str(&self.cookies.join("; ")).map_err(|error| unwritable(&error))?;
            request.headers_mut().insert(COOKIE, cookies);
        }
        Ok(request)
    }

    /// Writes a parameter of the query, each item of a list on its own.
    ///
    /// # Errors
    /// It is an object.
    pub fn query(&mut self, name: &str, value: &impl Serialize) -> Result<(), SendError> {
        self.query.extend(texts(value)?.iter().map(|text| format!("{}={}", escape(name), escape(text))));
        Ok(())
    }

    /// Writes a parameter of the query, the items of a list with commas between.
    ///
    /// # Errors
    /// It is an object.
    pub fn query_joined(&mut self, name: &str, value: &impl Serialize) -> Result<(), SendError> {
        let texts: Vec<String> = texts(value)?.iter().map(|text| escape(text)).collect();
        if !texts.is_empty() {
            self.query.push(format!("{}={}", escape(name), texts.join(",")));
        }
        Ok(())
    }

    /// Writes a cookie.
    ///
    /// # Errors
    /// It is an object.
    pub fn cookie(&mut self, name: &str, value: &impl Serialize) -> Result<(), SendError> {
        self.cookies.extend(texts(value)?.iter().map(|text| format!("{name}={}", escape(text))));
        Ok(())
    }

    /// Writes a header, the items of a list with commas between.
    ///
    /// # Errors
    /// It is an object, or HTTP does not allow it.
    pub fn header(&mut self, name: &str, value: &impl Serialize) -> Result<(), SendError> {
        let texts = texts(value)?;
        if texts.is_empty() {
            return Ok(());
        }
        let name = name.parse::<HeaderName>().map_err(|error| SendError::Unwritable(error.to_string()))?;
        let value = HeaderValue::from_str(&texts.join(","));
        self.headers.append(name, value.map_err(|error| SendError::Unwritable(error.to_string()))?);
        Ok(())
    }

    /// Writes the body.
    ///
    /// # Errors
    /// The codec cannot write the value.
    pub fn body<T>(&mut self, value: T, codec: &Write<T>) -> Result<(), SendError> {
        let mut reply =
            Reply::empty(StatusCode::OK).with(CONTENT_TYPE, HeaderValue::from_static(codec.media));
        (codec.write)(value, &mut reply).map_err(|error| SendError::Unwritable(error.to_string()))?;
        let (head, body) = reply.into_response().into_parts();
        self.headers.extend(head.headers);
        self.body = body;
        Ok(())
    }

    /// Writes the body, if there is one.
    ///
    /// # Errors
    /// The codec cannot write the value.
    pub fn body_optional<T>(&mut self, value: Option<T>, codec: &Write<T>) -> Result<(), SendError> {
        value.map_or(Ok(()), |value| self.body(value, codec))
    }
}

/// The text of a value, or of each item of a list; none for what is absent.
fn texts(value: &impl Serialize) -> Result<Vec<String>, SendError> {
    let value = serde_json::to_value(value).map_err(|error| SendError::Unwritable(error.to_string()))?;
    match value {
        Value::Null => Ok(Vec::new()),
        Value::Array(items) => items.into_iter().map(scalar).collect(),
        one => Ok(vec![scalar(one)?]),
    }
}

fn scalar(value: Value) -> Result<String, SendError> {
    match value {
        Value::String(text) => Ok(text),
        Value::Bool(_) | Value::Number(_) => Ok(value.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => {
            Err(SendError::Unwritable("a parameter is neither a value nor a list of values".to_owned()))
        }
    }
}

/// RFC 3986 section 2.3: what is not unreserved is escaped.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}
