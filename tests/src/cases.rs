//! The cases of `corpus/`: folders with an `input.yaml` (or `.json`, and more files beside it), and what must come of it:
//! `errors.txt` with the findings, `out/` with the code.

use apiloom_codegen::render::{Colour, Format, findings, render};
use apiloom_codegen::{Diagnostics, Options, Sources, generate, load, project};
use std::collections::BTreeMap;
use std::fs;
use std::io::{Error, ErrorKind, Result};
use std::path::{Path, PathBuf};

/// Texts by their path in the folder of a case.
pub type Files = BTreeMap<String, String>;

/// The folder of the cases.
#[must_use]
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus")
}

/// The names of the cases.
///
/// # Errors
/// The folder cannot be read.
pub fn names() -> Result<Vec<String>> {
    let entries = fs::read_dir(folder())?;
    let mut names: Vec<String> =
        entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect::<Result<_>>()?;
    names.sort();
    Ok(names)
}

/// The entry file of a case.
///
/// # Errors
/// There is none.
pub fn input(case: &str) -> Result<PathBuf> {
    let inputs = ["yaml", "json"].map(|ending| folder().join(case).join(format!("input.{ending}")));
    let input = inputs.into_iter().find(|path| path.exists());
    input.ok_or_else(|| Error::new(ErrorKind::NotFound, format!("{case} has no input.yaml or input.json")))
}

/// The options of a case: those that its `apiloom.toml` gives to the first schema.
fn options(case: &str) -> Result<Options> {
    let file = folder().join(case).join(project::FILE_NAME);
    if !file.exists() {
        return Ok(Options::default());
    }
    let sources = Sources::from_text(project::FILE_NAME, &fs::read_to_string(file)?);
    let project = project::read(&sources, &mut Diagnostics::default());
    let jobs = project.map(|project| project.jobs(Path::new(""))).unwrap_or_default();
    let job = jobs.into_iter().next();
    job.map(|job| job.options).ok_or_else(|| Error::other(format!("{case}: apiloom.toml is not in order")))
}

/// What comes of a case.
///
/// # Errors
/// Its input cannot be read.
pub fn actual(case: &str) -> Result<Files> {
    let sources = load(&input(case)?).map_err(Error::other)?;
    let made = generate(&sources, &options(case)?);
    let mut files = Files::new();
    // Places are shown relative to the case, wherever it lies.
    let here = format!("{}/", folder().join(case).to_string_lossy().replace('\\', "/"));
    let found = findings(&sources, &made.diagnostics);
    let errors = render(&found, Format::Text, Colour::None, usize::MAX).replace(&here, "");
    if !errors.is_empty() {
        files.insert("errors.txt".to_owned(), errors);
    }
    // The runtime of TypeScript is the same for all, and lies among the templates.
    let own = made
        .files
        .into_iter()
        .filter(|file| !["ts/runtime.ts", "ts/markup.ts"].contains(&file.path.as_str()));
    files.extend(own.map(|file| (format!("out/{}", file.path), file.text)));
    Ok(files)
}

/// What should come of a case.
///
/// # Errors
/// A file cannot be read.
pub fn expected(case: &str) -> Result<Files> {
    let folder = folder().join(case);
    let mut files = Files::new();
    if folder.join("errors.txt").exists() {
        files.insert("errors.txt".to_owned(), fs::read_to_string(folder.join("errors.txt"))?);
    }
    if folder.join("out").exists() {
        let mut open = vec![folder.join("out")];
        while let Some(inside) = open.pop() {
            for entry in fs::read_dir(inside)? {
                let path = entry?.path();
                if path.is_dir() {
                    open.push(path);
                    continue;
                }
                let name = path.strip_prefix(&folder).map_err(Error::other)?;
                files.insert(name.to_string_lossy().replace('\\', "/"), fs::read_to_string(&path)?);
            }
        }
    }
    Ok(files)
}

/// Writes what comes of a case over what should come of it; says which files changed.
///
/// # Errors
/// A file cannot be read or written.
pub fn bless(case: &str) -> Result<Vec<String>> {
    let (expected, actual) = (expected(case)?, actual(case)?);
    let mut changed = Vec::new();
    for name in expected.keys().filter(|name| !actual.contains_key(*name)) {
        fs::remove_file(folder().join(case).join(name))?;
        changed.push(format!("{case}/{name}"));
    }
    for (name, text) in actual.iter().filter(|(name, text)| expected.get(*name) != Some(text)) {
        let path = folder().join(case).join(name);
        fs::create_dir_all(path.parent().unwrap_or(&path))?;
        fs::write(path, text)?;
        changed.push(format!("{case}/{name}"));
    }
    Ok(changed)
}
