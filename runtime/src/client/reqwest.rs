//! reqwest as a transport.

use super::transport::Transport;
use axum::BoxError;
use axum::body::Body;
#[cfg(target_arch = "wasm32")]
use futures_util::TryStreamExt;
use futures_util::future::BoxFuture;
use http::{Request, Response};
use http_body_util::BodyExt;
#[cfg(not(target_arch = "wasm32"))]
use reqwest::redirect::{Attempt, Policy};
#[cfg(not(target_arch = "wasm32"))]
use {
    ::bytes::Bytes,
    futures_util::{FutureExt, StreamExt, stream},
    http::uri::{Authority, PathAndQuery},
    http_body::Body as _,
};

/// As many redirects are followed as browsers follow.
#[cfg(not(target_arch = "wasm32"))]
const MOST_REDIRECTS: usize = 20;

/// A client that follows redirects within an origin (RFC 6454), and hands on those that lead elsewhere: credentials stay
/// where they belong.
#[cfg(not(target_arch = "wasm32"))]
pub(super) fn client() -> Result<reqwest::Client, BoxError> {
    let near = |attempt: Attempt<'_>| {
        let from = attempt.previous().last().map(|url| url.origin());
        if attempt.previous().len() > MOST_REDIRECTS {
            attempt.error("there are too many redirects")
        } else if from.is_some_and(|from| from == attempt.url().origin()) {
            attempt.follow()
        } else {
            attempt.stop()
        }
    };
    reqwest::Client::builder().redirect(Policy::custom(near)).build().map_err(quiet)
}

/// `fetch`, which follows redirects as the browser does.
#[cfg(target_arch = "wasm32")]
pub(super) fn client() -> Result<reqwest::Client, BoxError> {
    reqwest::Client::builder().build().map_err(quiet)
}

/// An error without the address, whose query may hold a key.
fn quiet(error: reqwest::Error) -> BoxError {
    error.without_url().into()
}

/// What is in memory already goes as bytes, with its length; the rest as it comes.
#[cfg(not(target_arch = "wasm32"))]
fn body(mut body: Body) -> reqwest::Body {
    if body.is_end_stream() {
        return reqwest::Body::from(Bytes::new());
    }
    if body.size_hint().exact().is_none() {
        return reqwest::Body::wrap_stream(body.into_data_stream());
    }
    let first = match body.frame().now_or_never() {
        Some(Some(frame)) => frame.map(|frame| frame.into_data().unwrap_or_default()),
        Some(None) => Ok(Bytes::new()),
        None => return reqwest::Body::wrap_stream(body.into_data_stream()),
    };
    match first {
        Ok(bytes) if body.is_end_stream() => reqwest::Body::from(bytes),
        first => reqwest::Body::wrap_stream(stream::iter([first]).chain(body.into_data_stream())),
    }
}

/// The request as reqwest has it.
#[cfg(not(target_arch = "wasm32"))]
fn written(request: Request<Body>) -> Result<reqwest::Request, BoxError> {
    let (head, body) = request.into_parts();
    let (scheme, authority) = (head.uri.scheme_str(), head.uri.authority().map(Authority::as_str));
    let path = head.uri.path_and_query().map_or("/", PathAndQuery::as_str);
    let url = [scheme.unwrap_or("http"), "://", authority.unwrap_or_default(), path].concat();
    let mut request = reqwest::Request::new(head.method, url.parse()?);
    *request.headers_mut() = head.headers;
    *request.body_mut() = Some(self::body(body));
    Ok(request)
}

#[cfg(not(target_arch = "wasm32"))]
impl Transport for reqwest::Client {
    fn send(&self, request: Request<Body>) -> BoxFuture<'static, Result<Response<Body>, BoxError>> {
        let client = self.clone();
        Box::pin(async move {
            let request = written(request)?;
            let response: Response<reqwest::Body> = client.execute(request).await.map_err(quiet)?.into();
            Ok(response.map(|body| Body::new(BodyExt::map_err(body, quiet))))
        })
    }

    fn reads_facts(&self) -> bool {
        false
    }
}

/// Over `fetch`: a request is in memory before it is sent, as browsers want it; an answer is read as it comes.
#[cfg(target_arch = "wasm32")]
impl Transport for reqwest::Client {
    fn send(&self, request: Request<Body>) -> BoxFuture<'static, Result<Response<Body>, BoxError>> {
        use send_wrapper::SendWrapper;
        let client = self.clone();
        Box::pin(SendWrapper::new(async move {
            let (head, body) = request.into_parts();
            let bytes = body.collect().await?.to_bytes();
            let request = reqwest::Request::try_from(Request::from_parts(head, bytes)).map_err(quiet)?;
            let answer = client.execute(request).await.map_err(quiet)?;
            let mut response = Response::new(());
            *response.status_mut() = answer.status();
            answer.headers().clone_into(response.headers_mut());
            // `fetch` has undone the coding already.
            response.headers_mut().remove(http::header::CONTENT_ENCODING);
            let body = Body::from_stream(SendWrapper::new(answer.bytes_stream().map_err(quiet)));
            Ok(response.map(|()| body))
        }))
    }
}
