//! `apiloom diff` as a command: inputs, formats, configuration, and the scripts that run it in continuous integration.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test ends where its promise is broken")]

use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const OLD: &str = "type Query { pets(first: Int): [Pet] }\ntype Pet { id: ID! name: String }\n";
const NEW: &str = "type Query { pets(first: Int!): [Pet] }\ntype Pet { id: ID! \"what\" age: Int }\n";

fn program(
    folder: &Path,
    program: &str,
    arguments: &[&str],
    variables: &[(&str, &str)],
) -> (i32, String, String) {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(folder).env("NO_COLOR", "1");
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy().into_owned();
        if ["APILOOM_", "GITHUB_", "GIT_"].iter().any(|start| name.starts_with(start)) {
            command.env_remove(name);
        }
    }
    let output = command.envs(variables.iter().copied()).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

fn apiloom(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    program(folder, env!("CARGO_BIN_EXE_apiloom"), arguments, &[])
}

fn pair() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("old.graphql"), OLD).unwrap();
    fs::write(folder.path().join("new.graphql"), NEW).unwrap();
    folder
}

fn json(folder: &Path, more: &[&str]) -> Vec<Value> {
    let arguments = [&["diff", "old.graphql", "new.graphql", "--format", "json"], more].concat();
    serde_json::from_str(&apiloom(folder, &arguments).1).unwrap()
}

#[test]
fn two_schemas_with_excerpts_of_both() {
    let folder = pair();
    let (code, out, err) = apiloom(folder.path(), &["diff", "old.graphql", "new.graphql"]);
    assert_eq!(code, 1);
    assert!(out.starts_with("error[FIELD_REMOVED]: the field `name` of the object type `Pet` was removed (wire, client, server)\n"), "{out}");
    assert!(out.contains(" --> new.graphql:1:26\n"), "{out}");
    assert!(out.contains("::: old.graphql:1:26"), "{out}");
    assert!(err.contains("2 breaking, 2 safe"), "{err}");
    let (code, ..) = apiloom(folder.path(), &["diff", "old.graphql", "old.graphql"]);
    assert_eq!(code, 0);
}

