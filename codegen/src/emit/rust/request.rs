//! What operations take: a struct of parameters and body for each, how it is read, and what must hold of it.

use super::declare::{Declaration, Part};
use super::print::Page;
use super::server::Operation;
use super::{Context, docs, ident, literal, style, ty, validate};
use crate::check::media::{Choice, Codec, EventData, Payload, essence};
use crate::ir::{Body, Content, Kind, Param, Presence, Prim, Rule, Ty};
use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

pub(super) fn params(cx: &Context<'_>, one: &Operation<'_>, page: &mut Page) {
    if !one.has_params() {
        return;
    }
    bodies(cx, one, page);
    let name = ident(&one.idents.params);
    let fields =
        one.endpoint.params.iter().zip(&one.idents.fields).map(|(param, name)| field(cx, param, name));
    page.declare(&Declaration {
        name: if one.is_sent(cx) { quote!(apiloom::message) } else { quote!(apiloom::params) },
        head: quote!(pub struct #name),
        parts: fields.chain(body(cx, one)).collect(),
        ..Declaration::default()
    });
}

fn field(cx: &Context<'_>, param: &Param, name: &str) -> Part {
    let key = wire(name, &param.decl.name.text());
    let name = ident(name);
    let clean = validate::sanitizers(cx, &param.ty);
    let ty = ty::field(cx, &param.ty, &param.presence, false);
    let place = style::place(param.place);
    let style = style::words(param);
    let style = (!style.is_empty()).then(|| quote!([#(#style),*]));
    let (presence, tail) = match &param.presence {
        Presence::Required => (quote!(required), TokenStream::new()),
        Presence::Optional => (quote!(optional), TokenStream::new()),
        Presence::Default(value) => {
            let value = literal::default(cx, &param.ty, value, false);
            (quote!(default), quote!(= #value))
        }
    };
    let tokens = quote!(#place #style #presence #name #key: #ty #clean);
    Part { docs: docs::decl(&param.decl), tokens, checks: validate::entries(cx, &param.ty), tail }
}

/// The wire name, where it is not the field's own text.
pub(super) fn wire(name: &str, key: &str) -> Option<TokenStream> {
    let key_literal = Literal::string(key);
    (name != key).then(|| quote!((#key_literal)))
}

fn body(cx: &Context<'_>, one: &Operation<'_>) -> Option<Part> {
    let body = one.endpoint.body.as_ref()?;
    let mut clean = TokenStream::new();
    let (value, codecs) = match (one.served.body.as_slice(), &one.idents.bodies) {
        ([_, _, ..], Some(bodies)) => {
            let name = ident(&bodies.name);
            (quote!(#name), quote!(any))
        }
        (choices, _) => {
            let choice = choices.first()?;
            let first = choice.first()?;
            let value = payload(cx, first.payload, &body.content[first.content]);
            clean = cleaned(cx, first, body);
            (value, codecs(choice))
        }
    };
    let (presence, ty) =
        if body.required { (quote!(required), value) } else { (quote!(optional), quote!(Option<#value>)) };
    let name = ident(&one.idents.body);
    let tokens = quote!(body #presence #name: #ty #clean);
    let checks = body_checks(cx, one, body);
    Some(Part { docs: docs::outer(&body.docs), tokens, checks, tail: quote!(as #codecs) })
}

/// What is done to the texts of a body.
fn cleaned(cx: &Context<'_>, codec: &Codec, body: &Body) -> TokenStream {
    let ty = checked(cx, codec, body).filter(|_| codec.payload != Payload::Bytes);
    ty.map(|ty| validate::sanitizers(cx, ty)).unwrap_or_default()
}

/// What a body may be, where that is several types.
pub(super) fn bodies(cx: &Context<'_>, one: &Operation<'_>, page: &mut Page) {
    let (Some(body), Some(idents), [_, _, ..]) = (&one.endpoint.body, &one.idents.bodies, &*one.served.body)
    else {
        return;
    };
    let part = |choice: &Choice| {
        let first = choice.first()?;
        let name = ident(&idents.variants[first.content]);
        let (ty, codecs) = (payload(cx, first.payload, &body.content[first.content]), codecs(choice));
        let clean = cleaned(cx, first, body);
        let checks = codec_checks(cx, first, body);
        Some(Part { tokens: quote!(#name(#ty) #clean), checks, tail: quote!(= #codecs), ..Part::default() })
    };
    let name = ident(&idents.name);
    page.declare(&Declaration {
        name: quote!(apiloom::bodies),
        head: quote!(pub enum #name),
        parts: one.served.body.iter().filter_map(part).collect(),
        ..Declaration::default()
    });
}

/// Codecs by their words, each with the media type that the document names, where that is not its own.
pub(super) fn codecs_as(codecs: &[Codec], contents: &[Content]) -> TokenStream {
    let words = codecs.iter().map(|codec| {
        let (word, usual) = (word(codec.payload), usual(codec.payload));
        let written = &contents[codec.content].media_type;
        // A range is nothing to send; bytes may be of any type in it.
        let open = written.contains('*') && !matches!(codec.payload, Payload::Raw | Payload::Bytes);
        let media = (essence(written) != usual && !open).then(|| Literal::string(written));
        quote!(#word #media)
    });
    quote!(#(#words)|*)
}

/// The media type that a codec is for by itself.
fn usual(payload: Payload) -> &'static str {
    match payload {
        Payload::Json | Payload::Patch => "application/json",
        Payload::Form => "application/x-www-form-urlencoded",
        Payload::Multipart => "multipart/form-data",
        Payload::Xml => "application/xml",
        Payload::Yaml => "application/yaml",
        Payload::Text => "text/plain",
        Payload::Bytes | Payload::Raw | Payload::File => "application/octet-stream",
        Payload::Events(_) => "text/event-stream",
        Payload::JsonLines => "application/jsonl",
        Payload::JsonSeq => "application/json-seq",
        Payload::Mixed | Payload::Parts => "multipart/mixed",
    }
}

/// Codecs by their words, each with the media type that is not its own.
pub(super) fn codecs(codecs: &[Codec]) -> TokenStream {
    let words = codecs.iter().map(|codec| {
        let (word, media) = (word(codec.payload), &codec.media);
        quote!(#word #media)
    });
    quote!(#(#words)|*)
}

fn word(payload: Payload) -> Ident {
    ident(match payload {
        Payload::Json => "json",
        Payload::Patch => "json",
        Payload::Form => "form",
        Payload::Multipart => "multipart",
        Payload::Xml => "xml",
        Payload::Yaml => "yaml",
        Payload::Text => "text",
        Payload::Bytes => "bytes",
        Payload::Raw => "stream",
        Payload::File => "file",
        Payload::Events(_) => "events",
        Payload::JsonLines => "json_lines",
        Payload::JsonSeq => "json_seq",
        Payload::Mixed => "mixed",
        Payload::Parts => "parts",
    })
}

/// The type of a body.
pub(super) fn payload(cx: &Context<'_>, payload: Payload, content: &Content) -> TokenStream {
    match payload {
        Payload::Json | Payload::Form | Payload::Multipart | Payload::Xml | Payload::Yaml => {
            ty::plain(cx, &content.ty)
        }
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

/// The checks of a body: of its value, or those that the variants of its enum have.
pub(super) fn body_checks(cx: &Context<'_>, one: &Operation<'_>, body: &Body) -> Vec<String> {
    let of = |choice: &Choice| choice.first().map(|first| codec_checks(cx, first, body)).unwrap_or_default();
    match one.served.body.as_slice() {
        [choice] => of(choice),
        choices if choices.iter().all(|choice| of(choice).is_empty()) => Vec::new(),
        _ => vec!["nested".to_owned()],
    }
}

fn codec_checks(cx: &Context<'_>, codec: &Codec, body: &Body) -> Vec<String> {
    let ty = checked(cx, codec, body);
    ty.map_or_else(|| own(cx, codec, body), |ty| validate::entries(cx, ty))
}

/// The checks of a body that has none of the schema's but how long it is.
fn own(cx: &Context<'_>, codec: &Codec, body: &Body) -> Vec<String> {
    if codec.payload != Payload::Patch {
        return Vec::new();
    }
    let counts = validate::entries(cx, &counted(cx, codec, body));
    std::iter::once("nested".to_owned()).chain(counts).collect()
}

/// Of a list only how long it may be, and what is checked on its JSON.
fn counted(cx: &Context<'_>, codec: &Codec, body: &Body) -> Ty {
    let (_, rules) = cx.checked.api.resolve(&body.content[codec.content].ty);
    let counts = rules
        .into_iter()
        .filter(|rule| matches!(rule, Rule::MinItems(_) | Rule::MaxItems(_) | Rule::Schema(_)));
    Ty { kind: Kind::List(Box::new(Ty::any())), rules: counts.cloned().collect() }
}

/// The schema's type of a body, if its value is one of it.
fn checked<'a>(cx: &Context<'a>, codec: &Codec, body: &'a Body) -> Option<&'a Ty> {
    let ty: &Ty = &body.content[codec.content].ty;
    let is_string = matches!(cx.checked.api.resolve(ty).0, Kind::Prim(Prim::String(_)));
    match codec.payload {
        Payload::Json | Payload::Form | Payload::Multipart | Payload::Xml | Payload::Yaml => Some(ty),
        Payload::Text | Payload::Bytes => is_string.then_some(ty),
        Payload::Patch
        | Payload::Raw
        | Payload::File
        | Payload::Events(_)
        | Payload::JsonLines
        | Payload::JsonSeq
        | Payload::Mixed
        | Payload::Parts => None,
    }
}
