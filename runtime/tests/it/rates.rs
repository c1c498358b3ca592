//! Rate limits: of operations, of all, by whom, and what callers are told.

use apiloom::dep::axum::extract::ConnectInfo;
use apiloom::dep::http::{Request, Response};
use apiloom::dep::tower::ServiceExt;
use apiloom::stack::rates::Rates;
use apiloom::stack::{AccessLog, LogFormat, RateLimits, Settings};
use apiloom::{ApiKey, Body, Context, Error, Result, Service, Stack};
use std::net::SocketAddr;

apiloom::schemes! { KEY = header "key" "X-Key" }

apiloom::credentials! { pub enum Credentials { Key(ApiKey = KEY) } }

pub trait Security: Send + Sync + 'static {
    type Principal: Send + 'static;
    fn authenticate(
        &self,
        cx: &Context,
        credentials: Credentials,
    ) -> impl Future<Output = Result<Self::Principal>> + Send;
}

apiloom::responses! { pub enum Answer { Done = 204 } }

pub trait RatedApi: Security {
    fn two(&self, cx: Context) -> impl Future<Output = Result<Answer>> + Send;
    fn free(&self, cx: Context) -> impl Future<Output = Result<Answer>> + Send;
    fn plain(&self, cx: Context) -> impl Future<Output = Result<Answer>> + Send;
    fn mine(&self, cx: Context, who: Self::Principal) -> impl Future<Output = Result<Answer>> + Send;
    fn ours(&self, cx: Context, who: Self::Principal) -> impl Future<Output = Result<Answer>> + Send;
    fn keyed(&self, cx: Context, who: Self::Principal) -> impl Future<Output = Result<Answer>> + Send;
}

apiloom::operations! { pub fn rated_api(RatedApi "rated": Security) {
    two: GET "/two" "two" () with [rates [2 / 60000 ip, 50 / 1000 all], timeout 5000, log false],
    free: GET "/free" "free" () with [rates []],
    plain: GET "/plain" "plain" (),
    mine: GET "/mine" "mine" () by required [KEY] with [rates [2 / 60000 user]],
    ours: GET "/ours" "ours" () by required [KEY] with [rates [3 / 60000 tenant]],
    keyed: GET "/keyed" "keyed" () by required [KEY] with [rates [2 / 60000 key]],
} }

struct Rated;

impl Security for Rated {
    type Principal = String;
    /// `ann@shop`: ann, who belongs to the shop.
    async fn authenticate(&self, cx: &Context, credentials: Credentials) -> Result<String> {
        let Credentials::Key(key) = credentials;
        let (user, tenant) = key.key.split_once('@').ok_or_else(|| Error::unauthorized("Who?"))?;
        cx.identify(user);
        cx.belongs_to(tenant);
        Ok(user.to_owned())
    }
}

macro_rules! done {
    ($($open:ident)* ; $($closed:ident)*) => {
        impl RatedApi for Rated {
            $(async fn $open(&self, _: Context) -> Result<Answer> { Ok(Answer::Done) })*
            $(async fn $closed(&self, _: Context, _: String) -> Result<Answer> { Ok(Answer::Done) })*
        }
    };
}

done! { two free plain ; mine ours keyed }

pub(crate) fn settings(rate_limit: RateLimits) -> Settings {
    Settings { rate_limit, access_log: AccessLog { format: LogFormat::Off }, ..Settings::default() }
}

pub(crate) fn service(rate_limit: RateLimits) -> (Service, Stack) {
    let stack = Stack::new(settings(rate_limit)).unwrap();
    (rated_api(Rated).stack(&stack), stack)
}

pub(crate) async fn ask(service: &Service, path: &str, ip: &str, key: &str) -> Response<Body> {
    let mut request = Request::get(path).body(Body::empty()).unwrap();
    request.extensions_mut().insert(ConnectInfo(SocketAddr::new(ip.parse().unwrap(), 1)));
    if !key.is_empty() {
        request.headers_mut().insert("x-key", key.parse().unwrap());
    }
    service.clone().oneshot(request).await.unwrap()
}