#[test]
fn json_fits_its_published_schema() {
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("../schemas/changes.schema.json");
    let schema: Value = serde_json::from_str(&fs::read_to_string(schema).unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let folder = pair();
    let graphql = Value::Array(json(folder.path(), &[]));
    let openapi = |version: &str, more: &str| {
        format!("openapi: 3.1.0\ninfo: {{title: t, version: '{version}'}}\npaths: {{{more}}}\n")
    };
    fs::write(
        folder.path().join("a.yaml"),
        openapi("1", "/a: {get: {responses: {'200': {description: d}}}}"),
    )
    .unwrap();
    fs::write(folder.path().join("b.yaml"), openapi("0", "")).unwrap();
    let (code, out, _) = apiloom(folder.path(), &["diff", "a.yaml", "b.yaml", "--format", "json"]);
    assert_eq!(code, 1);
    let openapi: Value = serde_json::from_str(&out).unwrap();
    for found in [graphql, openapi] {
        let errors: Vec<String> = validator.iter_errors(&found).map(|error| error.to_string()).collect();
        assert!(errors.is_empty() && found.as_array().unwrap().len() > 1, "{errors:?}");
    }
    assert!(!validator.is_valid(&serde_json::json!([{ "id": "x" }])));
}

#[test]
fn every_format_tells_whom_a_change_concerns() {
    let folder = pair();
    for format in ["text", "json", "markdown", "html", "github", "gitlab", "junit", "sarif"] {
        let (code, out, err) =
            apiloom(folder.path(), &["diff", "old.graphql", "new.graphql", "--format", format]);
        assert_eq!(code, 1, "{format}: {err}");
        for word in ["FIELD_REMOVED", "wire", "server"] {
            assert!(out.contains(word), "{format} does not say {word}: {out}");
        }
    }
    let (_, page, _) = apiloom(folder.path(), &["diff", "old.graphql", "new.graphql", "--format", "html"]);
    assert!(
        page.starts_with("<!doctype html>") && page.matches("<h2><code>Pet</code></h2>").count() == 1,
        "{page}"
    );
}

/// What SARIF 2.1.0 does not allow, and results whose rule is not described (section 3.27.5).
fn sarif_faults(log: &Value) -> Vec<String> {
    let schema: Value = serde_json::from_str(include_str!("sarif.schema.json")).unwrap();
    let validator = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
    let mut faults: Vec<String> =
        validator.iter_errors(log).map(|error| format!("{}: {error}", error.instance_path())).collect();
    for run in log["runs"].as_array().unwrap() {
        let rules: Vec<&Value> =
            run["tool"]["driver"]["rules"].as_array().unwrap().iter().map(|rule| &rule["id"]).collect();
        for result in run["results"].as_array().unwrap() {
            if !rules.contains(&&result["ruleId"]) {
                faults.push(format!("{} is not described", result["ruleId"]));
            }
        }
    }
    faults
}

#[test]
fn sarif_is_what_the_standard_says() {
    let folder = pair();
    let document = |version: &str, more: &str| {
        format!("openapi: 3.1.0\ninfo: {{title: t, version: '{version}'}}\npaths: {{{more}}}\n")
    };
    let path = "/a: {get: {operationId: ä, responses: {'200': {description: d}}}}";
    fs::write(folder.path().join("a b.yaml"), document("1", path)).unwrap();
    fs::write(folder.path().join("b.yaml"), document("0", "")).unwrap();
    for sides in [["old.graphql", "new.graphql"], ["a b.yaml", "b.yaml"], ["b.yaml", "a b.yaml"]] {
        let (_, out, err) =
            apiloom(folder.path(), &["diff", sides[0], sides[1], "--format", "sarif", "--fail-on", "none"]);
        let mut log: Value = serde_json::from_str(&out).expect(&err);
        assert_eq!(sarif_faults(&log), [""; 0], "{out}");
        assert!(!log["runs"][0]["results"].as_array().unwrap().is_empty(), "{out}");
        log["runs"][0]["results"][0]["level"] = "bad".into();
        assert_eq!(sarif_faults(&log).len(), 1, "the schema tells");
    }
}

#[test]
fn categories_choose_and_raise() {
    let folder = pair();
    let ids = |category: &str| -> Vec<String> {
        let list = json(folder.path(), &["--category", category]);
        list.iter()
            .map(|one| format!("{} {}", one["id"].as_str().unwrap(), one["level"].as_str().unwrap()))
            .collect()
    };
    assert_eq!(ids("docs"), ["FIELD_DESCRIPTION_ADDED safe"]);
    assert!(ids("server").contains(&"FIELD_ADDED breaking".to_owned()), "{:?}", ids("server"));
    assert!(!ids("wire").iter().any(|one| one.starts_with("FIELD_ADDED")));
}

#[test]
fn the_project_says_how_bad_a_change_is() {
    let folder = pair();
    let config = |text: &str| fs::write(folder.path().join("apiloom.toml"), text).unwrap();
    let ids = || -> Vec<String> {
        let list = json(folder.path(), &[]);
        let mut ids: Vec<String> = list
            .iter()
            .map(|one| format!("{} {}", one["id"].as_str().unwrap(), one["level"].as_str().unwrap()))
            .collect();
        ids.sort();
        ids
    };
    config("[diff.rules]\nFIELD_REMOVED = \"safe\"\n[diff.paths.\"Query.*\"]\n\"*\" = \"none\"\n");
    assert_eq!(ids(), ["FIELD_ADDED safe", "FIELD_DESCRIPTION_ADDED safe", "FIELD_REMOVED safe"]);
    config("[diff.rules]\nFIELD_REMOVE = \"safe\"\n");
    let (code, _, err) = apiloom(folder.path(), &["diff", "old.graphql", "new.graphql"]);
    assert_eq!(code, 2);
    assert!(err.contains("there is no rule `FIELD_REMOVE`; did you mean `FIELD_REMOVED`?"), "{err}");
}

#[test]
fn a_document_says_what_not_to_tell() {
    let folder = tempfile::tempdir().unwrap();
    let document = |ignore: &str, kind: &str| {
        format!(
            "openapi: 3.1.0\ninfo: {{title: t, version: '1'}}\npaths:\n  /a:\n    post:\n{ignore}      requestBody:\n        content:\n          application/json:\n            schema: {{type: {kind}}}\n      responses: {{'200': {{description: d}}}}\n"
        )
    };
    fs::write(folder.path().join("old.yaml"), document("", "number")).unwrap();
    for (ignore, code) in [
        ("", 1),
        ("      x-apiloom-ignore: true\n", 0),
        ("      x-apiloom-ignore: [request-body-type-specialized, request-body-type-changed]\n", 0),
        ("      x-apiloom-ignore: request-body-removed\n", 1),
    ] {
        fs::write(folder.path().join("new.yaml"), document(ignore, "integer")).unwrap();
        let (found, out, _) = apiloom(folder.path(), &["diff", "old.yaml", "new.yaml"]);
        assert_eq!(found, code, "{ignore}{out}");
    }
}

#[test]
fn rules_are_listed_and_explained() {
    let folder = tempfile::tempdir().unwrap();
    let (code, out, _) = apiloom(folder.path(), &["diff", "--rules"]);
    assert_eq!(code, 0);
    for line in [
        "breaking   wire,client,server   FIELD_REMOVED\n",
        "dangerous  wire,client          servers-changed\n",
    ] {
        assert!(out.contains(line), "{out}");
    }
    let (code, out, _) = apiloom(folder.path(), &["explain", "ENUM_VALUE_ADDED"]);
    assert_eq!(code, 0);
    assert!(out.contains("Concerns: what travels (wire)"), "{out}");
    assert!(out.contains("For example, from\n\n    type Query { a: E } enum E { A }\n\nto\n\n"), "{out}");
}

/// A repository with one schema on its main branch, and a change of it on another.
fn repository() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    fs::create_dir(at.join("api")).unwrap();
    fs::write(at.join("api/query.graphql"), "type Query { pets: [Pet] }\n").unwrap();
    fs::write(at.join("api/pet.graphql"), "type Pet { id: ID! name: String }\n").unwrap();
    let git = |arguments: &[&str]| {
        let who = ["-c", "user.name=t", "-c", "user.email=t@example.com"];
        let (code, _, err) = program(at, "git", &[&who, arguments].concat(), &[]);
        assert_eq!(code, 0, "{err}");
    };
    git(&["init", "-q", "-b", "main"]);
    git(&["add", "."]);
    git(&["commit", "-q", "-m", "first"]);
    git(&["checkout", "-q", "-b", "change"]);
    fs::write(at.join("api/pet.graphql"), "type Pet { id: ID! }\n").unwrap();
    git(&["commit", "-q", "-a", "-m", "second"]);
    folder
}

