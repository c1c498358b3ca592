//! Which operation answers what.

use super::{Asked, Fits, Found, Matcher, Table, normal};
use crate::service::{Operation, Service};
use http::{HeaderMap, HeaderValue, Method, Uri};
use std::sync::Arc;

const PLAIN: Operation = Operation {
    id: "",
    method: "GET",
    path: "/",
    fits: &[],
    group: "",
    security: &[],
    anonymous: true,
    declared: crate::service::Declared::NOTHING,
};

type Line = (&'static str, &'static str, &'static [(&'static str, Fits)]);

/// A service that only has routes: `GET /path name`.
fn service(lines: &[Line]) -> Service {
    let operations = lines.iter().map(|(route, id, fits)| {
        let (method, path) = route.rsplit_once(' ').unwrap();
        Operation { id, method, path, fits, ..PLAIN }
    });
    Service::new(Arc::new(()), Vec::leak(operations.collect()), &[])
}

/// The operation and the texts of its variables, or what there is instead.
fn ask(table: &Table, service: &Service, request: &str, headers: &HeaderMap) -> String {
    let (method, uri) = request.split_once(' ').unwrap();
    let (method, uri): (Method, Uri) = (method.parse().unwrap(), uri.parse().unwrap());
    let (path, mut texts) = (normal(uri.path()), Vec::new());
    match table.find(&Asked { method: &method, uri: &uri, headers }, &path, &mut texts) {
        Found::Entry(index) => {
            let id = service.operations().nth(index).unwrap().id;
            texts.iter().fold(id.to_owned(), |out, text| format!("{out} {text}"))
        }
        Found::OtherMethods(allow) => format!("only {allow}"),
        Found::Nothing => "nothing".to_owned(),
    }
}

fn check(service: &Service, cases: &[(&str, &str)]) {
    let table = service.table();
    for (request, expected) in cases {
        assert_eq!(ask(table, service, request, &HeaderMap::new()), *expected, "{request}");
    }
}

#[test]
fn shapes_of_paths() {
    let service = service(&[
        ("GET /", "root", &[]),
        ("GET /pets", "list", &[]),
        ("GET /pets/", "slash", &[]),
        ("GET /pets/mine", "mine", &[]),
        ("DELETE /pets/{id}", "delete", &[]),
        ("GET /pets/{id}", "one", &[]),
        ("GET /pets/{id}.json", "json", &[]),
        ("POST /pets/{id}:feed", "feed", &[]),
        ("POST /pets:feed", "feed_all", &[]),
        ("GET /pets/v{major}.{minor}", "version", &[]),
        ("GET /pets/{id}/toys/{toy}", "toy", &[]),
        ("GET /{any}/mine/toys", "toys", &[]),
        ("GET /grüße/{id}", "umlaut", &[]),
        ("QUERY /pets", "query", &[]),
        ("PURGE /pets", "purge", &[]),
    ]);
    assert!(service.problems().is_empty());
    check(
        &service,
        &[
            ("GET /", "root"),
            ("GET /pets", "list"),
            ("HEAD /pets", "list"),
            ("QUERY /pets", "query"),
            ("PURGE /pets", "purge"),
            ("PUT /pets", "only GET, HEAD, OPTIONS, PURGE, QUERY"),
            ("GET /pets/", "slash"),
            ("GET /pets/mine", "mine"),
            ("GET /p%65ts/m%69ne", "mine"),
            ("GET /PETS", "nothing"),
            ("DELETE /pets/mine", "only GET, HEAD, OPTIONS"),
            ("GET /pets/7", "one 7"),
            ("GET /pets/a%2fb", "one a%2Fb"),
            ("GET /pets/a%zz", "one a%zz"),
            ("GET /pets/7/", "nothing"),
            ("GET /pets//toys/1", "nothing"),
            ("GET /pets/7.json", "json 7"),
            ("DELETE /pets/7.json", "only GET, HEAD, OPTIONS"),
            ("POST /pets/7:feed", "feed 7"),
            ("POST /pets:feed", "feed_all"),
            ("GET /pets/v1.2", "version 1 2"),
            ("GET /pets/v12", "one v12"),
            ("GET /pets/7/toys/ball", "toy 7 ball"),
            ("GET /pets/mine/toys", "toys pets"),
            ("GET /pets/mine/toys/ball", "toy mine ball"),
            ("GET /gr%c3%bc%C3%9Fe/1", "umlaut 1"),
            ("GET /pets/7/toys", "nothing"),
            ("GET //pets", "nothing"),
        ],
    );
}

