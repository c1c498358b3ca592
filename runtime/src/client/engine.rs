//! What all operations of a client share: where it sends, over what, with which credentials and limits.

use super::auth::Credential;
use super::draft::Draft;
use super::error::NotAnAddress;
use super::transport::{Over, Transport};
use crate::security::{Asked, Scheme};
use ::bytes::Bytes;
use axum::BoxError;
use axum::body::Body;
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, Uri};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

/// An answer may take so long, if nothing else is said.
const TIMEOUT: Duration = Duration::from_secs(30);
/// An answer that is read at once may have so many bytes, if nothing else is said.
const LIMIT: usize = 64 * 1024 * 1024;

/// An operation, as its client knows it.
#[derive(Debug)]
pub struct Operation {
    /// Its id in the schema.
    pub id: &'static str,
    /// The method, in upper case.
    pub method: &'static str,
    /// The path below the address of the API, with `{variables}`.
    pub path: &'static str,
    /// Its own address, if it is not the API's: an absolute one, or a path on the same server. At most one.
    pub base: &'static [&'static str],
    /// Credentials that it asks for: alternatives of schemes that must all hold.
    pub security: &'static [&'static [Asked]],
    /// What it takes of answers; worked out at the first call.
    pub accept: OnceLock<Option<HeaderValue>>,
}

/// What all operations of a client share. Cloning is cheap; a clone shares connections and credentials.
#[derive(Clone)]
pub struct Engine {
    shared: Arc<Shared>,
}

/// A credential, and the header that it always is, if so.
#[derive(Clone)]
struct Held {
    credential: Credential,
    header: Option<(HeaderName, HeaderValue)>,
}

#[derive(Clone)]
struct Shared {
    base: Uri,
    transport: Arc<dyn Transport>,
    credentials: BTreeMap<&'static str, Held>,
    timeout: Option<Duration>,
    limit: usize,
    media: Option<String>,
    headers: Vec<(String, String)>,
    validate: bool,
}

impl Engine {
    /// A client of the API at an address, over a transport.
    ///
    /// # Errors
    /// It is no absolute `http` or `https` URL, or has a user, a query or a fragment.
    pub fn new(base: &str, transport: impl Transport) -> Result<Self, NotAnAddress> {
        let uri = absolute(base)?;
        let (credentials, headers, media) = Default::default();
        let transport: Arc<dyn Transport> = Arc::new(transport);
        let (timeout, limit, validate) = (Some(TIMEOUT), LIMIT, false);
        Ok(Self {
            shared: Arc::new(Shared {
                base: uri,
                transport,
                credentials,
                timeout,
                limit,
                media,
                headers,
                validate,
            }),
        })
    }

