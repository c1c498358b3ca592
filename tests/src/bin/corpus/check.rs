//! Whether generated code compiles: a crate for each file in a workspace of their own, with every warning an error.

use crate::Result;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The workspace.
#[derive(Debug)]
pub(crate) struct Workspace {
    folder: PathBuf,
}

/// What a compilation came to.
#[derive(Debug)]
pub(crate) struct Compiled {
    pub(crate) errors: usize,
    pub(crate) first: String,
    /// Seconds of processor time.
    pub(crate) seconds: f64,
    /// KiB.
    pub(crate) peak: f64,
}

const MEMBER: &str = "[package]\nname = \"NAME\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[dependencies]\n\
                      apiloom = { path = \"RUNTIME\", default-features = false, features = [\"docs\", \"files\", \"multipart\", \"xml\", \"yaml\", \"decimal\"] }\n";

impl Workspace {
    /// Makes the folder. One crate with nothing in it is compiled first, so that dependencies are ready.
    pub(crate) fn new(folder: PathBuf) -> Result<Self> {
        fs::create_dir_all(&folder)?;
        for entry in fs::read_dir(&folder)? {
            let entry = entry?;
            if entry.file_name().to_string_lossy().starts_with("case-") {
                fs::remove_dir_all(entry.path())?;
            }
        }
        fs::write(folder.join("Cargo.toml"), "[workspace]\nresolver = \"3\"\nmembers = [\"case-*\"]\n")?;
        let lock = Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.lock");
        fs::copy(lock, folder.join("Cargo.lock"))?;
        let workspace = Self { folder };
        workspace.member("case-nothing")?;
        fs::write(workspace.code("case-nothing").join("mod.rs"), "")?;
        Ok(workspace)
    }

    /// Where the code of a crate goes.
    pub(crate) fn code(&self, name: &str) -> PathBuf {
        self.folder.join(name).join("src/api")
    }

    /// Writes all of a crate but the generated code.
    pub(crate) fn member(&self, name: &str) -> Result {
        let folder = self.folder.join(name);
        let runtime = Path::new(env!("CARGO_MANIFEST_DIR")).join("../runtime").canonicalize()?;
        fs::create_dir_all(self.code(name))?;
        let manifest = MEMBER.replace("NAME", name).replace("RUNTIME", &runtime.display().to_string());
        fs::write(folder.join("Cargo.toml"), manifest)?;
        fs::write(folder.join("src/lib.rs"), "#![deny(warnings)]\n\npub mod api;\n")?;
        Ok(())
    }

    /// Compiles a crate as far as `cargo check` does.
    pub(crate) fn check(&self, name: &str) -> Result<Compiled> {
        let done = Command::new("/usr/bin/time")
            .args([
                "-f",
                "measured %U %S %M",
                "cargo",
                "check",
                "--quiet",
                "--message-format=short",
                "-p",
                name,
            ])
            .current_dir(&self.folder)
            .env("CARGO_TARGET_DIR", self.folder.join("target"))
            .env("CARGO_INCREMENTAL", "0")
            .output()
            .map_err(|error| format!("/usr/bin/time (package `time`) cannot be run: {error}"))?;
        let said = String::from_utf8_lossy(&done.stderr).into_owned();
        let measured = said.lines().rev().find_map(|line| line.strip_prefix("measured ")).unwrap_or_default();
        let mut measured = measured.split(' ').map(|word| word.parse::<f64>().unwrap_or_default());
        let mut next = || measured.next().unwrap_or_default();
        let errors: Vec<&str> = said.lines().filter(|line| line.contains(": error")).collect();
        let first = errors.first().copied().unwrap_or_else(|| said.lines().next().unwrap_or_default());
        let first = if done.status.success() { String::new() } else { first.to_owned() };
        let errors = if done.status.success() { 0 } else { errors.len().max(1) };
        Ok(Compiled { errors, first, seconds: next() + next(), peak: next() })
    }
}
