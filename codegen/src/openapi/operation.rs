//! Paths, operations, parameters, bodies and responses into endpoints.

use std::collections::HashMap;

use super::lower::Lower;
use super::param::params;
use super::response::{request_body, responses};
use super::tree::{Entry, Node};
use crate::code::Code;
use crate::ir::{Decl, Endpoint, Group, Name, Policy};

/// HTTP methods that a path item names by key.
const METHODS: &[&str] = &["get", "put", "post", "delete", "options", "head", "patch", "trace", "query"];

/// Collects endpoints and the groups that they are in.
pub(crate) struct Operations<'t> {
    pub(crate) endpoints: Vec<Endpoint>,
    pub(crate) groups: Vec<Group>,
    by_tag: HashMap<String, usize>,
    ids: HashMap<&'t str, &'t Node>,
    global_security: Option<&'t Node>,
}

impl<'t> Operations<'t> {
    pub(crate) fn new(lower: &mut Lower<'t, '_>, root: &'t Node) -> Self {
        let mut operations = Self {
            endpoints: Vec::new(),
            groups: Vec::new(),
            by_tag: HashMap::new(),
            ids: HashMap::new(),
            global_security: root.get("security"),
        };
        for tag in lower.document.list(root, "tags") {
            let Some(name) = lower.document.text(tag, "name") else { continue };
            if operations.by_tag.contains_key(name) {
                continue;
            }
            let mut decl = Decl::given(name, tag.span);
            decl.docs = lower.document.docs(tag);
            decl.hints = lower.document.hints(tag);
            operations.by_tag.insert(name.to_owned(), operations.groups.len());
            operations.groups.push(Group { decl });
        }
        operations
    }

    /// Reads one path of `paths`.
    pub(crate) fn path(&mut self, lower: &mut Lower<'t, '_>, entry: &'t Entry) {
        if entry.key.starts_with("x-") {
            return;
        }
        if !entry.key.starts_with('/') {
            lower
                .document
                .report(Code::BadPath, entry.at, format!("the path `{}` does not start with `/`", entry.key))
                .help(format!("write `/{}`", entry.key));
            return;
        }
        let Some(item) = lower.document.follow(&entry.value) else { return };
        if lower.document.map(item, "a path item").is_none() {
            return;
        }
        lower.document.known(
            item,
            &[
                "$ref",
                "summary",
                "description",
                "servers",
                "parameters",
                "get",
                "put",
                "post",
                "delete",
                "options",
                "head",
                "patch",
                "trace",
                "query",
                "additionalOperations",
            ],
        );
        for method in METHODS {
            if let Some(operation) = item.get(method) {
                self.operation(lower, (item, entry), operation, method.to_ascii_uppercase());
            }
        }
        for more in lower.document.entries(item, "additionalOperations") {
            self.operation(lower, (item, entry), &more.value, more.key.to_string());
        }
    }

    fn operation(
        &mut self,
        lower: &mut Lower<'t, '_>,
        (item, at): (&'t Node, &'t Entry),
        node: &'t Node,
        method: String,
    ) {
        let Some(map) = lower.document.map(node, "an operation") else { return };
        lower.document.known(
            node,
            &[
                "tags",
                "summary",
                "description",
                "externalDocs",
                "operationId",
                "parameters",
                "requestBody",
                "responses",
                "callbacks",
                "deprecated",
                "security",
                "servers",
            ],
        );
        let span =
            item.as_map().and_then(|map| map.entry(&method.to_ascii_lowercase())).map_or(node.span, |e| e.at);
        let mut decl = Decl::new(self.name(lower, node, &method, &at.key), span);
        decl.docs = lower.document.docs(node);
        decl.deprecated = lower.document.deprecated(node);
        decl.hints = lower.document.hints(node);
        let path = match &decl.name {
            Name::Given(name) => vec![name.clone()],
            Name::Derived(path) => path.clone(),
        };
        if let Some(callbacks) =
            map.entry("callbacks").filter(|entry| entry.value.as_map().is_some_and(|m| !m.is_empty()))
        {
            lower
                .document
                .report(Code::NoCallbacks, callbacks.at, "callbacks are not generated")
                .help("send them from the handler with a client of your choice");
        }
        let (params, template) = params(lower, item, node, &at.key, &path);
        let body = node.get("requestBody").and_then(|body| request_body(lower, body, &path));
        let responses = responses(lower, node, &path);
        let endpoint = Endpoint {
            group: self.group(lower, node),
            tags: tags(lower, node),
            method,
            path: template,
            params,
            body,
            responses,
            auth: super::security::choices(lower, node.get("security").or(self.global_security)),
            policy: Policy::default(),
            servers: super::info::servers(lower, node),
            decl,
        };
        self.endpoints.push(endpoint);
    }

    fn name(&mut self, lower: &mut Lower<'t, '_>, node: &'t Node, method: &str, path: &str) -> Name {
        let steps = || {
            let parts = path.split(['/', '{', '}', '.', ':']).filter(|part| !part.is_empty());
            std::iter::once(method.to_ascii_lowercase()).chain(parts.map(str::to_owned)).collect()
        };
        let Some(id) = lower.document.text(node, "operationId").filter(|id| !id.trim().is_empty()) else {
            return Name::Derived(steps());
        };
        if let Some(first) = self.ids.insert(id, node) {
            let at = node.get("operationId").map_or(node.span, |at| at.span);
            let first_at = first.get("operationId").map_or(first.span, |at| at.span);
            lower
                .document
                .report(Code::DuplicateOperationId, at, format!("two operations have the operationId `{id}`"))
                .help("give each its own; this one is called after its method and path now")
                .related(first_at, "the first is here");
            self.ids.insert(id, first);
            return Name::Derived(steps());
        }
        Name::Given(id.to_owned())
    }

    fn group(&mut self, lower: &mut Lower<'t, '_>, node: &'t Node) -> usize {
        let tag = lower.document.list(node, "tags").first();
        let name = tag.and_then(Node::lexeme).unwrap_or("default");
        let at = tag.map_or(node.span, |tag| tag.span);
        *self.by_tag.entry(name.to_owned()).or_insert_with(|| {
            self.groups.push(Group { decl: Decl::given(name, at) });
            self.groups.len() - 1
        })
    }
}

fn tags<'t>(lower: &mut Lower<'t, '_>, node: &'t Node) -> Vec<String> {
    let list = lower.document.list(node, "tags");
    list.iter().filter_map(Node::lexeme).map(str::to_owned).collect()
}
