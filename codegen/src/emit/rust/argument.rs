//! What the functions of a client take: borrowed where it is only read.

use super::request::{body_checks, codecs_as, payload, wire};
use super::server::Operation;
use super::text::text;
use super::{Context, ident, style, ty, validate};
use crate::check::media::{Codec, Payload};
use crate::config::Dates;
use crate::ir::{Content, Format, Kind, Param, Prim, Shape, Ty};
use proc_macro2::TokenStream;
use quote::quote;

/// What every builder has functions for.
const OWN: [&str; 3] = ["call", "stream", "into_future"];

/// A parameter as a table of calls says it; what may be left out is a function of a builder.
pub(super) fn param(cx: &Context<'_>, param: &Param, name: &str, optional: bool) -> String {
    let name = if optional && OWN.contains(&name) { format!("{name}_parameter") } else { name.to_owned() };
    let key = wire(&name, &param.decl.name.text());
    let (name, place) = (ident(&name), style::place(param.place));
    let words = style::words(param);
    let style = (!words.is_empty()).then(|| quote!([#(#words),*]));
    let ty = borrowed(cx, &param.ty);
    let checks = validate::behind(&validate::entries(cx, &param.ty));
    format!("{}{checks}", text(&quote!(#place #style #name #key: #ty)))
}

/// The type by which a value is handed over.
fn borrowed(cx: &Context<'_>, of: &Ty) -> TokenStream {
    let (inner, nullable) = cx.checked.api.without_null(of);
    let (kind, _) = cx.checked.api.resolve(inner);
    let plain = ty::plain(cx, inner);
    let borrowed = match kind {
        _ if is_text(cx, kind) => quote!(&str),
        Kind::Prim(prim) if is_small(cx, prim) => plain,
        Kind::List(item) if is_text(cx, cx.checked.api.resolve(item).0) && !nullable => {
            return quote!(&[impl apiloom::client::Text]);
        }
        Kind::List(item) => {
            let item = ty::plain(cx, item);
            quote!(&[#item])
        }
        Kind::Named(id) if matches!(cx.checked.api.types.get(*id).shape, Shape::Enum(_)) => plain,
        Kind::Prim(_) | Kind::Tuple(_) | Kind::Map(_) | Kind::Named(_) | Kind::Nullable(_) | Kind::Any => {
            quote!(&#plain)
        }
    };
    if nullable { quote!(Option<#borrowed>) } else { borrowed }
}

/// Is it a `String`, or a secret?
fn is_text(cx: &Context<'_>, kind: &Kind) -> bool {
    let Kind::Prim(Prim::String(format)) = kind else { return false };
    crate::check::mapped(format, cx.options).is_none()
        && match format {
            Format::Plain
            | Format::Binary
            | Format::Time
            | Format::Duration
            | Format::Uri
            | Format::UriReference
            | Format::UriTemplate
            | Format::Email
            | Format::Hostname
            | Format::Regex
            | Format::JsonPointer
            | Format::Password
            | Format::Other(_) => true,
            Format::Date
            | Format::DateTime
            | Format::Uuid
            | Format::Ipv4
            | Format::Ipv6
            | Format::Byte
            | Format::Base64Url
            | Format::HttpDate
            | Format::Decimal
            | Format::Upload => false,
        }
}

/// Is it copied rather than borrowed?
fn is_small(cx: &Context<'_>, prim: &Prim) -> bool {
    match prim {
        Prim::Boolean | Prim::Integer(_) => true,
        Prim::Number(format) => *format != crate::ir::NumberFormat::Decimal,
        Prim::String(format) if crate::check::mapped(format, cx.options).is_some() => false,
        Prim::String(Format::Uuid | Format::Ipv4 | Format::Ipv6) => true,
        Prim::String(Format::Date | Format::DateTime) => cx.options.dates != Dates::Time,
        Prim::String(_) => false,
    }
}

/// The body as a table of calls says it.
pub(super) fn body(cx: &Context<'_>, one: &Operation<'_>) -> Option<String> {
    let body = one.endpoint.body.as_ref()?;
    let name = ident(&one.idents.body);
    match (one.served.body.as_slice(), &one.idents.bodies) {
        ([_, _, ..], Some(bodies)) => {
            let value = ident(&bodies.name);
            let checks = validate::behind(&body_checks(cx, one, body));
            Some(format!("{}{checks} as any", text(&quote!(body #name: #value))))
        }
        (choices, _) => {
            let choice = choices.first()?;
            let first = choice.first()?;
            let value = value(cx, first, &body.content[first.content]);
            let codecs = codecs_as(choice, &body.content);
            let checks = validate::behind(&body_checks(cx, one, body));
            Some(format!("{}{checks} as {}", text(&quote!(body #name: #value)), text(&codecs)))
        }
    }
}

fn value(cx: &Context<'_>, codec: &Codec, content: &Content) -> TokenStream {
    let plain = payload(cx, codec.payload, content);
    match codec.payload {
        Payload::Json | Payload::Form | Payload::Multipart | Payload::Xml | Payload::Yaml => {
            match cx.checked.api.resolve(&content.ty).0 {
                Kind::List(item) => {
                    let item = ty::plain(cx, item);
                    quote!(&[#item])
                }
                Kind::Prim(_)
                | Kind::Tuple(_)
                | Kind::Map(_)
                | Kind::Nullable(_)
                | Kind::Named(_)
                | Kind::Any => {
                    quote!(&#plain)
                }
            }
        }
        Payload::Patch => quote!(&#plain),
        Payload::Text => quote!(&str),
        Payload::Bytes => quote!(impl apiloom::client::Binary),
        Payload::Raw => quote!(impl Into<#plain>),
        Payload::File
        | Payload::Events(_)
        | Payload::JsonLines
        | Payload::JsonSeq
        | Payload::Mixed
        | Payload::Parts => plain,
    }
}