    /// A client of the API at an address, over a `tower::Service`: a stack of layers, or the router of a service.
    ///
    /// # Errors
    /// As [`Engine::new`].
    pub fn over<S, B>(base: &str, service: S) -> Result<Self, NotAnAddress>
    where
        S: tower::Service<Request<Body>, Response = Response<B>> + Clone + Send + 'static,
        S::Error: Into<BoxError>,
        S::Future: Send,
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        Self::new(base, Over::new(service))
    }

    /// A client of the API at an address, over reqwest. Redirects within the origin are followed.
    ///
    /// # Errors
    /// As [`Engine::new`], or reqwest cannot be set up.
    #[cfg(feature = "reqwest")]
    pub fn connect(base: &str) -> Result<Self, BoxError> {
        Ok(Self::new(base, super::reqwest::client()?)?)
    }

    fn change(mut self, change: impl FnOnce(&mut Shared)) -> Self {
        change(Arc::make_mut(&mut self.shared));
        self
    }

    /// An answer must be there, and read, within this time; between two pieces of a stream may pass as much. 30 s, if not
    /// set; `None`: no limit.
    #[must_use]
    pub fn timeout(self, time: impl Into<Option<Duration>>) -> Self {
        let time = time.into();
        self.change(|shared| shared.timeout = time)
    }

    /// Answers that are read at once may have so many bytes: 64 MiB, if not set.
    #[must_use]
    pub fn limit(self, bytes: usize) -> Self {
        self.change(|shared| shared.limit = bytes)
    }

    /// Sends bodies in this media type, where an operation takes it.
    #[must_use]
    pub fn sending(self, media: &str) -> Self {
        self.change(|shared| shared.media = Some(media.to_owned()))
    }

    /// Sends a header with every request.
    #[must_use]
    pub fn header(self, name: &str, value: &str) -> Self {
        self.change(|shared| shared.headers.push((name.to_owned(), value.to_owned())))
    }

    /// Checks parameters and bodies by the rules of the schema before they are sent; what breaks one is a
    /// [`RequestError`](super::RequestError) that lists all of them. Off, if not set: the server checks in any case.
    #[must_use]
    pub fn validate(self, on: bool) -> Self {
        self.change(|shared| shared.validate = on)
    }

    /// Shows a credential to the operations that ask for it.
    #[must_use]
    pub fn credential(self, scheme: &'static Scheme, credential: impl Into<Credential>) -> Self {
        let credential = credential.into();
        let held = Held { header: credential.header(scheme), credential };
        self.change(|shared| {
            shared.credentials.insert(scheme.name, held);
        })
    }

    /// A request to be written.
    pub(super) fn draft(&self) -> Draft {
        let mut draft = Draft::sending(self.shared.media.clone(), self.shared.validate);
        self.shared.headers.iter().for_each(|(name, value)| draft.header(name, value));
        draft
    }

    /// Where the API is.
    pub fn base(&self) -> &Uri {
        &self.shared.base
    }

    /// Where an operation is.
    pub(super) fn base_of(&self, operation: &Operation) -> Cow<'_, Uri> {
        let base = &self.shared.base;
        let Some(own) = operation.base.first() else { return Cow::Borrowed(base) };
        let mut parts = base.clone().into_parts();
        parts.path_and_query = own.parse().ok();
        let near = || Uri::from_parts(parts).ok();
        let own = if own.starts_with('/') { near() } else { own.parse().ok() };
        own.map_or(Cow::Borrowed(base), Cow::Owned)
    }

    pub(super) fn transport(&self) -> &Arc<dyn Transport> {
        &self.shared.transport
    }

    pub(super) fn time(&self) -> Option<Duration> {
        self.shared.timeout
    }

    pub(super) fn bytes(&self) -> usize {
        self.shared.limit
    }

    /// Shows the credentials of the first alternative that they are all there for, if each is always the same header.
    pub(super) fn show(&self, operation: &Operation, headers: &mut HeaderMap) -> bool {
        let known = |asked: &Asked| self.shared.credentials.get(asked.scheme.name);
        for way in operation.security {
            match *way {
                // Most ask for one.
                [asked] => match known(asked) {
                    Some(held) => return put(held, headers),
                    None => continue,
                },
                all if all.iter().all(|asked| known(asked).is_some()) => {
                    let fixed = |asked: &Asked| known(asked).is_some_and(|held| held.header.is_some());
                    return all.iter().all(fixed)
                        && all.iter().filter_map(known).all(|held| put(held, headers));
                }
                _ => {}
            }
        }
        true
    }

    /// The credentials of the first alternative that they are all there for.
    pub(super) fn credentials(&self, operation: &Operation) -> Vec<(&'static Scheme, &Credential)> {
        let known =
            |asked: &Asked| Some((asked.scheme, &self.shared.credentials.get(asked.scheme.name)?.credential));
        let all = |way: &&'static [Asked]| way.iter().map(known).collect::<Option<Vec<_>>>();
        operation.security.iter().find_map(all).unwrap_or_default()
    }
}

/// Adds the header that a credential is, if it is one.
fn put(held: &Held, headers: &mut HeaderMap) -> bool {
    let Some((name, value)) = &held.header else { return false };
    headers.insert(name.clone(), value.clone());
    true
}

/// An absolute `http` or `https` URL without user, query and fragment.
pub(super) fn absolute(text: &str) -> Result<Uri, NotAnAddress> {
    // What stands before an `@` or behind a `?` may be a secret.
    let shown =
        || if text.contains(['@', '?']) { "…".to_owned() } else { text.chars().take(200).collect() };
    let wrong = || NotAnAddress(shown());
    let uri: Uri = text.parse().map_err(|_| wrong())?;
    let scheme = matches!(uri.scheme_str(), Some("http" | "https"));
    let host =
        |authority: &http::uri::Authority| !authority.host().is_empty() && !authority.as_str().contains('@');
    if scheme && uri.authority().is_some_and(host) && !text.contains(['?', '#']) {
        Ok(uri)
    } else {
        Err(wrong())
    }
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("base", &self.shared.base).finish_non_exhaustive()
    }
}
