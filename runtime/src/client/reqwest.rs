//! reqwest as a transport.

use super::transport::Transport;
use ::bytes::Bytes;
use axum::BoxError;
use axum::body::Body;
use futures_util::future::BoxFuture;
use futures_util::{FutureExt, StreamExt, stream};
use http::{Request, Response};
use http_body::Body as _;
use http_body_util::BodyExt;
use reqwest::redirect::{Attempt, Policy};

/// As many redirects are followed as browsers follow.
const MOST_REDIRECTS: usize = 20;

/// A client that follows redirects within an origin (RFC 6454), and hands on those that lead elsewhere: credentials stay
/// where they belong.
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

/// An error without the address, whose query may hold a key.
fn quiet(error: reqwest::Error) -> BoxError {
    error.without_url().into()
}

/// What is in memory already goes as bytes, with its length; the rest as it comes.
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

impl Transport for reqwest::Client {
    fn send(&self, request: Request<Body>) -> BoxFuture<'static, Result<Response<Body>, BoxError>> {
        let client = self.clone();
        Box::pin(async move {
            let request = reqwest::Request::try_from(request.map(body)).map_err(quiet)?;
            let response: Response<reqwest::Body> = client.execute(request).await.map_err(quiet)?.into();
            Ok(response.map(|body| Body::new(BodyExt::map_err(body, quiet))))
        })
    }
}
