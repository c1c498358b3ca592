//! The layers of clients: by themselves under a paused clock, and against servers on loopback that misbehave.

mod balancing;
mod deadlines;
#[cfg(feature = "discovery-dns")]
mod dns;
mod faults;
mod limits;
mod retries;
mod server;
mod telemetry;

use apiloom::Body;
use apiloom::client::Facts;
use apiloom::client::resilience;
use apiloom::dep::tower::{self, Service, ServiceExt as _};
use axum::BoxError;
use http::{Method, Request, Response, StatusCode};
use std::convert::Infallible;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A service that does what a script says: for the n-th request, counted from 0.
fn scripted<F, A>(
    script: F,
) -> (
    impl Service<Request<Body>, Response = Response<Body>, Error = BoxError, Future: Send>
    + Clone
    + Send
    + Sync
    + 'static,
    Seen,
)
where
    F: Fn(usize, Request<Body>) -> A + Clone + Send + Sync + 'static,
    A: Future<Output = Result<Response<Body>, BoxError>> + Send + 'static,
{
    let seen = Seen::default();
    let noted = seen.clone();
    let service = tower::service_fn(move |request: Request<Body>| {
        let number = noted.note(&request);
        script(number, request)
    });
    (service, seen)
}

/// The heads of the requests that arrived.
#[derive(Clone, Default)]
struct Seen(Arc<Mutex<Vec<Request<()>>>>);

impl Seen {
    fn note(&self, request: &Request<Body>) -> usize {
        let mut copy = Request::new(());
        *copy.method_mut() = request.method().clone();
        *copy.uri_mut() = request.uri().clone();
        *copy.headers_mut() = request.headers().clone();
        *copy.extensions_mut() = request.extensions().clone();
        let mut all = self.0.lock().unwrap();
        all.push(copy);
        all.len() - 1
    }

    fn count(&self) -> usize {
        self.0.lock().unwrap().len()
    }

    fn header(&self, number: usize, name: &str) -> Option<String> {
        Some(self.0.lock().unwrap()[number].headers().get(name)?.to_str().unwrap().to_owned())
    }
}

fn get() -> Request<Body> {
    Request::get("http://pets/pets")
        .extension(Facts::new("list_pets", &Method::GET))
        .body(Body::empty())
        .unwrap()
}

fn post(body: impl Into<Body>) -> Request<Body> {
    Request::post("http://pets/pets")
        .extension(Facts::new("add_pet", &Method::POST))
        .body(body.into())
        .unwrap()
}

fn answer(status: u16) -> Result<Response<Body>, BoxError> {
    Ok(Response::builder().status(status).body(Body::empty())?)
}

fn refused() -> Result<Response<Body>, BoxError> {
    Err(std::io::Error::from(std::io::ErrorKind::ConnectionRefused).into())
}

fn reset() -> Result<Response<Body>, BoxError> {
    Err(std::io::Error::from(std::io::ErrorKind::ConnectionReset).into())
}

async fn call<S>(service: &S, request: Request<Body>) -> Result<Response<Body>, BoxError>
where
    S: Service<Request<Body>, Response = Response<Body>, Error = BoxError> + Clone,
{
    service.clone().oneshot(request).await
}

async fn status<S>(service: &S, request: Request<Body>) -> StatusCode
where
    S: Service<Request<Body>, Response = Response<Body>, Error = BoxError> + Clone,
{
    call(service, request).await.unwrap().status()
}

async fn read(answer: Response<Body>) -> Result<apiloom::Bytes, axum::Error> {
    axum::body::to_bytes(answer.into_body(), usize::MAX).await
}

/// The error of a kind that a call must have failed with.
#[track_caller]
fn failed<E: std::error::Error + Clone + 'static>(result: Result<Response<Body>, BoxError>) -> E {
    let error = result.expect_err("the call should fail");
    resilience::find::<E>(&*error).unwrap_or_else(|| panic!("another error: {error}")).clone()
}

const SECOND: Duration = Duration::from_secs(1);

type Never = Infallible;
