//! Configuration: layers, what is wrong with them, what is printed, and reloading.

#[cfg(feature = "admin")]
mod admin;
mod errors;
mod layers;
mod operations;
mod printed;
#[cfg(all(unix, feature = "log"))]
mod process;
mod reload;
mod stack;

use apiloom::config::{Config, Failure, Loaded, Period, Section};
use apiloom::{App, Secret};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A section as a service would have one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Shop {
    pub name: String,
    pub key: Option<Secret>,
    pub workers: u8,
    pub ratio: f64,
    pub is_open: bool,
    pub hosts: Vec<String>,
    pub limits: BTreeMap<String, u32>,
    pub mode: Mode,
    pub every: Period,
    pub database: Database,
}

impl Default for Shop {
    fn default() -> Self {
        Self {
            name: "corner".to_owned(),
            key: None,
            workers: 4,
            ratio: 0.5,
            is_open: true,
            hosts: Vec::new(),
            limits: BTreeMap::new(),
            mode: Mode::Fast,
            every: Period(Duration::from_secs(5)),
            database: Database::default(),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    Fast,
    VerySlow,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Database {
    pub url: String,
    pub password: Secret,
    pub key_file: Option<PathBuf>,
}

impl Section for Shop {
    const NAME: &'static str = "app";
}

/// A folder with files; the first is `default.toml`, if no name is given.
pub fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

/// Reads the configuration of a folder, with variables and arguments.
pub fn load(folder: &Path, variables: &[(&str, &str)], arguments: &[&str]) -> Result<Loaded, Failure> {
    let arguments =
        ["shop", "--config", folder.to_str().unwrap()].into_iter().chain(arguments.iter().copied());
    Config::new().section::<Shop>().variables(variables.iter().copied()).arguments(arguments).load()
}

pub fn app(folder: &Path, variables: &[(&str, &str)], arguments: &[&str]) -> App {
    match load(folder, variables, arguments) {
        Ok(Loaded::App(app)) => *app,
        Ok(Loaded::Text(text)) => panic!("{text}"),
        Err(failure) => panic!("{failure}"),
    }
}

/// The shop of a configuration.
pub fn shop(folder: &Path, variables: &[(&str, &str)], arguments: &[&str]) -> Shop {
    (*app(folder, variables, arguments).config::<Shop>().unwrap().get()).clone()
}

/// What is told, with the folder's name left out.
pub fn failure(folder: &Path, variables: &[(&str, &str)], arguments: &[&str]) -> String {
    let failure = load(folder, variables, arguments).expect_err("it is wrong");
    failure.to_string().replace(&format!("{}/", folder.display()), "")
}

/// What is printed.
pub fn printed(folder: &Path, variables: &[(&str, &str)], arguments: &[&str]) -> String {
    match load(folder, variables, arguments) {
        Ok(Loaded::Text(text)) => text.replace(&format!("{}/", folder.display()), ""),
        other => panic!("{other:?}"),
    }
}
