//! `server.rs`: a trait for each group of operations, what they take and answer, and the table that serves them.

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
}

/// Prints the file.
pub(crate) fn print(cx: &Context<'_>) -> String {
    let checked = cx.checked;
    let operations: Vec<Operation<'_>> = checked
        .api
        .endpoints
        .iter()
        .zip(&checked.idents.endpoints)
        .zip(&checked.served)
        .zip(&checked.links)
        .map(|(((endpoint, idents), served), links)| Operation { endpoint, idents, served, links })
        .collect();
    let mut inner =
        docs::inner("What the API does: a trait to implement for each group, and the service made of them.");
    if !checked.api.types.is_empty() {
        inner.extend(quote!(
            use super::types::*;
        ));
    }
    if checked.idents.security.is_some() {
        inner.extend(quote!(
            use super::security::*;
        ));
    }
    inner.extend(quote!(
        use std::future::Future;
    ));
    let mut page = Page::new(&inner);
    for (n, group) in checked.api.groups.iter().enumerate() {
        let mine: Vec<Operation<'_>> =
            operations.iter().copied().filter(|one| one.endpoint.group == n).collect();
        if mine.is_empty() {
            continue;
        }
        let (name, function) =
            (ident(&checked.idents.groups[n].api), ident(&checked.idents.groups[n].function));
        let secured = mine.iter().any(|one| one.endpoint.is_secured());
        let security =
            checked.idents.security.as_ref().filter(|_| secured).map(|idents| ident(&idents.security));
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
        for one in mine {
            params(cx, &one, &mut page);
            responses(cx, &one, &mut page);
            super::link::links(cx, &one, &operations, &mut page);
        }
    }
    service(cx, &mut page);
    page.finish()
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

fn service(cx: &Context<'_>, page: &mut Page) {
    let api = &cx.checked.api;
    let (title, version) = (&api.info.title, &api.info.version);
    page.item(quote! {
        /// The schema, as served at `/openapi.json`.
        pub static DOCUMENT: apiloom::Document =
            apiloom::Document { title: #title, version: #version, json: include_str!("openapi.json") };
    });
    let used = |n: &usize| api.endpoints.iter().any(|endpoint| endpoint.group == *n);
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
