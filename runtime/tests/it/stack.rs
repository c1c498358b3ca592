//! What stands around every operation: ids, time limits, refusals, headers, what is counted and logged.

use apiloom::dep::axum;
use apiloom::dep::http::{HeaderMap, Request, Response};
use apiloom::dep::tower::ServiceExt;
use apiloom::stack::{AccessLog, Compression, Cors, Lines, LogFormat, RequestId, SecurityHeaders, Settings};
use apiloom::{Body, Json, Service, Stack};
use futures_util::FutureExt;
use std::io::Write;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

pub(crate) trait WorkApi: Send + Sync + 'static {
    fn rest(
        &self,
        cx: apiloom::Context,
        params: WorkParams,
    ) -> impl Future<Output = apiloom::Result<WorkResponse>> + Send;
    fn work(
        &self,
        cx: apiloom::Context,
        params: WorkParams,
    ) -> impl Future<Output = apiloom::Result<WorkResponse>> + Send;
    fn tell(&self, cx: apiloom::Context) -> impl Future<Output = apiloom::Result<WorkResponse>> + Send;
}

apiloom::params! { pub struct WorkParams { path required millis: u64 } }
apiloom::responses! { pub enum WorkResponse { Done(String) = 200 text } }
apiloom::operations! { pub fn work_api(WorkApi "work") {
    rest: GET "/rest/{millis}" "rest" (WorkParams), work: POST "/work/{millis}" "work" (WorkParams),
    tell: GET "/tell" "tell" (),
} }

/// Counts the writes that came to their end.
#[derive(Debug, Default)]
pub(crate) struct Work(pub(crate) Arc<AtomicU32>);

async fn pause(params: WorkParams) -> WorkResponse {
    tokio::time::sleep(Duration::from_millis(params.millis)).await;
    WorkResponse::Done("done".repeat(500))
}

impl WorkApi for Work {
    async fn rest(&self, _: apiloom::Context, params: WorkParams) -> apiloom::Result<WorkResponse> {
        Ok(pause(params).await)
    }
    async fn work(&self, _: apiloom::Context, params: WorkParams) -> apiloom::Result<WorkResponse> {
        let done = pause(params).await;
        self.0.fetch_add(1, Ordering::SeqCst);
        Ok(done)
    }
    async fn tell(&self, cx: apiloom::Context) -> apiloom::Result<WorkResponse> {
        cx.identify("ann");
        cx.identify("bob");
        let left = cx.deadline().map(|deadline| deadline.remaining().as_secs());
        let id = cx.request_id().map(RequestId::as_str);
        Ok(WorkResponse::Done(format!("{left:?} {id:?} {:?}", cx.subject())))
    }
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

struct Test {
    service: Service,
    stack: Stack,
    log: Log,
    done: Arc<AtomicU32>,
}

impl Test {
    fn new(settings: Settings) -> Self {
        let (log, work) = (Log::default(), Work::default());
        let stack = Stack::with_lines(settings, Lines::to(log.clone())).unwrap();
        let done = work.0.clone();
        Self { service: work_api(work).stack(&stack), stack, log, done }
    }

    async fn ask(&self, request: &str, headers: &[(&str, &str)]) -> Response<Body> {
        let (method, path) = request.split_once(' ').unwrap();
        let mut builder = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            builder = builder.header(*name, *value);
        }
        self.service.clone().oneshot(builder.body(Body::empty()).unwrap()).await.unwrap()
    }

    async fn status(&self, request: &str, headers: &[(&str, &str)]) -> u16 {
        self.ask(request, headers).await.status().as_u16()
    }

    /// The lines of the log as JSON.
    fn lines(&self) -> Vec<Json> {
        self.stack.flush();
        let text = String::from_utf8(self.log.0.lock().unwrap().clone()).unwrap();
        text.lines().map(|line| apiloom::dep::serde_json::from_str(line).unwrap()).collect()
    }
}

fn json_log() -> Settings {
    Settings { access_log: AccessLog { format: LogFormat::Json }, ..Settings::default() }
}

async fn text(response: Response<Body>) -> String {
    let bytes = axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap();
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).map_or("", |value| value.to_str().unwrap())
}