#[test]
fn folders_and_commits() {
    let folder = repository();
    for arguments in [&["diff", "main:api", "api"], &["diff", "main:api/", "change:api"]] {
        let (code, out, err) = apiloom(folder.path(), arguments);
        assert_eq!(code, 1, "{err}");
        assert!(out.contains("main:api/pet.graphql:1:20") && out.contains("error[FIELD_REMOVED]"), "{out}");
    }
    let (code, ..) = apiloom(folder.path(), &["diff", "api", "--base", "main"]);
    assert_eq!(code, 1);
    let (code, _, err) = apiloom(folder.path(), &["diff", "main:api", "main:apj"]);
    assert_eq!(code, 2, "{err}");
}

/// An OpenAPI document in two files, of which the second one changes on a branch; and a shallow clone of that.
fn clones() -> (tempfile::TempDir, PathBuf, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let (full, shallow) = (folder.path().join("full"), folder.path().join("shallow"));
    fs::create_dir_all(full.join("api/paths")).unwrap();
    let git = |at: &Path, arguments: &[&str]| {
        let who = ["-c", "user.name=t", "-c", "user.email=t@example.com"];
        let (code, _, err) = program(at, "git", &[&who, arguments].concat(), &[]);
        assert_eq!(code, 0, "{err}");
    };
    let entry = "openapi: 3.1.0\ninfo: {title: t, version: '1'}\npaths: {/a: {$ref: paths/a.yaml}}\n";
    fs::write(full.join("api/openapi.yaml"), entry).unwrap();
    let path = |status: &str| {
        let text = format!("get: {{responses: {{'{status}': {{description: d}}}}}}\n");
        fs::write(full.join("api/paths/a.yaml"), text).unwrap();
    };
    path("200");
    git(&full, &["init", "-q", "-b", "main"]);
    git(&full, &["add", "."]);
    git(&full, &["commit", "-q", "-m", "first"]);
    git(&full, &["checkout", "-q", "-b", "change"]);
    path("201");
    git(&full, &["commit", "-q", "-a", "-m", "second"]);
    git(&full, &["commit", "-q", "--allow-empty", "-m", "third"]);
    let url = format!("file://{}", full.display());
    git(
        folder.path(),
        &["clone", "-q", "--depth", "1", "--no-single-branch", "-b", "change", &url, "shallow"],
    );
    (folder, full, shallow)
}

