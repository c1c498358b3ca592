//! Tests: text of a schema never becomes code, wherever it stands. `tests/run` compiles what comes of such documents too.

use crate::config::{Target, TypeScript};
use crate::emit::rust::hostile::{PAYLOADS, document};
use crate::{Generated, Options, Sources, generate};

fn generated(text: &str) -> Generated {
    let targets = vec![Target::TypescriptClient];
    let sources = Sources::from_text("openapi.json", document(text).to_string());
    let typescript = TypeScript { bigint: true, brands: true, validators: true };
    generate(&sources, &Options { targets, typescript, ..Options::default() })
}

/// What is code: comments and what stands in strings left out. Panics where a string does not end on its line.
fn code(text: &str) -> String {
    let mut code = String::new();
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match (letter, letters.peek()) {
            ('/', Some('/')) => _ = letters.by_ref().find(|letter| *letter == '\n'),
            ('/', Some('*')) => {
                let mut before = ' ';
                letters.next();
                assert!(
                    letters.any(|letter| std::mem::replace(&mut before, letter) == '*' && letter == '/'),
                    "a comment does not end"
                );
            }
            ('"', _) => loop {
                match letters.next().expect("a string ends") {
                    '\\' => _ = letters.next(),
                    '"' => break,
                    letter => assert!(!matches!(letter, '\n' | '\r'), "a string ends on its line"),
                }
            },
            ('`' | '\'', _) => panic!("templates and single quotes are not in generated code: {text}"),
            (letter, _) => code.push(letter),
        }
    }
    code
}

#[test]
fn text_never_becomes_code() {
    for payload in PAYLOADS {
        let made = generated(payload);
        assert_eq!(made.files.len(), 7, "{payload:?}: {:?}", made.diagnostics);
        for file in
            made.files.iter().filter(|file| !["runtime.ts", "checks.ts"].contains(&file.path.as_str()))
        {
            let code = code(&file.text);
            let mut words =
                code.split(|letter: char| !letter.is_alphanumeric() && letter != '_' && letter != '$');
            assert!(!words.any(|word| word == "pwned"), "{payload:?}: {}\n{}", file.path, file.text);
            for [open, close] in [['{', '}'], ['(', ')'], ['[', ']']] {
                let count = |sign: char| code.matches(sign).count();
                assert_eq!(count(open), count(close), "{payload:?}: {}\n{}", file.path, file.text);
            }
            let hidden = |letter: char| {
                letter.is_control() && letter != '\n' || ('\u{2028}'..='\u{202e}').contains(&letter)
            };
            assert!(!file.text.contains(hidden), "{payload:?}: {}", file.path);
            let ordered =
                file.text.lines().any(|line| line.trim_start_matches(['/', '*', ' ']).starts_with("@ts-"));
            assert!(!ordered, "{payload:?}: {} gives the compiler orders\n{}", file.path, file.text);
        }
    }
}

#[test]
fn same_input_same_bytes() {
    assert_eq!(generated("a b").files, generated("a b").files);
}

#[test]
fn only_what_is_asked_for_is_made() {
    let sources = Sources::from_text("openapi.json", document("fine").to_string());
    let paths = |targets: Vec<Target>| {
        let made = generate(&sources, &Options { targets, ..Options::default() });
        made.files.iter().map(|file| file.path.clone()).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(paths(Vec::new()), "mod.rs types.rs server.rs security.rs openapi.json");
    let script = "index.ts client.ts types.ts runtime.ts fine.ts";
    assert_eq!(paths(vec![Target::TypescriptClient]), script);
    let both = script.split(' ').map(|path| format!(" ts/{path}")).collect::<String>();
    assert_eq!(paths(vec![Target::RustTypes, Target::TypescriptClient]), format!("mod.rs types.rs{both}"));
}
