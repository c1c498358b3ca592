//! Texts that are made clean on the way in: the case `sanitize`.

use crate::goldens::sanitize::{self, types::*};
use crate::wire::{Answer, Server, curl};
use apiloom::json::decode;
use apiloom::{Context, Patch, Result};

struct Club;

impl sanitize::DefaultApi for Club {
    async fn put_member(
        &self,
        _: Context,
        params: sanitize::PutMemberParams,
    ) -> Result<sanitize::PutMemberResponse> {
        let sanitize::PutMemberParams { name, tag, x_note, body } = params;
        let text = format!("{name:?} {tag:?} {x_note:?} {:?} {:?} {:?}", body.handle, body.tags, body.about);
        Ok(sanitize::PutMemberResponse::Ok(text))
    }

    async fn add_note(
        &self,
        _: Context,
        params: sanitize::AddNoteParams,
    ) -> Result<sanitize::AddNoteResponse> {
        Ok(sanitize::AddNoteResponse::Ok(format!("{:?}", params.body)))
    }

    async fn add_word(
        &self,
        _: Context,
        params: sanitize::AddWordParams,
    ) -> Result<sanitize::AddWordResponse> {
        Ok(sanitize::AddWordResponse::Ok(format!("{:?}", params.body)))
    }

    async fn stream(&self, _: Context, _: sanitize::StreamParams) -> Result<sanitize::StreamResponse> {
        Ok(sanitize::StreamResponse::NoContent)
    }
}

async fn put(server: &Server, path: &str, kind: &str, body: &str) -> Answer {
    let kind = format!("Content-Type: {kind}");
    curl(server, &[path, "-X", "PUT", "-H", &kind, "--data-binary", body]).await
}

#[test]
fn before_the_checks() {
    let text = r#"{"handle": " Rex\t", "name": "\u0001 e\u0301  b ", "mail": " a@b.example ", "tags": ["A ", "b"],
        "secret": "e\u0301", "about": "<b>1</b>", "x": " abc "}"#;
    let member: Member = decode(text.as_bytes()).unwrap();
    assert_eq!(member.handle, "rex");
    assert_eq!(member.name, Patch::Value("\u{e9} b".to_owned()));
    assert_eq!(member.mail.as_deref(), Some("a@b.example"));
    assert_eq!(member.tags.unwrap(), ["a", "b"]);
    assert_eq!(member.about, "1");
    assert_eq!(member.secret.unwrap().reveal(), "\u{e9}");
    assert_eq!(member.additional_properties["x"], "abc");
    let short: Member = decode(br#"{"handle": "a", "name": null}"#).unwrap();
    assert_eq!(
        (short.name, short.about.as_str()),
        (Patch::Null, "<none>"),
        "a default stays as it is written"
    );
}

#[test]
fn what_is_left_is_checked() {
    let text = r#"{"handle": "  toolongname ", "name": " \u0007 ", "tags": ["A", " a"], "mail": "  ", "x": "   abcd  "}"#;
    let faults = decode::<Member>(text.as_bytes()).unwrap_err();
    let faults: Vec<String> =
        faults.iter().map(|fault| format!("{} {}", fault.pointer(), fault.code)).collect();
    assert_eq!(
        faults,
        ["/handle max_length", "/name min_length", "/mail format", "/tags unique_items", "/x max_length"]
    );
}

#[tokio::test]
async fn in_every_place() {
    let server = Server::start(sanitize::service(Club)).await;
    let path = "/members/%20ReX?tag=ab&tag=%C3%A4";
    let wanted = r#""rex" Some(["AB", "Ä"]) " as it is " "rex" Some(["a"]) "i""#;
    let answer =
        put(&server, path, "application/json", r#"{"handle":" REX","tags":["A "],"about":"<i>i"}"#).await;
    assert_eq!(answer.body, wanted);
    let form =
        put(&server, path, "application/x-www-form-urlencoded", "handle=+Rex+&tags=+A&about=%3Ci%3Ei").await;
    assert_eq!(form.body, wanted);
    let xml = "<Member><handle> REX </handle><tags>A </tags><about>&lt;i>i</about></Member>";
    assert_eq!(put(&server, path, "application/xml", xml).await.body, wanted);
    let part = |name: &str, text: &str| {
        format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n")
    };
    let body =
        [part("handle", " REX"), part("tags", "\tA"), part("about", "<i>i"), "--b--\r\n".to_owned()].concat();
    assert_eq!(put(&server, path, "multipart/form-data; boundary=b", &body).await.body, wanted);
}

#[tokio::test]
async fn alternatives_and_bodies_beside_others() {
    let server = Server::start(sanitize::service(Club)).await;
    let word = async |kind: &str, body: &str| {
        curl(&server, &["/words", "-H", &format!("Content-Type: {kind}"), "--data-binary", body]).await
    };
    assert_eq!(word("text/plain", "  abc ").await.body, r#"Text("abc")"#);
    assert_eq!(word("text/plain", " abcd ").await.status, 400);
    let words = word("application/json", r#"[1, "ABC", [" a ", "b"]]"#).await;
    assert_eq!(words.body, r#"Json([Integer(1), String("abc"), Array(["a", "b"])])"#);
    assert_eq!(word("application/json", r#"["ABCD"]"#).await.status, 400);
}

#[tokio::test]
async fn a_parameter_of_nothing_else_and_a_body_that_is_a_text() {
    let server = Server::start(sanitize::service(Club)).await;
    let refused = put(&server, "/members/%20r2", "application/json", r#"{"handle":"a"}"#).await;
    assert_eq!(refused.status, 400);
    assert!(refused.body.contains(r#""in":"path""#) && refused.body.contains("pattern"), "{}", refused.body);
    let note = ["/notes", "-H", "Content-Type: text/plain", "--data-binary", " <p>hello </p>"];
    assert_eq!(curl(&server, &note).await.body, r#"Some("hello ")"#);
    let empty = ["/notes", "-H", "Content-Type: text/plain", "--data-binary", "  "];
    assert_eq!(curl(&server, &empty).await.status, 400);
}
