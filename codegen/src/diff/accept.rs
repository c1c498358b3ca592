//! Changes that somebody has looked at: `.apiloom/accepted.toml`, severities by rule, and what the version should become.

use super::{Change, Level};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashSet};

/// What was accepted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Accepted {
    /// One entry a change.
    #[serde(default, rename = "accepted")]
    pub entries: Vec<Entry>,
}

/// A change that was accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Which change: [`Change::fingerprint`].
    pub fingerprint: String,
    /// The id of its rule, for readers.
    pub id: String,
    /// Its operation, for readers.
    #[serde(default)]
    pub operation: String,
    /// Why it is fine.
    pub reason: String,
    /// The last day that it counts, `YYYY-MM-DD`; without it, always.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<String>,
}

/// What is left after taking out what was accepted.
#[derive(Debug, Default)]
pub struct Sorted {
    /// Changes that nobody has accepted.
    pub open: Vec<Change>,
    /// How many were accepted.
    pub accepted: usize,
    /// Entries whose day is over.
    pub expired: Vec<Entry>,
    /// Entries that no change has.
    pub stale: Vec<Entry>,
}

impl Accepted {
    /// Reads the file's text.
    ///
    /// # Errors
    /// What is wrong with it, with line and column.
    pub fn read(text: &str) -> Result<Self, String> {
        toml::from_str(text).map_err(|error| error.to_string())
    }

    /// Adds the changes that are not in it, and gives the new text.
    ///
    /// # Errors
    /// When it cannot be written as TOML.
    pub fn add(&mut self, changes: &[Change], reason: &str, expires: Option<&str>) -> Result<String, String> {
        let mut known: HashSet<String> = self.entries.iter().map(|entry| entry.fingerprint.clone()).collect();
        for change in changes.iter().filter(|change| change.level != Level::Safe) {
            let fingerprint = change.fingerprint();
            if known.insert(fingerprint.clone()) {
                self.entries.push(Entry {
                    fingerprint,
                    id: change.id.clone(),
                    operation: format!("{} {}", change.method, change.path).trim().to_owned(),
                    reason: reason.to_owned(),
                    expires: expires.map(str::to_owned),
                });
            }
        }
        toml::to_string(self).map_err(|error| error.to_string())
    }

    /// Takes the accepted changes out; `today` is `YYYY-MM-DD`.
    #[must_use]
    pub fn sort(&self, changes: Vec<Change>, today: &str) -> Sorted {
        let mut sorted = Sorted::default();
        let valid = |entry: &&Entry| entry.expires.as_deref().is_none_or(|day| today <= day);
        let current: HashSet<&str> =
            self.entries.iter().filter(valid).map(|entry| entry.fingerprint.as_str()).collect();
        let mut met = HashSet::new();
        for change in changes {
            let fingerprint = change.fingerprint();
            let accepted = current.contains(fingerprint.as_str());
            met.insert(fingerprint);
            if accepted {
                sorted.accepted += 1;
            } else {
                sorted.open.push(change);
            }
        }
        for entry in &self.entries {
            if !met.contains(&entry.fingerprint) {
                sorted.stale.push(entry.clone());
            } else if !valid(&entry) {
                sorted.expired.push(entry.clone());
            }
        }
        sorted
    }
}

/// Levels by the ids of rules, `*` for all others; `None`: not told at all.
pub type Levels = BTreeMap<String, Option<Level>>;

/// Severities by rule, one `id level` a line, as other tools write them: `err`, `warn`, `info`, `none`, or the levels'
/// own names.
///
/// # Errors
/// The first line that cannot be read.
pub fn severities(text: &str) -> Result<Levels, String> {
    let mut all = BTreeMap::new();
    for (number, line) in text.lines().enumerate() {
        let line = line.split('#').next().unwrap_or_default().trim();
        if line.is_empty() {
            continue;
        }
        let mut words = line.split_whitespace();
        let level = match (words.next(), words.next(), words.next()) {
            (Some(id), Some(level), None) => level_of(level).map(|level| (id, level)),
            _ => None,
        };
        let Some((id, level)) = level else {
            return Err(format!(
                "line {}: `{line}` is not a rule and one of breaking, dangerous, safe, none",
                number + 1
            ));
        };
        all.insert(id.to_owned(), level);
    }
    Ok(all)
}

fn level_of(word: &str) -> Option<Option<Level>> {
    Some(match word.to_ascii_lowercase().as_str() {
        "err" | "error" | "breaking" => Some(Level::Breaking),
        "warn" | "warning" | "dangerous" => Some(Level::Dangerous),
        "info" | "safe" => Some(Level::Safe),
        "none" | "off" => None,
        _ => return None,
    })
}

/// Gives each change that `is_meant` the level that its rule is configured to have.
pub fn weigh(changes: &mut Vec<Change>, levels: &Levels, is_meant: impl Fn(&Change) -> bool) {
    changes.retain_mut(|change| {
        let level = levels.get(&change.id).or_else(|| levels.get("*")).filter(|_| is_meant(change));
        match level {
            Some(None) => false,
            Some(Some(level)) => {
                change.level = *level;
                true
            }
            None => true,
        }
    });
}

/// Which part of a semantic version must grow (semver 2.0.0, sections 6 to 8).
#[must_use]
pub fn bump(changes: &[Change]) -> &'static str {
    match changes.iter().map(|change| change.level).min() {
        Some(Level::Breaking) => "major",
        Some(Level::Dangerous | Level::Safe) => "minor",
        None => "none",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(id: &str, level: Level) -> Change {
        Change {
            id: id.to_owned(),
            level,
            categories: vec![super::super::Category::Wire],
            method: "GET".to_owned(),
            path: "/pets".to_owned(),
            place: String::new(),
            text: id.to_owned(),
            old: None,
            new: None,
        }
    }

    #[test]
    fn accepted_changes_are_taken_out_until_their_day() {
        let changes = vec![change("a", Level::Breaking), change("b", Level::Dangerous)];
        let mut accepted = Accepted::default();
        let text = accepted.add(&changes[..1], "nobody calls it", Some("2026-12-31")).unwrap();
        assert_eq!(Accepted::read(&text).unwrap(), accepted);
        let sorted = accepted.sort(changes.clone(), "2026-12-31");
        assert_eq!((sorted.open.len(), sorted.accepted, sorted.stale.len()), (1, 1, 0));
        let late = accepted.sort(changes[1..].to_vec(), "2027-01-01");
        assert_eq!((late.open.len(), late.accepted, late.stale.len()), (1, 0, 1));
        assert_eq!(accepted.sort(changes, "2027-01-01").expired.len(), 1);
    }

    #[test]
    fn severities_by_rule() {
        let read = severities("a err\n# comment\nb none # never\n").unwrap();
        let mut changes =
            vec![change("a", Level::Safe), change("b", Level::Breaking), change("c", Level::Safe)];
        weigh(&mut changes, &read, |_| true);
        assert_eq!(
            changes.iter().map(|one| (one.id.as_str(), one.level)).collect::<Vec<_>>(),
            [("a", Level::Breaking), ("c", Level::Safe)]
        );
        assert!(severities("a b c").unwrap_err().starts_with("line 1"));
        assert_eq!(bump(&changes), "major");
    }
}
