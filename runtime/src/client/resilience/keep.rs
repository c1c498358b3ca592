//! Requests that can be sent again.

use axum::BoxError;
use axum::body::Body;
use bytes::Bytes;
use http::request::Parts;
use http::{HeaderMap, Request};
use http_body::Body as _;
use http_body_util::{BodyExt as _, Full, Limited};

/// A request, kept to be sent more than once if its body allows it.
#[derive(Debug)]
pub(super) struct Kept {
    head: Parts,
    body: KeptBody,
}

#[derive(Debug)]
enum KeptBody {
    /// Too long, or of no known length: sent once.
    Stream(Option<Body>),
    Empty,
    Bytes(Bytes, Option<HeaderMap>),
}

impl Kept {
    /// Reads a body that says that it has at most so many bytes.
    ///
    /// # Errors
    /// The body broke, or is longer than it said.
    pub(super) async fn new(request: Request<Body>, limit: usize) -> Result<Self, BoxError> {
        let (head, body) = request.into_parts();
        let exact = body.size_hint().exact().and_then(|length| usize::try_from(length).ok());
        let body = match exact {
            _ if body.is_end_stream() => KeptBody::Empty,
            Some(length) if length <= limit => {
                let all = Limited::new(body, limit).collect().await?;
                let trailers = all.trailers().cloned();
                KeptBody::Bytes(all.to_bytes(), trailers)
            }
            Some(_) | None => KeptBody::Stream(Some(body)),
        };
        Ok(Self { head, body })
    }

    /// Can it be sent again?
    pub(super) fn repeats(&self) -> bool {
        !matches!(self.body, KeptBody::Stream(_))
    }

    /// The request, to be sent. That of a stream has its body the first time only.
    pub(super) fn copy(&mut self) -> Request<Body> {
        let body = match &mut self.body {
            KeptBody::Stream(body) => body.take().unwrap_or_default(),
            KeptBody::Empty => Body::empty(),
            KeptBody::Bytes(bytes, None) => Body::from(bytes.clone()),
            KeptBody::Bytes(bytes, Some(trailers)) => {
                let trailers = trailers.clone();
                Body::new(Full::new(bytes.clone()).with_trailers(async { Some(Ok(trailers)) }))
            }
        };
        Request::from_parts(self.head.clone(), body)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::stream;
    use http_body_util::StreamBody;

    async fn text(request: Request<Body>) -> (Bytes, Option<HeaderMap>) {
        let all = request.into_body().collect().await.unwrap();
        let trailers = all.trailers().cloned();
        (all.to_bytes(), trailers)
    }

    #[tokio::test]
    async fn a_short_body_is_sent_again_with_its_trailers() {
        let mut trailers = HeaderMap::new();
        trailers.insert("checksum", "7".parse().unwrap());
        let sent = trailers.clone();
        let body = Full::new(Bytes::from("abc")).with_trailers(async { Some(Ok(sent)) });
        for (body, trailers) in [(Body::from("abc"), None), (Body::new(body), Some(trailers))] {
            let mut kept = Kept::new(Request::new(body), 3).await.unwrap();
            if trailers.is_some() && !kept.repeats() {
                continue; // a body with trailers need not say its length
            }
            assert!(kept.repeats());
            for _ in 0..3 {
                assert_eq!(text(kept.copy()).await, ("abc".into(), trailers.clone()));
            }
        }
    }

    #[tokio::test]
    async fn a_long_body_and_a_stream_are_sent_once() {
        let frames = stream::iter([Ok::<_, BoxError>(http_body::Frame::data(Bytes::from("abc")))]);
        for body in [Body::from("abcd"), Body::new(StreamBody::new(frames))] {
            let mut kept = Kept::new(Request::new(body), 3).await.unwrap();
            assert!(!kept.repeats());
            assert!(text(kept.copy()).await.0.starts_with(b"abc"));
        }
    }

    #[tokio::test]
    async fn no_body_is_easy() {
        let mut kept = Kept::new(Request::new(Body::empty()), 0).await.unwrap();
        assert!(kept.repeats() && kept.copy().body().is_end_stream());
    }
}
