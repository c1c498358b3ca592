//! Sections: parts of a configuration that a type describes, each at a key of its own.

use super::de::{self, Notes};
use super::finding::Finding;
use super::tree::{Node, dotted};
use super::watched::Watched;
pub use crate::stack::Unusable;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::any::{Any, TypeId};
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

/// What of a section can be changed while the service runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reload {
    /// Everything.
    All,
    /// These keys; the others need a restart.
    Keys(&'static [&'static str]),
    /// Nothing.
    Nothing,
}

impl Reload {
    pub(crate) fn holds_for(self, key: Option<&str>) -> bool {
        match self {
            Self::All => true,
            Self::Keys(keys) => key.is_some_and(|key| keys.contains(&key)),
            Self::Nothing => false,
        }
    }
}

/// A part of the configuration. What a type's fields are, serde says: `#[serde(default)]` for what need not be set,
/// [`Secret`](crate::Secret) for what nobody may see.
///
/// ```
/// # use apiloom::config::Section;
/// #[derive(serde::Deserialize, serde::Serialize)]
/// struct Shop {
///     name: String,
///     #[serde(default)]
///     key: Option<apiloom::Secret>,
/// }
///
/// impl Section for Shop {
///     const NAME: &'static str = "shop";
/// }
/// ```
pub trait Section: DeserializeOwned + Serialize + Send + Sync + 'static {
    /// Its key in the configuration.
    const NAME: &'static str = "app";
    /// What of it can be changed while the service runs.
    const RELOAD: Reload = Reload::All;

    /// What is wrong with it that its types do not say: keys that do not go together, files that are not there.
    fn check(&self) -> Vec<Unusable> {
        Vec::new()
    }

    /// Files that it is made of besides: when one of them changes, everything is read again.
    fn files(&self) -> Vec<PathBuf> {
        Vec::new()
    }

    /// Its JSON Schema, if there is one: `schemars::schema_for!(Self).to_value()`.
    fn schema() -> Option<serde_json::Value> {
        None
    }
}

/// What is wrong, at what was set of its key.
fn told(section: &str, node: &Node, wrong: Unusable) -> Finding {
    let Unusable { path, message } = wrong;
    let ways = (0..=path.len()).rev().filter_map(|end| path.get(..end));
    let at = ways.filter_map(|path| node.get(path.iter().map(String::as_str))).next().unwrap_or(node);
    let key: Vec<&str> = std::iter::once(section).chain(path.iter().map(String::as_str)).collect();
    Finding::new(format!("`{}`: {message}", dotted(&key)), at.from.clone())
}

pub(crate) type Held = Arc<dyn Any + Send + Sync>;

/// A section that was read, and the files that it is made of besides.
pub(super) type Read = (Held, Vec<PathBuf>);

/// A type that is known as a section.
#[derive(Clone, Copy)]
pub(crate) struct Kind {
    pub(crate) name: &'static str,
    pub(crate) reload: Reload,
    pub(crate) type_id: TypeId,
    pub(crate) schema: fn() -> Option<serde_json::Value>,
    read: fn(&Node, &Notes, &mut Vec<Finding>) -> Option<Read>,
    hold: fn(Held) -> Option<Slot>,
}

impl fmt::Debug for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Kind").field("name", &self.name).field("reload", &self.reload).finish_non_exhaustive()
    }
}

impl Kind {
    pub(crate) fn of<T: Section>() -> Self {
        let read = |tree: &Node, notes: &Notes, findings: &mut Vec<Finding>| {
            let none = Node::default();
            let node = tree.get([T::NAME]).unwrap_or(&none);
            let section: T = de::section(node, &[T::NAME], notes, findings)?;
            let unusable = section.check();
            let is_sound = unusable.is_empty();
            findings.extend(unusable.into_iter().map(|wrong| told(T::NAME, node, wrong)));
            let files = section.files();
            is_sound.then(|| (Arc::new(section) as Held, files))
        };
        let hold = |held: Held| {
            let watched = Watched::new(held.downcast::<T>().ok()?);
            Some(Slot { kind: Self::of::<T>(), watched: Box::new(watched) })
        };
        let (name, reload, type_id) = (T::NAME, T::RELOAD, TypeId::of::<T>());
        Self { name, reload, type_id, schema: T::schema, read, hold }
    }

    pub(super) fn read(&self, tree: &Node, notes: &Notes, findings: &mut Vec<Finding>) -> Option<Read> {
        (self.read)(tree, notes, findings)
    }

    pub(crate) fn hold(&self, held: Held) -> Option<Slot> {
        (self.hold)(held)
    }
}

/// A section with its value.
#[derive(Debug)]
pub(crate) struct Slot {
    pub(crate) kind: Kind,
    pub(crate) watched: Box<dyn Swap>,
}

/// A [`Watched`] of any type.
pub(crate) trait Swap: fmt::Debug + Send + Sync {
    fn as_any(&self) -> &dyn Any;
    /// Swaps the value. Who wants to know is told by the function that is returned.
    fn swap(&self, held: Held) -> Option<Box<dyn FnOnce() + Send>>;
    fn json(&self) -> serde_json::Result<serde_json::Value>;
}

impl<T: Section> Swap for Watched<T> {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn swap(&self, held: Held) -> Option<Box<dyn FnOnce() + Send>> {
        self.store(held.downcast::<T>().ok()?);
        let watched = self.clone();
        Some(Box::new(move || watched.tell()))
    }

    fn json(&self) -> serde_json::Result<serde_json::Value> {
        super::secret::veiled(|| serde_json::to_value(&*self.get()))
    }
}
