//! A call that has not been made yet.

use super::auth::Credential;
use super::clock::within;
use super::draft::{Draft, accept};
use super::engine::{Engine, Operation};
use super::error::{ClientError, RequestError};
use super::facts::Facts;
use super::receive::{Limits, receive};
use super::row::{Answers, Row};
use crate::security::Scheme;
use ::bytes::Bytes;
use axum::BoxError;
use axum::body::Body;
use futures_util::FutureExt;
use http::header::{ACCEPT, HeaderValue};
use http::{Request, Response, StatusCode};
use std::fmt;
use std::marker::PhantomData;
use std::pin::Pin;
use std::time::Duration;

/// What a call comes to, to be awaited.
pub type Pending<T, E> = Pin<Box<dyn Future<Output = Result<T, ClientError<E>>> + Send>>;

/// A call of an operation that has not been made yet: await it. A success is a `T`, an error that the schema documents an
/// `E`.
#[must_use = "a call is made when it is awaited"]
pub struct Call<T: 'static, E> {
    engine: Engine,
    operation: &'static Operation,
    rows: &'static [Row<T>],
    draft: Draft,
    timeout: Option<Duration>,
    limit: usize,
    accept: Option<String>,
    repeatable: bool,
    documented: PhantomData<fn() -> E>,
}

impl<T: 'static, E: Answers> Call<T, E> {
    /// Of an operation, whose success is read by these rows.
    pub fn new(engine: &Engine, operation: &'static Operation, rows: &'static [Row<T>]) -> Self {
        Self {
            draft: engine.draft(),
            timeout: engine.time(),
            limit: engine.bytes(),
            engine: engine.clone(),
            operation,
            rows,
            accept: None,
            repeatable: false,
            documented: PhantomData,
        }
    }

    /// What is written.
    pub fn draft(&mut self) -> &mut Draft {
        &mut self.draft
    }

    /// The same call once more, without a body.
    pub(super) fn again(&self) -> Self {
        Self {
            engine: self.engine.clone(),
            operation: self.operation,
            rows: self.rows,
            draft: self.draft.again(),
            timeout: self.timeout,
            limit: self.limit,
            accept: self.accept.clone(),
            repeatable: self.repeatable,
            documented: PhantomData,
        }
    }

    /// Makes it a call of the address of a next page; false if it is the same page.
    ///
    /// # Errors
    /// The address is none, or on another server.
    pub(super) fn follow(&mut self, address: &str) -> Result<bool, RequestError> {
        let base = self.engine.base_of(self.operation).into_owned();
        let now = self.draft.target_of(&base, self.operation.path)?;
        let target = super::pages::near(&base, &now, address)?;
        Ok(self.draft.lead(target))
    }

    /// Adds a header; replaces those of its name.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.draft.header(name, value);
        self
    }

    /// Says which media types are wanted (RFC 9110 section 12.5.1), instead of all that the schema has.
    pub fn accept(mut self, media: &str) -> Self {
        self.accept = Some(media.to_owned());
        self
    }

    /// An answer must be there, and read, within this time; between two pieces of a stream may pass as much.
    pub fn timeout(mut self, time: impl Into<Option<Duration>>) -> Self {
        self.timeout = time.into();
        self
    }

    /// An answer that is read at once may have so many bytes.
    pub fn limit(mut self, bytes: usize) -> Self {
        self.limit = bytes;
        self
    }

    /// Sends `Idempotency-Key`, so that the server does it once however often it is sent: layers may repeat the request.
    pub fn idempotency_key(mut self, key: &str) -> Self {
        self.draft.header("idempotency-key", key);
        self.repeatable = true;
        self
    }

    /// Sends it, and reads the answer with its status and headers.
    ///
    /// # Errors
    /// Each kind of [`ClientError`].
    pub fn response(self) -> impl Future<Output = Result<Response<T>, ClientError<E>>> + Send {
        let (timeout, limits) = (self.timeout, Limits { memory: self.limit, silence: self.timeout });
        let rows = self.rows;
        let ready = self.ready();
        async move {
            let whole = async move { receive(ready.send().await.map_err(Failed::told)?, rows, limits).await };
            within(timeout, whole).await.unwrap_or_else(|time| Err(ClientError::Timeout(time)))
        }
    }

    /// Sends it, and hands on the answer as it comes, whatever its status is.
    ///
    /// # Errors
    /// [`ClientError::Request`], [`ClientError::Transport`] and [`ClientError::Timeout`].
    pub async fn unread(self) -> Result<Response<Body>, ClientError<E>> {
        let timeout = self.timeout;
        let sent = self.ready().send();
        within(timeout, sent).await.map_err(ClientError::Timeout)?.map_err(Failed::told)
    }

    /// The request as it would be sent, but for its credentials.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn request(self) -> Result<Request<Body>, RequestError> {
        let accepted = match &self.accept {
            Some(media) => HeaderValue::from_str(media).ok(),
            None => self.operation.accept.get_or_init(|| accepted::<T, E>(self.rows)).clone(),
        };
        let (operation, repeatable) = (self.operation, self.repeatable);
        let mut request =
            self.draft.request(operation.method, &self.engine.base_of(operation), operation.path)?;
        if let Some(accepted) = accepted {
            request.headers_mut().entry(ACCEPT).or_insert(accepted);
        }
        if self.engine.transport().reads_facts() {
            let mut facts = Facts::new(operation.id, request.method());
            facts.idempotent |= repeatable;
            request.extensions_mut().insert(facts);
        }
        Ok(request)
    }

    /// Written, so that what waits holds no more than a request.
    fn ready(self) -> Ready {
        Ready { engine: self.engine.clone(), operation: self.operation, request: self.request() }
    }
}

