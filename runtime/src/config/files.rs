//! The files of a configuration: which there are, and their trees.

use super::finding::{Finding, advice};
use super::inputs::Inputs;
use super::read_toml;
use super::tree::{Node, Origin, Source};
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

const FOLDER: &str = "config";
const ENDINGS: [&str; 3] = ["toml", "yaml", "yml"];
/// A file is this long at most, in bytes.
const LONGEST: u64 = 4 * 1024 * 1024;

/// Lays the files over a tree. Tells where files are, or would be.
pub(super) fn overlay(tree: &mut Node, inputs: &Inputs, findings: &mut Vec<Finding>) -> Vec<PathBuf> {
    let chosen = inputs.config.as_ref().map(|(path, _)| path.clone());
    let named = chosen.as_ref().filter(|path| !path.is_dir()).cloned();
    let folder = match &named {
        Some(file) => file.parent().map(|parent| parent.to_path_buf()).unwrap_or_default(),
        None => chosen.unwrap_or_else(|| PathBuf::from(FOLDER)),
    };
    let mut watched = vec![folder.join("default.toml")];
    let base = match (named, &inputs.config) {
        (Some(file), Some((_, from))) => {
            if !file.exists() {
                let message = format!("there is no file or folder {}", file.display());
                findings.push(Finding::new(message, from.clone()));
                return watched;
            }
            Some(file)
        }
        _ => one(&folder, "default", findings),
    };
    let profile = inputs.profile.as_ref().and_then(|(profile, from)| {
        let is_name = profile.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
        let file = one(&folder, profile, findings).filter(|_| is_name);
        if file.is_none() {
            let message =
                format!("there is no profile `{profile}`: no file {}", folder.join(profile).display());
            let known = profiles(&folder);
            let known: Vec<&str> = known.iter().map(String::as_str).collect();
            let finding = Finding::new(format!("{message}.toml or .yaml"), from.clone());
            findings.push(finding.help(advice(profile, &known)));
        }
        file
    });
    for file in [base, profile].into_iter().flatten() {
        if let Some(node) = read(&file, findings) {
            tree.overlay(node);
        }
        watched.push(file);
    }
    watched
}

/// The file of a name, whatever its ending. Two are a fault: nobody can tell which is meant.
fn one(folder: &Path, name: &str, findings: &mut Vec<Finding>) -> Option<PathBuf> {
    let files = ENDINGS.iter().map(|ending| folder.join(format!("{name}.{ending}")));
    let mut there = files.filter(|file| file.exists());
    let first = there.next()?;
    if let Some(second) = there.next() {
        let message = format!("both {} and {} are there", first.display(), second.display());
        findings.push(Finding::new(message, Origin::Default).help("keep one of them"));
    }
    Some(first)
}

fn profiles(folder: &Path) -> Vec<String> {
    let Ok(entries) = folder.read_dir() else { return Vec::new() };
    let paths = entries.take(1000).flatten().map(|entry| entry.path());
    let known = paths.filter(|path| {
        path.extension().is_some_and(|ending| ENDINGS.iter().any(|known| ending.eq_ignore_ascii_case(known)))
    });
    let stem = |path: PathBuf| path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
    let mut names: Vec<String> = known.filter_map(stem).filter(|name| name != "default").collect();
    names.sort();
    names
}

fn read(path: &Path, findings: &mut Vec<Finding>) -> Option<Node> {
    let name = path.display().to_string();
    let text = match text(path) {
        Ok(text) => text,
        Err(why) => {
            findings.push(Finding::new(format!("the file {name} cannot be read: {why}"), Origin::Default));
            return None;
        }
    };
    let source = Arc::new(Source { name, text });
    let is_yaml = path
        .extension()
        .is_some_and(|ending| ending.eq_ignore_ascii_case("yaml") || ending.eq_ignore_ascii_case("yml"));
    let node = if is_yaml { yaml(&source, findings) } else { read_toml::read(&source, findings) }?;
    if node.table().is_none() {
        findings.push(Finding::new("a configuration is a table", node.from));
        return None;
    }
    Some(node)
}

#[cfg(feature = "yaml")]
use super::read_yaml::read as yaml;

#[cfg(not(feature = "yaml"))]
fn yaml(source: &Arc<Source>, findings: &mut Vec<Finding>) -> Option<Node> {
    let message =
        "YAML is read with the feature `yaml` of `apiloom` only, and this service is built without it";
    findings.push(Finding::new(message, Origin::File(source.clone(), 0, 0)));
    None
}

fn text(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    let read = File::open(path)?.take(LONGEST + 1).read_to_string(&mut text)?;
    if read as u64 > LONGEST {
        return Err(io::Error::other(format!("it is longer than {LONGEST} bytes")));
    }
    match text.strip_prefix('\u{FEFF}') {
        Some(rest) => Ok(rest.to_owned()),
        None => Ok(text),
    }
}
