//! The command as its users and their scripts see it: streams, exit codes, files.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test ends where its promise is broken")]

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

const GOOD: &str = r##"openapi: 3.1.0
info: {title: Pets, version: "1"}
paths:
  /pets:
    get:
      operationId: listPets
      tags: [pets]
      responses:
        "200":
          description: All pets
          content: {application/json: {schema: {type: array, items: {$ref: "#/components/schemas/Pet"}}}}
components:
  schemas:
    Pet: {type: object, required: [name], properties: {name: {type: string, maxLength: 40}}}
"##;

fn bad() -> String {
    GOOD.replace("#/components/schemas/Pet\"", "#/components/schemas/Pett\"")
}

fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_apiloom"));
    command.args(arguments).current_dir(folder);
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy().into_owned();
        if name.starts_with("APILOOM_") || matches!(name.as_str(), "NO_COLOR" | "CLICOLOR_FORCE") {
            command.env_remove(name);
        }
    }
    command
}

fn run(folder: &Path, arguments: &[&str]) -> Run {
    Run::of(command(folder, arguments).output().unwrap())
}

struct Run {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Run {
    fn of(output: Output) -> Self {
        Self {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "out: {}\nerr: {}", self.out, self.err);
        self
    }
}

/// A folder with a good and a bad schema.
fn project() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("good.yaml"), GOOD).unwrap();
    fs::write(folder.path().join("bad.yaml"), bad()).unwrap();
    folder
}

#[test]
fn exit_codes() {
    let folder = project();
    let at = folder.path();
    fs::write(at.join("broken.yaml"), "a: [").unwrap();
    fs::write(at.join("other.yaml"), "a: 1").unwrap();
    for (code, arguments) in [
        (0, vec!["lint", "good.yaml"]),
        (1, vec!["lint", "bad.yaml"]),
        (2, vec!["lint"]),
        (2, vec!["lint", "--no-such-flag"]),
        (2, vec!["generate", "good.yaml"]),
        (3, vec!["lint", "broken.yaml"]),
        (3, vec!["lint", "other.yaml"]),
        (3, vec!["lint", "missing.yaml"]),
        (3, vec!["generate", "broken.yaml", "--out", "gen"]),
    ] {
        let run = run(at, &arguments).exits(code);
        assert!(run.out.is_empty(), "{arguments:?}: {}", run.out);
        assert!(!run.err.is_empty(), "{arguments:?} says nothing");
    }
}

#[test]
fn a_bug_is_reported_in_the_cache_folder() {
    let folder = project();
    let cache = folder.path().join("cache");
    let mut command = command(folder.path(), &["crash"]);
    let run = Run::of(command.env("XDG_CACHE_HOME", &cache).env("HOME", &cache).output().unwrap()).exits(70);
    assert!(run.err.contains("this is a bug in apiloom"), "{}", run.err);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 3, "two schemas and the cache folder");
}

#[test]
fn findings_are_places_with_excerpts_and_pipes_have_no_colours() {
    let folder = project();
    let plain = run(folder.path(), &["lint", "bad.yaml"]).exits(1);
    assert!(plain.err.contains("error[A0201]: "), "{}", plain.err);
    assert!(plain.err.contains(" --> bad.yaml:11:"), "{}", plain.err);
    assert!(plain.err.contains("1 error"), "{}", plain.err);
    assert!(!plain.err.contains('\u{1b}'));
    let coloured = run(folder.path(), &["lint", "bad.yaml", "--color", "always"]).exits(1);
    assert!(coloured.err.contains('\u{1b}'));
    let forced = command(folder.path(), &["lint", "bad.yaml"]).env("CLICOLOR_FORCE", "1").output().unwrap();
    assert!(Run::of(forced).err.contains('\u{1b}'));
    let never = command(folder.path(), &["lint", "bad.yaml"]).env("APILOOM_COLOR", "never").output().unwrap();
    assert!(!Run::of(never).err.contains('\u{1b}'));
}

