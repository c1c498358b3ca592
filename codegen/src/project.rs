//! `apiloom.toml`: which schemas a project has, and what is made of them.

use crate::code::Code;
use crate::config::{Dates, Level, Options, Reading, Setting, Split, Target, TypeScript};
use crate::diagnostic::{Diagnostics, Severity};
use crate::source::{FileId, Sources, Span};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};
use toml::Spanned;

/// The name of the file.
pub const FILE_NAME: &str = "apiloom.toml";

/// What an `apiloom.toml` says.
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Project {
    /// The schemas, each with what is generated from it.
    #[serde(default, rename = "schema")]
    pub schemas: Vec<Schema>,
    /// Codes of findings, and how much each weighs.
    #[serde(default)]
    #[cfg_attr(test, schemars(with = "BTreeMap<String, Level>"))]
    lint: BTreeMap<Spanned<String>, Spanned<Level>>,
    /// Formats of texts to paths of Rust types, such as `uuid = "uuid::Uuid"`; for all schemas.
    #[serde(default)]
    #[cfg_attr(test, schemars(with = "BTreeMap<String, String>"))]
    formats: Map,
    /// Names of schemas to paths of Rust types that stand for them, such as `Money = "crate::Money"`; for all schemas.
    #[serde(default)]
    #[cfg_attr(test, schemars(with = "BTreeMap<String, String>"))]
    types: Map,
    /// Other names for generated code, such as `"#/components/schemas/Pet" = "Animal"`; for all schemas.
    #[serde(default)]
    #[cfg_attr(test, schemars(with = "BTreeMap<String, String>"))]
    rename: Map,
    /// How bad changes are that `apiloom diff` finds.
    #[serde(default)]
    pub diff: Diff,
}

/// How bad changes are, by the ids of their rules (`apiloom diff --rules` lists them).
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Diff {
    /// Rules, such as `request-property-removed = "safe"`; `"*"` stands for all others.
    pub rules: BTreeMap<String, Weight>,
    /// The same for some paths only, such as `"/internal/**" = { "*" = "none" }`; in GraphQL paths are coordinates, such
    /// as `Query.pet*`.
    pub paths: BTreeMap<String, BTreeMap<String, Weight>>,
}

/// How bad a change is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Weight {
    /// Callers or services fail.
    Breaking,
    /// They may.
    Dangerous,
    /// They do not.
    Safe,
    /// It is not told.
    None,
}

/// Keys and texts, with their places.
type Map = BTreeMap<Spanned<String>, Spanned<String>>;

/// A schema and what is generated from it.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Schema {
    /// The schema file, or a list of them; relative to the folder of `apiloom.toml`. Each file of a list is generated
    /// into a folder of its own in `out`, named like the file.
    path: Paths,
    /// The folder for the generated files; relative to the folder of `apiloom.toml`.
    pub out: PathBuf,
    /// OpenAPI Overlays that are applied to the schema, in order; relative to the folder of `apiloom.toml`.
    #[serde(default)]
    overlays: Vec<PathBuf>,
    /// The folder that references may lead through; that of the schema when left out. Relative to the folder of
    /// `apiloom.toml`.
    root: Option<PathBuf>,
    /// What to generate; everything there is when left out.
    #[serde(default)]
    targets: Vec<Target>,
    /// How the generated code is spread over folders; one folder when left out.
    #[serde(default)]
    split: Split,
    /// Choices for Rust.
    #[serde(default)]
    rust: Rust,
    /// Choices for TypeScript.
    #[serde(default)]
    typescript: TypeScript,
}

#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(untagged)]
enum Paths {
    One(PathBuf),
    Many(Vec<PathBuf>),
}

