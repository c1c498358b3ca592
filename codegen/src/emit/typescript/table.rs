//! What the runtime is told of an operation: a literal that it reads.

use super::Context;
use super::codec::Body;
use super::text::{Code, entry, key, list, object, string, wide_object};
use crate::check::style::{Reading, reading};
use crate::ir::{Endpoint, Explode, Name, Param, Place, Server, Status, Style};

/// Prints it.
pub(super) fn print(cx: &Context<'_>, n: usize, sent: &[Body], received: &[Vec<Body>]) -> Code {
    let (endpoint, names) = (&cx.checked.api.endpoints[n], &cx.names.functions[n]);
    let mut lines = vec![
        format!("id: {}", string(&id(endpoint))),
        format!("method: {}", string(&endpoint.method)),
        format!("path: {}", string(&endpoint.path)),
    ];
    if let Some(own) = endpoint.servers.first() {
        lines.push(format!("server: {}", string(&address(own))));
    }
    if !endpoint.params.is_empty() {
        let line = |(one, name): (&Param, &String)| entry(name, &param(one, name));
        let entries: Vec<String> = endpoint.params.iter().zip(&names.params).map(line).collect();
        lines.push(format!("params: {}", wide_object(&entries, "    ")));
    }
    if !sent.is_empty() {
        lines.push(format!("body: {}", codecs(sent)));
    }
    lines.push(format!("answers: {}", answers(endpoint, received)));
    if endpoint.is_secured() {
        let ways = endpoint
            .auth
            .iter()
            .map(|choice| list(choice.all.iter().map(|(name, _)| string(name)), "[", "]"));
        lines.push(format!("auth: {}", list(ways, "[", "]")));
    }
    Code(format!("{{\n{}  }}", lines.iter().map(|line| format!("    {line},\n")).collect::<String>()))
}

/// How errors call it.
pub(super) fn id(endpoint: &Endpoint) -> String {
    match &endpoint.decl.name {
        Name::Given(name) => name.clone(),
        Name::Derived(_) => format!("{} {}", endpoint.method, endpoint.path),
    }
}

fn answers(endpoint: &Endpoint, received: &[Vec<Body>]) -> String {
    let entries = endpoint.responses.iter().zip(received).map(|(response, bodies)| {
        let status = match response.status {
            Status::Code(code) => code.to_string(),
            Status::Range(class) => format!("\"{class}XX\""),
            Status::Default => "default".to_owned(),
        };
        format!("{status}: {}", codecs(bodies))
    });
    wide_object(&entries.collect::<Vec<_>>(), "    ")
}

fn codecs(bodies: &[Body]) -> String {
    object(bodies.iter().map(|body| format!("{}: {}", key(&body.media_type), body.codec)))
}

/// The address of a server, its variables replaced by what they are when nobody says.
fn address(server: &Server) -> String {
    server.variables.iter().fold(server.url.clone(), |url, variable| {
        url.replace(&format!("{{{}}}", variable.decl.name.text()), &variable.default)
    })
}

fn param(param: &Param, name: &str) -> String {
    let place = match param.place {
        Place::Path => "path",
        Place::Query => "query",
        Place::QueryString => "querystring",
        Place::Header => "header",
        Place::Cookie => "cookie",
    };
    let mut entries = vec![format!("in: {}", string(place))];
    let wire = param.decl.name.text();
    if wire != name {
        entries.push(format!("name: {}", string(&wire)));
    }
    let (style, explode) = style(param);
    let usual = match param.place {
        Place::Path | Place::Header => "simple",
        Place::Query | Place::Cookie => "form",
        Place::QueryString => "urlencoded",
    };
    if style != usual {
        entries.push(format!("style: {}", string(style)));
    }
    let by_itself = matches!(style, "form" | "cookie");
    if let Some(explode) = explode.filter(|explode| *explode != by_itself) {
        entries.push(format!("explode: {explode}"));
    }
    if param.allows.reserved {
        entries.push("reserved: true".to_owned());
    }
    object(entries.into_iter())
}

fn style(param: &Param) -> (&'static str, Option<bool>) {
    let exploded = |explode: &Explode| Some(*explode == Explode::Yes);
    match &param.style {
        Style::Simple(explode) => ("simple", exploded(explode)),
        Style::Label(explode) => ("label", exploded(explode)),
        Style::Matrix(explode) => ("matrix", exploded(explode)),
        Style::Form(explode) => ("form", exploded(explode)),
        Style::Cookie(explode) => ("cookie", exploded(explode)),
        Style::SpaceDelimited => ("spaceDelimited", None),
        Style::PipeDelimited => ("pipeDelimited", None),
        Style::DeepObject => ("deepObject", None),
        Style::Content(media_type) => match reading(media_type) {
            Reading::Json => ("json", None),
            Reading::Form => ("urlencoded", None),
            Reading::Text => ("text", None),
        },
    }
}