#[test]
fn machine_formats_go_to_standard_output() {
    let folder = project();
    for format in ["json", "sarif", "github", "gitlab", "junit", "markdown"] {
        let run = run(folder.path(), &["lint", "good.yaml", "bad.yaml", "--format", format]).exits(1);
        assert!(run.out.contains("A0201") && run.err.is_empty(), "{format}: {} {}", run.out, run.err);
    }
    let twin = command(folder.path(), &["lint", "bad.yaml"]).env("APILOOM_FORMAT", "json").output().unwrap();
    assert!(Run::of(twin).out.starts_with('['));
}

#[test]
fn at_most_twenty_are_printed() {
    let folder = tempfile::tempdir().unwrap();
    let many: String = (0..30).map(|n| format!("    S{n}: {{$ref: '#/x{n}'}}\n")).collect();
    let text = format!("openapi: 3.1.0\ninfo: {{title: T, version: '1'}}\ncomponents:\n  schemas:\n{many}");
    fs::write(folder.path().join("many.yaml"), text).unwrap();
    let some = run(folder.path(), &["lint", "many.yaml"]).exits(1);
    assert_eq!(some.err.matches("error[").count(), 20, "{}", some.err);
    assert!(some.err.contains("not shown, `--all` shows them"), "{}", some.err);
    let all = run(folder.path(), &["lint", "many.yaml", "--all"]).exits(1);
    assert_eq!(all.err.matches("error[A0201]").count(), 30, "{}", all.err);
}

#[test]
fn standard_input_is_a_file() {
    let folder = project();
    let mut command = command(folder.path(), &["inspect", "-"]);
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(GOOD.as_bytes()).unwrap();
    let run = Run::of(child.wait_with_output().unwrap()).exits(0);
    assert!(run.out.contains("GET /pets listPets"), "{}", run.out);
    assert!(run.out.contains("name: string [len <= 40]"), "{}", run.out);
}

#[test]
fn inspect_and_bundle_print_json() {
    let folder = project();
    let model = run(folder.path(), &["inspect", "good.yaml", "--format", "json"]).exits(0);
    let model: serde_json::Value = serde_json::from_str(&model.out).unwrap();
    assert_eq!(model["endpoints"][0]["path"], "/pets");
    let bundle = run(folder.path(), &["bundle", "good.yaml"]).exits(0);
    let bundle: serde_json::Value = serde_json::from_str(&bundle.out).unwrap();
    assert_eq!(bundle["openapi"], "3.1.0");
    run(folder.path(), &["bundle", "good.yaml", "-o", "out.json"]).exits(0);
    assert!(folder.path().join("out.json").is_file());
    run(folder.path(), &["bundle", "bad.yaml"]).exits(1);
}

#[test]
fn schemas_are_read_at_their_word_when_asked_to() {
    let folder = project();
    let loose = GOOD.replace("{type: object, required: [name], properties", "{properties");
    fs::write(folder.path().join("loose.yaml"), loose).unwrap();
    let types = |more: &[&str]| {
        let arguments = [&["generate", "loose.yaml", "--out", "gen"], more].concat();
        run(folder.path(), &arguments).exits(0);
        fs::read_to_string(folder.path().join("gen/types.rs")).unwrap()
    };
    assert!(types(&[]).contains("pub struct Pet"));
    assert!(types(&["--reading", "literal"]).contains("pub type Pet = apiloom::Json"));
    run(folder.path(), &["generate", "loose.yaml", "--out", "gen", "--reading", "word"]).exits(2);
}

