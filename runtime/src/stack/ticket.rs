//! A request on its way through the stack: what is noted when it comes in, and done when its answer goes out.

use super::access::{Ended, GONE, LogFormat, Record};
use super::compress::{Coding, compressed};
use super::id::{HEADER, RequestId};
use super::lines::Lines;
use super::metrics::Series;
use super::policy::Policy;
use super::rates::{Guard, Standing};
use super::settings::Compiled;
use super::{Stacked, csrf};
use crate::client::Deadline;
use crate::http::problem::Error;
use axum::body::Body;
use axum::extract::ConnectInfo;
use bytes::Bytes;
use http::header::{ACCESS_CONTROL_REQUEST_METHOD, ORIGIN, STRICT_TRANSPORT_SECURITY};
use http::{HeaderValue, Method, Request, Response, StatusCode, Uri};
use http_body::{Body as _, Frame, SizeHint};
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, OnceLock};
use std::task::{Context, Poll, ready};
use tokio::time::{Instant, Sleep};

/// What a handler and the log both know of a request.
#[derive(Debug)]
pub(crate) struct Visit {
    id: RequestId,
    subject: OnceLock<Box<str>>,
    tenant: OnceLock<Box<str>>,
    /// What a caller is told of rate limits.
    pub(super) standing: Mutex<Option<Standing>>,
}

impl Visit {
    fn new(id: RequestId) -> Self {
        Self { id, subject: OnceLock::new(), tenant: OnceLock::new(), standing: Mutex::default() }
    }

    pub(crate) fn id(&self) -> &RequestId {
        &self.id
    }

    pub(crate) fn subject(&self) -> Option<&str> {
        self.subject.get().map(|subject| &**subject)
    }

    /// Says who is asking; the first word counts.
    pub(crate) fn identify(&self, subject: &str) {
        let _ = self.subject.set(subject.into());
    }

    pub(crate) fn tenant(&self) -> Option<&str> {
        self.tenant.get().map(|tenant| &**tenant)
    }

    /// Says to whom whoever is asking belongs; the first word counts.
    pub(crate) fn belongs_to(&self, tenant: &str) {
        let _ = self.tenant.set(tenant.into());
    }
}

/// Marks requests that have come over TLS.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OverTls;

/// A request on its way.
pub(crate) struct Ticket {
    stacked: Arc<Stacked>,
    now: Arc<Compiled>,
    began: Instant,
    visit: Arc<Visit>,
    method: Method,
    uri: Uri,
    remote: Option<SocketAddr>,
    origin: Option<HeaderValue>,
    coding: Option<Coding>,
    is_secure: bool,
    /// Of the operation; none as long as none is found.
    index: Option<usize>,
    policy: Option<Policy>,
    asked: Option<Deadline>,
    deadline: Option<Deadline>,
    sleep: Option<Pin<Box<Sleep>>>,
    is_answered: bool,
}