#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
struct Rust {
    /// Formats of texts to paths of Rust types, such as `uuid = "uuid::Uuid"`.
    #[cfg_attr(test, schemars(with = "BTreeMap<String, String>"))]
    formats: Map,
    /// Names of schemas to paths of Rust types that stand for them, such as `Money = "crate::Money"`.
    #[cfg_attr(test, schemars(with = "BTreeMap<String, String>"))]
    types: Map,
    /// Other names for generated code, such as `"#/components/schemas/Pet" = "Animal"`.
    #[cfg_attr(test, schemars(with = "BTreeMap<String, String>"))]
    rename: Map,
    /// The crate whose dates and times are used: `jiff`, `chrono` or `time`; the last two are features of the runtime.
    dates: Dates,
    /// How schemas are read: as documents mean them (`practice`), or at their word (`literal`).
    reading: Reading,
    /// Only these parts of the document: `tag:pets`, `operation:getPet`, `GET /health`, `/pets/**`.
    only: Vec<String>,
    /// All but these parts.
    except: Vec<String>,
}

/// One schema file and where its code goes.
#[derive(Debug, Clone)]
pub struct Job {
    /// The schema file.
    pub schema: PathBuf,
    /// The folder for the generated files.
    pub out: PathBuf,
    /// Overlays to apply, in order.
    pub overlays: Vec<PathBuf>,
    /// The folder that references may lead through; that of the schema when there is none.
    pub root: Option<PathBuf>,
    /// The options.
    pub options: Options,
}

/// The `apiloom.toml` of a folder or of the nearest folder above it.
#[must_use]
pub fn find(folder: &Path) -> Option<PathBuf> {
    folder.ancestors().map(|folder| folder.join(FILE_NAME)).find(|file| file.is_file())
}

/// Reads the text of an `apiloom.toml`: the only file of `sources`. `None` when an error was reported.
pub fn read(sources: &Sources, diagnostics: &mut Diagnostics) -> Option<Project> {
    let text = &sources.file(FileId(0)).text;
    match toml::from_str::<Project>(text) {
        Ok(project) => {
            project.check(diagnostics);
            (!diagnostics.has_errors()).then_some(project)
        }
        Err(error) => {
            report(&error, text, diagnostics);
            None
        }
    }
}

impl Project {
    /// What there is to generate, with paths relative to `folder`.
    #[must_use]
    pub fn jobs(&self, folder: &Path) -> Vec<Job> {
        let mut jobs = Vec::new();
        for schema in &self.schemas {
            let job = |path: &Path, out: PathBuf| Job {
                schema: folder.join(path),
                out,
                overlays: schema.overlays.iter().map(|path| folder.join(path)).collect(),
                root: schema.root.as_ref().map(|root| folder.join(root)),
                options: self.options(schema),
            };
            let out = folder.join(&schema.out);
            match &schema.path {
                Paths::One(path) => jobs.push(job(path, out)),
                Paths::Many(paths) => {
                    let own = |path: &PathBuf| job(path, out.join(path.file_stem().unwrap_or_default()));
                    jobs.extend(paths.iter().map(own));
                }
            }
        }
        jobs
    }

    /// The weights of `[lint]`.
    #[must_use]
    pub fn lint(&self) -> BTreeMap<Code, Level> {
        self.lint
            .iter()
            .filter_map(|(id, level)| Some((Code::find(id.get_ref())?, *level.get_ref())))
            .collect()
    }

    /// The options of a schema that the project does not list.
    #[must_use]
    pub fn defaults(&self) -> Options {
        self.options_of(&Rust::default(), &[])
    }

    fn options(&self, schema: &Schema) -> Options {
        Options {
            split: schema.split,
            typescript: schema.typescript,
            ..self.options_of(&schema.rust, &schema.targets)
        }
    }

    fn options_of(&self, rust: &Rust, targets: &[Target]) -> Options {
        let plain = |setting: Setting| (setting.key, setting.value);
        Options {
            targets: targets.to_vec(),
            types: settings(&self.formats, &rust.formats).into_iter().map(plain).collect(),
            replace: settings(&self.types, &rust.types),
            rename: settings(&self.rename, &rust.rename),
            only: rust.only.clone(),
            except: rust.except.clone(),
            split: Split::None,
            reading: rust.reading,
            dates: rust.dates,
            typescript: TypeScript::default(),
            lint: self.lint(),
        }
    }

