//! The service of an API: a static table of operations, a function for each, and one dispatch for all.

use crate::http::accept::Accept;
use crate::http::body::{Limits, load};
use crate::http::codec::Media;
use crate::http::context::Context;
use crate::http::params::{Input, Params};
use crate::http::problem::{Error, Result};
use crate::http::reply::{IntoReply, Reply};
use crate::route::{Found, Table};
use axum::body::Body;
use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use http::header::{ALLOW, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use http::request::Parts;
use http::{HeaderValue, Method, Request, Response, StatusCode};
use std::convert::Infallible;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, OnceLock};
use std::task::{Context as TaskContext, Poll};

/// One operation of an API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Operation {
    /// `operationId`
    pub id: &'static str,
    /// The method, in capitals.
    pub method: &'static str,
    /// The path template.
    pub path: &'static str,
}

/// A schema, and what it is the schema of.
#[derive(Debug, Clone, Copy)]
pub struct Document {
    /// `info.title`
    pub title: &'static str,
    /// `info.version`
    pub version: &'static str,
    /// The document as JSON.
    pub json: &'static str,
}

/// The answer of an operation, to be awaited.
pub type Answer = BoxFuture<'static, Result<Reply>>;

/// The function behind an operation.
pub type Handler<A> = fn(Arc<A>, Call) -> Answer;

/// A request that has found its operation.
#[derive(Debug)]
pub struct Call {
    operation: &'static Operation,
    captures: Vec<(&'static str, String)>,
    limits: Limits,
    parts: Parts,
    body: Body,
}

impl Call {
    /// Reads the parameters of an operation that answers with `R`, and what the client takes.
    ///
    /// # Errors
    /// 400 with every fault of the parameters and the body; 406, 413, 415.
    pub async fn read<P: Params, R: IntoReply>(self) -> Result<(Context, Accept, P)> {
        let Self { operation, captures, limits, parts, body } = self;
        let accept = Accept::new(&parts.headers);
        let offers = || R::MEDIA.iter().copied().flatten().copied();
        if !accept.allows(offers()) {
            let mut offered: Vec<&str> = offers().map(|Media(media)| media).collect();
            offered.sort_unstable();
            offered.dedup();
            return Err(Error::new(StatusCode::NOT_ACCEPTABLE)
                .detail(format!("The answer is one of: {}.", offered.join(", "))));
        }
        let loaded = load(P::BODY, &parts.headers, body, limits).await?;
        let mut input = Input::new(&parts, &captures, loaded);
        let params = P::read(&mut input);
        let params = input.finish(params).map_err(Error::invalid)?;
        Ok((Context::new(parts, operation), accept, params))
    }
}

/// Ties the reading of a request to the answer type of its handler, which the compiler infers.
#[derive(Debug)]
pub struct Answers<R>(PhantomData<fn() -> R>);

impl<R: IntoReply> Answers<R> {
    /// Of a type that is known later.
    #[allow(clippy::new_without_default, reason = "only generated code makes one")]
    pub fn new() -> Self {
        Self(PhantomData)
    }

    /// Reads the parameters.
    ///
    /// # Errors
    /// See [`Call::read`].
    pub fn read<P: Params>(
        &self,
        call: Call,
    ) -> impl Future<Output = Result<(Context, Accept, P)>> + use<P, R> {
        call.read::<P, R>()
    }

    /// What the handler came to, as a reply.
    ///
    /// # Errors
    /// The handler's own.
    pub fn reply(&self, accept: &Accept, result: Result<R>) -> Result<Reply> {
        result.map(|answer| answer.into_reply(accept))
    }
}

/// Operations that share one implementation.
trait Dispatch: Send + Sync {
    fn call(&self, index: usize, call: Call) -> Option<Answer>;
}

struct Implementation<A: 'static> {
    app: Arc<A>,
    handlers: &'static [Handler<A>],
}

