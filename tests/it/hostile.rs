//! Files that want to break the reader: each is a finding, none a crash, and none takes more than the limits allow.

use crate::told;
use apiloom_codegen::{Generated, Options, Severity, Sources, generate, load};
use std::fmt::Write as _;

const HEAD: &str = "openapi: 3.1.0\ninfo: { title: Hostile, version: '1' }\npaths: {}\n";

fn read(text: impl Into<String>) -> (Sources, Generated) {
    let sources = Sources::from_text("input.yaml", text);
    let made = generate(&sources, &Options::default());
    (sources, made)
}

/// Asserts that reading ends with an error of this kind, at a place inside the file.
fn refused(text: impl Into<String>, code: &str) {
    let (sources, made) = read(text);
    let errors: Vec<&str> =
        made.diagnostics.iter().filter(|f| f.severity == Severity::Error).map(|f| f.code.id()).collect();
    assert!(errors.contains(&code), "no {code} but {errors:?}: {:.2000}", told(&sources, &made));
    assert!(made.files.is_empty());
    inside(&sources, &made);
}

/// Asserts that reading ends, with findings at places inside the file and no code that is made in spite of an error.
fn survived(text: impl Into<String>) -> Generated {
    let (sources, made) = read(text);
    inside(&sources, &made);
    assert!(made.files.is_empty() || !made.diagnostics.has_errors());
    made
}

fn inside(sources: &Sources, made: &Generated) {
    for found in made.diagnostics.iter() {
        let text = &sources.file(found.span.file).text;
        assert!(found.span.start <= found.span.end && found.span.end as usize <= text.len(), "{found:?}");
    }
}

#[test]
fn alias_bomb() {
    let mut text = format!("{HEAD}x-a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n");
    for n in 1..12 {
        let aliases = vec![format!("*a{}", n - 1); 9].join(", ");
        writeln!(text, "x-a{n}: &a{n} [{aliases}]").unwrap();
    }
    refused(text, "A0104");
}

#[test]
fn alias_of_itself() {
    survived(format!("{HEAD}x-a: &a [*a]\n"));
    survived(format!("{HEAD}x-a: &a {{ b: *a }}\ncomponents: *a\n"));
}

#[test]
fn brackets() {
    for piece in ["[", "{a: ", "- ", "{\"a\":"] {
        refused(piece.repeat(200_000), "A0103");
        refused(format!("{HEAD}x-deep:\n  {}", piece.repeat(200_000)), "A0103");
    }
}

#[test]
fn json_brackets() {
    for piece in ["[", "{\"a\":"] {
        let sources = Sources::from_text(
            "input.json",
            format!("{{\"openapi\":\"3.1.0\",\"x-a\":{}", piece.repeat(200_000)),
        );
        let made = generate(&sources, &Options::default());
        assert!(
            made.diagnostics.iter().any(|found| found.code.id() == "A0103"),
            "{:.2000}",
            told(&sources, &made)
        );
    }
}

#[test]
fn nesting() {
    let deep = |levels: usize| {
        let mut text = format!("{HEAD}components:\n  schemas:\n    A: ");
        text.push_str(&"{ type: array, items: ".repeat(levels));
        text.push_str("{ type: string }");
        text.push_str(&" }".repeat(levels));
        text
    };
    refused(deep(10_000), "A0103");
    assert!(!survived(deep(20)).files.is_empty());
    // As deep as the limit allows, or just refused: never a stack that overflows.
    for levels in [50, 60, 62, 64, 100, 120, 126, 128, 200, 250, 254, 256, 400, 500, 510, 512, 1000] {
        survived(deep(levels));
    }
}

