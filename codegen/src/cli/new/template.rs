//! The files of a new project that are not generated from its schema.

use apiloom_codegen::File;
use askama::Template;
use std::path::PathBuf;

/// What the templates show.
#[derive(Debug)]
pub(super) struct Project {
    pub(super) name: String,
    pub(super) title: String,
    pub(super) schema: String,
    pub(super) dependency: Dependency,
    /// It lies in a workspace that does not list it, and is one of its own.
    pub(super) alone: bool,
}

/// Where the runtime comes from.
#[derive(Debug)]
pub(super) enum Dependency {
    /// The registry.
    Version(String),
    /// A checkout.
    Path(PathBuf),
}

#[derive(Template)]
#[template(path = "project/Cargo.toml.txt")]
struct CargoToml<'a> {
    name: &'a str,
    dependency: &'a Dependency,
    alone: bool,
}

#[derive(Template)]
#[template(path = "project/apiloom.toml.txt")]
struct ApiloomToml<'a> {
    schema: &'a str,
}

#[derive(Template)]
#[template(path = "project/main.rs")]
struct Main<'a> {
    krate: &'a str,
}

#[derive(Template)]
#[template(path = "project/tests.rs")]
struct Tests<'a> {
    krate: &'a str,
}

#[derive(Template)]
#[template(path = "project/README.md")]
struct Readme<'a> {
    name: &'a str,
    title: &'a str,
    schema: &'a str,
}

impl Project {
    /// Path and text of each file.
    pub(super) fn files(&self) -> askama::Result<Vec<File>> {
        let krate = self.name.replace('-', "_");
        let Self { name, title, schema, dependency, alone } = self;
        let file = |path: &str, text: String| File { path: path.to_owned(), text };
        Ok(vec![
            file("Cargo.toml", CargoToml { name, dependency, alone: *alone }.render()? + "\n"),
            file("apiloom.toml", ApiloomToml { schema }.render()? + "\n"),
            file("README.md", Readme { name, title, schema }.render()? + "\n"),
            file(".gitignore", include_str!("../../../templates/project/gitignore.txt").to_owned()),
            file("src/lib.rs", include_str!("../../../templates/project/lib.rs").to_owned()),
            file("src/main.rs", Main { krate: &krate }.render()? + "\n"),
            file("tests/service.rs", Tests { krate: &krate }.render()? + "\n"),
        ])
    }
}

/// One filter for each context that a template writes into.
#[allow(unreachable_pub, reason = "the macro writes `pub` into a private module")]
mod filters {
    use super::Dependency;
    use askama::Values;
    use std::fmt::Display;

    /// A string of TOML, with its quotes.
    #[askama::filter_fn]
    pub(super) fn toml_string(text: impl Display, _: &dyn Values) -> askama::Result<String> {
        Ok(toml::Value::String(text.to_string()).to_string())
    }

    /// A dependency of a Cargo manifest.
    #[askama::filter_fn]
    pub(super) fn toml_dependency(dependency: &Dependency, _: &dyn Values) -> askama::Result<String> {
        Ok(match dependency {
            Dependency::Version(version) => toml::Value::String(version.clone()).to_string(),
            Dependency::Path(path) => {
                let path = toml::Value::String(path.to_string_lossy().into_owned());
                format!("{{ path = {path} }}")
            }
        })
    }

    /// A name of Rust; anything else is a fault of the caller, and refused.
    #[askama::filter_fn]
    pub(super) fn rust_name(text: impl Display, _: &dyn Values) -> askama::Result<String> {
        let text = text.to_string();
        match syn::parse_str::<syn::Ident>(&text) {
            Ok(_) => Ok(text),
            Err(error) => Err(askama::Error::custom(error)),
        }
    }

    /// Text of Markdown, on one line.
    #[askama::filter_fn]
    pub(super) fn markdown(text: impl Display, _: &dyn Values) -> askama::Result<String> {
        let mut out = String::new();
        for character in text.to_string().chars() {
            match character {
                '\n' | '\r' | '\t' => out.push(' '),
                _ if character.is_control() => {}
                '<' | '>' | '&' | '*' | '_' | '[' | ']' | '`' | '\\' | '#' | '|' | '!' => {
                    out.push('\\');
                    out.push(character);
                }
                _ => out.push(character),
            }
        }
        Ok(out)
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    /// Every `{{ }}` of every template passes through the filter of its context.
    #[test]
    fn no_template_prints_a_bare_value() {
        let mut open = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("../templates")];
        let mut seen = 0;
        while let Some(path) = open.pop() {
            if path.is_dir() {
                open.extend(std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            for place in text.split("{{ ").skip(1) {
                let Some((inside, _)) = place.split_once(" }}") else { continue };
                let filtered = inside.split_once('|').is_some_and(|(_, filter)| filter != "safe");
                assert!(filtered, "{}: `{inside}` has no filter", path.display());
                seen += 1;
            }
        }
        assert!(seen > 5);
    }
}
