//! The row of an operation in the table of routes.

use super::server::Operation;
use super::{Context, ident, print::Entry, security};
use crate::check::route::Fits;
use crate::ir::{Endpoint, Format, Policy};
use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

/// `get_pet: GET "/pets/{id}" ["id": integer] "getPet" (GetPetParams)`; none if another operation answers.
pub(super) fn row(cx: &Context<'_>, one: &Operation<'_>) -> Option<Entry> {
    let name = ident(&one.idents.method);
    let (path, id) = (one.served.path.as_ref()?, one.endpoint.decl.name.text());
    let method = method(one.endpoint);
    let looks = one.served.fits.iter().map(|(name, fits)| {
        let look = look(fits);
        quote!(#name: #look)
    });
    let looks = (!one.served.fits.is_empty()).then(|| quote!([#(#looks),*]));
    let params = if one.has_params() {
        let params = ident(&one.idents.params);
        quote!((#params))
    } else {
        quote!(())
    };
    let mut parts = vec![quote!(#name: #method #path #looks), quote!(#id #params)];
    parts.extend(security::asked(cx, one.endpoint));
    parts.extend(declared(&one.endpoint.policy));
    Some(Entry(parts))
}

/// `with [timeout 5000, rates [100 / 1000 ip]]`; none if the schema says nothing.
fn declared(policy: &Policy) -> Option<TokenStream> {
    let number = |number: u64| Literal::u64_unsuffixed(number);
    let mut parts = Vec::new();
    parts.extend(policy.timeout.map(number).map(|millis| quote!(timeout #millis)));
    parts.extend(policy.body_limit.map(number).map(|bytes| quote!(body_limit #bytes)));
    parts.extend(policy.rates.as_ref().map(|rates| {
        let rates = rates.iter().map(|rate| {
            let (count, millis, by) = (number(rate.count.into()), number(rate.millis), ident(rate.by.word()));
            quote!(#count / #millis #by)
        });
        quote!(rates [#(#rates),*])
    }));
    parts.extend(policy.log.map(|log| quote!(log #log)));
    (!parts.is_empty()).then(|| quote!(with [#(#parts),*]))
}

/// The method, as a word where it is one.
pub(super) fn method(endpoint: &Endpoint) -> TokenStream {
    let method = &endpoint.method;
    let plain = method.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
        && method.starts_with(|first: char| first.is_ascii_alphabetic());
    if plain {
        let method = ident(method);
        quote!(#method)
    } else {
        quote!(#method)
    }
}

fn look(fits: &Fits) -> TokenStream {
    match fits {
        Fits::Integer => quote!(integer),
        Fits::Number => quote!(number),
        Fits::Boolean => quote!(boolean),
        Fits::OneOf(words) => quote!(one_of(#(#words),*)),
        Fits::Pattern(pattern) => quote!(pattern(#pattern)),
        Fits::Format(format) => match self::format(format) {
            Some(format) => quote!(format(#format)),
            None => quote!(pattern("")),
        },
    }
}

/// The runtime's name of a format that tells paths apart.
fn format(format: &Format) -> Option<Ident> {
    let name = match format {
        Format::Date => "Date",
        Format::DateTime => "DateTime",
        Format::Time => "Time",
        Format::Duration => "Duration",
        Format::Uuid => "Uuid",
        Format::Uri => "Uri",
        Format::Email => "Email",
        Format::Hostname => "Hostname",
        Format::Ipv4 => "Ipv4",
        Format::Ipv6 => "Ipv6",
        Format::UriReference => "UriReference",
        Format::UriTemplate => "UriTemplate",
        Format::Regex => "Regex",
        Format::JsonPointer => "JsonPointer",
        Format::Base64Url | Format::HttpDate => return None,
        Format::Plain | Format::Byte | Format::Decimal | Format::Binary | Format::Upload => return None,
        Format::Password | Format::Other(_) => return None,
    };
    Some(ident(name))
}
