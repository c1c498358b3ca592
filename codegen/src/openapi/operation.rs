//! Paths, operations, parameters, bodies and responses into endpoints.

use std::collections::HashMap;

use super::lower::Lower;
use super::param::params;
use super::response::{request_body, responses};
use super::tree::{Entry, Node};
use crate::code::Code;
use crate::ir::{Decl, Endpoint, Group, Name, Policy, Role};

/// HTTP methods that a path item names by key.
const METHODS: &[&str] = &["get", "put", "post", "delete", "options", "head", "patch", "trace", "query"];

/// Collects endpoints and the groups that they are in.
pub(crate) struct Operations<'t> {
    pub(crate) endpoints: Vec<Endpoint>,
    pub(crate) groups: Vec<Group>,
    by_tag: HashMap<String, usize>,
    ids: HashMap<&'t str, &'t Node>,
    global_security: Option<&'t Node>,
    root: &'t Node,
}

impl<'t> Operations<'t> {
    pub(crate) fn new(lower: &mut Lower<'t, '_>, root: &'t Node) -> Self {
        let mut operations = Self {
            endpoints: Vec::new(),
            groups: Vec::new(),
            by_tag: HashMap::new(),
            ids: HashMap::new(),
            global_security: root.get("security"),
            root,
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
        let steps = || entry.key.split(['/', '{', '}', '.', ':']).filter(|part| !part.is_empty());
        let steps = steps().map(str::to_owned).collect();
        self.item(lower, &Site { item, path: entry.key.to_string(), steps, role: Role::Served });
    }

    /// Reads one of `webhooks`: what consumers answer at `/name` below an address of theirs.
    pub(crate) fn webhook(&mut self, lower: &mut Lower<'t, '_>, entry: &'t Entry) {
        let Some(item) = lower.document.follow(&entry.value) else { return };
        if entry.key.starts_with("x-") || lower.document.map(item, "a path item").is_none() {
            return;
        }
        let (path, steps) = (format!("/{}", segment(&entry.key)), vec![entry.key.to_string()]);
        self.item(lower, &Site { item, path, steps, role: Role::Webhook });
    }

    /// Reads the callbacks of an operation: what consumers answer at `/operation/callback` below an address of theirs,
    /// or, if an expression stands beside others, at `/operation/callback/2`.
    fn callbacks(&mut self, lower: &mut Lower<'t, '_>, node: &'t Node, owner: &Name) {
        for callback in lower.document.entries(node, "callbacks") {
            let Some(map) = lower.document.follow(&callback.value) else { continue };
            let Some(map) = lower.document.map(map, "a callback") else { continue };
            for (n, entry) in map.iter().filter(|entry| !entry.key.starts_with("x-")).enumerate() {
                let Some(item) = lower.document.follow(&entry.value) else { continue };
                if lower.document.map(item, "a path item").is_none() {
                    continue;
                }
                let mut path = format!("/{}/{}", segment(&owner.text()), segment(&callback.key));
                let mut steps = vec![owner.text(), callback.key.to_string()];
                if n > 0 {
                    path.push_str(&format!("/{}", n + 1));
                    steps.push((n + 1).to_string());
                }
                let role = Role::Callback { owner: owner.clone(), expression: entry.key.to_string() };
                self.item(lower, &Site { item, path, steps, role });
            }
        }
    }

    fn item(&mut self, lower: &mut Lower<'t, '_>, site: &Site<'t>) {
        for method in METHODS {
            if let Some(operation) = site.item.get(method) {
                self.operation(lower, site, operation, method.to_ascii_uppercase());
            }
        }
        for more in lower.document.entries(site.item, "additionalOperations") {
            self.operation(lower, site, &more.value, more.key.to_string());
        }
    }

    fn operation(&mut self, lower: &mut Lower<'t, '_>, site: &Site<'t>, node: &'t Node, method: String) {
        let item = site.item;
        if lower.document.map(node, "an operation").is_none() {
            return;
        }
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
        let mut decl = Decl::new(self.name(lower, node, &method, site), span);
        decl.docs = lower.document.docs(node);
        decl.deprecated = lower.document.deprecated(node);
        decl.hints = lower.document.hints(node);
        let path = match &decl.name {
            Name::Given(name) => vec![name.clone()],
            Name::Derived(path) => path.clone(),
        };
        let (params, template) = params(lower, item, node, &site.path, &path);
        let body = node.get("requestBody").and_then(|body| request_body(lower, body, &path));
        let responses = responses(lower, node, &path);
        // What holds for the API's own operations does not hold for its consumers'.
        let served = site.role == Role::Served;
        let global_security = self.global_security.filter(|_| served);
        let (own_servers, item_servers) = match served {
            true => (super::info::servers(lower, node), super::info::servers(lower, item)),
            false => (Vec::new(), Vec::new()),
        };
        let places = [node, item, self.root];
        let policy = super::policy::read(lower, if served { &places } else { &places[..2] });
        let endpoint = Endpoint {
            group: self.group(lower, node, &site.role),
            tags: tags(lower, node),
            method,
            path: template,
            params,
            body,
            responses,
            auth: super::security::choices(lower, node.get("security").or(global_security)),
            policy: Policy { pagination: super::pages::read(lower, node), ..policy },
            servers: if own_servers.is_empty() { item_servers } else { own_servers },
            role: site.role.clone(),
            decl,
        };
        let owner = endpoint.decl.name.clone();
        self.endpoints.push(endpoint);
        // A consumer that called back in turn would be a server of its own.
        if site.role == Role::Served {
            self.callbacks(lower, node, &owner);
        }
    }

    fn name(&mut self, lower: &mut Lower<'t, '_>, node: &'t Node, method: &str, site: &Site<'t>) -> Name {
        let alone = METHODS.iter().filter(|method| site.item.get(method).is_some()).count() == 1;
        let steps = || {
            let method = (site.role == Role::Served || !alone).then(|| method.to_ascii_lowercase());
            method.into_iter().chain(site.steps.iter().cloned()).collect()
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

    fn group(&mut self, lower: &mut Lower<'t, '_>, node: &'t Node, role: &Role) -> usize {
        let (name, docs) = match role {
            Role::Served => return self.tag(lower, node),
            Role::Webhook => ("webhooks", "What consumers of the API are told: its webhooks."),
            Role::Callback { .. } => {
                ("callbacks", "What consumers of the API are told after they asked for it: its callbacks.")
            }
        };
        // A space: no tag is called like that.
        *self.by_tag.entry(format!("{name} ")).or_insert_with(|| {
            let decl = Decl::new(Name::Derived(vec![name.to_owned()]), node.span);
            self.groups.push(Group { decl: Decl { docs: docs.to_owned(), ..decl } });
            self.groups.len() - 1
        })
    }

    fn tag(&mut self, lower: &mut Lower<'t, '_>, node: &'t Node) -> usize {
        let tag = lower.document.list(node, "tags").first();
        let name = tag.and_then(Node::lexeme).unwrap_or("default");
        let at = tag.map_or(node.span, |tag| tag.span);
        *self.by_tag.entry(name.to_owned()).or_insert_with(|| {
            self.groups.push(Group { decl: Decl::given(name, at) });
            self.groups.len() - 1
        })
    }
}

/// A path item, and where it stands.
struct Site<'t> {
    item: &'t Node,
    /// Where it is served.
    path: String,
    /// What its operations are called after.
    steps: Vec<String>,
    role: Role,
}

/// A name as a segment of a path.
fn segment(name: &str) -> String {
    let fine = |letter: char| letter.is_ascii_alphanumeric() || "-._~".contains(letter);
    name.trim_matches('/').chars().map(|letter| if fine(letter) { letter } else { '-' }).collect()
}

fn tags<'t>(lower: &mut Lower<'t, '_>, node: &'t Node) -> Vec<String> {
    let list = lower.document.list(node, "tags");
    list.iter().filter_map(Node::lexeme).map(str::to_owned).collect()
}