    fn check(&self, diagnostics: &mut Diagnostics) {
        for (id, level) in &self.lint {
            match Code::find(id.get_ref()) {
                None => {
                    let name = id.get_ref();
                    let finding = diagnostics.report(
                        Code::ConfigKey,
                        span(id.span()),
                        format!("`{name}` is not the code of a finding"),
                    );
                    if let Some(near) = nearest(name, Code::ALL.iter().map(|code| code.id())) {
                        finding.help(format!("did you mean `{near}`?"));
                    }
                }
                Some(code) if code.severity() == Severity::Error && level.get_ref() != &Level::Error => {
                    diagnostics
                        .report(
                            Code::ConfigValue,
                            span(level.span()),
                            format!("{} is an error that cannot be turned down: {}", code.id(), code.title()),
                        )
                        .help("only findings that are warnings or notes by themselves can");
                }
                Some(_) => {}
            }
        }
        let rusts = || self.schemas.iter().map(|schema| &schema.rust);
        let maps = rusts().flat_map(|rust| [&rust.formats, &rust.types]).chain([&self.formats, &self.types]);
        let paths = maps.flat_map(BTreeMap::values).map(|path| (path, type_path(path.get_ref())));
        let renames = rusts().map(|rust| &rust.rename).chain([&self.rename]).flat_map(BTreeMap::values);
        let names = renames.map(|name| (name, rust_name(name.get_ref())));
        for (value, checked) in paths.chain(names) {
            if let Err(reason) = checked {
                diagnostics.report(Code::ConfigValue, span(value.span()), reason);
            }
        }
    }
}

/// What is said for all schemas and for one, which wins.
fn settings(all: &Map, own: &Map) -> Vec<Setting> {
    let general = all.iter().filter(|(key, _)| !own.contains_key(*key));
    let setting = |(key, value): (&Spanned<String>, &Spanned<String>)| Setting {
        key: key.get_ref().clone(),
        value: value.get_ref().clone(),
        at: Some(span(key.span())),
    };
    general.chain(own).map(setting).collect()
}

/// Whether a text can be a name in Rust.
///
/// # Errors
/// A sentence that says what is wrong.
pub fn rust_name(text: &str) -> Result<(), String> {
    syn::parse_str::<syn::Ident>(text).map(drop).map_err(|_| format!("`{text}` is not an identifier of Rust"))
}

/// Whether a text is the path of a Rust type.
///
/// # Errors
/// A sentence that says what is wrong.
pub fn type_path(text: &str) -> Result<(), String> {
    syn::parse_str::<syn::TypePath>(text)
        .map(drop)
        .map_err(|_| format!("`{text}` is not the path of a Rust type, such as `uuid::Uuid`"))
}

fn report(error: &toml::de::Error, text: &str, diagnostics: &mut Diagnostics) {
    let range = error.span().unwrap_or_default();
    let message = error.message();
    if message.starts_with("unknown field") {
        let key = text.get(range.clone()).unwrap_or_default();
        let known: Vec<&str> = message.split('`').skip(1).step_by(2).skip(1).collect();
        let finding =
            diagnostics.report(Code::ConfigKey, span(range.clone()), format!("`{key}` is not known here"));
        finding.help(match nearest(key, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("known are `{}`", known.join("`, `")),
        });
    } else if let Some(value) = message.strip_prefix("unknown variant") {
        diagnostics.report(Code::ConfigValue, span(range), format!("this cannot be{value}"));
    } else {
        let code = if message.starts_with("missing field") || message.starts_with("invalid type") {
            Code::ConfigValue
        } else {
            Code::ConfigSyntax
        };
        diagnostics.report(code, span(range), message);
    }
}

fn span(range: Range<usize>) -> Span {
    Span { file: FileId(0), start: range.start as u32, end: range.end as u32 }
}

