//! `client.ts`: where the API is served, and who may call it.

use super::text::{Code, Docs, entry, key, list, object, string};
use super::{Context, Field, filters};
use crate::ir::{AuthKind, AuthScheme, KeyPlace, Server};
use askama::Template;

#[derive(Template)]
#[template(path = "typescript/client.ts")]
struct File {
    servers: Code,
    schemes: Code,
    credentials: Vec<Field>,
    variables: Vec<Field>,
    urls: Code,
    docs: Docs,
}

/// Prints the file.
pub(super) fn print(cx: &Context<'_>) -> String {
    let api = &cx.checked.api;
    let scheme = |scheme: &AuthScheme| entry(&scheme.decl.name.text(), &kind(&scheme.kind).0);
    let credential = |scheme: &AuthScheme| {
        let ty = kind(&scheme.kind).1?;
        let docs = Docs::of(&scheme.decl, &[]);
        Some(Field {
            docs,
            key: scheme.decl.name.text(),
            optional: true,
            ty: Code(format!("{ty} | undefined")),
        })
    };
    let urls: Vec<String> = api.servers.iter().map(|server| string(&server.url)).collect();
    let title =
        format!("A client of {}.", if api.info.title.is_empty() { "the API" } else { &api.info.title });
    super::rendered(&File {
        servers: Code(list(api.servers.iter().map(server), "[", "]")),
        schemes: Code(object(api.auth.iter().map(scheme))),
        credentials: api.auth.iter().filter_map(credential).collect(),
        variables: variables(&api.servers),
        urls: Code(if urls.is_empty() { "string".to_owned() } else { urls.join(" | ") }),
        docs: Docs::text(&title),
    })
}

fn server(server: &Server) -> String {
    let variables = server
        .variables
        .iter()
        .map(|variable| format!("{}: {}", key(&variable.decl.name.text()), string(&variable.default)));
    let variables = (!server.variables.is_empty()).then(|| format!("variables: {}", object(variables)));
    object(std::iter::once(format!("url: {}", string(&server.url))).chain(variables))
}

/// The variables of all servers, each once.
fn variables(servers: &[Server]) -> Vec<Field> {
    let mut fields: Vec<Field> = Vec::new();
    for variable in servers.iter().flat_map(|server| &server.variables) {
        let name = variable.decl.name.text();
        let values: Vec<String> = variable.allowed.iter().map(|value| string(value)).collect();
        let ty = if values.is_empty() { "string".to_owned() } else { values.join(" | ") };
        match fields.iter_mut().find(|field| field.key == name) {
            Some(field) => field.ty = Code("string | undefined".to_owned()),
            None => fields.push(Field {
                docs: Docs::of(&variable.decl, &[format!("Default: {}", string(&variable.default))]),
                key: name,
                optional: true,
                ty: Code(format!("{ty} | undefined")),
            }),
        }
    }
    fields
}

/// A scheme as the runtime knows it, and the type of its credentials.
fn kind(kind: &AuthKind) -> (String, Option<&'static str>) {
    const TOKEN: &str = "r.Secret | r.TokenSource";
    match kind {
        AuthKind::ApiKey { place, name } => {
            let place = match place {
                KeyPlace::Header => "header",
                KeyPlace::Query => "query",
                KeyPlace::Cookie => "cookie",
            };
            (format!("{{ type: \"apiKey\", in: \"{place}\", name: {} }}", string(name)), Some("r.Secret"))
        }
        AuthKind::Http(scheme) => match scheme.as_str() {
            "basic" => ("{ type: \"basic\" }".to_owned(), Some("r.Password")),
            "bearer" => ("{ type: \"bearer\" }".to_owned(), Some(TOKEN)),
            other => (format!("{{ type: \"http\", scheme: {} }}", string(other)), Some("r.Secret")),
        },
        AuthKind::OAuth2(flows) => {
            let address =
                |name: &str, url: Option<&String>| url.map(|url| format!("{name}: {}", string(url)));
            let flow = flows.iter().find(|flow| flow.name == "clientCredentials").or(flows.first());
            let token = flows.iter().map(|flow| &flow.token_url).find(|url| !url.is_empty());
            let token = flow.map(|flow| &flow.token_url).filter(|url| !url.is_empty()).or(token);
            let refresh = flows.iter().map(|flow| &flow.refresh_url).find(|url| !url.is_empty());
            let entries = std::iter::once("type: \"oauth2\"".to_owned())
                .chain(address("tokenUrl", token))
                .chain(address("refreshUrl", refresh));
            (object(entries), Some(TOKEN))
        }
        AuthKind::OpenIdConnect(_) => ("{ type: \"bearer\" }".to_owned(), Some(TOKEN)),
        // The connection shows it, or nobody knows how it travels.
        AuthKind::MutualTls | AuthKind::Unknown => ("{ type: \"none\" }".to_owned(), None),
    }
}
