//! What types are in XML: a table for each that travels in it.

use super::print::{Page, Table};
use super::{Context, ident};
use crate::check::xml::{Inside, XmlMember, XmlName};
use crate::ir::{Kind, Shape, Ty, TypeId, XmlNode};
use proc_macro2::{Literal, TokenStream};
use quote::quote;

/// Prints the tables.
pub(super) fn tables(cx: &Context<'_>, page: &mut Page) {
    for id in cx.order() {
        if let Some((name, members)) = cx.checked.xml.get(id) {
            page.table(&table(cx, *id, name, members));
        }
    }
}

fn table(cx: &Context<'_>, id: TypeId, name: &XmlName, members: &[XmlMember]) -> Table {
    let own = ident(cx.checked.idents.ty(id));
    let local = Literal::string(&name.local);
    let within = within(name).map(|(prefix, namespace)| quote!(in #prefix #namespace));
    let head = quote!(#own = #local #within);
    let (head, entries) = match &cx.checked.api.types.get(id).shape {
        Shape::Struct(_) => (head, members.iter().map(|one| member(cx, one).into()).collect()),
        Shape::Union(union) => {
            let variants = union.variants.iter().map(|variant| ty(cx, &variant.ty));
            return plain(quote!(#head one_of [#(#variants),*]));
        }
        Shape::Enum(_) => return plain(quote!(#head text)),
        Shape::Alias(alias) => match &alias.ty.kind {
            Kind::List(item) => {
                let item = ty(cx, item);
                return plain(quote!(#head list #item));
            }
            _ => return plain(quote!(#head any)),
        },
    };
    Table { name: quote!(apiloom::xml), head, entries, tail: TokenStream::new() }
}

fn within(name: &XmlName) -> Option<(&String, &String)> {
    let XmlName { prefix, namespace, .. } = name;
    (!prefix.is_empty() || !namespace.is_empty()).then_some((prefix, namespace))
}

fn member(cx: &Context<'_>, member: &XmlMember) -> TokenStream {
    let key = Literal::string(&member.key);
    let name = Literal::string(&member.name.local);
    let item = member.item.as_ref().map(|item| Literal::string(&item.local));
    let made = match (member.node, &item) {
        (XmlNode::None, Some(item)) => quote!(list(#item)),
        (XmlNode::Attribute, _) => quote!(attribute(#name)),
        (XmlNode::Text, _) => quote!(text()),
        (XmlNode::Cdata, _) => quote!(cdata()),
        (XmlNode::Element | XmlNode::None, _) => quote!(element(#name)),
    };
    let bare = member.node == XmlNode::None;
    let list = item.filter(|_| !bare).map(|item| quote!(.list(#item)));
    let own = within(&member.name)
        .filter(|_| !bare)
        .map(|(prefix, namespace)| quote!(.within(#prefix, #namespace)));
    let items = member.item.as_ref().and_then(within).map(|(prefix, ns)| quote!(.items_within(#prefix, #ns)));
    let inside = match &member.inside {
        Inside::Text => None,
        Inside::Any => Some(quote!(.any())),
        Inside::Type(id) => {
            let name = ident(cx.checked.idents.ty(*id));
            Some(quote!(.of::<#name>()))
        }
    };
    let required = (bare && member.required).then(|| quote!(.required()));
    quote!(#key: #made #list #own #items #inside #required)
}

/// A type that stands for another's place in XML: scalars are all text.
fn ty(cx: &Context<'_>, of: &Ty) -> TokenStream {
    let api = &cx.checked.api;
    match api.resolve(api.without_null(of).0).0 {
        Kind::Prim(_) => quote!(String),
        Kind::Named(id) if matches!(api.types.get(*id).shape, Shape::Enum(_)) => quote!(String),
        Kind::Named(id) => {
            let name = ident(cx.checked.idents.ty(*id));
            quote!(#name)
        }
        Kind::List(item) => {
            let item = ty(cx, item);
            quote!(Vec<#item>)
        }
        Kind::Tuple(_) | Kind::Map(_) | Kind::Nullable(_) | Kind::Any => quote!(apiloom::Json),
    }
}

/// A table of one line.
fn plain(head: TokenStream) -> Table {
    Table {
        name: quote!(apiloom::xml),
        head: TokenStream::new(),
        entries: vec![head.into()],
        tail: TokenStream::new(),
    }
}
