//! Text of a schema stays text: whatever stands in it, the code has the items that the schema has, and no other.

use apiloom_codegen::config::TypeScript;
use apiloom_codegen::{Generated, Options, Sources, Target, generate};
use proc_macro2::{TokenStream, TokenTree};
use std::fmt::Write as _;
use std::fs;

const PAYLOADS: [&str; 8] = [
    r#""; pub struct PWNED; ""#,
    "*/ pub struct PWNED; /*",
    r##""#; pub struct PWNED; //"##,
    "a\npub struct PWNED;\n",
    "a\u{2028}pub struct PWNED;\u{2029}",
    "a\u{202e}\u{2066}pub struct PWNED;",
    "{{ PWNED }}{% raw %}${PWNED}\\",
    "#![allow(all)] pub struct PWNED;",
];

/// A document with a text in every place that takes one, each text a single character.
const DOCUMENT: &str = r##"{
  "openapi": "3.1.0",
  "info": { "title": "§0", "version": "§1", "description": "§2", "summary": "§3", "termsOfService": "§4",
    "contact": { "name": "§5", "url": "§6", "email": "§7" }, "license": { "name": "§8", "url": "§9" } },
  "servers": [{ "url": "/v1", "description": "§10" }, { "url": "§11" }],
  "tags": [{ "name": "§12", "description": "§13", "externalDocs": { "url": "§14", "description": "§15" } }],
  "paths": {
    "/a/{id}": {
      "summary": "§16", "description": "§17",
      "parameters": [{ "name": "id", "in": "path", "required": true, "description": "§18", "schema": { "type": "string" } }],
      "post": {
        "tags": ["§19"], "operationId": "§20", "summary": "§21", "description": "§22",
        "parameters": [
          { "name": "§23", "in": "query", "description": "§24", "schema": { "type": "string", "default": "§25" } },
          { "name": "§26", "in": "header", "schema": { "type": "string", "enum": ["§27", "b"] } },
          { "name": "§28", "in": "cookie", "schema": { "type": "string", "pattern": "§29" } }
        ],
        "requestBody": { "description": "§30", "required": true, "content": { "application/json": { "schema": { "$ref": "#/components/schemas/A" } } } },
        "responses": {
          "200": { "description": "§31", "headers": { "§32": { "description": "§33", "schema": { "type": "string" } } },
            "content": { "application/json": { "schema": { "title": "§34", "type": "object", "properties": { "x": { "type": "string" } } } } } },
          "404": { "description": "§35", "content": { "§36": { "schema": { "type": "string" } } } }
        }
      }
    },
    "/b/§37": { "get": { "responses": { "200": { "description": "ok" } } } }
  },
  "components": {
    "schemas": {
      "A": { "type": "object", "title": "§38", "description": "§39", "required": ["§40"],
        "properties": {
          "§40": { "type": "string", "description": "§41", "default": "§42" },
          "b": { "type": "string", "enum": ["§43", "c"], "default": "§43" },
          "c": { "type": "string", "pattern": "§44", "format": "§45" },
          "d": { "const": "§46" },
          "e": { "type": "string", "deprecated": true, "x-deprecated-reason": "§47", "examples": ["§48"] }
        },
        "patternProperties": { "§49": { "type": "string" } } },
      "§50": { "type": "object", "properties": { "z": { "type": "integer" } } },
      "U": { "oneOf": [{ "$ref": "#/components/schemas/V" }, { "$ref": "#/components/schemas/W" }],
        "discriminator": { "propertyName": "§51", "mapping": { "§52": "#/components/schemas/V" } } },
      "V": { "type": "object", "description": "§53", "required": ["§51"], "properties": { "§51": { "type": "string" } } },
      "W": { "type": "object", "required": ["§51"], "properties": { "§51": { "type": "string" }, "w": { "type": "string", "x-name": "§54" } } },
      "N": { "type": "string", "x-name": "§55" }
    },
    "securitySchemes": { "§56": { "type": "apiKey", "in": "header", "name": "§57", "description": "§58" } }
  }
}"##;

