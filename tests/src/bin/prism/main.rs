//! A program that calls every operation of documents by their generated clients, against mock servers that others made:
//! `prism <folder> (<document.json> <asked.json>)…` writes it there. What is asked comes from `tests/typescript/src/asked.ts`;
//! the program takes the mock server's from `PRISM`.

mod calls;

use apiloom_codegen::{Options, Target, generate, load};
use calls::{Argument, Calls};
use serde_json::Value;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

type Result<T = ()> = std::result::Result<T, Box<dyn std::error::Error>>;

const MANIFEST: &str = "[package]\nname = \"prism-clients\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n\n\
    [dependencies]\napiloom = { path = \"RUNTIME\", features = [\"decimal\", \"reqwest\", \"yaml\"] }\nserde = \"1\"\n\
    serde_json = \"1\"\ntokio = { version = \"1\", features = [\"macros\", \"net\", \"rt\", \"time\"] }\n";

fn main() -> Result {
    let mut args = std::env::args().skip(1).map(PathBuf::from);
    let folder = args.next().ok_or("usage: prism <folder> (<document.json> <asked.json>)…")?;
    let documents: Vec<PathBuf> = args.collect();
    fs::create_dir_all(folder.join("src"))?;
    let (mut modules, mut works) = (String::new(), String::new());
    for (n, pair) in documents.chunks(2).enumerate() {
        let [document, asked] = pair else { return Err("each document has a file of what is asked".into()) };
        writeln!(modules, "mod m{n};")?;
        works += &work(&folder, &format!("m{n}"), document, &serde_json::from_slice(&fs::read(asked)?)?)?;
    }
    let top = Path::new(env!("CARGO_MANIFEST_DIR"));
    let runtime = top.join("../runtime").canonicalize()?;
    fs::write(folder.join("Cargo.toml"), MANIFEST.replace("RUNTIME", &runtime.display().to_string()))?;
    fs::copy(top.join("../Cargo.lock"), folder.join("Cargo.lock"))?;
    let support = include_str!("support.rs");
    let main = format!("    let mut tally = Tally::default();\n{works}    tally.finish();\n");
    let main = format!(
        "{modules}\n{support}\n#[tokio::main(flavor = \"current_thread\")]\nasync fn main() {{\n{main}}}\n"
    );
    Ok(fs::write(folder.join("src/main.rs"), main)?)
}

/// Generates the client of a document, and says how to call all of its operations.
fn work(folder: &Path, module: &str, document: &Path, asked: &Value) -> Result<String> {
    let options = Options { targets: vec![Target::RustClient], ..Options::default() };
    let made = generate(&load(document)?, &options);
    let mut calls = Calls::default();
    for file in &made.files {
        let path = folder.join("src").join(module).join(&file.path);
        fs::create_dir_all(path.parent().ok_or("a file is in a folder")?)?;
        fs::write(&path, &file.text)?;
        if file.path.ends_with("client.rs") {
            calls.read(&file.text)?;
        }
    }
    let document = document.canonicalize()?;
    let mut out = format!(
        "    let mock = Mock::of({:?}).await;\n    let client = {module}::client::Client::new(mock.engine())",
        document.display().to_string()
    );
    for scheme in list(&asked["schemes"]) {
        let name = format!("with{}", bare(text(&scheme["name"])?));
        let Some(key) = calls.keys.iter().find(|key| bare(key) == name) else { continue };
        let credential = if scheme["isBasic"] == true { "(\"user\", \"password\")" } else { "\"token\"" };
        write!(out, ".{key}({credential})")?;
    }
    out.push_str(";\n");
    for request in list(&asked["requests"]) {
        let name = format!("{} {}", text(&request["method"])?, text(&request["path"])?);
        writeln!(out, "    tally.one({name:?}, {}).await;", call(&calls, request)?)?;
    }
    Ok(out + "    drop(mock);\n")
}

/// The call of an operation.
fn call(calls: &Calls, request: &Value) -> Result<String> {
    let id = bare(text(&request["id"])?);
    let call = calls.all.iter().find(|call| bare(&call.id) == id).ok_or(format!("there is no `{id}`"))?;
    let given = |argument: &Argument| -> Result<String> {
        let param = |pair: &&Value| pair[0] == bare(&argument.key).as_str();
        let value = match (argument.is_body, list(&request["params"]).iter().find(param)) {
            (true, _) if request["isBinary"] == true => &Value::Null,
            (true, _) => &request["body"],
            (false, Some(pair)) => &pair[1],
            (false, None) => return Err(format!("{id}: nothing for `{}`", argument.key).into()),
        };
        Ok(expression(&argument.ty, value))
    };
    let arguments = call.arguments.iter().map(given).collect::<Result<Vec<_>>>()?;
    let group = calls.groups.iter().find(|(_, calls)| *calls == call.group);
    let (group, _) = group.ok_or(format!("there is no group {}", call.group))?;
    Ok(format!("client.{group}().{}({})", call.method, arguments.join(", ")))
}

/// A value, as a function wants it.
fn expression(ty: &str, value: &Value) -> String {
    let json = format!("{:?}", value.to_string());
    match ty {
        "&str" => format!("{:?}", value.as_str().map_or_else(|| value.to_string(), str::to_owned)),
        _ if ty.starts_with("&[impl") => format!("&json::<Vec<String>>({json})"),
        _ if ty.starts_with("&[") => format!("&json::<Vec<_>>({json})"),
        _ if ty.starts_with('&') => format!("&json({json})"),
        _ if ty.starts_with("impl") => "\"bytes\"".to_owned(),
        _ => format!("json({json})"),
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Value) -> Result<&str> {
    value.as_str().ok_or_else(|| format!("{value} is no text").into())
}

/// A name without what spellings differ in.
fn bare(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}
