//! What `--print-config`, `--print-config-schema` and `--help` say.

use super::live::Live;
use super::secret::{self, VEIL};
use super::section::Kind;
use super::tree::{Node, Origin, dotted};
use serde_json::{Map, Value, json};
use std::fmt::Write as _;

/// Comments begin here, if there is room.
const COLUMN: usize = 40;

/// The configuration as TOML, with where each value comes from. Secrets are veiled.
pub(crate) fn config(live: &Live) -> String {
    live.shown(|sections, tree| {
        let mut text = String::new();
        for (name, value) in sections {
            if let Value::Object(fields) = value {
                table(&mut text, &[name], fields, tree);
            }
        }
        text
    })
}

/// A table: its values, then the tables in it.
fn table(text: &mut String, path: &[&str], fields: &Map<String, Value>, tree: &Node) {
    let (tables, values): (Vec<_>, Vec<_>) = fields.iter().partition(|(_, value)| value.is_object());
    if !values.is_empty() || tables.is_empty() && path.len() == 1 {
        let gap = if text.is_empty() { "" } else { "\n" };
        let _ = writeln!(text, "{gap}[{}]", dotted(path));
    }
    for (key, value) in values {
        let path: Vec<&str> = path.iter().copied().chain([key.as_str()]).collect();
        let from = origin(tree, &path);
        let is_veiled = matches!(from, Origin::SecretFile(..)) || secret::is_name(key) && !value.is_boolean();
        let line = match value {
            Value::Null => format!("# {} is not set", dotted(&[key])),
            _ if is_veiled => format!("{} = \"{VEIL}\"", dotted(&[key])),
            value => format!("{} = {}", dotted(&[key]), inline(value)),
        };
        let _ = match value {
            Value::Null => writeln!(text, "{line}"),
            _ => writeln!(text, "{line:COLUMN$}# {from}"),
        };
    }
    for (key, value) in tables {
        let path: Vec<&str> = path.iter().copied().chain([key.as_str()]).collect();
        if let Value::Object(fields) = value {
            table(text, &path, fields, tree);
        }
    }
}

/// Where a value comes from: itself, or what it is in.
fn origin(tree: &Node, path: &[&str]) -> Origin {
    let all = (1..=path.len()).rev().filter_map(|end| path.get(..end));
    let mut known = all.filter_map(|path| tree.get(path.iter().copied()).map(|node| (path, node)));
    match known.next() {
        Some((at, node)) if at.len() == path.len() || node.table().is_none() => node.from.clone(),
        Some(_) | None => Origin::Default,
    }
}

/// A value on one line, as TOML.
fn inline(value: &Value) -> String {
    match value {
        // TOML knows the escapes of JSON, and wants one more.
        Value::String(_) => value.to_string().replace('\u{7F}', "\\u007F"),
        Value::Array(list) => format!("[{}]", list.iter().map(inline).collect::<Vec<_>>().join(", ")),
        Value::Object(fields) => {
            let there = fields.iter().filter(|(_, value)| !value.is_null());
            let field = |(key, value): (&String, &Value)| match secret::is_name(key) {
                true => format!("{} = \"{VEIL}\"", dotted(&[key])),
                false => format!("{} = {}", dotted(&[key]), inline(value)),
            };
            format!("{{ {} }}", there.map(field).collect::<Vec<_>>().join(", "))
        }
        Value::Null => "\"\"".to_owned(),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
    }
}

/// The JSON Schema of a configuration: what is known of each section.
pub(crate) fn schema(kinds: &[Kind]) -> String {
    let mut definitions = Map::new();
    let mut properties = Map::new();
    for kind in kinds {
        let mut section = (kind.schema)().unwrap_or_else(|| json!({"type": "object"}));
        if let Value::Object(fields) = &mut section {
            fields.remove("$schema");
            if let Some(Value::Object(inner)) = fields.remove("$defs") {
                definitions.extend(inner);
            }
            if fields.contains_key("properties") {
                fields.entry("additionalProperties").or_insert(Value::Bool(false));
            }
        }
        properties.insert(kind.name.to_owned(), section);
    }
    let mut all = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": properties,
        "additionalProperties": false,
    });
    if !definitions.is_empty() {
        all["$defs"] = Value::Object(definitions);
    }
    format!("{all:#}\n")
}

/// What the command line of a service is.
pub(crate) fn help(program: &str) -> String {
    format!(
        "Usage: {program} [doctor] [OPTIONS]

  doctor                   looks whether everything is there that serving needs, and tells, instead of serving

Options:
  --config <PATH>          a file, or a folder with default.toml or default.yaml in it [config, or APP_CONFIG]
  --profile <NAME>         also <NAME>.toml or <NAME>.yaml beside it, which comes first [APP_PROFILE]
  --listen <ADDRESS>       where to listen, as host:port; the same as --set server.listen=<ADDRESS>
  --set <KEY>=<VALUE>      sets a key, such as server.port=8080; comes before everything else
  --print-config           prints the configuration and where each value comes from, without secrets
  --print-config-schema    prints the JSON Schema of the configuration
  --help                   prints this

Every key can be set by a variable of the environment: server.port is APP__SERVER__PORT, and with _FILE at the end
the variable names a file whose content is the value. SIGHUP, and a change of the files, reload the configuration.
"
    )
}
