//! What operations answer: an enum for each, and how its variants are sent.

use super::declare::{Declaration, Part};
use super::print::Page;
use super::request::{codecs, payload, wire};
use super::server::Operation;
use super::{Context, docs, ident, ty};
use crate::check::media::Codec;
use crate::ir::{Header, Response, Status, Ty};
use crate::names::ResponseIdents;
use proc_macro2::{Literal, TokenStream};
use quote::quote;

pub(super) fn responses(cx: &Context<'_>, one: &Operation<'_>, page: &mut Page) {
    let name = ident(&one.idents.response);
    let all = one.endpoint.responses.iter().zip(&one.idents.responses).zip(&one.served.responses);
    let parts = all.map(|((response, idents), served)| Part {
        docs: docs::decl(&response.decl),
        tokens: variant(cx, response, idents, served),
    });
    page.declare(&Declaration {
        name: quote!(apiloom::responses),
        head: quote!(pub enum #name),
        docs: docs::Docs::default(),
        parts: parts.collect(),
        tail: Vec::new(),
    });
}

fn variant(cx: &Context<'_>, response: &Response, idents: &ResponseIdents, served: &[Codec]) -> TokenStream {
    let name = ident(&idents.variant);
    let (status, status_ty) = match response.status {
        Status::Code(code) => {
            let code = Literal::u16_unsuffixed(code);
            (quote!(#code), None)
        }
        Status::Range(_) | Status::Default => (quote!(status), Some(quote!(apiloom::StatusCode))),
    };
    let body = served.first().map(|codec| payload(cx, codec.payload, &response.content[codec.content]));
    let codecs = codecs(served);
    if response.headers.is_empty() {
        let parts: Vec<TokenStream> = status_ty.into_iter().chain(body).collect();
        let parts = (!parts.is_empty()).then(|| quote!((#(#parts),*)));
        return quote!(#name #parts = #status #codecs);
    }
    let status_field = status_ty.map(|ty| quote!(status: #ty,));
    let body = body.map(|ty| quote!(body: #ty,));
    let headers = response.headers.iter().zip(&idents.headers).map(|(one, name)| header(cx, one, name));
    quote!(#name { #status_field #body #(#headers),* } = #status #codecs)
}

/// Headers are never null: what may be null may be absent.
fn header(cx: &Context<'_>, header: &Header, name: &str) -> TokenStream {
    let key = wire(name, &header.decl.name.text());
    let name = ident(name);
    let ty: &Ty = &header.ty;
    let (inner, nullable) = cx.checked.api.without_null(ty);
    let inner = ty::plain(cx, inner);
    if header.required && !nullable {
        quote!(header required #name #key: #inner)
    } else {
        quote!(header optional #name #key: Option<#inner>)
    }
}
