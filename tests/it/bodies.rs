//! Bodies of requests as generated services take them: forms, files, XML, patches, several media types, compressed.

use crate::goldens::{many_bodies, multipart, xml};
use apiloom::dep::axum::body::to_bytes;
use apiloom::dep::http::{HeaderMap, Request};
use apiloom::dep::serde_json;
use apiloom::{Body, Context, Json, Result, Service};
use std::io::Write;
use tower::ServiceExt;

pub(crate) struct Notes;

impl many_bodies::DefaultApi for Notes {
    async fn upload(
        &self,
        _: Context,
        params: many_bodies::UploadParams,
    ) -> Result<many_bodies::UploadResponse> {
        use many_bodies::{UploadRequestBody as Body, UploadResponse};
        let told = match params.body {
            None => "nothing".to_owned(),
            Some(Body::Json(body)) => format!("json {:?}", body.a),
            Some(Body::Xml(body)) => format!("xml {:?}", body.a),
            Some(Body::Multipart(body)) => match body.file {
                Some(file) => format!("file {:?} of {}", file.filename(), file.len()),
                None => "no file".to_owned(),
            },
        };
        Ok(UploadResponse::Ok(told))
    }

    async fn text(&self, _: Context, params: many_bodies::TextParams) -> Result<many_bodies::TextResponse> {
        Ok(many_bodies::TextResponse::Ok(params.body))
    }

    async fn note(&self, _: Context, params: many_bodies::NoteParams) -> Result<many_bodies::NoteResponse> {
        use many_bodies::NoteBody as Body;
        let told = match params.body {
            Body::Json(note) => serde_json::to_string(&note)?,
            Body::Markdown(text) => format!("markdown {text}"),
            Body::Image(body) => format!("image of {}", to_bytes(body, 1 << 20).await?.len()),
        };
        Ok(many_bodies::NoteResponse::Ok(told))
    }

    async fn change_note(
        &self,
        _: Context,
        params: many_bodies::ChangeNoteParams,
    ) -> Result<many_bodies::ChangeNoteResponse> {
        use many_bodies::ChangeNoteBody as Body;
        let note =
            many_bodies::Note { title: "old".to_owned(), tags: Some(vec!["a".to_owned()]), near: None };
        let note = match params.body {
            Body::JsonPatch(patch) => patch.apply_to(&note)?,
            Body::MergePatch(change) => many_bodies::Note {
                title: change.title.unwrap_or(note.title),
                tags: change.tags.change().unwrap_or(note.tags),
                near: note.near,
            },
        };
        Ok(many_bodies::ChangeNoteResponse::Ok(serde_json::to_string(&note)?))
    }

    async fn picture(
        &self,
        _: Context,
        _: many_bodies::PictureParams,
    ) -> Result<many_bodies::PictureResponse> {
        Ok(many_bodies::PictureResponse::NoContent)
    }
}

pub(crate) struct Pets;

impl multipart::DefaultApi for Pets {
    async fn add_pet(
        &self,
        _: Context,
        params: multipart::AddPetParams,
    ) -> Result<multipart::AddPetResponse> {
        let pet = params.body;
        let photo = pet.photo.bytes(1 << 20).await?;
        let papers: Vec<u64> = pet.papers.iter().flatten().map(apiloom::Upload::len).collect();
        let told = format!(
            "{} {:?} {:?} {:?} {:?} {:?} {:?} {:?} photo {:?} {} papers {papers:?} icon {:?}",
            pet.name,
            pet.age,
            pet.born.map(|day| day.to_string()),
            pet.tags,
            pet.owner.map(|owner| owner.name),
            pet.visits.map(|visits| visits.len()),
            pet.colours,
            pet.photo.content_type(),
            pet.photo.filename(),
            photo.len(),
            pet.icon.map(|icon| icon.len()),
        );
        Ok(multipart::AddPetResponse::Ok(told))
    }