impl<A: Send + Sync + 'static> Dispatch for Implementation<A> {
    fn call(&self, index: usize, call: Call) -> Option<Answer> {
        self.handlers.get(index).map(|handler| handler(self.app.clone(), call))
    }
}

/// An operation in a service.
#[derive(Clone)]
pub(crate) struct Entry {
    pub(crate) operation: &'static Operation,
    prefix: Option<Arc<str>>,
    names: Arc<[&'static str]>,
    index: usize,
    implementation: Arc<dyn Dispatch>,
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.operation.fmt(f)
    }
}

impl Entry {
    /// The template, with the prefix.
    pub(crate) fn path(&self) -> String {
        format!("{}{}", self.prefix.as_deref().unwrap_or_default(), self.operation.path)
    }
}

#[derive(Debug, Clone)]
struct Inner {
    entries: Vec<Entry>,
    document: Option<&'static Document>,
    tag: OnceLock<HeaderValue>,
    limits: Limits,
    table: OnceLock<Arc<Table>>,
}

/// Bodies may be 2 MiB long, if nothing else is said.
const BODY_LIMIT: usize = 2 * 1024 * 1024;
/// Bodies with files may be 32 MiB long, if nothing else is said.
const UPLOAD_LIMIT: u64 = 32 * 1024 * 1024;

/// An API that can be called: a `tower::Service` over HTTP requests. Cloning it is cheap.
#[derive(Debug, Clone)]
pub struct Service {
    inner: Arc<Inner>,
}

impl Default for Service {
    fn default() -> Self {
        let inner = Inner {
            entries: Vec::new(),
            document: None,
            tag: OnceLock::new(),
            limits: Limits { memory: BODY_LIMIT, uploads: UPLOAD_LIMIT },
            table: OnceLock::new(),
        };
        Self { inner: Arc::new(inner) }
    }
}