#[tokio::test]
async fn ids() {
    let test = Test::new(json_log());
    let answer = test.ask("GET /tell", &[("x-request-id", "abc-1")]).await;
    assert_eq!(header(answer.headers(), "x-request-id"), "abc-1");
    assert_eq!(text(answer).await, "Some(29) Some(\"abc-1\") Some(\"ann\")");
    // What would forge lines of a log is not taken over.
    let answer = test.ask("GET /nothing", &[("x-request-id", "a b\"")]).await;
    let id = header(answer.headers(), "x-request-id").to_owned();
    assert_eq!((id.len(), answer.status().as_u16()), (32, 404));
    let problem: Json = apiloom::dep::serde_json::from_str(&text(answer).await).unwrap();
    assert_eq!(problem["request_id"], Json::from(id.as_str()));
    let distrusting = Test::new(Settings { trust_request_id: false, ..json_log() });
    let answer = distrusting.ask("GET /tell", &[("x-request-id", "abc-1")]).await;
    assert_ne!(header(answer.headers(), "x-request-id"), "abc-1");
    assert_eq!(
        test.lines().iter().map(|line| line["request_id"].clone()).collect::<Vec<_>>(),
        ["abc-1", id.as_str()]
    );
}

#[tokio::test(start_paused = true)]
async fn time_limits() {
    let settings = Settings { timeout: Duration::from_millis(500).into(), ..json_log() };
    let test = Test::new(settings);
    assert_eq!(test.status("GET /rest/400", &[]).await, 200);
    assert_eq!(test.status("GET /rest/600", &[]).await, 504);
    assert_eq!(test.status("GET /rest/400", &[("grpc-timeout", "300m")]).await, 504);
    assert_eq!(
        test.status("GET /rest/600", &[("grpc-timeout", "900m")]).await,
        504,
        "the smaller one counts"
    );
    // A write is not cut in half, whether its time is over or its caller has gone.
    assert_eq!(test.status("POST /work/600", &[]).await, 504);
    assert_eq!(test.done.load(Ordering::SeqCst), 0);
    test.stack.settled().await;
    assert_eq!(test.done.load(Ordering::SeqCst), 1);
    let gone = tokio::time::timeout(Duration::from_millis(100), test.ask("POST /work/300", &[])).await;
    assert!(gone.is_err());
    test.stack.settled().await;
    assert_eq!(test.done.load(Ordering::SeqCst), 2);
    // Reading is given up.
    let reading = tokio::time::timeout(Duration::from_millis(100), test.ask("GET /rest/300", &[])).await;
    assert!(reading.is_err());
    let statuses: Vec<_> = test.lines().iter().map(|line| line["status"].clone()).collect();
    assert_eq!(statuses, [200, 504, 504, 504, 504, 499, 499]);
    assert!(test.stack.metrics().contains("\nhttp_server_timeouts_total 4\n"), "{}", test.stack.metrics());
    let cut = Test::new(Settings { detach: false, ..json_log() });
    assert!(tokio::time::timeout(Duration::from_millis(100), cut.ask("POST /work/300", &[])).await.is_err());
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(cut.done.load(Ordering::SeqCst), 0);
}

#[tokio::test(start_paused = true)]
async fn too_many_at_once() {
    let test = Test::new(Settings { max_requests: 2.into(), ..json_log() });
    let mut first = Box::pin(test.ask("GET /rest/100", &[]));
    let mut second = Box::pin(test.ask("GET /rest/100", &[]));
    assert!(first.as_mut().now_or_never().is_none() && second.as_mut().now_or_never().is_none());
    let refused = test.ask("GET /tell", &[]).await;
    assert_eq!((refused.status().as_u16(), header(refused.headers(), "retry-after")), (503, "1"));
    assert_eq!(first.await.status().as_u16(), 200);
    assert_eq!(test.status("GET /tell", &[]).await, 200);
    drop(second);
    let metrics = test.stack.metrics();
    assert!(metrics.contains("\nhttp_server_refused_requests_total{reason=\"overload\"} 1\n"), "{metrics}");
    assert!(metrics.contains("\nhttp_server_active_requests 0\n"), "{metrics}");
}

#[tokio::test]
async fn forged_writes() {
    let test = Test::new(json_log());
    let status = async |headers: &[(&str, &str)]| test.status("POST /work/0", headers).await;
    for good in [
        &[][..],
        &[("sec-fetch-site", "same-origin")],
        &[("sec-fetch-site", "none")],
        &[("origin", "https://a.example"), ("host", "a.example")],
    ] {
        assert_eq!(status(good).await, 200, "{good:?}");
    }
    for bad in [
        &[("sec-fetch-site", "cross-site")][..],
        &[("sec-fetch-site", "same-site")],
        &[("origin", "https://b.example"), ("host", "a.example")],
        &[("origin", "null"), ("host", "a.example")],
    ] {
        assert_eq!(status(bad).await, 403, "{bad:?}");
    }
    assert_eq!(test.status("GET /tell", &[("sec-fetch-site", "cross-site")]).await, 200);
    let cors = Cors { origins: vec!["https://b.example".to_owned()], ..Cors::default() };
    let open = Test::new(Settings { cors, ..json_log() });
    let headers = [("sec-fetch-site", "cross-site"), ("origin", "https://b.example")];
    assert_eq!(open.status("POST /work/0", &headers).await, 200);
}

