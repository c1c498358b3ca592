//! How bad each change is here: `[diff]` of `apiloom.toml`, and the file of `--severity`, which wins.

use super::{Diff, read, usage};
use crate::cli::output::Output;
use crate::cli::{Exit, input};
use apiloom_codegen::diff::accept::{self, Levels};
use apiloom_codegen::diff::{Change, Level, category, rules};
use apiloom_codegen::ir::filter::glob;
use apiloom_codegen::project::{self, Weight};
use std::collections::BTreeMap;

impl Diff {
    /// Gives each change the level that it has in this project, and drops those that nobody asks for.
    pub(super) fn weigh(&self, changes: &mut Vec<Change>, output: &Output) -> Result<(), Exit> {
        category::keep(changes, &self.categories);
        if let Some(home) = input::project(output)? {
            let said = &home.project.diff;
            let mut named = said.rules.keys().chain(said.paths.values().flat_map(BTreeMap::keys));
            if let Some(id) = named.find(|id| *id != "*" && !rules::is_possible(id)) {
                let near = project::nearest(id, rules::all().map(|rule| rule.id));
                let near = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
                return Err(usage(output, &format!("[diff] of apiloom.toml: there is no rule `{id}`{near}")));
            }
            accept::weigh(changes, &levels(&said.rules), |_| true);
            for (pattern, rules) in &said.paths {
                accept::weigh(changes, &levels(rules), |change| is_at(change, pattern));
            }
        }
        if let Some(path) = &self.severity {
            let levels = accept::severities(&read(path, output)?)
                .map_err(|error| usage(output, &format!("{}: {error}", path.display())))?;
            accept::weigh(changes, &levels, |_| true);
        }
        Ok(())
    }
}

/// Whether a change is where a pattern says: `/pets/**`, `GET /pets`, `Query.pet*`.
fn is_at(change: &Change, pattern: &str) -> bool {
    glob(pattern, &change.path) || glob(pattern, &format!("{} {}", change.method, change.path))
}

fn levels(rules: &BTreeMap<String, Weight>) -> Levels {
    rules
        .iter()
        .map(|(id, weight)| {
            let level = match weight {
                Weight::Breaking => Some(Level::Breaking),
                Weight::Dangerous => Some(Level::Dangerous),
                Weight::Safe => Some(Level::Safe),
                Weight::None => None,
            };
            (id.clone(), level)
        })
        .collect()
}
