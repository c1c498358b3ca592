//! What a caller is told who is not let in: `WWW-Authenticate` (RFC 9110 section 11.6.1).

use super::scheme::{Asked, Kind};
use crate::http::problem::Error;
use http::StatusCode;

const HEADER: &str = "www-authenticate";

impl Error {
    /// 403: who is calling is known, and lacks scopes that the operation asks for (RFC 6750 section 3.1).
    pub fn insufficient_scope(scopes: &[&str]) -> Self {
        let detail = match scopes {
            [] => "The credentials do not reach that far.".to_owned(),
            scopes => format!("Scopes that are needed: {}.", scopes.join(", ")),
        };
        Self::forbidden(detail)
    }
}

/// Adds the challenges of an operation to a refusal that has none of its own; `refused` was shown in vain.
pub(super) fn challenge(
    error: Error,
    all: &'static [&'static [Asked]],
    refused: Option<&'static [Asked]>,
    realm: &str,
) -> Error {
    if error.has_header(HEADER) {
        return error;
    }
    let forbidden = error.status() == StatusCode::FORBIDDEN;
    let asked: Vec<&Asked> = match refused {
        Some(refused) if forbidden => refused.iter().filter(|asked| !asked.scopes.is_empty()).collect(),
        _ if error.status() == StatusCode::UNAUTHORIZED => all.iter().copied().flatten().collect(),
        _ => return error,
    };
    let mut told: Vec<String> = Vec::new();
    for one in asked {
        let shown = refused.is_some_and(|refused| refused.iter().any(|other| other.scheme == one.scheme));
        let code = match (forbidden, shown) {
            (true, _) => Some("insufficient_scope"),
            (false, true) => Some("invalid_token"),
            (false, false) => None,
        };
        let text = text(one, code, realm);
        if !(told.contains(&text) || forbidden && !one.scheme.is_bearer()) {
            told.push(text);
        }
    }
    told.iter().fold(error, |error, text| error.header(HEADER, text))
}

/// One challenge. Keys and certificates have no scheme that is registered for HTTP; the names say what is meant.
fn text(asked: &Asked, code: Option<&str>, realm: &str) -> String {
    let realm = quoted(realm);
    let key =
        |place: &str, name: &str| format!("ApiKey realm={realm}, in=\"{place}\", name={}", quoted(name));
    match asked.scheme.kind {
        Kind::Header(name) => key("header", name),
        Kind::Query(name) => key("query", name),
        Kind::Cookie(name) => key("cookie", name),
        Kind::Http("basic") => format!("Basic realm={realm}, charset=\"UTF-8\""),
        Kind::MutualTls => format!("ClientCertificate realm={realm}"),
        Kind::Unknown => format!("Unknown realm={realm}, scheme={}", quoted(asked.scheme.name)),
        Kind::Http(scheme) if !asked.scheme.is_bearer() => format!("{} realm={realm}", capital(scheme)),
        Kind::Http(_) | Kind::OAuth2 | Kind::OpenIdConnect(_) => bearer(asked, code, &realm),
    }
}

/// RFC 6750 section 3: the error is said only when a token was shown.
fn bearer(asked: &Asked, code: Option<&str>, realm: &str) -> String {
    let mut text = format!("Bearer realm={realm}");
    if let Some(code) = code {
        text.push_str(&format!(", error=\"{code}\""));
    }
    if !asked.scopes.is_empty() {
        text.push_str(&format!(", scope={}", quoted(&asked.scopes.join(" "))));
    }
    text
}

fn capital(scheme: &str) -> String {
    let mut letters = scheme.chars();
    letters.next().map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + letters.as_str())
}

/// A quoted-string (RFC 9110 section 5.6.4) of what ASCII can show.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for letter in text.chars().filter(|letter| !letter.is_control()) {
        match letter {
            '"' | '\\' => out.extend(['\\', letter]),
            letter if letter.is_ascii() => out.push(letter),
            _ => out.push('?'),
        }
    }
    out + "\""
}
