//! What operations take: a struct of parameters and body for each, how it is read, and what must hold of it.

use super::print::{Block, Member, Page, Table};
use super::server::Operation;
use super::{Context, docs, ident, literal, style, ty, validate};
use crate::check::media::Payload;
use crate::ir::{Content, Param, Place, Presence, Ty};
use proc_macro2::{Literal, TokenStream};
use quote::quote;

pub(super) fn params(cx: &Context<'_>, one: &Operation<'_>, page: &mut Page) {
    if !one.has_params() {
        return;
    }
    let name = ident(&one.idents.params);
    let fields = one.endpoint.params.iter().zip(&one.idents.fields).map(|(param, name)| {
        let name = ident(name);
        let ty = ty::field(cx, &param.ty, &param.presence, false);
        Member { docs: docs::decl(&param.decl), entry: quote!(pub #name: #ty).into() }
    });
    // Read once and taken apart: every further trait would cost each operation its share of compile time.
    let derive = quote!(#[derive(Debug)]);
    let about = format!("What `{}` takes.", one.idents.method.trim_start_matches("r#"));
    page.list(&Block {
        docs: docs::outer(&about),
        derive,
        head: quote!(pub struct #name),
        members: fields.chain(body_field(cx, one)).collect(),
        end: ',',
    });
    let entries =
        one.endpoint.params.iter().zip(&one.idents.fields).map(|(param, name)| entry(cx, param, name));
    let tail = body_tail(one);
    page.below(&Table {
        name: quote!(apiloom::params),
        head: quote!(#name),
        entries: entries.map(Into::into).collect(),
        tail,
    });
    let rules = rules(cx, one);
    if !rules.is_empty() {
        page.rules(&name, &rules);
    }
}

fn entry(cx: &Context<'_>, param: &Param, name: &str) -> TokenStream {
    let name = ident(name);
    let key = Literal::string(&param.decl.name.text());
    let place = style::place(param.place);
    let style = style::words(param);
    let style = (!style.is_empty()).then(|| quote!([#(#style),*]));
    match &param.presence {
        Presence::Required => quote!(#name: required #place #style #key),
        Presence::Optional => quote!(#name: optional #place #style #key),
        Presence::Default(value) => {
            let value = literal::default(cx, &param.ty, value, false);
            quote!(#name: default #place #style #key (#value))
        }
    }
}

fn body_field(cx: &Context<'_>, one: &Operation<'_>) -> Option<Member> {
    let (body, served) = (one.endpoint.body.as_ref()?, one.served.body.as_ref()?);
    let value = payload(cx, served.payload, &body.content[served.content]);
    let ty = if body.required { value } else { quote!(Option<#value>) };
    let name = ident(&one.idents.body);
    Some(Member { docs: docs::outer(&body.docs), entry: quote!(pub #name: #ty).into() })
}

/// The type of a body.
pub(super) fn payload(cx: &Context<'_>, payload: Payload, content: &Content) -> TokenStream {
    match payload {
        Payload::Json | Payload::Form => ty::plain(cx, &content.ty),
        Payload::Text => quote!(String),
        Payload::Bytes => quote!(apiloom::Bytes),
        Payload::Raw => quote!(apiloom::Body),
    }
}

fn body_tail(one: &Operation<'_>) -> TokenStream {
    let (Some(body), Some(served)) = (&one.endpoint.body, &one.served.body) else {
        return TokenStream::new();
    };
    let presence = ident(if body.required { "required" } else { "optional" });
    let kind = ident(match served.payload {
        Payload::Json => "json",
        Payload::Form => "form",
        Payload::Text => "text",
        Payload::Bytes => "bytes",
        Payload::Raw => "raw",
    });
    let name = ident(&one.idents.body);
    let also = &served.also;
    let also = (!also.is_empty()).then(|| quote!([#(#also),*]));
    quote!(#name: #presence #kind #also)
}

/// The checks of an operation's parameters.
pub(super) fn rules(cx: &Context<'_>, one: &Operation<'_>) -> Vec<String> {
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
        one.endpoint.body.as_ref().zip(one.served.body.as_ref()).map(|(body, served)| match served.payload {
            Payload::Json | Payload::Form => {
                let name = ident(&one.idents.body);
                let ty: &Ty = &body.content[served.content].ty;
                validate::statements(cx, &quote!(apiloom::InBody), &quote!(&this.#name), ty)
            }
            Payload::Text | Payload::Bytes | Payload::Raw => Vec::new(),
        });
    params.chain(body.into_iter().flatten()).collect()
}
