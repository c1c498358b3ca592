//! Security schemes and requirements. What cannot be read is kept as unknown: a fault in a document must not open what
//! it means to close.

use super::document::unescape;
use super::lower::Lower;
use super::tree::{Entry, Node};
use crate::code::Code;
use crate::ir::{AuthChoice, AuthKind, AuthScheme, Decl, Flow, KeyPlace};

/// The declared schemes.
pub(crate) fn schemes<'t>(lower: &mut Lower<'t, '_>, components: Option<&'t Node>) -> Vec<AuthScheme> {
    let Some(components) = components else { return Vec::new() };
    let entries = lower.document.entries(components, "securitySchemes");
    entries.iter().map(|entry| scheme(lower, &entry.key, entry)).collect()
}

fn scheme<'t>(lower: &mut Lower<'t, '_>, name: &str, entry: &'t Entry) -> AuthScheme {
    let decl = Decl::given(name, entry.at);
    match lower.document.follow(&entry.value) {
        Some(node) => described(lower, decl, node),
        None => AuthScheme { decl, kind: AuthKind::Unknown },
    }
}

fn described<'t>(lower: &mut Lower<'t, '_>, mut decl: Decl, node: &'t Node) -> AuthScheme {
    if lower.document.map(node, "a security scheme").is_none() {
        return AuthScheme { decl, kind: AuthKind::Unknown };
    }
    decl.docs = lower.document.text(node, "description").unwrap_or_default().trim().to_owned();
    decl.deprecated = lower.document.deprecated(node);
    decl.hints = lower.document.hints(node);
    let kind = match lower.document.text(node, "type") {
        Some("apiKey") => key(lower, node),
        Some("http") => http(lower, node),
        Some("oauth2") => Some(AuthKind::OAuth2(flows(lower, node))),
        Some("openIdConnect") => {
            Some(AuthKind::OpenIdConnect(wanted(lower, node, "openIdConnectUrl").unwrap_or_default()))
        }
        Some("mutualTLS") => Some(AuthKind::MutualTls),
        Some(other) => {
            let message = format!("`{}` is not a type of security scheme", other.escape_debug());
            let found = lower.document.report(Code::BadSecurity, node.span, message);
            found.help("the types are apiKey, http, mutualTLS, oauth2 and openIdConnect");
            None
        }
        None => {
            lower.document.report(Code::BadSecurity, node.span, "the security scheme has no `type`");
            None
        }
    };
    AuthScheme { decl, kind: kind.unwrap_or(AuthKind::Unknown) }
}

/// A text that the scheme must have.
fn wanted<'t>(lower: &mut Lower<'t, '_>, node: &'t Node, key: &str) -> Option<String> {
    let text = lower.document.text(node, key).map(str::trim).filter(|text| !text.is_empty());
    if text.is_none() {
        lower.document.report(Code::BadSecurity, node.span, format!("the security scheme has no `{key}`"));
    }
    text.map(str::to_owned)
}

fn key<'t>(lower: &mut Lower<'t, '_>, node: &'t Node) -> Option<AuthKind> {
    let (place, name) = (wanted(lower, node, "in")?, wanted(lower, node, "name")?);
    let place = match place.as_str() {
        "header" => KeyPlace::Header,
        "query" => KeyPlace::Query,
        "cookie" => KeyPlace::Cookie,
        other => {
            let message = format!("a key cannot travel in `{}`", other.escape_debug());
            let found = lower.document.report(Code::BadSecurity, node.span, message);
            found.help("`in` is header, query or cookie");
            return None;
        }
    };
    if place != KeyPlace::Query && !is_token(&name) {
        let message = format!("`{}` is not the name of a header or cookie", name.escape_debug());
        lower.document.report(Code::BadSecurity, node.span, message);
        return None;
    }
    Some(AuthKind::ApiKey { place, name })
}

fn http<'t>(lower: &mut Lower<'t, '_>, node: &'t Node) -> Option<AuthKind> {
    let scheme = wanted(lower, node, "scheme")?;
    if !is_token(&scheme) {
        let message = format!("`{}` is not the name of an HTTP authentication scheme", scheme.escape_debug());
        lower.document.report(Code::BadSecurity, node.span, message);
        return None;
    }
    Some(AuthKind::Http(scheme.to_ascii_lowercase()))
}

/// A token of HTTP (RFC 9110 section 5.6.2).
fn is_token(text: &str) -> bool {
    let sign = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !text.is_empty() && text.bytes().all(sign)
}

/// The flows, and which addresses each has (OpenAPI 3.2, section 4.29): authorization, device, token.
const FLOWS: &[(&str, [bool; 3])] = &[
    ("implicit", [true, false, false]),
    ("password", [false, false, true]),
    ("clientCredentials", [false, false, true]),
    ("authorizationCode", [true, false, true]),
    ("deviceAuthorization", [false, true, true]),
];

