//! The two sides: files, folders, standard input, and the same as they are in a commit.

use super::{Diff, usage};
use crate::cli::output::Output;
use crate::cli::{Exit, git, input};
use apiloom_codegen::{Sources, graphql, source};
use std::path::Path;

impl Diff {
    /// The old side and the new one.
    pub(super) fn sides(&self, output: &Output) -> Result<(Sources, Sources), Exit> {
        match (&self.base, &self.revision, &self.merge_base) {
            (Some(file), None, Some(branch)) => {
                let base = git::merge_base(branch).map_err(|error| usage(output, &error))?;
                let old = git::load(&base, file).map_err(|error| usage(output, &error))?;
                Ok((old, self.file(file, output)?))
            }
            (Some(old), Some(new), None) if old == "-" && new == "-" => {
                Err(usage(output, "only one of the two sides can be standard input"))
            }
            (Some(old), Some(new), None) => Ok((self.side(old, output)?, self.side(new, output)?)),
            _ => Err(usage(output, "name two schemas, or one and --base")),
        }
    }

    /// A file, a folder, standard input, or `REF:PATH` when there is no such file.
    fn side(&self, name: &str, output: &Output) -> Result<Sources, Exit> {
        match name.split_once(':') {
            Some((reference, path))
                if !Path::new(name).exists() && !path.is_empty() && reference.len() > 1 =>
            {
                git::load(reference, path).map_err(|error| usage(output, &error))
            }
            _ => self.file(name, output).map_err(|_| Exit::Usage),
        }
    }

    fn file(&self, name: &str, output: &Output) -> Result<Sources, Exit> {
        let path = Path::new(name);
        if path.is_dir() {
            return source::load_folder(path, &graphql::EXTENSIONS)
                .map_err(|error| usage(output, &error.to_string()));
        }
        input::load(path, &self.reading, output)
    }
}
