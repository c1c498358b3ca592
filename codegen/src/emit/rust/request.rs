//! What operations take: a struct of parameters and body for each, how it is read, and what must hold of it.

use super::declare::{Declaration, Part};
use super::print::Page;
use super::server::Operation;
use super::{Context, docs, ident, literal, style, ty, validate};
use crate::check::media::{Codec, EventData, Payload};
use crate::ir::{Content, Param, Place, Presence, Ty};
use proc_macro2::{Literal, TokenStream};
use quote::quote;

pub(super) fn params(cx: &Context<'_>, one: &Operation<'_>, page: &mut Page) {
    if !one.has_params() {
        return;
    }
    let name = ident(&one.idents.params);
    let fields = one
        .endpoint
        .params
        .iter()
        .zip(&one.idents.fields)
        .map(|(param, name)| Part { docs: docs::decl(&param.decl), tokens: field(cx, param, name) });
    page.declare(&Declaration {
        name: quote!(apiloom::params),
        head: quote!(pub struct #name),
        docs: docs::Docs::default(),
        parts: fields.chain(body(cx, one)).collect(),
        tail: rules(cx, one),
    });
}

fn field(cx: &Context<'_>, param: &Param, name: &str) -> TokenStream {
    let key = wire(name, &param.decl.name.text());
    let name = ident(name);
    let ty = ty::field(cx, &param.ty, &param.presence, false);
    let place = style::place(param.place);
    let style = style::words(param);
    let style = (!style.is_empty()).then(|| quote!([#(#style),*]));
    match &param.presence {
        Presence::Required => quote!(#place #style required #name #key: #ty),
        Presence::Optional => quote!(#place #style optional #name #key: #ty),
        Presence::Default(value) => {
            let value = literal::default(cx, &param.ty, value, false);
            quote!(#place #style default #name #key: #ty = #value)
        }
    }
}

/// The wire name, where it is not the field's own text.
pub(super) fn wire(name: &str, key: &str) -> Option<TokenStream> {
    let key_literal = Literal::string(key);
    (name != key).then(|| quote!((#key_literal)))
}

fn body(cx: &Context<'_>, one: &Operation<'_>) -> Option<Part> {
    let (body, first) = (one.endpoint.body.as_ref()?, one.served.body.first()?);
    let value = payload(cx, first.payload, &body.content[first.content]);
    let (presence, ty) =
        if body.required { (quote!(required), value) } else { (quote!(optional), quote!(Option<#value>)) };
    let name = ident(&one.idents.body);
    let codecs = codecs(&one.served.body);
    Some(Part { docs: docs::outer(&body.docs), tokens: quote!(body #presence #name: #ty as #codecs) })
}

/// Codecs by their words, each with the media type that is not its own.
pub(super) fn codecs(codecs: &[Codec]) -> TokenStream {
    let words = codecs.iter().map(|codec| {
        let word = ident(match codec.payload {
            Payload::Json => "json",
            Payload::Form => "form",
            Payload::Text => "text",
            Payload::Bytes => "bytes",
            Payload::Raw => "stream",
            Payload::File => "file",
            Payload::Events(_) => "events",
            Payload::JsonLines => "json_lines",
            Payload::JsonSeq => "json_seq",
            Payload::Mixed => "mixed",
            Payload::Parts => "parts",
        });
        let media = &codec.media;
        quote!(#word #media)
    });
    quote!(#(#words)|*)
}

/// The type of a body.
pub(super) fn payload(cx: &Context<'_>, payload: Payload, content: &Content) -> TokenStream {
    match payload {
        Payload::Json | Payload::Form => ty::plain(cx, &content.ty),
        Payload::Text => quote!(String),
        Payload::Bytes => quote!(apiloom::Bytes),
        Payload::Raw => quote!(apiloom::Body),
        Payload::File => quote!(apiloom::File),
        Payload::Events(EventData::Text) => quote!(apiloom::Stream<apiloom::Event>),
        Payload::Events(EventData::Data) => {
            let data = ty::plain(cx, &content.ty);
            quote!(apiloom::Stream<apiloom::Event<#data>>)
        }
        Payload::Events(EventData::Event) | Payload::JsonLines | Payload::JsonSeq | Payload::Mixed => {
            let item = ty::plain(cx, &content.ty);
            quote!(apiloom::Stream<#item>)
        }
        Payload::Parts => quote!(apiloom::Stream<apiloom::Part>),
    }
}

/// The checks of an operation's parameters.
fn rules(cx: &Context<'_>, one: &Operation<'_>) -> Vec<String> {
    let params = one.endpoint.params.iter().zip(&one.idents.fields).flat_map(|(param, name)| {
        let name = ident(name);
        let key = Literal::string(&param.decl.name.text());
        let at = match param.place {
            Place::Path => quote!(apiloom::Path(#key)),
            Place::Query | Place::QueryString => quote!(apiloom::Query(#key)),
            Place::Header => quote!(apiloom::Header(#key)),
            Place::Cookie => quote!(apiloom::Cookie(#key)),
        };
        validate::statements(cx, &at, &quote!(&this.#name), &param.ty)
    });
    let body =
        one.endpoint.body.as_ref().zip(one.served.body.first()).map(|(body, first)| match first.payload {
            Payload::Json | Payload::Form => {
                let name = ident(&one.idents.body);
                let ty: &Ty = &body.content[first.content].ty;
                validate::statements(cx, &quote!(apiloom::InBody), &quote!(&this.#name), ty)
            }
            Payload::Text
            | Payload::Bytes
            | Payload::Raw
            | Payload::File
            | Payload::Events(_)
            | Payload::JsonLines
            | Payload::JsonSeq
            | Payload::Mixed
            | Payload::Parts => Vec::new(),
        });
    params.chain(body.into_iter().flatten()).collect()
}
