//! `apiloom diff`: what is told apart, in which direction it breaks, and what is no change.

use apiloom_codegen::Sources;
use apiloom_codegen::diff::{self, Change, Level, Options};
use serde_json::{Value, json};

/// A document with one operation; `request` and `response` are the schemas of its bodies.
fn document(request: &Value, response: &Value, extra: &Value) -> Sources {
    let mut operation = json!({
        "operationId": "do",
        "requestBody": { "content": { "application/json": { "schema": request } } },
        "responses": { "200": { "description": "", "content": { "application/json": { "schema": response } } } },
    });
    let mut whole = json!({ "openapi": "3.1.0", "info": { "title": "t", "version": "1" } });
    for (key, value) in extra.as_object().into_iter().flatten() {
        match key.strip_prefix('/') {
            Some(key) => whole[key] = value.clone(),
            None => operation[key] = value.clone(),
        }
    }
    whole["paths"] = json!({ "/x": { "post": operation } });
    Sources::from_text("openapi.json", whole.to_string())
}

fn changes(old: &Sources, new: &Sources) -> Vec<Change> {
    let options = Options { today: 20_779, ..Options::default() };
    diff::compare(old, new, &options).expect("both are OpenAPI documents")
}

/// The ids and levels, as `id level`.
fn told(old: &Sources, new: &Sources) -> Vec<String> {
    let mut told: Vec<String> =
        changes(old, new).iter().map(|change| format!("{} {}", change.id, change.level)).collect();
    told.sort();
    told
}

/// Compares two schemas as request and as response, both ways; `request` is what is told of the request.
#[track_caller]
fn schemas(old: &Value, new: &Value, request: &str, response: &str) {
    let object = json!({ "type": "object" });
    let none = json!({});
    let at = |schema: &Value, other: &Value| document(schema, other, &none);
    assert_eq!(told(&at(old, &object), &at(new, &object)), split(request), "in a request");
    assert_eq!(told(&at(&object, old), &at(&object, new)), split(response), "in a response");
}

