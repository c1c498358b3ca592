//! What a call of a client comes to: a success, and what the schema documents as an error.

use super::declare::{Declaration, Part};
use super::docs::Docs;
use super::print::Page;
use super::request::{codecs_as, payload, wire};
use super::server::Operation;
use super::text::text;
use super::{Context, docs, ident, ty};
use crate::check::media::{Choice, Payload, is_json};
use crate::ir::{Explode, Header, Response, Status, Style};
use crate::names::{CallIdents, ReplyIdents};
use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, quote};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

/// What a call comes to.
pub(super) struct Outcome {
    /// The type of a success.
    ok: TokenStream,
    /// How it is read, if the type does not say.
    rows: Option<TokenStream>,
    error: TokenStream,
    /// The errors, and the name of their enum.
    bad: Vec<Answer>,
    declared_error: Option<String>,
    declared: Vec<Declaration>,
}

impl Outcome {
    /// As the table of calls says it.
    pub(super) fn text(&self) -> String {
        let (ok, error) = (text(&self.ok), text(&self.error));
        let rows = self.rows.as_ref().map(|rows| format!(" = {}", text(rows)));
        format!("{ok}{}; {error}", rows.unwrap_or_default())
    }

    /// Prints the types that are its own. Errors that are the same as those of an operation before are that type.
    pub(super) fn print(&self, known: &mut Known, page: &mut Page) {
        self.declared.iter().for_each(|one| page.declare(one));
        let Some(error) = &self.declared_error else { return };
        let anonymous = Declaration { head: TokenStream::new(), ..enumeration("_", &self.bad) };
        match known.entry(anonymous.print()) {
            Entry::Occupied(same) => {
                let (name, same) = (ident(error), ident(same.get()));
                page.single(&Docs::default(), &quote!(pub type #name = #same;));
            }
            Entry::Vacant(new) => {
                page.declare(&enumeration(error, &self.bad));
                new.insert(error.clone());
            }
        }
    }
}

/// Enums of errors that are printed already, by what they hold.
pub(super) type Known = BTreeMap<String, String>;

/// A response, as a client sees it.
struct Answer {
    docs: Docs,
    variant: String,
    /// The word or number of its status.
    status: TokenStream,
    /// Is it for several statuses?
    many: bool,
    body: Option<(TokenStream, TokenStream)>,
}

pub(super) fn outcome(cx: &Context<'_>, one: &Operation<'_>, idents: &CallIdents) -> Outcome {
    let mut declared = Vec::new();
    let (mut good, mut bad) = (Vec::new(), Vec::new());
    let says_good = one.endpoint.responses.iter().any(|response| is_good(response.status));
    let all = one.endpoint.responses.iter().zip(&one.idents.responses).zip(&one.served.responses);
    for ((response, own), served) in all {
        if let (Some(reply), [_, _, ..]) = (&own.reply, served.as_slice()) {
            declared.push(bodies(cx, (response, reply), served));
        }
        let answer = |status: TokenStream| Answer {
            docs: docs::decl(&response.decl),
            variant: own.variant.clone(),
            status,
            many: !matches!(response.status, Status::Code(_)),
            body: body(cx, response, own.reply.as_ref(), served),
        };
        match response.status {
            Status::Default => {
                if !says_good {
                    good.push(answer(quote!(good)));
                }
                bad.push(answer(quote!(any)));
            }
            status if is_good(status) => good.push(answer(word(status))),
            status => bad.push(answer(word(status))),
        }
    }
    let (ok, rows) = successes(&good, &idents.ok, &mut declared);
    let declared_error = (!bad.is_empty()).then(|| idents.error.clone());
    let error = declared_error
        .as_deref()
        .map_or_else(|| quote!(apiloom::client::Undocumented), |name| ident(name).into_token_stream());
    Outcome { ok, rows, error, bad, declared_error, declared }
}

/// Is it no error?
fn is_good(status: Status) -> bool {
    match status {
        Status::Code(code) => code < 400,
        Status::Range(class) => class < 4,
        Status::Default => false,
    }
}

fn word(status: Status) -> TokenStream {
    match status {
        Status::Code(code) => {
            let code = Literal::u16_unsuffixed(code);
            quote!(#code)
        }
        Status::Range(1) => quote!(informational),
        Status::Range(2) => quote!(success),
        Status::Range(3) => quote!(redirection),
        Status::Range(4) => quote!(client_error),
        Status::Range(_) => quote!(server_error),
        Status::Default => quote!(any),
    }
}

/// The type of a success: that of the body where all have one, else an enum.
fn successes(
    good: &[Answer],
    name: &str,
    declared: &mut Vec<Declaration>,
) -> (TokenStream, Option<TokenStream>) {
    let of = |answer: &Answer| answer.body.as_ref().map_or_else(|| "()".to_owned(), |(ty, _)| text(ty));
    let alike = good.windows(2).all(|pair| of(&pair[0]) == of(&pair[1]));
    match good.first() {
        None => (quote!(()), Some(quote!(success))),
        Some(first) if alike => {
            let ty = first.body.as_ref().map_or_else(|| quote!(()), |(ty, _)| ty.clone());
            let rows = good.iter().map(|answer| {
                let (status, codecs) = (&answer.status, answer.body.as_ref().map(|(_, codecs)| codecs));
                quote!(#status #codecs)
            });
            (ty, Some(quote!(#(#rows),*)))
        }
        Some(_) => {
            declared.push(enumeration(name, good));
            let name = ident(name);
            (quote!(#name), None)
        }
    }
}

fn enumeration(name: &str, answers: &[Answer]) -> Declaration {
    let parts = answers.iter().map(|answer| {
        let (variant, status) = (ident(&answer.variant), &answer.status);
        let code = answer.many.then(|| quote!(apiloom::StatusCode));
        let (body, codecs) = answer.body.clone().unzip();
        let fields: Vec<TokenStream> = code.into_iter().chain(body).collect();
        let fields = (!fields.is_empty()).then(|| quote!((#(#fields),*)));
        Part {
            docs: answer.docs.clone(),
            tokens: quote!(#variant #fields = #status #codecs),
            ..Part::default()
        }
    });
    let name = ident(name);
    Declaration {
        name: quote!(apiloom::outcomes),
        head: quote!(pub enum #name),
        parts: parts.collect(),
        ..Declaration::default()
    }
}

/// The type of a body, and the codecs that read it.
fn body(
    cx: &Context<'_>,
    response: &Response,
    reply: Option<&ReplyIdents>,
    served: &[Choice],
) -> Option<(TokenStream, TokenStream)> {
    match (served, reply) {
        ([], _) => None,
        ([_, _, ..], Some(reply)) => {
            let name = ident(&reply.name);
            Some((quote!(#name), quote!(any)))
        }
        ([choice, ..], _) => read(cx, response, choice),
    }
}

/// A file arrives as a stream.
fn read(cx: &Context<'_>, response: &Response, choice: &Choice) -> Option<(TokenStream, TokenStream)> {
    let choice: Choice = choice
        .iter()
        .cloned()
        .map(|codec| {
            let payload = if codec.payload == Payload::File { Payload::Raw } else { codec.payload };
            crate::check::media::Codec { payload, ..codec }
        })
        .collect();
    let first = choice.first()?;
    Some((
        payload(cx, first.payload, &response.content[first.content]),
        codecs_as(&choice, &response.content),
    ))
}

/// The bodies of a response that may be one of several values.
fn bodies(cx: &Context<'_>, (response, idents): (&Response, &ReplyIdents), served: &[Choice]) -> Declaration {
    let part = |choice: &Choice| {
        let name = ident(&idents.variants[choice.first()?.content]);
        let (ty, codecs) = read(cx, response, choice)?;
        Some(Part { tokens: quote!(#name(#ty) = #codecs), ..Part::default() })
    };
    let name = ident(&idents.name);
    Declaration {
        name: quote!(apiloom::bodies),
        head: quote!(pub enum #name),
        parts: served.iter().filter_map(part).collect(),
        ..Declaration::default()
    }
}

/// The headers of each answer that has some.
pub(super) fn headers(cx: &Context<'_>, one: &Operation<'_>, idents: &CallIdents, page: &mut Page) {
    let all = one.endpoint.responses.iter().zip(&one.idents.responses).zip(&idents.headers);
    for ((response, own), name) in all.filter(|((response, _), _)| !response.headers.is_empty()) {
        let fields = response.headers.iter().zip(&own.headers).map(|(one, name)| header(cx, one, name));
        let struct_name = ident(name);
        let method = one.idents.method.trim_start_matches("r#");
        let about = format!("Headers of the answer {} of `{method}`.", response.decl.name.text());
        page.declare(&Declaration {
            name: quote!(apiloom::headers),
            head: quote!(pub struct #struct_name),
            docs: docs::outer(&about),
            parts: fields.collect(),
            ..Declaration::default()
        });
    }
}

fn header(cx: &Context<'_>, header: &Header, name: &str) -> Part {
    let key = wire(name, &header.decl.name.text());
    let name = ident(name);
    let (inner, nullable) = cx.checked.api.without_null(&header.ty);
    let inner = ty::plain(cx, inner);
    let style = match &header.style {
        Style::Content(media) if is_json(media) => Some(quote!([content_json])),
        Style::Simple(Explode::Yes) => Some(quote!([simple_exploded])),
        Style::Content(_)
        | Style::Simple(Explode::No)
        | Style::Label(_)
        | Style::Matrix(_)
        | Style::Form(_)
        | Style::Cookie(_)
        | Style::SpaceDelimited
        | Style::PipeDelimited
        | Style::DeepObject => None,
    };
    let tokens = if header.required && !nullable {
        quote!(#style required #name #key: #inner)
    } else {
        quote!(#style optional #name #key: Option<#inner>)
    };
    Part { docs: docs::decl(&header.decl), tokens, ..Part::default() }
}