/// The number of texts in the document.
const PLACES: usize = 59;

#[test]
fn hostile_text_in_every_place() {
    let mut generated = 0;
    for payload in PAYLOADS {
        for place in 0..PLACES {
            generated += usize::from(harmless(&document(|n| (n == place).then_some(payload))));
        }
        // In all places where text is free.
        let free =
            |n| [0, 2, 3, 10, 13, 16, 17, 18, 21, 22, 24, 25, 30, 31, 33, 39, 41, 42, 48, 53].contains(&n);
        assert!(
            harmless(&document(|n| free(n).then_some(payload))),
            "free text is no reason to refuse: {payload}"
        );
    }
    assert!(generated > PAYLOADS.len() * PLACES / 2, "only {generated} documents came to code");
}

/// Texts that would call `PWNED`, which nothing declares, or that mean something to the compiler of TypeScript.
const SCRIPT_PAYLOADS: [&str; 12] = [
    r#""; PWNED(); ""#,
    "'; PWNED(); '",
    "`; PWNED(); `${PWNED()}",
    "*/ PWNED(); /*",
    "*\\/ PWNED(); /*",
    "a\nPWNED();\r\nPWNED();",
    "a\u{2028}PWNED();\u{2029}PWNED();",
    "a\u{202e}\u{2066}PWNED();",
    "\\",
    "@ts-nocheck\n@ts-expect-error */",
    "__proto__",
    "constructor",
];

/// Every text of the document by each of them, as clients in TypeScript: the compiler takes them all. `TSC` is the
/// compiler.
#[test]
#[ignore = "needs the compiler of TypeScript: tests/run runs it"]
fn hostile_text_in_typescript() {
    let compiler = std::env::var("TSC").expect("TSC is the compiler of TypeScript");
    // The compiler looks into no folder that is hidden.
    let folder = tempfile::Builder::new().prefix("hostile").tempdir().unwrap();
    let typescript = TypeScript { bigint: true, brands: true, validators: true };
    let options = Options { targets: vec![Target::TypescriptClient], typescript, ..Options::default() };
    let mut generated = 0;
    for (n, payload) in SCRIPT_PAYLOADS.iter().enumerate() {
        for place in 0..PLACES {
            let text = document(|at| (at == place).then_some(payload));
            let made = generate(&Sources::from_text("input.json", text), &options);
            let own = folder.path().join(format!("{n}-{place}"));
            fs::create_dir_all(&own).unwrap();
            for file in &made.files {
                // One runtime is enough.
                let (path, text) = match file.path.as_str() {
                    name @ ("runtime.ts" | "checks.ts") => (folder.path().join(name), file.text.clone()),
                    name => {
                        let text = file.text.replace("\"./runtime.js\"", "\"../runtime.js\"");
                        (own.join(name), text.replace("\"./checks.js\"", "\"../checks.js\""))
                    }
                };
                fs::write(path, text).unwrap();
            }
            generated += usize::from(!made.files.is_empty());
        }
    }
    assert!(generated > SCRIPT_PAYLOADS.len() * PLACES / 2, "only {generated} documents came to code");
    let options = r#"{"compilerOptions":{"strict":true,"exactOptionalPropertyTypes":true,"noUncheckedIndexedAccess":true,
        "noEmit":true,"target":"ES2022","module":"ESNext","moduleResolution":"bundler","lib":["ES2022","DOM"],"types":[]},
        "include":["."]}"#;
    fs::write(folder.path().join("tsconfig.json"), options).unwrap();
    let done = std::process::Command::new(compiler).arg("-p").arg(folder.path()).output().unwrap();
    let said = String::from_utf8_lossy(&done.stdout);
    assert!(
        done.status.success(),
        "of {generated} clients:\n{}",
        said.chars().take(4000).collect::<String>()
    );
}

