//! Security schemes and requirements.

use super::lower::Lower;
use super::tree::Node;
use crate::code::Code;
use crate::ir::{AuthChoice, AuthKind, AuthScheme, Decl};

/// The declared schemes.
pub(crate) fn schemes<'t>(lower: &mut Lower<'t, '_>, components: Option<&'t Node>) -> Vec<AuthScheme> {
    let Some(components) = components else { return Vec::new() };
    let mut all = Vec::new();
    for entry in lower.document.entries(components, "securitySchemes") {
        let Some(node) = lower.document.follow(&entry.value) else { continue };
        let mut decl = Decl::given(&*entry.key, entry.at);
        decl.docs = lower.document.text(node, "description").unwrap_or_default().trim().to_owned();
        let mut text = |key: &str| lower.document.text(node, key).unwrap_or_default().to_owned();
        let kind = match text("type").as_str() {
            "apiKey" => AuthKind::ApiKey { place: text("in"), name: text("name") },
            "http" => AuthKind::Http(text("scheme").to_ascii_lowercase()),
            "oauth2" => AuthKind::OAuth2,
            "openIdConnect" => AuthKind::OpenIdConnect(text("openIdConnectUrl")),
            "mutualTLS" => AuthKind::MutualTls,
            other => AuthKind::Other(other.to_owned()),
        };
        if let AuthKind::Other(other) = &kind {
            let message = format!("`{other}` is not a type of security scheme");
            lower.document.report(Code::UnknownSecurity, node.span, message);
        }
        all.push(AuthScheme { decl, kind });
    }
    all
}

/// The alternatives of a `security` list.
pub(crate) fn choices<'t>(lower: &mut Lower<'t, '_>, security: Option<&'t Node>) -> Vec<AuthChoice> {
    let Some(security) = security else { return Vec::new() };
    let Some(list) = security.as_list() else {
        lower.document.wrong(security, "`security`", "a list");
        return Vec::new();
    };
    let root = lower.document.trees[0].as_ref();
    let declared = root.and_then(|root| root.get("components")?.get("securitySchemes"));
    let mut all = Vec::new();
    for choice in list {
        let Some(map) = lower.document.map(choice, "a security requirement") else { continue };
        let mut schemes = Vec::new();
        for entry in map.iter() {
            if declared.and_then(|declared| declared.get(&entry.key)).is_none() {
                lower
                    .document
                    .report(
                        Code::UnknownSecurity,
                        entry.at,
                        format!("the security scheme `{}` is not declared", entry.key),
                    )
                    .help("declare it under `components/securitySchemes`");
            }
            let scopes = entry.value.as_list().unwrap_or_default();
            schemes.push((
                entry.key.to_string(),
                scopes.iter().filter_map(Node::lexeme).map(str::to_owned).collect(),
            ));
        }
        all.push(AuthChoice { all: schemes });
    }
    all
}
