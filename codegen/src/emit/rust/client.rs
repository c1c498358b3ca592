//! `client.rs`: a client of the API, with a function for each operation.

use super::docs::{self, Docs};
use super::outcome::{Known, Outcome, headers, outcome};
use super::part::Part;
use super::print::Page;
use super::security::{choices, scheme_table};
use super::server::{Operation, operations, servers};
use super::text::text;
use super::{Context, argument, ident, module};
use crate::ir::{Endpoint, Presence};
use crate::names::CallIdents;
use proc_macro2::{Literal, TokenStream};
use quote::quote;

/// Prints the file.
pub(crate) fn print(cx: &Context<'_>) -> String {
    let mut inner = docs::inner("A client of the API: await what its functions give.");
    inner.extend(imports(cx));
    let mut page = Page::new(&inner);
    if cx.has_service() {
        whole(cx, &mut page);
    }
    let mut known = Known::new();
    for n in (0..cx.checked.api.groups.len()).filter(|n| cx.has_group(*n)) {
        group(cx, n, &mut known, &mut page);
    }
    page.finish()
}

fn imports(cx: &Context<'_>) -> TokenStream {
    let api = &cx.checked.api;
    let types = (!api.types.is_empty()).then(|| quote! { use super::types::*; });
    let secured = cx.options.serves() && cx.checked.idents.security.is_some();
    let security = secured.then(|| quote! { use super::security::*; });
    let top = cx.imports(quote! { #types #security });
    let shared = matches!(cx.part, Part::Group(..)) && !cx.options.serves();
    // The schemes are declared at the top of the client then.
    let schemes =
        (shared && cx.checked.idents.security.is_some()).then(|| quote! { use super::super::client::*; });
    let clients = cx.folders().into_iter().filter(Context::calls).map(|folder| {
        let name = ident(module::name(&folder));
        quote! { pub use super::#name::client::*; }
    });
    let bodies = cx.options.serves().then(|| {
        let mine = operations(cx)
            .into_iter()
            .filter(|one| one.endpoint.is_served() && cx.has_group(one.endpoint.group));
        let names = mine.filter_map(|one| one.idents.bodies.as_ref().filter(|_| one.served.body.len() > 1));
        let names: Vec<_> = names.map(|bodies| ident(&bodies.name)).collect();
        quote! { #(pub use super::#names;)* }
    });
    quote! { #top #schemes #(#clients)* #bodies }
}

/// The client itself.
fn whole(cx: &Context<'_>, page: &mut Page) {
    let (api, idents) = (&cx.checked.api, &cx.checked.idents);
    if !cx.options.serves() {
        servers(cx, page);
        if let Some(security) = &idents.security {
            scheme_table(cx, security, page);
        }
    }
    let title = if api.info.title.is_empty() { "the API" } else { &api.info.title };
    let docs = docs::outer(&format!(
        "A client of {title}. Cloning is cheap; clones share connections and credentials."
    ));
    let mut out =
        format!("\napiloom::client! {{\n{}    pub struct {} {{\n", docs.print("    "), idents.client.client);
    for n in 0..api.groups.len() {
        if api.endpoints.iter().any(|endpoint| endpoint.group == n && endpoint.is_served()) {
            let own = &idents.client.groups[n];
            out.push_str(&docs::decl(&api.groups[n].decl).print("        "));
            out.push_str(&format!("        {}: {},\n", own.function, own.calls));
        }
    }
    out.push_str("    }");
    let ways = api.ways();
    let used: Vec<usize> = (0..api.auth.len()).filter(|n| ways.iter().any(|way| way.contains(n))).collect();
    if let (Some(security), false) = (&idents.security, used.is_empty()) {
        out.push_str(" by {\n");
        for n in used {
            out.push_str(&docs::decl(&api.auth[n].decl).print("        "));
            out.push_str(&format!("        {}: {},\n", idents.client.keys[n], security.schemes[n]));
        }
        out.push_str("    }");
    }
    page.text(&(out + "\n}\n"));
}

fn group(cx: &Context<'_>, n: usize, known: &mut Known, page: &mut Page) {
    let all = operations(cx).into_iter().zip(&cx.checked.idents.client.endpoints);
    let mine: Vec<_> = all.filter(|(one, _)| one.endpoint.group == n && one.endpoint.is_served()).collect();
    if mine.is_empty() {
        return;
    }
    let calls = &cx.checked.idents.client.groups[n].calls;
    let docs = docs::decl(&cx.checked.api.groups[n].decl);
    let mut out = format!("\napiloom::calls! {{\n{}    pub struct {calls} {{\n", docs.print("    "));
    let mut after = Vec::new();
    for (one, idents) in mine {
        let outcome = outcome(cx, &one, idents);
        out.push_str(&call(cx, &one, idents, &outcome));
        after.push((one, idents, outcome));
    }
    page.text(&(out + "    }\n}\n"));
    for (one, idents, outcome) in after {
        if !cx.options.serves() {
            super::request::bodies(cx, &one, page);
        }
        outcome.print(known, page);
        headers(cx, &one, idents, page);
    }
}

/// A row of the table: what is required, what is not, and what is answered.
fn call(cx: &Context<'_>, one: &Operation<'_>, idents: &CallIdents, outcome: &Outcome) -> String {
    let (method, id) = (super::route::method(one.endpoint), one.endpoint.decl.name.text());
    let name = ident(&one.idents.method);
    let path = &one.endpoint.path;
    let base = base(one.endpoint).map(|base| quote!(at #base));
    let head = text(&quote!(#name: #method #path #base #id));
    let (required, optional) = arguments(cx, one);
    let required: Vec<String> = required.into_iter().map(|(_, argument)| argument).collect();
    let mut out = docs::decl(&one.endpoint.decl).print("        ");
    let line = format!("{head} ({})", required.join(", "));
    if line.len() + 8 <= super::print::WIDTH {
        out.push_str(&format!("        {line}"));
    } else {
        out.push_str(&format!(
            "        {head} (\n            {},\n        )",
            required.join(",\n            ")
        ));
    }
    if !optional.is_empty() || one.pages.is_some() {
        out.push_str(&format!(" with {} {{", idents.builder));
        for (docs, argument) in &optional {
            out.push_str(&format!("\n{}            {argument},", docs.print("            ")));
        }
        out.push_str(if optional.is_empty() { "}" } else { "\n        }" });
    }
    let pages = one.pages.map(|pages| super::pages::paging(cx, one, pages));
    let ways = choices(cx, one.endpoint).map(|ways| format!("by {}", text(&ways)));
    for part in pages.into_iter().chain(ways).chain([format!("-> {},", outcome.text())]) {
        let line = out.rsplit('\n').next().unwrap_or_default();
        let fits = !part.contains('\n')
            && super::print::columns(line) + super::print::columns(&part) < super::print::WIDTH;
        out.push_str(if fits { " " } else { "\n            " });
        out.push_str(&part);
    }
    out.push('\n');
    out
}

type Argument = (Docs, String);

/// What is required, and what is not.
fn arguments(cx: &Context<'_>, one: &Operation<'_>) -> (Vec<Argument>, Vec<Argument>) {
    let (mut required, mut optional) = (Vec::new(), Vec::new());
    for (param, name) in one.endpoint.params.iter().zip(&one.idents.fields) {
        let required_one = param.presence == Presence::Required;
        let list = if required_one { &mut required } else { &mut optional };
        list.push((docs::decl(&param.decl), argument::param(cx, param, name, !required_one)));
    }
    if let (Some(body), Some(tokens)) = (&one.endpoint.body, argument::body(cx, one)) {
        let list = if body.required { &mut required } else { &mut optional };
        list.push((docs::outer(&body.docs), tokens));
    }
    (required, optional)
}

/// The address of an operation that is elsewhere.
fn base(endpoint: &Endpoint) -> Option<Literal> {
    let server = endpoint.servers.first()?;
    let mut url = server.url.clone();
    for variable in &server.variables {
        url = url.replace(&format!("{{{}}}", variable.decl.name.text()), &variable.default);
    }
    let url = url.trim_end_matches('/');
    let absolute = url.starts_with("http://") || url.starts_with("https://");
    let written = url.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&byte));
    if url.is_empty() {
        return Some(Literal::string("/"));
    }
    (written && (absolute || url.starts_with('/'))).then(|| Literal::string(url))
}
