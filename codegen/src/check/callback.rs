//! Where callbacks go: runtime expressions (OpenAPI 3.2, section 4.20.4) resolved against the operation that was called.

use crate::code::Code;
use crate::config::Options;
use crate::diagnostic::Diagnostics;
use crate::ir::{Api, Endpoint, Place, Role};

/// A part of an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// As it stands.
    Text(String),
    /// The URL of the request.
    Url,
    /// The parameter at this index.
    Param(usize),
    /// What the pointer leads to in the request's body.
    Body(String),
    /// What the pointer leads to in the answer's body.
    Answer(String),
}

pub(super) fn check(api: &mut Api, _: &Options, diagnostics: &mut Diagnostics) {
    for endpoint in &api.endpoints {
        if let Err(reason) = pieces(api, endpoint) {
            let found = diagnostics.report(Code::BadCallback, endpoint.decl.span, reason);
            found.help("the message is sent to an address that you give yourself");
        }
    }
}

/// The operation that a callback belongs to, and its address; `None` for what is no callback.
///
/// # Errors
/// Why it cannot be worked out, in a sentence.
pub fn pieces(api: &Api, callback: &Endpoint) -> Result<Option<(usize, Vec<Piece>)>, String> {
    let Role::Callback { owner, expression } = &callback.role else { return Ok(None) };
    let owner =
        api.endpoints.iter().position(|endpoint| endpoint.is_served() && endpoint.decl.name == *owner);
    let Some(owner) = owner else { return Ok(None) };
    let mut pieces = Vec::new();
    let mut rest = expression.as_str();
    // An expression alone may stand without braces.
    if rest.starts_with('$') {
        return Ok(Some((owner, vec![piece(&api.endpoints[owner], rest)?])));
    }
    while let Some((before, after)) = rest.split_once('{') {
        let (inside, tail) = after
            .split_once('}')
            .ok_or_else(|| format!("a brace of `{}` is not closed", expression.escape_debug()))?;
        if !before.is_empty() {
            pieces.push(Piece::Text(before.to_owned()));
        }
        pieces.push(piece(&api.endpoints[owner], inside)?);
        rest = tail;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest.to_owned()));
    }
    Ok(Some((owner, pieces)))
}

fn piece(owner: &Endpoint, expression: &str) -> Result<Piece, String> {
    let refuse = |why: &str| Err(format!("`{}` {why}", expression.escape_debug()));
    let param = |place: Place, name: &str| {
        let same = |own: &str| own == name || (place == Place::Header && own.eq_ignore_ascii_case(name));
        let found =
            owner.params.iter().position(|param| param.place == place && same(&param.decl.name.text()));
        found.map_or_else(|| refuse("is no parameter of the operation"), |n| Ok(Piece::Param(n)))
    };
    let pointer = |rest: &str| rest.strip_prefix('#').unwrap_or(rest).to_owned();
    match expression {
        "$url" => Ok(Piece::Url),
        "$method" => Ok(Piece::Text(owner.method.clone())),
        _ => match expression.split_once('.') {
            Some(("$request", rest)) => match rest.split_once('.') {
                Some(("path", name)) => param(Place::Path, name),
                Some(("query", name)) => param(Place::Query, name),
                Some(("header", name)) => param(Place::Header, name),
                _ if rest == "body" || rest.starts_with("body#") => {
                    let json = owner.body.iter().flat_map(|body| &body.content);
                    match json.map(|content| &content.media_type).next() {
                        Some(media) if super::media::is_json(media) || media.contains("form-urlencoded") => {
                            Ok(Piece::Body(pointer(&rest[4..])))
                        }
                        _ => refuse("leads into a body that is not JSON"),
                    }
                }
                _ => refuse("is no part of a request"),
            },
            Some(("$response", rest)) if rest == "body" || rest.starts_with("body#") => {
                Ok(Piece::Answer(pointer(&rest[4..])))
            }
            _ => refuse("cannot be worked out from the request and the body of the answer"),
        },
    }
}
