//! `name[key][key]=value`: keys in brackets into objects and lists, to a bounded depth.

use crate::fault::Step;
use crate::json::node::Node;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Brackets nested deeper are refused.
const MOST_DEPTH: usize = 16;

/// What the brackets of one name have come to.
#[derive(Debug, Default)]
pub(super) struct Nested<'r> {
    values: Vec<Node<'r>>,
    children: BTreeMap<String, Nested<'r>>,
    /// Items that were added by `[]`.
    pushed: usize,
}

/// Why a key cannot be placed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Misplaced {
    /// The brackets do not match.
    Brackets,
    /// There are too many of them.
    Depth,
}

/// The name, and the keys in the brackets after it.
pub(super) fn split(key: &str) -> Result<(&str, Vec<&str>), Misplaced> {
    let Some((name, mut rest)) = key.find('[').and_then(|at| key.split_at_checked(at)) else {
        return Ok((key, Vec::new()));
    };
    let mut keys = Vec::new();
    while !rest.is_empty() {
        let inner = rest.strip_prefix('[').and_then(|rest| rest.split_once(']'));
        let (inner, after) = inner.filter(|(inner, _)| !inner.contains('[')).ok_or(Misplaced::Brackets)?;
        if keys.len() >= MOST_DEPTH {
            return Err(Misplaced::Depth);
        }
        keys.push(inner);
        rest = after;
    }
    Ok((name, keys))
}

impl<'r> Nested<'r> {
    /// Puts a value below these keys.
    pub(super) fn insert(&mut self, keys: &[&str], value: Node<'r>) {
        match keys {
            [] => self.values.push(value),
            [first, rest @ ..] => {
                let key = if first.is_empty() { self.pushed.to_string() } else { (*first).to_owned() };
                self.pushed += usize::from(first.is_empty());
                self.children.entry(key).or_default().insert(rest, value);
            }
        }
    }

    /// The value: an object; a list where all keys are numbers; or the plain values. A name with both plain values
    /// and keys is told by its steps.
    pub(super) fn into_node(self, clashes: &mut Vec<Vec<Step>>) -> Node<'r> {
        let mut values = self.values;
        if self.children.is_empty() {
            return match values.len() {
                1 => values.pop().unwrap_or(Node::Null),
                _ => Node::Array(values),
            };
        }
        if !values.is_empty() {
            clashes.push(Vec::new());
        }
        let numbers: Option<BTreeMap<u32, &String>> =
            self.children.keys().map(|key| Some((key.parse().ok()?, key))).collect();
        let is_list = numbers.is_some_and(|numbers| numbers.len() == self.children.len());
        let mut entries: Vec<(String, Nested<'r>)> = self.children.into_iter().collect();
        if is_list {
            entries.sort_by_key(|(key, _)| key.parse::<u32>().unwrap_or_default());
        }
        let within = |step: Step, child: Nested<'r>, clashes: &mut Vec<Vec<Step>>| {
            let first = clashes.len();
            let node = child.into_node(clashes);
            clashes.iter_mut().skip(first).for_each(|steps| steps.push(step.clone()));
            node
        };
        if is_list {
            let items = entries.into_iter().enumerate();
            return Node::Array(
                items.map(|(n, (_, child))| within(Step::Index(n), child, clashes)).collect(),
            );
        }
        let entries = entries.into_iter().map(|(key, child)| {
            let node = within(Step::Key(Cow::Owned(key.clone())), child, clashes);
            (Cow::Owned(key), node)
        });
        Node::Object(entries.collect())
    }
}

#[cfg(test)]
mod tests {
    use super::{Misplaced, Nested, split};
    use crate::json::node::Node;
    use std::borrow::Cow;

    fn nested(keys: &[&str]) -> (String, usize) {
        let mut all = Nested::default();
        for (n, key) in keys.iter().enumerate() {
            all.insert(&split(key).unwrap().1, Node::Text(Cow::Owned(n.to_string())));
        }
        let mut clashes = Vec::new();
        (serde_json::to_string(&all.into_node(&mut clashes)).unwrap(), clashes.len())
    }

    #[test]
    fn brackets_become_objects_and_lists() {
        let check = |keys: &[&str], json: &str| assert_eq!(nested(keys), (json.to_owned(), 0), "{keys:?}");
        check(&["a[x]", "a[y]"], r#"{"x":"0","y":"1"}"#);
        check(&["a[x][y][z]", "a[x][w]"], r#"{"x":{"w":"1","y":{"z":"0"}}}"#);
        check(&["a[]", "a[]"], r#"["0","1"]"#);
        check(&["a[10]", "a[9]", "a[2]"], r#"["2","1","0"]"#);
        check(&["a[0][n]", "a[1][n]"], r#"[{"n":"0"},{"n":"1"}]"#);
        check(&["a[x]", "a[x]"], r#"{"x":["0","1"]}"#);
        check(&["a[1]", "a[01]"], r#"{"01":"1","1":"0"}"#);
        check(&["a"], r#""0""#);
        assert_eq!(nested(&["a[x]", "a[x][y]"]).1, 1);
    }

    #[test]
    fn brackets_that_do_not_match() {
        for key in ["a[", "a[x", "a[x]y", "a[x]]"] {
            assert_eq!(split(key), Err(Misplaced::Brackets), "{key}");
        }
        assert_eq!(split(&format!("a{}", "[x]".repeat(17))), Err(Misplaced::Depth));
        assert_eq!(split(&format!("a{}", "[x]".repeat(16))).unwrap().1.len(), 16);
        assert_eq!(split("a]"), Ok(("a]", vec![])));
    }
}
