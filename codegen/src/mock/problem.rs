//! What is wrong with a request, as RFC 9457 problems of the same form as the runtime's.

use super::Answer;
use super::document::Misfit;
use serde_json::{Value, json};

#[derive(Debug)]
pub(super) struct Problem {
    pub(super) status: u16,
    detail: String,
    faults: Vec<Value>,
    headers: Vec<(String, String)>,
}

impl Problem {
    pub(super) fn new(status: u16, detail: impl Into<String>) -> Self {
        Self { status, detail: detail.into(), faults: Vec::new(), headers: Vec::new() }
    }

    /// 405 with the methods that there are.
    pub(super) fn method(allowed: &[&str]) -> Self {
        let mut allowed: Vec<&str> = allowed.to_vec();
        if allowed.contains(&"GET") {
            allowed.push("HEAD");
        }
        allowed.sort_unstable();
        allowed.dedup();
        let allowed = allowed.join(", ");
        let mut problem = Self::new(405, format!("there is {allowed}"));
        problem.headers.push(("allow".to_owned(), allowed));
        problem
    }

    /// Faults of a parameter or of the body; `None` when there are none.
    pub(super) fn invalid(faults: Vec<Fault>) -> Option<Self> {
        let first = faults.first()?;
        let more = if faults.len() > 1 { format!("; and {} more", faults.len() - 1) } else { String::new() };
        let detail = format!("{}: {}{more}.", first.at(), first.misfit.detail);
        Some(Self {
            status: 400,
            detail,
            faults: faults.into_iter().map(Fault::json).collect(),
            headers: Vec::new(),
        })
    }

    pub(super) fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    pub(super) fn json(&self, status: u16) -> Value {
        let title = http::StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason());
        let mut out = json!({
            "type": "about:blank",
            "title": title.unwrap_or("Error"),
            "status": status,
            "detail": self.detail,
        });
        if !self.faults.is_empty() {
            out["errors"] = self.faults.as_slice().into();
        }
        out
    }

    /// A line for people; no tags are in it.
    pub(super) fn text(&self) -> String {
        self.detail.replace(['<', '>', '&'], " ")
    }

    pub(super) fn headers(&self) -> &[(String, String)] {
        &self.headers
    }

    pub(super) fn answer(self) -> Answer {
        let mut answer =
            Answer::new(self.status, "application/problem+json", self.json(self.status).to_string());
        answer.headers.extend(self.headers);
        answer
    }
}

/// A misfit and the part of the request that it is in.
#[derive(Debug)]
pub(super) struct Fault {
    /// `body`, `path`, `query`, `header` or `cookie`.
    pub(super) place: &'static str,
    /// The parameter; empty for the body.
    pub(super) name: String,
    pub(super) misfit: Misfit,
}

impl Fault {
    pub(super) fn new(place: &'static str, name: &str, keyword: &str, detail: impl Into<String>) -> Self {
        let misfit = Misfit { pointer: String::new(), keyword: keyword.to_owned(), detail: detail.into() };
        Self { place, name: name.to_owned(), misfit }
    }

    fn at(&self) -> String {
        if self.name.is_empty() {
            return format!("{}{}", self.place, self.misfit.pointer);
        }
        format!("{} `{}`{}", self.place, self.name, self.misfit.pointer)
    }

    fn json(self) -> Value {
        let mut out = json!({ "in": self.place });
        if !self.name.is_empty() {
            out["name"] = self.name.as_str().into();
        }
        if self.name.is_empty() || !self.misfit.pointer.is_empty() {
            out["pointer"] = self.misfit.pointer.into();
        }
        out["code"] = self.misfit.keyword.into();
        out["detail"] = self.misfit.detail.into();
        out
    }
}
