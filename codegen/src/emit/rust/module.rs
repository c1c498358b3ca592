//! `mod.rs`: what the API is called, and what of it is in reach.

use super::part::Part;
use super::print::Page;
use super::{Context, docs, ident};
use proc_macro2::{Ident, TokenStream};
use quote::quote;

/// Prints the file.
pub(crate) fn print(cx: &Context<'_>) -> String {
    if let Part::Group(group, _) = cx.part {
        return of_group(cx, group);
    }
    let info = &cx.checked.api.info;
    let title = if info.title.is_empty() { "API" } else { &info.title };
    let about = docs::inner(&format!("{title} {}\n\n{}\n\n{}", info.version, info.summary, info.description));
    let lints = lints();
    let secured = cx.serves() && cx.checked.idents.security.is_some();
    let folders = cx.folders();
    let mut names: Vec<&str> = folders.iter().map(name).collect();
    names.extend(secured.then_some("security"));
    names.extend(cx.serves().then_some("server"));
    names.push("types");
    names.sort_unstable();
    let names: Vec<Ident> = names.into_iter().map(ident).collect();
    let webhooks = cx.tells().then(|| quote! { #[rustfmt::skip] pub mod webhooks; });
    let client = cx.calls().then(|| quote! { #[rustfmt::skip] pub mod client; });
    let tellers: Vec<Ident> =
        folders.iter().filter(|folder| folder.tells()).map(|folder| ident(name(folder))).collect();
    // The path to it is the same whether there are folders or not.
    let told = (!tellers.is_empty()).then(|| {
        quote! {
            /// What consumers of the API are told.
            pub mod webhooks { #(pub use super::#tellers::webhooks::*;)* }
        }
    });
    let mut page = Page::new(&quote!(#about #lints));
    // In braces: rustfmt would take `skip` in parentheses for its own and drop what it stands on.
    page.item(quote! {
        #client
        #(#[rustfmt::skip] pub mod #names;)*
        #webhooks
    });
    page.item(quote! { #(pub use #names::*;)* });
    told.into_iter().for_each(|told| page.item(told));
    page.finish()
}

/// What the folder of a group is called.
pub(crate) fn name<'a>(cx: &Context<'a>) -> &'a str {
    match cx.part {
        Part::Group(group, _) => &cx.checked.idents.groups[group].function,
        Part::Whole | Part::Shared(_) => "",
    }
}

/// The `mod.rs` of a group's own folder. Its modules are private: the files of every group have the same names, and
/// all that they have is exported at the top; what consumers are told is in a module `webhooks` there.
fn of_group(cx: &Context<'_>, group: usize) -> String {
    let decl = &cx.checked.api.groups[group].decl;
    let about = docs::inner(&format!("The operations of `{}`, and what only they use.", decl.name.text()));
    let mut names = Vec::new();
    names.extend(cx.serves().then(|| ident("server")));
    names.extend(cx.has_types().then(|| ident("types")));
    let told = cx.tells().then(|| quote! { #[rustfmt::skip] pub mod webhooks; });
    let client = cx.calls().then(|| quote! { #[rustfmt::skip] pub mod client; });
    let mut page = Page::new(&about);
    page.item(quote! { #client #(#[rustfmt::skip] mod #names;)* #told });
    page.item(quote! { #(pub use #names::*;)* });
    page.finish()
}

/// Lints that a user may set, and that say nothing about code whose names, texts and sizes are the schema's.
fn lints() -> TokenStream {
    quote! {
        #![allow(
            clippy::all,
            clippy::pedantic,
            clippy::nursery,
            clippy::absolute_paths,
            clippy::exhaustive_enums,
            clippy::exhaustive_structs,
            clippy::missing_docs_in_private_items,
            clippy::missing_inline_in_public_items,
            clippy::pattern_type_mismatch,
            clippy::single_call_fn,
            dead_code,
            deprecated,
            missing_copy_implementations,
            missing_docs,
            non_camel_case_types,
            non_snake_case,
            non_upper_case_globals,
            rustdoc::all,
            unreachable_pub,
            unused_imports,
            unused_qualifications,
            variant_size_differences,
            reason = "names, texts and sizes are the schema's"
        )]
    }
}