#[test]
fn generating_is_idempotent_and_check_notices() {
    let folder = project();
    let at = folder.path();
    let generate = ["generate", "good.yaml", "--out", "gen"];
    let with = |flag| [generate.as_slice(), &[flag]].concat();
    run(at, &with("--check")).exits(1);
    assert!(!at.join("gen").exists());
    run(at, &generate).exits(0);
    run(at, &with("--check")).exits(0);
    assert!(run(at, &generate).exits(0).err.contains("nothing to do"));
    let types = at.join("gen/types.rs");
    fs::write(&types, fs::read_to_string(&types).unwrap() + "// mine\n").unwrap();
    let stale = run(at, &with("--check")).exits(1);
    assert!(stale.err.contains("1 file differs"), "{}", stale.err);
    let diff = run(at, &with("--diff")).exits(0);
    assert!(diff.out.contains("-// mine\n"), "{}", diff.out);
    run(at, &generate).exits(0);
    run(at, &with("--clean")).exits(0);
    assert!(!types.exists());
}

#[test]
fn what_was_not_generated_is_not_overwritten() {
    let folder = project();
    let at = folder.path();
    fs::create_dir(at.join("gen")).unwrap();
    fs::write(at.join("gen/types.rs"), "mine").unwrap();
    let refused = run(at, &["generate", "good.yaml", "--out", "gen"]).exits(2);
    assert!(refused.err.contains("--force"), "{}", refused.err);
    assert_eq!(fs::read_to_string(at.join("gen/types.rs")).unwrap(), "mine");
    run(at, &["generate", "good.yaml", "--out", "gen", "--force"]).exits(0);
}

#[test]
fn the_project_file_is_found_from_below() {
    let folder = project();
    let at = folder.path();
    fs::write(at.join("apiloom.toml"), "[[schema]]\npath = \"good.yaml\"\nout = \"src/api\"\n").unwrap();
    fs::create_dir_all(at.join("src/deep")).unwrap();
    run(&at.join("src/deep"), &["generate"]).exits(0);
    assert!(at.join("src/api/types.rs").is_file());
    fs::write(at.join("apiloom.toml"), "[[schema]]\npath = \"good.yaml\"\nuot = \"src/api\"\n").unwrap();
    let wrong = run(at, &["generate"]).exits(2);
    assert!(
        wrong.err.contains("apiloom.toml:3:1") && wrong.err.contains("did you mean `out`?"),
        "{}",
        wrong.err
    );
}

#[test]
fn lint_levels_and_selectors_of_the_project_file() {
    let folder = project();
    let at = folder.path();
    let text = GOOD.replace("maxLength: 40", "maxLenght: 40");
    fs::write(at.join("good.yaml"), text).unwrap();
    let schema = "[[schema]]\npath = \"good.yaml\"\nout = \"gen\"\n";
    fs::write(at.join("apiloom.toml"), format!("{schema}[lint]\nA0306 = \"error\"\n")).unwrap();
    assert!(run(at, &["lint"]).exits(1).err.contains("error[A0306]"));
    fs::write(at.join("apiloom.toml"), format!("{schema}[lint]\nA0306 = \"off\"\n")).unwrap();
    assert!(!run(at, &["lint"]).exits(0).err.contains("A0306"));
    fs::write(at.join("apiloom.toml"), format!("{schema}[schema.rust]\nonly = [\"tag:pest\"]\n")).unwrap();
    let wrong = run(at, &["generate"]).exits(2);
    assert!(wrong.err.contains("A0804") && wrong.err.contains("tag:pets"), "{}", wrong.err);
}

#[test]
fn explain_completions_version_and_help() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    assert!(run(at, &["explain", "a0201"]).exits(0).out.contains("A0201: a reference leads nowhere"));
    assert!(run(at, &["explain"]).exits(0).out.contains("A0601"));
    assert!(run(at, &["explain", "A9"]).exits(2).err.contains("no code"));
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        assert!(run(at, &["completions", shell]).exits(0).out.contains("generate"));
    }
    let version: serde_json::Value =
        serde_json::from_str(&run(at, &["version", "--json"]).exits(0).out).unwrap();
    assert_eq!(version["version"], env!("CARGO_PKG_VERSION"));
    let help = run(at, &["generate", "--help"]).exits(0).out;
    assert!(help.contains("--check") && !help.contains('\u{1b}'), "{help}");
    assert!(run(at, &["--help"]).exits(0).out.contains("Exit codes"));
}

