//! The evaluator of JSON Schema against the official test suite, and against hostile schemas and values.

use apiloom::validate::schema::Schema;
use apiloom::{Checker, Json};
use serde_json::json;
use std::fs;
use std::path::{Path, PathBuf};

fn suite() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/json-schema-test-suite")
}

fn read(path: &Path) -> Json {
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

/// Every file below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut all: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    all.sort();
    all.into_iter().flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

/// The schemas that the suite serves under `http://localhost:1234/`.
fn remotes() -> Vec<(String, String)> {
    let folder = suite().join("remotes");
    let remote = |path: PathBuf| {
        let name = path.strip_prefix(&folder).unwrap().to_str().unwrap().replace('\\', "/");
        (format!("http://localhost:1234/{name}"), fs::read_to_string(path).unwrap())
    };
    // Meta-schemas of their own refer to the official one.
    let is_meta = |path: &PathBuf| {
        path.to_str().is_some_and(|path| path.contains("meta") || path.contains("-assertion-"))
    };
    files(&folder.join("draft2020-12")).into_iter().filter(|path| !is_meta(path)).map(remote).collect()
}

/// Cases that need the meta-schema of JSON Schema, which nothing here serves.
const META: [&str; 2] = ["validate definition against metaschema", "remote ref, containing refs itself"];

#[test]
fn the_official_suite() {
    let remotes = remotes();
    let remotes: Vec<(&str, &str)> = remotes.iter().map(|(uri, text)| (&**uri, &**text)).collect();
    let (mut tests, mut left_out, mut wrong) = (0, 0, Vec::new());
    for file in files(&suite().join("tests/draft2020-12")) {
        for case in read(&file).as_array().unwrap() {
            let list = case["tests"].as_array().unwrap();
            let about = case["description"].as_str().unwrap();
            // A custom meta-schema decides there which keywords count.
            if META.contains(&about) || file.ends_with("vocabulary.json") {
                left_out += list.len();
                continue;
            }
            let schema = Schema::with(&case["schema"].to_string(), &remotes);
            for test in list {
                tests += 1;
                let good = schema.as_ref().map(|schema| schema.check(&test["data"]).is_empty());
                if good != Ok(test["valid"].as_bool().unwrap()) {
                    let name = file.file_name().unwrap().display();
                    wrong.push(format!("{name}: {about}: {}: {good:?}", test["description"]));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {tests}:\n{}", wrong.len(), wrong.join("\n"));
    assert_eq!((tests, left_out), (1290, 9));
}

fn faults(schema: &str, value: Json) -> Vec<String> {
    let faults = Schema::parse(schema).unwrap().check(&value);
    let told = faults.iter().map(|fault| format!("{} {} {}", fault.pointer(), fault.code, fault.detail));
    // The order of keys is that of serde_json, which a feature of it changes.
    let mut told: Vec<String> = told.collect();
    told.sort();
    told
}

#[test]
fn all_faults_at_once_with_their_places() {
    let schema = r##"{
        "type": "object", "required": ["id", "name"], "minProperties": 4,
        "properties": {"n": {"type": "integer", "minimum": 3}, "a/b": {"items": {"$ref": "#/$defs/text"}}},
        "propertyNames": {"maxLength": 4}, "additionalProperties": false,
        "$defs": {"text": {"type": "string", "pattern": "^x"}}
    }"##;
    let value = json!({"n": 1.5, "a/b": ["x", "y", 2], "longer": 1});
    assert_eq!(
        faults(schema, value),
        [
            " min_properties must have at least 4 keys",
            "/a~1b/1 pattern must match `^x`",
            "/a~1b/2 type must be of type string",
            "/id required `id` is missing",
            "/longer max_length the name must have at most 4 characters",
            "/longer unknown is not a known property",
            "/n minimum must be at least 3",
            "/n type must be of type integer",
            "/name required `name` is missing",
        ]
        .map(str::to_owned)
        .to_vec()
    );
}

#[test]
fn one_alternative_tells_its_faults() {
    assert_eq!(faults(r#"{"anyOf": [{"minimum": 3}]}"#, json!(1)), [" minimum must be at least 3"]);
    assert_eq!(
        faults(r#"{"oneOf": [{"minimum": 3}, {"maximum": 9}]}"#, json!(5)),
        [" one_of matches more than one alternative of the schema: 1, 2"]
    );
}

#[test]
fn formats_when_asked() {
    let schema = r#"{"$vocabulary": {"https://json-schema.org/draft/2020-12/vocab/format-assertion": true},
                     "format": "ipv4"}"#;
    assert_eq!(faults(schema, json!("1.2.3")), [" format is not an IPv4 address"]);
    assert!(faults(r#"{"format": "ipv4"}"#, json!("1.2.3")).is_empty(), "an annotation by default");
}

#[test]
fn endless_and_exploding_schemas_end() {
    let complex = " too_complex takes too long to check against the schema";
    assert_eq!(faults(r##"{"$ref": "#"}"##, json!(1)), [complex]);
    assert_eq!(faults(r##"{"not": {"$ref": "#"}}"##, json!(1)), [complex]);
    assert_eq!(faults(r##"{"anyOf": [{"$ref": "#"}, {"$ref": "#"}], "minimum": 3}"##, json!(5)), [complex]);
    let mut deep = json!(1);
    for _ in 0..127 {
        deep = json!([deep]);
    }
    let tree = r##"{"anyOf": [{"type": "integer"}, {"items": {"$ref": "#"}}], "not": {"type": "object"}}"##;
    assert_eq!(faults(tree, deep.clone()), [""; 0], "as deep as any JSON that is read");
    let twice = r##"{"items": {"allOf": [{"$ref": "#"}, {"$ref": "#"}]}}"##;
    assert!(matches!(&*faults(twice, deep), [only] if only.ends_with(complex)));
}

#[test]
fn broken_schemas_are_told() {
    assert!(Schema::parse("{").is_err());
    assert!(
        Schema::parse(r##"{"properties": {"a": {"$ref": "#/$defs/none"}}}"##)
            .unwrap_err()
            .contains("#/$defs/none")
    );
    assert!(Schema::parse(r#"{"not": 3}"#).unwrap_err().contains('3'));
}

#[test]
fn a_row_of_a_checker() {
    let mut checker = Checker::default();
    checker.schema("list", &Some(vec![1, 2]), r#"{"contains": {"minimum": 3}}"#);
    checker.schema("gone", &Option::<u8>::None, "false");
    checker.schema("null", &Json::Null, r#"{"not": {"type": "null"}}"#);
    let faults = checker.into_faults();
    let told: Vec<_> = faults.iter().map(|fault| (fault.pointer(), fault.code)).collect();
    assert_eq!(told, [("/list".to_owned(), "contains"), ("/null".to_owned(), "not")]);
}
