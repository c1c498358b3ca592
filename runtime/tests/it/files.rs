//! Files as answers: ranges and conditions, as RFC 9110 has them.

use apiloom::dep::http::{HeaderMap, Request, Response};
use apiloom::{Body, Context, File, Operation};
use std::time::{Duration, SystemTime};

static OPERATION: Operation = Operation {
    id: "get",
    method: "GET",
    path: "/",
    fits: &[],
    group: "files",
    security: &[],
    anonymous: true,
    declared: apiloom::service::Declared::NOTHING,
};

fn context(method: &str, headers: &[(&str, &str)]) -> Context {
    let mut request = Request::builder().method(method);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    Context::new(request.body(()).unwrap().into_parts().0, &OPERATION)
}

struct Answer {
    status: u16,
    headers: HeaderMap,
    body: String,
}

impl Answer {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

async fn answer(file: File) -> Answer {
    let response: Response<Body> = file.reply(200, "text/plain").into_response();
    let (head, body) = response.into_parts();
    let bytes = apiloom::dep::axum::body::to_bytes(body, usize::MAX).await.unwrap();
    let length = head.headers.get("content-length").map(|length| length.to_str().unwrap().to_owned());
    assert!(length.is_none_or(|length| length == bytes.len().to_string()));
    Answer {
        status: head.status.as_u16(),
        headers: head.headers,
        body: String::from_utf8(bytes.to_vec()).unwrap(),
    }
}

async fn digits(headers: &[(&str, &str)]) -> Answer {
    let cx = context("GET", headers);
    let changed = SystemTime::UNIX_EPOCH + Duration::from_millis(784_111_777_500);
    answer(File::bytes(&cx, "0123456789").tag("x").modified(changed)).await
}

const CHANGED: &str = "Sun, 06 Nov 1994 08:49:37 GMT";

#[tokio::test]
async fn ranges() {
    let whole = digits(&[]).await;
    assert_eq!(
        (whole.status, whole.body.as_str(), whole.header("accept-ranges")),
        (200, "0123456789", "bytes")
    );
    assert_eq!((whole.header("etag"), whole.header("last-modified")), ("\"x\"", CHANGED));
    let part = digits(&[("range", "bytes=2-4")]).await;
    assert_eq!((part.status, part.body.as_str(), part.header("content-range")), (206, "234", "bytes 2-4/10"));
    let none = digits(&[("range", "bytes=10-")]).await;
    assert_eq!((none.status, none.header("content-range")), (416, "bytes */10"));
    assert!(none.body.contains("The file has 10 bytes."), "{}", none.body);
    let two = digits(&[("range", "bytes=0-0, -2")]).await;
    let boundary = two.header("content-type").strip_prefix("multipart/byteranges; boundary=").unwrap();
    let part = |range: &str, text: &str| {
        format!(
            "\r\n--{boundary}\r\nContent-Type: text/plain\r\nContent-Range: bytes {range}/10\r\n\r\n{text}"
        )
    };
    let expected = format!("{}{}\r\n--{boundary}--\r\n", part("0-0", "0"), part("8-9", "89"));
    assert_eq!((two.status, two.body.as_str()), (206, expected.as_str()));
    for broken in ["bytes=4-2", "lines=1-2", "bytes=0-,0-"] {
        assert_eq!(digits(&[("range", broken)]).await.status, 200, "{broken}");
    }
    let posted = answer(File::bytes(&context("POST", &[("range", "bytes=1-2")]), "abc")).await;
    assert_eq!((posted.status, posted.body.as_str()), (200, "abc"));
}

#[tokio::test]
async fn conditions() {
    let older = "Sunday, 06-Nov-94 08:49:36 GMT";
    let cases: &[(&[(&str, &str)], u16)] = &[
        (&[("if-none-match", "\"x\"")], 304),
        (&[("if-none-match", "\"a,\", W/\"x\"")], 304),
        (&[("if-none-match", "*")], 304),
        (&[("if-none-match", "\"y\""), ("if-modified-since", CHANGED)], 200),
        (&[("if-modified-since", CHANGED)], 304),
        (&[("if-modified-since", older)], 200),
        (&[("if-modified-since", "yesterday")], 200),
        (&[("if-match", "\"x\"")], 200),
        (&[("if-match", "W/\"x\"")], 412),
        (&[("if-match", "\"y\", \"z\"")], 412),
        (&[("if-match", "*"), ("if-unmodified-since", older)], 200),
        (&[("if-unmodified-since", older)], 412),
        (&[("if-unmodified-since", CHANGED)], 200),
        (&[("range", "bytes=1-2"), ("if-range", "\"x\"")], 206),
        (&[("range", "bytes=1-2"), ("if-range", "W/\"x\"")], 200),
        (&[("range", "bytes=1-2"), ("if-range", CHANGED)], 206),
        (&[("range", "bytes=1-2"), ("if-range", older)], 200),
        (&[("range", "bytes=1-2"), ("if-none-match", "\"x\"")], 304),
    ];
    for (headers, status) in cases {
        let got = digits(headers).await;
        assert_eq!(got.status, *status, "{headers:?}");
        assert!(*status != 304 || (got.body.is_empty() && got.header("etag") == "\"x\""), "{headers:?}");
    }
    let put = answer(File::bytes(&context("PUT", &[("if-none-match", "*")]), "abc")).await;
    assert_eq!(put.status, 412);
}

#[tokio::test]
async fn names_of_downloads() {
    let named = async |name: &str| {
        let answer = answer(File::bytes(&context("GET", &[]), "x").download(name)).await;
        answer.header("content-disposition").to_owned()
    };
    assert_eq!(named("a b.txt").await, "attachment; filename=\"a b.txt\"");
    assert_eq!(named("../x/ü\".t\r\n").await, "attachment; filename=\"__.t\"; filename*=UTF-8''%C3%BC%22.t");
}

#[tokio::test]
async fn from_disk() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("root");
    std::fs::create_dir_all(root.join("deep")).unwrap();
    std::fs::write(folder.path().join("secret"), "secret").unwrap();
    let long = "0123456789".repeat(20_000);
    std::fs::write(root.join("deep/long"), &long).unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink(folder.path().join("secret"), root.join("link")).unwrap();
    let open = async |headers: &[(&str, &str)]| {
        let cx = context("GET", headers);
        answer(File::within(&cx, &root, "deep/long").await.unwrap()).await
    };
    let whole = open(&[]).await;
    assert_eq!((whole.status, whole.body == long), (200, true));
    let tag = whole.header("etag").to_owned();
    assert_eq!(open(&[("if-none-match", &tag)]).await.status, 304);
    let part = open(&[("range", "bytes=65530-131079")]).await;
    assert_eq!((part.status, part.body == long[65_530..131_080]), (206, true));
    let two = open(&[("range", "bytes=1-1,199999-")]).await;
    assert!(
        two.status == 206 && two.body.contains("\r\n\r\n1\r\n--") && two.body.contains("\r\n\r\n9\r\n--")
    );
    let cx = context("GET", &[]);
    for name in [
        "../secret",
        "deep/../../secret",
        "/etc/passwd",
        "link",
        "deep",
        "",
        ".",
        "none",
        "deep/long/x",
        "a\0b",
        "..\\secret",
    ] {
        let error = File::within(&cx, &root, name).await.unwrap_err();
        assert_eq!(error.status().as_u16(), 404, "{name}");
    }
}
