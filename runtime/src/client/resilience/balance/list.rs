//! The instances that there are now, and the choice of one.

use super::Eject;
use super::discover::Change;
use super::instance::{Instance, Judge, Node};
use crate::client::resilience::attempt::Attempt;
use crate::client::resilience::outcome::Verdict;
use crate::client::resilience::random::Random;
use crate::client::resilience::record;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;
use tokio::time::Instant;

pub(super) type Nodes = Arc<[Arc<Node>]>;

/// A list that may change. Whoever changes it, or leaves one out, holds `changing`.
#[derive(Debug)]
pub(super) struct List {
    /// What the service is called in metrics.
    name: String,
    nodes: watch::Sender<Nodes>,
    numbers: AtomicU64,
    rules: Eject,
    random: Random,
    changing: Mutex<()>,
    /// Numbers of nodes that are left out, with the time of their return: mostly none.
    returns: AtomicU64,
    epoch: Instant,
}

impl List {
    pub(super) fn new(name: String, rules: Eject, random: Random) -> Self {
        Self {
            name,
            nodes: watch::Sender::new(Arc::from([])),
            numbers: AtomicU64::new(0),
            rules,
            random,
            changing: Mutex::new(()),
            returns: AtomicU64::new(u64::MAX),
            epoch: Instant::now(),
        }
    }

    /// Tells when the list is another one.
    pub(super) fn watch(&self) -> watch::Receiver<Nodes> {
        self.nodes.subscribe()
    }

    fn nodes(&self) -> Nodes {
        Arc::clone(&self.nodes.borrow())
    }

    /// Does what was discovered. An instance that stays keeps what is known of it.
    pub(super) fn change(&self, change: Change) {
        let changing = self.changing();
        let known = self.nodes();
        let keep = |node: &Arc<Node>| Arc::clone(node);
        let new = match change {
            Change::Insert(instance) if known.iter().any(|node| node.instance == instance) => return,
            Change::Insert(instance) => known.iter().map(keep).chain([self.node(instance)]).collect(),
            Change::Remove(instance) => {
                known.iter().filter(|node| node.instance != instance).map(keep).collect()
            }
            Change::All(instances) => self.replaced(&known, instances),
        };
        self.nodes.send_replace(new);
        self.release(&changing);
        self.show();
    }

    fn replaced(&self, known: &Nodes, instances: Vec<Instance>) -> Nodes {
        let mut new: Vec<Arc<Node>> = Vec::with_capacity(instances.len());
        for instance in instances {
            if new.iter().all(|node| node.instance != instance) {
                let old = known.iter().find(|node| node.instance == instance);
                new.push(old.map_or_else(|| self.node(instance), Arc::clone));
            }
        }
        new.into()
    }

    fn node(&self, instance: Instance) -> Arc<Node> {
        Arc::new(Node::new(self.numbers.fetch_add(1, Ordering::Relaxed), instance, &self.rules))
    }

    fn changing(&self) -> MutexGuard<'_, ()> {
        self.changing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One of two, drawn from those that are not left out and that no other attempt of the call went to; if there is no
    /// such one, from those that are not left out; and else from all.
    pub(super) fn choose(&self, attempt: Option<&Attempt>) -> Option<Arc<Node>> {
        let now = Instant::now();
        self.take_back(now);
        let nodes = self.nodes.borrow();
        let fresh = |node: &Node| attempt.is_none_or(|attempt| !attempt.went_to(node.number));
        self.of_two(&nodes, now, |node| !node.is_out() && fresh(node))
            .or_else(|| self.of_two(&nodes, now, |node| !node.is_out()))
            .or_else(|| self.of_two(&nodes, now, |_| true))
            .map(Arc::clone)
    }