fn flows<'t>(lower: &mut Lower<'t, '_>, node: &'t Node) -> Vec<Flow> {
    let mut all = Vec::new();
    for entry in lower.document.entries(node, "flows") {
        if entry.key.starts_with("x-") || lower.document.map(&entry.value, "a flow").is_none() {
            continue;
        }
        let Some((_, urls)) = FLOWS.iter().find(|(name, _)| **name == *entry.key) else {
            let message = format!("`{}` is not a flow of OAuth 2", entry.key.escape_debug());
            let names: Vec<&str> = FLOWS.iter().map(|(name, _)| *name).collect();
            let found = lower.document.report(Code::BadSecurity, entry.at, message);
            found.help(format!("the flows are {}", names.join(", ")));
            continue;
        };
        let mut url = |key: &str, needed: bool| {
            let text = lower.document.text(&entry.value, key).unwrap_or_default().trim().to_owned();
            if needed && text.is_empty() {
                let message = format!("the flow `{}` has no `{key}`", entry.key);
                lower.document.report(Code::BadSecurity, entry.at, message);
            }
            text
        };
        let (authorization_url, device_authorization_url, token_url, refresh_url) = (
            url("authorizationUrl", urls[0]),
            url("deviceAuthorizationUrl", urls[1]),
            url("tokenUrl", urls[2]),
            url("refreshUrl", false),
        );
        let scopes = lower.document.entries(&entry.value, "scopes").iter();
        let scopes = scopes
            .map(|scope| (scope.key.to_string(), scope.value.lexeme().unwrap_or_default().trim().to_owned()));
        all.push(Flow {
            name: entry.key.to_string(),
            authorization_url,
            device_authorization_url,
            token_url,
            refresh_url,
            scopes: scopes.collect(),
        });
    }
    if all.is_empty() {
        lower.document.report(Code::BadSecurity, node.span, "the security scheme has no `flows`");
    }
    all
}

/// The alternatives of a `security` list.
pub(crate) fn choices<'t>(lower: &mut Lower<'t, '_>, security: Option<&'t Node>) -> Vec<AuthChoice> {
    let Some(security) = security else { return Vec::new() };
    let Some(list) = security.as_list() else {
        lower.document.wrong(security, "`security`", "a list");
        // It is meant to close something.
        return vec![AuthChoice { all: vec![(unreadable(lower, security), Vec::new())] }];
    };
    let mut all = Vec::new();
    for choice in list {
        let Some(map) = lower.document.map(choice, "a security requirement") else {
            all.push(AuthChoice { all: vec![(unreadable(lower, choice), Vec::new())] });
            continue;
        };
        let mut schemes = Vec::new();
        for entry in map.iter() {
            if entry.key.starts_with("x-") {
                continue;
            }
            let name = named(lower, entry);
            let scopes = lower.document.items(&entry.value, "the list of scopes");
            let scopes: Vec<String> = scopes.iter().filter_map(Node::lexeme).map(str::to_owned).collect();
            undeclared(lower, &name, &scopes, entry);
            schemes.push((name, scopes));
        }
        all.push(AuthChoice { all: schemes });
    }
    all
}

/// The name of a scheme that stands for what is no requirement.
fn unreadable(lower: &mut Lower<'_, '_>, node: &Node) -> String {
    let name = "unreadable".to_owned();
    if !lower.auth.iter().any(|scheme| scheme.decl.name.text() == name) {
        lower.auth.push(AuthScheme { decl: Decl::given(&*name, node.span), kind: AuthKind::Unknown });
    }
    name
}

/// The scheme that a requirement names: declared, or since 3.2 by a URI.
fn named<'t>(lower: &mut Lower<'t, '_>, entry: &'t Entry) -> String {
    let key: &'t str = &entry.key;
    if lower.auth.iter().any(|scheme| scheme.decl.name.text() == key) {
        return key.to_owned();
    }
    if key.contains('#') {
        let name = key.rsplit(['/', '#']).next().unwrap_or(key);
        let name = unescape(name);
        let known = lower.auth.iter().any(|scheme| scheme.decl.name.text() == name);
        let inside = key.strip_prefix("#/components/securitySchemes/").is_some();
        if known && inside {
            return name;
        }
        let name = if known { key.to_owned() } else { name };
        let decl = Decl::given(&*name, entry.at);
        let scheme = match lower.document.resolve(key, entry.at) {
            Some(node) => match lower.document.follow(node) {
                Some(node) => described(lower, decl, node),
                None => AuthScheme { decl, kind: AuthKind::Unknown },
            },
            None => AuthScheme { decl, kind: AuthKind::Unknown },
        };
        lower.auth.push(scheme);
        return name;
    }
    lower
        .document
        .report(
            Code::UnknownSecurity,
            entry.at,
            format!("the security scheme `{}` is not declared", key.escape_debug()),
        )
        .help("declare it under `components/securitySchemes`; until then the application has to look for credentials itself");
    lower.auth.push(AuthScheme { decl: Decl::given(key, entry.at), kind: AuthKind::Unknown });
    key.to_owned()
}

/// Scopes that the scheme does not have.
fn undeclared<'t>(lower: &mut Lower<'t, '_>, name: &str, scopes: &[String], entry: &'t Entry) {
    let scheme = lower.auth.iter().find(|scheme| scheme.decl.name.text() == name);
    let Some(AuthKind::OAuth2(flows)) = scheme.map(|scheme| &scheme.kind) else { return };
    let declared =
        |scope: &&String| flows.iter().any(|flow| flow.scopes.iter().any(|(own, _)| own == *scope));
    let missing: Vec<String> = scopes
        .iter()
        .filter(|scope| !declared(scope))
        .map(|scope| format!("`{}`", scope.escape_debug()))
        .collect();
    if !missing.is_empty() && !flows.is_empty() {
        let message = format!("`{name}` has no scope {}", missing.join(", "));
        lower
            .document
            .report(Code::UnknownScope, entry.at, message)
            .help("declare it in a flow of the scheme");
    }
}
