//! The cases `parameter_styles` and `routes`, driven with real requests: what arrives in the handler, and what is refused.

use crate::goldens::{parameter_styles, routes};
use apiloom::dep::axum::body::to_bytes;
use apiloom::dep::http::Request;
use apiloom::dep::serde_json;
use apiloom::route::Matcher;
use apiloom::{Body, Context, Json, Result, Service};
use tower::ServiceExt;

/// Says what it was given.
struct Echo;

macro_rules! echo {
    ($case:ident { $($method:ident $params:ident $response:ident),* $(,)? } $($bare:ident $bare_response:ident)?) => {
        impl $case::DefaultApi for Echo {
            $(async fn $bare(&self, _: Context) -> Result<$case::$bare_response> {
                Ok($case::$bare_response::Ok(stringify!($bare).to_owned()))
            })?
            $(async fn $method(&self, _: Context, params: $case::$params) -> Result<$case::$response> {
                let text = format!("{params:?}");
                Ok($case::$response::Ok(text.replace(concat!(stringify!($params), " "), concat!(stringify!($method), " "))))
            })*
        }
    };
}

echo! { parameter_styles {
    simple SimpleParams SimpleResponse, label LabelParams LabelResponse, matrix MatrixParams MatrixResponse,
    form FormParams FormResponse, rest RestParams RestResponse, deep DeepParams DeepResponse,
    content ContentParams ContentResponse, head HeadParams HeadResponse, whole_form WholeFormParams WholeFormResponse,
    whole_json WholeJsonParams WholeJsonResponse, whole_text WholeTextParams WholeTextResponse, odd OddParams OddResponse,
} }

echo! { routes {
    by_id ByIdParams ByIdResponse, ask AskParams AskResponse, seek SeekParams SeekResponse,
    by_uuid ByUuidParams ByUuidResponse, by_kind ByKindParams ByKindResponse, by_code ByCodeParams ByCodeResponse,
    by_name ByNameParams ByNameResponse, shadowed ShadowedParams ShadowedResponse, as_json AsJsonParams AsJsonResponse,
    feed FeedParams FeedResponse, version VersionParams VersionResponse, file FileParams FileResponse,
    numbers NumbersParams NumbersResponse,
} mine MineResponse }

/// The body of a 200; of a problem its status and each fault as `in name/pointer code`.
async fn send(service: &Service, request: &str, headers: &[(&str, &str)]) -> String {
    let (method, path) = request.split_once(' ').unwrap();
    let request =
        headers.iter().fold(Request::builder().method(method).uri(path), |request, (name, value)| {
            request.header(*name, *value)
        });
    let answer = service.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    let status = answer.status().as_u16();
    let bytes = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
    if status == 200 {
        return String::from_utf8(bytes.to_vec()).unwrap();
    }
    let problem: Json = serde_json::from_slice(&bytes).unwrap();
    let word = |fault: &Json, key: &str| fault[key].as_str().unwrap_or_default().to_owned();
    let faults = problem["errors"].as_array().cloned().unwrap_or_default();
    faults.iter().fold(status.to_string(), |out, fault| {
        let place = format!("{} {}{}", word(fault, "in"), word(fault, "name"), word(fault, "pointer"));
        format!("{out}, {place} {}", word(fault, "code"))
    })
}

/// Each answer must hold this text, optional values without `Some(…)`.
async fn check(cases: &[(&str, &str)]) {
    let service = parameter_styles::service(Echo);
    assert!(service.problems().is_empty());
    for (request, expected) in cases {
        let request = if request.contains(' ') { (*request).to_owned() } else { format!("GET {request}") };
        let answer = send(&service, &request, &[]).await;
        assert!(answer.contains(expected), "{request}\n  is       {answer}\n  expected {expected}");
    }
}

const COLOUR: &str = "Colour { r: 100, g: Some(200), b: Some(150) }";