/// A request that has not been sent yet.
struct Ready {
    engine: Engine,
    operation: &'static Operation,
    request: Result<Request<Body>, RequestError>,
}

impl Ready {
    /// Sends it with its credentials.
    async fn send(self) -> Result<Response<Body>, Failed> {
        let (engine, mut request) = (self.engine, self.request.map_err(Failed::Request)?);
        if engine.show(self.operation, request.headers_mut()) {
            return engine.transport().send(request).await.map_err(Failed::Transport);
        }
        Box::pin(send(&engine, self.operation, request)).await
    }
}

fn accepted<T: 'static, E: Answers>(rows: &'static [Row<T>]) -> Option<HeaderValue> {
    let media = accept(rows.iter().map(|row| row.intakes), E::ROWS.iter().map(|row| row.intakes));
    if media.is_empty() { None } else { HeaderValue::from_str(&media).ok() }
}

enum Failed {
    Request(RequestError),
    Transport(BoxError),
}

impl Failed {
    fn told<E>(self) -> ClientError<E> {
        match self {
            Self::Request(error) => ClientError::Request(error),
            Self::Transport(error) => ClientError::Transport(error),
        }
    }
}

/// Sends a request with credentials that are not just headers. One whose token is refused goes out again with a new one, if it can.
async fn send(
    engine: &Engine,
    operation: &'static Operation,
    mut request: Request<Body>,
) -> Result<Response<Body>, Failed> {
    let credentials = engine.credentials(operation);
    let mut shown = Vec::with_capacity(credentials.len());
    for (scheme, credential) in &credentials {
        shown.push(credential.show(scheme, &mut request, None).await.map_err(unshown)?);
    }
    let spare =
        if credentials.iter().any(|(_, one)| one.is_fetched()) { copy(&mut request).await } else { None };
    let answer = engine.transport().send(request).await.map_err(Failed::Transport)?;
    match spare {
        Some(again) if answer.status() == StatusCode::UNAUTHORIZED => {
            renew(engine, again, &credentials, &shown).await
        }
        _ => Ok(answer),
    }
}

async fn renew(
    engine: &Engine,
    mut request: Request<Body>,
    credentials: &[(&'static Scheme, &Credential)],
    shown: &[String],
) -> Result<Response<Body>, Failed> {
    for ((scheme, credential), old) in credentials.iter().zip(shown) {
        credential.show(scheme, &mut request, Some(old)).await.map_err(unshown)?;
    }
    engine.transport().send(request).await.map_err(Failed::Transport)
}

fn unshown(error: BoxError) -> Failed {
    match error.downcast::<RequestError>() {
        Ok(error) => Failed::Request(*error),
        Err(error) => Failed::Transport(error),
    }
}

/// A second request like the first, if its body is in memory.
async fn copy(request: &mut Request<Body>) -> Option<Request<Body>> {
    use http_body::Body as _;
    use http_body_util::BodyExt;
    request.body().size_hint().exact()?;
    let bytes: Bytes = std::mem::take(request.body_mut()).collect().await.ok()?.to_bytes();
    *request.body_mut() = bytes.clone().into();
    let mut again = Request::new(Body::from(bytes));
    request.method().clone_into(again.method_mut());
    request.uri().clone_into(again.uri_mut());
    request.headers().clone_into(again.headers_mut());
    request.extensions().clone_into(again.extensions_mut());
    Some(again)
}

impl<T: Send + 'static, E: Answers> IntoFuture for Call<T, E> {
    type Output = Result<T, ClientError<E>>;
    type IntoFuture = Pending<T, E>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.response().map(|answer| answer.map(Response::into_body)))
    }
}

impl<T, E> fmt::Debug for Call<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call").field("operation", &self.operation.id).finish_non_exhaustive()
    }
}