#[test]
fn what_a_document_refers_to_is_of_the_same_commit() {
    let (_folder, full, shallow) = clones();
    let base: &[&str] = &["diff", "--base", "main", "api/openapi.yaml"];
    let main: &[&str] = &["diff", "main:api/openapi.yaml", "api/openapi.yaml"];
    let origin: &[&str] = &["diff", "origin/main:api/openapi.yaml", "api/openapi.yaml"];
    for (at, arguments) in [(&full, base), (&full, main), (&shallow, origin)] {
        let (code, out, err) = apiloom(at, arguments);
        assert_eq!(code, 1, "{err}");
        assert!(out.contains("error[response-success-status-removed]: GET /a"), "{out}");
        assert!(out.contains(":api/paths/a.yaml:1:19"), "{out}");
    }
}

#[test]
fn sides_that_cannot_be_had_are_told_with_advice() {
    let (_folder, full, shallow) = clones();
    let alone = tempfile::tempdir().unwrap();
    fs::copy(full.join("api/openapi.yaml"), alone.path().join("openapi.yaml")).unwrap();
    fs::write(full.join("latin.yaml"), b"openapi: 3.1.0 # \xe4\n").unwrap();
    let file = "api/openapi.yaml";
    for (at, arguments, advice) in [
        (&shallow, ["--base", "origin/main", file], "the clone is shallow: fetch more of the history first"),
        (
            &shallow,
            ["--base", "origin/v2", file],
            "no commit `origin/v2` here, as the clone is shallow; fetch it first, such as with `git fetch origin v2`",
        ),
        (
            &full,
            ["--base", "v2", file],
            "there is no commit `v2` here; fetch it first, such as with `git fetch origin v2`",
        ),
        (&full, ["v2:api/openapi.yaml", file, "--verbose"], "there is no commit `v2` here"),
        (&full, ["main:api/none.yaml", file, "--verbose"], "path 'api/none.yaml' does not exist in 'main'"),
        (&full, ["none.yaml", file, "--verbose"], "cannot read none.yaml"),
        (&full, ["latin.yaml", file, "--verbose"], "it is not UTF-8 text (byte 17)"),
        (&full, ["-", "-", "--verbose"], "only one of the two sides can be standard input"),
        (&full, ["--base=--all", file, "--verbose"], "not the name of a branch"),
        (&alone.path().to_owned(), ["--base", "main", "openapi.yaml"], "not a git repository"),
    ] {
        let (code, out, err) = apiloom(at, &[&["diff"], arguments.as_slice()].concat());
        assert!(code == 2 && err.contains(advice), "{arguments:?}: {code} {out}{err}");
    }
}

