//! Cargo refuses a package inside a workspace that does not list it, so a new one says which it belongs to.

use std::fs;
use std::path::Path;

/// Would cargo take a package in this folder for a stray one of a workspace further out? The folder need not exist.
pub(super) fn is_stray(folder: &Path) -> bool {
    let Ok(folder) = std::path::absolute(folder) else { return false };
    let outer = folder.ancestors().skip(1).find_map(|outer| {
        let text = fs::read_to_string(outer.join("Cargo.toml")).ok()?;
        let manifest: toml::Table = text.parse().ok()?;
        Some((outer, manifest.get("workspace")?.as_table()?.clone()))
    });
    let Some((outer, workspace)) = outer else { return false };
    let inside = folder.strip_prefix(outer).unwrap_or(&folder);
    let lists = |key: &str, fits: fn(&str, &Path) -> bool| {
        let patterns = workspace.get(key).and_then(toml::Value::as_array);
        patterns.is_some_and(|all| all.iter().filter_map(toml::Value::as_str).any(|one| fits(one, inside)))
    };
    !lists("members", is_member) && !lists("exclude", |pattern, path| path.starts_with(pattern))
}

/// Is the path one that the pattern means? `*` and `?` stand for parts of a name, as in cargo's `members`.
fn is_member(pattern: &str, path: &Path) -> bool {
    let pattern = Path::new(pattern).components();
    pattern.clone().count() == path.components().count()
        && pattern.zip(path.components()).all(|(pattern, name)| {
            let (pattern, name) = (pattern.as_os_str().to_string_lossy(), name.as_os_str().to_string_lossy());
            fits(pattern.as_bytes(), name.as_bytes())
        })
}

fn fits(pattern: &[u8], name: &[u8]) -> bool {
    match (pattern, name) {
        ([], rest) => rest.is_empty(),
        ([b'*', pattern @ ..], _) => (0..=name.len()).any(|skip| fits(pattern, &name[skip..])),
        ([b'?', pattern @ ..], [_, name @ ..]) => fits(pattern, name),
        ([one, pattern @ ..], [other, name @ ..]) => one == other && fits(pattern, name),
        (_, []) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::is_stray;

    #[test]
    fn a_package_below_a_workspace() {
        let folder = tempfile::tempdir().unwrap();
        let is = |manifest: &str| {
            std::fs::write(folder.path().join("Cargo.toml"), manifest).unwrap();
            is_stray(&folder.path().join("services").join("shop"))
        };
        assert!(!is("[package]\nname = \"a\""), "a package is no workspace");
        assert!(is("[workspace]"));
        assert!(is("[workspace]\nmembers = [\"services\", \"services/api-*\"]"));
        assert!(!is("[workspace]\nmembers = [\"services/*\"]"));
        assert!(!is("[workspace]\nmembers = [\"a\", \"services/sh?p\"]"));
        assert!(!is("[workspace]\nexclude = [\"services\"]"));
        assert!(is("[workspace]\nexclude = [\"service\"]"));
    }
}
