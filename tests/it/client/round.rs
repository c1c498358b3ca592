//! The client of everything against the server of everything: what is sent is what arrives, and what is answered is read.

use super::api::client::*;
// The server has one of this name too.
use super::api::client::NegotiatedResponseOk;
use super::api::*;
use super::service::Everything;
use apiloom::client::{ClientError, Engine};
use apiloom::{Body, Event, Patch, Stream, Upload};
use std::collections::BTreeMap;
use std::fmt::Debug;

fn client() -> Client {
    Client::over("http://localhost/v1", service(Everything)).unwrap()
}

fn said(value: &impl Debug) -> String {
    format!("{value:?}")
}

#[tokio::test]
async fn every_style() {
    let styles = client().styles();
    let (list, point) = (vec![1, 20, 300], Point { x: -1, y: 2 });
    let path = styles.simple_style("w0rd", &list, &point, &point).await.unwrap();
    let params = |text: &str| SimpleStyleParams {
        text: text.to_owned(),
        list: vec![1, 20, 300],
        object: Point { x: -1, y: 2 },
        exploded: Point { x: -1, y: 2 },
    };
    assert_eq!(path.said, said(&params("w0rd")));
    let label = styles.label_style("w0rd", &list, &point, &point).await.unwrap();
    assert_eq!(label.said, said(&params("w0rd")).replace("Simple", "Label"));
    let matrix = styles.matrix_style("w0rd", &list, &point, &point).await.unwrap();
    assert_eq!(matrix.said, said(&params("w0rd")).replace("Simple", "Matrix"));

    let all = styles
        .query_styles(7)
        .text("a b&c=d+é/%")
        .with_default(QueryStylesWithDefault::Two)
        .form(&list)
        .joined(&list)
        .spaced(&list)
        .piped(&list)
        .object(&point)
        .deep(&point)
        .flag(true)
        .reserved("a/b?c");
    let params = QueryStylesParams {
        text: Some("a b&c=d+é/%".to_owned()),
        required: 7,
        with_default: QueryStylesWithDefault::Two,
        form: Some(list.clone()),
        joined: Some(list.clone()),
        spaced: Some(list.clone()),
        piped: Some(list.clone()),
        object: Some(Point { x: -1, y: 2 }),
        deep: Some(Point { x: -1, y: 2 }),
        flag: Some(true),
        reserved: Some("a/b?c".to_owned()),
    };
    assert_eq!(all.await.unwrap().said, said(&params));
    let least = styles.query_styles(0).await.unwrap().said;
    assert!(least.contains("with_default: One") && least.contains("reserved: None"), "{least}");

    let content = styles.content_style(&point).await.unwrap();
    assert_eq!(content.said, said(&ContentStyleParams { filter: Point { x: -1, y: 2 } }));
    let headers = styles.header_styles().x_text("w0rd").x_numbers(&list).x_object(&point).x_exploded(&point);
    let params = HeaderStylesParams {
        x_text: Some("w0rd".to_owned()),
        x_numbers: Some(list),
        x_object: Some(Point { x: -1, y: 2 }),
        x_exploded: Some(Point { x: -1, y: 2 }),
    };
    assert_eq!(headers.await.unwrap().said, said(&params));
    let cookies = styles.cookie_styles().session("abc").visits(3).await.unwrap();
    assert_eq!(cookies.said, said(&CookieStylesParams { session: Some("abc".to_owned()), visits: Some(3) }));
}

#[tokio::test]
async fn every_route() {
    let routes = client().routes();
    let suffixed = routes.suffixed_route("report").await.unwrap();
    assert_eq!(suffixed.said, said(&SuffixedRouteParams { name: "report".to_owned() }));
    assert_eq!(routes.verb_route(5).await.unwrap().said, said(&VerbRouteParams { id: 5 }));
    let two = routes.two_in_a_segment(1, 22).await.unwrap();
    assert_eq!(two.said, said(&TwoInASegmentParams { from: 1, to: 22 }));
    assert_eq!(routes.literal_route().await.unwrap().said, said(&"/v1/routes/items/latest"));
    assert_eq!(routes.numbered_route(9).await.unwrap().said, said(&NumberedRouteParams { id: 9 }));
}

