//! What users can choose: options of one generation. `project` reads them from an `apiloom.toml`.

use crate::code::Code;
use crate::diagnostic::Severity;
use crate::source::{FileId, Span};
use std::collections::BTreeMap;

/// What to generate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Deserialize)]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Target {
    /// Types and their validators.
    RustTypes,
    /// Traits, parameters, responses and the service; implies the types.
    RustServer,
    /// A client; implies the types.
    RustClient,
    /// A client in TypeScript; only where it is asked for.
    #[cfg(feature = "typescript")]
    TypescriptClient,
}

impl Target {
    fn is_script(&self) -> bool {
        match self {
            Target::RustTypes | Target::RustServer | Target::RustClient => false,
            #[cfg(feature = "typescript")]
            Target::TypescriptClient => true,
        }
    }
}

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Not reported.
    Off,
    /// Worth knowing.
    Info,
    /// Reported; code is generated all the same.
    Warning,
    /// Nothing is generated.
    Error,
}

impl Level {
    /// The severity; `None` when the finding is not reported.
    #[must_use]
    pub fn severity(self) -> Option<Severity> {
        match self {
            Level::Off => None,
            Level::Info => Some(Severity::Info),
            Level::Warning => Some(Severity::Warning),
            Level::Error => Some(Severity::Error),
        }
    }
}

/// How generated code is spread over folders.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Deserialize)]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Split {
    /// One folder.
    #[default]
    None,
    /// A folder for each tag, with the types that only it uses.
    Tag,
}

/// A key and its value, and where they are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// What it is about.
    pub key: String,
    /// What is said.
    pub value: String,
    /// Where, when it is written in a file of the sources.
    pub at: Option<Span>,
}

/// Options of one generation.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// What to generate; empty: types and server.
    pub targets: Vec<Target>,
    /// String formats to Rust type paths, such as `uuid` to `uuid::Uuid`.
    pub types: BTreeMap<String, String>,
    /// Schemas whose Rust type the user has: the name of the schema to the path of the type.
    pub replace: Vec<Setting>,
    /// Names for generated code: what is renamed (`#/components/schemas/Pet`, a name of the model) to its Rust name.
    pub rename: Vec<Setting>,
    /// Only these parts of the document (`tag:pets`, `GET /health`, `operation:getPet`); empty: all.
    pub only: Vec<String>,
    /// All but these parts.
    pub except: Vec<String>,
    /// Whether groups of operations get folders of their own.
    pub split: Split,
    /// How schemas are read: as documents mean them, or at their word.
    pub reading: Reading,
    /// The crate whose dates and times are used.
    pub dates: Dates,
    /// Choices for TypeScript.
    pub typescript: TypeScript,
    /// Findings that weigh more or less than their code says. A code that is an error stays one.
    pub lint: BTreeMap<Code, Level>,
}

/// Choices for TypeScript.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct TypeScript {
    /// Integers of 64 bits that a number cannot hold are a `bigint`.
    pub bigint: bool,
    /// Texts of a format (`uuid`, `date-time`) have types of their own, which a plain text is not.
    pub brands: bool,
    /// A check for each type, made from the schema's rules.
    pub validators: bool,
}

/// The crate whose dates and times are used.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Deserialize)]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Dates {
    /// `jiff`.
    #[default]
    Jiff,
    /// `chrono`: the feature `chrono` of the runtime.
    Chrono,
    /// `time`: the feature `time` of the runtime.
    Time,
}

/// How schemas are read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Deserialize)]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Reading {
    /// As OpenAPI documents mean them: `properties` without `type` is an object, `minimum` is of a number.
    #[default]
    Practice,
    /// As JSON Schema says: a schema that no Rust type is true to is any JSON, checked against the schema as it is.
    Literal,
}

impl Options {
    /// Whether Rust is among the targets.
    #[must_use]
    pub fn rusts(&self) -> bool {
        self.targets.is_empty() || self.targets.iter().any(|target| !target.is_script())
    }

    /// Whether TypeScript is among the targets.
    #[must_use]
    pub fn scripts(&self) -> bool {
        self.targets.iter().any(Target::is_script)
    }

    /// Whether a service is among the targets.
    #[must_use]
    pub fn serves(&self) -> bool {
        self.targets.is_empty() || self.targets.contains(&Target::RustServer)
    }

    /// Whether a client is among the targets.
    #[must_use]
    pub fn calls(&self) -> bool {
        self.targets.contains(&Target::RustClient)
    }

    /// The same options, of which those with a place were written in the file `file` of the sources.
    #[must_use]
    pub fn written_in(mut self, file: FileId) -> Self {
        for setting in self.replace.iter_mut().chain(&mut self.rename) {
            setting.at = setting.at.map(|span| Span { file, ..span });
        }
        self
    }
}