#[test]
fn siblings() {
    use crate::Format;
    let service = service(&[
        ("GET /a/{name}", "name", &[]),
        ("GET /a/{code}", "code", &[("code", Fits::Pattern("^[A-Z]{2}$"))]),
        ("GET /a/{id}", "id", &[("id", Fits::Integer)]),
        ("GET /a/{uuid}", "uuid", &[("uuid", Fits::Format(Format::Uuid))]),
        ("GET /a/{kind}", "kind", &[("kind", Fits::OneOf(&["cat", "7"]))]),
        ("POST /a/{id}", "post", &[]),
        ("GET /b/{on}", "on", &[("on", Fits::Boolean)]),
        ("GET /b/{size}", "size", &[("size", Fits::Number)]),
        ("GET /{x}/only", "only", &[]),
    ]);
    assert!(service.problems().is_empty());
    check(
        &service,
        &[
            ("GET /a/12", "id 12"),
            ("GET /a/-%31", "id -1"),
            ("GET /a/7", "kind 7"),
            ("GET /a/cat", "kind cat"),
            ("GET /a/DE", "code DE"),
            ("GET /a/Rex", "name Rex"),
            ("GET /a/2eb8aa08-aa98-11ea-b4aa-73b441d16380", "uuid 2eb8aa08-aa98-11ea-b4aa-73b441d16380"),
            ("POST /a/12", "post 12"),
            ("PUT /a/12", "only GET, HEAD, OPTIONS, POST"),
            ("GET /b/true", "on true"),
            ("GET /b/1.5e3", "size 1.5e3"),
            ("GET /b/NaN", "nothing"),
            ("PUT /b/1", "only GET, HEAD, OPTIONS"),
            ("GET /b/only", "only b"),
        ],
    );
}

#[test]
fn what_is_served_twice() {
    let twice = service(&[("GET /a/{x}", "one", &[]), ("GET /a/{y}", "two", &[]), ("G T /b", "three", &[])]);
    assert_eq!(
        twice.problems(),
        [
            "`GET /a/{y}` is served twice; the first one answers".to_owned(),
            "`G T` is not a method".to_owned()
        ]
    );
    check(&twice.clone(), &[("GET /a/1", "one 1")]);
}

#[test]
fn conditions() {
    let of = |id: &'static str, matcher: Option<Matcher>| {
        let operations = vec![Operation { id, method: "GET", path: "/a/{x}", ..PLAIN }];
        let service = Service::new(Arc::new(()), Vec::leak(operations), &[]);
        matcher.map_or(service.clone(), |matcher| service.only_if(matcher))
    };
    let v2 = || Matcher::header("X-Version", "2");
    let all = of("any", None)
        .merge(of("header", Some(v2().and(Matcher::query("q", "a b").negate()))))
        .merge(of("host", Some(Matcher::host("*.example.com").or(Matcher::host("localhost")))))
        .merge(of("query", Some(Matcher::query("q", "a b"))))
        .merge(of("type", Some(Matcher::content_type("text/csv"))))
        .merge(of("accept", Some(Matcher::accept("text/csv"))))
        .merge(of("path", Some(Matcher::new(|asked| asked.uri.path().len() > 8))));
    assert!(all.problems().is_empty(), "{:?}", all.problems());
    for (request, name, value, expected) in [
        ("GET /a/1", "x", "", "any 1"),
        ("GET /a/1", "x-version", "2", "header 1"),
        ("GET /a/1?q=a+b", "x-version", "2", "query 1"),
        ("GET /a/1", "host", "API.example.com:8080", "host 1"),
        ("GET /a/1", "host", "example.com", "any 1"),
        ("GET http://localhost/a/1", "host", "other", "host 1"),
        ("GET /a/1", "content-type", "text/csv; charset=utf-8", "type 1"),
        ("GET /a/1", "accept", "text/html, Text/CSV;q=0.5", "accept 1"),
        ("GET /a/1", "accept", "text/*", "any 1"),
        ("GET /a/1234567", "x", "", "path 1234567"),
    ] {
        let headers =
            [(http::HeaderName::from_static(name), HeaderValue::from_static(value))].into_iter().collect();
        assert_eq!(ask(all.table(), &all, request, &headers), expected, "{request} {name}: {value}");
    }
    let only = of("only", Some(v2()));
    check(&only, &[("GET /a/1", "nothing"), ("PUT /a/1", "nothing")]);
}

/// However alike the paths are, a request costs no more than the table is large.
#[test]
fn no_explosion() {
    let mut operations = Vec::new();
    for n in 0..512_u32 {
        let segments = (0..9).map(|bit| if n >> bit & 1 == 0 { "/a" } else { "/{x}" });
        let path: &'static str = String::leak(segments.collect::<String>() + "/end");
        operations.push(Operation { id: "x", method: "GET", path, ..PLAIN });
    }
    let service = Service::new(Arc::new(()), Vec::leak(operations), &[]);
    let start = std::time::Instant::now();
    for _ in 0..100 {
        check(&service, &[("GET /a/a/a/a/a/a/a/a/a/miss", "nothing")]);
    }
    assert!(start.elapsed().as_secs() < 5);
}
