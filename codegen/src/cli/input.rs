//! Where commands get their input: schema files, standard input, `apiloom.toml`.

use super::Exit;
use super::output::{Output, exit_of};
use apiloom_codegen::project::{self, Job, Project};
use apiloom_codegen::render::{self, Format};
use apiloom_codegen::{Diagnostics, Options, Sources};
use clap::Args;
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// The schema of `apiloom.toml` that a file of the command line is.
pub(crate) fn matching<'j>(jobs: &'j [Job], file: &Path) -> Option<&'j Job> {
    jobs.iter().find(|job| match (job.schema.canonicalize(), file.canonicalize()) {
        (Ok(a), Ok(b)) => a == b,
        _ => job.schema == *file,
    })
}

/// How a schema is read: the same flags for every command that reads one.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct Reading {
    /// OpenAPI Overlays that are applied to the schema, in order
    #[arg(long, value_delimiter = ',', value_name = "FILE")]
    overlay: Vec<PathBuf>,
    /// The folder that references may lead through; that of the schema when left out
    #[arg(long, value_name = "DIR")]
    root: Option<PathBuf>,
}

impl Reading {
    /// What `apiloom.toml` says of a schema, where the flags do not say otherwise.
    pub(crate) fn or(&self, job: &Job) -> Self {
        Self {
            overlay: if self.overlay.is_empty() { job.overlays.clone() } else { self.overlay.clone() },
            root: self.root.clone().or_else(|| job.root.clone()),
        }
    }
}

/// Which part of a schema is meant: the same flags for every command that takes a part.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct Parts {
    /// Only these parts: `tag:pets`, `operation:getPet`, `GET /health`, `/pets/**`
    #[arg(long, value_delimiter = ',', value_name = "SELECTOR")]
    only: Vec<String>,
    /// All but these parts
    #[arg(long, value_delimiter = ',', value_name = "SELECTOR")]
    except: Vec<String>,
}

impl Parts {
    /// Puts the flags that are given in place of what the options say.
    pub(crate) fn choose(&self, options: &mut Options) {
        for (flag, option) in [(&self.only, &mut options.only), (&self.except, &mut options.except)] {
            if !flag.is_empty() {
                option.clone_from(flag);
            }
        }
    }
}

/// Loads a schema file and its overlays; `-` is standard input.
pub(crate) fn load(path: &Path, reading: &Reading, output: &Output) -> Result<Sources, Exit> {
    let refuse = |error: &str| {
        output.error(error);
        Err(Exit::Input)
    };
    let loaded = if path == Path::new("-") {
        let mut text = String::new();
        match std::io::stdin().read_to_string(&mut text) {
            Ok(_) => Ok(Sources::from_text("stdin", text)),
            Err(error) => return refuse(&format!("cannot read standard input: {error}")),
        }
    } else if let Some(root) = &reading.root {
        apiloom_codegen::source::load_below(root, path)
    } else {
        apiloom_codegen::load(path)
    };
    let overlaid = loaded.and_then(|mut sources| {
        reading.overlay.iter().try_for_each(|overlay| sources.overlay(overlay))?;
        Ok(sources)
    });
    overlaid.or_else(|error| refuse(&error.to_string()))
}

/// The project that a command was started in.
#[derive(Debug)]
pub(crate) struct Home {
    /// What its file says.
    pub(crate) project: Project,
    /// The folder that the file is in.
    pub(crate) folder: PathBuf,
    /// The file as people see it, and its text.
    file: (String, String),
}

impl Home {
    /// Lets findings of the sources point into the configuration; gives the options with their places in it.
    pub(crate) fn attach(&self, sources: &mut Sources, options: &Options) -> Options {
        options.clone().written_in(sources.aside(&self.file.0, &self.file.1))
    }
}

/// The project of the current folder, and the folder it is in; `None` when there is none.
pub(crate) fn project(output: &Output) -> Result<Option<Home>, Exit> {
    let here = std::env::current_dir().unwrap_or_default();
    let Some(file) = project::find(&here) else { return Ok(None) };
    let shown = relative(&file, &here);
    let text = std::fs::read_to_string(&file).map_err(|error| {
        output.error(&format!("cannot read {}: {error}", shown.display()));
        Exit::Usage
    })?;
    let name = shown.to_string_lossy().into_owned();
    let sources = Sources::from_text(&name, text.clone());
    let mut diagnostics = Diagnostics::default();
    let project = project::read(&sources, &mut diagnostics);
    let findings = render::findings(&sources, &diagnostics);
    output.findings(&findings, Format::Text);
    match project {
        Some(project) => {
            let folder = shown.parent().map(Path::to_owned).unwrap_or_default();
            Ok(Some(Home { project, folder, file: (name, text) }))
        }
        None => Err(exit_of(&findings).max(Exit::Usage)),
    }
}

/// A path below or above `here`, written relative to it: what users see does not depend on where their home is.
fn relative(path: &Path, here: &Path) -> PathBuf {
    let mut up = PathBuf::new();
    for folder in here.ancestors() {
        if let Ok(rest) = path.strip_prefix(folder) {
            return up.join(rest);
        }
        up.push("..");
    }
    path.to_owned()
}
