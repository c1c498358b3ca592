//! Which media type an answer has, and what stands in its head.

use crate::goldens::negotiation::*;
use crate::goldens::streams_3_0 as chat;
use crate::wire::{Answer, Server, curl};
use apiloom::dep::http::StatusCode;
use apiloom::{Context, Error, Result, Stream};
use std::collections::BTreeMap;

struct App;

impl DefaultApi for App {
    async fn pet(&self, _: Context) -> Result<PetResponse> {
        Ok(PetResponse::Ok {
            body: Pet { name: "Rex".to_owned() },
            last_seen: Some("2026-01-02T03:04:05Z".parse()?),
            tags: vec!["a".to_owned(), "b".to_owned()],
            set_cookie: Some(vec!["a=1".to_owned(), "b=2; Path=/".to_owned()]),
            owner: Some(BTreeMap::from([
                ("name".to_owned(), "Ann".to_owned()),
                ("town".to_owned(), "Ulm".to_owned()),
            ])),
            extra: Some(Pet { name: "Max".to_owned() }),
        })
    }

    async fn report(&self, cx: Context) -> Result<ReportResponse> {
        let media = [
            "application/json",
            "text/csv",
            "text/html",
            "application/pdf",
            "application/hal+json",
            "application/x-yaml",
            "application/x-unknown",
            "application/vnd.pet.diff",
            "application/cbor",
        ];
        Ok(ReportResponse::Ok(match cx.prefers(&media) {
            Some("application/json" | "application/x-yaml") => ReportOk::Json(Pet { name: "Rex".to_owned() }),
            Some("text/csv") => ReportOk::Csv("name\nRex\n".to_owned()),
            Some("text/html") => ReportOk::Html("<p>Rex</p>".to_owned()),
            Some("application/pdf") => ReportOk::Pdf("%PDF".into()),
            Some("application/x-unknown") => ReportOk::Unknown(BTreeMap::new()),
            Some("application/vnd.pet.diff") => ReportOk::VndPetDiff("+name: Rex".into()),
            Some("application/cbor") => ReportOk::Cbor(vec![0xa0].into()),
            Some(_) => ReportOk::HalJson(Vec::new()),
            None => {
                let text = ReportClientError::Text("Only the text of a problem.".to_owned());
                return Ok(ReportResponse::ClientError(StatusCode::NOT_ACCEPTABLE, text));
            }
        }))
    }

    async fn name(&self, _: Context) -> Result<NameResponse> {
        Ok(NameResponse::Default(StatusCode::IM_A_TEAPOT, "Rex".to_owned()))
    }

    async fn moved(&self, cx: Context) -> Result<MovedResponse> {
        Ok(match cx.uri().query() {
            Some("there") => MovedResponse::SeeOther { location: "/pet?a=b".to_owned() },
            Some("known") => MovedResponse::NotModified,
            _ => MovedResponse::NoContent,
        })
    }
}

async fn get(server: &Server, path: &str, accept: &str) -> Answer {
    curl(server, &[path, "-H", &format!("Accept: {accept}")]).await
}

