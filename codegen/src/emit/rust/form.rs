//! How the properties of forms are spelled: a table for each type that a form is read into.

use super::print::{Page, Table};
use super::{Context, ident};
use crate::check::form::{Part, Spelling};
use proc_macro2::{Literal, TokenStream};
use quote::quote;

/// Prints the tables.
pub(super) fn tables(cx: &Context<'_>, page: &mut Page) {
    for id in cx.order().filter(|id| cx.checked.forms.contains_key(id)) {
        let name = ident(cx.checked.idents.ty(*id));
        let entries = cx.checked.forms[id].iter().map(|part| entry(part).into()).collect();
        page.table(&Table {
            name: quote!(apiloom::form),
            head: quote!(#name),
            entries,
            tail: TokenStream::new(),
        });
    }
}

fn entry(part: &Part) -> TokenStream {
    let key = Literal::string(&part.key);
    let how = match &part.spelling {
        Spelling::Plain => quote!(plain()),
        Spelling::Json => quote!(json()),
        Spelling::Joined => quote!(joined()),
        Spelling::Spaces => quote!(spaces()),
        Spelling::Pipes => quote!(pipes()),
        Spelling::Pairs => quote!(pairs()),
        Spelling::Deep => quote!(deep_object()),
        Spelling::Spread(keys) => quote!(spread(&[#(#keys),*])),
        Spelling::File => quote!(file()),
    };
    let list = part.list.then(|| quote!(.list()));
    let texts =
        |texts: &[String], name: TokenStream| (!texts.is_empty()).then(|| quote!(.#name(&[#(#texts),*])));
    let media = texts(&part.media_types, quote!(media));
    let headers = texts(&part.headers, quote!(headers));
    quote!(#key: #how #list #media #headers)
}
