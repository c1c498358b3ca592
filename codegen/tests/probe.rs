//! The rows of the page on features that are about the tool: each is tried on a document of every version.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test ends where its promise is broken")]

use apiloom_codegen::mock::{Mock, Request};
use apiloom_codegen::write::{self, Foreign};
use apiloom_codegen::{Options, generate, load, openapi};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A copy of each probe, in a folder of its own.
fn probes() -> [(tempfile::TempDir, PathBuf); 3] {
    ["probe_3_0", "probe_3_1", "probe_3_2"].map(|case| {
        let (from, folder) = (
            Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/corpus").join(case),
            tempfile::tempdir().unwrap(),
        );
        for file in ["input.yaml", "parts.yaml"] {
            fs::copy(from.join(file), folder.path().join(file)).unwrap();
        }
        let input = folder.path().join("input.yaml");
        (folder, input)
    })
}

/// Runs the command; what it printed to its standard output and error.
fn run(folder: &Path, code: i32, arguments: &[&str]) -> (String, String) {
    let output =
        Command::new(env!("CARGO_BIN_EXE_apiloom")).args(arguments).current_dir(folder).output().unwrap();
    let [out, err] = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {out}{err}");
    (out, err)
}

/// Row `mocks`: every answer is one that the document has.
#[test]
fn mocks() {
    for (_folder, input) in probes() {
        let document = openapi::bundle(&load(&input).unwrap());
        let mock = Mock::new(serde_json::from_str(&document).unwrap(), 0, &|_, _| true);
        let ask = |method: &str, target: &str, body: &str| {
            let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
            let (method, target, body) = (method.to_owned(), target.to_owned(), body.as_bytes().to_vec());
            mock.answer(&Request { method, target, headers, body, gone: false })
        };
        assert!(mock.len() > 25);
        assert_eq!(ask("POST", "/checks", r#"{"number":9}"#).status, 200);
        assert_eq!(ask("POST", "/checks", r#"{"number":10}"#).status, 400);
        assert_eq!(ask("GET", "/styles?piped=1%7C2", "").status, 200);
        assert_eq!(ask("GET", "/styles?piped=a", "").status, 400);
        assert_eq!(ask("GET", "/secured/key", "").status, 401);
        assert_eq!(ask("GET", "/nowhere", "").status, 404);
    }
}

/// Rows `config / overlays / filter` and `custom types`.
#[test]
fn configuration() {
    for (folder, _) in probes() {
        let at = folder.path();
        let project = "[[schema]]\npath = \"input.yaml\"\nout = \"out\"\noverlays = [\"ours.yaml\"]\nsplit = \"tag\"\n[schema.rust]\nonly = [\"/checks\", \"GET /styles\"]\n[formats]\ndate-time = \"crate::Time\"\n[rename]\nChecked = \"Examined\"\n";
        fs::write(at.join("apiloom.toml"), project).unwrap();
        let overlay = "overlay: 1.0.0\ninfo: {title: Ours, version: '1'}\nactions:\n  - target: $.paths['/checks'].post\n    update: {tags: [ours], operationId: examine}\n";
        fs::write(at.join("ours.yaml"), overlay).unwrap();
        run(at, 0, &["generate"]);
        let text = |path: &str| fs::read_to_string(at.join("out").join(path)).unwrap();
        assert!(text("ours_api/server.rs").contains("fn examine("), "the overlay moved and renamed it");
        let types = text("ours_api/types.rs");
        assert!(
            types.contains("pub struct Examined") && types.contains("at: Option<crate::Time>"),
            "{types}"
        );
        let server = text("default_api/server.rs");
        assert!(server.contains("fn styles(") && !server.contains("fn path_styles("), "{server}");
    }
}

/// Rows `check/stale, dry-run, JSON output` and `CLI`.
#[test]
fn stale_code_is_noticed() {
    for (folder, input) in probes() {
        let at = folder.path();
        run(at, 1, &["generate", "input.yaml", "--out", "out", "--check"]);
        let (difference, _) = run(at, 0, &["generate", "input.yaml", "--out", "out", "--diff"]);
        assert!(difference.contains("+++ b/out/types.rs") && !at.join("out").exists(), "{difference}");
        run(at, 0, &["generate", "input.yaml", "--out", "out"]);
        run(at, 0, &["generate", "input.yaml", "--out", "out", "--check"]);
        let text = fs::read_to_string(&input).unwrap();
        fs::write(&input, text.replace("maxLength: 4", "maxLength: 5")).unwrap();
        let (_, stale) = run(at, 1, &["generate", "input.yaml", "--out", "out", "--check"]);
        assert!(stale.contains("~ types.rs") && !stale.contains("server.rs"), "{stale}");
        let (findings, _) = run(at, 0, &["lint", "input.yaml", "--format", "json"]);
        serde_json::from_str::<serde_json::Value>(&findings).unwrap();
    }
}

/// Row `build.rs / library`: what a build script calls.
#[test]
fn by_the_library() {
    for (folder, input) in probes() {
        let made = generate(&load(&input).unwrap(), &Options::default());
        let out = folder.path().join("out");
        write::write(&out, &made.files, Foreign::Refuse).unwrap();
        assert!(out.join("mod.rs").exists() && write::plan(&out, &made.files).unwrap().is_empty());
    }
}

/// Row `error location`: a reference to nothing is an error where it stands, a type that is none a warning.
#[test]
fn faults_have_places() {
    for (folder, input) in probes() {
        let text = fs::read_to_string(&input).unwrap();
        for (right, wrong, code, exit) in [
            ("required: [barks]\n", "$ref: '#/components/schemas/Nobody'\n", "A0201", 1),
            ("number: {type: integer", "number: {type: integr", "A0401", 0),
        ] {
            assert_eq!(text.matches(right).count(), 1, "{right}");
            let line = text.split(right).next().unwrap().lines().count();
            fs::write(&input, text.replace(right, wrong)).unwrap();
            let (_, told) = run(folder.path(), exit, &["lint", "input.yaml"]);
            assert!(told.contains(&format!("input.yaml:{line}:")) && told.contains(code), "{line}: {told}");
        }
    }
}
