//! The API page at `/docs`: Swagger UI from the binary itself, so that it works offline and under a strict policy.

use crate::document::{Document, Mounted};
use crate::http::reply::Reply;
use bytes::Bytes;
use flate2::read::GzDecoder;
use http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, ETAG, HeaderMap,
    IF_NONE_MATCH, VARY, X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderValue, StatusCode};
use std::io::Read;
use std::sync::OnceLock;

/// Nothing from elsewhere, no inline scripts, no frames. Swagger UI sets `style` attributes, hence the one exception;
/// its icons are `data:` images.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
                      font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// A file, compressed at rest.
struct Asset {
    path: &'static str,
    media: &'static str,
    compressed: &'static [u8],
    tag: &'static str,
    plain: OnceLock<Bytes>,
}

static ASSETS: [Asset; 2] = [
    Asset {
        path: "/docs/swagger-ui-bundle.js",
        media: "text/javascript; charset=utf-8",
        compressed: include_bytes!("../assets/swagger-ui-bundle.js.gz"),
        tag: "swagger-ui-5.35.0",
        plain: OnceLock::new(),
    },
    Asset {
        path: "/docs/swagger-ui.css",
        media: "text/css; charset=utf-8",
        compressed: include_bytes!("../assets/swagger-ui.css.gz"),
        tag: "swagger-ui-5.35.0",
        plain: OnceLock::new(),
    },
];

const PAGE: &str = include_str!("../assets/index.html");
const START: &str = include_str!("../assets/start.js");

/// What is at a path below `/docs`. The page lists every document; the one below a document's prefix lists what is there.
pub(crate) fn page(documents: &[Mounted], path: &str, headers: &HeaderMap) -> Option<Reply> {
    let at = path.rfind("/docs").filter(|_| !documents.is_empty())?;
    let (base, path) = path.split_at(at);
    let here: Vec<(&Mounted, String)> = documents
        .iter()
        .filter_map(|document| {
            let path = document.path();
            Some((document, path.strip_prefix(base)?.strip_prefix('/')?.to_owned()))
        })
        .collect();
    // Below a prefix that is no document's own there is no page.
    if !(base.is_empty() || here.iter().any(|(_, path)| path == "openapi.json")) {
        return None;
    }
    match path {
        "/docs" => {
            let title = here.first().map_or("", |(first, _)| first.document.title);
            let html = PAGE.replace("{title}", &escape(title)).replace("{documents}", &choice(&here));
            let reply = Reply::bytes(StatusCode::OK, "text/html; charset=utf-8", html);
            Some(guarded(reply).with(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)))
        }
        "/docs/start.js" => {
            Some(guarded(Reply::bytes(StatusCode::OK, "text/javascript; charset=utf-8", START)))
        }
        path => ASSETS.iter().find(|asset| asset.path == path).map(|asset| asset.reply(headers)),
    }
}

/// A list to choose from when there are several.
fn choice(documents: &[(&Mounted, String)]) -> String {
    let option = |(mounted, path): &(&Mounted, String)| {
        let Document { title, version, .. } = mounted.document;
        let text = escape(&format!("{title} {version}"));
        format!("<option value=\"{}\">{text} (/{})</option>", escape(path), escape(path))
    };
    let options: String = documents.iter().map(option).collect();
    let hidden = if documents.len() > 1 { "" } else { " hidden" };
    format!("<select id=\"document\" aria-label=\"Document\"{hidden}>{options}</select>")
}

fn guarded(reply: Reply) -> Reply {
    let reply = reply.with(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    reply.with(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"))
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

impl Asset {
    fn reply(&self, headers: &HeaderMap) -> Reply {
        let compress = accepts_gzip(headers);
        let tag = format!("\"{}{}\"", self.tag, if compress { "-gzip" } else { "" });
        let fresh = headers.get(IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes());
        let reply = match (fresh, compress) {
            (true, _) => Reply::empty(StatusCode::NOT_MODIFIED),
            (false, true) => {
                let reply = Reply::bytes(StatusCode::OK, self.media, Bytes::from_static(self.compressed));
                reply.with(CONTENT_ENCODING, HeaderValue::from_static("gzip"))
            }
            (false, false) => Reply::bytes(StatusCode::OK, self.media, self.plain()),
        };
        let reply = guarded(reply).with(VARY, HeaderValue::from_static("accept-encoding"));
        match HeaderValue::from_str(&tag) {
            Ok(tag) => reply.with(ETAG, tag),
            Err(_) => reply,
        }
    }

    fn plain(&self) -> Bytes {
        let unpack = || {
            let mut plain = Vec::new();
            GzDecoder::new(self.compressed)
                .read_to_end(&mut plain)
                .map_or_else(|_| Bytes::new(), |_| plain.into())
        };
        self.plain.get_or_init(unpack).clone()
    }
}

fn accepts_gzip(headers: &HeaderMap) -> bool {
    let values = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).any(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
        let refused =
            weight.split_once('=').is_some_and(|(_, q)| q.trim().parse::<f32>().is_ok_and(|q| q <= 0.0));
        name.trim().eq_ignore_ascii_case("gzip") && !refused
    })
}
