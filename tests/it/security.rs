//! The golden case `security`, served: each scheme, each alternative, combinations, anonymous, wrong and missing.

use crate::goldens::security::*;
use apiloom::dep::axum::body::to_bytes;
use apiloom::dep::http::Request;
use apiloom::security::{PeerCertificates, Unread};
use apiloom::{Body, Bytes, Context, Error, Result};
use std::sync::Arc;
use tower::ServiceExt;

struct App;

impl Security for App {
    type Principal = String;

    async fn authenticate(&self, cx: &Context, credentials: ApiCredentials) -> Result<String> {
        let (right, who) = match credentials {
            ApiCredentials::Key(key) => (key.matches("k"), "key"),
            ApiCredentials::QueryKey(key) => (key.matches("q"), "query key"),
            ApiCredentials::SessionCookie(key) => (key.matches("c"), "cookie"),
            ApiCredentials::Password(basic) => (basic.matches("u", "p"), "password"),
            ApiCredentials::Token(token) => (token.matches("t"), "token"),
            ApiCredentials::Digest(digest) => (digest.value == "username=\"u\"", "digest"),
            ApiCredentials::Openid(token) => {
                assert_eq!(token.scopes(), ["profile"]);
                (token.matches("o"), "openid")
            }
            ApiCredentials::Tls(client) => (client.matches(b"der"), "tls"),
            ApiCredentials::Elsewhere(key) => (key.matches("e"), "elsewhere"),
            ApiCredentials::Login(token) => {
                let granted = if token.matches("reader") { ["read"].as_slice() } else { &["read", "write"] };
                token.require(granted.iter().copied())?;
                (token.matches("reader") || token.matches("writer"), "login")
            }
            ApiCredentials::KeyAndPassword { key, password } => {
                (key.matches("k") && password.matches("u", "p"), "both")
            }
            ApiCredentials::Nowhere(Unread { .. }) => (cx.headers().contains_key("x-anything"), "somebody"),
        };
        if right { Ok(who.to_owned()) } else { Err(Error::unauthorized("Wrong.")) }
    }
}

macro_rules! answers {
    ($($method:ident $response:ident)*) => {$(
        async fn $method(&self, _: Context, principal: String) -> Result<$response> {
            Ok($response::Ok(principal))
        }
    )*};
}

impl DefaultApi for App {
    answers! {
        key KeyResponse query QueryResponse cookie CookieResponse basic BasicResponse bearer BearerResponse
        digest DigestResponse openid OpenidResponse tls TlsResponse uri UriResponse
        authenticate AuthenticateResponse nobody_knows NobodyKnowsResponse
    }
    async fn open(&self, _: Context) -> Result<OpenResponse> {
        Ok(OpenResponse::Ok("anybody".to_owned()))
    }
    async fn list_notes(&self, _: Context, principal: Option<String>) -> Result<ListNotesResponse> {
        Ok(ListNotesResponse::Ok(principal.unwrap_or_else(|| "anybody".to_owned())))
    }
}

impl WritingApi for App {
    async fn add_note(
        &self,
        _: Context,
        principal: String,
        params: AddNoteParams,
    ) -> Result<AddNoteResponse> {
        Ok(AddNoteResponse::Ok(format!("{principal} writes {}", params.body)))
    }
}

type Headers<'h> = &'h [(&'h str, &'h str)];

/// `POST /path` is sent with a text as its body. The answer's body, or its status when that is not 200.
async fn ask(request: &str, headers: Headers<'_>) -> String {
    let (method, path) = request.split_once(' ').unwrap();
    let mut request = Request::builder().method(method).uri(path).header("content-type", "text/plain");
    for (name, value) in headers {
        request = match *name {
            "certificate" => {
                let chain: Arc<[Bytes]> = Arc::new([Bytes::from(value.as_bytes().to_vec())]);
                request.extension(PeerCertificates(chain))
            }
            name => request.header(name, *value),
        };
    }
    let body = if method == "POST" { Body::from("it") } else { Body::empty() };
    let answer = service(App).oneshot(request.body(body).unwrap()).await.unwrap();
    let (head, body) = answer.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    if head.status != 200 {
        assert_eq!(head.headers["content-type"], "application/problem+json");
        let told = head.headers.get_all("www-authenticate").iter().count();
        assert_eq!(told > 0, head.status == 401 || head.status == 403, "{path} {}", head.status);
        return head.status.as_u16().to_string();
    }
    String::from_utf8(body.to_vec()).unwrap()
}

#[tokio::test]
async fn each_scheme_lets_in_and_keeps_out() {
    let digest = "Digest username=\"u\"";
    let cases: [(&str, (&str, &str), &str); 9] = [
        ("GET /key", ("x-key", "k"), "key"),
        ("GET /cookie", ("cookie", "session=c"), "cookie"),
        ("GET /basic", ("authorization", "Basic dTpw"), "password"),
        ("GET /bearer", ("authorization", "Bearer t"), "token"),
        ("GET /digest", ("authorization", digest), "digest"),
        ("GET /openid", ("authorization", "Bearer o"), "openid"),
        ("GET /tls", ("certificate", "der"), "tls"),
        ("GET /uri", ("x-elsewhere", "e"), "elsewhere"),
        ("GET /nobody-knows", ("x-anything", "1"), "somebody"),
    ];
    for (request, shown, who) in cases {
        assert_eq!(ask(request, &[shown]).await, who, "{request}");
        assert_eq!(ask(request, &[]).await, "401", "{request}");
        if request != "GET /nobody-knows" {
            let wrong = format!("{}x", shown.1.replace("dTpw", "eDp4"));
            assert_eq!(ask(request, &[(shown.0, &wrong)]).await, "401", "{request}");
        }
    }
    assert_eq!(ask("GET /query?api-key=q", &[]).await, "query key");
    assert_eq!(ask("GET /query?api-key=x", &[]).await, "401");
    assert_eq!(ask("GET /open", &[("x-key", "wrong")]).await, "anybody");
}

#[tokio::test]
async fn alternatives_combinations_and_anonymous() {
    let bearer = |token: &'static str| ("authorization", token);
    assert_eq!(ask("GET /notes", &[]).await, "anybody");
    assert_eq!(ask("GET /notes", &[("x-key", "k")]).await, "key");
    assert_eq!(ask("GET /notes", &[bearer("Bearer reader")]).await, "login");
    assert_eq!(ask("GET /notes", &[bearer("Bearer wrong"), ("x-key", "k")]).await, "key");
    assert_eq!(ask("GET /notes", &[bearer("Bearer wrong")]).await, "401", "wrong is not anonymous");
    assert_eq!(ask("POST /notes", &[bearer("Bearer writer")]).await, "login writes it");
    assert_eq!(ask("POST /notes", &[bearer("Bearer reader")]).await, "403", "lacks a scope");
    assert_eq!(ask("POST /notes", &[bearer("Basic dTpw"), ("x-key", "k")]).await, "both writes it");
    assert_eq!(ask("POST /notes", &[bearer("Basic dTpw")]).await, "401", "only the half");
    assert_eq!(ask("POST /authenticate", &[bearer("Basic dTpw"), ("x-key", "k")]).await, "both");
    assert_eq!(ask("POST /notes?twice=maybe", &[]).await, "401", "before parameters are read");
    assert_eq!(ask("POST /notes?twice=maybe", &[bearer("Bearer writer")]).await, "400");
}
