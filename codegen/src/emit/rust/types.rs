//! `types.rs`: every type of the schema, and how it is read and written.

use super::docs::Docs;
use super::print::{Block, Member, Page, Table};
use super::{Context, docs, ident, literal, ty};
use crate::ir::{Enum, EnumRepr, EnumValue, Look, Presence, Rest, Shape, Struct, Tag, TypeId, Union};
use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

/// Prints the file.
pub(crate) fn print(cx: &Context<'_>) -> String {
    let mut page =
        Page::new(&docs::inner("What the API speaks of: its types, and how they are read and written."));
    for id in &cx.checked.order {
        let def = cx.checked.api.types.get(*id);
        let named = Named { id: *id, name: ident(cx.checked.idents.ty(*id)), docs: docs::decl(&def.decl) };
        match &def.shape {
            Shape::Struct(object) => print_struct(cx, named, object, &mut page),
            Shape::Enum(list) => print_enum(cx, named, list, &mut page),
            Shape::Union(union) => print_union(cx, named, union, &mut page),
            Shape::Alias(alias) => {
                let (Named { name, docs, .. }, inner) = (named, ty::plain(cx, &alias.ty));
                if alias.recursive {
                    page.item(
                        quote! { #docs #[derive(Debug, Clone, PartialEq)] pub struct #name(pub #inner); },
                    );
                    page.below(&flat("newtype", quote!(#name)));
                } else {
                    page.item(quote! { #docs pub type #name = #inner; });
                }
            }
        }
    }
    super::form::tables(cx, &mut page);
    super::xml::tables(cx, &mut page);
    page.finish()
}

/// A definition's id, name and documentation.
struct Named {
    id: TypeId,
    name: Ident,
    docs: Docs,
}

fn flat(name: &str, entry: TokenStream) -> Table {
    let name = ident(name);
    Table {
        name: quote!(apiloom::#name),
        head: TokenStream::new(),
        entries: vec![entry.into()],
        tail: TokenStream::new(),
    }
}

fn print_struct(cx: &Context<'_>, named: Named, object: &Struct, page: &mut Page) {
    let Named { id, name, docs } = named;
    let idents = &cx.checked.idents;
    let fields = object.fields.iter().enumerate().map(|(n, field)| {
        let name = ident(idents.member(id, n));
        let ty = ty::field(cx, &field.ty, &field.presence, field.indirect);
        Member { docs: docs::decl(&field.decl), entry: quote!(pub #name: #ty).into() }
    });
    let rest = match (&object.rest, idents.rest(id).map(ident)) {
        (Rest::Collect(value), Some(rest)) => {
            let value = ty::plain(cx, value);
            let entry = quote!(pub #rest: std::collections::BTreeMap<String, #value>).into();
            Some(Member { docs: docs::outer("Every other key."), entry })
        }
        (Rest::Ignore | Rest::Deny | Rest::Collect(_), _) => None,
    };
    page.list(&Block {
        docs,
        derive: quote!(#[derive(Debug, Clone, PartialEq)]),
        head: quote!(pub struct #name),
        members: fields.chain(rest).collect(),
        end: ',',
    });
    let entries = object.fields.iter().enumerate().map(|(n, field)| {
        let (name, key) = (ident(idents.member(id, n)), Literal::string(&field.decl.name.text()));
        match &field.presence {
            Presence::Required => quote!(#name: required #key),
            Presence::Optional => quote!(#name: optional #key),
            Presence::Default(value) => {
                let value = literal::default(cx, &field.ty, value, field.indirect);
                quote!(#name: default #key (#value))
            }
        }
    });
    let passed = cx.checked.passed.get(&id).map(|keys| quote!(except [#(#keys),*]));
    let tail = match (&object.rest, idents.rest(id).map(ident)) {
        (Rest::Deny, _) => quote!(deny #passed),
        (Rest::Collect(_), Some(rest)) => quote!(collect #rest #passed),
        (Rest::Ignore | Rest::Collect(_), _) => TokenStream::new(),
    };
    page.below(&Table {
        name: quote!(apiloom::object),
        head: quote!(#name),
        entries: entries.map(Into::into).collect(),
        tail,
    });
}

fn print_enum(cx: &Context<'_>, named: Named, list: &Enum, page: &mut Page) {
    let Named { id, name, docs } = named;
    let idents = &cx.checked.idents;
    let variants = list.variants.iter().enumerate().map(|(n, variant)| {
        let name = ident(idents.member(id, n));
        Member { docs: docs::decl(&variant.decl), entry: quote!(#name).into() }
    });
    page.pack(&Block {
        docs,
        derive: quote!(#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]),
        head: quote!(pub enum #name),
        members: variants.collect(),
        end: ',',
    });
    let entries = list.variants.iter().enumerate().map(|(n, variant)| {
        let name = ident(idents.member(id, n));
        let value = match &variant.value {
            EnumValue::String(text) => quote!(#text),
            EnumValue::Integer(number) => literal::integer((*number).into()),
        };
        quote!(#name: #value)
    });
    let table = match list.repr {
        EnumRepr::String => quote!(apiloom::string_enum),
        EnumRepr::Integer => quote!(apiloom::integer_enum),
    };
    page.below(&Table {
        name: table,
        head: quote!(#name),
        entries: entries.map(Into::into).collect(),
        tail: TokenStream::new(),
    });
}

fn print_union(cx: &Context<'_>, named: Named, union: &Union, page: &mut Page) {
    let Named { id, name, docs } = named;
    let idents = &cx.checked.idents;
    let variants = union.variants.iter().enumerate().map(|(n, variant)| {
        let name = ident(idents.member(id, n));
        let ty = ty::field(cx, &variant.ty, &Presence::Required, variant.indirect);
        Member { docs: docs::decl(&variant.decl), entry: quote!(#name(#ty)).into() }
    });
    page.pack(&Block {
        docs,
        derive: quote!(#[derive(Debug, Clone, PartialEq)]),
        head: quote!(pub enum #name),
        members: variants.collect(),
        end: ',',
    });
    let entries = union.variants.iter().enumerate().map(|(n, variant)| {
        let name = ident(idents.member(id, n));
        match &union.tag {
            Tag::Property(_) => {
                let tags = &variant.tags;
                quote!(#name: #(#tags)|*)
            }
            Tag::Shape => {
                let look = look(&variant.look);
                quote!(#name: #look)
            }
        }
    });
    let (table, head) = match &union.tag {
        Tag::Property(key) => (quote!(apiloom::tagged), quote!(#name #key)),
        Tag::Shape => (quote!(apiloom::untagged), quote!(#name)),
    };
    page.below(&Table {
        name: table,
        head,
        entries: entries.map(Into::into).collect(),
        tail: TokenStream::new(),
    });
}

fn look(look: &Look) -> TokenStream {
    match look {
        Look::String => quote!(string),
        Look::Integer => quote!(integer),
        Look::Number => quote!(number),
        Look::Boolean => quote!(boolean),
        Look::Array => quote!(array),
        Look::Null => quote!(null),
        Look::Any => quote!(any),
        Look::Object(keys) => {
            let keys = keys.iter().map(|(key, constant)| match constant {
                Some(constant) => quote!(#key = #constant),
                None => quote!(#key),
            });
            quote!(object [#(#keys),*])
        }
    }
}