    async fn any_files(
        &self,
        _: Context,
        params: multipart::AnyFilesParams,
    ) -> Result<multipart::AnyFilesResponse> {
        let Some(body) = params.body else { return Ok(multipart::AnyFilesResponse::Ok("none".to_owned())) };
        let files: Vec<String> =
            body.additional_properties.iter().map(|(name, file)| format!("{name} {}", file.len())).collect();
        Ok(multipart::AnyFilesResponse::Ok(format!("{:?} {}", body.title, files.join(", "))))
    }

    async fn wrong(&self, _: Context, _: multipart::WrongParams) -> Result<multipart::WrongResponse> {
        Ok(multipart::WrongResponse::NoContent)
    }
}

pub(crate) struct Xml;

impl xml::DefaultApi for Xml {
    async fn list_pets(&self, _: Context) -> Result<xml::ListPetsResponse> {
        let pet: xml::Pet =
            serde_json::from_str(r#"{"name": "Rex", "photoUrls": [], "tags": [{"name": "t"}]}"#)?;
        Ok(xml::ListPetsResponse::Ok(vec![pet]))
    }

    async fn add_pet(&self, _: Context, params: xml::AddPetParams) -> Result<xml::AddPetResponse> {
        Ok(xml::AddPetResponse::Ok(params.body))
    }

    async fn put_shape(&self, _: Context, params: xml::PutShapeParams) -> Result<xml::PutShapeResponse> {
        Ok(xml::PutShapeResponse::Ok(params.body))
    }
}

/// Everything in one service.
pub(crate) fn service() -> Service {
    let pets = multipart::service(Pets).mount("/multipart");
    many_bodies::service(Notes).merge(pets).merge(xml::service(Xml).mount("/xml"))
}

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    /// Each fault as `/pointer code`.
    pub(crate) fn faults(&self) -> Vec<String> {
        let json: Json = serde_json::from_str(&self.body).unwrap_or_default();
        let word = |fault: &Json, key: &str| fault[key].as_str().unwrap_or_default().to_owned();
        let faults = json["errors"].as_array().cloned().unwrap_or_default();
        faults.iter().map(|fault| format!("{} {}", word(fault, "pointer"), word(fault, "code"))).collect()
    }
}

/// Sends `PUT /path` with a `Content-Type`, other headers and a body.
pub(crate) async fn send(
    request: &str,
    media: &str,
    headers: &[(&str, &str)],
    body: impl Into<Body>,
) -> Answer {
    let (method, path) = request.split_once(' ').unwrap();
    let mut request = Request::builder().method(method).uri(path);
    if !media.is_empty() {
        request = request.header("content-type", media);
    }
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    let answer = service().oneshot(request.body(body.into()).unwrap()).await.unwrap();
    let (head, body) = answer.into_parts();
    let body = String::from_utf8(to_bytes(body, usize::MAX).await.unwrap().to_vec()).unwrap();
    Answer { status: head.status.as_u16(), headers: head.headers, body }
}

/// Asserts the answer to a request that is well.
async fn check(request: &str, media: &str, body: &str, expected: &str) {
    let answer = send(request, media, &[], body.to_owned()).await;
    assert_eq!((answer.status, answer.body.as_str()), (200, expected), "{request} {media} {body}");
}

pub(crate) const FORM: &str = "application/x-www-form-urlencoded";
pub(crate) const PARTS: &str = "multipart/form-data; boundary=B";

/// A part with these parameters and headers.
pub(crate) fn part(head: &str, content: &str) -> String {
    format!("--B\r\nContent-Disposition: form-data; {head}\r\n\r\n{content}\r\n")
}

