//! A request under construction.

use super::error::RequestError;
use crate::fault::{Fault, Place};
use crate::http::codec::{Intake, Write};
use crate::http::reply::Reply;
use crate::http::style::Spec;
use crate::http::style::encode::encode;
use crate::validate::checker::Checker;
use crate::validate::probe;
use ::bytes::Bytes;
use axum::body::Body;
use http::header::{CONTENT_TYPE, COOKIE, HeaderMap, HeaderName, HeaderValue};
use http::uri::PathAndQuery;
use http::{Method, Request, StatusCode, Uri};
use serde::Serialize;
use std::borrow::Cow;

/// A request under construction: parameters by their place, and the body. What cannot be written is remembered and told
/// when it is to be sent.
#[derive(Debug, Default)]
pub struct Draft {
    values: Vec<(Spec, Option<String>)>,
    headers: HeaderMap,
    body: Body,
    refused: Option<RequestError>,
    /// The media type that bodies are written in, if it is not the first of those that the schema has.
    media: Option<String>,
    /// The path and query, if they are known already: those of a next page.
    target: Option<String>,
    /// What is written is checked first.
    checked: bool,
    /// The rules of the schema that it breaks.
    faults: Vec<Fault>,
}

impl Draft {
    /// One whose body is of this media type, if the operation takes it; what is written is checked first, or not.
    pub(crate) fn sending(media: Option<String>, checked: bool) -> Self {
        Self { media, checked, ..Self::default() }
    }

    /// Checks what is about to be written, if that is wanted. Broken rules are told when it is to be sent.
    pub fn check(&mut self, check: impl FnOnce(&mut Checker)) {
        if self.checked {
            let mut checker = Checker::default();
            check(&mut checker);
            self.faults.extend(checker.into_faults());
        }
    }

    /// Writes a parameter; what was written for it before is replaced.
    pub fn set<T: Serialize + ?Sized>(&mut self, spec: Spec, value: &T) {
        let text = match encode(spec, value) {
            Ok(text) => text,
            Err(error) => return self.refuse(RequestError::of(spec, &error)),
        };
        let known = |(other, _): &&mut (Spec, _)| other.place == spec.place && other.name == spec.name;
        match self.values.iter_mut().find(known) {
            Some((_, old)) => *old = text,
            None => self.values.push((spec, text)),
        }
    }

    /// What is written for a parameter.
    pub(super) fn get(&self, spec: Spec) -> Option<String> {
        let known =
            |(other, _): &&(Spec, Option<String>)| other.place == spec.place && other.name == spec.name;
        self.values.iter().find(known).and_then(|(_, text)| text.clone())
    }

    /// The same without a body.
    pub(super) fn again(&self) -> Self {
        Self {
            values: self.values.clone(),
            headers: self.headers.clone(),
            body: Body::empty(),
            refused: self.refused.clone(),
            media: self.media.clone(),
            target: self.target.clone(),
            checked: self.checked,
            faults: self.faults.clone(),
        }
    }

    /// Leads to another path and query; false if it leads there already.
    pub(super) fn lead(&mut self, target: String) -> bool {
        let new = self.target.as_ref() != Some(&target);
        self.target = Some(target);
        new
    }

    /// Adds a header; replaces those of its name.
    pub(crate) fn header(&mut self, name: &str, value: &str) {
        match (HeaderName::try_from(name), HeaderValue::from_bytes(value.as_bytes())) {
            (Ok(name), Ok(value)) => {
                self.headers.insert(name, value);
            }
            _ => self.refuse(RequestError::new(format!("HTTP does not allow the header `{name}`"))),
        }
    }

