//! Title and servers.

use super::lower::Lower;
use super::tree::Node;
use crate::code::Code;
use crate::ir::{Decl, Info, Server, ServerVariable};

/// Title, version and texts.
pub(crate) fn info<'t>(lower: &mut Lower<'t, '_>, root: &'t Node) -> Info {
    let Some(node) = root.get("info") else {
        lower
            .document
            .report(Code::MissingField, root.span, "`info` is missing")
            .help("add `info: { title: …, version: … }`");
        return Info { title: "API".to_owned(), version: "0.0.0".to_owned(), ..Info::default() };
    };
    lower
        .document
        .known(node, &["title", "summary", "description", "termsOfService", "contact", "license", "version"]);
    let mut text = |key: &str| lower.document.text(node, key).map(|text| text.trim().to_owned());
    let (title, version) = (text("title"), text("version"));
    let (summary, description) =
        (text("summary").unwrap_or_default(), text("description").unwrap_or_default());
    for (key, value) in [("title", &title), ("version", &version)] {
        if value.is_none() {
            lower.document.report(Code::MissingField, node.span, format!("`info` has no `{key}`"));
        }
    }
    Info {
        title: title.unwrap_or_else(|| "API".to_owned()),
        version: version.unwrap_or_else(|| "0.0.0".to_owned()),
        summary,
        description,
    }
}

/// The `servers` of the document, a path or an operation.
pub(crate) fn servers<'t>(lower: &mut Lower<'t, '_>, owner: &'t Node) -> Vec<Server> {
    let mut all = Vec::new();
    for node in lower.document.list(owner, "servers") {
        let Some(url) = lower.document.text(node, "url") else {
            lower.document.report(Code::MissingField, node.span, "a server needs a `url`");
            continue;
        };
        let mut variables = Vec::new();
        for entry in lower.document.entries(node, "variables") {
            let mut decl = Decl::given(&*entry.key, entry.at);
            decl.docs = lower.document.text(&entry.value, "description").unwrap_or_default().to_owned();
            let default = lower.document.text(&entry.value, "default").unwrap_or_default().to_owned();
            let allowed = lower.document.list(&entry.value, "enum");
            let allowed = allowed.iter().filter_map(Node::lexeme).map(str::to_owned).collect();
            variables.push(ServerVariable { decl, default, allowed });
        }
        let docs = lower.document.text(node, "description").unwrap_or_default().to_owned();
        all.push(Server { url: url.to_owned(), docs, variables, span: node.span });
    }
    all
}
