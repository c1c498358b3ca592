//! What `--print-config` and its like print.

use super::{folder, printed};

#[test]
#[cfg(all(feature = "log", feature = "docs"))]
fn where_from() {
    let there = folder(&[
        (
            "default.toml",
            "[app]\nname = \"öl\"\nkey = 'canary'\nlimits = { a = 1 }\n[app.database]\npassword = 'canary'\n",
        ),
        ("secret", "canary"),
    ]);
    let file = there.path().join("secret");
    let variables = [("APP__APP__WORKERS", "7"), ("APP__APP__NAME_FILE", file.to_str().unwrap())];
    let text = printed(
        there.path(),
        &variables,
        &["--print-config", "--set", "app.ratio=0.25", "--listen", "[::]:1"],
    );
    assert!(!text.contains("canary"), "{text}");
    for line in [
        "listen = [\"[::]:1\"]                     # --listen",
        "port = 8080                             # default",
        "body_limit = \"2 MiB\"                    # default",
        "workers = 7                             # APP__APP__WORKERS",
        "ratio = 0.25                            # --set app.ratio",
        "key = \"***\"                             # default.toml:3",
        "name = \"***\"                            # APP__APP__NAME_FILE=secret",
        "[app.limits]\na = 1                                   # default.toml:4",
        "[app.database]",
        "password = \"***\"                        # default.toml:6",
        "# key_file is not set",
        "level = \"info\"                          # default",
    ] {
        assert!(
            text.lines().any(|known| known == line) || text.contains(&format!("{line}\n")),
            "{line}\n{text}"
        );
    }
    let again = folder(&[("default.toml", &text)]);
    super::app(again.path(), &[], &[]);
}

#[test]
fn help() {
    let text = printed(folder(&[]).path(), &[], &["--help"]);
    assert!(text.starts_with("Usage: shop [OPTIONS]\n"), "{text}");
    let wanted = ["--config", "--listen", "--profile", "--set", "--print-config", "--help"];
    assert!(wanted.iter().all(|option| text.contains(option)), "{text}");
}

#[test]
#[cfg(all(feature = "config-schema", feature = "log", feature = "docs"))]
fn schema() {
    let text = printed(folder(&[]).path(), &[], &["--print-config-schema"]);
    let schema: serde_json::Value = serde_json::from_str(&text).unwrap();
    let server = &schema["properties"]["server"];
    assert_eq!(server["properties"]["port"]["maximum"], 65535);
    assert_eq!(server["additionalProperties"], false);
    assert_eq!(schema["properties"]["app"]["type"], "object");
    // Every reference leads somewhere.
    for part in text.split("\"#/$defs/").skip(1) {
        let name = part.split('"').next().unwrap();
        assert!(schema["$defs"][name].is_object(), "{name}");
    }
}
