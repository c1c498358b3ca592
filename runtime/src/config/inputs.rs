//! What a configuration is made of beside files: the command line and the environment.

use super::de::variable;
use super::finding::{Finding, Show, advice};
use super::tree::{Item, Node, Origin, Value};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What the environment sets: variables that begin like this.
const PREFIX: &str = "APP__";

/// What a program was started for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Wish {
    #[default]
    Serve,
    Help,
    Print,
    Schema,
    Doctor,
}

/// The command line and the environment, as they were when the program started.
#[derive(Debug, Clone, Default)]
pub(crate) struct Inputs {
    pub(crate) program: String,
    pub(crate) wish: Wish,
    /// A file or a folder, and who said so; the folder `config`, if nobody did.
    pub(crate) config: Option<(PathBuf, Origin)>,
    pub(crate) profile: Option<(String, Origin)>,
    /// Values of the environment, then those of the command line, each in order.
    sets: Vec<(Vec<String>, Item)>,
}

const OPTIONS: [&str; 8] = [
    "doctor",
    "--config",
    "--listen",
    "--profile",
    "--set",
    "--print-config",
    "--print-config-schema",
    "--help",
];

impl Inputs {
    /// Reads variables, then arguments; the first of the latter is the program.
    pub(crate) fn read(
        variables: impl Iterator<Item = (OsString, OsString)>,
        arguments: impl Iterator<Item = OsString>,
        findings: &mut Vec<Finding>,
    ) -> Self {
        let mut inputs = Self::default();
        let mut variables: Vec<_> = variables.collect();
        // In any order they come, the same is told.
        variables.sort();
        for (name, value) in variables {
            let Some(name) = name.to_str().filter(|name| name.starts_with("APP_")) else { continue };
            inputs.variable(name, value, findings);
        }
        inputs.arguments(arguments, findings);
        inputs
    }

    fn variable(&mut self, name: &str, value: OsString, findings: &mut Vec<Finding>) {
        let from = Origin::Variable(Arc::from(name));
        if name == "APP_CONFIG" {
            self.config = Some((value.into(), from));
            return;
        }
        let path = name.strip_prefix(PREFIX);
        if path.is_none() && name != "APP_PROFILE" {
            return;
        }
        let Ok(value) = value.into_string() else {
            let finding = Finding::new(format!("the value of `{name}` is not UTF-8"), from);
            findings.push(finding);
            return;
        };
        let Some(path) = path else {
            self.profile = Some((value, from)).filter(|(value, _)| !value.is_empty());
            return;
        };
        let path: Vec<String> = path.split("__").map(str::to_ascii_lowercase).collect();
        if path.iter().any(String::is_empty) {
            let message = format!("`{name}` names no key: a part of it is empty");
            let example = variable(["server", "port"].into_iter());
            findings.push(Finding::new(message, from).help(format!("a key is written as in `{example}`")));
            return;
        }
        let node = Node { value: Value::Text(value), from: from.clone() };
        self.sets.push((path, Item { key: from, is_loose: true, node }));
    }

