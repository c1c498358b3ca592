//! Keys with brackets: `filter[a][b]=1`, `filter[a][]=x`, `filter[a][0]=x`, as `deepObject` is written in the wild. The
//! specification knows one level; for more, this reads what the common libraries of the web write.

use super::Spec;
use super::decode::{Pairs, leaf};
use crate::json::node::Node;
use std::borrow::Cow;

/// An entry of an object.
pub(crate) type Entry<'r> = (Cow<'r, str>, Node<'r>);

/// So many entries are read for one parameter.
pub(crate) const MOST_ENTRIES: usize = 1000;

/// So many brackets may follow a name.
const MOST_LEVELS: usize = 16;

const MIXED: Node<'static> =
    Node::Wrong("syntax", Cow::Borrowed("is given both as a value and as an object or list"));

/// Gathers the pairs whose key is the name with brackets; `None` if there are none.
pub(crate) fn read<'r>(pairs: &Pairs<'r>, spec: Spec) -> Option<Node<'r>> {
    let mut entries: Vec<Entry<'r>> = Vec::new();
    let own = pairs.iter().filter_map(|(key, value)| {
        let brackets = key.strip_prefix(spec.name).filter(|rest| rest.starts_with('['))?;
        Some((brackets, value))
    });
    for (count, (brackets, value)) in own.enumerate() {
        let Some(path) = path(brackets) else {
            return Some(Node::Wrong("syntax", "has a key that is not `name[key]`".into()));
        };
        if path.len() > MOST_LEVELS {
            let detail = format!("is nested deeper than {MOST_LEVELS} levels");
            return Some(Node::Wrong("depth", detail.into()));
        }
        if count >= MOST_ENTRIES {
            return Some(too_many());
        }
        insert(&mut entries, &path, leaf(value, spec.escape()));
    }
    (!entries.is_empty()).then(|| settle(Node::Deep(entries)))
}

/// More entries than are read.
pub(crate) fn too_many<'r>() -> Node<'r> {
    Node::Wrong("too_many", format!("has more than {MOST_ENTRIES} entries").into())
}

/// The keys between brackets.
fn path(brackets: &str) -> Option<Vec<&str>> {
    let inner = brackets.strip_prefix('[')?.strip_suffix(']')?;
    let path: Vec<&str> = inner.split("][").collect();
    path.iter().all(|key| !key.contains(['[', ']'])).then_some(path)
}

fn insert<'r>(entries: &mut Vec<Entry<'r>>, path: &[&str], value: Node<'r>) {
    let Some((key, rest)) = path.split_first() else { return };
    let Some(next) = rest.first() else {
        return push(entries, Cow::Owned((*key).to_owned()), value);
    };
    let at = if key.is_empty() {
        // `a[][x]=1&a[][y]=2&a[][x]=3` are two objects: the second one begins where a key comes again.
        entries.iter().rposition(|(known, node)| known.is_empty() && lacks(node, next))
    } else {
        entries.iter().position(|(known, _)| known == key)
    };
    match at.and_then(|at| entries.get_mut(at)) {
        Some((_, Node::Deep(inner))) => insert(inner, rest, value),
        Some((_, other)) => *other = MIXED,
        None => {
            let mut inner = Vec::new();
            insert(&mut inner, rest, value);
            entries.push((Cow::Owned((*key).to_owned()), Node::Deep(inner)));
        }
    }
}

/// Is it an object that has no such key yet?
fn lacks(node: &Node<'_>, key: &str) -> bool {
    matches!(node, Node::Deep(inner) if !key.is_empty() && inner.iter().all(|(known, _)| known != key))
}

/// Appends an entry; a key that comes again has a list.
pub(crate) fn push<'r>(entries: &mut Vec<Entry<'r>>, key: Cow<'r, str>, value: Node<'r>) {
    let known = entries.iter_mut().find(|(known, _)| !key.is_empty() && *known == key);
    match known.map(|(_, node)| node) {
        None => entries.push((key, value)),
        Some(Node::Deep(inner)) if inner.iter().all(|(key, _)| key.is_empty()) => {
            inner.push((Cow::Borrowed(""), value));
        }
        Some(Node::Wrong(..)) => {}
        Some(node @ Node::Deep(_)) => *node = MIXED,
        Some(first) => {
            let items = [std::mem::replace(first, Node::Null), value].map(|item| (Cow::Borrowed(""), item));
            *first = Node::Deep(items.into());
        }
    }
}

/// Puts numbered items in their order; refuses what is a list and an object at once.
fn settle(node: Node<'_>) -> Node<'_> {
    let Node::Deep(entries) = node else { return node };
    if entries.iter().any(|(key, _)| key.is_empty()) && entries.iter().any(|(key, _)| !key.is_empty()) {
        return MIXED;
    }
    let mut entries: Vec<Entry<'_>> = entries.into_iter().map(|(key, value)| (key, settle(value))).collect();
    if entries.iter().all(|(key, _)| is_index(key)) {
        entries.sort_by_key(|(key, _)| key.parse::<usize>().unwrap_or(usize::MAX));
    }
    Node::Deep(entries)
}

/// Digits only.
fn is_index(key: &str) -> bool {
    !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_digit())
}

/// May these entries be read as a list?
pub(crate) fn is_list(entries: &[Entry<'_>]) -> bool {
    entries.iter().all(|(key, _)| key.is_empty()) || entries.iter().all(|(key, _)| is_index(key))
}

/// May these entries be read as an object?
pub(crate) fn is_object(entries: &[Entry<'_>]) -> bool {
    entries.iter().all(|(key, _)| !key.is_empty())
}
