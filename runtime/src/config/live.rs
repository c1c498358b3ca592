//! The configuration of a service that runs: what it is now, and how it becomes another one.

use super::draft::{self, Draft};
use super::finding::{Failure, Finding};
use super::inputs::{Inputs, Wish};
use super::section::{Kind, Section, Slot};
use super::tree::{Node, Origin, differences, dotted};
use super::watched::Watched;
use std::any::TypeId;
use std::fmt;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

/// What a reload has come to.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Reloaded {
    /// Keys whose new values are used from now on.
    pub(crate) changed: Vec<String>,
    /// Keys whose new values need a restart.
    pub(crate) restart: Vec<String>,
}

#[derive(Debug)]
struct State {
    tree: Node,
    watched: Vec<PathBuf>,
}

/// A configuration that is in use.
#[derive(Debug)]
pub(crate) struct Live {
    kinds: Vec<Kind>,
    inputs: Inputs,
    slots: Vec<Slot>,
    state: Mutex<State>,
    /// Which operations there are, as soon as that is known.
    operations: OnceLock<Vec<&'static str>>,
    hooks: Mutex<Vec<Hook>>,
}

/// Is called after a change.
struct Hook(Box<dyn Fn() + Send + Sync>);

impl fmt::Debug for Hook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hook")
    }
}

impl Live {
    /// Reads a configuration for the first time.
    ///
    /// # Errors
    /// Everything that is wrong.
    pub(super) fn read(kinds: Vec<Kind>, inputs: Inputs, findings: Vec<Finding>) -> Result<Self, Failure> {
        let Draft { tree, held, watched } = draft::read(&kinds, &inputs, None, findings)?;
        let slots = kinds.iter().zip(held).filter_map(|(kind, held)| kind.hold(held)).collect();
        let state = Mutex::new(State { tree, watched });
        Ok(Self { kinds, inputs, slots, state, operations: OnceLock::new(), hooks: Mutex::default() })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A section.
    pub(crate) fn section<T: Section>(&self) -> Option<Watched<T>> {
        let slot = self.slots.iter().find(|slot| slot.kind.type_id == TypeId::of::<T>())?;
        slot.watched.as_any().downcast_ref().cloned()
    }

    /// Has anybody set this key?
    pub(crate) fn is_set(&self, section: &str, key: &str) -> bool {
        self.state().tree.get([section, key]).is_some_and(|node| !matches!(node.from, Origin::Default))
    }

    /// Has anybody set anything of this section?
    pub(crate) fn is_there(&self, section: &str) -> bool {
        self.state().tree.get([section]).is_some()
    }

    /// The files that it was made of.
    pub(crate) fn watched(&self) -> Vec<PathBuf> {
        self.state().watched.clone()
    }

    /// Calls a function after each change of anything.
    pub(crate) fn on_change(&self, hook: impl Fn() + Send + Sync + 'static) {
        self.hooks.lock().unwrap_or_else(PoisonError::into_inner).push(Hook(Box::new(hook)));
    }

    /// Was the program started to find out whether it could serve?
    pub(crate) fn is_asked(&self) -> bool {
        self.inputs.wish == Wish::Doctor
    }

    /// Are all operations known that are configured?
    ///
    /// # Errors
    /// Those that are not.
    pub(crate) fn knows(&self, operations: &[&'static str]) -> Result<(), Failure> {
        let mut findings = Vec::new();
        draft::unknown_operations(&self.state().tree, operations, &mut findings);
        if findings.is_empty() { Ok(()) } else { Err(Failure::new(findings)) }
    }

    /// Says which operations there are.
    ///
    /// # Errors
    /// Others are configured.
    pub(crate) fn serves(&self, operations: Vec<&'static str>) -> Result<(), Failure> {
        let known = self.knows(&operations);
        // It is bound once.
        let _ = self.operations.set(operations);
        known
    }

    /// Every section's name, its value with secrets veiled, and the tree that tells where values are from.
    pub(crate) fn shown<T>(&self, show: impl FnOnce(&[(&'static str, serde_json::Value)], &Node) -> T) -> T {
        let state = self.state();
        let value = |slot: &Slot| (slot.kind.name, slot.watched.json().unwrap_or_default());
        let sections: Vec<_> = self.slots.iter().map(value).collect();
        show(&sections, &state.tree)
    }

    /// Reads everything again and uses what can be used without a restart.
    ///
    /// # Errors
    /// Everything that is wrong; then nothing has changed.
    pub(crate) fn reload(&self) -> Result<Reloaded, Failure> {
        let mut state = self.state();
        let operations = self.operations.get().map(Vec::as_slice);
        let mut draft = draft::read(&self.kinds, &self.inputs, operations, Vec::new())?;
        let paths = differences(&state.tree, &draft.tree);
        let (now, later): (Vec<_>, Vec<_>) = paths.into_iter().partition(|path| self.is_reloadable(path));
        if !later.is_empty() {
            let mut tree = draft.tree;
            later.iter().for_each(|path| tree.restore(path, &state.tree));
            let mut findings = Vec::new();
            let Draft { tree, held, .. } = draft::sections(&self.kinds, tree, &mut findings);
            if !findings.is_empty() {
                return Err(Failure::new(findings));
            }
            (draft.tree, draft.held) = (tree, held);
        }
        *state = State { tree: draft.tree, watched: draft.watched };
        drop(state);
        let touched =
            |slot: &Slot| now.iter().any(|path| path.first().is_some_and(|key| key == slot.kind.name));
        let slots = self.slots.iter().zip(draft.held).filter(|(slot, _)| touched(slot));
        // Everything is swapped before anybody is told.
        let told: Vec<_> = slots.filter_map(|(slot, held)| slot.watched.swap(held)).collect();
        self.hooks.lock().unwrap_or_else(PoisonError::into_inner).iter().for_each(|hook| (hook.0)());
        told.into_iter().for_each(|tell| tell());
        let names = |paths: &[Vec<String>]| paths.iter().map(|path| dotted(path)).collect();
        Ok(Reloaded { changed: names(&now), restart: names(&later) })
    }

    fn is_reloadable(&self, path: &[String]) -> bool {
        let kind = self.kinds.iter().find(|kind| path.first().is_some_and(|key| key == kind.name));
        kind.is_some_and(|kind| kind.reload.holds_for(path.get(1).map(String::as_str)))
    }
}
