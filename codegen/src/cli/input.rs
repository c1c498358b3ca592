//! Where commands get their input: schema files, standard input, `apiloom.toml`.

use super::Exit;
use super::output::{Output, exit_of};
use apiloom_codegen::project::{self, Project};
use apiloom_codegen::render::{self, Format};
use apiloom_codegen::{Diagnostics, Sources};
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// Loads a schema file; `-` is standard input.
pub(crate) fn load(path: &Path, output: &Output) -> Result<Sources, Exit> {
    if path == Path::new("-") {
        let mut text = String::new();
        return match std::io::stdin().read_to_string(&mut text) {
            Ok(_) => Ok(Sources::from_text("stdin", text)),
            Err(error) => {
                output.error(&format!("cannot read standard input: {error}"));
                Err(Exit::Input)
            }
        };
    }
    apiloom_codegen::load(path).map_err(|error| {
        output.error(&error.to_string());
        Exit::Input
    })
}

/// The project of the current folder, and the folder it is in; `None` when there is none.
pub(crate) fn project(output: &Output) -> Result<Option<(Project, PathBuf)>, Exit> {
    let here = std::env::current_dir().unwrap_or_default();
    let Some(file) = project::find(&here) else { return Ok(None) };
    let shown = relative(&file, &here);
    let text = std::fs::read_to_string(&file).map_err(|error| {
        output.error(&format!("cannot read {}: {error}", shown.display()));
        Exit::Usage
    })?;
    let sources = Sources::from_text(&shown.to_string_lossy(), text);
    let mut diagnostics = Diagnostics::default();
    let project = project::read(&sources, &mut diagnostics);
    let findings = render::findings(&sources, &diagnostics);
    output.findings(&findings, Format::Text);
    match project {
        Some(project) => {
            let folder = shown.parent().map(Path::to_owned).unwrap_or_default();
            Ok(Some((project, folder)))
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
