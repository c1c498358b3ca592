//! What is wrong with a configuration is told at once, with its places, and without secrets.

use super::{failure, folder, load};
use apiloom::config::Config;

const FILE: &str = r#"# The shop.
[server]
port = "eighty"
body-limit = "2 MiB"
grace = "soon"

[log]
levle = "info"
level = "loud"

[app]
name = 5
workers = 300
mode = "very-slwo"
hosts = ["a", 7]
is_open = "yes"
pasword = "hunter2"
limits = { a = -1 }

[databse]
url = "postgres://root:hunter2@db"
"#;

#[test]
#[cfg(feature = "log")]
fn all_at_once() {
    let told = failure(
        folder(&[("default.toml", FILE)]).path(),
        &[("APP__SERVER__UPLOAD_LIMT", "1"), ("APP__APP__RATIO", "half"), ("APP__SERVR__PORT", "1")],
        &["--set", "app.workrs=3", "--lsiten", "x", "--set", "app.every=never"],
    );
    // Which sections there are is a matter of features.
    let (before, rest) = told.split_once("there are `server`, ").unwrap();
    let told = format!("{before}there are `server` …\n{}", rest.split_once('\n').unwrap().1);
    let known = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/config/told.txt");
    if std::env::var_os("APILOOM_BLESS").is_some() {
        std::fs::write(known, &told).unwrap();
    }
    assert_eq!(told, std::fs::read_to_string(known).unwrap(), "APILOOM_BLESS=1 writes {known} anew");
}

fn told(file: &str, text: &str) -> String {
    failure(folder(&[(file, text)]).path(), &[], &[])
}

#[test]
fn places_in_yaml() {
    let told =
        told("default.yaml", "server:\n  port: 80\n  grcae: 5s\napp:\n  # ünï\n  hosts: [a, { b: c }]\n");
    let wanted = "error: `[server]` has no key `grcae`\n --> default.yaml:3:3\n  |\n3 |   grcae: …\n  |   ^^^^^\n  \
                  = help: did you mean `grace`?\n";
    assert!(told.contains(wanted), "{told}");
    let wanted = "error: `app.hosts[1]` is a text, not a table\n --> default.yaml:6:14\n";
    assert!(told.contains(wanted), "{told}");
}

#[test]
fn syntax() {
    let told = |file, text| told(file, text);
    let toml = told("default.toml", "[server]\nport = \n[app\nname = \"a\"\n");
    assert!(toml.contains(":2:8") && toml.contains(":3:5"), "both are told: {toml}");
    let yaml = told("default.yaml", "server:\n  port: [80\napp: {}\n");
    assert!(yaml.contains("error: this is not valid YAML: ") && yaml.contains("default.yaml:3:"), "{yaml}");
    let twice = told("default.yaml", "app: {}\napp: {}\n");
    assert!(twice.contains("this key is there twice") && twice.contains("default.yaml:2:1"), "{twice}");
    let list = told("default.yaml", "- 1\n");
    assert!(list.contains("a configuration is a table"), "{list}");
    let bomb = (0..40).fold("a0: &a0 [x, x]\n".to_owned(), |text, n| {
        format!("{text}a{m}: &a{m} [*a{n}, *a{n}, *a{n}, *a{n}]\n", m = n + 1)
    });
    let told = told("default.yaml", &bomb);
    assert!(told.contains("more than a configuration may hold"), "{told}");
    assert!(told.len() < 1000);
}

#[test]
fn depth() {
    for (file, text) in [
        ("default.toml", format!("a = {}1{}", "[".repeat(100_000), "]".repeat(100_000))),
        ("default.yaml", format!("a: {}1{}", "[".repeat(100_000), "]".repeat(100_000))),
    ] {
        assert!(told(file, &text).contains("error: "), "{file}");
    }
}

#[test]
fn files_that_are_not_there() {
    let there = folder(&[("default.toml", ""), ("default.yaml", ""), ("production.toml", "")]);
    let both = failure(there.path(), &[], &["--profile", "prodution"]);
    assert!(both.contains("error: both default.toml and default.yaml are there"), "{both}");
    assert!(both.contains("there is no profile `prodution`"), "{both}");
    assert!(both.contains("--> command line, `--profile`\n  = help: did you mean `production`?"), "{both}");
    let away = failure(there.path(), &[("APP_PROFILE", "../x")], &["--config", "/nowhere/at/all"]);
    assert!(away.contains("there is no file or folder /nowhere/at/all\n --> command line"), "{away}");
}