#[tokio::test]
async fn every_body() {
    let bodies = client().bodies();
    let form = || Form {
        name: "a b&=ü".to_owned(),
        age: Some(3),
        tags: Some(vec!["x".to_owned(), "y1".to_owned()]),
    };
    assert_eq!(bodies.form_body(&form()).await.unwrap().said, said(&form()));
    assert_eq!(bodies.text_body("Grüße\n").await.unwrap(), "Grüße\n");
    let binary = bodies.binary_body(vec![0_u8; 100_000]).await.unwrap();
    assert_eq!(binary.said, "100000 bytes");
    let book =
        || Book { id: 1, title: "If on".to_owned(), authors: Some(vec!["A".to_owned(), "B".to_owned()]) };
    assert_eq!(said(&bodies.xml_body(&book()).await.unwrap()), said(&book()));
    let patch = || PointPatch { x: Patch::Null, y: Patch::Value(4) };
    assert_eq!(bodies.merge_patch_body(&patch()).await.unwrap().said, said(&patch()));
    let changes: apiloom::JsonPatch = apiloom::dep::serde_json::from_str(
        r#"[{"op":"add","path":"/a","value":1},{"op":"remove","path":"/b"}]"#,
    )
    .unwrap();
    assert_eq!(bodies.json_patch_body(&changes).await.unwrap().said, "2 changes");
    let point = || Point { x: 1, y: -2 };
    for either in [EitherBodyBody::Json(point()), EitherBodyBody::Text("text".to_owned())] {
        let expected = said(&either);
        assert_eq!(bodies.either_body(either).await.unwrap().said, expected);
    }
    assert_eq!(bodies.optional_body().await.unwrap().said, "None");
    assert_eq!(bodies.optional_body().body(&point()).await.unwrap().said, said(&Some(point())));
    let lines = bodies.lines_body(Stream::from_iter((0..5).map(|n| Point { x: n, y: -n }))).await.unwrap();
    let lines = lines.collect(10).await.unwrap();
    assert_eq!(said(&lines), said(&(0..5).map(|n| Point { x: n, y: -n }).collect::<Vec<_>>()));
    let told = SubscribeBody { callback_url: "https://example.com/hook".to_owned() };
    assert_eq!(bodies.subscribe(&told).await.unwrap().said, "https://example.com/hook");
}

#[tokio::test]
async fn files_in_forms() {
    let bodies = client().bodies();
    let body = |file: Upload, files| MultipartBodyBody {
        title: "A \"title\"\r\n".to_owned(),
        point: Some(Point { x: 1, y: 2 }),
        file,
        files,
    };
    let expected = |len: usize, files: &[usize]| {
        format!("(\"A \\\"title\\\"\\r\\n\", Some(Point {{ x: 1, y: 2 }}), {len}, {files:?})")
    };
    let small = body(Upload::from_bytes("abc").named("ü\".txt"), None);
    assert_eq!(bodies.multipart_body(&small).await.unwrap().said, expected(3, &[]));
    let chunks = (0..50).map(|_| Ok::<_, std::io::Error>(vec![7_u8; 10_000]));
    let long = Upload::from_stream(Body::from_stream(futures_util::stream::iter(chunks)), None);
    let several = vec![Upload::from_bytes(vec![0_u8; 70_000]), Upload::from_bytes("")];
    let many = body(long.header("content-type", "image/png"), Some(several));
    assert_eq!(bodies.multipart_body(&many).await.unwrap().said, expected(500_000, &[70_000, 0]));
    let again = bodies.multipart_body(&many).await.unwrap_err();
    assert!(
        again.status().is_some() || matches!(again, ClientError::Transport(_)),
        "a stream is sent once: {again}"
    );
}

#[tokio::test]
async fn every_answer() {
    let responses = client().responses();
    let book = responses.negotiated_response().await.unwrap();
    assert!(matches!(&book, NegotiatedResponseOk::Json(book) if book.id == 7), "{book:?}");
    let xml = responses.negotiated_response().accept("application/xml").response().await.unwrap();
    assert_eq!(xml.headers()["content-type"], "application/xml");
    assert!(matches!(xml.body(), NegotiatedResponseOk::Json(book) if book.id == 7), "{xml:?}");
    let text = responses.negotiated_response().accept("text/plain").await.unwrap();
    assert!(matches!(&text, NegotiatedResponseOk::Text(text) if text == "The Cloven Viscount"), "{text:?}");
    let refused = responses.negotiated_response().accept("image/png").await.unwrap_err();
    assert!(matches!(refused.documented(), Some(NegotiatedResponseError::NotAcceptable(_))), "{refused:?}");

    let answer = responses.headers_response().limit(3).call().response().await.unwrap();
    let headers = HeadersResponseOkHeaders::of(answer.headers()).unwrap();
    assert_eq!((headers.x_limit, headers.x_numbers, headers.x_next), (3, Some(vec![1, 2, 3]), None));
    assert!(HeadersResponseOkHeaders::of(&Default::default()).is_err());

    use StatusesResponseStatus as Status;
    let ask = async |status| responses.statuses_response(status).await;
    assert!(matches!(ask(Status::N200).await, Ok(StatusesResponseSuccess::Ok(_))));
    assert!(matches!(ask(Status::N201).await, Ok(StatusesResponseSuccess::Created)));
    assert!(matches!(ask(Status::N204).await, Ok(StatusesResponseSuccess::NoContent)));
    assert!(matches!(ask(Status::N304).await, Ok(StatusesResponseSuccess::NotModified)));
    let gone = ask(Status::N409).await.unwrap_err().into_documented().unwrap();
    assert!(matches!(gone, StatusesResponseError::ClientError(apiloom::StatusCode::CONFLICT, _)), "{gone:?}");
    let busy = ask(Status::N503).await.unwrap_err();
    assert_eq!(busy.status(), Some(apiloom::StatusCode::SERVICE_UNAVAILABLE));
    assert!(matches!(busy.documented(), Some(StatusesResponseError::Default(..))), "{busy:?}");

    let file = responses.file_response().await.unwrap();
    assert_eq!(apiloom::dep::axum::body::to_bytes(file, 2_000).await.unwrap().len(), 1_000);
    let part = responses.file_response().header("range", "bytes=10-19").response().await.unwrap();
    assert_eq!(part.status(), 206);
    assert_eq!(apiloom::dep::axum::body::to_bytes(part.into_body(), 2_000).await.unwrap(), "0123456789");
    let events: Vec<Event<Point>> =
        responses.events_response().count(3).await.unwrap().collect(9).await.unwrap();
    assert_eq!(events.iter().map(|event| event.data.y).collect::<Vec<_>>(), [0, -1, -2]);
    assert_eq!(responses.linked_response(&Point { x: 4, y: 0 }).await.unwrap().id, 5);
}