#[test]
fn documents_that_are_no_versions_of_one() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    let document = |title: &str, path: &str| {
        format!(
            "openapi: 3.1.0\ninfo: {{title: {title}, version: '1'}}\npaths: {{{path}: {{get: {{responses: {{'200': {{description: d}}}}}}}}}}\n"
        )
    };
    write("pets.yaml", &document("Pets", "'/pets/{id}'"));
    write("orders.yaml", &document("Orders", "/orders"));
    write("moved.yaml", &document("Pets", "'/animals'"));
    write("renamed.yaml", &document("Animals", "'/pets/{name}'"));
    write(
        "pets.graphql",
        "type Query { pets: [Pet] } type Pet { id: ID } type Cat { id: ID } type Dog { id: ID }",
    );
    write(
        "orders.graphql",
        "type Query { orders: [Order] } type Order { id: ID } type Item { id: ID } type Bill { id: ID }",
    );
    write("few.graphql", "type Query { orders: [Order] } type Order { id: ID }");
    let (code, out, err) = apiloom(folder.path(), &["diff", "pets.yaml", "orders.yaml"]);
    assert_eq!((code, out.as_str()), (3, ""), "{err}");
    assert!(
        err.contains("error[A0907]: `Pets` and `Orders` have no path in common\n --> orders.yaml:2:15"),
        "{err}"
    );
    for (old, new, expected) in [
        ("pets.yaml", "moved.yaml", 1),
        ("pets.yaml", "renamed.yaml", 0),
        ("pets.graphql", "orders.graphql", 3),
        ("pets.graphql", "few.graphql", 1),
        ("pets.graphql", "pets.yaml", 3),
    ] {
        let (code, out, err) = apiloom(folder.path(), &["diff", old, new]);
        assert_eq!(code, expected, "{old} {new}: {out}{err}");
    }
}

fn script(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../.github").join(name).canonicalize().unwrap()
}

#[test]
fn the_action_runs_as_in_continuous_integration() {
    let folder = repository();
    let at = folder.path();
    let bin = env!("CARGO_BIN_EXE_apiloom");
    let run = |more: &[(&str, &str)]| {
        let entry = script("diff.sh");
        let variables = [
            &[("APILOOM_BIN", bin), ("SCHEMAS", "api/pet.graphql\napi/new.graphql\napi/query.graphql\n")],
            more,
        ]
        .concat();
        program(at, "bash", &[entry.to_str().unwrap()], &variables)
    };
    let files =
        [("GITHUB_STEP_SUMMARY", "summary.md"), ("GITHUB_OUTPUT", "output.txt"), ("SARIF", "out.sarif")];
    let (code, out, err) = run(&[&[("BASE", "main")], files.as_slice()].concat());
    assert_eq!(code, 1, "{out}{err}");
    assert!(out.contains("::error file=api/pet.graphql,line=1"), "{out}");
    assert!(out.contains("api/new.graphql is new"), "{out}");
    assert!(fs::read_to_string(at.join("summary.md")).unwrap().contains("## Breaking"));
    assert_eq!(fs::read_to_string(at.join("output.txt")).unwrap(), "breaking=1\n");
    let sarif: Value = serde_json::from_str(&fs::read_to_string(at.join("out.sarif")).unwrap()).unwrap();
    assert_eq!(sarif_faults(&sarif), [""; 0]);
    let ids: Vec<&Value> =
        sarif["runs"].as_array().unwrap().iter().map(|run| &run["automationDetails"]["id"]).collect();
    assert_eq!(ids, ["apiloom/api/pet.graphql/", "apiloom/api/query.graphql/"]);
    assert_eq!(sarif["runs"][0]["results"][0]["ruleId"], "FIELD_REMOVED");
    assert_eq!(run(&[("BASE", "main"), ("FAIL_ON", "none")]).0, 0);
    let (code, out, _) = run(&[]);
    assert!(code == 2 && out.contains("this is no pull request"), "{out}");
}

#[test]
fn the_hook_compares_what_is_staged_for_it() {
    let folder = repository();
    let entry = script("diff-hook.sh");
    let run = |arguments: &[&str]| {
        let variables = [("APILOOM_BIN", env!("CARGO_BIN_EXE_apiloom")), ("APILOOM_BASE", "main")];
        program(folder.path(), "bash", &[&[entry.to_str().unwrap()], arguments].concat(), &variables)
    };
    let (code, out, err) = run(&["api/pet.graphql", "api/query.graphql"]);
    assert!(code == 1 && out.contains("error[FIELD_REMOVED]"), "{out}{err}");
    assert_eq!(run(&["--fail-on=none", "api/pet.graphql"]).0, 0);
    assert_eq!(run(&["api/query.graphql"]).0, 0);
}