    fn arguments(&mut self, mut arguments: impl Iterator<Item = OsString>, findings: &mut Vec<Finding>) {
        let program = arguments.next().map(PathBuf::from);
        let name = program.as_deref().and_then(Path::file_name);
        self.program = name.map_or_else(|| "service".to_owned(), |name| name.to_string_lossy().into_owned());
        let mut is_after_unknown = false;
        while let Some(argument) = arguments.next() {
            let text = argument.to_string_lossy().into_owned();
            let (name, mut inline) = match text.split_once('=') {
                Some((name, value)) if name.starts_with("--") => (name, Some(value.to_owned())),
                _ => (text.as_str(), None),
            };
            match name {
                "--help" | "-h" => self.wish = Wish::Help,
                "--print-config" => self.wish = Wish::Print,
                "--print-config-schema" => self.wish = Wish::Schema,
                "doctor" => self.wish = Wish::Doctor,
                "--config" | "--listen" | "--profile" | "--set" => {
                    let next = || arguments.next().map(|next| next.to_string_lossy().into_owned());
                    match inline.take().or_else(next) {
                        Some(value) => self.option(name, value, findings),
                        None => findings.push(at_line(format!("`{name}` lacks its value"), name)),
                    }
                }
                // It may be the value of one that nobody knows.
                _ if is_after_unknown && !name.starts_with('-') => is_after_unknown = false,
                _ => {
                    is_after_unknown = inline.is_none() && name.starts_with('-');
                    let known = advice(name, &OPTIONS);
                    let finding = at_line(format!("there is no argument `{name}`"), name);
                    findings.push(finding.help(known));
                }
            }
            if inline.is_some() && OPTIONS.contains(&name) {
                findings.push(at_line(format!("`{name}` takes no value"), name));
            }
        }
    }

    fn option(&mut self, name: &str, value: String, findings: &mut Vec<Finding>) {
        let from = Origin::Argument(Arc::from(name));
        let text = |value: String, from: &Origin| Node { value: Value::Text(value), from: from.clone() };
        match name {
            "--config" => self.config = Some((value.into(), from)),
            "--profile" => self.profile = Some((value, from)),
            "--listen" => {
                let node = text(value, &from);
                let path = vec!["server".to_owned(), "listen".to_owned()];
                self.sets.push((path, Item { key: from, is_loose: false, node }));
            }
            _ => {
                let (key, value) =
                    value.split_once('=').map_or((value.as_str(), None), |(k, v)| (k, Some(v)));
                let from = Origin::Argument(Arc::from(format!("--set {}", key.trim())));
                match (keys(key.trim()), value) {
                    (Some(path), Some(value)) => {
                        let node = text(value.to_owned(), &from);
                        self.sets.push((path, Item { key: from, is_loose: false, node }));
                    }
                    (None, Some(_)) => findings.push(Finding::new(format!("`{key}` is no key"), from)),
                    (_, None) => {
                        // Without a `=` it may be anything, a secret too.
                        let finding = at_line("`--set` lacks a value".to_owned(), "--set");
                        findings.push(finding.help("write it as in `--set server.port=8080`"));
                    }
                }
            }
        }
    }

    /// Lays the environment and the command line over a tree.
    pub(crate) fn overlay(&self, tree: &mut Node) {
        for (path, item) in &self.sets {
            tree.put(path, item.clone());
        }
    }
}

fn at_line(message: String, argument: &str) -> Finding {
    let finding = Finding::new(message, Origin::Argument(Arc::from(argument)));
    Finding { show: Show::Nothing, ..finding }
}

/// The keys of `operations."createPet".body_limit`.
fn keys(text: &str) -> Option<Vec<String>> {
    let mut keys = Vec::new();
    let mut rest = text;
    loop {
        let key;
        if let Some(quoted) = rest.strip_prefix('"') {
            let (inner, after) = quoted.split_once('"')?;
            (key, rest) = (inner, after);
        } else {
            let end = rest.find('.').unwrap_or(rest.len());
            (key, rest) = rest.split_at(end);
        }
        if key.is_empty() {
            return None;
        }
        keys.push(key.to_owned());
        match rest.strip_prefix('.') {
            Some(more) => rest = more,
            None => return rest.is_empty().then_some(keys),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::keys;

    #[test]
    fn keys_of_arguments() {
        let list = |text: &str| keys(text).map(|keys| keys.join("|"));
        assert_eq!(list("server.port").as_deref(), Some("server|port"));
        assert_eq!(list(r#"operations."a.b".x"#).as_deref(), Some("operations|a.b|x"));
        assert!(["", ".", "a.", "a..b", r#"a."b"#, r#""a"b"#].iter().all(|text| keys(text).is_none()));
    }
}
