//! Every answer fits its own schema: over the inputs of the golden cases always, over real documents where they lie.

use super::dialect::Way;
use super::params::is_json;
use super::random::Random;
use super::value::{Examples, make};
use super::*;
use crate::source::{load, load_below};
use std::path::{Path, PathBuf};

fn mock_of(path: &Path, root: Option<&Path>) -> Option<Mock> {
    let sources = match root {
        Some(root) => load_below(root, path),
        None => load(path),
    };
    let document = serde_json::from_str(&crate::openapi::bundle(&sources.ok()?)).ok()?;
    Some(Mock::new(document, 7, &|_, _| true))
}

/// What does not fit, and how many values were made.
fn misfits(mock: &Mock) -> (Vec<String>, usize) {
    let (mut bad, mut count) = (Vec::new(), 0);
    for operation in &mock.operations {
        for response in &operation.responses {
            for media in response.content.iter().filter(|media| is_json(&media.name)) {
                let Some(schema) = media.schema(&mock.document) else { continue };
                for examples in [Examples::First, Examples::Never] {
                    let random = Random::new(1, &[&operation.method, &operation.path]);
                    let (value, fits) = make(&mock.document, &schema, &random, examples);
                    count += 1;
                    if !mock.document.is_checked(Way::Told, &schema) {
                        bad.push(format!("{} {} is not checked", operation.method, operation.path));
                    } else if !fits {
                        let why = mock.document.misfits(Way::Told, &schema, &value);
                        let why = why.first().map(|one| format!("{}: {}", one.pointer, one.detail));
                        bad.push(format!("{} {} {schema}: {why:?}", operation.method, operation.path));
                    }
                }
            }
        }
    }
    (bad, count)
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate is in a folder").to_owned()
}

#[test]
fn answers_of_the_golden_cases_fit() {
    let cases = std::fs::read_dir(root().join("tests/corpus")).expect("the cases are committed");
    let inputs = cases.flat_map(|case| {
        let folder = case.expect("the folder is readable").path();
        ["yaml", "json"].map(|ending| folder.join(format!("input.{ending}")))
    });
    let mut made = 0;
    for input in inputs.chain([root().join("schemas/petstore.yaml")]).filter(|path| path.is_file()) {
        // Cases whose point is a schema that no value fits, or a document that is none.
        let name = input.display().to_string();
        if ["error_", "hostile", "impossible", "unsatisfiable"].iter().any(|part| name.contains(part)) {
            continue;
        }
        let Some(mock) = mock_of(&input, None) else { continue };
        let (bad, count) = misfits(&mock);
        made += count;
        assert!(bad.is_empty(), "{name}\n{}", bad.join("\n"));
    }
    assert!(made > 100, "{made}");
}

/// Where real documents lie; the other tests need none.
fn corpus() -> PathBuf {
    let given = std::env::var_os("APILOOM_CORPUS").map(PathBuf::from);
    given.unwrap_or_else(|| root().join("../shared/corpus")).join("openapi")
}

#[test]
#[ignore = "needs real documents: `tests/run --long` runs it"]
fn answers_of_real_documents_fit() {
    let documents = [
        "swagger-petstore.yaml",
        "redocly-museum.yaml",
        "redocly-cafe-3.2.yaml",
        "up-banking.json",
        "ollama.yaml",
        "unitycatalog.yaml",
        "e2b.yaml",
        "meilisearch.json",
        "scalar-galaxy-3.1.yaml",
        "lakefs.yaml",
    ];
    for name in documents {
        let file = corpus().join(name);
        assert!(file.is_file(), "{} is missing: set APILOOM_CORPUS", file.display());
        let mock = mock_of(&file, None).expect("the document can be mocked");
        let (bad, count) = misfits(&mock);
        println!("{name}: {count} values");
        assert!(bad.is_empty() && count > 0, "{name}: {count}\n{}", bad.join("\n"));
    }
}

