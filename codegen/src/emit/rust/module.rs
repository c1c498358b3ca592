//! `mod.rs`: what the API is called, and what of it is in reach.

use super::print::Page;
use super::{Context, docs};
use proc_macro2::TokenStream;
use quote::quote;

/// Prints the file.
pub(crate) fn print(cx: &Context<'_>, serves: bool) -> String {
    let info = &cx.checked.api.info;
    let title = if info.title.is_empty() { "API" } else { &info.title };
    let about = docs::inner(&format!("{title} {}\n\n{}\n\n{}", info.version, info.summary, info.description));
    let lints = lints();
    let secured = serves && cx.checked.idents.security.is_some();
    let (security, guards) = (
        secured.then(|| quote! { #[rustfmt::skip] pub mod security; }),
        secured.then(|| quote! { pub use security::*; }),
    );
    let told = cx.checked.api.endpoints.iter().any(|endpoint| !endpoint.is_served());
    let webhooks = told.then(|| quote! { #[rustfmt::skip] pub mod webhooks; });
    let (server, exports) = if serves {
        (
            quote! { #security #[rustfmt::skip] pub mod server; #webhooks },
            quote!(
                #guards
                pub use server::*;
                pub use types::*;
            ),
        )
    } else {
        (
            TokenStream::new(),
            quote!(
                pub use types::*;
            ),
        )
    };
    let mut page = Page::new(&quote!(#about #lints));
    // In braces: rustfmt would take `skip` in parentheses for its own and drop what it stands on.
    page.item(quote! {
        #server
        #[rustfmt::skip]
        pub mod types;
    });
    page.item(exports);
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