/// The name that is spelled most like `name`, when one is near.
pub fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    known
        .map(|known| {
            let edits = strsim::normalized_damerau_levenshtein(name, known);
            let start = strsim::jaro_winkler(name, known);
            (edits + start, known, edits >= 0.6 || start > 0.75)
        })
        .filter(|(_, _, like)| *like)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, known, _)| known)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render;

    fn read_text(text: &str) -> Result<Project, String> {
        let sources = Sources::from_text(FILE_NAME, text);
        let mut diagnostics = Diagnostics::default();
        read(&sources, &mut diagnostics)
            .ok_or_else(|| render::text(&render::findings(&sources, &diagnostics), render::Colour::None, 20))
    }

    #[test]
    fn a_project() {
        let project = read_text(
            "[[schema]]\npath = \"a.yaml\"\nout = \"src/api\"\ntargets = [\"rust-types\"]\n[schema.rust]\n\
             formats = { uuid = \"uuid::Uuid\" }\nrename = { b = \"Own\" }\nonly = [\"tag:pets\"]\n[[schema]]\npath = \
             [\"v1.yaml\", \"v2.yaml\"]\nout = \"gen\"\noverlays = [\"o.yaml\"]\nroot = \"..\"\n[lint]\nA0306 = \
             \"warning\"\n[rename]\na = \"A\"\nb = \"B\"\n",
        )
        .expect("it is well-formed");
        let jobs = project.jobs(Path::new("/p"));
        let outs: Vec<_> = jobs.iter().map(|job| job.out.to_string_lossy().into_owned()).collect();
        assert_eq!(outs, ["/p/src/api", "/p/gen/v1", "/p/gen/v2"]);
        assert_eq!(jobs[0].options.types["uuid"], "uuid::Uuid");
        let renames = |job: &Job| job.options.rename.iter().map(|one| one.value.clone()).collect::<Vec<_>>();
        assert_eq!(
            (renames(&jobs[0]), renames(&jobs[1])),
            (vec!["A".into(), "Own".into()], vec!["A".into(), "B".into()])
        );
        assert_eq!(jobs[1].overlays, [Path::new("/p/o.yaml")]);
        assert_eq!(jobs[1].root.as_deref(), Some(Path::new("/p/..")));
        assert_eq!(jobs[0].options.lint[&Code::UnknownField], Level::Warning);
    }

    #[test]
    fn an_unknown_key_names_the_nearest() {
        let error = read_text("[[schema]]\npath = \"a\"\nuot = \"b\"\n").expect_err("the key is not known");
        assert!(error.contains("error[A0802]: `uot` is not known here"), "{error}");
        assert!(error.contains("apiloom.toml:3:1"), "{error}");
        assert!(error.contains("did you mean `out`?"), "{error}");
    }

    #[test]
    fn bad_values_are_all_reported() {
        let error = read_text("[lint]\nA9999 = \"off\"\nA0201 = \"off\"\n").expect_err("both are refused");
        assert!(error.contains("`A9999` is not the code of a finding"), "{error}");
        assert!(error.contains("A0201 is an error that cannot be turned down"), "{error}");
        assert!(read_text("[lint]\nA0306 = \"loud\"\n").expect_err("no such level").contains("expected"));
        let types = "[[schema]]\npath = \"a\"\nout = \"b\"\nrust.formats = { uuid = \"not a type\" }\n";
        assert!(read_text(types).expect_err("no type").contains("is not the path of a Rust type"));
    }

    /// The published JSON Schema is what the types say. `APILOOM_BLESS=1` writes it anew.
    #[test]
    fn the_published_schema_is_true() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../schemas/apiloom.schema.json");
        let schema = schemars::schema_for!(Project);
        let text = format!("{}\n", serde_json::to_string_pretty(&schema).expect("schemas print"));
        if std::env::var_os("APILOOM_BLESS").is_some() {
            std::fs::create_dir_all(path.parent().expect("it is in a folder"))
                .expect("the folder is writable");
            std::fs::write(&path, &text).expect("the folder is writable");
        }
        let committed = std::fs::read_to_string(&path).expect("the schema is committed");
        assert_eq!(committed, text, "run the test with APILOOM_BLESS=1 and commit the result");
    }
}
