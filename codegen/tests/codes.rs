//! Every code has a text, and the book has them all.

use apiloom_codegen::Code;
use std::fmt::Write as _;
use std::path::Path;

#[test]
fn every_code_is_explained_with_a_bad_and_a_good_example() {
    for code in Code::ALL {
        let text = code.explanation();
        let head = format!("# {}: {}\n", code.id(), code.title());
        assert!(text.starts_with(&head), "explain/{}.md starts with {head:?}", code.id());
        for part in ["\n## Instead of\n", "\n## Write\n"] {
            assert_eq!(text.matches(part).count(), 1, "explain/{}.md has one {part:?}", code.id());
        }
        assert!(text.len() > 250, "explain/{}.md says what and why", code.id());
    }
}

#[test]
fn no_text_is_left_over() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/explain");
    for entry in std::fs::read_dir(folder).expect("the folder is there") {
        let name = entry.expect("it can be read").file_name().to_string_lossy().into_owned();
        let id = name.strip_suffix(".md").unwrap_or(&name);
        assert!(Code::find(id).is_some_and(|code| code.id() == id), "explain/{name} belongs to no code");
    }
}

#[test]
fn ids_are_unique_and_in_order() {
    let ids: Vec<_> = Code::ALL.iter().map(|code| code.id()).collect();
    assert!(ids.windows(2).all(|pair| pair[0] < pair[1]), "{ids:?}");
}

/// The chapter of the book is made of the texts. `APILOOM_BLESS=1` writes it anew.
#[test]
fn the_book_has_them_all() {
    let mut chapter = String::from(
        "# Codes\n\nEvery finding has a code that stays the same between versions. `apiloom explain CODE` prints these \
         texts;\n`[lint]` in `apiloom.toml` turns warnings and notes up, down or off.\n",
    );
    for code in Code::ALL {
        let severity = format!("{:?}", code.severity()).to_lowercase();
        let text = code.explanation().replace("\n## ", "\n### ");
        let (head, rest) = text.split_once('\n').expect("there is a heading");
        write!(chapter, "\n#{head}\n\nSeverity: {severity}.\n{rest}")
            .expect("writing to a String cannot fail");
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../book/src/codes.md");
    if std::env::var_os("APILOOM_BLESS").is_some() {
        std::fs::write(&path, &chapter).expect("the book is writable");
    }
    let committed = std::fs::read_to_string(&path).expect("the chapter is committed");
    assert!(committed == chapter, "run the test with APILOOM_BLESS=1 and commit the result");
}