#[tokio::test]
async fn pages_of_other_origins() {
    let cors = Cors {
        origins: vec!["https://b.example".to_owned(), "https://*.c.example".to_owned()],
        credentials: true,
        expose: vec!["x-request-id".to_owned()],
        ..Cors::default()
    };
    let test = Test::new(Settings { cors, ..json_log() });
    let preflight = [
        ("origin", "https://x.c.example"),
        ("access-control-request-method", "POST"),
        ("access-control-request-headers", "x-a, content-type"),
    ];
    let answer = test.ask("OPTIONS /work/5", &preflight).await;
    assert_eq!(answer.status().as_u16(), 204);
    let of = |name: &str| header(answer.headers(), &format!("access-control-{name}")).to_owned();
    assert_eq!(
        (of("allow-origin"), of("allow-methods")),
        ("https://x.c.example".to_owned(), "OPTIONS, POST".to_owned())
    );
    assert_eq!((of("allow-headers"), of("max-age")), ("x-a, content-type".to_owned(), "600".to_owned()));
    assert_eq!(
        (of("allow-credentials"), of("expose-headers")),
        ("true".to_owned(), "x-request-id".to_owned())
    );
    assert_eq!(header(answer.headers(), "vary"), "origin");

    let stranger = test.ask("OPTIONS /work/5", &[("origin", "https://d.example"), preflight[1]]).await;
    assert_eq!(header(stranger.headers(), "access-control-allow-methods"), "");
    // An error is for the page too: it would see nothing but a failure otherwise.
    let error = test.ask("GET /rest/x", &[("origin", "https://b.example")]).await;
    assert_eq!((error.status().as_u16(), header(error.headers(), "vary")), (400, "origin"));
    assert_eq!(header(error.headers(), "access-control-allow-origin"), "https://b.example");

    let everybody = Cors { origins: vec!["*".to_owned()], ..Cors::default() };
    let test = Test::new(Settings { cors: everybody.clone(), ..json_log() });
    let answer = test.ask("GET /tell", &[("origin", "https://d.example")]).await;
    assert_eq!(header(answer.headers(), "access-control-allow-origin"), "*");
    let both = Settings { cors: Cors { credentials: true, ..everybody }, ..Settings::default() };
    let told = Stack::new(both).unwrap_err().to_string();
    assert_eq!(
        told,
        "`cors.credentials`: credentials are not for all origins (`*`): name those that may send them"
    );
}

#[tokio::test]
async fn headers_of_answers() {
    let test = Test::new(Settings::default());
    let answer = test.ask("GET /tell", &[]).await;
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "no-referrer"),
        ("content-security-policy", "frame-ancestors 'none'"),
        ("strict-transport-security", ""),
    ] {
        assert_eq!(header(answer.headers(), name), value, "{name}");
    }
    let set = [("X-Frame-Options".to_owned(), String::new()), ("x-a".to_owned(), "b".to_owned())];
    let security_headers = SecurityHeaders { set: set.into(), ..SecurityHeaders::default() };
    let test = Test::new(Settings { security_headers, ..Settings::default() });
    let answer = test.ask("GET /tell", &[]).await;
    assert_eq!((header(answer.headers(), "x-frame-options"), header(answer.headers(), "x-a")), ("", "b"));
    let set = [("a b".to_owned(), "x".to_owned())].into();
    let security_headers = SecurityHeaders { set, ..SecurityHeaders::default() };
    let told = Stack::new(Settings { security_headers, ..Settings::default() }).unwrap_err().to_string();
    assert_eq!(told, "`security_headers.set.a b`: this is no name of a header");
}

