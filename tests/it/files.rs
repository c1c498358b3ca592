//! Files over real connections, and links.

use crate::goldens::files::*;
use crate::goldens::links;
use crate::wire::{Server, curl};
use apiloom::{Context, File, Result, Stream};
use std::path::PathBuf;

struct App {
    folder: PathBuf,
}

impl DefaultApi for App {
    async fn download(&self, cx: Context, params: DownloadParams) -> Result<DownloadResponse> {
        let body = File::within(&cx, &self.folder, &params.name).await?.download(&params.name);
        Ok(DownloadResponse::Ok { body, accept_ranges: None })
    }

    async fn picture(&self, cx: Context, params: PictureParams) -> Result<PictureResponse> {
        let media = if params.name.ends_with(".png") { "image/png" } else { "image/jpeg" };
        Ok(PictureResponse::Ok(File::bytes(&cx, vec![0, 1, 2]).media(media)))
    }

    async fn video(&self, cx: Context) -> Result<VideoResponse> {
        Ok(VideoResponse::Ok(File::open(&cx, self.folder.join("long")).await?))
    }

    async fn dump(&self, _: Context) -> Result<DumpResponse> {
        Ok(DumpResponse::Ok(apiloom::http::stream::body(
            Stream::from_iter(["a", "b"]),
            apiloom::http::stream::Format::json_lines(),
        )))
    }
}

#[tokio::test]
async fn files_and_their_parts() {
    let folder = tempfile::tempdir().unwrap();
    let long = "0123456789".repeat(100_000);
    std::fs::write(folder.path().join("long"), &long).unwrap();
    std::fs::write(folder.path().join("ü.txt"), "small").unwrap();
    let server = Server::start(service(App { folder: folder.path().to_owned() })).await;
    let whole = curl(&server, &["/video"]).await;
    assert_eq!(
        (whole.status, whole.body == long, whole.header("content-type").as_str()),
        (200, true, "video/mp4")
    );
    assert_eq!(
        (whole.header("content-length"), whole.header("accept-ranges")),
        ("1000000".to_owned(), "bytes".to_owned())
    );
    let part = curl(&server, &["/video", "-r", "999995-"]).await;
    assert_eq!((part.status, part.body.as_str()), (206, "56789"));
    assert_eq!(part.header("content-range"), "bytes 999995-999999/1000000");
    let parts = curl(&server, &["/video", "-r", "0-1,-2"]).await;
    assert!(
        parts.status == 206 && parts.header("content-type").starts_with("multipart/byteranges; boundary=")
    );
    assert_eq!(curl(&server, &["/video", "-r", "1000000-"]).await.status, 416);
    let tag = format!("If-None-Match: {}", whole.header("etag"));
    let known = curl(&server, &["/video", "-H", &tag]).await;
    assert_eq!((known.status, known.body.as_str()), (304, ""));
    let head = curl(&server, &["/video", "-I"]).await;
    assert_eq!(
        (head.status, head.header("content-length").as_str(), head.body.as_str()),
        (200, "1000000", "")
    );
    let small = curl(&server, &["/files/%C3%BC.txt"]).await;
    assert_eq!(small.body, "small");
    assert_eq!(
        small.header("content-disposition"),
        "attachment; filename=\"_.txt\"; filename*=UTF-8''%C3%BC.txt"
    );
    for name in ["..%2F..%2Fetc%2Fpasswd", "%2Fetc%2Fpasswd", "..", "none", "%00"] {
        assert_eq!(curl(&server, &[&format!("/files/{name}")]).await.status, 404, "{name}");
    }
    assert_eq!(curl(&server, &["/pictures/a.png"]).await.header("content-type"), "image/png");
    assert_eq!(curl(&server, &["/dump"]).await.header("content-type"), "application/gzip");
}

#[test]
fn links_make_the_next_request() {
    let user = links::User { id: 7, name: "Ann".to_owned(), owner: None };
    let mut owned = user.clone();
    owned.owner = Some(Box::new(links::User { id: 3, ..user.clone() }));
    let request = links::AddUserParams {
        team: Some("red".to_owned()),
        x_trace: "t".to_owned(),
        body: links::NewUser { name: "Ann".to_owned(), lang: Some("de".to_owned()) },
    };
    let made = |body: links::User| links::AddUserResponse::Created {
        body,
        x_number: 5,
        x_after: Some("z".to_owned()),
    };
    assert_eq!(
        made(user.clone()).self_().map(|params| (params.id, params.lang, params.deep)),
        Some((7, None, false))
    );
    assert!(made(user.clone()).owner(&request).is_none());
    let owner = made(owned).owner(&request).map(|params| (params.id, params.lang, params.deep));
    assert_eq!(owner, Some((3, Some("de".to_owned()), true)));
    let next = made(user.clone()).next(&request).unwrap();
    assert_eq!((next.after.as_str(), next.limit, next.trace.as_deref()), ("z", 5, Some("t")));
    assert_eq!(next.team, apiloom::Patch::Value("red".to_owned()));
    assert_eq!(made(user).rename(&request).unwrap().body.unwrap().name, "Ann");
    assert!(links::AddUserResponse::NoContent.self_().is_none());
}
