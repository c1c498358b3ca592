//! What operations take: a struct of parameters and body for each, how it is read, and what must hold of it.

use super::declare::{Declaration, Part};
use super::print::Page;
use super::server::Operation;
use super::text::text;
use super::{Context, docs, ident, literal, style, ty, validate};
use crate::check::media::{Choice, Codec, EventData, Payload};
use crate::ir::{Body, Content, Kind, Param, Place, Presence, Prim, Rule, Ty};
use proc_macro2::{Literal, TokenStream};
use quote::quote;

pub(super) fn params(cx: &Context<'_>, one: &Operation<'_>, page: &mut Page) {
    if !one.has_params() {
        return;
    }
    bodies(cx, one, page);
    let name = ident(&one.idents.params);
    let fields = one
        .endpoint
        .params
        .iter()
        .zip(&one.idents.fields)
        .map(|(param, name)| Part { docs: docs::decl(&param.decl), tokens: field(cx, param, name) });
    page.declare(&Declaration {
        name: if one.is_sent(cx) { quote!(apiloom::message) } else { quote!(apiloom::params) },
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
    let body = one.endpoint.body.as_ref()?;
    let (value, codecs) = match (one.served.body.as_slice(), &one.idents.bodies) {
        ([_, _, ..], Some(bodies)) => {
            let name = ident(&bodies.name);
            (quote!(#name), quote!(any))
        }
        (choices, _) => {
            let choice = choices.first()?;
            let first = choice.first()?;
            (payload(cx, first.payload, &body.content[first.content]), codecs(choice))
        }
    };
    let (presence, ty) =
        if body.required { (quote!(required), value) } else { (quote!(optional), quote!(Option<#value>)) };
    let name = ident(&one.idents.body);
    Some(Part { docs: docs::outer(&body.docs), tokens: quote!(body #presence #name: #ty as #codecs) })
}

/// What a body may be, where that is several types.
fn bodies(cx: &Context<'_>, one: &Operation<'_>, page: &mut Page) {
    let (Some(body), Some(idents), [_, _, ..]) = (&one.endpoint.body, &one.idents.bodies, &*one.served.body)
    else {
        return;
    };
    let part = |choice: &Choice| {
        let first = choice.first()?;
        let name = ident(&idents.variants[first.content]);
        let (ty, codecs) = (payload(cx, first.payload, &body.content[first.content]), codecs(choice));
        Some(Part { docs: docs::Docs::default(), tokens: quote!(#name(#ty) = #codecs) })
    };
    let name = ident(&idents.name);
    page.declare(&Declaration {
        name: quote!(apiloom::bodies),
        head: quote!(pub enum #name),
        docs: docs::Docs::default(),
        parts: one.served.body.iter().filter_map(part).collect(),
        tail: Vec::new(),
    });
}

/// Codecs by their words, each with the media type that is not its own.
pub(super) fn codecs(codecs: &[Codec]) -> TokenStream {
    let words = codecs.iter().map(|codec| {
        let word = ident(match codec.payload {
            Payload::Json => "json",
            Payload::Patch => "json",
            Payload::Form => "form",
            Payload::Multipart => "multipart",
            Payload::Xml => "xml",
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
        Payload::Json | Payload::Form | Payload::Multipart | Payload::Xml => ty::plain(cx, &content.ty),
        Payload::Patch => quote!(apiloom::JsonPatch),
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
    let body = one.endpoint.body.as_ref().map(|body| body_rules(cx, one, body)).unwrap_or_default();
    params.chain(body).collect()
}

/// The checks of the body: of each value that it may be.
fn body_rules(cx: &Context<'_>, one: &Operation<'_>, body: &Body) -> Vec<String> {
    let name = ident(&one.idents.body);
    let at = quote!(apiloom::InBody);
    match (one.served.body.as_slice(), &one.idents.bodies) {
        ([_, _, ..], Some(idents)) => {
            let of = |choice: &Choice| {
                let first = choice.first()?;
                let checks = value_rules(cx, first, body, &at, &quote!(body));
                let (owner, variant) = (&idents.name, &idents.variants[first.content]);
                let pattern = format!("{owner}::{variant}(body)");
                let pattern = if body.required { pattern } else { format!("Some({pattern})") };
                let checks = checks.join(" ");
                (!checks.is_empty()).then(|| format!("if let {pattern} = &this.{name} {{ {checks} }}"))
            };
            one.served.body.iter().filter_map(of).collect()
        }
        (choices, _) => {
            let first = choices.first().and_then(|choice| choice.first());
            first.map(|first| value_rules(cx, first, body, &at, &quote!(&this.#name))).unwrap_or_default()
        }
    }
}

/// A JSON Patch has rules of its own; the document's may say how many changes it holds.
fn patch_rules(cx: &Context<'_>, at: &TokenStream, value: &TokenStream, ty: &Ty) -> Vec<String> {
    let (_, rules) = cx.checked.api.resolve(ty);
    let counts = rules.into_iter().filter(|rule| matches!(rule, Rule::MinItems(_) | Rule::MaxItems(_)));
    let list = Ty { kind: Kind::List(Box::new(Ty::any())), rules: counts.cloned().collect() };
    let mut out = vec![format!("v.nested({}, {});", text(at), text(value))];
    out.extend(validate::statements(cx, at, value, &list));
    out
}

fn value_rules(
    cx: &Context<'_>,
    codec: &Codec,
    body: &Body,
    at: &TokenStream,
    value: &TokenStream,
) -> Vec<String> {
    let ty: &Ty = &body.content[codec.content].ty;
    let is_string = matches!(cx.checked.api.resolve(ty).0, Kind::Prim(Prim::String(_)));
    match codec.payload {
        Payload::Json | Payload::Form | Payload::Multipart | Payload::Xml => {
            validate::statements(cx, at, value, ty)
        }
        Payload::Text | Payload::Bytes if is_string => validate::statements(cx, at, value, ty),
        Payload::Patch => patch_rules(cx, at, value, ty),
        Payload::Text
        | Payload::Bytes
        | Payload::Raw
        | Payload::File
        | Payload::Events(_)
        | Payload::JsonLines
        | Payload::JsonSeq
        | Payload::Mixed
        | Payload::Parts => Vec::new(),
    }
}