#[tokio::test]
async fn what_is_counted_and_logged() {
    let test = Test::new(json_log());
    test.status("GET /tell?token=secret", &[]).await;
    test.status("GET /rest/0", &[]).await;
    test.status("GET /rest/x", &[]).await;
    test.status("DELETE /tell", &[]).await;
    let metrics = test.stack.metrics();
    for line in [
        "http_server_requests_total{operation=\"rest\",method=\"GET\",status=\"200\"} 1",
        "http_server_requests_total{operation=\"rest\",method=\"GET\",status=\"400\"} 1",
        "http_server_requests_total{operation=\"\",method=\"\",status=\"405\"} 1",
        "http_server_request_duration_seconds_count{operation=\"rest\",method=\"GET\"} 2",
        "http_server_request_duration_seconds_bucket{operation=\"tell\",method=\"GET\",le=\"+Inf\"} 1",
        "# TYPE http_server_request_duration_seconds histogram",
        "access_log_dropped_lines_total 0",
    ] {
        assert!(metrics.lines().any(|known| known == line), "{line}\n{metrics}");
    }
    assert!(metrics.contains("process_resident_memory_bytes ") || !cfg!(target_os = "linux"), "{metrics}");
    let lines = test.lines();
    let tell = lines.first().unwrap();
    assert_eq!(
        [&tell["operation"], &tell["method"], &tell["path"], &tell["status"], &tell["subject"]],
        [&Json::from("tell"), &Json::from("GET"), &Json::from("/tell"), &Json::from(200), &Json::from("ann")]
    );
    assert!(tell["bytes"].as_u64().is_some_and(|bytes| bytes > 10), "{tell}");
    assert!(tell["time"].as_str().is_some_and(|time| time.parse::<apiloom::dep::jiff::Timestamp>().is_ok()));
    assert!(!format!("{lines:?}").contains("secret"));
    let text = Test::new(Settings::default());
    text.status("GET /tell", &[("x-request-id", "i")]).await;
    text.stack.flush();
    let line = String::from_utf8(text.log.0.lock().unwrap().clone()).unwrap();
    assert!(line.contains("Z GET /tell 200 ") && line.ends_with(" subject=ann i\n"), "{line}");
}

#[tokio::test]
async fn streams_are_logged_at_their_end() {
    let test = Test::new(json_log());
    let stream = futures_util::stream::iter([Ok::<_, std::io::Error>("ab"), Ok("c")]);
    let body = Arc::new(Mutex::new(Some(Body::from_stream(stream))));
    let route = axum::routing::get(move || async move { body.lock().unwrap().take().unwrap_or_default() });
    let router = axum::Router::new().route("/stream", route);
    let app = apiloom::App::new().stack(test.stack.clone()).router(router).into_router();
    let request = Request::get("/stream").body(Body::empty()).unwrap();
    let answer = app.oneshot(request).await.unwrap();
    assert_eq!((test.lines().len(), header(answer.headers(), "x-request-id").len()), (0, 32));
    assert_eq!(text(answer).await, "abc");
    let line = test.lines().pop().unwrap();
    assert_eq!((line["bytes"].as_u64(), &line["aborted"]), (Some(3), &Json::Null), "{line}");
}

#[cfg(feature = "compression")]
#[tokio::test]
async fn answers_are_compressed() {
    let test = Test::new(json_log());
    let plain = test.ask("GET /rest/0", &[]).await;
    assert_eq!(
        (header(plain.headers(), "content-encoding"), header(plain.headers(), "vary")),
        ("", "accept-encoding")
    );
    let packed = test.ask("GET /rest/0", &[("accept-encoding", "gzip")]).await;
    assert_eq!(header(packed.headers(), "content-encoding"), "gzip");
    assert!(axum::body::to_bytes(packed.into_body(), 1 << 20).await.unwrap().len() < 200);
    let short = test.ask("GET /tell", &[("accept-encoding", "gzip")]).await;
    assert_eq!(header(short.headers(), "content-encoding"), "");
    let compression = Compression { enabled: false, ..Compression::default() };
    let off = Test::new(Settings { compression, ..json_log() });
    let answer = off.ask("GET /rest/0", &[("accept-encoding", "gzip")]).await;
    assert_eq!(header(answer.headers(), "content-encoding"), "");
}

#[tokio::test]
async fn other_settings_from_now_on() {
    let test = Test::new(json_log());
    let bad = Cors { origins: vec!["nowhere".to_owned()], ..Cors::default() };
    assert!(test.stack.reload(Settings { cors: bad, ..json_log() }).is_err());
    assert_eq!(header(test.ask("GET /tell", &[]).await.headers(), "x-frame-options"), "DENY");
    let security_headers = SecurityHeaders { enabled: false, ..SecurityHeaders::default() };
    test.stack.reload(Settings { security_headers, ..json_log() }).unwrap();
    assert_eq!(header(test.ask("GET /tell", &[]).await.headers(), "x-frame-options"), "");
}