#[cfg(unix)]
#[test]
fn a_closed_pipe_is_no_fault() {
    let folder = project();
    let mut child = command(folder.path(), &["completions", "zsh"]).stdout(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

/// A process that ends with the test, however that ends.
#[cfg(unix)]
struct Stopped(std::process::Child);

#[cfg(unix)]
impl Drop for Stopped {
    fn drop(&mut self) {
        // Fails when it ended already, which is fine.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[cfg(unix)]
#[test]
fn watching_generates_again_until_interrupted() {
    let folder = project();
    let at = folder.path();
    let mut child = Stopped(
        command(at, &["generate", "good.yaml", "--out", "gen", "--watch"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap(),
    );
    let until = |what: &str, done: &dyn Fn() -> bool| {
        let started = std::time::Instant::now();
        while !done() {
            assert!(started.elapsed().as_secs() < 30, "waited too long until {what}");
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
    };
    let types = || fs::read_to_string(at.join("gen/types.rs")).unwrap_or_default();
    until("the first run", &|| types().contains("Pet"));
    // The watch starts after the first run; write until it is seen.
    until("a broken file was passed over and a new one read", &|| {
        fs::write(at.join("good.yaml"), "a: [").unwrap();
        std::thread::sleep(std::time::Duration::from_millis(300));
        fs::write(at.join("good.yaml"), GOOD.replace("Pet\"", "Dog\"").replace("Pet:", "Dog:")).unwrap();
        std::thread::sleep(std::time::Duration::from_millis(500));
        types().contains("Dog")
    });
    Command::new("kill").args(["-INT", &child.0.id().to_string()]).status().unwrap();
    assert_eq!(child.0.wait().unwrap().code(), Some(130));
}

#[test]
fn a_new_project_is_whole_or_not_there() {
    let folder = project();
    let at = folder.path();
    let run_in = run(at, &["new", "my-pets", "--schema", "good.yaml"]).exits(0);
    assert!(run_in.out.is_empty());
    for file in [
        "Cargo.toml",
        "apiloom.toml",
        "schema/good.yaml",
        "src/api/types.rs",
        "src/main.rs",
        "tests/service.rs",
    ] {
        assert!(at.join("my-pets").join(file).is_file(), "{file}");
    }
    let service = fs::read_to_string(at.join("my-pets/src/service.rs")).unwrap();
    assert!(service.contains("impl PetsApi for App") && service.contains("async fn list_pets("), "{service}");
    run(&at.join("my-pets"), &["generate", "--check"]).exits(0);
    let manifest = |folder: &str| fs::read_to_string(at.join(folder).join("Cargo.toml")).unwrap();
    assert!(!manifest("my-pets").contains("[workspace]"), "there is no workspace around it");
    fs::write(at.join("Cargo.toml"), "[workspace]\nmembers = [\"listed\"]\n").unwrap();
    for (name, alone) in [("listed", false), ("stray", true)] {
        run(at, &["new", name, "--schema", "good.yaml"]).exits(0);
        assert_eq!(manifest(name).ends_with("\n[workspace]\n"), alone, "{}", manifest(name));
    }
    assert!(run(at, &["new", "my-pets"]).exits(2).err.contains("not empty"));
    for name in ["1st", "a b", "fn", "core"] {
        assert!(run(at, &["new", name]).exits(2).err.contains("cannot be the name"), "{name}");
    }
    run(at, &["new", "other", "--schema", "bad.yaml"]).exits(1);
    assert!(!at.join("other").exists());
}

#[test]
fn overlays_are_applied_in_order() {
    let folder = project();
    let at = folder.path();
    let head = "overlay: 1.0.0\ninfo: {title: t, version: '1'}\nactions:\n";
    fs::write(at.join("one.yaml"), format!("{head}- {{target: $.info, update: {{title: One}}}}\n")).unwrap();
    fs::write(at.join("two.yaml"), format!("{head}- {{target: '$.info[?@ == \"One\"]', update: Two}}\n"))
        .unwrap();
    let title = |arguments: &[&str]| {
        let run = run(at, &[&["bundle", "good.yaml"], arguments].concat()).exits(0);
        serde_json::from_str::<serde_json::Value>(&run.out).unwrap()["info"]["title"].clone()
    };
    assert_eq!(title(&["--overlay", "one.yaml", "--overlay", "two.yaml"]), "Two");
    assert_eq!(title(&["--overlay", "two.yaml,one.yaml"]), "One");
    let lint = run(at, &["lint", "good.yaml", "--overlay", "two.yaml"]).exits(0);
    assert!(lint.err.contains("warning[A0806]") && lint.err.contains("two.yaml:4:12"), "{}", lint.err);
    fs::write(
        at.join("apiloom.toml"),
        "[[schema]]\npath = \"good.yaml\"\nout = \"out\"\noverlays = [\"bad.yaml\"]\n",
    )
    .unwrap();
    fs::write(
        at.join("bad.yaml"),
        format!("{head}- {{target: $.components.schemas.Pet, update: {{$ref: '#/nowhere'}}}}\n"),
    )
    .unwrap();
    let generate = run(at, &["generate"]).exits(1);
    assert!(generate.err.contains("bad.yaml:4:"), "{}", generate.err);
    run(at, &["generate", "--overlay", "none.yaml"]).exits(3);
}

#[test]
fn a_root_above_the_schema_lets_references_lead_there() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    fs::create_dir_all(at.join("api/v1")).unwrap();
    fs::create_dir_all(at.join("common")).unwrap();
    fs::write(
        at.join("api/v1/pets.yaml"),
        GOOD.replace("#/components/schemas/Pet\"", "../../common/types.yaml#/Pet\""),
    )
    .unwrap();
    fs::write(
        at.join("common/types.yaml"),
        "Pet: {type: object, properties: {owner: {$ref: 'more.yaml#/Owner'}}}\n",
    )
    .unwrap();
    fs::write(
        at.join("common/more.yaml"),
        "Owner: {type: object, properties: {home: {$ref: '../../out.yaml#/X'}}}\n",
    )
    .unwrap();
    let without = run(at, &["lint", "api/v1/pets.yaml"]).exits(1);
    assert!(without.err.contains("A0203") && without.err.contains("--root"), "{}", without.err);
    let with = run(at, &["lint", "api/v1/pets.yaml", "--root", "."]).exits(1);
    assert!(with.err.contains("common/more.yaml:1:") && !with.err.contains("types.yaml"), "{}", with.err);
    fs::write(at.join("common/more.yaml"), "Owner: {type: string}\n").unwrap();
    run(at, &["lint", "api/v1/pets.yaml", "--root", "."]).exits(0);
    run(at, &["lint", "api/v1/pets.yaml", "--root", "api"]).exits(1);
    run(at, &["lint", "api/v1/pets.yaml", "--root", "common"]).exits(3);
    run(&at.join("api/v1"), &["lint", "pets.yaml", "--root", "../.."]).exits(0);
    // A link inside of the root that leads out of it.
    #[cfg(unix)]
    {
        let outside = tempfile::tempdir().unwrap();
        fs::write(outside.path().join("more.yaml"), "Owner: {type: string}\n").unwrap();
        fs::remove_file(at.join("common/more.yaml")).unwrap();
        std::os::unix::fs::symlink(outside.path().join("more.yaml"), at.join("common/more.yaml")).unwrap();
        let linked = run(at, &["lint", "api/v1/pets.yaml", "--root", "."]).exits(1);
        assert!(linked.err.contains("it leads out of the root folder"), "{}", linked.err);
    }
}

#[test]
fn settings_that_name_nothing_point_into_the_configuration() {
    let folder = project();
    let at = folder.path();
    let text = "[[schema]]\npath = \"good.yaml\"\nout = \"out\"\n[types]\nPett = \"crate::Pet\"\n";
    fs::write(at.join("apiloom.toml"), text).unwrap();
    let run = run(at, &["generate"]).exits(2);
    assert!(run.err.contains("apiloom.toml:5:1") && run.err.contains("did you mean `Pet`?"), "{}", run.err);
}

/// A mock server of its own, ended with the test.
struct Serving(std::process::Child, String);

impl Serving {
    fn start(folder: &Path, arguments: &[&str]) -> Self {
        let mut command = command(folder, &[&["mock", "--port", "0"], arguments].concat());
        let mut child = command.stderr(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
        let mut lines = std::io::BufRead::lines(std::io::BufReader::new(child.stderr.take().unwrap()));
        let first = lines.next().unwrap().unwrap();
        let address = first.split("http://").nth(1).unwrap_or_else(|| panic!("{first}"));
        let address = address.split(['/', ',', ' ']).next().unwrap().to_owned();
        // Somebody must read what it prints.
        std::thread::spawn(move || lines.for_each(drop));
        Self(child, address)
    }

    fn ask(&self, method: &str, path: &str, more: &str) -> String {
        let mut stream = std::net::TcpStream::connect(&self.1).unwrap();
        write!(stream, "{method} {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{more}\r\n").unwrap();
        let mut text = String::new();
        std::io::Read::read_to_string(&mut stream, &mut text).unwrap();
        text
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn a_mock_serves_and_reads_again() {
    let folder = project();
    let at = folder.path();
    let serving = Serving::start(at, &["good.yaml", "--watch", "--seed", "3"]);
    let answer = serving.ask("GET", "/pets", "");
    assert!(answer.starts_with("HTTP/1.1 200 OK") && answer.contains(r#"[{"name":""#), "{answer}");
    assert_eq!(answer.lines().last(), serving.ask("GET", "/pets", "").lines().last());
    assert!(serving.ask("PUT", "/pets", "").starts_with("HTTP/1.1 405"));
    let preflight =
        serving.ask("OPTIONS", "/pets", "origin: http://a\r\naccess-control-request-method: GET\r\n");
    assert!(
        preflight.starts_with("HTTP/1.1 204") && preflight.contains("access-control-allow-methods: GET"),
        "{preflight}"
    );
    fs::write(at.join("good.yaml"), GOOD.replace("/pets:", "/cats:")).unwrap();
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(20);
    while !serving.ask("GET", "/cats", "").starts_with("HTTP/1.1 200") {
        assert!(std::time::Instant::now() < deadline, "the change was not seen");
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    assert!(serving.ask("GET", "/pets", "").starts_with("HTTP/1.1 404"));
    run(at, &["mock", "bad.yaml"]).exits(1);
    run(at, &["mock"]).exits(2);
}

#[test]
fn a_mock_remembers_what_was_deleted_when_asked_to() {
    let folder = tempfile::tempdir().unwrap();
    let operation = "{responses: {'200': {description: ok}, '404': {description: gone}}}";
    let text = format!(
        "openapi: 3.1.0\ninfo: {{title: T, version: '1'}}\npaths:\n  /p: {{post: {operation}}}\n  /p/{{id}}:\n    parameters: [{{name: id, in: path, required: true, schema: {{type: string}}}}]\n    get: {operation}\n    delete: {operation}\n"
    );
    fs::write(folder.path().join("api.yaml"), text).unwrap();
    for (arguments, then) in [(&["api.yaml"][..], "200"), (&["api.yaml", "--remember"], "404")] {
        let serving = Serving::start(folder.path(), arguments);
        let status = |method: &str, path: &str| serving.ask(method, path, "")[9..12].to_owned();
        assert_eq!((status("DELETE", "/p/1").as_str(), status("GET", "/p/2").as_str()), ("200", "200"));
        assert_eq!(status("GET", "/p/1"), then);
        assert_eq!((status("POST", "/p").as_str(), status("GET", "/p/1").as_str()), ("200", "200"));
    }
}