impl Ticket {
    pub(super) fn new<B>(stacked: Arc<Stacked>, request: &Request<B>) -> Self {
        let inner = &stacked.stack.inner;
        inner.metrics.active.fetch_add(1, Ordering::Relaxed);
        let now = inner.settings.load_full();
        let (headers, extensions) = (request.headers(), request.extensions());
        let id = inner.ids.id(headers, now.settings.trust_request_id);
        Self {
            began: Instant::now(),
            visit: Arc::new(Visit::new(id)),
            method: request.method().clone(),
            uri: request.uri().clone(),
            remote: extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0),
            origin: headers.get(ORIGIN).cloned(),
            coding: Coding::wanted(headers),
            is_secure: extensions.get::<OverTls>().is_some(),
            index: None,
            policy: None,
            asked: Deadline::from_headers(headers),
            deadline: None,
            sleep: None,
            is_answered: false,
            stacked,
            now,
        }
        .within(None)
    }

    /// With the time limit of an operation, or of all.
    fn within(mut self, policy: Option<Policy>) -> Self {
        self.limit(policy);
        self
    }

    fn limit(&mut self, policy: Option<Policy>) {
        let own = policy.and_then(|policy| policy.timeout);
        let limit = own.unwrap_or_else(|| self.now.settings.timeout.get().map(|period| period.0));
        let limit = limit.map(|limit| Deadline(self.began + limit));
        self.deadline = Deadline::soonest(limit, self.asked);
        self.policy = policy;
    }

    pub(crate) fn visit(&self) -> &Arc<Visit> {
        &self.visit
    }

    pub(crate) fn deadline(&self) -> Option<Deadline> {
        self.deadline
    }

    /// Why nobody should be let in, if so.
    pub(crate) fn refusal<B>(&self, request: &Request<B>) -> Option<Error> {
        let (settings, metrics) = (&self.now.settings, &self.stacked.stack.inner.metrics);
        let active = metrics.active.load(Ordering::Relaxed);
        if settings.max_requests.get().is_some_and(|most| active > u64::from(most)) {
            metrics.shed.fetch_add(1, Ordering::Relaxed);
            let error = Error::unavailable("The service has too much to do: come again.");
            return Some(error.header("retry-after", "1"));
        }
        if settings.csrf && csrf::is_forged(request, &self.now.origins) {
            metrics.forged.fetch_add(1, Ordering::Relaxed);
            return Some(Error::forbidden("A page of another site may not do this."));
        }
        None
    }

    /// The answer to a browser that asks whether a page of another origin may do something, with the methods there are.
    pub(crate) fn preflight<B>(&self, request: &Request<B>, methods: &str) -> Option<Response<Body>> {
        let asks = request.method() == Method::OPTIONS
            && request.headers().contains_key(ACCESS_CONTROL_REQUEST_METHOD)
            && self.origin.as_ref().is_some_and(|origin| self.now.origins.allow(origin));
        if !asks {
            return None;
        }
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::NO_CONTENT;
        let cors = &self.now.settings.cors;
        self.now.origins.preflight(cors, request.headers(), methods, response.headers_mut());
        Some(response)
    }

    /// The operation is found; what holds for it?
    pub(crate) fn found(&mut self, index: usize) -> Option<(Policy, Option<Guard>)> {
        let policies = self.stacked.policies.load();
        let policy = policies.each.get(index).copied();
        let own = policies.rates.get(index).and_then(Option::as_ref);
        let guard = Guard::new(&self.stacked.stack.inner, &self.now, own);
        drop(policies);
        self.index = Some(index);
        self.limit(policy);
        policy.map(|policy| (policy, guard))
    }

    /// Is there a page about the API?
    #[cfg(feature = "docs")]
    pub(crate) fn has_docs(&self) -> bool {
        self.stacked.policies.load().has_docs
    }

    /// Does the handler go on when nobody waits for it any more?
    pub(crate) fn detaches(&self) -> bool {
        self.now.settings.detach && self.index.is_some() && !csrf::is_safe(&self.method)
    }

    /// Lets something go on by itself, for which the end of the service waits.
    pub(crate) fn detach(&self, rest: impl Future<Output = ()> + Send + 'static) {
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            self.stacked.stack.inner.detached.spawn_on(rest, &runtime);
        }
    }

    /// Is its time over? Whoever asks is woken when it is.
    pub(crate) fn is_late(&mut self, cx: &mut Context<'_>) -> bool {
        let Some(deadline) = self.deadline else { return false };
        let sleep = self.sleep.get_or_insert_with(|| Box::pin(tokio::time::sleep_until(deadline.0)));
        let is_late = sleep.as_mut().poll(cx).is_ready();
        if is_late {
            self.stacked.stack.inner.metrics.timeouts.fetch_add(1, Ordering::Relaxed);
        }
        is_late
    }

    /// An error tells the id, by which it is found in the logs.
    pub(crate) fn told(&self, error: Error) -> Error {
        error.with("request_id", self.visit.id.as_str())
    }

    /// The answer as it goes out.
    pub(crate) fn finish(mut self: Box<Self>, response: Response<Body>) -> Response<Body> {
        let Compiled { settings, origins, headers, hsts, .. } = &*self.now;
        let mut response = compressed(&settings.compression, self.coding, response);
        let out = response.headers_mut();
        out.reserve(headers.len() + 3);
        for (name, value) in headers {
            out.entry(name).or_insert_with(|| value.clone());
        }
        if let Some(hsts) = hsts.as_ref().filter(|_| self.is_secure) {
            out.insert(STRICT_TRANSPORT_SECURITY, hsts.clone());
        }
        origins.answer(&settings.cors, self.origin.as_ref(), out);
        out.insert(HEADER, self.visit.id.0.clone());
        if let Some(standing) = self.visit.standing() {
            standing.tell(out);
        }
        let status = response.status().as_u16();
        let Some((record, format)) = self.record(status) else { return response };
        let lines = self.stacked.stack.inner.lines.clone();
        match response.body().size_hint().exact() {
            Some(bytes) => {
                let ended = Ended { bytes, is_whole: true };
                lines.push(|line, at| record.write(format, ended, line, at));
                response
            }
            // How long it is, and whether it arrives, will be known at its end.
            None => response.map(|inner| {
                let ended = Ended { bytes: 0, is_whole: false };
                Body::new(Counted { inner, record: Some(record), format, lines, ended })
            }),
        }
    }

    /// Counts an answer. What is there to log of it?
    fn record(&mut self, status: u16) -> Option<(Record, LogFormat)> {
        self.is_answered = true;
        let took = self.began.elapsed();
        let series = self.series();
        series.count(status, took);
        let format = self.now.settings.access_log.format;
        if format == LogFormat::Off || self.policy.and_then(|policy| policy.log) == Some(false) {
            return None;
        }
        let record = Record {
            operation: series.operation(),
            method: self.method.clone(),
            uri: self.uri.clone(),
            remote: self.remote,
            visit: self.visit.clone(),
            status,
            took,
        };
        Some((record, format))
    }

    fn series(&self) -> &Series {
        let all = &self.stacked.series;
        let none = all.len() - 1;
        &all[self.index.unwrap_or(none).min(none)]
    }
}

/// Nobody waited for the answer.
impl Drop for Ticket {
    fn drop(&mut self) {
        self.stacked.stack.inner.metrics.active.fetch_sub(1, Ordering::Relaxed);
        if !self.is_answered
            && let Some((record, format)) = self.record(GONE)
        {
            let ended = Ended { bytes: 0, is_whole: false };
            self.stacked.stack.inner.lines.push(|line, at| record.write(format, ended, line, at));
        }
    }
}

/// A body whose bytes are counted for the log.
struct Counted {
    inner: Body,
    record: Option<Record>,
    format: LogFormat,
    lines: Lines,
    ended: Ended,
}

impl http_body::Body for Counted {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let frame = ready!(Pin::new(&mut self.inner).poll_frame(cx));
        match &frame {
            Some(Ok(frame)) => {
                self.ended.bytes += frame.data_ref().map_or(0, |data| data.len() as u64);
                self.ended.is_whole = self.inner.is_end_stream();
            }
            Some(Err(_)) => {}
            None => self.ended.is_whole = true,
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        if let Some(record) = self.record.take() {
            let (format, ended) = (self.format, self.ended);
            self.lines.push(|line, at| record.write(format, ended, line, at));
        }
    }
}
