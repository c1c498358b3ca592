//! Typed streams: what is written can be read, in chunks of any size, and what is wrong is said with its place.

use apiloom::dep::http::{HeaderValue, StatusCode};
use apiloom::dep::serde_json::json;
use apiloom::http::stream::{Format, body, boundary, events, json_lines, json_seq, mixed, parts};
use apiloom::{Body, Bytes, Error, Event, Json, Part, Stream};
use std::convert::Infallible;
use std::time::Duration;

const LIMIT: usize = 256;

async fn written<T: Send + 'static>(stream: Stream<T>, format: Format<T>) -> String {
    let bytes = apiloom::dep::axum::body::to_bytes(body(stream, format), usize::MAX).await.unwrap();
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// A body that arrives in chunks of so many bytes.
fn chunked(text: impl AsRef<[u8]>, size: usize) -> Body {
    let chunks = text.as_ref().chunks(size).map(|chunk| Ok::<_, Infallible>(Bytes::copy_from_slice(chunk)));
    Body::from_stream(futures_util::stream::iter(chunks.collect::<Vec<_>>()))
}

/// Items, or the error as `status in/pointer code`.
async fn all<T>(mut stream: Stream<T>) -> Vec<Result<T, String>> {
    let mut all = Vec::new();
    while let Some(item) = stream.next().await {
        all.push(item.map_err(|error| {
            let faults: Vec<String> =
                error.faults().iter().map(|f| format!("{} {}", f.pointer(), f.code)).collect();
            format!("{} {}", error.status().as_u16(), faults.join(", "))
        }));
    }
    all
}

fn good<T>(items: Vec<Result<T, String>>) -> Vec<T> {
    items.into_iter().map(Result::unwrap).collect()
}

fn objects() -> Vec<Json> {
    vec![json!({ "a": "x\ny" }), json!([1, "]}"]), json!("text \\\" {"), json!(7), json!(null)]
}

#[tokio::test]
async fn json_lines_there_and_back() {
    let text = written(objects().into(), Format::json_lines()).await;
    assert_eq!(text, "{\"a\":\"x\\ny\"}\n[1,\"]}\"]\n\"text \\\\\\\" {\"\n7\nnull\n");
    for size in [1, 2, 3, 7, 1000] {
        assert_eq!(good(all(json_lines::<Json>(chunked(&text, size), LIMIT)).await), objects());
        let loose = format!("\r\n \n{}", text.replace('\n', "\r\n").trim_end());
        assert_eq!(good(all(json_lines::<Json>(chunked(&loose, size), LIMIT)).await), objects());
    }
}

#[tokio::test]
async fn json_seq_there_and_back() {
    let text = written(objects().into(), Format::json_seq()).await;
    assert!(text.starts_with("\u{1e}{\"a\""), "{text}");
    for size in [1, 2, 3, 1000] {
        assert_eq!(good(all(json_seq::<Json>(chunked(&text, size), LIMIT)).await), objects());
        let pretty = "\u{1e}{\n \"a\":\n 1}\n\u{1e}\u{1e}[]\u{1e}true\n";
        let items = good(all(json_seq::<Json>(chunked(pretty, size), LIMIT)).await);
        assert_eq!(items, [json!({ "a": 1 }), json!([]), json!(true)]);
    }
    assert_eq!(
        all(json_seq::<i64>(chunked("\u{1e}12\n\u{1e}12", 3), LIMIT)).await.pop().unwrap().unwrap_err(),
        "400 /1 syntax"
    );
    assert_eq!(all(json_seq::<i64>(chunked("12", 3), LIMIT)).await, [Err("400 /0 syntax".into())]);
}

#[tokio::test]
async fn events_there_and_back() {
    let items = || {
        vec![
            Event::new("one\ntwo\r\nthree".to_owned()).named("tick").with_id("1"),
            Event::new(String::new()),
            Event::new("{\"not\": \"json\"".to_owned()).retry_after(Duration::from_secs(3)),
        ]
    };
    let text = written(items().into(), Format::events()).await;
    assert_eq!(
        text,
        "event: tick\nid: 1\ndata: one\ndata: two\ndata: three\n\ndata: \n\nretry: 3000\ndata: {\"not\": \"json\"\n\n"
    );
    let mut expected = items();
    expected[0].data = "one\ntwo\nthree".to_owned();
    for size in [1, 2, 3, 1000] {
        for end in ["\n", "\r", "\r\n"] {
            let loose = format!("\u{feff}: hello\n{text}data: unfinished").replace('\n', end);
            assert_eq!(
                good(all(events::<Event>(chunked(&loose, size), LIMIT)).await),
                expected,
                "{end:?} {size}"
            );
        }
    }
}

#[tokio::test]
async fn events_carry_json() {
    let items = || vec![Event::new(json!({ "a": 1 })).named("x"), Event::new(json!([true]))];
    let text = written(items().into(), Format::events()).await;
    assert_eq!(text, "event: x\ndata: {\"a\":1}\n\ndata: [true]\n\n");
    assert_eq!(good(all(events::<Event<Json>>(chunked(&text, 2), LIMIT)).await), items());
    let numbers =
        all(events::<Event<i64>>(chunked("data: 1\n\ndata: x\n\nid\ndata\n\ndata:3\n\n", 5), LIMIT)).await;
    let shown: Vec<_> = numbers.into_iter().map(|item| item.map(|event| event.data)).collect();
    assert_eq!(shown, [Ok(1), Err("400 /1/data type".into()), Err("400 /2/data type".into()), Ok(3)]);
}

