use super::{encode, read};
use serde_json::{Value, json};

fn json_of(text: &str) -> String {
    match read::json(text, 1000) {
        Ok(json) => String::from_utf8(json).unwrap(),
        Err(fault) => format!("{}: {}", fault.code, fault.detail),
    }
}

#[track_caller]
fn check(yaml: &str, expected: &str) {
    assert_eq!(json_of(yaml), expected, "{yaml}");
}

#[test]
fn values() {
    check(
        "a: 1\nb: [x, 'y', \"z\\n\"]\nc:\n  - {d: null}\n  - ~\n",
        r#"{"a":1,"b":["x","y","z\n"],"c":[{"d":null},null]}"#,
    );
    check("", "null");
    check("# nothing\n", "null");
    check("\u{feff}--- a\n...\n", r#""a""#);
    check("- |\n  a\n  b\n- >\n  a\n  b\n", r#"["a\nb\n","a b\n"]"#);
    check("true: 1\n2: b\n? c\n: d\n", r#"{"true":1,"2":"b","c":"d"}"#);
    check("a: 1\na: 2\n", r#"{"a":1,"a":2}"#);
    // The core schema: what other versions take for a boolean, a time or an octal number is none.
    check("[no, on, 12:30, 010, 1_000, 2001-01-01]", r#"["no","on","12:30",10,"1_000","2001-01-01"]"#);
    check(
        "[+1, -0x1, 0x1F, 0o17, .5, 5., -.5e3, 1e+2, 1e, +.e, a-, 0.10]",
        r#"[1,"-0x1",31,15,0.5,5,-0.5e3,1e+2,"1e","+.e","a-",0.10]"#,
    );
    check(
        "[0x-1, 0o8, 0x, 123456789012345678901234567890.5]",
        r#"["0x-1","0o8","0x",123456789012345678901234567890.5]"#,
    );
    // Tags: texts and the core schema; others change nothing.
    check(
        "[! 1, !!str 1, !!int '1', !x 1, !!binary aGk=, !!python/object:os.system x]",
        r#"["1","1",1,1,"aGk=","x"]"#,
    );
}

#[test]
fn aliases() {
    check(
        "a: &x {b: [1]}\nc: *x\nd: [*x, *x]\n",
        r#"{"a":{"b":[1]},"c":{"b":[1]},"d":[{"b":[1]},{"b":[1]}]}"#,
    );
    check("- &k key\n- {*k : 1}\n- &n 7\n- {*n : 1}\n", r#"["key",{"key":1},7,{"7":1}]"#);
    check("- &k [a]\n- {*k : 1}\n", "syntax: is not valid YAML: a key is not a text (line 2, column 4)");
    check(
        "&x [*x]",
        "syntax: is not valid YAML: an alias stands inside the value that it names (line 1, column 5)",
    );
    // Merge keys are of YAML 1.1.
    check("a: &x {b: 1}\nc: {<<: *x}\n", r#"{"a":{"b":1},"c":{"<<":{"b":1}}}"#);
    let bomb = (1..20).fold("- &a0 [x, x, x, x]\n".to_owned(), |text, n| {
        let last = n - 1;
        text + &format!("- &a{n} [*a{last}, *a{last}, *a{last}, *a{last}]\n")
    });
    check(&bomb, "size: aliases may add 1000 bytes of JSON at most");
    let deep =
        (1..100).fold("- &a0 [[x]]\n".to_owned(), |text, n| text + &format!("- &a{n} [[*a{}]]\n", n - 1));
    check(&deep, "size: aliases may add 1000 bytes of JSON at most");
    let deep =
        format!("- &a {}{}\n- {}*a{}\n", "[".repeat(70), "]".repeat(70), "[".repeat(70), "]".repeat(70));
    check(&deep, "depth: values may be nested 127 deep at most");
}

#[test]
fn refused() {
    for (yaml, what) in [
        ("a: [1", "syntax"),
        ("a: b: c", "syntax"),
        ("{a: 1}}", "syntax"),
        ("a\n---\nb\n", "syntax: is not valid YAML: there is more than one document (line 3, column 1)"),
        ("*x", "syntax"),
        ("[.inf]", "syntax: is not valid YAML: JSON has no such number (line 1, column 2)"),
        ("a: -.INF", "syntax"),
        ("a: .nan", "syntax"),
        ("? [a]\n: b", "syntax: is not valid YAML: a key is not a text (line 1, column 3)"),
        ("\"\\ud800\"", "syntax"),
        ("%YAML 1.2\n%YAML 1.2\n--- a", "syntax"),
    ] {
        assert!(json_of(yaml).starts_with(what), "{yaml}: {}", json_of(yaml));
    }
    for nest in ["[", "{a: ", "- ", "? "] {
        let told = json_of(&nest.repeat(300));
        assert!(told.starts_with("depth: ") || told.starts_with("syntax: "), "{nest}: {told}");
    }
    let blocks: String = (0..200).map(|n| format!("{}a:\n", " ".repeat(n))).collect();
    check(&blocks, "depth: values may be nested 127 deep at most");
}

/// Texts that could take a scanner long: none takes more than a few seconds even without optimisation.
#[test]
fn long() {
    let started = std::time::Instant::now();
    for piece in [
        "[", "]", "{", "- ", "? ", ": ", "a: ", "&a ", "*a ", "!a ", "\"", "'", "|\n", "#", "\t", "a\n",
        "---\n", "a,", "{a", "\r", "%a\n",
    ] {
        let text = piece.repeat(200_000 / piece.len());
        let told = json_of(&text);
        assert!(!told.is_empty(), "{piece}");
    }
    let flat = json_of(&"- a\n".repeat(100_000));
    assert_eq!(flat.len(), 400_001);
    assert!(started.elapsed().as_secs() < 60, "{:?}", started.elapsed());
}

/// Damaged documents are refused or read, and what is read is JSON.
#[test]
fn damaged() {
    let whole = "a: &x [1, 'b', \"c\\n\"]\nd: {e: *x, f: !!str 1}\ng: |\n  text\nh: >-\n  more\n? i\n: - j\n";
    for at in 0..whole.len() {
        for damage in
            [b'[', b'}', b':', b'\n', b'\t', b'*', b'&', b'!', b'|', b'"', b'-', b'?', b'%', 0, 0x7f]
        {
            let mut bytes = whole.as_bytes().to_vec();
            bytes[at] = damage;
            for text in [std::str::from_utf8(&bytes).unwrap(), &whole[..at]] {
                if let Ok(json) = read::json(text, 1000) {
                    serde_json::from_slice::<Value>(&json).unwrap();
                }
            }
        }
    }
}

#[test]
fn written() {
    let value = json!({
        "name": "Rex", "no": "yes", "empty": [], "none": {}, "null": null, "n": 1.5, "text": "a\n\u{85}\u{2028}b: #",
        "list": [1, [2, [3]], {"a": "x", "b": [{"c": 1}]}, "1", "", "-", " a"],
        "nest": {"deep": {"er": [true]}}, "-a b": "ä", "path/to.x": "a.b/c-d_e",
    });
    let yaml = encode(&value).unwrap();
    assert_eq!(serde_json::from_str::<Value>(&json_of(&yaml)).unwrap(), value, "{yaml}");
    let pet = json!({"name": "Rex", "tags": ["a", {"b": [[1, 2], []]}]});
    assert_eq!(
        encode(&pet).unwrap(),
        "name: Rex\ntags:\n  - a\n  - b:\n      - - 1\n        - 2\n      - []\n"
    );
    for one in [
        json!(null),
        json!("x"),
        json!("a\"\\b"),
        json!(7),
        json!([]),
        json!({}),
        json!([[[]]]),
        json!({"k".repeat(2000): [1], "a": 1}),
    ] {
        let yaml = encode(&one).unwrap();
        assert_eq!(serde_json::from_str::<Value>(&json_of(&yaml)).unwrap(), one, "{yaml}");
    }
}
