//! A file for each group of operations: what each takes and gives, and a function that calls it.

use super::codec::{self, Body};
use super::headers::{self, Headers};
use super::text::{Code, Docs, string, union};
use super::ty::{self, At, one};
use super::{Context, Field, filters, pages, table, types};
use crate::ir::{Endpoint, Presence, Status};
use askama::Template;

#[derive(Template)]
#[template(path = "typescript/operations.ts")]
struct File {
    types: bool,
    markup: bool,
    xml: bool,
    operations: Vec<Operation>,
}

struct Operation {
    /// How errors call it.
    id: String,
    name: Code,
    docs: Docs,
    args: Code,
    is_plain: bool,
    is_optional: bool,
    fields: Vec<Field>,
    /// The bodies, where there are several to choose from.
    bodies: Code,
    answer: Code,
    answers: Code,
    error: Code,
    errors: Code,
    table: Code,
    is_paged: bool,
    pages_name: Code,
    /// What leads from page to page.
    pages: Code,
    /// What a list in pages holds.
    item: Code,
    /// What reads the headers of answers; empty where no answer has any.
    headers_name: Code,
    headers_type: Code,
    has_headers: bool,
    headers: Headers,
}

/// Prints the file of a group; `None` when it has nothing to call.
pub(super) fn print(cx: &Context<'_>, group: usize) -> Option<String> {
    let endpoints = &cx.checked.api.endpoints;
    let own = (0..endpoints.len()).filter(|n| endpoints[*n].group == group && endpoints[*n].is_served());
    let operations: Vec<Operation> = own.map(|n| operation(cx, n)).collect();
    if operations.is_empty() {
        return None;
    }
    let uses = |code: &Code| code.uses("t");
    let types = operations.iter().any(|one| {
        [&one.bodies, &one.answers, &one.errors, &one.item, &one.headers.types].into_iter().any(uses)
            || one.fields.iter().any(|field| uses(&field.ty))
    });
    let [markup, xml] = ["m", "x"].map(|name| operations.iter().any(|one| one.table.uses(name)));
    Some(super::rendered(&File { types, markup, xml, operations }))
}

fn operation(cx: &Context<'_>, n: usize) -> Operation {
    let (endpoint, served, names) =
        (&cx.checked.api.endpoints[n], &cx.checked.served[n], &cx.names.functions[n]);
    let contents = endpoint.body.as_ref().map(|body| body.content.as_slice()).unwrap_or_default();
    let sent = codec::bodies(cx, contents, &served.body);
    let received: Vec<Vec<Body>> = endpoint
        .responses
        .iter()
        .zip(&served.responses)
        .map(|(response, choices)| match endpoint.method.as_str() {
            // RFC 9110, section 9.3.2
            "HEAD" => Vec::new(),
            _ => codec::bodies(cx, &response.content, choices),
        })
        .collect();
    let mut fields = params(cx, endpoint, &names.params);
    if let [only] = sent.as_slice() {
        fields.push(body(endpoint, only));
    }
    let (answers, errors) = outcomes(endpoint, &received);
    let pages = pages::print(cx, n);
    let headers = headers::print(cx, n);
    let is_paged = pages.is_some();
    let (pages, item) = pages.unwrap_or_default();
    let optional = fields.iter().all(|field| field.optional);
    let needs = sent.len() > 1 && endpoint.body.as_ref().is_some_and(|body| body.required);
    Operation {
        id: table::id(endpoint),
        name: Code(names.name.clone()),
        docs: Docs::of(&endpoint.decl, &[format!("`{} {}`", endpoint.method, endpoint.path)]),
        args: Code(names.args.clone()),
        is_plain: sent.len() < 2,
        is_optional: optional && !needs,
        fields,
        bodies: several(endpoint, &sent),
        answer: Code(names.answer.clone()),
        answers,
        error: Code(names.error.clone()),
        errors,
        table: table::print(cx, n, &sent, &received),
        is_paged,
        pages_name: Code(names.pages.clone()),
        pages,
        item,
        headers_name: Code(names.read_headers.clone()),
        headers_type: Code(names.headers_type.clone()),
        has_headers: headers.is_some(),
        headers: headers.unwrap_or_default(),
    }
}

fn params(cx: &Context<'_>, endpoint: &Endpoint, names: &[String]) -> Vec<Field> {
    let fields = endpoint.params.iter().zip(names).map(|(param, name)| {
        let ty = ty::ty(cx, &param.ty, At::Beside);
        let optional = param.presence != Presence::Required;
        Field {
            docs: Docs::of(&param.decl, &types::default(&param.presence)),
            key: name.clone(),
            optional,
            ty: if optional { or_undefined(&ty) } else { ty },
        }
    });
    fields.collect()
}

/// Whoever calls may say that there is nothing to say.
fn or_undefined(ty: &Code) -> Code {
    Code(if ty.0 == "unknown" { ty.0.clone() } else { format!("{ty} | undefined") })
}

fn body(endpoint: &Endpoint, body: &Body) -> Field {
    let declared = endpoint.body.as_ref();
    let optional = declared.is_none_or(|body| !body.required);
    Field {
        docs: Docs::text(declared.map(|body| body.docs.as_str()).unwrap_or_default()),
        key: "body".to_owned(),
        optional,
        ty: if optional { or_undefined(&body.sent) } else { body.sent.clone() },
    }
}

/// The bodies to choose from; the first one is meant when nothing is said.
fn several(endpoint: &Endpoint, sent: &[Body]) -> Code {
    let required = endpoint.body.as_ref().is_some_and(|body| body.required);
    let sign = if required { "" } else { "?" };
    let each = sent.iter().enumerate().map(|(n, body)| {
        let (mark, more) = if n == 0 { ("?", " | undefined") } else { ("", "") };
        let ty = if required { body.sent.clone() } else { or_undefined(&body.sent) };
        format!(
            "{{ readonly contentType{mark}: {}{more}; readonly body{sign}: {ty} }}",
            string(&body.media_type)
        )
    });
    Code(format!("({})", each.collect::<Vec<_>>().join(" | ")))
}

/// The types of what a call hopes for, and of what the document says may go wrong.
fn outcomes(endpoint: &Endpoint, received: &[Vec<Body>]) -> (Code, Code) {
    let (mut answers, mut errors): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
    let good =
        endpoint.responses.iter().any(|one| matches!(one.status, Status::Code(200..=299) | Status::Range(2)));
    for (response, bodies) in endpoint.responses.iter().zip(received) {
        let status = match response.status {
            Status::Code(code) => code.to_string(),
            Status::Range(_) | Status::Default => "number".to_owned(),
        };
        let (hoped, feared) = match response.status {
            Status::Code(code) => (code < 400, code >= 400),
            Status::Range(class) => (class < 4, class >= 4),
            Status::Default => (!good, true),
        };
        if hoped {
            answers.extend(outcome("r.Answer", &status, bodies));
        }
        if feared {
            errors.extend(outcome("r.ApiError", &status, bodies));
        }
    }
    let all = |mut list: Vec<String>| {
        list.dedup();
        if list.is_empty() { Code("never".to_owned()) } else { union(&list, 40) }
    };
    (all(answers), all(errors))
}

fn outcome(of: &str, status: &str, bodies: &[Body]) -> Vec<String> {
    match bodies {
        [] => vec![format!("{of}<{status}>")],
        [only] => vec![format!("{of}<{status}, {}>", only.received)],
        many => {
            let each = |body: &Body| {
                format!("{of}<{status}, {}, {}>", one(&body.received.0), string(&body.media_type))
            };
            many.iter().map(each).collect()
        }
    }
}