    /// Writes the body by the codec of the wanted media type, or else by the first.
    pub fn body<T>(&mut self, value: T, codecs: &[Write<T>]) {
        let wanted = self.media.as_deref();
        let named = |codec: &&Write<T>| wanted.is_some_and(|media| essence(codec.media) == essence(media));
        let Some(codec) = codecs.iter().find(named).or(codecs.first()) else { return };
        let mut media = codec.media.to_owned();
        // Bytes may be of any type.
        if let (Some(wanted), true) = (wanted, codec.media.contains('*')) {
            wanted.clone_into(&mut media);
        }
        let Ok(header) =
            HeaderValue::from_str(if media.contains('*') { "application/octet-stream" } else { &media })
        else {
            return self.refuse(RequestError::new(format!("`{media}` is no media type")));
        };
        let mut reply = Reply::empty(StatusCode::OK).with(CONTENT_TYPE, header);
        if let Err(error) = (codec.write)(value, &mut reply) {
            return self.refuse(RequestError::new(format!("the body cannot be written: {error}")));
        }
        let (head, body) = reply.into_response().into_parts();
        for (name, value) in head.headers {
            name.into_iter().for_each(|name| {
                self.headers.insert(name, value.clone());
            });
        }
        self.body = body;
    }

    fn refuse(&mut self, error: RequestError) {
        self.refused.get_or_insert(error);
    }

    /// The texts of a place.
    fn texts(&self, place: Place) -> impl Iterator<Item = &str> {
        let of = move |(spec, _): &&(Spec, Option<String>)| spec.place == place;
        self.values.iter().filter(of).filter_map(|(_, text)| text.as_deref())
    }

    /// Writes the path of a template.
    fn path(&self, template: &str, path: &mut String) -> Result<(), RequestError> {
        let (mut rest, mut dotted) = (template, false);
        while let Some((before, after)) = cut(rest, b'{') {
            let (name, next) = cut(after, b'}').unwrap_or((after, ""));
            path.push_str(before);
            let known = |(spec, _): &&(Spec, Option<String>)| spec.place == Place::Path && spec.name == name;
            let value = self.values.iter().find(known).and_then(|(_, text)| text.as_deref());
            match value {
                Some(text) if !text.is_empty() => {
                    path.push_str(text);
                    dotted |= text.bytes().any(|byte| byte == b'.');
                }
                _ => return Err(RequestError::new(format!("the path parameter `{name}` is empty"))),
            }
            rest = next;
        }
        path.push_str(rest);
        // RFC 3986 section 5.2.4: such segments lead elsewhere, however they are escaped.
        if dotted && path.split('/').any(|segment| matches!(segment, "." | "..")) {
            return Err(RequestError::new(
                "a path parameter is `.` or `..`, which leads to another path".to_owned(),
            ));
        }
        Ok(())
    }

    /// The path and the query.
    pub(super) fn target_of(&self, base: &Uri, template: &str) -> Result<String, RequestError> {
        let base = base.path().trim_end_matches('/');
        let texts = self.values.iter().filter_map(|(_, text)| Some(text.as_ref()?.len() + 1));
        let mut target = String::with_capacity(base.len() + template.len() + texts.sum::<usize>());
        target.push_str(base);
        self.path(template, &mut target)?;
        for (n, text) in self.texts(Place::Query).enumerate() {
            target.push(if n == 0 { '?' } else { '&' });
            target.push_str(text);
        }
        Ok(target)
    }

    /// The headers: those of parameters, and those that replace them.
    fn written(&mut self) -> Result<HeaderMap, RequestError> {
        let own = std::mem::take(&mut self.headers);
        if !self.values.iter().any(|(spec, _)| matches!(spec.place, Place::Header | Place::Cookie)) {
            return Ok(own);
        }
        let cookies: Vec<&str> = self.texts(Place::Cookie).collect();
        let cookies = cookies.join("; ");
        let mut headers = HeaderMap::new();
        for (spec, text) in &self.values {
            if let (Place::Header, Some(text)) = (spec.place, text) {
                let unfit = || {
                    RequestError::new(format!("HTTP does not allow this value of the header `{}`", spec.name))
                };
                let name = HeaderName::try_from(spec.name).map_err(|_| unfit())?;
                headers.append(name, HeaderValue::from_bytes(text.as_bytes()).map_err(|_| unfit())?);
            }
        }
        if !cookies.is_empty() {
            let unfit = |_| RequestError::new("HTTP does not allow the value of a cookie".to_owned());
            headers.insert(COOKIE, HeaderValue::from_str(&cookies).map_err(unfit)?);
        }
        headers.extend(own);
        Ok(headers)
    }

