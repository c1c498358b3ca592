//! The service of an API: a static table of operations, a function for each, and one dispatch for all.

pub use crate::answering::Answering;
pub use crate::document::Document;
pub use crate::endpoint::{Route, Wrap};

#[cfg(feature = "config")]
use crate::config::live::Live;
use crate::document::Mounted;
use crate::endpoint::{Dispatch, Endpoint, Layered, Routed};
use crate::http::body::Limits;
use crate::http::problem::{Error, Result};
use crate::http::reply::Reply;
use crate::operate::{Answer, Call, Operate};
use crate::route::Asked as Head;
use crate::route::{Fits, Found, Matcher, Table, names, normal};
use crate::security::Asked;
#[cfg(feature = "stack")]
use crate::stack::{Stack, Stacked, Ticket, policy::Policies};
#[cfg(not(feature = "stack"))]
use crate::unstacked::Ticket;
use axum::body::Body;
use bytes::Bytes;
use http::header::ALLOW;
use http::{HeaderValue, Method, Request, Response, StatusCode};
use std::convert::Infallible;
use std::sync::{Arc, OnceLock};
use std::task::{Context as TaskContext, Poll};

/// What the schema says of an operation besides (`x-timeout`, `x-body-limit`, `x-rate-limit`, `x-log`). What is not said is as
/// in the settings of the [`Stack`], and what is said, a configuration may say otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Declared {
    /// How long it may take until its answer begins, in milliseconds; 0: as long as it likes.
    pub timeout: Option<u64>,
    /// How long its body may be, in bytes.
    pub body_limit: Option<u64>,
    /// How many requests there may be; none of them: as many as there are.
    pub rates: Option<&'static [crate::Rate]>,
    /// Whether its requests are in the access log.
    pub log: Option<bool>,
}

impl Declared {
    /// Nothing is said.
    pub const NOTHING: Self = Self { timeout: None, body_limit: None, rates: None, log: None };
}

/// One operation of an API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Operation {
    /// `operationId`
    pub id: &'static str,
    /// The method, in capitals.
    pub method: &'static str,
    /// The path template.
    pub path: &'static str,
    /// What variables of the path must look like, by their names; only where that decides between two paths.
    pub fits: &'static [(&'static str, Fits)],
    /// The group that it is in: its first tag.
    pub group: &'static str,
    /// What callers have to show: one of the alternatives, with everything in it. Empty: nothing.
    pub security: &'static [&'static [Asked]],
    /// Whether callers who show nothing are let in.
    pub anonymous: bool,
    /// What the schema says of it besides.
    pub declared: Declared,
}

impl Operation {
    /// The operation that a request was found to be for; layers of a [`Service`] can ask for it.
    pub fn of<B>(request: &Request<B>) -> Option<&'static Self> {
        request.extensions().get::<&'static Self>().copied()
    }
}

struct Implementation<A: 'static> {
    app: Arc<A>,
    handlers: &'static [&'static dyn Operate<A>],
}

impl<A: Send + Sync + 'static> Dispatch for Implementation<A> {
    fn call(&self, index: usize, call: Call) -> Option<Answer> {
        self.handlers.get(index).map(|handler| handler.answer(self.app.clone(), call))
    }
}

/// An operation in a service.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    prefix: String,
    names: Arc<[&'static str]>,
    pub(crate) only_if: Option<Matcher>,
    layered: Layered,
    realm: &'static str,
}

impl Entry {
    pub(crate) fn operation(&self) -> &'static Operation {
        self.layered.endpoint.operation
    }

    /// The template, with the prefix.
    pub(crate) fn path(&self) -> String {
        format!("{}{}", self.prefix, self.operation().path)
    }

    /// By index of the variables: what they must look like.
    pub(crate) fn fits(&self) -> Vec<Option<Fits>> {
        let fits = self.operation().fits;
        let of = |name: &&str| fits.iter().find(|(known, _)| known == name).map(|(_, fits)| *fits);
        self.names.iter().map(of).collect()
    }
}

#[derive(Debug, Clone)]
struct Inner {
    entries: Vec<Entry>,
    documents: Vec<Mounted>,
    problems: Vec<String>,
    limits: Limits,
    table: OnceLock<Arc<Table>>,
    #[cfg(feature = "stack")]
    stacked: Option<Arc<Stacked>>,
}

/// Bodies may be 2 MiB long, if nothing else is said.
pub(crate) const BODY_LIMIT: usize = 2 * 1024 * 1024;
/// Bodies with files may be 32 MiB long, if nothing else is said.
pub(crate) const UPLOAD_LIMIT: u64 = 32 * 1024 * 1024;

