//! What a client shows of itself.

use super::error::RequestError;
use crate::security::{Kind, Scheme};
use axum::BoxError;
use axum::body::Body;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures_util::future::BoxFuture;
use http::header::{COOKIE, HeaderName, HeaderValue};
use http::{Request, Uri};
use std::fmt;
use std::sync::Arc;

/// Where a token comes from.
pub trait Token: Send + Sync + 'static {
    /// The token; `again` is one that the server has just refused.
    fn token<'a>(&'a self, again: Option<&'a str>) -> BoxFuture<'a, Result<String, BoxError>>;
}

/// A credential. It prints as `***`.
#[derive(Clone)]
#[non_exhaustive]
pub enum Credential {
    /// A key, or a bearer token, or what stands behind the name of another scheme.
    Text(String),
    /// User and password (RFC 7617).
    Basic(String, String),
    /// A token that is fetched when it is needed.
    Token(Arc<dyn Token>),
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credential(***)")
    }
}

impl From<&str> for Credential {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Credential {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<(&str, &str)> for Credential {
    fn from((user, password): (&str, &str)) -> Self {
        Self::Basic(user.to_owned(), password.to_owned())
    }
}

impl From<super::OAuth2> for Credential {
    fn from(tokens: super::OAuth2) -> Self {
        Self::Token(Arc::new(tokens))
    }
}

impl<T: Token> From<Arc<T>> for Credential {
    fn from(token: Arc<T>) -> Self {
        Self::Token(token)
    }
}

impl Credential {
    /// The text that it is now.
    async fn text(&self, again: Option<&str>) -> Result<String, BoxError> {
        match self {
            Self::Token(token) => token.token(again).await,
            Self::Text(_) | Self::Basic(..) => Ok(self.fixed().unwrap_or_default()),
        }
    }

    /// The text that it always is.
    fn fixed(&self) -> Option<String> {
        match self {
            Self::Text(text) => Some(text.clone()),
            Self::Basic(user, password) => Some(STANDARD.encode(format!("{user}:{password}"))),
            Self::Token(_) => None,
        }
    }

    /// The header that it always is, if HTTP allows it.
    pub(super) fn header(&self, scheme: &Scheme) -> Option<(HeaderName, HeaderValue)> {
        let (name, text) = header(scheme, &self.fixed()?)?;
        Some((HeaderName::try_from(name).ok()?, value(&text).ok()?))
    }

    /// Can it be another one than a moment ago?
    pub(super) fn is_fetched(&self) -> bool {
        matches!(self, Self::Token(_))
    }

    /// Puts it where its scheme says. `again`: the text that was refused. Gives the text.
    pub(super) async fn show(
        &self,
        scheme: &Scheme,
        request: &mut Request<Body>,
        again: Option<&str>,
    ) -> Result<String, BoxError> {
        let text = self.text(again).await?;
        match scheme.kind {
            Kind::Query(name) => query(request, name, &text)?,
            Kind::Cookie(name) => cookie(request, name, &text)?,
            _ => {
                if let Some((name, text)) = header(scheme, &text) {
                    set(request, HeaderName::try_from(name)?, &text)?;
                }
            }
        }
        Ok(text)
    }
}

/// `basic` is `Basic` on the wire: names of schemes are not case-sensitive, but some servers are.
fn titled(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The header that shows a text, if the scheme has one.
fn header(scheme: &Scheme, text: &str) -> Option<(&'static str, String)> {
    const AUTHORIZATION: &str = "authorization";
    match scheme.kind {
        Kind::Header(name) => Some((name, text.to_owned())),
        Kind::Http(name) => Some((AUTHORIZATION, format!("{} {text}", titled(name)))),
        Kind::OAuth2 | Kind::OpenIdConnect(_) => Some((AUTHORIZATION, format!("Bearer {text}"))),
        // The transport shows it, or the caller knows where it goes.
        Kind::Query(_) | Kind::Cookie(_) | Kind::MutualTls | Kind::Unknown => None,
    }
}

fn set(request: &mut Request<Body>, name: HeaderName, text: &str) -> Result<(), BoxError> {
    request.headers_mut().insert(name, value(text)?);
    Ok(())
}

fn value(text: &str) -> Result<HeaderValue, RequestError> {
    let mut value = HeaderValue::from_str(text).map_err(|_| unfit())?;
    value.set_sensitive(true);
    Ok(value)
}

fn unfit() -> RequestError {
    RequestError::new("HTTP does not allow a credential".to_owned())
}

fn cookie(request: &mut Request<Body>, name: &str, text: &str) -> Result<(), BoxError> {
    let known = request.headers().get(COOKIE).and_then(|value| value.to_str().ok());
    let kept = known
        .unwrap_or_default()
        .split("; ")
        .filter(|pair| !pair.is_empty() && pair.split_once('=').is_none_or(|(other, _)| other != name));
    let all: Vec<String> = kept.map(str::to_owned).chain([format!("{name}={text}")]).collect();
    set(request, COOKIE, &all.join("; "))
}

fn query(request: &mut Request<Body>, name: &str, text: &str) -> Result<(), BoxError> {
    let escaped = |text: &str| {
        let mut out = String::new();
        crate::http::style::escape::escape(&mut out, text, "");
        out
    };
    let (name, value) = (escaped(name), escaped(text));
    let uri = request.uri();
    let (path, old) = (uri.path(), uri.query().unwrap_or_default());
    let kept = old
        .split('&')
        .filter(|pair| !pair.is_empty() && pair.split_once('=').is_none_or(|(other, _)| other != name));
    let all: Vec<String> = kept.map(str::to_owned).chain([format!("{name}={value}")]).collect();
    let target = format!("{path}?{}", all.join("&"));
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(target.parse()?);
    *request.uri_mut() = Uri::from_parts(parts)?;
    Ok(())
}
