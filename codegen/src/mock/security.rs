//! Credentials: whether they are there. Any that is well-formed is accepted, unless the mock was told the only one.

use super::Request;
use super::document::{Document, escape};
use super::operation::Operation;
use super::problem::Problem;
use serde_json::Value;

/// 401 when no alternative has all its credentials.
pub(super) fn check(
    document: &Document,
    operation: &Operation,
    request: &Request,
    query: &[(String, String)],
) -> Result<(), Problem> {
    let given = |name: &String| {
        let credential = credential(scheme(document, name), request, query);
        credential.is_some_and(|found| found.is_accepted(document.credential.as_deref()))
    };
    if operation.security.is_empty() || operation.security.iter().any(|choice| choice.iter().all(given)) {
        return Ok(());
    }
    let names: Vec<String> = operation.security.iter().map(|choice| choice.join(" and ")).collect();
    let detail = format!("a credential is missing: {}", names.join(", or "));
    let mut problem = Problem::new(401, detail);
    let mut challenges: Vec<String> =
        operation.security.iter().flatten().filter_map(|name| challenge(scheme(document, name))).collect();
    challenges.sort();
    challenges.dedup();
    for challenge in challenges {
        problem = problem.header("www-authenticate", challenge);
    }
    Err(problem)
}

fn scheme<'d>(document: &'d Document, name: &str) -> Option<&'d Value> {
    document.at(&document.follow(&format!("/components/securitySchemes/{}", escape(name))))
}

/// A credential that came with a request.
enum Credential<'r> {
    /// Nothing that a request could show: an undeclared scheme, `mutualTLS`.
    Unseen,
    Text(&'r str),
    /// As it stands in the header: base64 of `user:password` (RFC 7617, section 2).
    Basic(&'r str),
}

impl Credential<'_> {
    fn is_accepted(&self, only: Option<&str>) -> bool {
        match (self, only) {
            (Credential::Unseen, _) => true,
            (Credential::Text(text), only) => !text.is_empty() && only.is_none_or(|only| only == *text),
            (Credential::Basic(text), Some(only)) => super::text::base64(only.as_bytes()) == *text,
            (Credential::Basic(text), None) => is_base64(text),
        }
    }
}

/// The credential for a scheme; `None` when there is none.
fn credential<'r>(
    scheme: Option<&Value>,
    request: &'r Request,
    query: &'r [(String, String)],
) -> Option<Credential<'r>> {
    let Some(scheme) = scheme else { return Some(Credential::Unseen) };
    let name = scheme["name"].as_str().unwrap_or_default();
    let text = match scheme["type"].as_str() {
        Some("apiKey") => match scheme["in"].as_str() {
            Some("header") => request.header(&name.to_ascii_lowercase()),
            Some("query") => query.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str()),
            Some("cookie") => {
                super::params::cookies(request).find(|(known, _)| *known == name).map(|(_, value)| value)
            }
            _ => return Some(Credential::Unseen),
        },
        Some("http") => match scheme["scheme"].as_str().map(str::to_ascii_lowercase).as_deref() {
            Some("basic") => return authorization(request, "basic").map(Credential::Basic),
            Some(other) => authorization(request, other),
            None => return Some(Credential::Unseen),
        },
        Some("oauth2" | "openIdConnect") => authorization(request, "bearer"),
        _ => return Some(Credential::Unseen), // `mutualTLS` is settled before a request is read.
    };
    text.map(Credential::Text)
}

/// The credentials of an `Authorization` header of a scheme (RFC 9110, section 11.4).
fn authorization<'r>(request: &'r Request, scheme: &str) -> Option<&'r str> {
    let (found, rest) = request.header("authorization")?.split_once(' ')?;
    Some(rest.trim()).filter(|rest| found.eq_ignore_ascii_case(scheme) && !rest.is_empty())
}

/// RFC 4648, section 4: here only the letters are looked at.
fn is_base64(text: &str) -> bool {
    let letters = text.trim_end_matches('=');
    text.len().is_multiple_of(4)
        && letters.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/".contains(&byte))
}

fn challenge(scheme: Option<&Value>) -> Option<String> {
    let scheme = scheme?;
    match (scheme["type"].as_str(), scheme["scheme"].as_str().map(str::to_ascii_lowercase).as_deref()) {
        (Some("http"), Some("basic")) => Some("Basic realm=\"mock\"".to_owned()),
        (Some("http"), Some("bearer")) | (Some("oauth2" | "openIdConnect"), _) => Some("Bearer".to_owned()),
        _ => None,
    }
}
