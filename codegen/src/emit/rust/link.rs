//! Links: functions that make the parameters of the next operation out of an answer and its request.

use super::print::Page;
use super::server::Operation;
use super::ty::{Holder, holder};
use super::{Context, docs, ident, literal};
use crate::check::link::{Followed, Origin, Step};
use crate::ir::{Decl, Param, Presence, Response, Shape, Status, Ty};
use crate::names::ResponseIdents;
use proc_macro2::TokenStream;
use quote::quote;

/// Prints the functions of an operation's answers; `all` are the operations of the API by index.
pub(super) fn links(cx: &Context<'_>, one: &Operation<'_>, all: &[Operation<'_>], page: &mut Page) {
    let functions: Vec<TokenStream> =
        one.links.iter().map(|link| function(cx, one, &all[link.target], link)).collect();
    if !functions.is_empty() {
        let name = ident(&one.idents.response);
        page.item(quote!(impl #name { #(#functions)* }));
    }
}

fn function(cx: &Context<'_>, one: &Operation<'_>, target: &Operation<'_>, link: &Followed) -> TokenStream {
    let response = &one.endpoint.responses[link.response];
    let idents = &one.idents.responses[link.response];
    let about = about(&response.links[link.link].decl, target);
    let name = ident(&one.idents.links[link.response][link.link]);
    let origins = || link.params.iter().flatten().chain(&link.body);
    let asks = origins().any(|origin| matches!(origin, Origin::Param(_) | Origin::Request(_)));
    let request = asks.then(|| {
        let params = ident(&one.idents.params);
        quote!(, request: &#params)
    });
    let made = ident(&target.idents.params);
    let fields = fields(cx, one, target, link);
    let pattern = pattern(response, idents, &origins().collect::<Vec<_>>());
    let opened = if one.endpoint.responses.len() == 1 {
        quote!(let #pattern = self;)
    } else {
        quote!(let #pattern = self else { return None };)
    };
    quote! {
        #about
        pub fn #name(&self #request) -> Option<#made> {
            #opened
            Some(#made { #(#fields),* })
        }
    }
}

fn about(decl: &Decl, target: &Operation<'_>) -> docs::Docs {
    let method = target.idents.method.trim_start_matches("r#");
    let text =
        format!("What `{method}` takes to follow the link `{}`, if this answer has it.", decl.name.text());
    let text = if decl.docs.is_empty() { text } else { format!("{text}\n\n{}", decl.docs) };
    docs::outer(&text)
}

/// The variant of the answer, with the parts that are needed.
fn pattern(response: &Response, idents: &ResponseIdents, origins: &[&Origin]) -> TokenStream {
    let variant = ident(&idents.variant);
    let body = origins.iter().any(|origin| matches!(origin, Origin::Answer(_)));
    let body_name = ident(&idents.body);
    if response.headers.is_empty() {
        let status = !matches!(response.status, Status::Code(_));
        return match (body, status, response.content.is_empty()) {
            (true, true, _) => quote!(Self::#variant(_, #body_name)),
            (true, false, _) => quote!(Self::#variant(#body_name)),
            (false, false, true) => quote!(Self::#variant),
            (false, _, _) => quote!(Self::#variant(..)),
        };
    }
    let headers = idents.headers.iter().enumerate();
    let used = |n: usize| origins.iter().any(|origin| **origin == Origin::Header(n));
    let headers = headers.filter(|(n, _)| used(*n)).map(|(_, name)| {
        let name = ident(name);
        quote!(#name,)
    });
    let body = body.then(|| quote!(#body_name,));
    quote!(Self::#variant { #body #(#headers)* .. })
}

fn fields(
    cx: &Context<'_>,
    one: &Operation<'_>,
    target: &Operation<'_>,
    link: &Followed,
) -> Vec<TokenStream> {
    let params = target.endpoint.params.iter().zip(&target.idents.fields).zip(&link.params);
    let params = params.map(|((param, name), origin)| {
        let name = ident(name);
        let value = match origin {
            Some(origin) => given(cx, one, link, (origin, &param.ty, &param.presence)),
            None => absent(cx, param),
        };
        quote!(#name: #value)
    });
    let body = target.endpoint.body.as_ref().zip(target.served.body.first().and_then(|one| one.first()));
    let body = body.map(|(body, how)| {
        let name = ident(&target.idents.body);
        let presence = if body.required { Presence::Required } else { Presence::Optional };
        let value = match &link.body {
            Some(origin) => given(cx, one, link, (origin, &body.content[how.content].ty, &presence)),
            None => quote!(None),
        };
        quote!(#name: #value)
    });
    params.chain(body).collect()
}

fn absent(cx: &Context<'_>, param: &Param) -> TokenStream {
    match (&param.presence, holder(cx, &param.ty, &param.presence)) {
        (Presence::Default(value), _) => literal::default(cx, &param.ty, value, false),
        (_, Holder::Patch) => quote!(apiloom::Patch::Absent),
        (_, Holder::Plain | Holder::Option) => quote!(None),
    }
}

/// A value as the field of the target holds it.
fn given(
    cx: &Context<'_>,
    one: &Operation<'_>,
    link: &Followed,
    (origin, ty, presence): (&Origin, &Ty, &Presence),
) -> TokenStream {
    let (inner, nullable) = cx.checked.api.without_null(ty);
    let value = match origin {
        Origin::Constant(value) if value.is_null() => return quote!(None),
        Origin::Constant(value) => literal::default(cx, inner, value, false),
        Origin::Param(n) => {
            let (param, name) = (&one.endpoint.params[*n], ident(&one.idents.fields[*n]));
            let value = opened(cx, &quote!(request.#name), &param.ty, &param.presence);
            quote!(#value.clone())
        }
        Origin::Header(n) => {
            let response = &one.endpoint.responses[link.response];
            let name = ident(&one.idents.responses[link.response].headers[*n]);
            let header = &response.headers[*n];
            let plain = header.required && !cx.checked.api.without_null(&header.ty).1;
            if plain { quote!(#name.clone()) } else { quote!(#name.as_ref()?.clone()) }
        }
        Origin::Request(steps) => {
            let name = ident(&one.idents.body);
            inside(cx, &quote!(request.#name), steps)
        }
        Origin::Answer(steps) => {
            let name = ident(&one.idents.responses[link.response].body);
            inside(cx, &quote!(#name), steps)
        }
    };
    match holder(cx, ty, presence) {
        Holder::Plain if nullable => quote!(Some(#value)),
        Holder::Plain => value,
        Holder::Option => quote!(Some(#value)),
        Holder::Patch => quote!(apiloom::Patch::Value(#value)),
    }
}

/// A field of a body, some structs deep.
fn inside(cx: &Context<'_>, body: &TokenStream, steps: &[Step]) -> TokenStream {
    let value = opened_way(cx, body, steps);
    quote!(#value.clone())
}

/// The way to a field of a body, through what may be missing.
pub(super) fn opened_way(cx: &Context<'_>, body: &TokenStream, steps: &[Step]) -> TokenStream {
    let mut value = body.clone();
    for step in steps {
        let Shape::Struct(object) = &cx.checked.api.types.get(step.of).shape else { continue };
        let (field, name) =
            (&object.fields[step.field], ident(cx.checked.idents.member(step.of, step.field)));
        value = opened(cx, &quote!(#value.#name), &field.ty, &field.presence);
    }
    value
}

/// The value in a field, without what says that it may be missing.
fn opened(cx: &Context<'_>, place: &TokenStream, ty: &Ty, presence: &Presence) -> TokenStream {
    match holder(cx, ty, presence) {
        Holder::Option => quote!(#place.as_ref()?),
        Holder::Patch => quote!(#place.as_ref().value()?),
        Holder::Plain if cx.checked.api.without_null(ty).1 => quote!(#place.as_ref()?),
        Holder::Plain => quote!(#place),
    }
}
