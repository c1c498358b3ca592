//! `server.rs`: a trait for each group of operations, what they take and answer, and the table that serves them.

use super::part::Part;
use super::print::{Block, Entry, Member, Page, Table};
use super::request::params;
use super::response::responses;
use super::{Context, docs, ident, route};
use crate::check::link::Followed;
use crate::check::media::Served;
use crate::ir::Endpoint;
use crate::names::EndpointIdents;
use proc_macro2::{Ident, TokenStream};
use quote::quote;

/// An endpoint with everything known about it.
#[derive(Clone, Copy)]
pub(super) struct Operation<'a> {
    pub(super) endpoint: &'a Endpoint,
    pub(super) idents: &'a EndpointIdents,
    pub(super) served: &'a Served,
    pub(super) links: &'a [Followed],
}

impl Operation<'_> {
    pub(super) fn has_params(&self) -> bool {
        !self.endpoint.params.is_empty() || !self.served.body.is_empty()
    }

    /// Whether messages of it are made.
    pub(super) fn is_sent(&self, cx: &Context<'_>) -> bool {
        !self.endpoint.is_served() && self.served.is_writable(&cx.checked.api, self.endpoint)
    }
}

/// Every operation with everything known about it.
pub(super) fn operations<'a>(cx: &Context<'a>) -> Vec<Operation<'a>> {
    let checked = cx.checked;
    let all = checked.api.endpoints.iter().zip(&checked.idents.endpoints).zip(&checked.served);
    let all = all.zip(&checked.links);
    all.map(|(((endpoint, idents), served), links)| Operation { endpoint, idents, served, links }).collect()
}

/// Prints the file.
pub(crate) fn print(cx: &Context<'_>) -> String {
    let checked = cx.checked;
    let mut inner = docs::inner(match cx.part {
        Part::Whole => {
            "What the API does: a trait to implement for each group, and the service made of them."
        }
        Part::Shared(_) => "The service that the groups make up.",
        Part::Group(..) => {
            "What the group does: a trait to implement, what its operations take and what they answer."
        }
    });
    let types = (!checked.api.types.is_empty()).then(|| quote! { use super::types::*; });
    let security = checked.idents.security.as_ref().map(|_| quote! { use super::security::*; });
    inner.extend(cx.imports(quote! { #types #security }));
    if !matches!(cx.part, Part::Shared(_)) {
        inner.extend(quote! { use std::future::Future; });
    }
    let mut page = Page::new(&inner);
    let operations = operations(cx);
    for n in (0..checked.api.groups.len()).filter(|n| cx.has_group(*n)) {
        let mine: Vec<Operation<'_>> = operations
            .iter()
            .copied()
            .filter(|one| one.endpoint.group == n && one.endpoint.is_served())
            .collect();
        group(cx, n, &mine, &mut page);
        for one in mine {
            params(cx, &one, &mut page);
            responses(cx, &one, &mut page);
            super::link::links(cx, &one, &operations, &mut page);
        }
    }
    if cx.has_service() {
        service(cx, &mut page);
    }
    page.finish()
}

/// The trait of a group, and the function that serves it.
pub(super) fn group(cx: &Context<'_>, n: usize, mine: &[Operation<'_>], page: &mut Page) {
    if mine.is_empty() {
        return;
    }
    let (checked, group) = (cx.checked, &cx.checked.api.groups[n]);
    let (name, function) = (ident(&checked.idents.groups[n].api), ident(&checked.idents.groups[n].function));
    let secured = mine.iter().any(|one| one.endpoint.is_secured());
    let security = checked.idents.security.as_ref().filter(|_| secured).map(|idents| ident(&idents.security));
    let bounds = security.as_ref().map_or(quote!(Send + Sync + 'static), |security| quote!(#security));
    page.list(&Block {
        docs: docs::decl(&group.decl),
        derive: TokenStream::new(),
        head: quote!(pub trait #name: #bounds),
        members: mine.iter().map(method).collect(),
        end: ';',
    });
    let entries = mine.iter().filter_map(|one| route::row(cx, one)).collect();
    let (tag, guard) = (group.decl.name.text(), security.map(|security| quote!(: #security)));
    let head = quote!(pub fn #function(#name #tag #guard));
    page.below(&Table { name: quote!(apiloom::operations), head, entries, tail: TokenStream::new() });
}

fn method(one: &Operation<'_>) -> Member {
    let (name, response) = (ident(&one.idents.method), ident(&one.idents.response));
    let params = one.has_params().then(|| {
        let params = ident(&one.idents.params);
        quote!(, params: #params)
    });
    let principal = match (one.endpoint.is_secured(), one.endpoint.is_anonymous()) {
        (false, _) => None,
        (true, true) => Some(quote!(, principal: Option<Self::Principal>)),
        (true, false) => Some(quote!(, principal: Self::Principal)),
    };
    let entry = Entry(vec![
        quote!(fn #name(&self, cx: apiloom::Context #principal #params)),
        quote!(-> impl Future<Output = apiloom::Result<#response>> + Send),
    ]);
    Member { docs: docs::decl(&one.endpoint.decl), entry }
}

/// Where the document says that the API is served.
pub(super) fn servers(cx: &Context<'_>, page: &mut Page) {
    let servers = cx.checked.api.servers.iter().map(|server| {
        let (url, about) = (&server.url, server.docs.trim());
        let variables = server.variables.iter().map(|variable| {
            let (name, default, allowed) = (variable.decl.name.text(), &variable.default, &variable.allowed);
            quote!(apiloom::ServerVariable { name: #name, default: #default, allowed: &[#(#allowed),*] })
        });
        quote!(apiloom::Server { url: #url, about: #about, variables: &[#(#variables),*] })
    });
    let servers: Vec<TokenStream> = servers.collect();
    if !servers.is_empty() {
        page.item(quote! {
            /// Where the schema says that the API is served.
            pub static SERVERS: &[apiloom::Server] = &[#(#servers),*];
        });
    }
}

fn service(cx: &Context<'_>, page: &mut Page) {
    let api = &cx.checked.api;
    let (title, version) = (&api.info.title, &api.info.version);
    page.item(quote! {
        /// The schema, as served at `/openapi.json`.
        pub static DOCUMENT: apiloom::Document =
            apiloom::Document { title: #title, version: #version, json: include_str!("openapi.json") };
    });
    servers(cx, page);
    let used = |n: &usize| api.endpoints.iter().any(|endpoint| endpoint.group == *n && endpoint.is_served());
    let groups: Vec<_> = (0..api.groups.len()).filter(used).map(|n| &cx.checked.idents.groups[n]).collect();
    let Some((last, others)) = groups.split_last() else { return };
    let traits: Vec<Ident> = groups.iter().map(|group| ident(&group.api)).collect();
    let last = ident(&last.function);
    let mut calls = others.iter().map(|group| {
        let function = ident(&group.function);
        quote!(#function::<A>(app.clone()))
    });
    let all = match calls.next() {
        Some(first) => quote!(#first #(.merge(#calls))* .merge(#last::<A>(app))),
        None => quote!(#last::<A>(app)),
    };
    page.item(quote! {
        /// Every operation, served by one `app`.
        pub fn service<A: #(#traits)+*>(app: A) -> apiloom::Service {
            let app = std::sync::Arc::new(app);
            #all.document(&DOCUMENT)
        }
    });
    page.item(quote! {
        /// The same as an axum router.
        pub fn router<A: #(#traits)+*>(app: A) -> apiloom::dep::axum::Router {
            service(app).into_router()
        }
    });
}
