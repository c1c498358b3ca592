//! What operations answer: an enum for each, and how its variants are sent.

use super::declare::{Declaration, Part};
use super::print::Page;
use super::request::{codecs, payload, wire};
use super::server::Operation;
use super::{Context, docs, ident, ty};
use crate::check::media::{Choice, is_json};
use crate::ir::{Explode, Header, Response, Status, Style, Ty};
use crate::names::{ReplyIdents, ResponseIdents};
use proc_macro2::{Literal, TokenStream};
use quote::quote;

pub(super) fn responses(cx: &Context<'_>, one: &Operation<'_>, page: &mut Page) {
    let name = ident(&one.idents.response);
    let all = one.endpoint.responses.iter().zip(&one.idents.responses).zip(&one.served.responses);
    for ((response, idents), served) in all.clone() {
        if let (Some(reply), [_, _, ..]) = (&idents.reply, served.as_slice()) {
            replies(cx, (response, reply), served, page);
        }
    }
    let parts = all.map(|((response, idents), served)| Part {
        docs: docs::decl(&response.decl),
        tokens: variant(cx, response, idents, served),
        ..Part::default()
    });
    page.declare(&Declaration {
        name: if one.is_sent(cx) { quote!(apiloom::answers) } else { quote!(apiloom::responses) },
        head: quote!(pub enum #name),
        parts: parts.collect(),
        ..Declaration::default()
    });
}

/// The bodies of a response that may be one of several values.
fn replies(
    cx: &Context<'_>,
    (response, idents): (&Response, &ReplyIdents),
    served: &[Choice],
    page: &mut Page,
) {
    let part = |choice: &Choice| {
        let first = choice.first()?;
        let name = ident(&idents.variants[first.content]);
        let (ty, codecs) = (payload(cx, first.payload, &response.content[first.content]), codecs(choice));
        Some(Part { tokens: quote!(#name(#ty) = #codecs), ..Part::default() })
    };
    let name = ident(&idents.name);
    page.declare(&Declaration {
        name: quote!(apiloom::replies),
        head: quote!(pub enum #name),
        parts: served.iter().filter_map(part).collect(),
        ..Declaration::default()
    });
}

/// The type of a response's body, and the codecs.
fn body(
    cx: &Context<'_>,
    response: &Response,
    idents: &ResponseIdents,
    served: &[Choice],
) -> Option<(TokenStream, TokenStream)> {
    match (served, &idents.reply) {
        ([], _) => None,
        ([_, _, ..], Some(reply)) => {
            let name = ident(&reply.name);
            Some((quote!(#name), quote!(any)))
        }
        ([choice, ..], _) => {
            let first = choice.first()?;
            Some((payload(cx, first.payload, &response.content[first.content]), codecs(choice)))
        }
    }
}

fn variant(cx: &Context<'_>, response: &Response, idents: &ResponseIdents, served: &[Choice]) -> TokenStream {
    let name = ident(&idents.variant);
    let (status, status_ty) = match response.status {
        Status::Code(code) => {
            let code = Literal::u16_unsuffixed(code);
            (quote!(#code), None)
        }
        Status::Range(_) | Status::Default => (quote!(status), Some(quote!(apiloom::StatusCode))),
    };
    let (body, codecs) = body(cx, response, idents, served).unzip();
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
    let style = match &header.style {
        Style::Content(media) if is_json(media) => Some(quote!([json])),
        Style::Simple(Explode::Yes) => Some(quote!([exploded])),
        Style::Content(_)
        | Style::Simple(Explode::No)
        | Style::Label(_)
        | Style::Matrix(_)
        | Style::Form(_)
        | Style::Cookie(_)
        | Style::SpaceDelimited
        | Style::PipeDelimited
        | Style::DeepObject => None,
    };
    if header.required && !nullable {
        quote!(header #style required #name #key: #inner)
    } else {
        quote!(header #style optional #name #key: Option<#inner>)
    }
}