    /// The request.
    pub(crate) fn request(
        mut self,
        method: &str,
        base: &Uri,
        template: &str,
    ) -> Result<Request<Body>, RequestError> {
        if let Some(error) = self.refused.take() {
            return Err(error);
        }
        if !self.faults.is_empty() {
            return Err(RequestError::breaking(self.faults));
        }
        let target = match self.target.take() {
            Some(target) => target,
            None => self.target_of(base, template)?,
        };
        let target = if target.starts_with('/') { target } else { format!("/{target}") };
        let wrong =
            |error: &dyn std::fmt::Display| RequestError::new(format!("it has no valid address: {error}"));
        let mut uri = base.clone().into_parts();
        uri.path_and_query = Some(PathAndQuery::try_from(target).map_err(|error| wrong(&error))?);
        let uri = Uri::from_parts(uri).map_err(|error| wrong(&error))?;
        let method = Method::from_bytes(method.as_bytes()).map_err(|error| wrong(&error))?;
        let headers = self.written()?;
        let mut request = Request::new(self.body);
        (*request.method_mut(), *request.uri_mut(), *request.headers_mut()) = (method, uri, headers);
        Ok(request)
    }
}

/// The items of a list of strings: `&str`, `String` and what else is a text.
pub trait Text: AsRef<str> + Serialize + PartialEq + probe::Text + probe::Length {}

impl<T: AsRef<str> + Serialize + PartialEq + probe::Text + probe::Length> Text for T {}

/// Bytes that are handed over: `Bytes`, `Vec<u8>`, `String` and what else is some.
pub trait Binary: Into<Bytes> + probe::Length {}

impl<T: Into<Bytes> + probe::Length> Binary for T {}

/// Where faults of what is written are, by its place in `calls!`.
#[allow(missing_docs, reason = "the places of parameters")]
pub mod at {
    use crate::validate::segment::{Cookie, Header, InBody, Path, Query};

    macro_rules! places {
        ($($name:ident $place:ident)*) => {$(
            pub const fn $name(name: &'static str) -> $place {
                $place(name)
            }
        )*};
    }

    places! { path Path query Query querystring Query header Header cookie Cookie }

    pub const fn body(_: &'static str) -> InBody {
        InBody
    }
}

/// What stands before and behind the first such sign. As soon as can be: templates are short.
fn cut(text: &str, sign: u8) -> Option<(&str, &str)> {
    let at = text.bytes().position(|byte| byte == sign)?;
    Some((text.get(..at)?, text.get(at + 1..)?))
}

/// A media type without its parameters, in lower case.
pub(super) fn essence(media: &str) -> Cow<'_, str> {
    let essence = media.split_once(';').map_or(media, |(essence, _)| essence).trim();
    match essence.bytes().any(|byte| byte.is_ascii_uppercase()) {
        true => essence.to_ascii_lowercase().into(),
        false => essence.into(),
    }
}

/// The `Accept` of what can be read (RFC 9110 section 12.5.1): what comes first is liked best.
pub(super) fn accept(
    ok: impl Iterator<Item = &'static [Intake]>,
    bad: impl Iterator<Item = &'static [Intake]>,
) -> String {
    let mut all: Vec<(&str, &str)> = Vec::new();
    let ok = ok.flatten().enumerate().map(|(n, intake)| (intake.media, if n == 0 { "" } else { ";q=0.9" }));
    for (media, quality) in ok.chain(bad.flatten().map(|intake| (intake.media, ";q=0.8"))) {
        if !all.iter().any(|(known, _)| *known == media) {
            all.push((media, quality));
        }
    }
    let all: Vec<String> = all.into_iter().map(|(media, quality)| format!("{media}{quality}")).collect();
    all.join(", ")
}