async fn status(service: &Service, path: &str, ip: &str, key: &str) -> u16 {
    ask(service, path, ip, key).await.status().as_u16()
}

fn said<'a>(answer: &'a Response<Body>, name: &str) -> &'a str {
    answer.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

#[tokio::test]
async fn of_an_operation() {
    let (service, stack) = service(RateLimits::default());
    let first = ask(&service, "/two", "192.0.2.1", "").await;
    assert_eq!((first.status().as_u16(), said(&first, "ratelimit")), (204, "\"ip\";r=1;t=30"));
    assert_eq!(said(&first, "ratelimit-policy"), "\"ip\";q=2;w=60");
    assert_eq!(status(&service, "/two", "192.0.2.1", "").await, 204);
    let third = ask(&service, "/two", "192.0.2.1", "").await;
    assert_eq!((third.status().as_u16(), said(&third, "retry-after")), (429, "30"));
    assert_eq!(said(&third, "ratelimit"), "\"ip\";r=0;t=60");
    assert_eq!(status(&service, "/two", "192.0.2.2", "").await, 204, "somebody else");
    // Of IPv6 a host has a network.
    for (ip, expected) in
        [("2001:db8::1", 204), ("2001:db8::2", 204), ("2001:db8::3", 429), ("2001:db8:0:1::1", 204)]
    {
        assert_eq!(status(&service, "/two", ip, "").await, expected, "{ip}");
    }
    let plain = ask(&service, "/plain", "192.0.2.1", "").await;
    assert_eq!((plain.status().as_u16(), said(&plain, "ratelimit")), (204, ""));
    assert!(stack.metrics().contains("http_server_refused_requests_total{reason=\"rate-limit\"} 2\n"));
}

#[tokio::test]
async fn of_all_operations() {
    let rates = Rates(vec!["3/m".parse().unwrap()]);
    let (service, stack) = service(RateLimits { rates, ..RateLimits::default() });
    let ip = "192.0.2.1";
    for path in ["/plain", "/two", "/plain"] {
        assert_eq!(status(&service, path, ip, "").await, 204);
    }
    assert_eq!(
        (status(&service, "/plain", ip, "").await, status(&service, "/two", ip, "").await),
        (429, 429)
    );
    assert_eq!(status(&service, "/free", ip, "").await, 204, "it has none");
    // Before anybody looks at credentials.
    assert_eq!(status(&service, "/mine", ip, "wrong").await, 429);
    stack.reload(settings(RateLimits::default())).unwrap();
    assert_eq!(status(&service, "/plain", ip, "").await, 204);
}

#[tokio::test]
async fn by_whom() {
    let (service, _) = service(RateLimits::default());
    let (one, other) = ("192.0.2.1", "192.0.2.2");
    // A user is one wherever he comes from.
    for (ip, key, expected) in
        [(one, "ann@shop", 204), (other, "ann@shop", 204), (one, "ann@pub", 429), (one, "bob@shop", 204)]
    {
        assert_eq!(status(&service, "/mine", ip, key).await, expected, "{key}");
    }
    for (key, expected) in
        [("ann@shop", 204), ("bob@shop", 204), ("cid@shop", 204), ("dan@shop", 429), ("dan@pub", 204)]
    {
        assert_eq!(status(&service, "/ours", one, key).await, expected, "{key}");
    }
    // Credentials count before it is known whether they are good, so that nobody can guess them for long.
    for (key, expected) in
        [("wrong", 401), ("wrong", 401), ("wrong", 429), ("ann@shop", 204), ("", 401), ("", 401), ("", 429)]
    {
        assert_eq!(status(&service, "/keyed", one, key).await, expected, "{key}");
    }
}

#[test]
fn what_cannot_be_used() {
    let redis = |url: &str| RateLimits { redis: Some(url.into()), ..RateLimits::default() };
    let wrong = Stack::new(settings(redis("nonsense"))).unwrap_err().to_string();
    assert!(wrong.starts_with("`rate_limit.redis`: ") && !wrong.contains("nonsense"), "{wrong}");
    assert_eq!(Stack::new(settings(redis("redis://localhost"))).is_ok(), cfg!(feature = "redis"));
}