#[test]
fn references_in_circles() {
    let schemas = |text: &str| format!("{HEAD}components:\n  schemas:\n{text}");
    refused(schemas("    A: { $ref: '#/components/schemas/A' }\n"), "A0204");
    refused(schemas("    A: { allOf: [{ $ref: '#/components/schemas/A' }] }\n"), "A0204");
    survived(schemas("    A: { oneOf: [{ $ref: '#/components/schemas/A' }, { type: string }] }\n"));
    survived(schemas(
        "    A: { anyOf: [{ $ref: '#/components/schemas/B' }] }\n    B: { oneOf: [{ $ref: '#/components/schemas/A' }] }\n",
    ));
    let mut chain = String::new();
    for n in 0..5_000 {
        writeln!(chain, "    A{n}: {{ $ref: '#/components/schemas/A{}' }}", (n + 1) % 5_000).unwrap();
    }
    // A circle of this length is as good as a chain without end.
    refused(schemas(&chain), "A0103");
    refused(
        "openapi: 3.1.0\ninfo: { title: a, version: '1' }\npaths: { /a: { $ref: '#/paths/~1a' } }\n",
        "A0204",
    );
}

#[test]
fn a_long_chain_of_schemas() {
    let mut text = format!("{HEAD}components:\n  schemas:\n    A3000: {{ type: string }}\n");
    for n in 0..3_000 {
        writeln!(
            text,
            "    A{n}: {{ allOf: [{{ $ref: '#/components/schemas/A{}' }}, {{ description: x }}] }}",
            n + 1
        )
        .unwrap();
    }
    survived(text);
    let mut text = format!("{HEAD}components:\n  schemas:\n    A3000: {{ type: string }}\n");
    for n in 0..3_000 {
        writeln!(
            text,
            "    A{n}: {{ type: object, properties: {{ a: {{ $ref: '#/components/schemas/A{}' }} }} }}",
            n + 1
        )
        .unwrap();
    }
    assert!(!survived(text).files.is_empty());
}

/// Each level mentions the one below it twice: 2⁴⁰ copies, were references copied.
#[test]
fn doubling() {
    for join in ["allOf", "oneOf", "anyOf"] {
        let mut text = format!(
            "{HEAD}components:\n  schemas:\n    A40: {{ type: object, properties: {{ a: {{ type: string }} }} }}\n"
        );
        for n in 0..40 {
            let below = format!("{{ $ref: '#/components/schemas/A{}' }}", n + 1);
            writeln!(text, "    A{n}: {{ {join}: [{below}, {below}] }}").unwrap();
        }
        survived(text);
    }
}

#[test]
fn references_that_leave_the_folder() {
    let escapes = [
        "../a.yaml",
        "/etc/passwd",
        "%2e%2e/a.yaml",
        "a/../../b.yaml",
        "file:///etc/passwd",
        "C:\\a.yaml",
        "\\\\host\\a",
    ];
    for escape in escapes {
        refused(format!("{HEAD}components: {{ schemas: {{ A: {{ $ref: '{escape}' }} }} }}\n"), "A0203");
    }
}

#[cfg(unix)]
#[test]
fn links_that_leave_the_folder() {
    let folder = tempfile::tempdir().unwrap();
    let inside = folder.path().join("inside");
    std::fs::create_dir(&inside).unwrap();
    std::fs::write(folder.path().join("secret.yaml"), "type: string\n").unwrap();
    std::os::unix::fs::symlink("../secret.yaml", inside.join("link.yaml")).unwrap();
    std::fs::write(
        inside.join("input.yaml"),
        format!("{HEAD}components: {{ schemas: {{ A: {{ $ref: link.yaml }} }} }}\n"),
    )
    .unwrap();
    let sources = load(&inside.join("input.yaml")).unwrap();
    let made = generate(&sources, &Options::default());
    assert!(made.diagnostics.iter().any(|found| found.code.id() == "A0202"), "{}", told(&sources, &made));
    assert!(sources.files().all(|(_, file)| !file.path.contains("secret")));
}

