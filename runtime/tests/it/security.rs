//! Who is let in, and what the others are told.

use apiloom::dep::http::{HeaderMap, Request};
use apiloom::security::PeerCertificates;
use apiloom::{Body, Bytes, Context, Error, Result, Service};
use std::sync::Arc;
use tower::ServiceExt;

apiloom::schemes! {
    /// Handed out on paper.
    KEY = header "key" "X-Key",
    QUERY = query "query" "key",
    COOKIE = cookie "cookie" "session",
    PASSWORD = http "password" "basic",
    TOKEN = http "token" "bearer",
    HMAC = http "hmac" "hoba",
    LOGIN = oauth2 "login",
    TLS = mutual_tls "tls",
}

apiloom::credentials! { pub enum Credentials {
    //! What callers may show.
    Key(apiloom::ApiKey = KEY),
    Query(apiloom::ApiKey = QUERY),
    Cookie(apiloom::ApiKey = COOKIE),
    /// User and password.
    Password(apiloom::Basic = PASSWORD),
    Token(apiloom::Bearer = TOKEN),
    Hmac(apiloom::Authorization = HMAC),
    Login(apiloom::Bearer = LOGIN),
    Tls(apiloom::ClientCertificate = TLS),
    KeyAndPassword { key: apiloom::ApiKey = KEY, password: apiloom::Basic = PASSWORD },
} }

pub trait Security: Send + Sync + 'static {
    type Principal: Send + 'static;
    fn authenticate(
        &self,
        cx: &Context,
        credentials: Credentials,
    ) -> impl Future<Output = Result<Self::Principal>> + Send;
}

pub trait DoorApi: Security {
    fn key(&self, cx: Context, principal: Self::Principal) -> impl Future<Output = Result<Answer>> + Send;
    fn any(&self, cx: Context, principal: Self::Principal) -> impl Future<Output = Result<Answer>> + Send;
    fn both(&self, cx: Context, principal: Self::Principal) -> impl Future<Output = Result<Answer>> + Send;
    fn maybe(
        &self,
        cx: Context,
        principal: Option<Self::Principal>,
    ) -> impl Future<Output = Result<Answer>> + Send;
    /// The same name as the other trait's method.
    fn authenticate(
        &self,
        cx: Context,
        principal: Self::Principal,
        params: Params,
    ) -> impl Future<Output = Result<Answer>> + Send;
    fn open(&self, cx: Context) -> impl Future<Output = Result<Answer>> + Send;
}

apiloom::params! { pub struct Params { body required body: String as text } }

apiloom::responses! { pub enum Answer { Ok(String) = 200 text } }

apiloom::operations! { pub fn door_api(DoorApi "door": Security) {
    key: GET "/key" "key" () by required [KEY],
    any: GET "/any" "any" () by required
        [QUERY or COOKIE or PASSWORD or TOKEN or HMAC or TLS or LOGIN "read" "write"],
    both: GET "/both" "both" () by required [PASSWORD and KEY],
    maybe: GET "/maybe" "maybe" () by optional [KEY or LOGIN "read"],
    authenticate: POST "/sign" "sign" (Params) by required [LOGIN "read"],
    open: GET "/open" "open" (),
} }

struct Door;

const GOOD: &str = "right";

impl Security for Door {
    type Principal = String;
    async fn authenticate(&self, cx: &Context, credentials: Credentials) -> Result<String> {
        let wrong = || Error::unauthorized("That is wrong.");
        let (good, name) = match &credentials {
            Credentials::Key(key) => (key.matches(GOOD), "key"),
            Credentials::Query(key) => (key.matches("a b"), "query"),
            Credentials::Cookie(key) => (key.matches(GOOD), "cookie"),
            Credentials::Password(basic) => (basic.matches("äda", "a:b"), "password"),
            Credentials::Token(token) if token.token == "crash" => return Err(Error::unavailable("No.")),
            Credentials::Token(token) => (token.matches(GOOD), "token"),
            Credentials::Hmac(proof) => (proof.value == "result=\"x y\"", "hmac"),
            Credentials::Login(token) if token.matches("reader") => {
                token.require(["read"])?;
                (true, "reader")
            }
            Credentials::Login(token) => (token.matches("login"), "login"),
            Credentials::Tls(client) => (client.matches(b"leaf"), "tls"),
            Credentials::KeyAndPassword { key, password } => {
                (key.matches(GOOD) & password.matches("äda", "a:b"), "both")
            }
        };
        let shown = format!("{credentials:?}");
        assert!(shown.contains("***") && !shown.contains(GOOD) && !shown.contains("a:b"), "{shown}");
        if good { Ok(format!("{name} at {}", cx.operation().id)) } else { Err(wrong()) }
    }
}

