//! Credentials: whether they are there. Any that is well-formed is accepted.

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
    let given = |name: &String| present(scheme(document, name), request, query);
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

fn present(scheme: Option<&Value>, request: &Request, query: &[(String, String)]) -> bool {
    let Some(scheme) = scheme else { return true }; // Nothing says what it would be.
    let name = scheme["name"].as_str().unwrap_or_default();
    match scheme["type"].as_str() {
        Some("apiKey") => match scheme["in"].as_str() {
            Some("header") => request.header(&name.to_ascii_lowercase()).is_some_and(|key| !key.is_empty()),
            Some("query") => query.iter().any(|(known, value)| known == name && !value.is_empty()),
            Some("cookie") => {
                super::params::cookies(request).any(|(known, value)| known == name && !value.is_empty())
            }
            _ => true,
        },
        Some("http") => match scheme["scheme"].as_str().map(str::to_ascii_lowercase).as_deref() {
            Some("basic") => authorization(request, "basic").is_some_and(is_basic),
            Some(other) => authorization(request, other).is_some(),
            None => true,
        },
        Some("oauth2" | "openIdConnect") => authorization(request, "bearer").is_some(),
        _ => true, // `mutualTLS` is settled before a request is read.
    }
}

/// The credentials of an `Authorization` header of a scheme (RFC 9110, section 11.4).
fn authorization<'r>(request: &'r Request, scheme: &str) -> Option<&'r str> {
    let (found, rest) = request.header("authorization")?.split_once(' ')?;
    Some(rest.trim()).filter(|rest| found.eq_ignore_ascii_case(scheme) && !rest.is_empty())
}

/// RFC 7617, section 2: base64 of `user:password`; here only its letters are looked at.
fn is_basic(text: &str) -> bool {
    let letters = text.trim_end_matches('=');
    text.len() % 4 == 0 && letters.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/".contains(&byte))
}

fn challenge(scheme: Option<&Value>) -> Option<String> {
    let scheme = scheme?;
    match (scheme["type"].as_str(), scheme["scheme"].as_str().map(str::to_ascii_lowercase).as_deref()) {
        (Some("http"), Some("basic")) => Some("Basic realm=\"mock\"".to_owned()),
        (Some("http"), Some("bearer")) | (Some("oauth2" | "openIdConnect"), _) => Some("Bearer".to_owned()),
        _ => None,
    }
}
