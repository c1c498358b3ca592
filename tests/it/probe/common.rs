//! The rows that every version of OpenAPI can say, for the version that this module stands in.
#![allow(clippy::duplicate_mod, reason = "it is compiled for each version")]

use super::super::{Answer, faults, send};
use super::api;
use api::webhooks::{self as told, CallbacksApi};
use api::*;
use apiloom::dep::axum::body::to_bytes;
use apiloom::dep::serde_json;
use apiloom::{Body, Context, Error, Json, Result, Stream};

pub(super) struct App;

impl Security for App {
    type Principal = String;

    async fn authenticate(&self, _: &Context, credentials: Credentials) -> Result<String> {
        let (right, who) = match credentials {
            Credentials::Key(key) => (key.matches("k"), "key"),
            Credentials::Password(basic) => (basic.matches("u", "p"), "password"),
            Credentials::Token(token) => (token.matches("t"), "token"),
            Credentials::Openid(token) => (token.matches("o"), "openid"),
            Credentials::Oauth(token) => {
                token.require(
                    if token.matches("reader") { ["read"].as_slice() } else { &[] }.iter().copied(),
                )?;
                (true, "scopes")
            }
            Credentials::KeyAndPassword { key, password } => {
                (key.matches("k") && password.matches("u", "p"), "both")
            }
            #[allow(unreachable_patterns, reason = "OpenAPI 3.0 has no client certificates")]
            other => (super::certificate(other), "certificate"),
        };
        if right { Ok(who.to_owned()) } else { Err(Error::unauthorized("Wrong.")) }
    }
}

/// Operations that answer with the body of the request.
macro_rules! echo {
    ($($method:ident $params:ident $response:ident)*) => {$(
        async fn $method(&self, _: Context, params: $params) -> Result<$response> {
            Ok($response::Ok(params.body))
        }
    )*};
}

/// Operations that say what they were given.
macro_rules! say {
    ($($method:ident $params:ident $response:ident)*) => {$(
        async fn $method(&self, _: Context, params: $params) -> Result<$response> {
            Ok($response::Ok(format!("{params:?}")))
        }
    )*};
}

/// Operations that say who is calling.
macro_rules! name {
    ($($method:ident $response:ident)*) => {$(
        async fn $method(&self, _: Context, principal: String) -> Result<$response> {
            Ok($response::Ok(principal))
        }
    )*};
}

impl DefaultApi for App {
    echo! {
        checks ChecksParams ChecksResponse keywords KeywordsParams KeywordsResponse
        unions UnionsParams UnionsResponse all_of AllOfParams AllOfResponse
        presence PresenceParams PresenceResponse extra ExtraParams ExtraResponse
        tree TreeParams TreeResponse elsewhere ElsewhereParams ElsewhereResponse
        lines LinesParams LinesResponse
    }
    say! {
        defaults DefaultsParams DefaultsResponse styles StylesParams StylesResponse
        path_styles PathStylesParams PathStylesResponse form FormParams FormResponse
        either EitherParams EitherResponse get_point GetPointParams GetPointResponse
    }
    name! {
        by_key ByKeyResponse by_password ByPasswordResponse by_token ByTokenResponse by_scopes ByScopesResponse
        by_openid ByOpenidResponse by_either ByEitherResponse by_both ByBothResponse
    }

    async fn if_wanted(&self, _: Context, principal: Option<String>) -> Result<IfWantedResponse> {
        Ok(IfWantedResponse::Ok(principal.unwrap_or_else(|| "anybody".to_owned())))
    }

    async fn access(&self, _: Context, params: AccessParams) -> Result<AccessResponse> {
        assert_eq!(params.body.password, "secret");
        Ok(AccessResponse::Ok(Account { id: 1, name: params.body.name }))
    }

    async fn multipart(&self, _: Context, params: MultipartParams) -> Result<MultipartResponse> {
        let MultipartBody { title, point, file, files } = params.body;
        let files: Vec<u64> = files.unwrap_or_default().iter().map(|file| file.len()).collect();
        Ok(MultipartResponse::Ok(format!("{title} {point:?} {} {files:?}", file.len())))
    }

    async fn octets(&self, _: Context, params: OctetsParams) -> Result<OctetsResponse> {
        let bytes = to_bytes(params.body, 100).await?;
        Ok(OctetsResponse::Ok(bytes.len().to_string()))
    }

