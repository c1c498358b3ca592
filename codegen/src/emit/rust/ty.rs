//! Types as Rust writes them.

use super::{Context, ident};
use crate::check::mapped;
use crate::config::Dates;
use crate::ir::{Format, IntFormat, Kind, NumberFormat, Presence, Prim, Ty};
use proc_macro2::TokenStream;
use quote::quote;

/// How a field holds its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Holder {
    /// The value itself.
    Plain,
    /// `Option`: absent or a value.
    Option,
    /// `Patch`: absent, null or a value.
    Patch,
}

/// How a field of this type and presence holds its value.
pub(super) fn holder(cx: &Context<'_>, ty: &Ty, presence: &Presence) -> Holder {
    match presence {
        Presence::Required | Presence::Default(_) => Holder::Plain,
        Presence::Optional if cx.checked.api.without_null(ty).1 => Holder::Patch,
        Presence::Optional => Holder::Option,
    }
}

/// The type of a field.
pub(super) fn field(cx: &Context<'_>, of: &Ty, presence: &Presence, indirect: bool) -> TokenStream {
    let boxed = |ty: TokenStream| if indirect { quote!(Box<#ty>) } else { ty };
    let (inner, nullable) = cx.checked.api.without_null(of);
    match holder(cx, of, presence) {
        Holder::Plain if indirect && nullable => {
            let inner = boxed(plain(cx, inner));
            quote!(Option<#inner>)
        }
        Holder::Plain => boxed(plain(cx, of)),
        Holder::Option => {
            let inner = boxed(plain(cx, inner));
            quote!(Option<#inner>)
        }
        Holder::Patch => {
            let inner = boxed(plain(cx, inner));
            quote!(apiloom::Patch<#inner>)
        }
    }
}

/// The type of a value.
pub(super) fn plain(cx: &Context<'_>, ty: &Ty) -> TokenStream {
    match &ty.kind {
        Kind::Prim(prim) => scalar(cx, prim),
        Kind::List(item) => {
            let item = plain(cx, item);
            quote!(Vec<#item>)
        }
        Kind::Tuple(items) => {
            let items = items.iter().map(|item| plain(cx, item));
            quote!((#(#items,)*))
        }
        Kind::Map(value) => {
            let value = plain(cx, value);
            quote!(std::collections::BTreeMap<String, #value>)
        }
        Kind::Nullable(inner) => {
            let inner = plain(cx, cx.checked.api.without_null(inner).0);
            quote!(Option<#inner>)
        }
        Kind::Named(id) => {
            let name = ident(cx.checked.idents.ty(*id));
            quote!(#name)
        }
        Kind::Any => quote!(apiloom::Json),
    }
}

fn scalar(cx: &Context<'_>, prim: &Prim) -> TokenStream {
    match prim {
        Prim::Boolean => quote!(bool),
        Prim::Integer(IntFormat::Plain | IntFormat::Int64) => quote!(i64),
        Prim::Integer(IntFormat::Int8) => quote!(i8),
        Prim::Integer(IntFormat::Int16) => quote!(i16),
        Prim::Integer(IntFormat::Int32) => quote!(i32),
        Prim::Integer(IntFormat::Uint8) => quote!(u8),
        Prim::Integer(IntFormat::Uint16) => quote!(u16),
        Prim::Integer(IntFormat::Uint32) => quote!(u32),
        Prim::Integer(IntFormat::Uint64) => quote!(u64),
        Prim::Number(NumberFormat::Double) => quote!(f64),
        Prim::Number(NumberFormat::Float) => quote!(f32),
        Prim::Number(NumberFormat::Decimal) => quote!(apiloom::DecimalNumber),
        Prim::String(format) => match mapped(format, cx.options) {
            Some(path) => path.parse().expect("the check `types` parsed every path"),
            None => text(format, cx.options.dates),
        },
    }
}

fn text(format: &Format, dates: Dates) -> TokenStream {
    match format {
        Format::Date => match dates {
            Dates::Jiff => quote!(apiloom::dep::jiff::civil::Date),
            Dates::Chrono => quote!(apiloom::dep::chrono::NaiveDate),
            Dates::Time => quote!(apiloom::time::Date),
        },
        Format::DateTime => match dates {
            Dates::Jiff => quote!(apiloom::dep::jiff::Timestamp),
            Dates::Chrono => quote!(apiloom::dep::chrono::DateTime<apiloom::dep::chrono::Utc>),
            Dates::Time => quote!(apiloom::time::DateTime),
        },
        Format::Uuid => quote!(apiloom::dep::uuid::Uuid),
        Format::Ipv4 => quote!(std::net::Ipv4Addr),
        Format::Ipv6 => quote!(std::net::Ipv6Addr),
        Format::Byte => quote!(apiloom::Base64),
        Format::Base64Url => quote!(apiloom::Base64Url),
        Format::HttpDate => quote!(apiloom::HttpDate),
        Format::Decimal => quote!(apiloom::DecimalText),
        Format::Upload => quote!(apiloom::Upload),
        Format::Password => quote!(apiloom::Secret),
        // Inside of JSON, binary data can only be text; bodies that are bytes never come here.
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
        | Format::Other(_) => quote!(String),
    }
}