impl Service {
    /// Of a table of operations and their functions, in the same order.
    pub fn new<A: Send + Sync + 'static>(
        app: Arc<A>,
        operations: &'static [Operation],
        handlers: &'static [Handler<A>],
    ) -> Self {
        let implementation: Arc<dyn Dispatch> = Arc::new(Implementation { app, handlers });
        let entries = operations.iter().enumerate().map(|(index, operation)| Entry {
            operation,
            prefix: None,
            names: names(operation.path).into(),
            index,
            implementation: implementation.clone(),
        });
        let entries = entries.collect();
        Self::default().change(|inner| inner.entries = entries)
    }

    fn change(self, change: impl FnOnce(&mut Inner)) -> Self {
        let mut inner = Arc::unwrap_or_clone(self.inner);
        inner.table = OnceLock::new();
        change(&mut inner);
        Self { inner: Arc::new(inner) }
    }

    /// Serves the operations of both. The document is this one's, or else the other's.
    #[must_use]
    pub fn merge(self, other: Self) -> Self {
        let other = Arc::unwrap_or_clone(other.inner);
        self.change(|inner| {
            inner.entries.extend(other.entries);
            inner.document = inner.document.or(other.document);
            let Limits { memory, uploads } = other.limits;
            inner.limits.memory = inner.limits.memory.max(memory);
            inner.limits.uploads = inner.limits.uploads.max(uploads);
        })
    }

    /// Puts every operation below a prefix, such as `/v2`.
    #[must_use]
    pub fn nest(self, prefix: &str) -> Self {
        let prefix = prefix.trim_end_matches('/');
        self.change(|inner| {
            for entry in &mut inner.entries {
                let whole = format!("{prefix}{}", entry.prefix.as_deref().unwrap_or_default());
                entry.prefix = Some(whole.into());
            }
        })
    }

    /// Serves the schema at `/openapi.json`, and with the feature `docs` a page about it at `/docs`.
    #[must_use]
    pub fn document(self, document: &'static Document) -> Self {
        self.change(|inner| {
            inner.document = Some(document);
            inner.tag = OnceLock::new();
        })
    }

    /// Takes bodies of at most so many bytes (2 MiB, if not set). What an operation takes as a
    /// `stream` has no limit.
    #[must_use]
    pub fn body_limit(self, bytes: usize) -> Self {
        self.change(|inner| inner.limits.memory = bytes)
    }

    /// Takes bodies with files of at most so many bytes (32 MiB, if not set). Files that are not small are held on disk,
    /// not in memory; for their fields the other limit holds.
    #[must_use]
    pub fn upload_limit(self, bytes: u64) -> Self {
        self.change(|inner| inner.limits.uploads = bytes)
    }

    /// The operations.
    pub fn operations(&self) -> impl Iterator<Item = &'static Operation> {
        self.inner.entries.iter().map(|entry| entry.operation)
    }

    /// What of the table cannot be served, in sentences; empty if all is well.
    pub fn problems(&self) -> &[String] {
        &self.table().problems
    }

    fn table(&self) -> &Arc<Table> {
        self.inner.table.get_or_init(|| Arc::new(Table::new(&self.inner.entries)))
    }

    /// Is there anything at this path?
    pub fn owns(&self, path: &str) -> bool {
        !matches!(self.table().find(&Method::GET, path), Found::Nothing)
            || self.page(&Method::GET, path, &http::HeaderMap::new()).is_some()
    }

    /// The same as an axum router. Problems of the table are logged.
    pub fn into_router(self) -> axum::Router {
        self.problems().iter().for_each(|problem| tracing::error!("{problem}"));
        axum::Router::new().fallback_service(self)
    }

    /// Answers a request.
    pub async fn answer(&self, request: Request<Body>) -> Response<Body> {
        let (parts, body) = request.into_parts();
        let is_head = parts.method == Method::HEAD;
        let response = self.route(parts, body).await.unwrap_or_else(Error::into_reply).into_response();
        if is_head { without_body(response) } else { response }
    }

    async fn route(&self, parts: Parts, body: Body) -> Result<Reply> {
        let (index, captures) = match self.table().find(&parts.method, parts.uri.path()) {
            Found::Entry(index, texts) => (index, texts.into_iter().map(str::to_owned).collect::<Vec<_>>()),
            Found::OtherMethods(route) => return other_method(&parts.method, &route.allow()),
            Found::Nothing => {
                let page = self.page(&parts.method, parts.uri.path(), &parts.headers);
                return page.ok_or_else(|| Error::not_found("There is nothing at this path."));
            }
        };
        let entry = self.inner.entries.get(index).ok_or_else(|| Error::new(StatusCode::NOT_FOUND))?;
        let captures = entry.names.iter().copied().zip(captures).collect();
        let call = Call { operation: entry.operation, captures, limits: self.inner.limits, parts, body };
        // A panic may also come before the first await.
        let guarded =
            AssertUnwindSafe(async { entry.implementation.call(entry.index, call) }).catch_unwind().await;
        let answer = match guarded {
            Ok(answer) => {
                AssertUnwindSafe(answer.ok_or_else(|| Error::new(StatusCode::NOT_IMPLEMENTED))?)
                    .catch_unwind()
                    .await
            }
            Err(panic) => Err(panic),
        };
        answer.unwrap_or_else(|panic| Err(panicked(entry.operation, &panic)))
    }

    /// The schema itself. Its tag is made from the text, so every instance of a service gives the same.
    fn schema(&self, document: &'static Document, headers: &http::HeaderMap) -> Reply {
        let tag = self.inner.tag.get_or_init(|| {
            let mut hasher = std::hash::DefaultHasher::new();
            document.json.hash(&mut hasher);
            HeaderValue::from_str(&format!("\"{:016x}\"", hasher.finish()))
                .unwrap_or(HeaderValue::from_static("\"schema\""))
        });
        let reply = if headers.get(IF_NONE_MATCH) == Some(tag) {
            Reply::empty(StatusCode::NOT_MODIFIED)
        } else {
            Reply::bytes(StatusCode::OK, "application/json", Bytes::from_static(document.json.as_bytes()))
        };
        reply.with(ETAG, tag.clone()).with(CACHE_CONTROL, HeaderValue::from_static("no-cache"))
    }

    /// The schema and the page about it.
    fn page(&self, method: &Method, path: &str, headers: &http::HeaderMap) -> Option<Reply> {
        let document = self.inner.document?;
        if method != Method::GET && method != Method::HEAD {
            return None;
        }
        if path == "/openapi.json" {
            return Some(self.schema(document, headers));
        }
        #[cfg(feature = "docs")]
        return crate::docs::page(document, path, headers);
        #[cfg(not(feature = "docs"))]
        {
            let _ = headers;
            None
        }
    }
}

