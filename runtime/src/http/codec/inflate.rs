//! `Content-Encoding` of requests (RFC 9110 section 8.4): the body as it was before it was compressed. What comes out is
//! a stream, so the limit on the length of bodies also holds for what a small body blows up to.

use crate::http::problem::Error;
use async_compression::tokio::bufread::{BrotliDecoder, GzipDecoder, ZlibDecoder, ZstdDecoder};
use async_compression::zstd::DParameter;
use axum::body::Body;
use futures_util::TryStreamExt;
use http::StatusCode;
use http::header::{CONTENT_ENCODING, HeaderMap};
use std::fmt;
use std::io;
use tokio::io::AsyncRead;
use tokio_util::io::{ReaderStream, StreamReader};

/// What is said in `Accept-Encoding` (RFC 9110 section 12.5.3).
const KNOWN: &str = "gzip, deflate, br, zstd";
/// More codings one over the other are refused.
const MOST_CODINGS: usize = 2;
/// RFC 9659: a window of 8 MiB is enough for the web; a larger one is memory that the sender makes us take.
const ZSTD_WINDOW: u32 = 23;

/// The body is not what its coding says.
#[derive(Debug)]
pub(crate) struct Undecodable {
    pub(crate) coding: &'static str,
    cause: io::Error,
}

impl fmt::Display for Undecodable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not valid {}", self.coding)
    }
}

impl std::error::Error for Undecodable {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.cause)
    }
}

/// The body without its codings.
///
/// # Errors
/// 415 for a coding that is not known.
pub(crate) fn inflate(headers: &HeaderMap, body: Body) -> Result<Body, Error> {
    let unknown = || {
        let error = Error::new(StatusCode::UNSUPPORTED_MEDIA_TYPE).header("accept-encoding", KNOWN);
        error.detail(format!("The body's coding is not one of: {KNOWN}."))
    };
    let mut codings = Vec::new();
    for value in headers.get_all(CONTENT_ENCODING) {
        let text = value.to_str().map_err(|_| unknown())?;
        codings.extend(text.split(',').map(|coding| coding.trim().to_ascii_lowercase()));
    }
    codings.retain(|coding| !coding.is_empty() && coding != "identity");
    if codings.len() > MOST_CODINGS {
        return Err(unknown());
    }
    // The last one was put on last.
    codings.iter().rev().try_fold(body, |body, coding| {
        let reader = StreamReader::new(body.into_data_stream().map_err(io::Error::other));
        match coding.as_str() {
            "gzip" | "x-gzip" => {
                let mut decoder = GzipDecoder::new(reader);
                decoder.multiple_members(true);
                Ok(decoded("gzip", decoder))
            }
            "deflate" => Ok(decoded("deflate", ZlibDecoder::new(reader))),
            "br" => Ok(decoded("br", BrotliDecoder::new(reader))),
            "zstd" => {
                let mut decoder =
                    ZstdDecoder::with_params(reader, &[DParameter::window_log_max(ZSTD_WINDOW)]);
                decoder.multiple_members(true);
                Ok(decoded("zstd", decoder))
            }
            _ => Err(unknown()),
        }
    })
}

fn decoded(coding: &'static str, reader: impl AsyncRead + Send + 'static) -> Body {
    Body::from_stream(ReaderStream::new(reader).map_err(move |cause| Undecodable { coding, cause }))
}

#[cfg(test)]
mod tests {
    use super::inflate;
    use crate::http::codec::stream_error;
    use async_compression::tokio::bufread::{BrotliEncoder, GzipEncoder, ZlibEncoder, ZstdEncoder};
    use axum::body::Body;
    use http::{HeaderMap, HeaderValue};
    use http_body_util::{BodyExt, Limited};
    use tokio::io::{AsyncRead, AsyncReadExt};

    async fn all(mut reader: impl AsyncRead + Unpin) -> Vec<u8> {
        let mut bytes = Vec::new();
        reader.read_to_end(&mut bytes).await.unwrap();
        bytes
    }

    async fn packed(coding: &str, bytes: &[u8]) -> Vec<u8> {
        match coding {
            "gzip" => all(GzipEncoder::new(bytes)).await,
            "deflate" => all(ZlibEncoder::new(bytes)).await,
            "br" => all(BrotliEncoder::new(bytes)).await,
            _ => all(ZstdEncoder::new(bytes)).await,
        }
    }

    /// The body as it was, or the status of the problem.
    async fn unpacked(coding: &str, bytes: Vec<u8>, limit: usize) -> Result<Vec<u8>, u16> {
        let mut headers = HeaderMap::new();
        headers.insert("content-encoding", HeaderValue::from_str(coding).unwrap());
        let body = inflate(&headers, Body::from(bytes)).map_err(|error| error.status().as_u16())?;
        let all = Body::new(Limited::new(body, limit)).collect().await;
        all.map(|all| all.to_bytes().to_vec()).map_err(|error| stream_error(error).status().as_u16())
    }

    const CODINGS: [&str; 4] = ["gzip", "deflate", "br", "zstd"];

    #[tokio::test]
    async fn every_coding() {
        let text = "all work and no play ".repeat(1000).into_bytes();
        for coding in CODINGS {
            let body = packed(coding, &text).await;
            assert!(body.len() < text.len() / 10);
            assert_eq!(unpacked(coding, body.clone(), 1 << 20).await.as_deref(), Ok(&text[..]), "{coding}");
            for cut in [1, body.len() / 2, body.len() - 1] {
                assert_eq!(
                    unpacked(coding, body[..cut].to_vec(), 1 << 20).await,
                    Err(400),
                    "{coding} cut at {cut}"
                );
            }
            let mut damaged = body.clone();
            damaged[0] ^= 0x55;
            assert_eq!(unpacked(coding, damaged, 1 << 20).await, Err(400), "{coding} damaged");
        }
        let twice = packed("br", &packed("gzip", &text).await).await;
        assert_eq!(unpacked("gzip, br", twice, 1 << 20).await.as_deref(), Ok(&text[..]));
        assert_eq!(unpacked("identity", text.clone(), 1 << 20).await.as_deref(), Ok(&text[..]));
    }

    #[tokio::test]
    async fn bombs_and_unknown_codings() {
        let zeros = vec![0; 8 << 20];
        for coding in CODINGS {
            let bomb = packed(coding, &zeros).await;
            assert!(bomb.len() < 100_000, "{coding}: {}", bomb.len());
            assert_eq!(unpacked(coding, bomb.clone(), 1 << 20).await, Err(413), "{coding}");
            let twice = packed(coding, &bomb).await;
            assert_eq!(
                unpacked(&format!("{coding}, {coding}"), twice, 1 << 20).await,
                Err(413),
                "{coding} twice"
            );
        }
        for coding in ["compress", "x", "gzip, gzip, gzip", "gzip;q=1"] {
            assert_eq!(unpacked(coding, Vec::new(), 1 << 20).await, Err(415), "{coding}");
        }
    }
}
