//! Tokens of OAuth 2 (RFC 6749), fetched when they are needed and renewed before they end.

use super::auth::Token;
use super::clock::Instant;
use super::engine::absolute;
use super::error::NotAnAddress;
use super::transport::{Over, Transport};
use crate::http::style::escape::escape;
use ::bytes::Bytes;
use axum::BoxError;
use axum::body::Body;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures_util::future::BoxFuture;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use http::{Method, Request, Response, StatusCode, Uri};
use http_body_util::{BodyExt, Limited};
use serde_json::Value;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;

/// An answer with a token is never longer.
const LIMIT: usize = 256 * 1024;
/// A token is renewed so long before it ends, or a tenth of its life, if that is less.
const EARLY: Duration = Duration::from_secs(30);

/// Tokens of OAuth 2, for the credential of an `oauth2` or `openIdConnect` scheme. Calls that need one at the same time wait
/// for the same. It prints no secret.
///
/// ```no_run
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let transport = tower::service_fn(|_| async { Err::<apiloom::dep::http::Response<apiloom::Body>, _>("none") });
/// use apiloom::client::OAuth2;
/// let login = OAuth2::over("https://login.example.com/token", transport)?
///     .client("shop", "its secret")
///     .scopes(["read:pets"]);
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct OAuth2(Arc<Inner>);

struct Inner {
    url: Uri,
    transport: Arc<dyn Transport>,
    client: Option<(String, String)>,
    in_body: bool,
    scopes: Vec<String>,
    refresh: Option<String>,
    extra: Vec<(String, String)>,
    held: Mutex<Held>,
}

#[derive(Default)]
struct Held {
    token: Option<String>,
    until: Option<Instant>,
    refresh: Option<String>,
}

/// Why there is no token.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum OAuthError {
    /// The server says no: the `error` of RFC 6749 section 5.2, such as `invalid_client`.
    Denied(String),
    /// The answer is none of RFC 6749: its status.
    Answer(StatusCode),
}

impl fmt::Display for OAuthError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Denied(error) => write!(f, "no token was granted: {}", error.escape_debug()),
            Self::Answer(status) => write!(f, "no token was granted: the answer {status} cannot be read"),
        }
    }
}

impl std::error::Error for OAuthError {}

impl OAuth2 {
    /// Tokens that are handed out at an address, asked for over a transport. Without more it is the grant of client
    /// credentials (section 4.4).
    ///
    /// # Errors
    /// It is no absolute `http` or `https` URL.
    pub fn new(url: &str, transport: impl Transport) -> Result<Self, NotAnAddress> {
        let (client, in_body, scopes, refresh, extra, held) = Default::default();
        let (url, transport) = (absolute(url)?, Arc::new(transport));
        Ok(Self(Arc::new(Inner { url, transport, client, in_body, scopes, refresh, extra, held })))
    }

    /// The same over a `tower::Service`.
    ///
    /// # Errors
    /// As [`OAuth2::new`].
    pub fn over<S, B>(url: &str, service: S) -> Result<Self, NotAnAddress>
    where
        S: tower::Service<Request<Body>, Response = Response<B>> + Clone + Send + 'static,
        S::Error: Into<BoxError>,
        S::Future: Send,
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        Self::new(url, Over::new(service))
    }

    /// The same over reqwest.
    ///
    /// # Errors
    /// As [`OAuth2::new`], or reqwest cannot be set up.
    #[cfg(feature = "reqwest")]
    pub fn connect(url: &str) -> Result<Self, BoxError> {
        Ok(Self::new(url, super::reqwest::client()?)?)
    }

    fn change(self, change: impl FnOnce(&mut Inner)) -> Self {
        let Inner { url, transport, client, in_body, scopes, refresh, extra, .. } = &*self.0;
        let mut inner = Inner {
            url: url.clone(),
            transport: transport.clone(),
            client: client.clone(),
            in_body: *in_body,
            scopes: scopes.clone(),
            refresh: refresh.clone(),
            extra: extra.clone(),
            held: Mutex::default(),
        };
        change(&mut inner);
        Self(Arc::new(inner))
    }

    /// Who asks, and the password for it: as `Basic` (section 2.3.1).
    #[must_use]
    pub fn client(self, id: impl Into<String>, secret: impl Into<String>) -> Self {
        self.change(|inner| inner.client = Some((id.into(), secret.into())))
    }

    /// Sends who asks in the body, for servers that do not take `Basic`.
    #[must_use]
    pub fn client_in_body(self) -> Self {
        self.change(|inner| inner.in_body = true)
    }

    /// What it is asked for; nothing: what the server gives by itself.
    #[must_use]
    pub fn scopes<T: Into<String>>(self, scopes: impl IntoIterator<Item = T>) -> Self {
        let scopes = scopes.into_iter().map(Into::into).collect();
        self.change(|inner| inner.scopes = scopes)
    }

    /// Uses a refresh token (section 6) instead of the client's own credentials; a newer one that comes with a token takes
    /// its place.
    #[must_use]
    pub fn refresh(self, token: impl Into<String>) -> Self {
        self.change(|inner| inner.refresh = Some(token.into()))
    }

    /// Sends one more parameter, such as `audience`.
    #[must_use]
    pub fn parameter(self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.change(|inner| inner.extra.push((name.into(), value.into())))
    }
}

