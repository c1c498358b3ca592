use super::{Limits, Upload, assemble, load};
use crate::http::codec::media::MediaType;
use crate::http::codec::part::{Part, part};
use axum::body::Body;
use bytes::Bytes;
use futures_util::{TryStreamExt, stream};
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::convert::Infallible;

const PARTS: &[Part] = &[
    part("meta").json(),
    part("file").file(),
    part("files").file().list(),
    part("image").file().media(&["image/png", "image/jpeg"]).headers(&["X-Size"]),
    part("joined").joined(),
    part("items").json().list(),
];

fn part_text(headers: &str, content: &str) -> String {
    format!("--B\r\nContent-Disposition: form-data; {headers}\r\n\r\n{content}\r\n")
}

fn field(name: &str, content: &str) -> String {
    part_text(&format!("name=\"{name}\""), content)
}

async fn form<T: DeserializeOwned>(parts: &[String]) -> Result<T, Vec<String>> {
    let text = format!("{}--B--\r\n", parts.concat());
    let media = MediaType::parse("multipart/form-data; boundary=B").unwrap();
    let limits = Limits { fields: 300_000, total: 4 << 20 };
    let pieces: Vec<Result<Bytes, Infallible>> =
        text.as_bytes().chunks(5000).map(|piece| Ok(Bytes::copy_from_slice(piece))).collect();
    let body = Body::from_stream(stream::iter(pieces));
    let form = load(body, Some(&media), PARTS, limits)
        .await
        .map_err(|error| vec![error.status().as_u16().to_string()])?;
    let reading = assemble::<T>(&form, PARTS);
    let faults: Vec<String> =
        reading.faults.iter().map(|fault| format!("{} {}", fault.pointer(), fault.code)).collect();
    if faults.is_empty() { Ok(reading.value.unwrap()) } else { Err(faults) }
}

#[tokio::test]
async fn fields() {
    let json: crate::Json = form(&[
        field("a", "1"),
        field("meta", r#"{"x": [1]}"#),
        field("b", "x"),
        field("b", "y"),
        field("joined", "a,b"),
        field("items", "{}"),
        part_text("name=\"c\"\r\nContent-Type: application/json", "[true]"),
        part_text("name=\"d\"\r\nContent-Type: text/plain; charset=iso-8859-1", "x"),
    ])
    .await
    .unwrap();
    let expected: crate::Json = serde_json::from_str(
        r#"{"a":"1","b":["x","y"],"c":[true],"d":"x","items":[{}],"joined":["a","b"],"meta":{"x":[1]}}"#,
    )
    .unwrap();
    assert_eq!(json, expected);
}

/// The names of fields hold what the names of properties do (WHATWG HTML writes only quotes and line ends otherwise).
#[tokio::test]
async fn names_of_any_characters() {
    for (written, name) in
        [("\u{1}\u{1f}\u{7f}é", "\u{1}\u{1f}\u{7f}é"), ("%22%0D%0A%", "\"\r\n%"), ("\\", "\\")]
    {
        let json: crate::Json = form(&[field(written, "1")]).await.unwrap();
        assert_eq!(json.as_object().unwrap().keys().collect::<Vec<_>>(), [name]);
    }
}

#[tokio::test]
async fn files_small_and_large_in_any_order() {
    let large: String = (0..400_000).map(|n| char::from(b'a' + u8::try_from(n % 26).unwrap())).collect();
    let second = large.to_uppercase();
    let files: BTreeMap<String, Vec<Upload>> = form(&[
        part_text("name=\"files\"; filename=\"dir/large.txt\"\r\nContent-Type: text/x\r\nX-A: b", &large),
        part_text("name=\"files\"; filename=\"small.txt\"", "small"),
        part_text("name=\"files\"", &second),
        part_text("name=\"files\"; filename=\"\"", ""),
    ])
    .await
    .unwrap();
    let [first, small, last, empty] = files["files"].as_slice() else { panic!("{files:?}") };
    assert_eq!(
        (first.name(), first.filename(), first.content_type()),
        ("files", Some("large.txt"), Some("text/x"))
    );
    assert_eq!((first.len(), first.headers()["x-a"].as_bytes()), (400_000, &b"b"[..]));
    assert_eq!(small.bytes(10).await.unwrap(), "small");
    assert_eq!(small.bytes(4).await.unwrap_err().status(), 413);
    assert!(empty.is_empty() && empty.bytes(0).await.unwrap().is_empty());
    // Two readers at once, of pieces of the same temporary file.
    let (a, b) = tokio::join!(
        first.bytes(1 << 20),
        last.clone().into_body().into_data_stream().try_collect::<Vec<_>>()
    );
    assert!(a.unwrap() == large.as_bytes());
    assert!(b.unwrap().concat() == second.as_bytes());
    let folder = tempfile::tempdir().unwrap();
    first.save(folder.path().join("x")).await.unwrap();
    assert!(std::fs::read(folder.path().join("x")).unwrap() == large.as_bytes());
    assert_eq!(
        first.save(folder.path().join("x")).await.unwrap_err().kind(),
        std::io::ErrorKind::AlreadyExists
    );
    assert!(first == first && first != last && small != first);
}

#[tokio::test]
async fn what_is_wrong() {
    type Any = crate::Json;
    type File = BTreeMap<String, Upload>;
    assert_eq!(
        form::<File>(&[field("file", "a"), field("file", "b")]).await.unwrap_err(),
        ["/file duplicate"]
    );
    assert_eq!(
        form::<BTreeMap<String, i64>>(&[field("a", "1"), field("a", "2"), field("b", "x")])
            .await
            .unwrap_err(),
        ["/a duplicate", "/b type"]
    );
    assert_eq!(form::<Any>(&[field("meta", "{")]).await.unwrap_err(), ["/meta syntax"]);
    let image =
        |media: &str| part_text(&format!("name=\"image\"\r\nX-Size: 1\r\nContent-Type: {media}"), "x");
    assert_eq!(form::<File>(&[image("image/png")]).await.unwrap()["image"].len(), 1);
    assert_eq!(form::<File>(&[image("text/plain")]).await.unwrap_err(), ["/image media_type"]);
    assert_eq!(form::<File>(&[field("image", "x")]).await.unwrap_err(), ["/image required"]);
    let charset = part_text("name=\"a\"\r\nContent-Type: text/plain; charset=utf-16", "x");
    assert_eq!(form::<Any>(&[charset]).await.unwrap_err(), ["/a encoding"]);
    assert_eq!(form::<Any>(&["--B\r\nX: y\r\n\r\nx\r\n".to_owned()]).await.unwrap_err(), ["400"]);
    assert_eq!(form::<Any>(&vec![field("a", ""); 1001]).await.unwrap_err(), ["413"]);
    assert_eq!(form::<Any>(&[field("a", &"x".repeat(300_001))]).await.unwrap_err(), ["413"]);
    assert_eq!(form::<File>(&[field("file", &"x".repeat(5 << 20))]).await.unwrap_err(), ["413"]);
    assert_eq!(form::<Any>(&["--B\r\nContent-".to_owned()]).await.unwrap_err(), ["400"]);
}

#[tokio::test]
async fn boundaries() {
    for media in ["multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=ä"]
    {
        let limits = Limits { fields: 10, total: 10 };
        let media = MediaType::parse(media).unwrap();
        assert_eq!(load(Body::empty(), Some(&media), &[], limits).await.unwrap_err().status(), 400);
    }
}