const PETS: &str = r##"{
  "openapi": "3.1.0",
  "info": {"title": "Pets", "version": "1"},
  "servers": [{"url": "https://example.org/v1"}],
  "paths": {
    "/pets/{id}": {
      "parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "integer", "minimum": 1}}],
      "get": {
        "security": [{"key": []}],
        "parameters": [
          {"name": "tags", "in": "query", "explode": false, "schema": {"type": "array", "items": {"type": "integer"}}},
          {"name": "filter", "in": "query", "style": "deepObject", "schema": {"type": "object", "properties": {"age": {"type": "integer"}}}}
        ],
        "responses": {
          "200": {
            "description": "ok",
            "headers": {"X-Rate": {"required": true, "schema": {"type": "integer", "minimum": 5, "maximum": 5}}},
            "content": {
              "application/json": {
                "schema": {"$ref": "#/components/schemas/Pet"},
                "examples": {"cat": {"value": {"id": 1, "name": "Tom"}}, "dog": {"$ref": "#/components/examples/dog"}}
              },
              "text/csv": {"schema": {"type": "string"}, "example": "a,b"}
            }
          },
          "404": {"description": "no", "content": {"application/json": {"schema": {"type": "object", "required": ["message"], "properties": {"message": {"type": "string"}}, "additionalProperties": false}}}},
          "4XX": {"description": "no"}
        }
      },
      "put": {
        "requestBody": {"required": true, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Pet"}}}},
        "responses": {"422": {"description": "no"}, "201": {"description": "ok", "content": {"text/event-stream": {"itemSchema": {"const": 1}}}}}
      }
    }
  },
  "components": {
    "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
    "examples": {"dog": {"value": {"id": 2, "name": "Rex"}}},
    "schemas": {"Pet": {"type": "object", "required": ["id", "name"], "properties": {
      "id": {"type": "integer", "readOnly": true}, "name": {"type": "string", "pattern": "^[A-Z][a-z]{2,5}$"},
      "secret": {"type": "string", "writeOnly": true}, "parent": {"$ref": "#/components/schemas/Pet"}}}}
  }
}"##;

fn pets() -> Mock {
    Mock::new(serde_json::from_str(PETS).expect("it is JSON"), 0, &|_, _| true)
}

fn ask(mock: &Mock, method: &str, target: &str, headers: &[(&str, &str)], body: &str) -> Answer {
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    mock.answer(&Request {
        method: method.to_owned(),
        target: target.to_owned(),
        headers: headers.iter().map(owned).collect(),
        body: body.as_bytes().to_vec(),
        gone: false,
    })
}

fn body(answer: &Answer) -> String {
    String::from_utf8_lossy(&answer.body).into_owned()
}

fn header<'a>(answer: &'a Answer, name: &str) -> Option<&'a str> {
    answer.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

const KEY: (&str, &str) = ("authorization", "Bearer any");