/// An API that can be called: a `tower::Service` over HTTP requests. Cloning it is cheap.
#[derive(Debug, Clone)]
pub struct Service {
    inner: Arc<Inner>,
}

impl Default for Service {
    fn default() -> Self {
        let inner = Inner {
            entries: Vec::new(),
            documents: Vec::new(),
            problems: Vec::new(),
            limits: Limits { memory: BODY_LIMIT, uploads: UPLOAD_LIMIT },
            table: OnceLock::new(),
            #[cfg(feature = "stack")]
            stacked: None,
        };
        Self { inner: Arc::new(inner) }
    }
}

impl Service {
    /// Of a table of operations and their functions, in the same order.
    pub fn new<A: Send + Sync + 'static>(
        app: Arc<A>,
        operations: &'static [Operation],
        handlers: &'static [&'static dyn Operate<A>],
    ) -> Self {
        let implementation: Arc<dyn Dispatch> = Arc::new(Implementation { app, handlers });
        let entries = operations.iter().enumerate().map(|(index, operation)| Entry {
            prefix: String::new(),
            names: names(operation.path).into(),
            only_if: None,
            layered: Layered::new(Endpoint { operation, index, implementation: implementation.clone() }),
            realm: "api",
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

    /// Serves the operations and the documents of both. Where both have an operation at a path, see [`Service::problems`].
    #[must_use]
    pub fn merge(self, other: Self) -> Self {
        let other = Arc::unwrap_or_clone(other.inner);
        self.change(|inner| {
            inner.entries.extend(other.entries);
            for document in other.documents {
                if !inner.documents.iter().any(|known| known.is(&document)) {
                    inner.documents.push(document);
                }
            }
            inner.problems.extend(other.problems);
            let Limits { memory, uploads } = other.limits;
            inner.limits.memory = inner.limits.memory.max(memory);
            inner.limits.uploads = inner.limits.uploads.max(uploads);
        })
    }

    /// Answers only requests for which this holds too. Where two services that are [merged](Self::merge) have the same
    /// path, one with a condition comes before one without; of two with conditions, the first.
    ///
    /// ```
    /// # let (stable, beta) = (apiloom::Service::default(), apiloom::Service::default());
    /// use apiloom::route::Matcher;
    /// let service = stable.merge(beta.only_if(Matcher::header("x-version", "beta")));
    /// ```
    #[must_use]
    pub fn only_if(self, matcher: Matcher) -> Self {
        self.change(|inner| {
            for entry in &mut inner.entries {
                let both = entry.only_if.take().map(|known| known.and(matcher.clone()));
                entry.only_if = Some(both.unwrap_or_else(|| matcher.clone()));
            }
        })
    }

    /// Puts everything below a prefix, such as `/v2`: the operations, the documents (`/v2/openapi.json`, whose `servers`
    /// then say so) and the page about them. Braces in it are no variables.
    #[must_use]
    pub fn mount(self, prefix: &str) -> Self {
        let prefix = format!("/{}", prefix.trim_matches('/')).replace('{', "%7B").replace('}', "%7D");
        if prefix == "/" {
            return self;
        }
        self.change(|inner| {
            for entry in &mut inner.entries {
                entry.prefix.insert_str(0, &prefix);
            }
            inner.documents = inner.documents.drain(..).map(|document| document.below(&prefix)).collect();
        })
    }

    /// Serves the schema at `/openapi.json`, and with the feature `docs` a page about it at `/docs`.
    #[must_use]
    pub fn document(self, document: &'static Document) -> Self {
        self.change(|inner| {
            inner.documents.push(Mounted::new(document));
            inner.entries.iter_mut().for_each(|entry| entry.realm = document.title);
        })
    }

    /// Puts a layer around every operation that is in the service now. Layers run after the operation was found
    /// ([`Operation::of`] says which) and before anything of the request is read. One that is added later stands further
    /// out: it sees the request first and the answer last. So it is operation, group, service from the inside out, if they
    /// are added in that order, and what wraps the service itself (it is a `tower::Service`) stands outside of all, with
    /// pages and answers to unknown paths inside.
    #[must_use]
    pub fn layer(self, layer: impl Wrap) -> Self {
        self.layer_where(|_| true, layer)
    }

    /// The same around the operations of one group (their first tag). That there are none is one of the
    /// [`problems`](Self::problems).
    #[must_use]
    pub fn layer_group(self, group: &str, layer: impl Wrap) -> Self {
        let service = self.needs(|operation| operation.group == group, "group", group);
        service.layer_where(|operation| operation.group == group, layer)
    }

    /// The same around one operation. That there is none of this `operationId` is one of the
    /// [`problems`](Self::problems).
    #[must_use]
    pub fn layer_operation(self, id: &str, layer: impl Wrap) -> Self {
        let service = self.needs(|operation| operation.id == id, "operation", id);
        service.layer_where(|operation| operation.id == id, layer)
    }

    fn needs(self, wanted: impl Fn(&Operation) -> bool, what: &str, name: &str) -> Self {
        if self.operations().any(wanted) {
            return self;
        }
        self.change(|inner| {
            inner.problems.push(format!("a layer is for the {what} `{name}`, and there is none"))
        })
    }

    /// The same around the operations that are `wanted`.
    #[must_use]
    pub fn layer_where(self, wanted: impl Fn(&Operation) -> bool, layer: impl Wrap) -> Self {
        self.change(|inner| {
            let entries = inner.entries.iter_mut().filter(|entry| wanted(entry.operation()));
            entries.for_each(|entry| entry.layered.wrap(&layer));
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

    /// Puts a [`Stack`] around everything: one that is put around an [`App`](crate::App) is around all its services.
    #[cfg(feature = "stack")]
    #[must_use]
    pub fn stack(self, stack: &Stack) -> Self {
        let operations: Vec<&'static Operation> = self.operations().collect();
        let stacked = stack.around(&self.named(), Policies::declared(&operations, self.inner.limits));
        self.change(|inner| inner.stacked = Some(stacked))
    }

    /// The ids and methods of the operations.
    #[cfg(feature = "stack")]
    fn named(&self) -> Vec<(&'static str, &'static str)> {
        self.operations().map(|operation| (operation.id, operation.method)).collect()
    }

    /// Does as a configuration says, from now on and after each of its changes.
    #[cfg(feature = "config")]
    pub(crate) fn configured(self, stack: &Stack, live: &Arc<Live>) -> Self {
        let operations: Vec<&'static Operation> = self.operations().collect();
        let base = self.inner.limits;
        let stacked = stack.around(&self.named(), crate::config::policies(live, &operations, base));
        let (weak, changed) = (Arc::downgrade(live), stacked.clone());
        live.on_change(move || {
            if let Some(live) = weak.upgrade() {
                changed.policies.store(Arc::new(crate::config::policies(&live, &operations, base)));
            }
        });
        self.change(|inner| inner.stacked = Some(stacked))
    }

    /// The operations with their paths, the prefix too.
    #[cfg(feature = "admin")]
    pub(crate) fn paths(&self) -> impl Iterator<Item = (&'static Operation, String)> {
        self.inner.entries.iter().map(|entry| (entry.operation(), entry.path()))
    }

    /// The operations.
    pub fn operations(&self) -> impl Iterator<Item = &'static Operation> {
        self.inner.entries.iter().map(Entry::operation)
    }

    /// What of the table cannot be served, in sentences; empty if all is well.
    pub fn problems(&self) -> &[String] {
        &self.table().problems
    }

    pub(crate) fn table(&self) -> &Arc<Table> {
        self.inner.table.get_or_init(|| {
            let mut table = Table::new(&self.inner.entries);
            table.problems.extend(self.inner.problems.iter().cloned());
            let paths: Vec<String> = self.inner.documents.iter().map(Mounted::path).collect();
            let again = paths.iter().enumerate().filter(|(n, path)| paths[..*n].contains(path));
            table.problems.extend(again.map(|(_, path)| {
                format!("two documents would be served at `{path}`: `mount` one of their services")
            }));
            Arc::new(table)
        })
    }

    /// Is there anything at this path, for a request with nothing else to it?
    pub fn owns(&self, path: &str) -> bool {
        let uri = http::Uri::try_from(path).unwrap_or_default();
        self.takes(&Head { method: &Method::GET, uri: &uri, headers: &http::HeaderMap::new() })
    }

    /// Would it have anything but 404 for this request?
    pub fn takes(&self, asked: &Head<'_>) -> bool {
        !matches!(self.table().find(asked, &normal(asked.uri.path()), &mut Vec::new()), Found::Nothing)
            || self.page(&Method::GET, asked.uri.path(), &http::HeaderMap::new(), None).is_some()
    }

    /// The same as an axum router. Problems of the table are logged.
    pub fn into_router(self) -> axum::Router {
        self.problems().iter().for_each(|problem| tracing::error!("{problem}"));
        axum::Router::new().fallback_service(self)
    }

    /// Answers a request.
    pub async fn answer(&self, request: Request<Body>) -> Response<Body> {
        match self.begin(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        }
    }

    pub(crate) fn begin(&self, request: Request<Body>) -> Answering {
        let is_head = request.method() == Method::HEAD;
        #[cfg(feature = "stack")]
        let answering = match &self.inner.stacked {
            None => self.route(request, &mut None),
            Some(stacked) => {
                let ticket = stacked.begin(&request);
                match ticket.refusal(&request) {
                    Some(error) => Answering::from(error).on(Some(ticket)),
                    None => {
                        let mut ticket = Some(ticket);
                        self.route(request, &mut ticket).on(ticket)
                    }
                }
            }
        };
        #[cfg(not(feature = "stack"))]
        let answering = self.route(request, &mut None);
        if is_head { answering.without_body() } else { answering }
    }

    fn route(&self, request: Request<Body>, ticket: &mut Option<Box<Ticket>>) -> Answering {
        let (method, path) = (request.method(), request.uri().path());
        let asked = Head { method, uri: request.uri(), headers: request.headers() };
        let normal = normal(path);
        let mut captures = Vec::new();
        let entry = match self.table().find(&asked, &normal, &mut captures) {
            Found::Entry(index) => self.inner.entries.get(index).map(|entry| (entry, index)),
            Found::OtherMethods(allow) => {
                let preflight = ticket.as_ref().and_then(|ticket| ticket.preflight(&request, &allow));
                let other = || {
                    other_method(method, &allow).map(Reply::into_response).map_or_else(Into::into, Into::into)
                };
                return preflight.map_or_else(other, Into::into);
            }
            Found::Nothing => None,
        };
        let Some((entry, index)) = entry else {
            let page = self.page(method, path, request.headers(), ticket.as_deref());
            let nothing = || Error::not_found("There is nothing at this path.").into();
            return page.map_or_else(nothing, |page| page.into_response().into());
        };
        let (policy, guard) = ticket.as_mut().and_then(|ticket| ticket.found(index)).unzip();
        let routed = Routed {
            captures: entry.names.iter().copied().zip(captures.into_iter().map(str::to_owned)).collect(),
            limits: policy.map_or(self.inner.limits, |policy| policy.limits),
            realm: entry.realm,
            visit: ticket.as_ref().map(|ticket| ticket.visit().clone()),
            deadline: ticket.as_deref().and_then(Ticket::deadline),
            guard: guard.flatten(),
        };
        entry.layered.answer(request, routed)
    }

    /// The schemas and the page about them.
    fn page(
        &self,
        method: &Method,
        path: &str,
        headers: &http::HeaderMap,
        ticket: Option<&Ticket>,
    ) -> Option<Reply> {
        if method != Method::GET && method != Method::HEAD {
            return None;
        }
        let documents = &self.inner.documents;
        if let Some(document) = documents.iter().find(|document| document.path() == path) {
            return Some(document.reply(headers));
        }
        #[cfg(feature = "docs")]
        return if ticket.is_none_or(Ticket::has_docs) {
            crate::docs::page(documents, path, headers)
        } else {
            None
        };
        #[cfg(not(feature = "docs"))]
        {
            let _ = ticket;
            None
        }
    }
}

fn other_method(method: &Method, allow: &str) -> Result<Reply> {
    if method == Method::OPTIONS {
        let value = HeaderValue::from_str(allow)?;
        return Ok(Reply::empty(StatusCode::NO_CONTENT).with(ALLOW, value));
    }
    let detail = format!("This path takes: {allow}.");
    Err(Error::new(StatusCode::METHOD_NOT_ALLOWED).detail(detail).header("allow", allow))
}

impl<B> tower::Service<Request<B>> for Service
where
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<axum::BoxError>,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Answering;

    fn poll_ready(&mut self, _: &mut TaskContext<'_>) -> Poll<std::result::Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        self.begin(request.map(Body::new))
    }
}

/// Makes a function that turns an implementation of a trait into a [`Service`].
///
/// `by` says what callers of an operation have to show: alternatives (`or`) of schemes that must all hold (`and`), each with
/// its scopes; `required` gives the handler a principal, `optional` maybe one. `with` says what holds for it besides
/// ([`Declared`](crate::service::Declared)): `with [timeout 5000, rates [100 / 60000 ip]]`. Behind a path may stand what its variables
/// must look like, where another path is alike: `"/pets/{id}" ["id": integer]`.
#[macro_export]
macro_rules! operations {
    ($(#[$docs:meta])* $vis:vis fn $function:ident($trait:ident $group:literal $(: $security:ident)?) {
        $($method:ident: $verb:tt $path:literal
            $([$($variable:literal: $fits:ident $(($($look:tt)*))?),+])? $id:literal $params:tt
            $(by $need:ident [$($($scheme:ident $($scope:literal)*) and +) or +])?
            $(with [$($policy:ident $said:tt),+])?),* $(,)?
    }) => {
        $(#[$docs])*
        $vis fn $function<A: $trait>(app: impl ::core::convert::Into<::std::sync::Arc<A>>) -> $crate::Service {
            static OPERATIONS: &[$crate::Operation] = &[$($crate::Operation {
                id: $id,
                method: $crate::__verb!($verb),
                path: $path,
                fits: &[$($(($variable, $crate::__fits!($fits $(($($look)*))?))),+)?],
                group: $group,
                security: &[$($(&[$($crate::security::Asked { scheme: $scheme, scopes: &[$($scope),*] }),+]),+)?],
                anonymous: $crate::__anonymous!($($need)?),
                declared: $crate::service::Declared {
                    $($($policy: $crate::__declared!($policy $said),)+)?
                    ..$crate::service::Declared::NOTHING
                },
            }),*];
            $(fn admit<'a, A: $security>(
                app: &'a A,
                cx: &'a $crate::Context,
            ) -> $crate::operate::Pending<'a, $crate::security::Admitted<A::Principal>> {
                ::std::boxed::Box::pin($crate::security::admit(cx, move |shown| A::authenticate(app, cx, shown)))
            })?
            $crate::Service::new(app.into(), OPERATIONS, &[
                $($crate::__operate!(A $trait $method $params $(admit $need)?)),*
            ])
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __verb {
    ($verb:ident) => {
        ::core::stringify!($verb)
    };
    ($verb:literal) => {
        $verb
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __declared {
    (rates [$($count:literal / $millis:literal $by:ident),*]) => {
        ::core::option::Option::Some(&[$($crate::Rate::new($count, $millis, $crate::__by!($by))),*])
    };
    ($policy:ident $said:literal) => {
        ::core::option::Option::Some($said)
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __by {
    (ip) => {
        $crate::By::Ip
    };
    (key) => {
        $crate::By::Key
    };
    (user) => {
        $crate::By::User
    };
    (tenant) => {
        $crate::By::Tenant
    };
    (all) => {
        $crate::By::All
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __fits {
    (integer) => { $crate::route::Fits::Integer };
    (number) => { $crate::route::Fits::Number };
    (boolean) => { $crate::route::Fits::Boolean };
    (format($format:ident)) => { $crate::route::Fits::Format($crate::Format::$format) };
    (one_of($($word:literal),+ $(,)?)) => { $crate::route::Fits::OneOf(&[$($word),+]) };
    (pattern($pattern:literal)) => { $crate::route::Fits::Pattern($pattern) };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __anonymous {
    (required) => {
        false
    };
    ($(optional)?) => {
        true
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __operate {
    ($app:ident $trait:ident $method:ident ()) => {
        &$crate::operate::Open(|app, cx, ()| ::std::boxed::Box::pin(<$app as $trait>::$method(app, cx)))
    };
    ($app:ident $trait:ident $method:ident ($params:ty)) => {
        &$crate::operate::Open::<_, $params, _>(|app, cx, params| {
            ::std::boxed::Box::pin(<$app as $trait>::$method(app, cx, params))
        })
    };
    ($app:ident $trait:ident $method:ident () $admit:ident required) => {
        &$crate::operate::Secured($admit::<$app>, |app, cx, principal, ()| {
            ::std::boxed::Box::pin(<$app as $trait>::$method(app, cx, principal))
        })
    };
    ($app:ident $trait:ident $method:ident ($params:ty) $admit:ident required) => {
        &$crate::operate::Secured::<_, _, $params, _>($admit::<$app>, |app, cx, principal, params| {
            ::std::boxed::Box::pin(<$app as $trait>::$method(app, cx, principal, params))
        })
    };
    ($app:ident $trait:ident $method:ident () $admit:ident optional) => {
        &$crate::operate::Asked($admit::<$app>, |app, cx, principal, ()| {
            ::std::boxed::Box::pin(<$app as $trait>::$method(app, cx, principal))
        })
    };
    ($app:ident $trait:ident $method:ident ($params:ty) $admit:ident optional) => {
        &$crate::operate::Asked::<_, _, $params, _>($admit::<$app>, |app, cx, principal, params| {
            ::std::boxed::Box::pin(<$app as $trait>::$method(app, cx, principal, params))
        })
    };
}
