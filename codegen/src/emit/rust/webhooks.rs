//! `webhooks.rs`: what consumers of the API are told. A trait for them to implement, and functions for the API to send.

use super::print::Page;
use super::request::params;
use super::response::responses;
use super::server::{Operation, group, operations};
use super::{Context, docs, ident};
use crate::check::callback::{Piece, pieces};
use proc_macro2::TokenStream;
use quote::quote;

/// Prints the file.
pub(crate) fn print(cx: &Context<'_>) -> String {
    let all = operations(cx);
    let told: Vec<Operation<'_>> = all.iter().copied().filter(|one| !one.endpoint.is_served()).collect();
    let about = "What consumers of the API are told: a trait for them to implement, and functions that make the messages.";
    let mut inner = docs::inner(about);
    let types = (!cx.checked.api.types.is_empty()).then(|| quote! { use super::types::*; });
    let security = cx.checked.idents.security.is_some().then(|| quote! { use super::security::*; });
    inner.extend(cx.imports(quote! { use super::server::*; #types #security }));
    inner.extend(quote! { use std::future::Future; });
    let mut page = Page::new(&inner);
    for n in (0..cx.checked.api.groups.len()).filter(|n| cx.has_group(*n)) {
        let mine: Vec<Operation<'_>> = told.iter().copied().filter(|one| one.endpoint.group == n).collect();
        group(cx, n, &mine, &mut page);
        for one in &mine {
            params(cx, one, &mut page);
            responses(cx, one, &mut page);
        }
        mine.iter().filter(|one| one.is_sent(cx)).for_each(|one| page.item(sender(one)));
        mine.iter().filter_map(|one| address(cx, &all, one)).for_each(|item| page.item(item));
    }
    page.finish()
}

/// The function that makes a message.
fn sender(one: &Operation<'_>) -> TokenStream {
    let (name, answer, method) = (ident(&one.idents.send), ident(&one.idents.response), &one.endpoint.method);
    let about = format!(" Makes the message `{}`.", one.idents.method.trim_start_matches("r#"));
    let (argument, value) = if one.has_params() {
        let params = ident(&one.idents.params);
        (quote!(params: #params), quote!(params))
    } else {
        (quote!(), quote!(()))
    };
    quote! {
        #[doc = #about]
        ///
        /// # Errors
        /// A value cannot be written as the schema says.
        pub fn #name(#argument) -> Result<apiloom::send::Message<#answer>, apiloom::send::SendError> {
            apiloom::send::Message::new(#method, #value)
        }
    }
}

/// The function that works out where a callback goes.
fn address(cx: &Context<'_>, all: &[Operation<'_>], one: &Operation<'_>) -> Option<TokenStream> {
    let (owner, pieces) = pieces(&cx.checked.api, one.endpoint).ok().flatten()?;
    let owner = &all[owner];
    let values = pieces.iter().map(|piece| match piece {
        Piece::Text(text) => quote!(#text.to_owned()),
        Piece::Url => quote!(cx.uri().to_string()),
        Piece::Param(n) => {
            let field = ident(&owner.idents.fields[*n]);
            quote!(apiloom::send::evaluate(&params.#field, "")?)
        }
        Piece::Body(pointer) => {
            let body = ident(&owner.idents.body);
            quote!(apiloom::send::evaluate(&params.#body, #pointer)?)
        }
        Piece::Answer(pointer) => quote!(apiloom::send::evaluate(&answer, #pointer)?),
    });
    let values: Vec<TokenStream> = values.collect();
    let uses = |wanted: fn(&Piece) -> bool| pieces.iter().any(wanted);
    let cx = uses(|piece| matches!(piece, Piece::Url)).then(|| quote!(cx: &apiloom::Context,));
    let params = uses(|piece| matches!(piece, Piece::Param(_) | Piece::Body(_))).then(|| {
        let params = ident(&owner.idents.params);
        quote!(params: &#params,)
    });
    let answer = uses(|piece| matches!(piece, Piece::Answer(_)))
        .then(|| quote!(answer: impl apiloom::dep::serde::Serialize,));
    let name = ident(&one.idents.address);
    let (method, owner) = (&one.idents.method, &owner.idents.method);
    let about = format!(
        " Where `{}` goes, as `{}` was told.",
        method.trim_start_matches("r#"),
        owner.trim_start_matches("r#")
    );
    Some(quote! {
        #[doc = #about]
        ///
        /// # Errors
        /// The request does not say.
        pub fn #name(#cx #params #answer) -> Result<String, apiloom::send::SendError> {
            Ok([#(#values),*].concat())
        }
    })
}