#[test]
fn examples_come_first_and_clients_may_prefer() {
    let mock = pets();
    let get = |prefer: &str| ask(&mock, "GET", "/v1/pets/1", &[KEY, ("prefer", prefer)], "");
    assert_eq!(body(&get("")), r#"{"id":1,"name":"Tom"}"#);
    assert_eq!(header(&get(""), "x-rate"), Some("5"));
    assert_eq!(body(&get("example=dog")), r#"{"id":2,"name":"Rex"}"#);
    assert_eq!(get("example=cow").status, 400);
    let made = get("dynamic=true");
    assert_eq!((made.status, header(&made, "preference-applied")), (200, Some("dynamic=true")));
    assert!(body(&made) != body(&get("")) && !body(&made).contains("secret"), "{}", body(&made));
    assert_eq!(body(&made), body(&get("dynamic=true")), "the same seed, the same data");
    let other = Mock::new(serde_json::from_str(PETS).expect("it is JSON"), 1, &|_, _| true);
    let other = ask(&other, "GET", "/v1/pets/1", &[KEY, ("prefer", "dynamic=true")], "");
    assert_ne!(body(&made), body(&other), "another seed, other data");
    assert_eq!((get("code=404").status, get("code=418").status, get("code=500").status), (404, 418, 400));
}

#[test]
fn media_types_are_negotiated() {
    let mock = pets();
    let get = |accept: &str| ask(&mock, "GET", "/pets/1", &[KEY, ("accept", accept)], "");
    assert_eq!(body(&get("text/csv")), "a,b");
    assert_eq!(body(&get("application/json;q=0.2, text/*")), "a,b");
    assert_eq!(header(&get("*/*"), "content-type"), Some("application/json"));
    assert_eq!(get("image/png").status, 406);
    assert_eq!(get("application/json;q=0").status, 406);
    let put = ask(&mock, "PUT", "/pets/1", &[("content-type", "application/json")], r#"{"name":"Tom"}"#);
    assert_eq!((put.status, body(&put).as_str()), (201, "data: 1\n\ndata: 1\n\ndata: 1\n\n"));
}

#[test]
fn requests_are_checked_with_places() {
    let mock = pets();
    let check =
        |method: &str, target: &str, headers: &[(&str, &str)], text: &str, status: u16, part: &str| {
            let answer = ask(&mock, method, target, headers, text);
            let told = header(&answer, "mock-problem").map_or_else(|| body(&answer), str::to_owned);
            assert_eq!(answer.status, status, "{method} {target}: {told}");
            assert!(told.contains(part), "{part} is not in {told}");
        };
    let json = ("content-type", "application/json");
    check("GET", "/nothing", &[], "", 404, "no path like");
    check("POST", "/pets/1", &[], "", 405, "GET, HEAD, PUT");
    check("GET", "/pets/1", &[], "", 401, "key");
    check("GET", "/pets/0", &[KEY], "", 400, r#""in":"path","name":"id""#);
    check("GET", "/pets/x", &[KEY], "", 400, "integer");
    check("GET", "/pets/1?tags=1,x,3", &[KEY], "", 400, r#""pointer":"/1""#);
    check("GET", "/pets/1?tags=1,2", &[KEY], "", 200, "Tom");
    check("GET", "/pets/1?filter[age]=old", &[KEY], "", 400, r#""pointer":"/age""#);
    check("PUT", "/pets/1", &[json], "{", 422, "syntax");
    check("PUT", "/pets/1", &[json], r#"{"name":"tom"}"#, 422, r#""pointer":"/name","code":"pattern""#);
    check(
        "PUT",
        "/pets/1",
        &[json],
        r#"{"name":"Tom","parent":{"name":1}}"#,
        422,
        r#""pointer":"/parent/name""#,
    );
    check("PUT", "/pets/1", &[], "", 422, "required");
    check("PUT", "/pets/1", &[("content-type", "text/xml")], "<a/>", 415, "application/json");
    let only = pets().with_credential(Some("secret".to_owned()));
    assert_eq!(ask(&only, "GET", "/pets/1", &[KEY], "").status, 401);
    assert_eq!(ask(&only, "GET", "/pets/1", &[("authorization", "bearer secret")], "").status, 200);
    let gone = ask(&mock, "GET", "/pets/1", &[KEY, ("prefer", "code=404")], "");
    assert!(body(&gone).contains("message"), "{}", body(&gone));
    assert_eq!(ask(&mock, "HEAD", "/pets/1", &[KEY], "").body, b"");
    let document = body(&ask(&mock, "GET", "/openapi.json", &[], ""));
    assert!(document.contains(r#""servers":[{"url":"/v1"}]"#), "{document}");
}

const FORMS: &str = r##"{
  "openapi": "3.0.3",
  "info": {"title": "Forms of requests", "version": "1"},
  "paths": {
    "/list/{id}": {
      "servers": [{"url": "https://elsewhere.example"}],
      "get": {
        "parameters": [
          {"name": "id", "in": "path", "required": true, "schema": {"type": "string"}},
          {"name": "since", "in": "query", "allowEmptyValue": true, "schema": {"type": "string", "format": "date-time"}},
          {"name": "names", "in": "query", "explode": false, "schema": {"type": "array", "maxItems": 2, "items": {"type": "string"}}},
          {"name": "tag", "in": "query", "schema": {"oneOf": [
            {"type": "string", "maxLength": 3}, {"type": "array", "minItems": 2, "items": {"type": "string"}}]}},
          {"name": "size", "in": "query", "schema": {"type": "integer"}}
        ],
        "responses": {
          "200": {"description": "ok", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/User"}, "example": {"name": "a", "secret": "b"}}}},
          "400": {"description": "no", "content": {"text/html": {}}},
          "404": {"description": "no", "content": {"application/json": {"schema": {"type": "object", "required": ["message"], "properties": {"message": {"type": "string"}}, "additionalProperties": false}}}}
        }
      }
    },
    "/item#name": {"put": {"requestBody": {"required": true, "content": {"application/json": {"schema": {"type": "string"}}}}, "responses": {"200": {"description": "ok"}}}},
    "/item#size": {"put": {"requestBody": {"required": true, "content": {"application/json": {"schema": {"type": "integer"}}}}, "responses": {"201": {"description": "ok"}}}},
    "/users": {"post": {"requestBody": {"required": true, "content": {"application/xml": {"schema": {"$ref": "#/components/schemas/User"}}, "text/yaml": {"schema": {"$ref": "#/components/schemas/User"}}}}, "responses": {"200": {"description": "ok"}}}}
  },
  "components": {"schemas": {
    "Kind": {"type": "string", "enum": ["x"]},
    "User": {"type": "object", "required": ["name"], "xml": {"name": "user"}, "properties": {
      "id": {"type": "integer", "xml": {"attribute": true}},
      "name": {"type": "string", "minLength": 1, "xml": {"name": "Name"}},
      "age": {"type": "integer"},
      "kind": {"nullable": true, "$ref": "#/components/schemas/Kind"},
      "secret": {"type": "string", "nullable": true, "writeOnly": true},
      "tags": {"type": "array", "xml": {"wrapped": true}, "items": {"type": "integer", "xml": {"name": "tag"}}},
      "notes": {"type": "array", "items": {"type": "string", "maxLength": 3, "xml": {"name": "note"}}}
    }}
  }}
}"##;

fn forms() -> Mock {
    Mock::new(serde_json::from_str(FORMS).expect("it is JSON"), 0, &|_, _| true)
}

#[test]
fn queries_are_read_as_they_are_written() {
    let mock = forms();
    let get = |query: &str| ask(&mock, "GET", &format!("/list/1?{query}"), &[], "").status;
    assert_eq!((get("since="), get("since=x"), get("since=2000-01-01T00:00:00Z")), (200, 400, 200));
    // A comma that is a member's own is encoded.
    assert_eq!((get("names=a,b%2Cc"), get("names=a,b,c")), (200, 400));
    assert_eq!((get("tag=abc"), get("tag=abcd"), get("tag=abcd&tag=e")), (200, 400, 200));
    assert_eq!((get("size=1"), get("size=1.0"), get("size=1e3")), (200, 400, 400));
}

#[test]
fn answers_keep_secrets_and_the_forms_of_the_document() {
    let mock = forms();
    let found = ask(&mock, "GET", "/list/1", &[], "");
    assert_eq!(found.status, 200);
    assert!(!body(&found).contains("secret"), "{}", body(&found));
    let refused = ask(&mock, "GET", "/list/1?size=%3Cb%3E", &[], "");
    assert_eq!(header(&refused, "content-type"), Some("text/html"));
    assert!(body(&refused).contains("size") && !body(&refused).contains('<'), "{}", body(&refused));
    let nameless = ask(&mock, "GET", "/list/", &[], "");
    assert_eq!((nameless.status, header(&nameless, "content-type")), (404, Some("application/json")));
    let document = body(&ask(&mock, "GET", "/openapi.json", &[], ""));
    assert!(!document.contains("elsewhere.example"), "all is served here");
}

#[test]
fn paths_that_differ_in_a_fragment_are_told_apart_by_what_fits() {
    let mock = forms();
    let put = |text: &str| ask(&mock, "PUT", "/item", &[("content-type", "application/json")], text).status;
    assert_eq!((put("\"a\""), put("1"), put("true")), (200, 201, 400));
}

#[test]
fn xml_bodies_are_checked() {
    let mock = forms();
    let check = |text: &str, part: &str| {
        let answer = ask(&mock, "POST", "/users", &[("content-type", "application/xml")], text);
        let told = body(&answer);
        assert_eq!(answer.status == 200, part.is_empty(), "{text}: {told}");
        assert!(told.contains(part), "{part} is not in {told}");
    };
    let deep = format!("{}{}", "<user>".repeat(100), "</user>".repeat(100));
    check("<?xml version='1.0'?><user id='1'><Name>a&amp;b</Name><age>3</age></user>", "");
    check(
        "<user><Name><![CDATA[<]]></Name><tags><tag>1</tag><tag>2</tag></tags><note>a</note><note>b</note></user>",
        "",
    );
    check("<u:user xmlns:u='urn:u'><u:Name>a</u:Name></u:user>", "");
    check(
        "<user><Name>a</Name><kind xsi:nil='1' xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance'/></user>",
        "",
    );
    check("<user><Name>a</Name><kind>y</kind></user>", "/kind");
    check("<user id='x'><Name>a</Name></user>", "/id");
    check("<user><Name/></user>", "/name");
    check("<user><Name>a</Name><Name>b</Name></user>", "/name");
    check("<user><Name>a</Name><tags><tag>x</tag></tags></user>", "/tags/0");
    check("<user><Name>a</Name><note>long</note></user>", "/notes/0");
    check("<user/>", "required");
    check("<User><Name>a</Name></User>", "`user`");
    check("<user><Name>a</Name>", "not closed");
    check("<user><Name>a</Name></user><user/>", "second root");
    check("<!DOCTYPE user [<!ENTITY a 'b'>]><user><Name>&a;</Name></user>", "document type");
    check("<user><Name>&a;</Name></user>", "entity");
    check("<user><p:Name>a</p:Name></user>", "prefix");
    check(&deep, "nested");
    check(&format!("<user>{}</user>", "<a/>".repeat(100_000)), "at most");
    check("text", "outside");
    check("", "not well-formed");
}

#[test]
fn yaml_bodies_are_checked() {
    let mock = forms();
    let check = |text: &str, part: &str| {
        let answer = ask(&mock, "POST", "/users", &[("content-type", "text/yaml")], text);
        let told = body(&answer);
        assert_eq!(answer.status == 200, part.is_empty(), "{text}: {told}");
        assert!(told.contains(part), "{part} is not in {told}");
    };
    check("name: a\nage: 3\ntags: [1, 2]\nkind: null\n", "");
    check("name: &a b\nsecret: *a\n", "");
    check("name: 3\n", "/name");
    check("age: 3\n", "required");
    check("- name\n", "body");
    check("name: [\n", "not YAML");
    check("name: a\nname: b\n", "twice");
    check("", "body");
}

#[test]
fn schemas_that_take_others_are_filled_in() {
    let document = serde_json::json!({
        "openapi": "3.1.0",
        "paths": { "/numbers": { "get": { "responses": { "200": { "content": { "application/json": { "schema": {
            "$id": "https://example.com/numbers",
            "$defs": { "item": { "$dynamicAnchor": "item", "$ref": "#/components/schemas/Number" } },
            "$ref": "#/components/schemas/Page"
        } } } } } } } },
        "components": { "schemas": {
            "Number": { "type": "integer", "minimum": 7, "maximum": 7 },
            "Page": {
                "$id": "https://example.com/page",
                "$defs": { "item": { "$dynamicAnchor": "item", "not": {} } },
                "type": "object", "required": ["items"],
                "properties": { "items": { "type": "array", "minItems": 2, "maxItems": 2, "items": { "$dynamicRef": "#item" } } }
            }
        } }
    });
    let mock = Mock::new(document, 0, &|_, _| true);
    let answer = ask(&mock, "GET", "/numbers", &[], "");
    assert_eq!((body(&answer).as_str(), answer.note), (r#"{"items":[7,7]}"#, None));
}