    async fn answers(&self, cx: Context, params: AnswersParams) -> Result<AnswersResponse> {
        let text = |text: &str| text.to_owned();
        Ok(match params.kind {
            AnswersKind::Fine if cx.prefers(&["application/json", "text/plain"]) == Some("text/plain") => {
                AnswersResponse::Ok(AnswersOk::Text(text("fine")))
            }
            AnswersKind::Fine => AnswersResponse::Ok(AnswersOk::Json(Point { x: 1, y: None })),
            AnswersKind::Made => AnswersResponse::Created { location: text("/points/1") },
            AnswersKind::Empty => AnswersResponse::NoContent,
            AnswersKind::Wrong => AnswersResponse::ClientError(apiloom::StatusCode::CONFLICT, text("wrong")),
            AnswersKind::Odd => AnswersResponse::Default(apiloom::StatusCode::BAD_GATEWAY, text("odd")),
        })
    }

    async fn headers(&self, _: Context) -> Result<HeadersResponse> {
        Ok(HeadersResponse::Ok {
            body: "ok".to_owned(),
            x_count: 3,
            x_numbers: Some(vec![1, 2]),
            x_note: None,
        })
    }

    async fn events(&self, _: Context) -> Result<EventsResponse> {
        let points = [1, 2].map(|x| super::event(Point { x, y: None }));
        Ok(EventsResponse::Ok(points.into_iter().collect::<Stream<_>>()))
    }

    async fn add_point(&self, _: Context, _: AddPointParams) -> Result<AddPointResponse> {
        Ok(AddPointResponse::Created(AddPoint201 { id: 7 }))
    }
}

const JSON: &str = "application/json";

async fn answer(request: &str, headers: &[(&str, &str)], body: impl Into<Body>) -> Answer {
    send(api::service(App), request, headers, body).await
}

/// The body of a 200; of others the status, with the faults of a problem.
pub(super) async fn ask(request: &str, media: &str, body: &str) -> String {
    let answer = answer(request, &[("content-type", media)], body.to_owned()).await;
    if answer.status == 200 { answer.body } else { faults(&answer) }
}

/// Sends a JSON value; it comes back as it is.
pub(super) async fn same(path: &str, body: &str) {
    assert_eq!(ask(&format!("POST {path}"), JSON, body).await, body, "{path}");
}

/// Sends JSON values, each wrong in one place.
pub(super) async fn wrong(path: &str, cases: &[(&str, &str)]) {
    let mut others = Vec::new();
    for (body, fault) in cases {
        let told = ask(&format!("POST {path}"), JSON, body).await;
        if told != format!("400 body {fault}") {
            others.push(format!("{body} is {told} and not {fault}"));
        }
    }
    assert!(others.is_empty(), "{path}\n{}", others.join("\n"));
}

async fn get(path: &str) -> Answer {
    answer(&format!("GET {path}"), &[], Body::empty()).await
}

/// Rows `OAS versions`, `server` and `docs UI`.
#[tokio::test]
async fn the_document_is_served() {
    let document: Json = serde_json::from_str(&get("/openapi.json").await.body).unwrap();
    assert_eq!(document["openapi"], super::VERSION);
    let page = get("/docs").await;
    assert!(page.status == 200 && page.body.contains("<html"), "{}", page.body);
    assert_eq!(get("/nowhere").await.status, 404);
    let refused = get("/checks").await;
    assert_eq!((refused.status, refused.headers["allow"].to_str().unwrap()), (405, "OPTIONS, POST"));
}

