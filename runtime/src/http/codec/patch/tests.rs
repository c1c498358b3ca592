//! JSON Patch: the examples of RFC 6902, and what is refused.

use super::{Change, JsonPatch};
use crate::Json;
use serde_json::json;

fn patch(patch: Json) -> Result<JsonPatch, Vec<String>> {
    crate::json::decode(patch.to_string().as_bytes())
        .map_err(|faults| faults.iter().map(|fault| format!("{} {}", fault.pointer(), fault.code)).collect())
}

fn check(before: Json, changes: Json, after: Json) {
    let changes = patch(changes).unwrap();
    let mut value = before;
    changes.apply(&mut value).unwrap();
    assert_eq!(value, after);
    assert_eq!(patch(serde_json::to_value(&changes).unwrap()).unwrap(), changes);
}

fn refused(before: Json, changes: Json, code: &str) {
    let mut value = before.clone();
    let error = patch(changes).unwrap().apply(&mut value).unwrap_err();
    assert_eq!((error.status().as_u16(), error.faults()[0].code), (409, code));
    assert_eq!(value, before, "all or nothing");
}

/// RFC 6902, appendix A.
#[test]
fn the_examples_of_the_rfc() {
    check(
        json!({"foo": "bar"}),
        json!([{"op": "add", "path": "/baz", "value": "qux"}]),
        json!({"baz": "qux", "foo": "bar"}),
    );
    check(
        json!({"foo": ["bar", "baz"]}),
        json!([{"op": "add", "path": "/foo/1", "value": "qux"}]),
        json!({"foo": ["bar", "qux", "baz"]}),
    );
    check(
        json!({"baz": "qux", "foo": "bar"}),
        json!([{"op": "remove", "path": "/baz"}]),
        json!({"foo": "bar"}),
    );
    check(
        json!({"foo": ["bar", "qux", "baz"]}),
        json!([{"op": "remove", "path": "/foo/1"}]),
        json!({"foo": ["bar", "baz"]}),
    );
    check(
        json!({"baz": "qux", "foo": "bar"}),
        json!([{"op": "replace", "path": "/baz", "value": "boo"}]),
        json!({"baz": "boo", "foo": "bar"}),
    );
    check(
        json!({"foo": {"bar": "baz", "waldo": "fred"}, "qux": {"corge": "grault"}}),
        json!([{"op": "move", "from": "/foo/waldo", "path": "/qux/thud"}]),
        json!({"foo": {"bar": "baz"}, "qux": {"corge": "grault", "thud": "fred"}}),
    );
    check(
        json!({"foo": ["all", "grass", "cows", "eat"]}),
        json!([{"op": "move", "from": "/foo/1", "path": "/foo/3"}]),
        json!({"foo": ["all", "cows", "eat", "grass"]}),
    );
    check(
        json!({"baz": "qux", "foo": ["a", 2, "c"]}),
        json!([{"op": "test", "path": "/baz", "value": "qux"}, {"op": "test", "path": "/foo/1", "value": 2}]),
        json!({"baz": "qux", "foo": ["a", 2, "c"]}),
    );
    refused(json!({"baz": "qux"}), json!([{"op": "test", "path": "/baz", "value": "bar"}]), "test");
    check(
        json!({"foo": "bar"}),
        json!([{"op": "add", "path": "/child", "value": {"grandchild": {}}}]),
        json!({"foo": "bar", "child": {"grandchild": {}}}),
    );
    check(
        json!({"foo": "bar"}),
        json!([{"op": "add", "path": "/baz", "value": "qux", "xyz": 123}]),
        json!({"foo": "bar", "baz": "qux"}),
    );
    refused(json!({"foo": "bar"}), json!([{"op": "add", "path": "/baz/bat", "value": "qux"}]), "path");
    check(
        json!({"/": 9, "~1": 10}),
        json!([{"op": "test", "path": "/~01", "value": 10}]),
        json!({"/": 9, "~1": 10}),
    );
    refused(json!({"/": 9, "~1": 10}), json!([{"op": "test", "path": "/~01", "value": "10"}]), "test");
    check(
        json!({"foo": ["bar"]}),
        json!([{"op": "add", "path": "/foo/-", "value": ["abc", "def"]}]),
        json!({"foo": ["bar", ["abc", "def"]]}),
    );
    check(
        json!({"a": 1}),
        json!([{"op": "copy", "from": "/a", "path": "/b"}, {"op": "replace", "path": "", "value": null}]),
        json!(null),
    );
}

#[test]
fn changes_that_cannot_be_made() {
    let value = || json!({"a": {"b": [1, 2]}, "c": 1});
    for path in ["/x", "/a/b/2", "/a/b/-", "/a/b/01", "/a/b/+1", "/c/d", "/a/b/18446744073709551616"] {
        refused(
            value(),
            json!([{"op": "replace", "path": "/c", "value": 2}, {"op": "remove", "path": path}]),
            "path",
        );
    }
    refused(value(), json!([{"op": "move", "from": "/a", "path": "/a/b"}]), "path");
    refused(value(), json!([{"op": "add", "path": "/a/b/3", "value": 1}]), "path");
    let doubling: Vec<Json> =
        (0..40).map(|n| json!({"op": "copy", "from": "", "path": format!("/x{n}")})).collect();
    refused(value(), Json::Array(doubling), "size");
}

#[test]
fn what_is_no_patch() {
    let check = |changes: Json, faults: &[&str]| assert_eq!(patch(changes).unwrap_err(), faults);
    check(json!({}), &[" type"]);
    check(json!([{"op": "add", "path": "/a"}]), &["/0 required"]);
    check(
        json!([{"op": "copy", "path": "/a"}, {"op": "test", "path": "a", "value": 1}]),
        &["/0 required", "/1/path format"],
    );
    check(json!([{"op": "test", "path": "a", "value": 1}]), &["/0/path format"]);
    check(json!([{"op": "spam", "path": 1}]), &["/0/op enum", "/0/path type"]);
    check(json!([{}]), &["/0/op required", "/0/path required"]);
    let many: Vec<Json> = (0..1001).map(|_| json!({"op": "remove", "path": ""})).collect();
    check(Json::Array(many), &[" invalid"]);
}

#[test]
fn typed_values() {
    let patch = JsonPatch(vec![Change::Add { path: "/-".to_owned(), value: json!(3) }]);
    assert_eq!(patch.apply_to(&vec![1_i64, 2]).unwrap(), [1, 2, 3]);
    let patch = JsonPatch(vec![Change::Replace { path: "/0".to_owned(), value: json!("x") }]);
    let error = patch.apply_to(&vec![1_i64, 2]).unwrap_err();
    assert_eq!((error.status().as_u16(), error.faults()[0].pointer()), (422, "/0".to_owned()));
}
