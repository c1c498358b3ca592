//! `types.rs`: every type of the schema, and how it is read and written.

use super::declare::{Declaration, Part};
use super::docs::{self, Docs};
use super::print::Page;
use super::request::wire;
use super::text::text;
use super::{Context, ident, literal, ty, validate};
use crate::ir::{
    Enum, EnumRepr, EnumValue, Kind, Look, Presence, Rest, Shape, Struct, Tag, Ty, TypeId, Union,
};
use proc_macro2::{Ident, TokenStream};
use quote::quote;

/// Prints the file.
pub(crate) fn print(cx: &Context<'_>) -> String {
    let mut inner = docs::inner("What the API speaks of: its types, and how they are read and written.");
    // Also at the top: a schema that no operation uses may speak of one that a group has for itself.
    inner.extend(cx.imports(TokenStream::new()));
    let mut page = Page::new(&inner);
    for id in cx.order() {
        let def = cx.checked.api.types.get(*id);
        let named = Named { id: *id, name: ident(cx.checked.idents.ty(*id)), docs: docs::decl(&def.decl) };
        match &def.shape {
            Shape::Struct(object) => print_struct(cx, named, object, &mut page),
            Shape::Enum(list) => print_enum(cx, named, list, &mut page),
            Shape::Union(union) => print_union(cx, named, union, &mut page),
            Shape::Alias(alias) => {
                let (Named { name, docs, .. }, inner) = (named, ty::plain(cx, &alias.ty));
                if alias.recursive {
                    let checks = validate::entries(cx, &alias.ty);
                    let checks =
                        if checks.is_empty() { String::new() } else { format!(" [{}]", checks.join(" ")) };
                    let item =
                        format!("apiloom::newtype! {{ pub struct {name}(pub {}){checks}; }}", text(&inner));
                    page.text(&format!("\n{}{item}\n", docs.print("")));
                } else {
                    page.single(&docs, &quote!(pub type #name = #inner;));
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

/// So many fields the runtime takes in a group.
const GROUP: usize = 32;

fn print_struct(cx: &Context<'_>, named: Named, object: &Struct, page: &mut Page) {
    let Named { id, name, docs } = named;
    let idents = &cx.checked.idents;
    let fields = object.fields.iter().enumerate().map(|(n, field)| {
        let name = idents.member(id, n);
        let (key, name) = (wire(name, &field.decl.name.text()), ident(name));
        let clean = validate::sanitizers(cx, &field.ty);
        let ty = ty::field(cx, &field.ty, &field.presence, field.indirect);
        let (tokens, tail) = match &field.presence {
            Presence::Required => (quote!(required #name #key: #ty #clean), TokenStream::new()),
            Presence::Optional => (quote!(optional #name #key: #ty #clean), TokenStream::new()),
            Presence::Default(value) => {
                let value = literal::default(cx, &field.ty, value, field.indirect);
                (quote!(default #name #key: #ty #clean), quote!(= #value))
            }
        };
        Part { docs: docs::decl(&field.decl), tokens, checks: validate::entries(cx, &field.ty), tail }
    });
    let rest = match (&object.rest, idents.rest(id).map(ident)) {
        (Rest::Collect(value), Some(rest)) => {
            let checks = validate::entries(cx, &Ty::plain(Kind::Map(Box::new(value.clone()))));
            let clean = validate::sanitizers(cx, value);
            let value = ty::plain(cx, value);
            let tokens = quote!(rest #rest: std::collections::BTreeMap<String, #value> #clean);
            Some(Part { tokens, checks, ..Part::default() })
        }
        (Rest::Ignore | Rest::Deny | Rest::Collect(_), _) => None,
    };
    let passed = cx.checked.passed.get(&id).map(|keys| quote!(except [#(#keys),*]));
    let word = match (&object.rest, &rest) {
        (Rest::Deny, _) => quote!(deny #passed),
        (Rest::Collect(_), Some(_)) => quote!(#passed),
        (Rest::Ignore | Rest::Collect(_), _) => TokenStream::new(),
    };
    page.declare(&Declaration {
        name: quote!(apiloom::object),
        head: quote!(pub struct #name),
        docs,
        parts: fields.chain(rest).collect(),
        lines: true,
        group: GROUP,
        checks: validate::whole(cx, id),
        word,
        tail: Vec::new(),
    });
}

fn print_enum(cx: &Context<'_>, named: Named, list: &Enum, page: &mut Page) {
    let Named { id, name, docs } = named;
    let parts = list.variants.iter().enumerate().map(|(n, variant)| {
        let name = ident(cx.checked.idents.member(id, n));
        let value = match &variant.value {
            EnumValue::String(text) => quote!(#text),
            EnumValue::Integer(number) => literal::integer((*number).into()),
        };
        Part { docs: docs::decl(&variant.decl), tokens: quote!(#name = #value), ..Part::default() }
    });
    let other = cx.checked.idents.rest(id).map(ident);
    let one = Declaration {
        name: match (list.repr, &other) {
            (EnumRepr::String, None) => quote!(apiloom::string_enum),
            (EnumRepr::String, Some(_)) => quote!(apiloom::open_enum),
            (EnumRepr::Integer, _) => quote!(apiloom::integer_enum),
        },
        // The name for others stands in front: behind the list it could be one more variant.
        head: match other {
            Some(other) => quote!(pub enum #name or #other),
            None => quote!(pub enum #name),
        },
        docs,
        parts: parts.collect(),
        ..Declaration::default()
    };
    page.declare(&one);
}

fn print_union(cx: &Context<'_>, named: Named, union: &Union, page: &mut Page) {
    let Named { id, name, docs } = named;
    let whole = validate::whole(cx, id);
    let parts = union.variants.iter().enumerate().map(|(n, variant)| {
        let name = ident(cx.checked.idents.member(id, n));
        let ty = ty::field(cx, &variant.ty, &Presence::Required, variant.indirect);
        let tail = match &union.tag {
            Tag::Property(_) => {
                let tags = &variant.tags;
                quote!(= #(#tags)|*)
            }
            Tag::Shape => {
                let look = look(&variant.look);
                quote!(= #look)
            }
        };
        // A schema for the whole speaks of its alternatives too.
        let checks = if whole.is_empty() { validate::entries(cx, &variant.ty) } else { Vec::new() };
        // What has a tag is no text.
        let clean =
            if union.tag == Tag::Shape { validate::sanitizers(cx, &variant.ty) } else { TokenStream::new() };
        Part { docs: docs::decl(&variant.decl), tokens: quote!(#name(#ty) #clean), checks, tail }
    });
    let (macro_name, head) = match &union.tag {
        Tag::Property(key) => (quote!(apiloom::tagged), quote!(pub enum #name #key)),
        Tag::Shape => (quote!(apiloom::untagged), quote!(pub enum #name)),
    };
    let parts = parts.collect();
    page.declare(&Declaration {
        name: macro_name,
        head,
        docs,
        parts,
        checks: whole,
        ..Declaration::default()
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