impl Inner {
    fn request(&self, held: &Held) -> Result<Request<Body>, BoxError> {
        let mut pairs: Vec<(&str, &str)> = Vec::new();
        match held.refresh.as_ref().or(self.refresh.as_ref()) {
            Some(token) => pairs.extend([("grant_type", "refresh_token"), ("refresh_token", token.as_str())]),
            None => pairs.push(("grant_type", "client_credentials")),
        }
        let scopes = self.scopes.join(" ");
        if !scopes.is_empty() {
            pairs.push(("scope", &scopes));
        }
        pairs.extend(self.extra.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        let mut basic = None;
        if let Some((id, secret)) = &self.client {
            if self.in_body {
                pairs.extend([("client_id", id.as_str()), ("client_secret", secret.as_str())]);
            } else {
                basic = Some(STANDARD.encode(format!("{}:{}", escaped(id), escaped(secret))));
            }
        }
        let form: Vec<String> =
            pairs.iter().map(|(name, value)| format!("{}={}", escaped(name), escaped(value))).collect();
        let mut request = Request::new(Body::from(form.join("&")));
        *request.method_mut() = Method::POST;
        self.url.clone_into(request.uri_mut());
        let headers = request.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        if let Some(basic) = basic {
            let mut value = HeaderValue::from_str(&format!("Basic {basic}"))?;
            value.set_sensitive(true);
            headers.insert(AUTHORIZATION, value);
        }
        Ok(request)
    }

    async fn fetch(&self, held: &mut Held) -> Result<String, BoxError> {
        let answer = self.transport.send(self.request(held)?).await?;
        let status = answer.status();
        let body = Limited::new(answer.into_body(), LIMIT).collect().await?.to_bytes();
        let said: Value = serde_json::from_slice(&body).map_err(|_| OAuthError::Answer(status))?;
        let text = |key: &str| said.get(key).and_then(Value::as_str).map(str::to_owned);
        if !status.is_success() {
            return Err(text("error").map_or(OAuthError::Answer(status), OAuthError::Denied).into());
        }
        let token = text("access_token").ok_or(OAuthError::Answer(status))?;
        // Some servers write the seconds as a text.
        let seconds = |life: &Value| life.as_f64().or_else(|| life.as_str()?.parse().ok());
        held.until = said.get("expires_in").and_then(seconds).and_then(until);
        held.refresh = text("refresh_token").or(held.refresh.take());
        held.token = Some(token.clone());
        Ok(token)
    }
}

/// When a token that lives for so many seconds is to be renewed.
fn until(seconds: f64) -> Option<Instant> {
    let life = Duration::try_from_secs_f64(seconds).ok()?;
    Instant::now().checked_add(life.saturating_sub(EARLY.min(life / 10)))
}

/// `application/x-www-form-urlencoded`, which section 2.3.1 wants even inside of `Basic`.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    escape(&mut out, text, "");
    out
}

impl Token for OAuth2 {
    fn token<'a>(&'a self, again: Option<&'a str>) -> BoxFuture<'a, Result<String, BoxError>> {
        Box::pin(async move {
            let mut held = self.0.held.lock().await;
            let fresh = held.until.is_none_or(|until| Instant::now() < until);
            match &held.token {
                Some(token) if fresh && again != Some(token) => Ok(token.clone()),
                _ => self.0.fetch(&mut held).await,
            }
        })
    }
}

impl fmt::Debug for OAuth2 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OAuth2").field("url", &self.0.url.path()).finish_non_exhaustive()
    }
}
