//! Which operation a path means: literals win over variables, from left to right.

use super::operation::Operation;
use super::problem::Problem;
use std::collections::BTreeMap;

#[derive(Debug)]
pub(super) struct Routes {
    base: String,
    /// Templates with their operations, the most literal first.
    templates: Vec<(Vec<Segment>, Vec<usize>)>,
}

#[derive(Debug)]
pub(super) struct Found {
    /// Several where paths differ in a fragment only, which no request shows.
    pub(super) operations: Vec<usize>,
    /// Names of variables and their raw texts.
    pub(super) captures: BTreeMap<String, String>,
}

/// A part of a template between slashes.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Clone)]
enum Segment {
    Literal(String),
    /// Texts and variables in turn: `{id}.json` is `""`, `id`, `".json"`.
    Mixed(Vec<String>),
}

impl Routes {
    pub(super) fn new(operations: &[Operation], base: &str) -> Self {
        let mut templates: BTreeMap<Vec<Segment>, Vec<usize>> = BTreeMap::new();
        for (n, operation) in operations.iter().enumerate() {
            let path = operation.path.split('#').next().unwrap_or_default();
            templates.entry(segments(path)).or_default().push(n);
        }
        Self { base: base.to_owned(), templates: templates.into_iter().collect() }
    }

    /// The operation behind a path, below the base path or not; 404 or 405 otherwise.
    pub(super) fn find(&self, path: &str, method: &str, operations: &[Operation]) -> Result<Found, Problem> {
        let below = path.strip_prefix(&self.base).filter(|rest| rest.starts_with('/') || rest.is_empty());
        let mut allowed: Vec<&str> = Vec::new();
        // The first template that fits decides, and those that differ from it in the names of variables only.
        let mut decided: Option<Vec<bool>> = None;
        for path in below.into_iter().chain([path]) {
            let parts: Vec<&str> = path.strip_prefix('/').unwrap_or(path).split('/').collect();
            for (template, behind) in &self.templates {
                let Some(captures) = captures(template, &parts) else { continue };
                let form: Vec<bool> =
                    template.iter().map(|segment| matches!(segment, Segment::Literal(_))).collect();
                if *decided.get_or_insert_with(|| form.clone()) != form {
                    continue;
                }
                let meant = |wanted: &str| -> Vec<usize> {
                    behind.iter().copied().filter(|n| operations[*n].method == wanted).collect()
                };
                let mut found = meant(method);
                if found.is_empty() && method == "HEAD" {
                    found = meant("GET");
                }
                if !found.is_empty() {
                    return Ok(Found { operations: found, captures });
                }
                allowed.extend(behind.iter().map(|n| operations[*n].method.as_str()));
            }
        }
        if allowed.is_empty() {
            return Err(Problem::new(404, format!("the document has no path like `{path}`")));
        }
        Err(Problem::method(&allowed))
    }
}

fn segments(template: &str) -> Vec<Segment> {
    template.strip_prefix('/').unwrap_or(template).split('/').map(segment).collect()
}

fn segment(text: &str) -> Segment {
    let mut parts: Vec<String> = Vec::new();
    let mut rest = text;
    while let Some((before, inside)) = rest.split_once('{') {
        let Some((name, after)) = inside.split_once('}') else { break };
        parts.extend([before.to_owned(), name.to_owned()]);
        rest = after;
    }
    if parts.is_empty() {
        return Segment::Literal(text.to_owned());
    }
    parts.push(rest.to_owned());
    Segment::Mixed(parts)
}

fn captures(template: &[Segment], parts: &[&str]) -> Option<BTreeMap<String, String>> {
    if template.len() != parts.len() {
        return None;
    }
    let mut out = BTreeMap::new();
    for (segment, part) in template.iter().zip(parts) {
        match segment {
            Segment::Literal(text) => {
                if text != part && *text != crate::source::percent_decode(part) {
                    return None;
                }
            }
            Segment::Mixed(pieces) => capture(pieces, part, &mut out)?,
        }
    }
    Some(out)
}

/// Each variable takes as little as the text after it allows, and at least one character.
fn capture(pieces: &[String], part: &str, out: &mut BTreeMap<String, String>) -> Option<()> {
    let [first, pairs @ ..] = pieces else { return None };
    let mut rest = part.strip_prefix(first.as_str())?;
    let count = pairs.len() / 2;
    for (n, pair) in pairs.chunks_exact(2).enumerate() {
        let (name, after) = (&pair[0], pair[1].as_str());
        let value = if n + 1 == count {
            rest.strip_suffix(after)?
        } else {
            let start = rest.chars().next()?.len_utf8();
            let at = rest[start..].find(after).filter(|_| !after.is_empty())?;
            &rest[..start + at]
        };
        if value.is_empty() {
            return None;
        }
        rest = rest.get(value.len() + after.len()..)?;
        out.insert(name.clone(), value.to_owned());
    }
    Some(())
}