fn split(text: &str) -> Vec<String> {
    text.split(", ").filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

#[test]
fn what_narrows_breaks_requests_and_what_widens_breaks_responses() {
    let text = |more: Value| {
        let mut schema = json!({ "type": "string" });
        schema.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        schema
    };
    let plain = text(json!({}));
    for (keyword, added, removed) in [
        (json!({ "maxLength": 5 }), "max-length-set dangerous", "max-length-unset breaking"),
        (json!({ "minLength": 5 }), "min-length-increased breaking", "min-length-decreased breaking"),
        (json!({ "not": { "const": "x" } }), "not-added breaking", "not-removed breaking"),
        (json!({ "const": "x" }), "const-added breaking", "const-removed breaking"),
    ] {
        let with = text(keyword);
        schemas(&plain, &with, &format!("request-body-{added}"), &response_of(&with, &plain));
        let told_back =
            told(&document(&json!({}), &with, &json!({})), &document(&json!({}), &plain, &json!({})));
        assert_eq!(told_back, split(&format!("response-body-{removed}")));
    }
}

/// What narrowing a response is told as: safe.
fn response_of(with: &Value, plain: &Value) -> String {
    let narrowed = told(&document(&json!({}), plain, &json!({})), &document(&json!({}), with, &json!({})));
    assert!(narrowed.iter().all(|one| one.ends_with(" safe")), "{narrowed:?}");
    narrowed.join(", ")
}

#[test]
fn properties_come_and_go() {
    let old = json!({ "type": "object", "properties": { "a": { "type": "string" } } });
    let new = json!({ "type": "object", "required": ["b"], "properties": { "b": { "type": "string" } } });
    schemas(
        &old,
        &new,
        "new-required-request-property breaking, request-property-removed dangerous",
        "response-optional-property-removed dangerous, response-required-property-added safe",
    );
}

#[test]
fn what_other_tools_are_silent_about() {
    let number =
        json!({ "type": "object", "properties": { "n": { "type": "integer" }, "l": { "type": "array" } } });
    for (more, id) in [
        (
            json!({ "properties": { "n": { "type": "integer", "multipleOf": 2 }, "l": { "type": "array" } } }),
            "request-property-multiple-of-added",
        ),
        (
            json!({ "properties": { "n": { "type": "integer" }, "l": { "type": "array", "uniqueItems": true } } }),
            "request-property-unique-items-added",
        ),
        (json!({ "additionalProperties": false }), "request-body-additional-properties-closed"),
        (json!({ "minProperties": 1 }), "request-body-min-properties-increased"),
    ] {
        let mut new = number.clone();
        new.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let found = told(&document(&number, &json!({}), &json!({})), &document(&new, &json!({}), &json!({})));
        assert_eq!(found, [format!("{id} breaking")]);
    }
}

#[test]
fn how_a_parameter_is_written() {
    let parameter = |more: Value| {
        let mut one = json!({ "name": "p", "in": "query", "schema": { "type": "array", "items": { "type": "string" } } });
        one.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        document(&json!({}), &json!({}), &json!({ "parameters": [one] }))
    };
    let usual = parameter(json!({}));
    assert_eq!(
        told(&usual, &parameter(json!({ "explode": false }))),
        ["request-parameter-explode-changed breaking"]
    );
    let piped = parameter(json!({ "style": "pipeDelimited", "explode": false }));
    assert_eq!(told(&usual, &piped), ["request-parameter-style-changed breaking"]);
    assert_eq!(told(&usual, &parameter(json!({ "style": "form", "explode": true }))), split(""));
}

#[test]
fn credentials_that_were_not_needed_before() {
    let open = document(&json!({}), &json!({}), &json!({}));
    let closed = document(&json!({}), &json!({}), &json!({ "security": [{ "key": [] }] }));
    assert_eq!(told(&open, &closed), ["api-security-added safe", "api-security-became-required breaking"]);
    assert_eq!(told(&closed, &open), ["api-security-removed safe"]);
}

#[test]
fn callbacks_and_webhooks_travel_the_other_way() {
    let webhook = |schema: Value| {
        let hooks = json!({ "w": { "post": { "requestBody": { "content": { "application/json": { "schema": schema } } } } } });
        document(&json!({}), &json!({}), &json!({ "/webhooks": hooks }))
    };
    let (narrow, wide) = (webhook(json!({ "type": "integer" })), webhook(json!({ "type": "number" })));
    assert_eq!(told(&narrow, &wide), ["response-body-type-generalized breaking"]);
    assert_eq!(told(&wide, &narrow), ["response-body-type-specialized safe"]);
}

#[test]
fn what_only_moves_is_no_change() {
    let pet = json!({ "type": "object", "required": ["a"], "properties": { "a": { "type": "string" }, "b": { "$ref": "#/components/schemas/B" } } });
    let schemas = |more: Value| json!({ "/components": { "schemas": more } });
    let b = json!({ "type": "object", "properties": { "again": { "$ref": "#/components/schemas/B" } } });
    let inline = document(&pet, &pet, &schemas(json!({ "B": b })));
    let referred = document(
        &json!({ "$ref": "#/components/schemas/Pet" }),
        &json!({ "allOf": [
            { "type": "object", "properties": { "b": { "$ref": "#/components/schemas/B" } } },
            { "required": ["a"], "properties": { "a": { "type": "string", "description": "told" } } },
        ] }),
        &schemas(json!({ "B": b, "Pet": pet })),
    );
    assert_eq!(told(&inline, &referred), split(""));
    assert_eq!(told(&inline, &inline), split(""));
}

#[test]
fn places_of_both_sides_and_identity() {
    let old = document(&json!({ "type": "integer", "maximum": 10 }), &json!({}), &json!({}));
    let new = document(&json!({ "type": "integer", "maximum": 5 }), &json!({}), &json!({}));
    let [change] = changes(&old, &new).try_into().expect("one change");
    assert_eq!((change.level, change.method.as_str(), change.path.as_str()), (Level::Breaking, "POST", "/x"));
    assert_eq!(change.text, "request body: maximum was lowered from 10 to 5");
    assert_eq!((old.text(change.old.unwrap()), new.text(change.new.unwrap())), ("10", "5"));
    assert_eq!(change.fingerprint(), changes(&old, &new)[0].fingerprint());
    assert_ne!(change.fingerprint(), changes(&new, &old)[0].fingerprint());
}

#[test]
fn what_cannot_be_read_is_said() {
    let good = document(&json!({}), &json!({}), &json!({}));
    let bad = Sources::from_text("bad.yaml", "swagger: '2.0'");
    let refused = diff::compare(&good, &bad, &Options::default()).unwrap_err();
    assert!(refused.new.has_errors() && !refused.old.has_errors());
}