#[test]
fn bytes_that_are_no_text() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("input.yaml");
    std::fs::write(&path, b"openapi: \xff\xfe\xfd").unwrap();
    assert!(load(&path).unwrap_err().to_string().contains("not UTF-8"));
    assert!(load(&folder.path().join("nothing.yaml")).is_err());
    assert!(load(folder.path()).unwrap_err().to_string().contains("folder"));
    std::fs::write(&path, [0xff, 0xfe, 0x00, 0xd8, 0x41]).unwrap();
    assert!(load(&path).is_err());
}

#[test]
fn utf_16_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("input.yaml");
    let text = format!("{HEAD}components: {{ schemas: {{ A: {{ type: string, description: ä日 }} }} }}\n");
    for (mark, bytes) in [
        ([0xff, 0xfe], text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>()),
        ([0xfe, 0xff], text.encode_utf16().flat_map(u16::to_be_bytes).collect()),
    ] {
        std::fs::write(&path, [mark.as_slice(), &bytes].concat()).unwrap();
        assert!(!generate(&load(&path).unwrap(), &Options::default()).files.is_empty());
    }
}

#[test]
fn odd_files() {
    for text in [
        "",
        "\n",
        " ",
        "\u{feff}",
        "\0",
        "---\n",
        "...\n",
        "# nothing\n",
        "~",
        "[]",
        "{}",
        "7",
        "\"text\"",
        "--- a\n--- b\n",
    ] {
        let made = survived(text);
        assert!(made.files.is_empty() && made.diagnostics.has_errors(), "{text:?} is no document");
    }
    survived(format!(
        "{HEAD}x-nul: \"\\0\"\ncomponents: {{ schemas: {{ \"a\\0b\": {{ type: string, description: \"\\0\" }} }} }}\n"
    ));
    survived(format!("{HEAD}x-nul: \0\n"));
    survived(HEAD.replace('\n', "\r"));
    survived(HEAD.replace('\n', "\r\n"));
}

#[test]
fn numbers() {
    let huge = "9".repeat(100_000);
    for number in [
        "1e999",
        "-1e999",
        ".inf",
        ".nan",
        "1e-999",
        "99999999999999999999999999",
        "0x7fffffffffffffffffff",
        &huge,
    ] {
        for key in
            ["minimum", "maximum", "multipleOf", "minLength", "maxLength", "minItems", "default", "const"]
        {
            for kind in ["integer", "number", "string", "array"] {
                survived(format!(
                    "{HEAD}components: {{ schemas: {{ A: {{ type: object, properties: {{ a: {{ type: {kind}, {key}: {number} }} }} }} }} }}\n"
                ));
            }
        }
    }
}

#[test]
fn a_million_entries() {
    let mut text = format!("{HEAD}x-many:\n");
    for n in 0..1_000_000 {
        writeln!(text, "  k{n}: {n}").unwrap();
    }
    survived(text);
}

#[test]
fn equal_keys() {
    survived(format!("{HEAD}x-many:\n{}", "  k: 1\n".repeat(100_000)));
}

#[test]
fn long_texts() {
    let long = "a".repeat(300_000);
    survived(format!("{HEAD}x-long: {long}\n"));
    survived(format!("{HEAD}{long}: 1\n"));
    survived(format!(
        "{HEAD}components: {{ schemas: {{ {}: {{ type: string, description: {long} }} }} }}\n",
        "A".repeat(20_000)
    ));
    survived(format!(
        "{HEAD}components: {{ schemas: {{ A: {{ type: string, pattern: '{}' }} }} }}\n",
        "(a*)*".repeat(10_000)
    ));
    survived(format!(
        "{HEAD}components: {{ schemas: {{ A: {{ type: string, pattern: '{}' }} }} }}\n",
        "(".repeat(100_000)
    ));
    survived(format!(
        "{HEAD}components: {{ schemas: {{ A: {{ type: string, pattern: 'a{{1000}}{{1000}}{{1000}}' }} }} }}\n"
    ));
}