impl DoorApi for Door {
    async fn key(&self, _: Context, principal: String) -> Result<Answer> {
        Ok(Answer::Ok(principal))
    }
    async fn any(&self, _: Context, principal: String) -> Result<Answer> {
        Ok(Answer::Ok(principal))
    }
    async fn both(&self, _: Context, principal: String) -> Result<Answer> {
        Ok(Answer::Ok(principal))
    }
    async fn maybe(&self, _: Context, principal: Option<String>) -> Result<Answer> {
        Ok(Answer::Ok(principal.unwrap_or_else(|| "nobody".to_owned())))
    }
    async fn authenticate(&self, _: Context, principal: String, params: Params) -> Result<Answer> {
        Ok(Answer::Ok(format!("{principal} signs {}", params.body)))
    }
    async fn open(&self, _: Context) -> Result<Answer> {
        Ok(Answer::Ok("open".to_owned()))
    }
}

static DOCUMENT: apiloom::Document = apiloom::Document { title: "The \"Döor\"", version: "1", json: "{}" };

fn service() -> Service {
    door_api(Door).document(&DOCUMENT)
}

async fn answer(request: Request<Body>) -> (u16, String, HeaderMap) {
    let (head, body) = service().oneshot(request).await.unwrap().into_parts();
    let body = apiloom::dep::axum::body::to_bytes(body, usize::MAX).await.unwrap();
    (head.status.as_u16(), String::from_utf8(body.to_vec()).unwrap(), head.headers)
}

async fn get(path: &str, headers: &[(&str, &str)]) -> (u16, String, HeaderMap) {
    let request = headers.iter().fold(Request::get(path), |request, (name, value)| {
        request.header(*name, apiloom::dep::http::HeaderValue::from_bytes(value.as_bytes()).unwrap())
    });
    answer(request.body(Body::empty()).unwrap()).await
}

/// Sends a request and asserts what becomes of it: the body of a 200, the status of everything else.
async fn check(path: &str, headers: &[(&str, &str)], expected: &str) {
    let (status, body, _) = get(path, headers).await;
    let found = if status == 200 { body.clone() } else { status.to_string() };
    assert_eq!(found, expected, "{path} {headers:?}: {body}");
}

fn challenges(headers: &HeaderMap) -> Vec<&str> {
    headers.get_all("www-authenticate").iter().map(|value| value.to_str().unwrap()).collect()
}

// "äda:a:b"
const BASIC: &str = "Basic w6RkYTphOmI=";

#[tokio::test]
async fn every_scheme() {
    check("/key", &[("x-key", "right")], "key at key").await;
    check("/key", &[("x-key", "  right ")], "key at key").await;
    check("/any?key=a+b", &[], "query at any").await;
    check("/any?other=1&k%65y=a%20b", &[], "query at any").await;
    check("/any", &[("cookie", "a=b; session=right")], "cookie at any").await;
    check("/any", &[("cookie", "a=b"), ("cookie", "session=\"right\"")], "cookie at any").await;
    check("/any", &[("authorization", BASIC)], "password at any").await;
    check("/any", &[("authorization", "bAsIc   w6RkYTphOmI")], "password at any").await;
    check("/any", &[("authorization", "Bearer right")], "token at any").await;
    check("/any", &[("authorization", "HOBA result=\"x y\"")], "hmac at any").await;
    check("/open", &[("authorization", "\u{fffd}"), ("x-key", "no")], "open").await;
    let chain: Arc<[Bytes]> = Arc::new([Bytes::from_static(b"leaf"), Bytes::from_static(b"root")]);
    let request = Request::get("/any").extension(PeerCertificates(chain)).body(Body::empty()).unwrap();
    assert_eq!(answer(request).await.1, "tls at any");
}

#[tokio::test]
async fn alternatives_and_combinations() {
    // The token is wrong for the first scheme that takes it, right for the second.
    check("/any", &[("authorization", "Bearer login")], "login at any").await;
    check("/any?key=wrong", &[("authorization", BASIC)], "password at any").await;
    check("/both", &[("authorization", BASIC), ("x-key", "right")], "both at both").await;
    check("/both", &[("authorization", BASIC), ("x-key", "wrong")], "401").await;
    check("/both", &[("authorization", BASIC)], "401").await;
    check("/both", &[("x-key", "right")], "401").await;
    check("/maybe", &[], "nobody").await;
    check("/maybe", &[("authorization", "Digest x")], "nobody").await;
    check("/maybe", &[("x-key", "right")], "key at maybe").await;
    check("/maybe", &[("authorization", "Bearer login")], "login at maybe").await;
    // Neither other failures nor their order are lost.
    check("/any", &[("authorization", "Bearer crash")], "503").await;
    check("/any", &[("authorization", "Bearer reader")], "403").await;
}

