//! What operations answer: an enum for each, and how its variants are sent.

use super::print::{Block, Entry, Member, Page, Table};
use super::request::payload;
use super::server::Operation;
use super::{Context, docs, ident, ty};
use crate::check::media::{Payload, essence};
use crate::ir::{Presence, Response, Status, Ty};
use crate::names::ResponseIdents;
use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

pub(super) fn responses(cx: &Context<'_>, one: &Operation<'_>, page: &mut Page) {
    let name = ident(&one.idents.response);
    let all = || one.endpoint.responses.iter().zip(&one.idents.responses).zip(&one.served.responses);
    let variants = all().map(|((response, idents), served)| variant(cx, response, idents, *served));
    // Tests compare answers; a stream cannot be compared.
    let streams = all().any(|(_, served)| matches!(served, Some((Payload::Raw, _))));
    let derive = if streams { quote!(#[derive(Debug)]) } else { quote!(#[derive(Debug, PartialEq)]) };
    let about = format!("What `{}` answers.", one.idents.method.trim_start_matches("r#"));
    page.pack(&Block {
        docs: docs::outer(&about),
        derive,
        head: quote!(pub enum #name),
        members: variants.collect(),
        end: ',',
    });
    let entries = all().map(|((response, idents), served)| reply(response, idents, *served)).collect();
    page.below(&Table {
        name: quote!(apiloom::responses),
        head: quote!(#name),
        entries,
        tail: TokenStream::new(),
    });
}

fn variant(
    cx: &Context<'_>,
    response: &Response,
    idents: &ResponseIdents,
    served: Option<(Payload, usize)>,
) -> Member {
    let member = |tokens: TokenStream| Member { docs: docs::decl(&response.decl), entry: tokens.into() };
    let name = ident(&idents.variant);
    let status = (!matches!(response.status, Status::Code(_))).then(|| quote!(apiloom::StatusCode));
    let body = served.map(|(kind, n)| payload(cx, kind, &response.content[n]));
    if response.headers.is_empty() {
        let parts: Vec<TokenStream> = status.into_iter().chain(body).collect();
        return member(if parts.is_empty() { quote!(#name) } else { quote!(#name(#(#parts),*)) });
    }
    let status = status.map(|ty| named(&idents.status, &ty));
    let body = body.map(|ty| named(&idents.body, &ty));
    let headers = response.headers.iter().zip(&idents.headers).map(|(header, name)| {
        let name = ident(name);
        let presence = if header.required { Presence::Required } else { Presence::Optional };
        let ty = header_ty(cx, &header.ty, &presence);
        quote!(#name: #ty)
    });
    member(quote!(#name { #status #body #(#headers),* }))
}

fn named(name: &str, ty: &TokenStream) -> TokenStream {
    let name = ident(name);
    quote!(#name: #ty,)
}

/// Headers are never null: what may be null may be absent.
fn header_ty(cx: &Context<'_>, ty: &Ty, presence: &Presence) -> TokenStream {
    let (inner, nullable) = cx.checked.api.without_null(ty);
    let inner = ty::plain(cx, inner);
    match presence {
        Presence::Required if !nullable => inner,
        Presence::Required | Presence::Optional | Presence::Default(_) => quote!(Option<#inner>),
    }
}

fn reply(response: &Response, idents: &ResponseIdents, served: Option<(Payload, usize)>) -> Entry {
    let name = ident(&idents.variant);
    let (status_name, body_name) = (ident(&idents.status), ident(&idents.body));
    let (status, bound) = match response.status {
        Status::Code(code) => {
            let code = Literal::u16_unsuffixed(code);
            (quote!(#code), None)
        }
        Status::Range(_) | Status::Default => (quote!(#status_name), Some(&status_name)),
    };
    let body = served.map(|_| &body_name);
    let headers: Vec<Ident> = idents.headers.iter().map(|name| ident(name)).collect();
    let parts: Vec<&Ident> = bound.into_iter().chain(body).chain(&headers).collect();
    let pattern = match (headers.is_empty(), parts.is_empty()) {
        (true, true) => quote!(#name),
        (true, false) => quote!(#name(#(#parts),*)),
        (false, _) => quote!(#name { #(#parts),* }),
    };
    let value = match served {
        None => quote!(empty(#status)),
        Some((kind, n)) => constructor(kind, &response.content[n].media_type, &status, &body_name),
    };
    let calls = response.headers.iter().zip(&headers).map(|(header, name)| {
        let key = Literal::string(&header.decl.name.text());
        if header.required && !header.ty.is_nullable() {
            quote!(.header(#key, #name))
        } else {
            quote!(.header_optional(#key, #name))
        }
    });
    Entry(std::iter::once(quote!(#pattern => #value)).chain(calls).collect())
}

fn constructor(kind: Payload, media_type: &str, status: &TokenStream, body: &Ident) -> TokenStream {
    let plain = essence(media_type);
    // A range such as `image/*` cannot be sent; the handler has no say yet.
    let concrete = if plain.contains('*') { "application/octet-stream" } else { media_type };
    match kind {
        Payload::Json if plain == "application/json" || plain.contains('*') => quote!(json(#status, #body)),
        Payload::Json => quote!(json_as(#status, #concrete, #body)),
        Payload::Text if matches!(plain.as_str(), "text/plain" | "text/*") => quote!(text(#status, #body)),
        Payload::Text | Payload::Bytes => quote!(bytes(#status, #concrete, #body)),
        Payload::Form | Payload::Raw => quote!(raw(#status, #concrete, #body)),
    }
}
