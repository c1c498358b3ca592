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
    assert!(text.starts_with("Usage: shop [doctor] [OPTIONS]\n"), "{text}");
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

#[tokio::test]
async fn doctor() {
    use apiloom::Service;
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let busy = taken.local_addr().unwrap();
    let text = format!("[server]\nlisten = ['127.0.0.1:0', '{busy}']\n[operations.nobody]\nlog = true\n");
    let there = folder(&[("default.toml", &text)]);
    let found = super::app(there.path(), &[], &["doctor"]).service(Service::default()).examine().await;
    assert!(!found.is_well());
    let found = found.to_string();
    assert!(
        found.contains("FAILED  operations: the configuration cannot be used\n\nerror: there is no operation `nobody`\n --> "),
        "{found}"
    );
    assert!(found.contains("\nok      settings: can be used\n"), "{found}");
    assert!(found.contains("\nok      listen on 127.0.0.1:0: http://127.0.0.1:"), "{found}");
    assert!(found.contains(&format!("\nFAILED  listen on {busy}: cannot listen on {busy}: ")), "{found}");
    let there = folder(&[("default.toml", "server.listen = '127.0.0.1:0'\nadmin.listen = '127.0.0.1:0'\n")]);
    let app = super::app(there.path(), &[], &["doctor"]);
    #[cfg(feature = "admin")]
    let app = app.check("database", || async { Err::<(), _>("nobody is there") });
    let found = app.examine().await;
    assert_eq!(found.is_well(), cfg!(not(feature = "admin")));
    #[cfg(feature = "admin")]
    assert!(
        found.to_string().ends_with(
            "ok      admin on 127.0.0.1:0: it is free\nFAILED  check `database`: nobody is there\n"
        ),
        "{found}"
    );
}