#[tokio::test]
async fn wrong_is_not_anonymous() {
    for headers in [("x-key", "wrong"), ("authorization", "Bearer wrong"), ("authorization", "Bearer a\tb")] {
        let (status, body, _) = get("/maybe", &[headers]).await;
        assert!(status == 401 || status == 400, "{headers:?}: {status} {body}");
    }
}

#[tokio::test]
async fn empty_is_absent() {
    check("/maybe", &[("x-key", "")], "nobody").await;
    check("/maybe", &[("authorization", "Bearer ")], "nobody").await;
    check("/maybe", &[("authorization", "")], "nobody").await;
    check("/any?key=", &[], "401").await;
    check("/any?key", &[], "401").await;
    check("/any", &[("cookie", "session=")], "401").await;
    check("/any", &[("authorization", "Basic Og==")], "401").await; // `:`
}

#[tokio::test]
async fn malformed() {
    let authorization = |value| [("authorization", value)];
    for bad in ["Basic %%%", "Basic w6Q=", "Basic /zo=", "Basic YQA6Yg==", "Bearer a b", "Basic YTpi YTpi"] {
        check("/any", &authorization(bad), "401").await;
    }
    for bad in ["Bearer \u{e9}", "Bearer a\tb"] {
        check("/any", &authorization(bad), "400").await;
    }
    check("/any", &[("authorization", BASIC), ("authorization", "Bearer right")], "400").await;
    check("/key", &[("x-key", "right"), ("x-key", "right")], "400").await;
    check("/key", &[("x-key", "ri\tght")], "400").await;
    check("/any?key=a&key=b", &[], "400").await;
    check("/any?key=%00", &[], "400").await;
    check("/any?key=%ff", &[], "400").await;
    check("/any", &[("cookie", "session=a; session=b")], "400").await;
    let request = Request::get("/any").extension(PeerCertificates(Arc::new([]))).body(Body::empty());
    assert_eq!(answer(request.unwrap()).await.0, 401);
}

#[tokio::test]
async fn what_strangers_are_told() {
    let (status, body, headers) = get("/any", &[]).await;
    assert_eq!(status, 401);
    assert!(body.contains("\"title\":\"Unauthorized\""), "{body}");
    let realm = r#"realm="The \"D?or\"""#;
    let expected = [
        format!("ApiKey {realm}, in=\"query\", name=\"key\""),
        format!("ApiKey {realm}, in=\"cookie\", name=\"session\""),
        format!("Basic {realm}, charset=\"UTF-8\""),
        format!("Bearer {realm}"),
        format!("Hoba {realm}"),
        format!("ClientCertificate {realm}"),
        format!("Bearer {realm}, scope=\"read write\""),
    ];
    assert_eq!(challenges(&headers), expected);

    let (status, body, headers) = get("/maybe", &[("authorization", "Bearer wrong")]).await;
    assert_eq!(status, 401);
    assert!(!body.contains("wrong\""), "{body}");
    assert_eq!(challenges(&headers)[1], format!("Bearer {realm}, error=\"invalid_token\", scope=\"read\""));

    let (status, _, headers) = get("/any", &[("authorization", "Bearer reader")]).await;
    assert_eq!(status, 403);
    let scope = format!("Bearer {realm}, error=\"insufficient_scope\", scope=\"read write\"");
    assert_eq!(challenges(&headers), [scope]);
}

#[tokio::test]
async fn before_the_body_is_read() {
    let never =
        Body::from_stream(futures_util::stream::pending::<std::result::Result<Bytes, std::io::Error>>());
    let request = Request::post("/sign").body(never).unwrap();
    assert_eq!(answer(request).await.0, 401);
    let signed = |token: &str, kind: &str| {
        let request = Request::post("/sign").header("authorization", format!("Bearer {token}"));
        request.header("content-type", kind).body(Body::from("x")).unwrap()
    };
    assert_eq!(answer(signed("wrong", "image/png")).await.0, 401);
    assert_eq!(answer(signed("login", "image/png")).await.0, 415);
    assert_eq!(answer(signed("login", "text/plain")).await.1, "login at sign signs x");
}

#[test]
fn the_table_says_what_is_asked() {
    let service = service();
    let told: Vec<String> = service
        .operations()
        .map(|operation| {
            let all = operation.security.iter().map(|all| {
                let all = all.iter().map(|asked| format!("{}{:?}", asked.scheme.name, asked.scopes));
                all.collect::<Vec<_>>().join("&")
            });
            format!("{} {} {}", operation.id, all.collect::<Vec<_>>().join("|"), operation.anonymous)
        })
        .collect();
    assert_eq!(told[2], "both password[]&key[] false");
    assert_eq!(told[3], r#"maybe key[]|login["read"] true"#);
    assert_eq!(told[5], "open  true");
}