/// Row `server-side validation`.
#[tokio::test]
async fn checks() {
    same("/checks", r#"{"number":9,"even":4,"word":"abc","at":"2026-01-02T03:04:05Z","set":[1,2]}"#).await;
    wrong(
        "/checks",
        &[
            (r#"{"number":10}"#, "/number exclusive_maximum"),
            (r#"{"number":0}"#, "/number minimum"),
            (r#"{"number":"1"}"#, "/number type"),
            (r#"{}"#, "/number required"),
            (r#"{"number":1,"even":3}"#, "/even multiple_of"),
            (r#"{"number":1,"word":"a"}"#, "/word min_length"),
            (r#"{"number":1,"word":"abcde"}"#, "/word max_length"),
            (r#"{"number":1,"word":"ABC"}"#, "/word pattern"),
            (r#"{"number":1,"at":"today"}"#, "/at format"),
            (r#"{"number":1,"set":[]}"#, "/set min_items"),
            (r#"{"number":1,"set":[1,2,3,4]}"#, "/set max_items"),
            (r#"{"number":1,"set":[1,1]}"#, "/set unique_items"),
            (r#"{"number":0,"word":"A"}"#, "/number minimum, body /word min_length, body /word pattern"),
        ],
    )
    .await;
}

/// Row `minProperties/maxProperties … not`, as far as every version has it.
#[tokio::test]
async fn keywords() {
    same("/keywords", r#"{"counted":{"a":1},"refused":"admin"}"#).await;
    wrong(
        "/keywords",
        &[
            (r#"{"counted":{}}"#, "/counted min_properties"),
            (r#"{"counted":{"a":1,"b":2,"c":3}}"#, "/counted max_properties"),
            (r#"{"refused":"root"}"#, "/refused not"),
        ],
    )
    .await;
}

/// Row `oneOf/anyOf/discriminator`.
#[tokio::test]
async fn unions() {
    same("/unions", r#"{"shape":{"kind":"circle","radius":1},"scalar":"a","loose":true}"#).await;
    same("/unions", r#"{"shape":{"kind":"square","side":2},"scalar":7,"loose":{"x":1}}"#).await;
    wrong(
        "/unions",
        &[
            (r#"{"shape":{"kind":"circle","radius":-1}}"#, "/shape/radius minimum"),
            (r#"{"shape":{"kind":"line"}}"#, "/shape/kind enum"),
            (r#"{"shape":{"radius":1}}"#, "/shape/kind required"),
            (r#"{"scalar":true}"#, "/scalar union"),
            (r#"{"loose":{"x":1,"y":10}}"#, "/loose/y maximum"),
        ],
    )
    .await;
}

/// Row `allOf`.
#[tokio::test]
async fn all_of() {
    same("/all-of", r#"{"name":"Rex","barks":true}"#).await;
    wrong(
        "/all-of",
        &[(r#"{"name":"","barks":true}"#, "/name min_length"), (r#"{"name":"Rex"}"#, "/barks required")],
    )
    .await;
}

/// Row `optional+nullable`: what is missing stays missing, what is null stays null.
#[tokio::test]
async fn presence() {
    same("/presence", r#"{"required":"a","nullable":null}"#).await;
    same("/presence", r#"{"required":"a","nullable":"b","optional":"c","both":null}"#).await;
    same("/presence", r#"{"required":"a","nullable":"b","both":"d"}"#).await;
    wrong(
        "/presence",
        &[
            (r#"{"required":"a"}"#, "/nullable required"),
            (r#"{"required":null,"nullable":null}"#, "/required type"),
            (r#"{"required":"a","nullable":null,"optional":null}"#, "/optional type"),
        ],
    )
    .await;
}

/// Row `additionalProperties / false / patternProperties`, as far as every version has it.
#[tokio::test]
async fn additional_properties() {
    same("/extra", r#"{"sealed":{"a":1},"map":{"b":2,"c":3},"open":{"known":"k","other":[1]}}"#).await;
    wrong(
        "/extra",
        &[
            (r#"{"sealed":{"b":1}}"#, "/sealed/b unknown"),
            (r#"{"map":{"b":"x"}}"#, "/map/b type"),
            (r#"{"map":{"b":-1}}"#, "/map/b minimum"),
        ],
    )
    .await;
}

/// Row `recursion`.
#[tokio::test]
async fn recursion() {
    same("/tree", r#"{"value":1,"children":[{"value":2,"children":[]}],"parent":{"value":3}}"#).await;
    wrong(
        "/tree",
        &[(
            r#"{"value":1,"children":[{"value":2,"parent":{"value":-1}}]}"#,
            "/children/0/parent/value minimum",
        )],
    )
    .await;
}

/// Row `default applied when absent`.
#[tokio::test]
async fn defaults() {
    let absent = ask("POST /defaults", JSON, "{}").await;
    let expected = r#"limit: 10, body: Settings { size: 3, mode: Fast, tags: ["a"] }"#;
    assert!(absent.contains(expected), "{absent}");
    let given = ask("POST /defaults?limit=2", JSON, r#"{"size":1,"mode":"slow","tags":[]}"#).await;
    assert!(given.contains("limit: 2, body: Settings { size: 1, mode: Slow, tags: [] }"), "{given}");
}

/// Row `readOnly/writeOnly`: requests have no `id`, answers no `password`.
#[tokio::test]
async fn read_only_and_write_only() {
    let answer = ask("POST /access", JSON, r#"{"name":"Ann","password":"secret"}"#).await;
    assert_eq!(answer, r#"{"id":1,"name":"Ann"}"#);
    wrong("/access", &[(r#"{"name":"Ann"}"#, "/password required")]).await;
}

/// Row `query styles form/deepObject/pipe/space/content`, and those of paths, headers and cookies.
#[tokio::test]
async fn styles() {
    let query = "form=1&form=2&joined=3,4&spaced=5%206&piped=7%7C8&deep[x]=9&deep[y]=1&json=%7B%22x%22:2%7D";
    let headers = [("x-numbers", "1, 2"), ("cookie", "visits=5")];
    let understood = answer(&format!("GET /styles?{query}"), &headers, Body::empty()).await.body;
    for part in [
        "form: Some([1, 2])",
        "joined: Some([3, 4])",
        "spaced: Some([5, 6])",
        "piped: Some([7, 8])",
        "deep: Some(Point { x: 9, y: Some(1) })",
        "json: Some(Point { x: 2, y: None })",
        "x_numbers: Some([1, 2])",
        "visits: Some(5)",
    ] {
        assert!(understood.contains(part), "{part} is not in {understood}");
    }
    for (query, fault) in [
        ("form=a", "query form/0 type"),
        ("piped=1%7Cb", "query piped/1 type"),
        ("deep[x]=1&deep[y]=10", "query deep/y maximum"),
        ("deep[y]=1", "query deep/x required"),
        ("json=%7B", "query json syntax"),
    ] {
        assert_eq!(faults(&get(&format!("/styles?{query}")).await), format!("400 {fault}"));
    }
    let path = get("/styles/.1,2/;x=3;y=4").await.body;
    assert!(path.contains("label: [1, 2], matrix: Point { x: 3, y: Some(4) }"), "{path}");
}

/// Row `multipart / urlencoded / octet`.
#[tokio::test]
async fn bodies() {
    let part = |head: &str, content: &str| {
        format!("--B\r\nContent-Disposition: form-data; {head}\r\n\r\n{content}\r\n")
    };
    let file = |name: &str, content: &str| part(&format!("name=\"{name}\"; filename=\"a\""), content);
    let parts = "multipart/form-data; boundary=B";
    let title = part("name=\"title\"", "t");
    let point = part("name=\"point\"", r#"{"x":1}"#);
    let body =
        [title.as_str(), &point, &file("file", "abc"), &file("files", "d"), &file("files", "ef"), "--B--"];
    let understood = ask("POST /multipart", parts, &body.concat()).await;
    assert_eq!(understood, "t Some(Point { x: 1, y: None }) 3 [1, 2]");
    assert_eq!(ask("POST /multipart", parts, &[&title, "--B--"].concat()).await, "400 body /file required");
    let form = "application/x-www-form-urlencoded";
    let understood = ask("POST /form", form, "name=a+b&age=3&tags=x&tags=y").await;
    assert!(
        understood.contains(r#"Form { name: "a b", age: Some(3), tags: Some(["x", "y"]) }"#),
        "{understood}"
    );
    assert_eq!(ask("POST /form", form, "name=&age=x").await, "400 body /age type, body /name min_length");
    assert_eq!(ask("POST /octets", "application/octet-stream", "12345").await, "5");
}

/// Row `several request content types per op`.
#[tokio::test]
async fn several_request_bodies() {
    for (media, body, expected) in [
        (JSON, r#"{"x":1}"#, "Json(Point { x: 1, y: None })"),
        ("application/x-www-form-urlencoded", "name=a", "Form(Form { name: \"a\", age: None, tags: None })"),
        ("text/plain", "hello", "Text(\"hello\")"),
    ] {
        let understood = ask("POST /either", media, body).await;
        assert!(understood.contains(expected), "{understood}");
    }
    assert_eq!(ask("POST /either", "image/png", "x").await, "415");
    assert_eq!(ask("POST /either", JSON, r#"{"x":1,"y":10}"#).await, "400 body /y maximum");
}

/// Row `several response types / ranges / default`.
#[tokio::test]
async fn answers() {
    let fine = async |accept: &str| {
        let fine = answer("GET /answers/fine", &[("accept", accept)], Body::empty()).await;
        (fine.headers["content-type"].to_str().unwrap().to_owned(), fine.body)
    };
    assert_eq!(fine("*/*").await, (JSON.to_owned(), r#"{"x":1}"#.to_owned()));
    assert_eq!(fine("text/*").await, ("text/plain; charset=utf-8".to_owned(), "fine".to_owned()));
    let made = get("/answers/made").await;
    assert_eq!((made.status, made.headers["location"].to_str().unwrap()), (201, "/points/1"));
    for (kind, status, body) in [("empty", 204, ""), ("wrong", 409, "wrong"), ("odd", 502, "odd")] {
        let answer = get(&format!("/answers/{kind}")).await;
        assert_eq!((answer.status, answer.body.as_str()), (status, body));
    }
    assert_eq!(faults(&get("/answers/other").await), "400 path kind enum");
}

/// Row `response headers typed`.
#[tokio::test]
async fn headers() {
    let answer = get("/headers").await;
    let header = |name: &str| answer.headers.get(name).map(|value| value.to_str().unwrap());
    assert_eq!((header("x-count"), header("x-numbers"), header("x-note")), (Some("3"), Some("1,2"), None));
}

/// Row `SSE / NDJSON`.
#[tokio::test]
async fn streams() {
    let events = get("/events").await;
    assert_eq!(events.headers["content-type"], "text/event-stream");
    assert_eq!(events.body, "data: {\"x\":1}\n\ndata: {\"x\":2}\n\n");
    let lines = ask("POST /lines", "application/x-ndjson", "{\"x\":1}\n\n{\"x\":2}").await;
    assert_eq!(lines, "{\"x\":1}\n{\"x\":2}\n");
}

/// Row `security`.
#[tokio::test]
async fn security() {
    let (key, basic, bearer) =
        (("x-key", "k"), ("authorization", "Basic dTpw"), ("authorization", "Bearer t"));
    type Shown<'s> = &'s [(&'s str, &'s str)];
    let cases: [(&str, Shown<'_>, &str); 9] = [
        ("key", &[key], "key"),
        ("password", &[basic], "password"),
        ("token", &[bearer], "token"),
        ("scopes", &[("authorization", "Bearer reader")], "scopes"),
        ("openid", &[("authorization", "Bearer o")], "openid"),
        ("either", &[key], "key"),
        ("either", &[bearer], "token"),
        ("both", &[key, basic], "both"),
        ("optional", &[key], "key"),
    ];
    for (path, shown, who) in cases {
        let path = format!("GET /secured/{path}");
        assert_eq!(answer(&path, shown, Body::empty()).await.body, who, "{path}");
        let stranger = answer(&path, &[], Body::empty()).await;
        if path.ends_with("optional") {
            assert_eq!(stranger.body, "anybody");
        } else {
            assert!(stranger.status == 401 && stranger.headers.contains_key("www-authenticate"), "{path}");
        }
    }
    assert_eq!(answer("GET /secured/both", &[basic], Body::empty()).await.status, 401);
    assert_eq!(answer("GET /secured/key", &[("x-key", "wrong")], Body::empty()).await.status, 401);
    let other = [("authorization", "Bearer other")];
    assert_eq!(answer("GET /secured/scopes", &other, Body::empty()).await.status, 403);
}

struct Consumer;

impl CallbacksApi for Consumer {
    async fn moved(&self, _: Context, params: told::MovedParams) -> Result<told::MovedResponse> {
        assert_eq!(params.body.x, 7);
        Ok(told::MovedResponse::NoContent)
    }
}

/// Row `webhooks / callbacks / links`, as far as every version has it.
#[tokio::test]
async fn callbacks_and_links() {
    let address = "https://consumer.example.com/addPoint/moved";
    let params = AddPointParams { body: Subscription { callback_url: address.to_owned() } };
    assert_eq!(told::moved_address(&params).unwrap(), address);
    let message = told::send_moved(told::MovedParams { body: Point { x: 7, y: None } }).unwrap();
    let heard = message.send(address, told::callbacks_api(Consumer)).await;
    assert!(matches!(heard, Ok(told::MovedResponse::NoContent)), "{heard:?}");
    let made = AddPointResponse::Created(AddPoint201 { id: 7 });
    assert_eq!(made.item().map(|next| next.id), Some(7));
}

/// Row `external file $ref`: the path item and the schema are in another file.
#[tokio::test]
async fn other_files() {
    same("/elsewhere", r#"{"away":1}"#).await;
    wrong("/elsewhere", &[(r#"{"away":0}"#, "/away minimum")]).await;
}