#[tokio::test]
async fn mixed_there_and_back() {
    let format = Format::mixed();
    let media = format!("multipart/mixed; x=y ;Boundary=\"{}\"", format.boundary().unwrap());
    let text = written(objects().into(), format).await;
    let boundary = boundary(Some(&HeaderValue::from_str(&media).unwrap())).unwrap();
    for size in [1, 2, 5, 1000] {
        let body = chunked(&text, size);
        assert_eq!(good(all(mixed::<Json>(body, &boundary, LIMIT)).await), objects(), "{size}");
        let loose = "hello\r\n--b \r\n\r\n1\r\n--bb\r\n--b\r\nContent-Type: text/plain\r\n\r\n--b--\r\nbye";
        let found = good(all(parts(chunked(loose, size), "b", LIMIT)).await);
        let first = Part { body: "1\r\n--bb".into(), ..Part::default() };
        assert_eq!(found, [first, Part::new("text/plain", "")]);
    }
    let image = vec![Part::new("image/png", vec![0_u8, 255]), Part::new("text/plain", "x")];
    let bytes =
        apiloom::dep::axum::body::to_bytes(body(image.clone().into(), Format::parts()), 1000).await.unwrap();
    let line = bytes.split(|byte| *byte == b'\r').next().unwrap();
    let own = std::str::from_utf8(line).unwrap().trim_start_matches("--").to_owned();
    assert_eq!(good(all(parts(chunked(&bytes, 3), &own, LIMIT)).await), image);
}

#[tokio::test]
async fn what_is_wrong_has_its_index() {
    let items = all(json_lines::<i64>(chunked("1\n\"x\"\n{\n4\n", 4), LIMIT)).await;
    assert_eq!(items, [Ok(1), Err("400 /1 type".into()), Err("400 /2 syntax".into()), Ok(4)]);
    let long = format!("1\n[{}]\n3\n", "0,".repeat(LIMIT));
    for size in [1, 64, 10_000] {
        let items = all(json_lines::<Json>(chunked(&long, size), LIMIT)).await;
        assert_eq!(items, [Ok(json!(1)), Err("413 ".into())]);
    }
    let endless = format!("data: {}", "x".repeat(LIMIT));
    assert_eq!(all(events::<Event>(chunked(&endless, 9), LIMIT)).await, [Err("413 ".into())]);
    let many = "data: x\n".repeat(LIMIT);
    assert_eq!(all(events::<Event>(chunked(&many, 9), LIMIT)).await, [Err("413 ".into())]);
    assert_eq!(
        all(events::<Event>(chunked(b"data: \xFF\n\n", 9), LIMIT)).await,
        [Err("400 /0 encoding".into())]
    );
    for (text, code) in [
        ("--b\r\nx\r\n\r\n\r\n--b--", "400 /0 syntax"),
        ("--b\r\n\r\n1", "400 /0 syntax"),
        ("", "400 /0 syntax"),
        ("--b\r\nContent-Type: image/png\r\n\r\n1\r\n--b--", "400 /0 media_type"),
    ] {
        assert_eq!(all(mixed::<i64>(chunked(text, 3), "b", LIMIT)).await, [Err(code.into())], "{text}");
    }
    let bad = ["multipart/mixed", "multipart/mixed; boundary=", "multipart/mixed; boundary=\u{1}"];
    for media in bad {
        assert_eq!(boundary(HeaderValue::from_str(media).ok().as_ref()), None, "{media}");
    }
}

#[tokio::test]
async fn a_failing_producer_is_seen() {
    let failing = || {
        let (sender, stream) = Stream::channel(2);
        tokio::spawn(async move {
            sender.send(Event::new("1".to_owned())).await.unwrap();
            sender.fail(Error::conflict("Too late.")).await.unwrap();
        });
        stream
    };
    let text = written(failing(), Format::events()).await;
    let (first, error) = text.split_once("\n\n").unwrap();
    assert_eq!(first, "data: 1");
    assert!(error.starts_with("event: error\ndata: {") && error.contains("Too late."), "{error}");
    let broken = apiloom::dep::axum::body::to_bytes(body(failing(), Format::json_lines()), 1000).await;
    assert!(broken.is_err());
    let bad = written(Stream::from_iter([Event::new(String::new()).with_id("a\nb")]), Format::events()).await;
    assert!(bad.starts_with("event: error\ndata: {") && !bad.contains("line break"), "{bad}");
}

#[tokio::test(start_paused = true)]
async fn silence_is_filled_with_comments() {
    let (sender, stream) = Stream::channel(1);
    let text = tokio::spawn(written(stream.keep_alive(Duration::from_secs(1)), Format::events()));
    tokio::time::sleep(Duration::from_millis(2500)).await;
    sender.send(Event::new("x".to_owned())).await.unwrap();
    tokio::time::sleep(Duration::from_millis(900)).await;
    drop(sender);
    assert_eq!(text.await.unwrap(), ":\n\n:\n\ndata: x\n\n");
}

#[tokio::test]
async fn nothing_is_made_before_it_is_asked_for() {
    let made = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let count = made.clone();
    let endless = Stream::unfold(0_u64, move |n| {
        count.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        std::future::ready(Ok(Some((n, n + 1))))
    });
    let mut body = body(endless, Format::json_lines());
    for n in 0..3_u64 {
        let frame = http_body_util::BodyExt::frame(&mut body).await.unwrap().unwrap();
        assert_eq!(frame.into_data().unwrap(), format!("{n}\n"));
        assert_eq!(made.load(std::sync::atomic::Ordering::SeqCst) as u64, n + 1);
    }
    let (sender, stream) = Stream::<u8>::channel(1);
    drop(stream);
    assert_eq!(sender.send(1).await, Err(apiloom::http::stream::Closed));
    sender.closed().await;
    assert_eq!(Stream::from_iter(0..5).collect(4).await.unwrap_err().status(), StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(Stream::from_iter(0..2).map(|n| n * 2).collect(4).await.unwrap(), [0, 2]);
}
