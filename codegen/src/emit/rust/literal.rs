//! Values of the schema as Rust expressions.

use super::ty::{Holder, holder};
use super::{Context, ident};
use crate::config::Dates;
use crate::ir::fit::{Fit, fit};
use crate::ir::{Decimal, Field, Presence, Shape, Ty, TypeId, Value};
use proc_macro2::{Literal, TokenStream};
use quote::quote;

/// The default of a field or parameter.
pub(super) fn default(cx: &Context<'_>, ty: &Ty, value: &Value, indirect: bool) -> TokenStream {
    let fit =
        fit(&cx.checked.api, ty, value, &cx.mapped()).expect("the check `default` drops what does not fit");
    match (fit, indirect) {
        (Fit::Present(inner), true) => {
            let inner = print(cx, &inner);
            quote!(Some(Box::new(#inner)))
        }
        (Fit::Null, _) => quote!(None),
        (fit, true) => {
            let inner = print(cx, &fit);
            quote!(Box::new(#inner))
        }
        (fit, false) => print(cx, &fit),
    }
}

fn print(cx: &Context<'_>, fit: &Fit<'_>) -> TokenStream {
    match fit {
        Fit::Null => quote!(None),
        Fit::Present(inner) => {
            let inner = print(cx, inner);
            quote!(Some(#inner))
        }
        Fit::Boolean(value) => quote!(#value),
        Fit::Integer(value) => integer(*value),
        Fit::Number(value) => number(*value),
        Fit::DecimalText(value) => {
            let value = decimal(*value);
            quote!(apiloom::DecimalText(#value))
        }
        Fit::DecimalNumber(value) => {
            let value = decimal(*value);
            quote!(apiloom::DecimalNumber(#value))
        }
        Fit::String(value) => owned(value),
        Fit::Secret(value) => quote!(apiloom::Secret::from(#value)),
        Fit::Date(year, month, day) => {
            let (year, month, day) =
                (integer((*year).into()), integer((*month).into()), integer((*day).into()));
            match cx.options.dates {
                Dates::Jiff => quote!(apiloom::dep::jiff::civil::date(#year, #month, #day)),
                Dates::Chrono => {
                    quote!(apiloom::dep::chrono::NaiveDate::from_ymd_opt(#year, #month, #day).unwrap_or_default())
                }
                Dates::Time => quote!(apiloom::time::date(#year, #month, #day)),
            }
        }
        Fit::Ipv4(value) => {
            let parts = value.octets().map(|part| integer(part.into()));
            quote!(std::net::Ipv4Addr::new(#(#parts),*))
        }
        Fit::Ipv6(value) => {
            let parts = value.segments().map(|part| integer(part.into()));
            quote!(std::net::Ipv6Addr::new(#(#parts),*))
        }
        Fit::Uuid(value) => {
            let value = Literal::u128_unsuffixed(*value);
            quote!(apiloom::dep::uuid::Uuid::from_u128(#value))
        }
        Fit::Member(id, n) => member(cx, *id, *n),
        Fit::Unlisted(id, text) => {
            let name = ident(cx.checked.idents.ty(*id));
            let other =
                cx.checked.idents.rest(*id).map(ident).expect("open enumerations have a name for others");
            quote!(#name::#other(#text.to_owned()))
        }
        Fit::Variant(id, n, inner) => variant(cx, *id, *n, inner),
        Fit::Wrapper(id, inner) => {
            let (name, inner) = (ident(cx.checked.idents.ty(*id)), print(cx, inner));
            quote!(#name(#inner))
        }
        Fit::Struct(id, fields) => object(cx, *id, fields),
        Fit::List(items) if items.is_empty() => quote!(Vec::new()),
        Fit::List(items) => {
            let items = items.iter().map(|item| print(cx, item));
            quote!(vec![#(#items),*])
        }
        Fit::Tuple(items) => {
            let items = items.iter().map(|item| print(cx, item));
            quote!((#(#items,)*))
        }
        Fit::Map(entries) => {
            let keys = entries.iter().map(|(key, _)| owned(key));
            let values = entries.iter().map(|(_, value)| print(cx, value));
            quote!(std::collections::BTreeMap::from([#((#keys, #values)),*]))
        }
        Fit::Json(value) => json(value),
    }
}

fn owned(text: &str) -> TokenStream {
    if text.is_empty() { quote!(String::new()) } else { quote!(#text.to_owned()) }
}

fn member(cx: &Context<'_>, id: TypeId, n: usize) -> TokenStream {
    let (name, member) = (ident(cx.checked.idents.ty(id)), ident(cx.checked.idents.member(id, n)));
    quote!(#name::#member)
}

fn variant(cx: &Context<'_>, id: TypeId, n: usize, inner: &Fit<'_>) -> TokenStream {
    let (path, inner) = (member(cx, id, n), print(cx, inner));
    let Shape::Union(union) = &cx.checked.api.types.get(id).shape else { return quote!(#path(#inner)) };
    if union.variants[n].indirect { quote!(#path(Box::new(#inner))) } else { quote!(#path(#inner)) }
}

fn object(cx: &Context<'_>, id: TypeId, values: &[Option<Fit<'_>>]) -> TokenStream {
    let name = ident(cx.checked.idents.ty(id));
    let Shape::Struct(object) = &cx.checked.api.types.get(id).shape else { return quote!(#name {}) };
    let fields = object.fields.iter().zip(values).enumerate().map(|(n, (field, value))| {
        let name = ident(cx.checked.idents.member(id, n));
        let value = held(cx, field, value.as_ref());
        quote!(#name: #value)
    });
    let rest = cx.checked.idents.rest(id).map(|rest| {
        let rest = ident(rest);
        quote!(#rest: std::collections::BTreeMap::new(),)
    });
    quote!(#name { #(#fields,)* #rest })
}

/// A value in the holder of its field.
fn held(cx: &Context<'_>, field: &Field, value: Option<&Fit<'_>>) -> TokenStream {
    let boxed = |value: TokenStream| if field.indirect { quote!(Box::new(#value)) } else { value };
    match (holder(cx, &field.ty, &field.presence), value) {
        (Holder::Option, None) => quote!(None),
        (Holder::Patch, None) => quote!(apiloom::Patch::Absent),
        (Holder::Patch, Some(Fit::Null)) => quote!(apiloom::Patch::Null),
        (Holder::Patch, Some(Fit::Present(value))) => {
            let value = boxed(print(cx, value));
            quote!(apiloom::Patch::Value(#value))
        }
        (Holder::Option, Some(value)) | (Holder::Patch, Some(value)) => {
            let value = boxed(print(cx, value));
            quote!(Some(#value))
        }
        (Holder::Plain, Some(Fit::Present(value))) => {
            let value = boxed(print(cx, value));
            quote!(Some(#value))
        }
        (Holder::Plain, Some(Fit::Null)) => quote!(None),
        (Holder::Plain, Some(value)) => boxed(print(cx, value)),
        (Holder::Plain, None) => match &field.presence {
            Presence::Default(value) => default(cx, &field.ty, value, field.indirect),
            Presence::Required | Presence::Optional => quote!(Default::default()),
        },
    }
}

/// An integer without a suffix: its type is known where it stands.
pub(super) fn integer(value: i128) -> TokenStream {
    let digits = Literal::u128_unsuffixed(value.unsigned_abs());
    if value < 0 { quote!(-#digits) } else { quote!(#digits) }
}

/// An exact decimal.
pub(super) fn decimal(value: Decimal) -> TokenStream {
    let (mantissa, scale) = (integer(value.mantissa), Literal::u32_unsuffixed(value.scale));
    quote!(apiloom::decimal(#mantissa, #scale))
}

/// A finite number without a suffix.
pub(super) fn number(value: f64) -> TokenStream {
    let digits = Literal::f64_unsuffixed(value.abs());
    if value.is_sign_negative() && value != 0.0 { quote!(-#digits) } else { quote!(#digits) }
}

fn json(value: &Value) -> TokenStream {
    match value {
        Value::Null => quote!(apiloom::Json::Null),
        Value::Bool(value) => quote!(apiloom::Json::Bool(#value)),
        Value::Number(value) => match (value.as_i64(), value.as_f64()) {
            (Some(value), _) => {
                let value = Literal::i64_suffixed(value);
                quote!(apiloom::Json::from(#value))
            }
            (None, Some(value)) if value.is_finite() => {
                let value = Literal::f64_suffixed(value);
                quote!(apiloom::Json::from(#value))
            }
            (None, _) => quote!(apiloom::Json::Null),
        },
        Value::String(value) => {
            let value = owned(value);
            quote!(apiloom::Json::String(#value))
        }
        Value::Array(items) => {
            let items = items.iter().map(json);
            quote!(apiloom::Json::Array(vec![#(#items),*]))
        }
        Value::Object(entries) => {
            let keys = entries.keys().map(|key| owned(key));
            let values = entries.values().map(json);
            quote!(apiloom::Json::Object([#((#keys, #values)),*].into_iter().collect()))
        }
    }
}

/// JSON text as a raw literal, in which quotes stand as they are. What cannot be seen is escaped the way of JSON.
pub(super) fn raw(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for c in json.chars() {
        if c.is_ascii_graphic() || c == ' ' || (!c.is_ascii() && c.is_alphanumeric()) {
            text.push(c);
        } else {
            c.encode_utf16(&mut [0; 2]).iter().for_each(|unit| text.push_str(&format!("\\u{unit:04x}")));
        }
    }
    let marks = text.split('"').skip(1).map(|rest| rest.bytes().take_while(|b| *b == b'#').count()).max();
    let marks = "#".repeat(marks.map_or(0, |most| most + 1));
    format!("r{marks}\"{text}\"{marks}")
}