/// 500 for a handler that panicked; what it said is logged.
fn panicked(operation: &Operation, panic: &Box<dyn std::any::Any + Send>) -> Error {
    let text =
        panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    tracing::error!(operation = operation.id, panic = text.unwrap_or("?"), "a handler panicked");
    Error::new(StatusCode::INTERNAL_SERVER_ERROR)
}

/// The names of the parameters in a template that lives as long as the program.
fn names(path: &'static str) -> Vec<&'static str> {
    path.split('{').skip(1).filter_map(|rest| rest.split_once('}').map(|(name, _)| name)).collect()
}

fn other_method(method: &Method, allow: &str) -> Result<Reply> {
    if method == Method::OPTIONS {
        let value = HeaderValue::from_str(allow)?;
        return Ok(Reply::empty(StatusCode::NO_CONTENT).with(ALLOW, value));
    }
    let detail = format!("This path takes: {allow}.");
    Err(Error::new(StatusCode::METHOD_NOT_ALLOWED).detail(detail).header("allow", allow))
}

/// RFC 9110 section 9.3.2: the same head, no body.
fn without_body(response: Response<Body>) -> Response<Body> {
    let (mut parts, body) = response.into_parts();
    let length = http_body::Body::size_hint(&body).exact();
    if let Some(length) = length.filter(|length| *length > 0 || parts.headers.contains_key(CONTENT_TYPE)) {
        parts.headers.entry(CONTENT_LENGTH).or_insert_with(|| HeaderValue::from(length));
    }
    Response::from_parts(parts, Body::empty())
}

impl<B> tower::Service<Request<B>> for Service
where
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<axum::BoxError>,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = BoxFuture<'static, std::result::Result<Response<Body>, Infallible>>;

    fn poll_ready(&mut self, _: &mut TaskContext<'_>) -> Poll<std::result::Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let service = self.clone();
        let request = request.map(Body::new);
        Box::pin(async move { Ok(service.answer(request).await) })
    }
}

/// Makes a function that turns an implementation of a trait into a [`Service`].
#[macro_export]
macro_rules! operations {
    ($(#[$docs:meta])* $vis:vis fn $function:ident($trait:ident) {
        $($method:ident: $verb:ident $path:literal $id:literal $params:tt),* $(,)?
    }) => {
        $(#[$docs])*
        $vis fn $function<A: $trait>(app: impl ::core::convert::Into<::std::sync::Arc<A>>) -> $crate::Service {
            static OPERATIONS: &[$crate::Operation] = &[
                $($crate::Operation { id: $id, method: ::core::stringify!($verb), path: $path }),*
            ];
            $crate::Service::new(app.into(), OPERATIONS, &[$($crate::__handler!(A $method $params)),*])
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __handler {
    ($app:ident $method:ident ()) => {
        |app, call| {
            ::std::boxed::Box::pin(async move {
                let answers = $crate::service::Answers::new();
                let (cx, accept, ()) = answers.read(call).await?;
                answers.reply(&accept, $app::$method(&app, cx).await)
            })
        }
    };
    ($app:ident $method:ident ($params:ty)) => {
        |app, call| {
            ::std::boxed::Box::pin(async move {
                let answers = $crate::service::Answers::new();
                let (cx, accept, params): (_, _, $params) = answers.read(call).await?;
                answers.reply(&accept, $app::$method(&app, cx, params).await)
            })
        }
    };
}
