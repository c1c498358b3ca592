//! Where the slow path puts what it finds, and what it remembers from one round to the next.

use crate::fault::{Fault, MOST_FAULTS, Step, push_step};
use crate::json::node::Node;
use serde::de;
use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::fmt;

/// The way from the root to a value, linked from the inside out.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Trail<'t> {
    Root,
    Key(&'t Trail<'t>, &'t str),
    Index(&'t Trail<'t>, usize),
}

impl Trail<'_> {
    fn step(&self) -> Option<(Step, &Self)> {
        match self {
            Self::Root => None,
            Self::Key(parent, key) => Some((Step::Key(Cow::Owned((*key).to_owned())), parent)),
            Self::Index(parent, index) => Some((Step::Index(*index), parent)),
        }
    }

    /// Says of a fault that it is here.
    pub(crate) fn place(&self, fault: &mut Fault) {
        let mut at = self;
        while let Some((step, parent)) = at.step() {
            fault.within(step);
            at = parent;
        }
    }

    /// The JSON pointer.
    pub(crate) fn pointer(&self) -> String {
        let mut steps = Vec::new();
        let mut at = self;
        while let Some((step, parent)) = at.step() {
            steps.push(step);
            at = parent;
        }
        steps.iter().rev().fold(String::new(), |mut out, step| {
            push_step(&mut out, step);
            out
        })
    }
}

/// What a round does with a value that its type refused in the round before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Excuse {
    /// It is replaced by a placeholder.
    Ghost,
    /// It is left out: the placeholder was refused as well.
    Gone,
}

#[derive(Debug, Default)]
struct State {
    faults: Vec<Fault>,
    placeholders: Vec<String>,
    excused: HashMap<String, (Excuse, Vec<Fault>)>,
    changed: bool,
}

/// Gathers faults.
#[derive(Debug)]
pub(crate) struct Sink {
    state: RefCell<State>,
    /// Nobody reads the faults: the first one ends the reading.
    strict: bool,
    /// How many values may still be read in attempts; so unions in unions cost a multiple, not a power.
    budget: Cell<usize>,
}

/// Attempts may read each value so often on average.
const TRIES: usize = 16;

impl Sink {
    /// For the patient reading of a value.
    pub(crate) fn new(node: Option<&Node<'_>>) -> Self {
        let budget = Cell::new(1000 + TRIES * node.map_or(1, Node::size));
        Self { state: RefCell::default(), strict: false, budget }
    }

    /// For a reading that stops at the first fault.
    pub(crate) fn strict(node: &Node<'_>) -> Self {
        Self { strict: true, ..Self::new(Some(node)) }
    }

    /// For trying a variant.
    pub(crate) fn attempt(&self) -> Self {
        Self { state: RefCell::default(), strict: true, budget: self.budget.clone() }
    }

    /// Ends an attempt: did it find nothing wrong?
    pub(crate) fn settle(&self, attempt: &Self) -> bool {
        self.budget.set(attempt.budget.get());
        attempt.state.borrow().faults.is_empty()
    }

    /// Is there a point in reading on? Not when the list is full.
    pub(crate) fn goes_on(&self) -> bool {
        if !self.strict {
            return self.state.borrow().faults.len() < MOST_FAULTS;
        }
        let left = self.budget.get();
        self.budget.set(left.saturating_sub(1));
        left > 0 && self.state.borrow().faults.is_empty()
    }

    /// Notes a fault.
    pub(crate) fn fault(&self, at: &Trail<'_>, code: &'static str, detail: impl Into<String>) {
        let mut state = self.state.borrow_mut();
        if state.faults.len() < MOST_FAULTS {
            let mut fault = Fault::new(code, detail);
            at.place(&mut fault);
            state.faults.push(fault);
        }
    }

    /// Notes that rules do not look at this value.
    pub(crate) fn placeholder(&self, at: &Trail<'_>) {
        self.state.borrow_mut().placeholders.push(at.pointer());
    }

    /// Whether this value was refused before. Repeats its fault, as each round starts afresh.
    pub(crate) fn excuse(&self, at: &Trail<'_>) -> Option<Excuse> {
        let mut state = self.state.borrow_mut();
        if state.excused.is_empty() {
            return None;
        }
        let (excuse, faults) = state.excused.get(&at.pointer())?.clone();
        let room = MOST_FAULTS.saturating_sub(state.faults.len());
        state.faults.extend(faults.into_iter().take(room));
        Some(excuse)
    }

    /// Notes that this value was refused, for the next round.
    pub(crate) fn refuse(&self, at: &Trail<'_>, fault: Option<Fault>) {
        let mut state = self.state.borrow_mut();
        let pointer = at.pointer();
        let known = state.excused.get(&pointer).cloned();
        let next = match known {
            None => (Excuse::Ghost, fault.into_iter().collect()),
            Some((_, first)) => (Excuse::Gone, first),
        };
        state.changed |= known_excuse(&state.excused, &pointer) != Some(next.0);
        state.excused.insert(pointer, next);
    }

    /// Notes that even a placeholder cannot stand here.
    pub(crate) fn give_up(&self, at: &Trail<'_>) {
        let mut state = self.state.borrow_mut();
        let pointer = at.pointer();
        if known_excuse(&state.excused, &pointer) != Some(Excuse::Gone) {
            state.changed = true;
            let first = state.excused.get(&pointer).map(|(_, faults)| faults.clone()).unwrap_or_default();
            state.excused.insert(pointer, (Excuse::Gone, first));
        }
    }

    /// Starts another round, if the last one learnt something and did not fill the list.
    pub(crate) fn again(&self) -> bool {
        let mut state = self.state.borrow_mut();
        let goes_on = state.changed && state.faults.len() < MOST_FAULTS;
        if goes_on {
            state.changed = false;
            state.faults.clear();
            state.placeholders.clear();
        }
        goes_on
    }

    /// What was found: the faults, and the pointers at which the value is not the sender's.
    pub(crate) fn into_parts(self) -> (Vec<Fault>, Vec<String>) {
        let mut state = self.state.into_inner();
        // A round that ended early has not repeated the faults of what it did not reach.
        let mut rest: Vec<_> = state.excused.into_values().flat_map(|(_, faults)| faults).collect();
        rest.sort_by_key(Fault::pointer);
        for fault in rest {
            if state.faults.len() < MOST_FAULTS && !state.faults.contains(&fault) {
                state.faults.push(fault);
            }
        }
        (state.faults, state.placeholders)
    }
}

fn known_excuse(excused: &HashMap<String, (Excuse, Vec<Fault>)>, pointer: &str) -> Option<Excuse> {
    excused.get(pointer).map(|(excuse, _)| *excuse)
}

/// Why a value could not be built.
#[derive(Debug)]
pub(crate) enum Refused {
    /// The fault is noted already.
    Told,
    /// Its type refused it, with these words.
    Because(&'static str, String),
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Told => f.write_str("is not valid"),
            Self::Because(_, detail) => f.write_str(detail),
        }
    }
}

impl std::error::Error for Refused {}

impl de::Error for Refused {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::Because("invalid", message.to_string())
    }
    fn invalid_type(found: de::Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Self::Because("type", format!("expected {expected}, found {found}"))
    }
    fn invalid_value(found: de::Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Self::Because("invalid", format!("expected {expected}, found {found}"))
    }
    fn missing_field(field: &'static str) -> Self {
        Self::Because("required", format!("`{field}` is missing"))
    }
    fn unknown_field(field: &str, _: &'static [&'static str]) -> Self {
        Self::Because("unknown", format!("unknown field `{field}`"))
    }
}
