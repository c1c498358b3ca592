//! `security.rs`: what callers can show, and the trait that finds out who they are.

use super::declare::{Declaration, Part};
use super::print::{Entry, Page, Table};
use super::{Context, docs, ident};
use crate::ir::{AuthKind, AuthScheme, Endpoint, KeyPlace};
use crate::names::SecurityIdents;
use proc_macro2::{Literal, TokenStream};
use quote::quote;

/// Prints the file; `None` when nothing is secured.
pub(crate) fn print(cx: &Context<'_>) -> Option<String> {
    let idents = cx.checked.idents.security.as_ref()?;
    let mut inner =
        docs::inner("Who may call: what callers can show, and the trait that finds out who they are.");
    inner.extend(quote!(
        use std::future::Future;
    ));
    let mut page = Page::new(&inner);
    scheme_table(cx, idents, &mut page);
    credentials(cx, idents, &mut page);
    let (security, credentials) = (ident(&idents.security), ident(&idents.credentials));
    page.item(quote! {
        /// Finds out who is calling. Operations that ask for credentials are given who that is.
        pub trait #security: Send + Sync + 'static {
            /// Who is calling.
            type Principal: Send + 'static;
            /// Checks credentials. An error of status 401 says that they are wrong, one of 403 that they do not reach this
            /// far; other alternatives of the operation are tried then.
            fn authenticate(
                &self,
                cx: &apiloom::Context,
                credentials: #credentials,
            ) -> impl Future<Output = apiloom::Result<Self::Principal>> + Send;
        }
    });
    Some(page.finish())
}

pub(super) fn scheme_table(cx: &Context<'_>, idents: &SecurityIdents, page: &mut Page) {
    let ways = cx.checked.api.ways();
    let used = |n: &usize| ways.iter().any(|way| way.contains(n));
    let entries = cx.checked.api.auth.iter().zip(&idents.schemes).enumerate();
    let entries = entries.filter(|(n, _)| used(n)).map(|(_, (scheme, name))| {
        let (name, value) = (ident(name), declared(scheme));
        Entry::from(quote!(#name = #value))
    });
    page.table(&Table {
        name: quote!(apiloom::schemes),
        head: TokenStream::new(),
        entries: entries.collect(),
        tail: TokenStream::new(),
    });
}

fn declared(scheme: &AuthScheme) -> TokenStream {
    let name = Literal::string(&scheme.decl.name.text());
    match &scheme.kind {
        AuthKind::ApiKey { place: KeyPlace::Header, name: at } => quote!(header #name #at),
        AuthKind::ApiKey { place: KeyPlace::Query, name: at } => quote!(query #name #at),
        AuthKind::ApiKey { place: KeyPlace::Cookie, name: at } => quote!(cookie #name #at),
        AuthKind::Http(scheme) => quote!(http #name #scheme),
        AuthKind::OAuth2(_) => quote!(oauth2 #name),
        AuthKind::OpenIdConnect(url) => quote!(open_id_connect #name #url),
        AuthKind::MutualTls => quote!(mutual_tls #name),
        AuthKind::Unknown => quote!(unknown #name),
    }
}

/// What a caller shows.
fn credential(kind: &AuthKind) -> TokenStream {
    match kind {
        AuthKind::ApiKey { .. } => quote!(apiloom::ApiKey),
        AuthKind::Http(scheme) if scheme == "basic" => quote!(apiloom::Basic),
        AuthKind::Http(scheme) if scheme == "bearer" => quote!(apiloom::Bearer),
        AuthKind::Http(_) => quote!(apiloom::Authorization),
        AuthKind::OAuth2(_) | AuthKind::OpenIdConnect(_) => quote!(apiloom::Bearer),
        AuthKind::MutualTls => quote!(apiloom::ClientCertificate),
        AuthKind::Unknown => quote!(apiloom::security::Unread),
    }
}

fn credentials(cx: &Context<'_>, idents: &SecurityIdents, page: &mut Page) {
    let api = &cx.checked.api;
    let parts = api.ways().into_iter().zip(&idents.ways).map(|(way, names)| {
        let variant = ident(&names.variant);
        let part = |n: &usize| {
            let (ty, scheme) = (credential(&api.auth[*n].kind), ident(&idents.schemes[*n]));
            quote!(#ty = #scheme)
        };
        if let [one] = way.as_slice() {
            let part = part(one);
            let docs = docs::decl(&api.auth[*one].decl);
            return Part { docs, tokens: quote!(#variant(#part)), ..Part::default() };
        }
        let fields = way.iter().zip(&names.fields).map(|(n, name)| {
            let (name, part) = (ident(name), part(n));
            quote!(#name: #part)
        });
        Part { tokens: quote!(#variant { #(#fields),* }), ..Part::default() }
    });
    let name = ident(&idents.credentials);
    let about = "What callers can show: a variant for each combination that some operation takes.";
    page.declare(&Declaration {
        name: quote!(apiloom::credentials),
        head: quote!(pub enum #name),
        docs: docs::outer(about),
        parts: parts.collect(),
        ..Declaration::default()
    });
}

/// What an operation asks for, as its row in the table says it.
pub(super) fn asked(cx: &Context<'_>, endpoint: &Endpoint) -> Option<TokenStream> {
    let need = ident(if endpoint.is_anonymous() { "optional" } else { "required" });
    choices(cx, endpoint).map(|choices| quote!(by #need #choices))
}

/// The combinations of schemes that an operation takes, in brackets.
pub(super) fn choices(cx: &Context<'_>, endpoint: &Endpoint) -> Option<TokenStream> {
    let idents = cx.checked.idents.security.as_ref().filter(|_| endpoint.is_secured())?;
    let api = &cx.checked.api;
    let choices = endpoint.auth.iter().filter(|choice| !choice.all.is_empty()).map(|choice| {
        let schemes = api.schemes(choice).into_iter().map(|n| {
            let (name, wire) = (ident(&idents.schemes[n]), api.auth[n].decl.name.text());
            let scopes =
                choice.all.iter().filter(|(scheme, _)| *scheme == wire).flat_map(|(_, scopes)| scopes);
            quote!(#name #(#scopes)*)
        });
        quote!(#(#schemes)and*)
    });
    Some(quote!([#(#choices)or*]))
}