    fn of_two<'a>(
        &self,
        nodes: &'a Nodes,
        now: Instant,
        fits: impl Fn(&Node) -> bool,
    ) -> Option<&'a Arc<Node>> {
        let one = self.draw(nodes, &fits)?;
        let Some(other) = self.draw(nodes, |node| node.number != one.number && fits(node)) else {
            return Some(one);
        };
        Some(if other.cost(now) < one.cost(now) { other } else { one })
    }

    /// A node that fits: drawn, and if the draw fails too often, looked for from a random one onwards.
    fn draw<'a>(&self, nodes: &'a Nodes, fits: impl Fn(&Node) -> bool) -> Option<&'a Arc<Node>> {
        let drawn = (0..4).filter_map(|_| nodes.get(self.random.index(nodes.len()))).find(|node| fits(node));
        drawn.or_else(|| {
            let (before, after) = nodes.split_at(self.random.index(nodes.len()));
            after.iter().chain(before).find(|node| fits(node))
        })
    }

    /// Takes back the nodes whose time has come.
    fn take_back(&self, now: Instant) {
        if self.since_epoch(now) < self.returns.load(Ordering::Relaxed) {
            return;
        }
        let changing = self.changing();
        for node in self.nodes().iter().filter(|node| node.is_out()) {
            let until = node.health().until();
            if until.is_some_and(|until| until <= now) {
                self.back(node, now, &changing);
            }
        }
        self.plan(&changing);
        self.show();
    }

    fn back(&self, node: &Node, now: Instant, _changing: &MutexGuard<'_, ()>) {
        node.health().back(&self.rules, now);
        node.set_out(false);
        record::returned(node.instance.name());
    }

    /// Takes nodes back until no more than half are out: those first that would return first.
    fn release(&self, changing: &MutexGuard<'_, ()>) {
        let (nodes, now) = (self.nodes(), Instant::now());
        let mut out: Vec<&Arc<Node>> = nodes.iter().filter(|node| node.is_out()).collect();
        out.sort_by_key(|node| node.health().until());
        let surplus = out.len().saturating_sub(nodes.len() / 2);
        for node in out.into_iter().take(surplus) {
            self.back(node, now, changing);
        }
        self.plan(changing);
    }

    /// Notes when the next node returns.
    fn plan(&self, _changing: &MutexGuard<'_, ()>) {
        let nodes = self.nodes();
        let next = nodes.iter().filter(|node| node.is_out()).filter_map(|node| node.health().until()).min();
        self.returns.store(next.map_or(u64::MAX, |next| self.since_epoch(next)), Ordering::Relaxed);
    }

    fn since_epoch(&self, time: Instant) -> u64 {
        u64::try_from(time.saturating_duration_since(self.epoch).as_nanos()).unwrap_or(u64::MAX)
    }

    fn show(&self) {
        let nodes = self.nodes();
        let out = nodes.iter().filter(|node| node.is_out()).count();
        record::instances(&self.name, nodes.len() - out, out);
    }

    /// Leaves a node out, if it is in the list and fewer than half are out.
    fn eject(&self, node: &Arc<Node>, cause: &'static str) {
        let changing = self.changing();
        let (nodes, now) = (self.nodes(), Instant::now());
        let out = nodes.iter().filter(|node| node.is_out()).count();
        let known = nodes.iter().any(|other| Arc::ptr_eq(other, node));
        if node.is_out() || !known || (out + 1) * 2 > nodes.len() {
            return;
        }
        let time = node.health().eject(&self.rules, now);
        node.set_out(true);
        self.plan(&changing);
        self.show();
        record::ejected(node.instance.name(), cause, time);
    }

    #[cfg(test)]
    pub(super) fn counts(&self) -> (usize, usize) {
        let nodes = self.nodes();
        (nodes.len(), nodes.iter().filter(|node| node.is_out()).count())
    }
}

impl Judge for List {
    fn fared(&self, node: &Arc<Node>, verdict: Verdict) {
        let cause = node.health().fared(verdict, &self.rules, Instant::now());
        if let Some(cause) = cause {
            self.eject(node, cause);
        }
    }
}