#[tokio::test]
async fn one_value_in_several_media_types() {
    let server = Server::start(service(App)).await;
    for (accept, media) in [
        ("*/*", "application/json"),
        ("application/*", "application/json"),
        ("text/*", "text/json"),
        ("application/vnd.pet+json, application/json;q=0.9", "application/vnd.pet+json"),
        ("application/json;q=0.2, text/plain;q=0.3", "text/plain"),
    ] {
        let answer = get(&server, "/pet", accept).await;
        assert_eq!(
            (answer.header("content-type").as_str(), answer.body.as_str()),
            (media, r#"{"name":"Rex"}"#)
        );
        assert_eq!(answer.header("vary"), "accept");
    }
    let refused = get(&server, "/pet", "image/png, application/json;q=0").await;
    assert_eq!((refused.status, refused.header("content-type").as_str()), (406, "application/problem+json"));
    for media in ["application/json", "application/vnd.pet+json", "text/json", "text/plain"] {
        assert!(refused.body.contains(media), "{}", refused.body);
    }
    let text = get(&server, "/name", "text/plain").await;
    assert_eq!((text.status, text.body.as_str()), (418, "Rex"));
    assert_eq!(get(&server, "/name", "*/*").await.body, "\"Rex\"");
}

#[tokio::test]
async fn several_values() {
    let server = Server::start(service(App)).await;
    for (accept, media, body) in [
        ("*/*", "application/json", r#"{"name":"Rex"}"#),
        ("text/csv", "text/csv", "name\nRex\n"),
        ("text/html, */*;q=0.5", "text/html", "<p>Rex</p>"),
        ("application/pdf", "application/pdf", "%PDF"),
        ("application/hal+json", "application/hal+json", "[]"),
        // A schema says what is in a media type that nobody knows.
        ("application/x-yaml", "application/x-yaml", "name: Rex\n"),
        ("application/x-unknown", "application/x-unknown", "{}"),
        ("application/vnd.pet.diff", "application/vnd.pet.diff", "+name: Rex"),
        ("text/plain", "text/plain; charset=utf-8", "Only the text of a problem."),
    ] {
        let answer = get(&server, "/report", accept).await;
        assert_eq!((answer.header("content-type").as_str(), answer.body.as_str()), (media, body), "{accept}");
        assert_eq!(answer.header("vary"), "accept");
    }
    assert_eq!(get(&server, "/report", "video/mp4").await.status, 406);
}

#[tokio::test]
async fn heads() {
    let server = Server::start(service(App)).await;
    let answer = curl(&server, &["/pet"]).await;
    let header = |name: &str| answer.header(name);
    assert_eq!(header("last-seen"), "2026-01-02T03:04:05Z");
    assert_eq!(header("tags"), "a,b");
    assert_eq!(header("set-cookie"), "a=1 | b=2; Path=/");
    assert_eq!(header("owner"), "name=Ann,town=Ulm");
    assert_eq!(header("extra"), r#"{"name":"Max"}"#);
    let head = curl(&server, &["/pet", "-I"]).await;
    assert_eq!(
        (head.status, head.header("content-length"), head.body.len()),
        (200, answer.body.len().to_string(), 0)
    );
    let there = curl(&server, &["/moved?there"]).await;
    assert_eq!((there.status, there.header("location").as_str()), (303, "/pet?a=b"));
    for (query, status) in [("known", 304), ("", 204)] {
        let empty = curl(&server, &[&format!("/moved?{query}")]).await;
        assert_eq!(
            (empty.status, empty.body.as_str(), empty.header("content-type").as_str()),
            (status, "", "")
        );
    }
}

struct Chat;

impl chat::DefaultApi for Chat {
    async fn chat(&self, cx: Context, params: chat::ChatParams) -> Result<chat::ChatResponse> {
        let pieces = || ["Hel", "lo"].into_iter().map(|piece| chat::Piece { piece: piece.to_owned() });
        Ok(chat::ChatResponse::Ok(match cx.prefers(&["text/event-stream", "application/x-ndjson"]) {
            _ if !params.body.stream => chat::ChatOk::Json(chat::Answer { text: "Hello".to_owned() }),
            Some("application/x-ndjson") => chat::ChatOk::JsonLines(pieces().collect()),
            _ => chat::ChatOk::Events(pieces().map(Into::into).collect()),
        }))
    }

    async fn words(&self, _: Context) -> Result<chat::WordsResponse> {
        let words = Stream::from_iter(["one", "two"]);
        Ok(chat::WordsResponse::Ok(words.map(|word| word.to_owned().into())))
    }

    async fn all(&self, _: Context) -> Result<chat::AllResponse> {
        Err(Error::unavailable("Later."))
    }

    async fn raw(&self, _: Context) -> Result<chat::RawResponse> {
        Ok(chat::RawResponse::Ok("data: by hand\n\n".into()))
    }
}

#[tokio::test]
async fn older_documents_stream_too() {
    let server = Server::start(chat::service(Chat)).await;
    let ask = async |stream: bool, accept: &str| {
        let (body, accept) = (format!("{{\"stream\":{stream}}}"), format!("Accept: {accept}"));
        curl(&server, &["/chat", "-H", "Content-Type: application/json", "-H", &accept, "-d", &body]).await
    };
    assert_eq!(ask(false, "*/*").await.body, r#"{"text":"Hello"}"#);
    let events = ask(true, "*/*").await;
    assert_eq!(events.header("content-type"), "text/event-stream");
    assert_eq!(events.body, "data: {\"piece\":\"Hel\"}\n\ndata: {\"piece\":\"lo\"}\n\n");
    let lines = ask(true, "application/x-ndjson").await;
    assert_eq!(lines.header("content-type"), "application/x-ndjson");
    assert_eq!(lines.body, "{\"piece\":\"Hel\"}\n{\"piece\":\"lo\"}\n");
    assert_eq!(curl(&server, &["/words"]).await.body, "data: one\n\ndata: two\n\n");
    assert_eq!(curl(&server, &["/all"]).await.status, 503);
    assert_eq!(curl(&server, &["/raw"]).await.body, "data: by hand\n\n");
}