#[tokio::test]
async fn the_media_type_says_which_variant() {
    check("POST /upload", "application/json", r#"{"a":"x"}"#, r#"json Some("x")"#).await;
    check("POST /upload", "application/vnd.x+json; charset=utf-8", r#"{"a":"x"}"#, r#"json Some("x")"#).await;
    check("POST /upload", "application/xml", "<body><a>x</a></body>", r#"xml Some("x")"#).await;
    let file = part(r#"name="file"; filename="a.txt""#, "abc") + "--B--";
    check("POST /upload", PARTS, &file, r#"file Some("a.txt") of 3"#).await;
    check("POST /upload", "", "", "nothing").await;
    let answer = send("POST /upload", "text/plain", &[], "x").await;
    let accept = answer.headers.get("accept").map(|value| value.to_str().unwrap());
    assert_eq!(
        (answer.status, accept),
        (415, Some("application/json, application/xml, multipart/form-data"))
    );
}

#[tokio::test]
async fn one_type_in_several_media_types() {
    let json = r#"{"title":"t","tags":["a","b"],"near":{"city":"c","far":{"km":3}}}"#;
    check("POST /note", "application/json", json, json).await;
    let form = "title=t&tags=a%7Cb&near[city]=c&near%5Bfar%5D%5Bkm%5D=3";
    check("POST /note", FORM, form, json).await;
    let xml = "<Note><title>t</title><tags>a</tags><tags>b</tags><near><city>c</city><far><km>3</km></far></near></Note>";
    check("POST /note", "text/xml", xml, json).await;
    let yaml = "# A note\ntitle: &t 'a b'\ntags: [x, \"y\"]\nnear:\n  city: Ulm\n  far: {km: 0x3}\n";
    for media in ["application/x-yaml", "application/yaml", "text/yaml", "application/vnd.note+yaml"] {
        check(
            "POST /note",
            media,
            yaml,
            r#"{"title":"a b","tags":["x","y"],"near":{"city":"Ulm","far":{"km":3}}}"#,
        )
        .await;
    }
    check("POST /note", "application/vnd.acme.note", r#"{"title":"a"}"#, r#"{"title":"a"}"#).await;
    check("POST /note", "text/markdown", "# x", "markdown # x").await;
    check("POST /note", "text/markdown; charset=iso-8859-1", "ab", "markdown ab").await;
    check("POST /note", "image/png", "abc", "image of 3").await;
    let latin = send("PUT /text", "text/plain; charset=ISO-8859-1", &[], vec![0xe4]).await;
    assert_eq!((latin.status, latin.body.as_str()), (200, "ä"));
    let answer = send("POST /note", FORM, &[], "title=&tags=a|b|c|d&near[far][km]=x").await;
    assert_eq!(answer.faults(), ["/near/far/km type", "/title min_length", "/tags max_items"]);
}

#[tokio::test]
async fn patches() {
    let patch = r#"[{"op":"test","path":"/title","value":"old"},{"op":"add","path":"/tags/-","value":"b"}]"#;
    check("PATCH /note", "application/json-patch+json", patch, r#"{"title":"old","tags":["a","b"]}"#).await;
    let merge = r#"{"tags":null,"title":"new"}"#;
    check("PATCH /note", "application/merge-patch+json", merge, r#"{"title":"new"}"#).await;
    let refused = |patch: &'static str| async move {
        let answer = send("PATCH /note", "application/json-patch+json", &[], patch).await;
        (answer.status, answer.faults())
    };
    let (status, faults) = refused(r#"[{"op":"test","path":"/title","value":"x"}]"#).await;
    assert_eq!((status, faults), (409, vec!["/0 test".to_owned()]));
    let long = r#"[{"op":"test","path":"/title","value":"old"},{"op":"remove","path":"/near/city"}]"#;
    assert_eq!(
        refused(long).await,
        (400, vec!["/1/path max_length".to_owned()]),
        "a rule of the schema's own"
    );
    let (status, faults) = refused(r#"[{"op":"remove","path":"/title"}]"#).await;
    assert_eq!((status, faults), (422, vec!["/title required".to_owned()]));
    let (status, faults) = refused(r#"[{"op":"add","path":"title"},{"op":"x","path":"/a"}]"#).await;
    assert_eq!((status, faults), (400, vec!["/0 required".to_owned(), "/1/op enum".to_owned()]));
}

#[tokio::test]
async fn files_and_fields() {
    let large = "p".repeat(90_000);
    let body = [
        part("name=\"photo\"; filename=\"me.png\"\r\nContent-Type: image/png\r\nX-Size: 3", &large),
        part(r#"name="name""#, "Rex"),
        part(r#"name="age""#, "3"),
        part(r#"name="born""#, "2020-02-29"),
        part(r#"name="tags""#, "a"),
        part(r#"name="tags""#, "b"),
        part("name=\"owner\"\r\nContent-Type: application/json", r#"{"name":"Ann"}"#),
        part(r#"name="visits""#, r#"{"day":"2024-01-01"}"#),
        part(r#"name="visits""#, "{}"),
        part(r#"name="papers"; filename="1.pdf""#, "1"),
        part(r#"name="papers"; filename="2.pdf""#, "22"),
        part(r#"name="colours""#, "red,blue"),
        "--B--".to_owned(),
    ];
    let told = concat!(
        r#"Rex Some(3) Some("2020-02-29") Some(["a", "b"]) Some("Ann") Some(2) Some(["red", "blue"]) "#,
        r#"Some("image/png") photo Some("me.png") 90000 papers [1, 2] icon None"#
    );
    check("POST /multipart/pets", PARTS, &body.concat(), told).await;
    let files = part(r#"name="title""#, "t")
        + &part(r#"name="x"; filename="y""#, "1")
        + &part(r#"name="z""#, "22")
        + "--B--";
    check("POST /multipart/any", PARTS, &files, r#"Some("t") x 1, z 2"#).await;
}

#[tokio::test]
async fn xml_both_ways() {
    let pet = concat!(
        r#"<p:pet xmlns:p="https://example.com/pet" id="7" status="sold"><name>Rex</name><kind id="1">dog</kind>"#,
        "<photoUrls><photoUrl>a</photoUrl></photoUrls><tag><name>x</name></tag><tag><name>y</name></tag>",
        r#"<aliases><a:alias xmlns:a="urn:alias">R</a:alias></aliases><![CDATA[<b>]]><more><k>v</k></more>"#,
        r#"<p:pet xmlns:p="https://example.com/pet"><name>Old</name><photoUrls></photoUrls></p:pet></p:pet>"#
    );
    let head = r#"<?xml version="1.0" encoding="UTF-8"?>"#;
    let answer = send("POST /xml/pets", "application/xml", &[], pet).await;
    assert_eq!((answer.status, answer.body.as_str()), (200, format!("{head}{pet}").as_str()));
    assert_eq!(answer.headers["content-type"], "application/xml");
    let shape = "<shape><side>2.5</side></shape>";
    let answer = send("PUT /xml/shapes", "application/vnd.shape+xml", &[], shape).await;
    assert_eq!((answer.status, answer.body), (200, format!("{head}{shape}")));
    assert_eq!(answer.headers["content-type"], "text/xml");
    let list = send("GET /xml/pets", "", &[("accept", "application/xml")], "").await;
    let pets = r#"<pets><p:pet xmlns:p="https://example.com/pet"><name>Rex</name><photoUrls></photoUrls><tag><name>t</name></tag></p:pet></pets>"#;
    assert_eq!((list.status, list.body), (200, format!("{head}{pets}")));
}

#[tokio::test]
async fn compressed_bodies() {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(br#"{"a":"x"}"#).unwrap();
    let gzip = gzip.finish().unwrap();
    let answer = send("POST /upload", "application/json", &[("content-encoding", "gzip")], gzip).await;
    assert_eq!((answer.status, answer.body.as_str()), (200, r#"json Some("x")"#));
    let answer = send("POST /upload", "application/json", &[("content-encoding", "lzma")], "x").await;
    assert_eq!(
        (answer.status, answer.headers["accept-encoding"].to_str().unwrap()),
        (415, "gzip, deflate, br, zstd")
    );
}
