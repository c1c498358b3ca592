//! Tests: text of a schema never becomes code, wherever it stands.

use crate::{Options, Sources, generate};
use proc_macro2::{TokenStream, TokenTree};
use serde_json::{Value, json};

pub(in crate::emit) const PAYLOADS: &[&str] = &[
    "\"; pub fn pwned() {} //",
    "*/ pub fn pwned() {} /*",
    "\n} pub fn pwned() {} mod x {",
    "\r\npub fn pwned() {}",
    "\u{2028}pub fn pwned() {}",
    "\\\"); pub fn pwned() {} (\"",
    "#\"# ; pub fn pwned() {} r#\"",
    "```\npub fn pwned() {}\n```\n```\n",
    "x{pwned} {{pwned}} ${pwned} #pwned",
    "\u{202e}}{ x = pwned \u{0}\u{7}",
    "@ts-ignore */ pwned() /** @ts-nocheck",
    "`; pwned(); `\u{2029}pwned",
];

/// Every place where a document may have text.
pub(in crate::emit) fn document(text: &str) -> Value {
    json!({
        "openapi": "3.1.0",
        "info": { "title": text, "version": text, "summary": text, "description": text },
        "servers": [{ "url": format!("https://x.org/a{{v}}{text}"), "description": text, "variables": { "v": { "default": text } } }],
        "tags": [{ "name": text, "description": text }],
        "paths": { format!("/a{}", text.replace(['{', '}'], "")): {
            "post": {
                "operationId": text, "summary": text, "description": text, "tags": [text],
                "parameters": [
                    { "name": text, "in": "query", "description": text, "schema": { "type": "string", "default": text, "pattern": text, "enum": [text, "b"] } },
                    { "name": text, "in": "header", "schema": { "type": "string", "const": text } },
                ],
                "requestBody": { "description": text, "content": { (format!("application/{text}+json")): { "schema": { "$ref": "#/components/schemas/A" } } } },
                "responses": {
                    "200": { "description": text, "headers": { (text): { "description": text, "schema": { "type": "string" } } },
                        "content": { (format!("text/{text}")): { "schema": { "type": "string" } } } },
                    "default": { "description": text, "content": { (format!("application/{text}")): {} } },
                },
                "security": [{ (text): [text] }],
            },
        } },
        "components": {
            "securitySchemes": { (text): { "type": "apiKey", "name": text, "in": "query", "description": text } },
            "schemas": {
                "A": { "type": "object", "title": text, "description": text, "required": [text], "deprecated": true,
                    "properties": {
                        (text): { "type": "string", "description": text, "default": text, "format": text, "pattern": text },
                        "e": { "type": "string", "enum": [text, "x"], "x-enum-varnames": [text, "X"], "x-enum-descriptions": [text, text], "default": text },
                        "any": { "default": { (text): [text] } },
                        "map": { "type": "object", "additionalProperties": { "type": "string", "pattern": text }, "default": { (text): text }, "propertyNames": { "pattern": text } },
                        "list": { "type": "array", "items": { "type": "string" }, "default": [text] },
                        "union": { "oneOf": [ { "type": "object", "required": ["k"], "properties": { "k": { "const": text } } }, { "type": "string" } ] },
                        "tagged": { "oneOf": [ { "$ref": "#/components/schemas/B" } ], "discriminator": { "propertyName": text, "mapping": { (text): "#/components/schemas/B" } } },
                    } },
                "B": { "type": "object", "required": [text], "properties": { (text): { "type": "string" } } },
            },
        },
    })
}

fn words(tokens: TokenStream, found: &mut Vec<String>) {
    for token in tokens {
        match token {
            TokenTree::Ident(word) => found.push(word.to_string()),
            TokenTree::Group(group) => words(group.stream(), found),
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
}

#[test]
fn text_never_becomes_code() {
    for payload in PAYLOADS {
        let sources = Sources::from_text("openapi.json", document(payload).to_string());
        let generated = generate(&sources, &Options::default());
        let errors: Vec<_> = generated
            .diagnostics
            .iter()
            .filter(|found| found.severity == crate::Severity::Error)
            .map(|found| &found.message)
            .collect();
        assert_eq!(generated.files.len(), 5, "{payload:?}: {errors:?}");
        for file in generated.files.iter().filter(|file| file.path.ends_with(".rs")) {
            syn::parse_file(&file.text)
                .unwrap_or_else(|error| panic!("{payload:?}: {}: {error}\n{}", file.path, file.text));
            let mut found = Vec::new();
            words(file.text.parse().expect("it was just parsed"), &mut found);
            assert!(!found.iter().any(|word| word == "pwned"), "{payload:?}: {}\n{}", file.path, file.text);
            let hidden = |letter: char| {
                letter.is_control() && letter != '\n' || ('\u{2028}'..='\u{202e}').contains(&letter)
            };
            assert!(!file.text.contains(hidden), "{payload:?}: {}", file.path);
        }
    }
}

#[test]
fn chosen_names_are_identifiers_or_refused() {
    let mut document = document("fine");
    document["components"]["schemas"]["A"]["x-name"] = json!("A {} pub fn pwned() {} struct B");
    let sources = Sources::from_text("openapi.json", document.to_string());
    let generated = generate(&sources, &Options::default());
    assert!(generated.files.is_empty());
    assert!(generated.diagnostics.iter().any(|found| found.code == crate::Code::BadName));
}

#[test]
fn same_input_same_bytes() {
    let sources = Sources::from_text("openapi.json", document("a b").to_string());
    let print = || generate(&sources, &Options::default()).files;
    assert_eq!(print(), print());
}

#[test]
fn every_part_is_in_reach() {
    let sources = Sources::from_text("openapi.json", document("fine").to_string());
    let files = generate(&sources, &Options::default()).files;
    let module = files.iter().find(|file| file.path == "mod.rs").expect("there is always one");
    for part in ["pub mod server;", "pub mod types;", "pub use server::*;", "pub use types::*;"] {
        assert!(module.text.contains(part), "{part}\n{}", module.text);
    }
}
