//! `apiloom new`: a service that builds, runs and has tests.

mod handlers;
mod template;
mod workspace;

use super::output::{Output, exit_of};
use super::{Exit, input};
use apiloom_codegen::render::{self, Format};
use apiloom_codegen::write::{self, Foreign};
use apiloom_codegen::{File, Options, Severity, Sources};
use clap::Args;
use std::path::{Path, PathBuf};
use std::{fs, io};
use template::{Dependency, Project};

const SAMPLE: &str = include_str!("../../templates/project/openapi.yaml");

/// Makes a new service.
#[derive(Debug, Args)]
pub(crate) struct New {
    /// The folder of the service; its last part is the name of the package
    #[arg(value_name = "NAME")]
    folder: PathBuf,
    /// The schema to start from; a small sample when left out
    #[arg(long, value_name = "FILE")]
    schema: Option<PathBuf>,
    /// A checkout of apiloom to depend on, instead of the published crate
    #[arg(long, value_name = "DIR")]
    apiloom_path: Option<PathBuf>,
}

impl New {
    pub(super) fn run(&self, output: &Output) -> Exit {
        match self.make(output) {
            Ok(name) => {
                output.note(format_args!("{} is made. Next:\n  cd {0}\n  cargo run", self.folder.display()));
                output.note(format_args!("then write the functions in {name}/src/service.rs"));
                Exit::Ok
            }
            Err(exit) => exit,
        }
    }

    fn make(&self, output: &Output) -> Result<String, Exit> {
        let usage = |text: String| {
            output.error(&text);
            Exit::Usage
        };
        let name = self.name().map_err(usage)?;
        let dependency = self.dependency().map_err(usage)?;
        if fs::read_dir(&self.folder).is_ok_and(|mut entries| entries.next().is_some())
            || self.folder.is_file()
        {
            return Err(usage(format!("{} is there already, and not empty", self.folder.display())));
        }
        let sources = match &self.schema {
            Some(file) => input::load(file, &input::Reading::default(), output)?,
            None => Sources::from_text("openapi.yaml", SAMPLE),
        };
        let mut generated = apiloom_codegen::generate(&sources, &Options::default());
        if !output.verbose {
            generated.diagnostics.retain(|found| found.severity != Severity::Info);
        }
        let findings = render::findings(&sources, &generated.diagnostics);
        output.findings(&findings, Format::Text);
        let exit = exit_of(&findings);
        if exit != Exit::Ok {
            return Err(exit);
        }
        let files = self.files(&name, dependency, &sources, &generated.files).map_err(usage)?;
        self.write(&files, &generated.files)
            .map_err(|error| usage(format!("{} cannot be made: {error}", self.folder.display())))?;
        Ok(name)
    }

    /// Cargo's rule for names of packages, and one more: the name is also an identifier.
    fn name(&self) -> Result<String, String> {
        let name =
            self.folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let plain = name.starts_with(|first: char| first.is_ascii_alphabetic())
            && name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '-' || letter == '_');
        let identifier = name.replace('-', "_");
        let taken = ["test", "core", "std", "alloc", "apiloom", "tokio", "tracing_subscriber"];
        if !plain
            || syn::parse_str::<syn::Ident>(&identifier).is_err()
            || taken.contains(&identifier.as_str())
        {
            return Err(format!(
                "`{name}` cannot be the name of a package: use letters, digits, `-` and `_`, and no word of Rust"
            ));
        }
        Ok(name)
    }

    fn dependency(&self) -> Result<Dependency, String> {
        let Some(path) = &self.apiloom_path else {
            return Ok(Dependency::Version(env!("CARGO_PKG_VERSION").to_owned()));
        };
        let runtime = path.join("runtime");
        let folder = if runtime.join("Cargo.toml").is_file() { &runtime } else { path };
        match folder.canonicalize() {
            Ok(folder) if folder.join("Cargo.toml").is_file() => Ok(Dependency::Path(folder)),
            _ => Err(format!("{} is not a checkout of apiloom", path.display())),
        }
    }

    fn files(
        &self,
        name: &str,
        dependency: Dependency,
        sources: &Sources,
        generated: &[File],
    ) -> Result<Vec<File>, String> {
        let mut files: Vec<File> = sources
            .files()
            .map(|(_, file)| {
                let key = if file.key == "stdin" { "openapi.yaml" } else { &file.key };
                File { path: format!("schema/{key}"), text: file.text.clone() }
            })
            .collect();
        let schema = files.first().map(|entry| entry.path.clone()).unwrap_or_default();
        let traits = ["security.rs", "server.rs"].iter().filter_map(|name| {
            generated.iter().find(|file| file.path == *name).map(|file| file.text.as_str())
        });
        let service =
            handlers::print(traits).ok_or("the schema has no operation, so there is nothing to serve")?;
        let title = document_title(generated).unwrap_or_else(|| name.to_owned());
        let alone = workspace::is_stray(&self.folder);
        let project = Project { name: name.to_owned(), title, schema, dependency, alone };
        files.extend(project.files().map_err(|error| error.to_string())?);
        files.push(File { path: "src/service.rs".to_owned(), text: service });
        Ok(files)
    }

    /// Makes the folder beside its place and renames it: it is there as a whole, or not at all.
    fn write(&self, files: &[File], api: &[File]) -> io::Result<()> {
        let parent = self.folder.parent().filter(|parent| !parent.as_os_str().is_empty());
        let parent = parent.unwrap_or(Path::new("."));
        fs::create_dir_all(parent)?;
        let staging = parent.join(format!(".apiloom-new-{}", std::process::id()));
        let made = stage(&staging, files, api).and_then(|()| {
            if self.folder.is_dir() {
                fs::remove_dir(&self.folder)?;
            }
            fs::rename(&staging, &self.folder)
        });
        if made.is_err() {
            // The first failure is the one to report.
            let _ = fs::remove_dir_all(&staging);
        }
        made
    }
}

fn stage(staging: &Path, files: &[File], api: &[File]) -> io::Result<()> {
    for file in files {
        let path = staging.join(&file.path);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(path, &file.text)?;
    }
    write::write(&staging.join("src/api"), api, Foreign::Refuse).map_err(io::Error::other)?;
    Ok(())
}

fn document_title(generated: &[File]) -> Option<String> {
    let document = generated.iter().find(|file| file.path == "openapi.json")?;
    let document: serde_json::Value = serde_json::from_str(&document.text).ok()?;
    Some(document["info"]["title"].as_str()?.to_owned()).filter(|title| !title.is_empty())
}
