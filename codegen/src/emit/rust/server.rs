//! `server.rs`: a trait for each group of operations, what they take and answer, and the table that serves them.

use super::print::{Entry, Page, Table};
use super::{Context, docs, ident, literal, ty, validate};
use crate::check::media::{Payload, Served, essence};
use crate::ir::{Content, Endpoint, Explode, Param, Place, Presence, Response, Status, Style, Ty};
use crate::names::{EndpointIdents, ResponseIdents};
use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

/// An endpoint with everything known about it.
#[derive(Clone, Copy)]
struct Operation<'a> {
    endpoint: &'a Endpoint,
    idents: &'a EndpointIdents,
    served: &'a Served,
}

impl Operation<'_> {
    fn has_params(&self) -> bool {
        !self.endpoint.params.is_empty() || self.served.body.is_some()
    }
}

/// Prints the file.
pub(crate) fn print(cx: &Context<'_>) -> String {
    let checked = cx.checked;
    let operations: Vec<Operation<'_>> = checked
        .api
        .endpoints
        .iter()
        .zip(&checked.idents.endpoints)
        .zip(&checked.served)
        .map(|((endpoint, idents), served)| Operation { endpoint, idents, served })
        .collect();
    let mut inner =
        docs::inner("What the API does: a trait to implement for each group, and the service made of them.");
    if !checked.api.types.is_empty() {
        inner.extend(quote!(
            use super::types::*;
        ));
    }
    inner.extend(quote!(
        use std::future::Future;
    ));
    let mut page = Page::new(&inner);
    for (n, group) in checked.api.groups.iter().enumerate() {
        let mine: Vec<Operation<'_>> =
            operations.iter().copied().filter(|one| one.endpoint.group == n).collect();
        if mine.is_empty() {
            continue;
        }
        let (name, function) =
            (ident(&checked.idents.groups[n].api), ident(&checked.idents.groups[n].function));
        let docs = docs::decl(&group.decl);
        let methods = mine.iter().map(method);
        page.item(quote! { #docs pub trait #name: Send + Sync + 'static { #(#methods)* } });
        let entries = mine.iter().map(route).collect();
        let head = quote!(pub fn #function(#name));
        page.below(&Table { name: quote!(apiloom::operations), head, entries, tail: TokenStream::new() });
        for one in mine {
            params(cx, &one, &mut page);
            responses(cx, &one, &mut page);
        }
    }
    free(&operations, cx, &mut page);
    service(cx, &mut page);
    page.finish()
}

fn method(one: &Operation<'_>) -> TokenStream {
    let (name, response) = (ident(&one.idents.method), ident(&one.idents.response));
    let docs = docs::decl(&one.endpoint.decl);
    let params = one.has_params().then(|| {
        let params = ident(&one.idents.params);
        quote!(, params: #params)
    });
    quote! {
        #docs
        fn #name(&self, cx: apiloom::Context #params) -> impl Future<Output = apiloom::Result<#response>> + Send;
    }
}

fn route(one: &Operation<'_>) -> Entry {
    let (name, method) = (ident(&one.idents.method), ident(&one.endpoint.method));
    let (path, id) = (&one.served.path, one.endpoint.decl.name.text());
    let params = if one.has_params() {
        let params = ident(&one.idents.params);
        quote!((#params))
    } else {
        quote!(())
    };
    Entry(vec![quote!(#name: #method #path), quote!(#id #params)])
}

fn params(cx: &Context<'_>, one: &Operation<'_>, page: &mut Page) {
    if !one.has_params() {
        return;
    }
    let name = ident(&one.idents.params);
    let fields = one.endpoint.params.iter().zip(&one.idents.fields).map(|(param, name)| {
        let (docs, name) = (docs::decl(&param.decl), ident(name));
        let ty = ty::field(cx, &param.ty, &param.presence, false);
        quote!(#docs pub #name: #ty)
    });
    let body = body_field(cx, one).map(|(docs, name, ty)| quote!(#docs pub #name: #ty));
    let derive = derives(one.served.body.as_ref().is_some_and(|body| body.payload == Payload::Raw));
    let about = format!("What `{}` takes.", one.idents.method.trim_start_matches("r#"));
    let docs = docs::outer(&about);
    page.item(quote! { #docs #derive pub struct #name { #(#fields,)* #body } });
    let entries =
        one.endpoint.params.iter().zip(&one.idents.fields).map(|(param, name)| entry(cx, param, name));
    let tail = body_tail(one);
    page.below(&Table {
        name: quote!(apiloom::params),
        head: quote!(#name),
        entries: entries.map(Into::into).collect(),
        tail,
    });
    let rules = rules(cx, one);
    if !rules.is_empty() {
        page.item(validate::implementation(&name, &rules));
    }
}

/// A stream can be neither copied nor compared.
fn derives(holds_stream: bool) -> TokenStream {
    if holds_stream { quote!(#[derive(Debug)]) } else { quote!(#[derive(Debug, Clone, PartialEq)]) }
}

fn entry(cx: &Context<'_>, param: &Param, name: &str) -> TokenStream {
    let name = ident(name);
    let key = Literal::string(&param.decl.name.text());
    let place = place(param.place);
    let style = style(param).map(|style| quote!([#style]));
    match &param.presence {
        Presence::Required => quote!(#name: required #place #style #key),
        Presence::Optional => quote!(#name: optional #place #style #key),
        Presence::Default(value) => {
            let value = literal::default(cx, &param.ty, value, false);
            quote!(#name: default #place #style #key (#value))
        }
    }
}

fn place(place: Place) -> Ident {
    ident(match place {
        Place::Path => "path",
        Place::Query | Place::QueryString => "query",
        Place::Header => "header",
        Place::Cookie => "cookie",
    })
}

/// The style, when it is not what the place has by itself.
fn style(param: &Param) -> Option<Ident> {
    let query = matches!(param.place, Place::Query | Place::QueryString | Place::Cookie);
    let name = match &param.style {
        Style::Form(Explode::Yes) if query => return None,
        Style::Simple(Explode::No) if !query => return None,
        Style::Form(Explode::Yes) => "form",
        Style::Form(Explode::No) => "form_joined",
        Style::Simple(Explode::No) => "simple",
        Style::Simple(Explode::Yes) => "simple_exploded",
        Style::Label(Explode::No) => "label",
        Style::Label(Explode::Yes) => "label_exploded",
        Style::Matrix(Explode::No) => "matrix",
        Style::Matrix(Explode::Yes) => "matrix_exploded",
        Style::SpaceDelimited => "space_delimited",
        Style::PipeDelimited => "pipe_delimited",
        Style::DeepObject => "deep_object",
        Style::Content(_) => "content_json",
    };
    Some(ident(name))
}

fn body_field(cx: &Context<'_>, one: &Operation<'_>) -> Option<(TokenStream, Ident, TokenStream)> {
    let (body, served) = (one.endpoint.body.as_ref()?, one.served.body.as_ref()?);
    let value = payload(cx, served.payload, &body.content[served.content]);
    let ty = if body.required { value } else { quote!(Option<#value>) };
    Some((docs::outer(&body.docs), ident(&one.idents.body), ty))
}

/// The type of a body.
fn payload(cx: &Context<'_>, payload: Payload, content: &Content) -> TokenStream {
    match payload {
        Payload::Json | Payload::Form => ty::plain(cx, &content.ty),
        Payload::Text => quote!(String),
        Payload::Bytes => quote!(apiloom::Bytes),
        Payload::Raw => quote!(apiloom::Body),
    }
}

fn body_tail(one: &Operation<'_>) -> TokenStream {
    let (Some(body), Some(served)) = (&one.endpoint.body, &one.served.body) else {
        return TokenStream::new();
    };
    let presence = ident(if body.required { "required" } else { "optional" });
    let kind = ident(match served.payload {
        Payload::Json => "json",
        Payload::Form => "form",
        Payload::Text => "text",
        Payload::Bytes => "bytes",
        Payload::Raw => "raw",
    });
    let name = ident(&one.idents.body);
    let also = &served.also;
    let also = (!also.is_empty()).then(|| quote!([#(#also),*]));
    quote!(#name: #presence #kind #also)
}

/// The checks of an operation's parameters.
fn rules(cx: &Context<'_>, one: &Operation<'_>) -> TokenStream {
    let params = one.endpoint.params.iter().zip(&one.idents.fields).map(|(param, name)| {
        let name = ident(name);
        let key = Literal::string(&param.decl.name.text());
        let at = match param.place {
            Place::Path => quote!(apiloom::Path(#key)),
            Place::Query | Place::QueryString => quote!(apiloom::Query(#key)),
            Place::Header => quote!(apiloom::Header(#key)),
            Place::Cookie => quote!(apiloom::Cookie(#key)),
        };
        validate::statements(cx, &at, &quote!(&self.#name), &param.ty)
    });
    let body =
        one.endpoint.body.as_ref().zip(one.served.body.as_ref()).map(|(body, served)| match served.payload {
            Payload::Json | Payload::Form => {
                let name = ident(&one.idents.body);
                let ty: &Ty = &body.content[served.content].ty;
                validate::statements(cx, &quote!(apiloom::InBody), &quote!(&self.#name), ty)
            }
            Payload::Text | Payload::Bytes | Payload::Raw => TokenStream::new(),
        });
    quote!(#(#params)* #body)
}

fn responses(cx: &Context<'_>, one: &Operation<'_>, page: &mut Page) {
    let name = ident(&one.idents.response);
    let all = || one.endpoint.responses.iter().zip(&one.idents.responses).zip(&one.served.responses);
    let variants = all().map(|((response, idents), served)| variant(cx, response, idents, *served));
    let derive = derives(all().any(|(_, served)| matches!(served, Some((Payload::Raw, _)))));
    let about = format!("What `{}` answers.", one.idents.method.trim_start_matches("r#"));
    let docs = docs::outer(&about);
    page.item(quote! { #docs #derive pub enum #name { #(#variants,)* } });
    let entries = all().map(|((response, idents), served)| reply(response, idents, *served)).collect();
    page.below(&Table {
        name: quote!(apiloom::responses),
        head: quote!(#name),
        entries,
        tail: TokenStream::new(),
    });
}

fn variant(
    cx: &Context<'_>,
    response: &Response,
    idents: &ResponseIdents,
    served: Option<(Payload, usize)>,
) -> TokenStream {
    let docs = docs::decl(&response.decl);
    let name = ident(&idents.variant);
    let status = (!matches!(response.status, Status::Code(_))).then(|| quote!(apiloom::StatusCode));
    let body = served.map(|(kind, n)| payload(cx, kind, &response.content[n]));
    if response.headers.is_empty() {
        let parts: Vec<TokenStream> = status.into_iter().chain(body).collect();
        return if parts.is_empty() { quote!(#docs #name) } else { quote!(#docs #name(#(#parts),*)) };
    }
    let status = status.map(|ty| named(&idents.status, &ty));
    let body = body.map(|ty| named(&idents.body, &ty));
    let headers = response.headers.iter().zip(&idents.headers).map(|(header, name)| {
        let (docs, name) = (docs::decl(&header.decl), ident(name));
        let presence = if header.required { Presence::Required } else { Presence::Optional };
        let ty = header_ty(cx, &header.ty, &presence);
        quote!(#docs #name: #ty)
    });
    quote!(#docs #name { #status #body #(#headers),* })
}

fn named(name: &str, ty: &TokenStream) -> TokenStream {
    let name = ident(name);
    quote!(#name: #ty,)
}

/// Headers are never null: what may be null may be absent.
fn header_ty(cx: &Context<'_>, ty: &Ty, presence: &Presence) -> TokenStream {
    let (inner, nullable) = cx.checked.api.without_null(ty);
    let inner = ty::plain(cx, inner);
    match presence {
        Presence::Required if !nullable => inner,
        Presence::Required | Presence::Optional | Presence::Default(_) => quote!(Option<#inner>),
    }
}

fn reply(response: &Response, idents: &ResponseIdents, served: Option<(Payload, usize)>) -> Entry {
    let name = ident(&idents.variant);
    let (status_name, body_name) = (ident(&idents.status), ident(&idents.body));
    let (status, bound) = match response.status {
        Status::Code(code) => {
            let code = Literal::u16_unsuffixed(code);
            (quote!(#code), None)
        }
        Status::Range(_) | Status::Default => (quote!(#status_name), Some(&status_name)),
    };
    let body = served.map(|_| &body_name);
    let headers: Vec<Ident> = idents.headers.iter().map(|name| ident(name)).collect();
    let parts: Vec<&Ident> = bound.into_iter().chain(body).chain(&headers).collect();
    let pattern = match (headers.is_empty(), parts.is_empty()) {
        (true, true) => quote!(#name),
        (true, false) => quote!(#name(#(#parts),*)),
        (false, _) => quote!(#name { #(#parts),* }),
    };
    let value = match served {
        None => quote!(empty(#status)),
        Some((kind, n)) => constructor(kind, &response.content[n].media_type, &status, &body_name),
    };
    let calls = response.headers.iter().zip(&headers).map(|(header, name)| {
        let key = Literal::string(&header.decl.name.text());
        if header.required && !header.ty.is_nullable() {
            quote!(.header(#key, #name))
        } else {
            quote!(.header_optional(#key, #name))
        }
    });
    Entry(std::iter::once(quote!(#pattern => #value)).chain(calls).collect())
}

fn constructor(kind: Payload, media_type: &str, status: &TokenStream, body: &Ident) -> TokenStream {
    let plain = essence(media_type);
    // A range such as `image/*` cannot be sent; the handler has no say yet.
    let concrete = if plain.contains('*') { "application/octet-stream" } else { media_type };
    match kind {
        Payload::Json if plain == "application/json" || plain.contains('*') => quote!(json(#status, #body)),
        Payload::Json => quote!(json_as(#status, #concrete, #body)),
        Payload::Text if matches!(plain.as_str(), "text/plain" | "text/*") => quote!(text(#status, #body)),
        Payload::Text | Payload::Bytes => quote!(bytes(#status, #concrete, #body)),
        Payload::Form | Payload::Raw => quote!(raw(#status, #concrete, #body)),
    }
}

/// Parameters that cannot break a rule.
fn free(operations: &[Operation<'_>], cx: &Context<'_>, page: &mut Page) {
    let entries: Vec<Entry> = operations
        .iter()
        .filter(|one| one.has_params() && rules(cx, one).is_empty())
        .map(|one| ident(&one.idents.params))
        .map(|name| quote!(#name).into())
        .collect();
    if !entries.is_empty() {
        page.table(&Table {
            name: quote!(apiloom::no_rules),
            head: TokenStream::new(),
            entries,
            tail: TokenStream::new(),
        });
    }
}

fn service(cx: &Context<'_>, page: &mut Page) {
    let api = &cx.checked.api;
    let (title, version) = (&api.info.title, &api.info.version);
    page.item(quote! {
        /// The schema, as served at `/openapi.json`.
        pub static DOCUMENT: apiloom::Document =
            apiloom::Document { title: #title, version: #version, json: include_str!("openapi.json") };
    });
    let used = |n: &usize| api.endpoints.iter().any(|endpoint| endpoint.group == *n);
    let groups: Vec<_> = (0..api.groups.len()).filter(used).map(|n| &cx.checked.idents.groups[n]).collect();
    let Some((last, others)) = groups.split_last() else { return };
    let traits: Vec<Ident> = groups.iter().map(|group| ident(&group.api)).collect();
    let last = ident(&last.function);
    let mut calls = others.iter().map(|group| {
        let function = ident(&group.function);
        quote!(#function::<A>(app.clone()))
    });
    let all = match calls.next() {
        Some(first) => quote!(#first #(.merge(#calls))* .merge(#last::<A>(app))),
        None => quote!(#last::<A>(app)),
    };
    page.item(quote! {
        /// Every operation, served by one `app`.
        pub fn service<A: #(#traits)+*>(app: A) -> apiloom::Service {
            let app = std::sync::Arc::new(app);
            #all.document(&DOCUMENT)
        }
    });
    page.item(quote! {
        /// The same as an axum router.
        pub fn router<A: #(#traits)+*>(app: A) -> apiloom::dep::axum::Router {
            service(app).into_router()
        }
    });
}
