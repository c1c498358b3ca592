//! Two versions of an operation.

use super::Level;
use super::document::{Differ, Operation};
use super::side::{list, text};
use super::spot::Way;
use crate::openapi::tree::Node;

impl<'t> Differ<'t> {
    pub(super) fn operation(&mut self, was: &Operation<'t>, is: &Operation<'t>) {
        self.enter(is.method, is.path);
        if super::lifecycle::unstable(was.node) {
            return;
        }
        self.operation_lifecycle(was, is);
        self.operation_id(was.node, is.node);
        self.tags(was.node, is.node);
        self.parameters(was, is);
        self.bodies(was.node, is.node, Way::Request);
        self.responses(was.node, is.node, Way::Response);
        self.operation_security(was.node, is.node);
        self.callbacks(was.node, is.node);
    }

    /// A webhook or callback: what the service sends is what the caller must take.
    pub(super) fn reversed(&mut self, name: &str, old: &'t Node, new: &'t Node) {
        for method in super::document::entries_of_item(old) {
            let Some(is) = new.get(&method.key) else {
                self.enter(&method.key, name);
                let text = format!("{} of `{name}` is not sent any more", method.key.to_ascii_uppercase());
                self.report("callback-removed", Level::Breaking, ("", text), (Some(method.at), None));
                continue;
            };
            self.enter(&method.key, name);
            self.bodies(&method.value, is, Way::Response);
            self.responses(&method.value, is, Way::Request);
        }
    }

    fn callbacks(&mut self, old: &'t Node, new: &'t Node) {
        let (method, path) = (self.method.clone(), self.path.clone());
        let was = super::side::entries(old, "callbacks");
        let is = super::side::entries(new, "callbacks");
        for callback in was {
            let Some(now) = is.iter().find(|other| other.key == callback.key) else {
                let text = format!("the callback `{}` was removed", callback.key);
                self.report("callback-removed", Level::Breaking, ("", text), (Some(callback.at), None));
                continue;
            };
            let (before, after) = (self.old.follow(&callback.value), self.new.follow(&now.value));
            for url in before.as_map().map(|map| map.entries()).unwrap_or_default() {
                if let Some(now) = after.get(&url.key) {
                    let (before, after) = (self.old.follow(&url.value), self.new.follow(now));
                    self.reversed(&format!("{path} {}", callback.key), before, after);
                }
            }
            self.enter(&method, &path);
        }
        for callback in is.iter().filter(|one| !was.iter().any(|other| other.key == one.key)) {
            let text = format!("the callback `{}` was added", callback.key);
            self.report("callback-added", Level::Safe, ("", text), (None, Some(callback.at)));
        }
    }

    fn operation_id(&mut self, old: &'t Node, new: &'t Node) {
        let (was, is) = (text(old, "operationId"), text(new, "operationId"));
        let spans =
            (old.get("operationId").map(|node| node.span), new.get("operationId").map(|node| node.span));
        match (was, is) {
            (None, Some(is)) => {
                let text = format!("the operationId `{is}` was added");
                self.report("api-operation-id-added", Level::Safe, ("", text), spans);
            }
            (Some(was), is) if Some(was) != is => {
                let text = is.map_or_else(
                    || format!("the operationId `{was}` was removed"),
                    |is| format!("the operationId `{was}` became `{is}`"),
                );
                self.report("api-operation-id-removed", Level::Safe, ("", text), spans);
            }
            _ => {}
        }
    }

    fn tags(&mut self, old: &'t Node, new: &'t Node) {
        let (was, is) = (list(old, "tags"), list(new, "tags"));
        let has = |tags: &[Node], one: &Node| tags.iter().any(|tag| tag.as_str() == one.as_str());
        for gone in was.iter().filter(|tag| !has(is, tag)) {
            let text = format!("the tag `{}` was removed", gone.as_str().unwrap_or_default());
            self.report("api-tag-removed", Level::Safe, ("", text), (Some(gone.span), Some(new.span)));
        }
        for come in is.iter().filter(|tag| !has(was, tag)) {
            let text = format!("the tag `{}` was added", come.as_str().unwrap_or_default());
            self.report("api-tag-added", Level::Safe, ("", text), (Some(old.span), Some(come.span)));
        }
    }
}