/// The document with some of its texts replaced.
fn document(text: impl Fn(usize) -> Option<&'static str>) -> String {
    // The highest first, as `§1` is the start of `§10`.
    (0..PLACES).rev().fold(DOCUMENT.to_owned(), |document, n| {
        let quoted = text(n).map_or_else(
            || format!("text{n}"),
            |text| {
                let quoted = apiloom::dep::serde_json::to_string(text).unwrap();
                quoted[1..quoted.len() - 1].to_owned()
            },
        );
        document.replace(&format!("§{n}"), &quoted)
    })
}

/// A server and a client of a document.
fn made(document: &str) -> Generated {
    let targets = vec![Target::RustServer, Target::RustClient];
    generate(&Sources::from_text("input.json", document), &Options { targets, ..Options::default() })
}

/// Asserts that the code of a document has no word of the text's making; says whether there is code at all.
fn harmless(document: &str) -> bool {
    let made = made(document);
    for file in made.files.iter().filter(|file| file.path.ends_with(".rs")) {
        let parsed = syn::parse_file(&file.text)
            .unwrap_or_else(|error| panic!("{}: {error}\n{}", file.path, file.text));
        let tokens = file.text.parse().unwrap();
        assert!(!has_word(tokens, "PWNED"), "{}:\n{}", file.path, file.text);
        let line = file.text.lines().find(|line| line.contains(['\u{202e}', '\u{2066}', '\u{2028}', '\0']));
        assert!(line.is_none(), "{} holds invisible characters: {line:?}", file.path);
        let inner = parsed.attrs.iter().filter(|attribute| !attribute.path().is_ident("doc"));
        assert!(inner.count() <= 1, "{} has an attribute too many", file.path);
    }
    !made.files.is_empty()
}

/// Whether a word stands in code, rather than in a literal or a comment.
fn has_word(tokens: TokenStream, word: &str) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ident == word,
        TokenTree::Group(group) => has_word(group.stream(), word),
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}

/// Every text of the document by each payload, as a server and a client in Rust: the compiler takes them all.
#[test]
#[ignore = "compiles hundreds of modules: tests/run --long runs it"]
fn hostile_text_in_rust() {
    let folder = tempfile::tempdir().unwrap();
    let runtime = crate::root().join("runtime");
    let mut code = "#![deny(warnings)]\n#![allow(dead_code, unused_imports)]\n".to_owned();
    for (n, payload) in PAYLOADS.iter().enumerate() {
        for place in 0..PLACES {
            let made = made(&document(|at| (at == place).then_some(payload)));
            let name = format!("m{n}_{place}");
            for file in &made.files {
                let path = folder.path().join("src").join(&name).join(&file.path);
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(path, &file.text).unwrap();
            }
            if !made.files.is_empty() {
                writeln!(code, "pub mod {name};").unwrap();
            }
        }
    }
    let generated = code.lines().count() - 2;
    assert!(generated > PAYLOADS.len() * PLACES / 2, "only {generated} documents came to code");
    fs::write(folder.path().join("src/lib.rs"), code).unwrap();
    let manifest = format!(
        "[package]\nname = \"hostile\"\nedition = \"2024\"\n[workspace]\n[dependencies]\napiloom = {{ path = {runtime:?} }}\n"
    );
    fs::write(folder.path().join("Cargo.toml"), manifest).unwrap();
    fs::copy(crate::root().join("Cargo.lock"), folder.path().join("Cargo.lock")).unwrap();
    let mut cargo = std::process::Command::new(env!("CARGO"));
    cargo.args(["check", "--quiet", "--message-format", "short"]).current_dir(folder.path());
    let done = cargo.env("CARGO_TARGET_DIR", folder.path().join("target")).output().unwrap();
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(
        done.status.success(),
        "of {generated} modules:\n{}",
        said.chars().take(4000).collect::<String>()
    );
}