/// A hundred schemas that refer to each other, directly and as parts, and one that is ten thousand lists deep.
#[test]
fn cyclic_and_large_schemas_come_to_an_end() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, kind: &str| {
        let mut schemas = serde_json::json!({ "Leaf": { "type": kind }, "S0": { "type": "object" } });
        for n in 1..100 {
            let mut properties = serde_json::Map::new();
            for other in 0..100 {
                properties.insert(format!("p{other}"), reference(&format!("S{other}")));
            }
            properties.insert("leaf".to_owned(), reference("Leaf"));
            let parts = [reference(&format!("S{}", n - 1)), reference(&format!("S{}", n / 2))];
            schemas[format!("S{n}")] = if n % 3 == 0 {
                serde_json::json!({ "anyOf": parts, "properties": properties })
            } else {
                serde_json::json!({ "allOf": parts, "properties": properties })
            };
        }
        schemas["Again"] = reference("Again");
        for n in 0..10_000 {
            schemas[format!("L{n}")] =
                serde_json::json!({ "type": "array", "items": reference(&format!("L{}", n + 1)) });
        }
        schemas["L10000"] = reference("Leaf");
        let body =
            |of: &str| serde_json::json!({ "content": { "application/json": { "schema": reference(of) } } });
        let responses = serde_json::json!({ "200": { "description": "d" } });
        let operation =
            |of: &str| serde_json::json!({ "post": { "requestBody": body(of), "responses": responses } });
        let document = serde_json::json!({
            "openapi": "3.1.0",
            "info": { "title": "t", "version": "1" },
            "paths": { "/s": operation("S99"), "/l": operation("L0"), "/a": operation("Again") },
            "components": { "schemas": schemas },
        });
        fs::write(folder.path().join(name), document.to_string()).unwrap();
    };
    write("old.json", "string");
    write("new.json", "integer");
    let (code, out, err) = apiloom(folder.path(), &["diff", "old.json", "new.json", "--format", "json"]);
    assert_eq!(code, 1, "{err}");
    let told: Vec<Value> = serde_json::from_str(&out).unwrap();
    let of = |path: &str| told.iter().filter(|one| one["path"] == path).count();
    assert!(of("/s") > 0 && of("/l") > 0 && of("/a") == 0, "{} {} {}", of("/s"), of("/l"), of("/a"));
}

fn reference(to: &str) -> Value {
    serde_json::json!({ "$ref": format!("#/components/schemas/{to}") })
}

/// A document with one operation, with these additions to the operation and to the document.
fn with(operation: &Value, document: &Value) -> String {
    let join = |mut whole: Value, more: &Value| {
        whole.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        whole
    };
    let plain = serde_json::json!({ "operationId": "a", "responses": { "200": { "description": "d" } } });
    let whole = serde_json::json!({
        "openapi": "3.1.0",
        "info": { "title": "t", "version": "1" },
        "paths": { "/a": { "post": join(plain, operation) } },
    });
    join(whole, document).to_string()
}