#[tokio::test]
async fn every_schema() {
    let schemas = client().schemas();
    macro_rules! same {
        ($($method:ident $ty:ident $json:literal),* $(,)?) => {$(
            let value: $ty = apiloom::dep::serde_json::from_str($json).unwrap();
            assert_eq!(said(&schemas.$method(&value).await.unwrap()), said(&value));
        )*};
    }
    same! {
        numbers Numeric r#"{"int32":-2147483648,"int64":9223372036854775807,"uint64":18446744073709551615,"cents":0.1,"answer":42,"level":3}"#,
        strings Strings r#"{"short":"äöü€","colour":"","date":"2024-02-29","time":"2024-02-29T12:00:00.5Z","email":"a@b.example","ipv6":"::1","bytes":"AAEC"}"#,
        lists Lists r#"{"set":[3,1,2],"pair":["a",1],"nested":[[true],[]],"contains":[7]}"#,
        objects Objects r#"{"map":{"a":1},"open":{"known":"k","more":[1,null]},"patterned":{"x-a":"b"},"tree":{"value":1,"children":[{"value":2}]}}"#,
        unions Unions r#"{"shape":{"kind":"circle","radius":3},"scalar":true,"several":null}"#,
        conditions Conditions r#"{"country":"us","zip":"12345"}"#,
        presence Presence r#"{"required":"a","requiredNullable":null,"optionalNullable":null,"defaulted":7}"#,
    }
    let keys: BTreeMap<String, i32> = (0..4).map(|n| (n.to_string(), n)).collect();
    let many = Objects { map: Some(keys), ..apiloom::dep::serde_json::from_str("{}").unwrap() };
    let refused = schemas.objects(&many).await.unwrap_err();
    let Some(ObjectsError::Default(status, problem)) = refused.documented() else { panic!("{refused:?}") };
    assert_eq!((status.as_u16(), problem.errors.as_ref().unwrap().len()), (400, 1));
    assert_eq!(refused.to_string(), "the answer is 400 Bad Request");
}

#[tokio::test]
async fn every_credential() {
    let none = client().secured();
    let refused = none.secured_by_key().await.unwrap_err();
    assert!(matches!(refused.documented(), Some(SecuredByKeyError::Unauthorized(_))), "{refused:?}");
    assert_eq!(none.secured_if_wanted().await.unwrap().said, "None");
    let all =
        client().with_key("key").with_basic(("user", "password")).with_bearer("token").with_oauth("token");
    let all = all.secured();
    assert_eq!(all.secured_by_key().await.unwrap().said, "Key");
    assert_eq!(all.secured_by_password().await.unwrap().said, "User");
    assert_eq!(all.secured_by_token().await.unwrap().said, "Token");
    assert_eq!(all.secured_by_scopes().await.unwrap().said, "Token");
    assert_eq!(all.secured_by_either().await.unwrap().said, "Key");
    assert_eq!(all.secured_by_both().await.unwrap().said, "KeyAndUser");
    assert_eq!(all.secured_if_wanted().await.unwrap().said, "Some(Key)");
    let token = client().with_bearer("token").secured();
    assert_eq!(token.secured_by_either().await.unwrap().said, "Token");
    let debug = format!("{all:?} {:?}", all.secured_by_key().request().unwrap());
    assert!(!debug.contains("password") && !debug.contains("token"), "{debug}");
}

#[test]
fn what_cannot_be_written() {
    let told = |result: Result<_, apiloom::client::RequestError>| match result {
        Ok(request) => panic!("{request:?}"),
        Err(error) => error.to_string(),
    };
    let routes = client().routes();
    assert_eq!(told(routes.suffixed_route("").request()), "the path parameter `name` is empty");
    let styles = client().styles();
    let header = styles.header_styles().x_text("a\nb").call();
    let unfit =
        "the header parameter `X-Text` cannot be written: there is a character that nothing escapes here";
    assert_eq!(told(header.request()), unfit);
    let list = styles.query_styles(1).piped(&[1]).call();
    assert_eq!(list.request().unwrap().uri().query(), Some("required=1&piped=1"));
    for bad in
        ["", "localhost", "ftp://localhost", "http://", "http://u:p@localhost", "http://localhost/?a=b"]
    {
        assert!(Engine::over(bad, service(Everything)).is_err(), "{bad}");
    }
}