#[tokio::test]
async fn paths() {
    check(&[
        (
            "/path/1.5/blue,black/R,100,G,200,B,150/R=100,G=200,B=150",
            &format!(r#"simple: 1.5, simple_list: ["blue", "black"], simple_object: {COLOUR}, simple_spread: {COLOUR} }}"#),
        ),
        ("/path/1/a%2Cb,c%2Fd,%C3%A4+/R,1/R=1", r#"simple_list: ["a,b", "c/d", "ä+"]"#),
        (
            "/label/.blue/.blue,black/.blue.black/.R,100,G,200,B,150/.R=100.G=200.B=150",
            &format!(
                r#"label: "blue", label_list: ["blue", "black"], label_spread_list: ["blue", "black"], label_object: {COLOUR}, label_spread: {COLOUR} }}"#
            ),
        ),
        ("/label/./././.R,1/.R=1", r#"label: "", label_list: [], label_spread_list: []"#),
        (
            "/matrix/;matrix=blue/;matrix_list=blue,black/;matrix_spread_list=blue;matrix_spread_list=black/;matrix_object=R,100,G,200,B,150/;R=100;G=200;B=150",
            &format!(
                r#"matrix: "blue", matrix_list: ["blue", "black"], matrix_spread_list: ["blue", "black"], matrix_object: {COLOUR}, matrix_spread: {COLOUR} }}"#
            ),
        ),
        (
            "/matrix/;matrix/;matrix_list/;matrix_spread_list/;matrix_object=R,1/;R=1",
            r#"matrix: "", matrix_list: [], matrix_spread_list: []"#,
        ),
    ])
    .await;
}

#[tokio::test]
async fn faults_of_paths() {
    check(&[
        ("/path/x/a/R,1/R=1", "400, path simple type"),
        ("/path/1/a/R,1,G/R=1", "400, path simple_object syntax"),
        ("/path/1/a/G,1/R=300", "400, path simple_object/R required, path simple_spread/R maximum"),
        ("/path/1/a/R,1,R,2/R=1,G", "400, path simple_object/R duplicate, path simple_spread syntax"),
        ("/path/1/a,%zz,%ff/R,1/R=1", "400, path simple_list/1 escape, path simple_list/2 encoding"),
        ("/path/1//R,1/R=1", "404"),
        ("/label/blue/.a/.a/.R,1/.R=1", "400, path label syntax"),
        (
            "/matrix/blue/;other=a/;matrix_spread_list=a/;matrix_object=R,1/;R=1",
            "400, path matrix syntax, path matrix_list syntax",
        ),
        (
            "/matrix/;matrix=a;matrix=b/;matrix_list=a/;matrix_spread_list=a/;matrix_object=R,1/;R=x",
            "400, path matrix duplicate, path matrix_spread/R type",
        ),
    ])
    .await;
}

#[tokio::test]
async fn queries() {
    check(&[
        ("/form", "form { one: None, list: None, joined: None, object: None,"),
        ("/form?one=1&list=blue&list=a,b", r#"one: Some(1), list: Some(["blue", "a,b"])"#),
        ("/form?list=one&joined=a,b%2Cc", r#"list: Some(["one"]), joined: Some(["a", "b,c"])"#),
        ("/form?list=&joined=", "list: Some([]), joined: Some([])"),
        ("/form?R=100&G=200&B=150", &format!("object: Some({COLOUR})")),
        ("/form?joined_object=R,100,G,200,B,150", &format!("joined_object: Some({COLOUR})")),
        ("/form?spaced=1%202%203", "spaced: Some([1, 2, 3])"),
        ("/form?spaced=1+2", "spaced: Some([1, 2])"),
        ("/form?spaced_object=R%20100%20G%20200%20B%20150", &format!("spaced_object: Some({COLOUR})")),
        ("/form?piped=1%7C2|3", "piped: Some([1, 2, 3])"),
        ("/form?piped_object=R%7C100%7CG%7C200%7CB%7C150", &format!("piped_object: Some({COLOUR})")),
        ("/form?flag&limit", "flag: Some(true), limit: None"),
        ("/form?flag=false&limit=3", "flag: Some(false), limit: Some(3)"),
        ("/form?url=https://a.b/c?d=e%26f;g", r#"url: Some("https://a.b/c?d=e&f;g")"#),
        ("/form?either=7", "either: Some(Integer(7))"),
        ("/form?either=x&either=7", r#"["x", "7"]"#),
        ("/form?either=x", r#"["x"]"#),
        // Commas that a client has escaped, where they can only be those between the parts.
        ("/form?joined_object=R%2C1%2cG%2C2", "joined_object: Some(Colour { r: 1, g: Some(2), b: None })"),
        ("/form?unknown=%zz&%zz=1", "form { one: None"),
        ("/rest?page=3&a=1&b=%C3%A4", r#"rest { page: Some(3), labels: Some({"a": "1", "b": "ä"}) }"#),
        ("/rest?page=3", "rest { page: Some(3), labels: None }"),
    ])
    .await;
}

#[tokio::test]
async fn faults_of_queries() {
    check(&[
        ("/form?one=1&one=2", "400, query one duplicate"),
        ("/form?one=", "400, query one type"),
        ("/form?one=%ZZ&list=a&list=%ff", "400, query one escape, query list/1 encoding"),
        ("/form?joined=a&joined=b", "400, query joined duplicate"),
        ("/form?R=1&R=2", "400, query object/R duplicate"),
        ("/form?R=256&joined_object=G,1", "400, query joined_object/R required, query object/R maximum"),
        ("/form?piped=1%7Cx", "400, query piped/1 type"),
        ("/form?spaced_object=R", "400, query spaced_object syntax"),
        ("/odd?objects=%7B%22by%22%3A%22name%22%7D", "400, query objects type"),
        ("/odd?objects=%5B%7B%22by%22%3A%22name%22%7D%5D", r#"objects: Some([Sort { by: Name,"#),
        ("/odd?objects=%5B%7B%22by%22%3A1%7D%5D", "400, query objects/0/by type"),
        ("/odd?objects=%5B", "400, query objects syntax"),
        ("/odd?nested=name,x,tags,y", r#"nested: Some(Filter { tags: Some(["y"]), "#),
        ("/odd?nested=age,1", "400, query nested/age type"),
        ("/odd?wrong=x", r#"wrong: Some("x")"#),
    ])
    .await;
}

#[tokio::test]
async fn brackets() {
    check(&[
        (
            "/deep?filter[name]=x&filter[tags][]=a&filter[tags][]=b&filter[age][from]=1",
            r#"filter: Some(Filter { tags: Some(["a", "b"]), age: Some(FilterAge { from: Some(1), to: None }), sort: None, name: Some("x") })"#,
        ),
        ("/deep?filter%5Btags%5D%5B1%5D=b&filter%5Btags%5D%5B0%5D=a", r#"tags: Some(["a", "b"])"#),
        ("/deep?filter[tags]=a&filter[tags]=b", r#"tags: Some(["a", "b"])"#),
        ("/deep?filter[tags]=a", r#"tags: Some(["a"])"#),
        ("/deep?filter[tags]=", "tags: Some([])"),
        (
            "/deep?filter[sort][0][by]=name&filter[sort][0][descending]=true&filter[sort][1][by]=age",
            "sort: Some([Sort { by: Name, descending: Some(true) }, Sort { by: Age, descending: None }])",
        ),
        ("/deep?sort[][by]=name&sort[][descending]=true&sort[][by]=age", "sort: Some([Sort { by: Name, descending: Some(true) }, Sort { by: Age, descending: None }])"),
        ("/deep?expand[]=a&expand[]=b", r#"expand: Some(["a", "b"])"#),
        ("/deep?expand=a&expand=b", r#"expand: Some(["a", "b"])"#),
        ("/deep?labels[x]=1&labels[y z]=2".replace(' ', "%20").as_str(), r#"labels: Some({"x": 1, "y z": 2})"#),
        ("/deep?choice[by]=age", "choice: Some(Sort(Sort { by: Age, descending: None }))"),
        ("/deep?choice[]=1&choice[]=2", "[1, 2]"),
        ("/deep?choice=true", "(true)"),
    ])
    .await;
}

#[tokio::test]
async fn faults_of_brackets() {
    let deep = format!("/deep?filter{}=1", "[a]".repeat(17));
    let many: String = (0..1001).map(|n| format!("labels[k{n}]=1&")).collect();
    check(&[
        ("/deep?filter[naem]=x", "400, query filter/naem unknown"),
        ("/deep?filter[age][from]=x", "400, query filter/age/from type"),
        ("/deep?filter[age]=x", "400, query filter/age type"),
        ("/deep?filter[name]=x&filter[name]=y", "400, query filter/name duplicate"),
        (
            "/deep?filter[name]=%zz&filter[tags][]=%ff",
            "400, query filter/name escape, query filter/tags/0 encoding",
        ),
        (
            "/deep?filter[tags][]=1&filter[tags][]=2&filter[tags][]=3&filter[tags][]=4",
            "400, query filter/tags max_items",
        ),
        ("/deep?filter[name]=x&filter[name][y]=z", "400, query filter/name syntax"),
        ("/deep?filter[name=x", "400, query filter syntax"),
        ("/deep?sort[0][by]=size", "400, query sort/0/by enum"),
        ("/deep?expand[a]=b", "400, query expand type"),
        ("/deep?labels[]=1", "400, query labels type"),
        (&deep, "400, query filter depth"),
        (&format!("/deep?{many}"), "400, query labels too_many"),
    ])
    .await;
}

#[tokio::test]
async fn content() {
    check(&[
        ("/content/%7B%22by%22:%22age%22%7D", "json: Sort { by: Age, descending: None }, more: None"),
        ("/content/%7B%22by%22:%22age%22%7D?more=[%7B%22by%22:%22name%22%7D]&form=R%3D1%26G%3D2&text=7", "more: Some([Sort { by: Name, descending: None }]), form: Some(Colour { r: 1, g: Some(2), b: None }), text: Some(7)"),
        ("/content/%7B%22by%22:1%7D?more=[&form=R%3D300", "400, path json/by type, query more syntax, query form/R maximum"),
        ("/whole/form?page=1&tags=a&tags=b", r#"q: Page { page: 1, tags: Some(["a", "b"]) }"#),
        ("/whole/form?tags=a", "400, query q/page required"),
        ("/whole/form", "400, query q required"),
        ("/whole/json?%7B%22name%22:%22a+b%22%7D", r#"name: Some("a+b")"#),
        ("/whole/json", "whole_json { q: None }"),
        ("/whole/json?%7B%22naem%22:1%7D", "400, query q/naem unknown"),
        ("/whole/json?x=%zz", "400, query q escape"),
        ("/whole/text?$.a.b[1:1]&beside=x", r#"whole_text { q: Some("$.a.b[1:1]&beside=x"), beside: Some("x") }"#),
    ])
    .await;
    let service = parameter_styles::service(Echo);
    let headers = [("x-sort", r#"{"by":"age"}"#), ("x-xml", "<sort by='age'/>")];
    let answer = send(&service, "GET /content/%7B%22by%22:%22age%22%7D", &headers).await;
    assert!(
        answer
            .contains(r#"x_sort: Some(Sort { by: Age, descending: None }), x_xml: Some("<sort by='age'/>")"#),
        "{answer}"
    );
}

#[tokio::test]
async fn headers_and_cookies() {
    let service = parameter_styles::service(Echo);
    for (name, value, expected) in [
        ("x-list", "a, b%2C ,c", r#"x_list: Some(["a", "b%2C", "c"])"#),
        ("x-object", "R,100,G, 200,B,150", COLOUR),
        ("x-spread", "R=100, G=200, B=150", COLOUR),
        ("x-spread", "R", "400, header X-Spread syntax"),
        ("x-list", "gr\u{fc}n", r#"x_list: Some(["grün"])"#),
        (
            "cookie",
            "one=a%20b; plain=a%20b",
            r#"one: Some("a b"), list: None, joined: None, plain: Some("a%20b")"#,
        ),
        ("cookie", "one=\"a\"; one=b", "400, cookie one duplicate"),
        ("cookie", "list=a&list=b%26; joined=a,b", r#"list: Some(["a", "b&"]), joined: Some(["a", "b"])"#),
        ("cookie", "list=a; list=b", r#"list: Some(["a", "b"])"#),
        ("cookie", "plain_list=a; plain_list=b%2C", r#"plain_list: Some(["a", "b%2C"])"#),
        ("cookie", "plain_object=R,100,G,200,B,150", COLOUR),
        ("cookie", "one=%zz", "400, cookie one escape"),
    ] {
        let answer = send(&service, "GET /head", &[(name, value)]).await;
        assert!(answer.contains(expected), "{name}: {value}\n  is       {answer}\n  expected {expected}");
    }
    let lines = send(&service, "GET /head", &[("x-list", "a, b"), ("x-list", "c")]).await;
    assert!(lines.contains(r#"x_list: Some(["a", "b", "c"])"#), "{lines}");
}

#[tokio::test]
async fn forms_of_paths() {
    let service = routes::service(Echo);
    assert!(service.problems().is_empty());
    for (request, expected) in [
        ("GET /v1/pets/mine", "mine"),
        ("GET /v1/pets/12", "by_id { id: 12 }"),
        (
            "GET /v1/pets/2eb8aa08-aa98-11ea-b4aa-73b441d16380",
            "by_uuid { uuid: 2eb8aa08-aa98-11ea-b4aa-73b441d16380 }",
        ),
        ("GET /v1/pets/dog", "by_kind { kind: Dog }"),
        ("GET /v1/pets/DE", r#"by_code { code: "DE" }"#),
        ("GET /v1/pets/Rex%2F2", r#"by_name { name: "Rex/2" }"#),
        ("GET /v1/pets/12.json", "as_json { id: 12 }"),
        ("GET /v1/pets/x.json", "400, path id type"),
        ("POST /v1/pets/12:feed", "feed { id: 12 }"),
        ("QUERY /v1/pets/x", r#"ask { id: "x" }"#),
        ("M-SEARCH /v1/pets/x", r#"seek { id: "x" }"#),
        ("GET /v1/versions/v1.20", "version { major: 1, minor: 20 }"),
        ("GET /v1/versions/1.20", "404"),
        ("GET /v1/numbers/;list=1;list=2", "numbers { list: [1, 2] }"),
        ("GET /v1/files/ab", r#"file { name: "a", ending: "b" }"#),
        ("GET /v1/files/a", "404"),
        ("GET /v1/pets/", "404"),
        ("GET /v1/pets/12/", "404"),
        ("PUT /v1/pets/12", "405"),
    ] {
        assert_eq!(send(&service, request, &[]).await, expected, "{request}");
    }
}

#[tokio::test]
async fn one_path_for_two_services() {
    let service = routes::service(Echo).merge(
        parameter_styles::service(Echo).mount("/v1/pets/mine").only_if(Matcher::header("x-beta", "1")),
    );
    let path = "GET /v1/pets/mine/rest?page=2";
    assert_eq!(send(&service, path, &[]).await, "404");
    assert_eq!(send(&service, path, &[("x-beta", "1")]).await, "rest { page: Some(2), labels: None }");
}