/// What others do not tell, or tell as harmless: on the wire, and for code that uses a generated client.
#[test]
fn what_others_are_silent_about() {
    use serde_json::json;
    let none = json!({});
    let body =
        |schema: Value| json!({ "requestBody": { "content": { "application/json": { "schema": schema } } } });
    let parameter = |style: &str, explode: bool| {
        let schema = json!({ "type": "array", "items": { "type": "string" } });
        json!({ "parameters": [{ "name": "p", "in": "query", "style": style, "explode": explode, "schema": schema }] })
    };
    let called = |schema: Value| {
        let mut operation = body(schema);
        operation["responses"] = json!({ "200": { "description": "d" } });
        json!({ "callbacks": { "c": { "{$request.query.url}": { "post": operation } } } })
    };
    let servers = |url: &str| json!({ "servers": [{ "url": url }] });
    let object = json!({ "type": "object" });
    let number = json!({ "type": "integer" });
    let closed = json!({ "type": "object", "additionalProperties": false });
    let few = json!({ "type": "object", "minProperties": 1 });
    let not = json!({ "type": "object", "not": { "required": ["a"] } });
    let (list, unlike) = (json!({ "type": "array" }), json!({ "type": "array", "uniqueItems": true }));
    let twos = json!({ "type": "integer", "multipleOf": 2 });
    let small = json!({ "type": "integer", "format": "int32" });
    let rows = [
        ("request-parameter-explode-changed", parameter("form", true), parameter("form", false)),
        ("request-parameter-style-changed", parameter("form", false), parameter("pipeDelimited", false)),
        ("request-body-multiple-of-added", body(number.clone()), body(twos)),
        ("request-body-unique-items-added", body(list), body(unlike)),
        ("request-body-additional-properties-closed", body(object.clone()), body(closed)),
        ("request-body-min-properties-increased", body(object.clone()), body(few)),
        ("request-body-not-added", body(object), body(not)),
        ("request-body-type-changed", body(number.clone()), body(small)),
        ("callback-added", none.clone(), called(number.clone())),
        ("response-body-type-generalized", called(number), called(json!({ "type": "number" }))),
        ("api-security-became-required", none.clone(), json!({ "security": [{ "key": [] }] })),
        ("api-operation-id-removed", none.clone(), json!({ "operationId": "b" })),
    ];
    let folder = tempfile::tempdir().unwrap();
    let told = |old: String, new: String, category: &str| -> Vec<String> {
        fs::write(folder.path().join("old.json"), old).unwrap();
        fs::write(folder.path().join("new.json"), new).unwrap();
        let arguments = ["diff", "old.json", "new.json", "--format", "json", "--category", category];
        let found: Vec<Value> = serde_json::from_str(&apiloom(folder.path(), &arguments).1).unwrap();
        let text = |one: &Value, key: &str| one[key].as_str().unwrap().to_owned();
        found.iter().map(|one| format!("{} {}", text(one, "id"), text(one, "level"))).collect()
    };
    for (id, old, new) in rows {
        let found = told(with(&old, &none), with(&new, &none), "wire,docs,client");
        assert!(found.contains(&format!("{id} breaking")), "{id}: {found:?}");
    }
    let found = told(with(&none, &servers("https://a")), with(&none, &servers("https://b")), "wire");
    assert_eq!(found, ["servers-changed dangerous"]);
}

#[test]
fn what_needs_a_migration_is_told_of_tables() {
    use serde_json::json;
    let folder = tempfile::tempdir().unwrap();
    let side = |name: &str, properties: Value| {
        let pet = json!({ "type": "object", "x-table": "pets", "properties": properties });
        let schema = json!({ "type": "array", "items": { "$ref": "#/components/schemas/Pet" } });
        let content = json!({ "application/json": { "schema": schema } });
        let operation = json!({ "responses": { "200": { "description": "d", "content": content } } });
        let text = with(&operation, &json!({ "components": { "schemas": { "Pet": pet } } }));
        fs::write(folder.path().join(name), text).unwrap();
    };
    let owner = |kind: &str| json!({ "type": "object", "properties": { "n": { "type": "object", "properties": { "m": { "type": kind } } } } });
    side("old.json", json!({ "a": { "type": "string" }, "b": { "type": "string" }, "c": owner("string") }));
    side("new.json", json!({ "b": { "type": "integer" }, "c": owner("integer"), "d": { "type": "string" } }));
    let arguments = ["diff", "old.json", "new.json", "--format", "json", "--category", "db"];
    let found: Vec<Value> = serde_json::from_str(&apiloom(folder.path(), &arguments).1).unwrap();
    let told: Vec<&str> = found.iter().map(|one| one["text"].as_str().unwrap()).collect();
    assert_eq!(
        told,
        [
            "`/items/b` of response 200: the type changed from `string` to `integer`",
            "`/items/a` of response 200 was removed"
        ]
    );
}