#[test]
fn what_has_to_be_set() {
    #[derive(serde::Deserialize, serde::Serialize)]
    struct Needed {
        token: String,
        other: u8,
    }
    impl apiloom::config::Section for Needed {
        const NAME: &'static str = "needed";
    }
    let told = |variables: &[(&str, &str)]| {
        let config = Config::new().section::<Needed>().arguments(["a"]);
        config.variables(variables.iter().copied()).load().map(|_| ()).unwrap_err().to_string()
    };
    let told_none = told(&[("APP__NEEDED__OTHER", "1")]);
    let help = "= help: set `token` under `[needed]`, or the variable `APP__NEEDED__TOKEN`";
    assert!(
        told_none.contains("error: `needed.token` is not set\n") && told_none.contains(help),
        "{told_none}"
    );
    let bad = told(&[("APP__NEEDED__OTHER", "x"), ("APP__NEEDED__TOKEN", "t")]);
    assert!(bad.contains("for 1") || bad.starts_with("the configuration cannot be used\n"), "{bad}");
    assert!(!bad.contains("is not set"), "what was refused is not missing too: {bad}");
}

#[test]
fn secrets_are_never_told() {
    let lines = [
        "[app]\nkey = 123454321",
        "[app]\nkey = [\"canary\"]",
        "[app]\nkey = { canary = 1 }",
        "[app]\nkye = \"canary\"",
        "[app]\nkey = \"canary",
        "[app]\nkey = canary",
        "[app]\nkey = \"canary\"\nkey = \"canary\"",
        "[app]\nkey \"canary\"",
        "[app]\nkey = \"\"\"\ncanary\n[canary\ncanary==\n",
        "[app.database]\nurl = 5\npassword = false # canary",
        "[app]\ndatabase = { url = 5, password = \"canary\" }",
        "[app]\ndatabase = { password = \"canary\", url = 5 }",
        "[app]\ndatabase = { pasword = \"can!ary\", url = 5 }",
        "[ap]\nkey = \"canary\"",
        "[app]\nhosts = [\"canary\", 5]",
        "[app]\nhosts = [\n\"canary\", 5]",
        "[app.database]\npassword = [1, \"canary\"]",
    ];
    for text in lines {
        let told = told("default.toml", text);
        assert!(told.contains("error: "), "{text}: {told}");
        assert!(!told.contains("canary") && !told.contains("can!ary"), "{text}\n{told}");
        assert!(!told.contains("123454321"), "{text}\n{told}");
    }
    for text in
        ["app: {key: [canary]}", "app:\n  kye: canary", "app:\n  key: \"canary", "app:\n  key: &a canary: b"]
    {
        let told = told("default.yaml", text);
        assert!(told.contains("error: ") && !told.contains("canary"), "{text}\n{told}");
    }
    let there = folder(&[("secret", "canary")]);
    let file = there.path().join("secret");
    let file = file.to_str().unwrap();
    for variable in ["APP__APP__KYE", "APP__APP__DATABASE__PASSWORD__X", "APP__APP__KEY__X"] {
        let told = failure(there.path(), &[(variable, "canary")], &[]);
        assert!(!told.contains("canary"), "{variable}: {told}");
    }
    for variable in
        ["APP__APP__WORKERS_FILE", "APP__APP__MODE_FILE", "APP__APP__EVERY_FILE", "APP__APP__KYE_FILE"]
    {
        let told = failure(there.path(), &[(variable, file)], &[]);
        assert!(!told.contains("canary"), "{variable}: {told}");
    }
    for argument in ["--set=app.kye=canary", "--set=app.database.password.x=canary", "--set=app.key.x=canary"]
    {
        let told = failure(there.path(), &[], &[argument]);
        assert!(!told.contains("canary"), "{argument}: {told}");
    }
    let shown = load(there.path(), &[("APP__APP__KEY", "canary")], &[]).unwrap();
    assert!(!format!("{shown:?}").contains("canary"));
}
