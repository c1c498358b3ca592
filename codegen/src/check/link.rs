//! Links: which of them can be followed by a function that makes the parameters of the linked operation.

use super::media::{Payload, Served};
use crate::code::Code;
use crate::diagnostic::Diagnostics;
use crate::ir::fit::fit;
use crate::ir::{
    Api, Endpoint, Format, IntFormat, Kind, Link, LinkTarget, Param, Place, Presence, Prim, Shape, Ty,
    TypeId, Value,
};

/// A link that can be followed.
#[derive(Debug, Clone)]
pub struct Followed {
    /// Index of the response.
    pub response: usize,
    /// Index of the link there.
    pub link: usize,
    /// Index of the endpoint that it leads to.
    pub target: usize,
    /// Where the parameters of the target come from, by their index; `None`: left out.
    pub params: Vec<Option<Origin>>,
    /// Where the body comes from.
    pub body: Option<Origin>,
}

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq)]
pub enum Origin {
    /// The schema.
    Constant(Value),
    /// A parameter of the request, by its index.
    Param(usize),
    /// A header of the answer, by its index.
    Header(usize),
    /// The body of the request, and the fields on the way in.
    Request(Vec<Step>),
    /// The body of the answer, and the fields on the way in.
    Answer(Vec<Step>),
}

/// A step into a struct.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// The struct.
    pub of: TypeId,
    /// Index of the field.
    pub field: usize,
}

type Mapped<'m> = &'m dyn Fn(&Format) -> bool;

/// The links of every endpoint that can be followed; says why the others cannot.
pub(super) fn follow(
    api: &Api,
    served: &[Served],
    mapped: Mapped<'_>,
    diagnostics: &mut Diagnostics,
) -> Vec<Vec<Followed>> {
    let of = |(n, endpoint): (usize, &Endpoint)| {
        let mut all = Vec::new();
        for (response, answer) in endpoint.responses.iter().enumerate() {
            for (index, link) in answer.links.iter().enumerate() {
                let from = From { api, endpoint, served: &served[n], response, mapped };
                match from.follow(link, served) {
                    // What takes nothing needs no help.
                    Ok((_, params, None)) if params.is_empty() => {}
                    Ok((target, params, body)) => {
                        all.push(Followed { response, link: index, target, params, body });
                    }
                    Err((code, reason)) => {
                        let name = link.decl.name.text();
                        diagnostics.report(
                            code,
                            link.decl.span,
                            format!("no function for the link `{name}`: {reason}"),
                        );
                    }
                }
            }
        }
        all
    };
    api.endpoints.iter().enumerate().map(of).collect()
}

struct From<'a> {
    api: &'a Api,
    endpoint: &'a Endpoint,
    served: &'a Served,
    response: usize,
    mapped: Mapped<'a>,
}

type Refusal = (Code, String);
type Found = (usize, Vec<Option<Origin>>, Option<Origin>);

impl<'a> From<'a> {
    fn follow(&self, link: &Link, served: &[Served]) -> Result<Found, Refusal> {
        let n = find(self.api, &link.target)
            .ok_or_else(|| (Code::BadLink, "there is no such operation".to_owned()))?;
        let target = &self.api.endpoints[n];
        for (key, _) in &link.params {
            if !target.params.iter().any(|param| is_called(param, key)) {
                return Err((Code::BadLink, format!("the operation has no parameter `{key}`")));
            }
        }
        let mut params = Vec::new();
        for param in &target.params {
            let given = link.params.iter().find(|(key, _)| is_called(param, key));
            params.push(match given {
                Some((_, value)) => Some(self.origin(value, &param.ty, &param.decl.name.text())?),
                None if param.presence == Presence::Required => {
                    return Err(missing(&format!("the parameter `{}`", param.decl.name.text())));
                }
                None => None,
            });
        }
        let only = match served[n].body.as_slice() {
            [choice] => choice.first(),
            [] | [_, _, ..] => None,
        };
        let body = match (&target.body, only, &link.body) {
            (None, _, _) => None,
            (Some(body), Some(how), Some(value)) if how.payload == Payload::Json => {
                Some(self.origin(value, &body.content[how.content].ty, "the body")?)
            }
            (Some(body), _, _) if body.required && !served[n].body.is_empty() => {
                return Err(missing("the body"));
            }
            (Some(_), _, _) => None,
        };
        Ok((n, params, body))
    }

    fn origin(&self, value: &Value, wanted: &Ty, what: &str) -> Result<Origin, Refusal> {
        let Some(text) = value.as_str().filter(|text| text.starts_with('$')) else {
            let embeds = value.as_str().is_some_and(|text| text.contains("{$"));
            return match fit(self.api, wanted, value, self.mapped) {
                Some(_) if !embeds => Ok(Origin::Constant(value.clone())),
                Some(_) | None => Err(refused(&format!("`{value}` does not fit {what}"))),
            };
        };
        let (origin, ty) = self
            .expression(text)
            .ok_or_else(|| refused(&format!("`{text}` is not a value that it can take")))?;
        let same = plain(self.api, ty, self.mapped) == plain(self.api, wanted, self.mapped);
        if same { Ok(origin) } else { Err(refused(&format!("`{text}` is of another type than {what}"))) }
    }

    /// A runtime expression (OpenAPI 3.2, section 4.20.3).
    fn expression(&self, text: &str) -> Option<(Origin, &'a Ty)> {
        if let Some(name) = text.strip_prefix("$response.header.") {
            let headers = &self.endpoint.responses[self.response].headers;
            let n = headers.iter().position(|header| header.decl.name.text().eq_ignore_ascii_case(name))?;
            return Some((Origin::Header(n), &headers[n].ty));
        }
        if let Some(pointer) = text.strip_prefix("$response.body") {
            let [choice] = self.served.responses[self.response].as_slice() else { return None };
            let first = choice.first().filter(|codec| codec.payload == Payload::Json)?;
            let content = &self.endpoint.responses[self.response].content[first.content];
            let (steps, ty) = self.walk(&content.ty, pointer)?;
            return Some((Origin::Answer(steps), ty));
        }
        if let Some(pointer) = text.strip_prefix("$request.body") {
            let [choice] = self.served.body.as_slice() else { return None };
            let (body, how) = (self.endpoint.body.as_ref()?, choice.first()?);
            let (steps, ty) = self.walk(&body.content[how.content].ty, pointer)?;
            return (how.payload == Payload::Json && body.required).then_some((Origin::Request(steps), ty));
        }
        let (place, name) = text.strip_prefix("$request.")?.split_once('.')?;
        let n = self.endpoint.params.iter().position(|param| is_called(param, &format!("{place}.{name}")))?;
        Some((Origin::Param(n), &self.endpoint.params[n].ty))
    }

    /// `#/a/b` (RFC 6901) through structs.
    fn walk(&self, ty: &'a Ty, pointer: &str) -> Option<(Vec<Step>, &'a Ty)> {
        let pointer = pointer.strip_prefix('#').unwrap_or(pointer);
        let (mut ty, mut steps) = (ty, Vec::new());
        for key in pointer.split('/').skip(1) {
            let key = key.replace("~1", "/").replace("~0", "~");
            let Kind::Named(of) = self.api.resolve(self.api.without_null(ty).0).0 else { return None };
            let Shape::Struct(object) = &self.api.types.get(*of).shape else { return None };
            let field = object.fields.iter().position(|field| field.decl.name.text() == key)?;
            steps.push(Step { of: *of, field });
            ty = &object.fields[field].ty;
        }
        Some((steps, ty))
    }
}

fn refused(reason: &str) -> Refusal {
    (Code::NoLink, reason.to_owned())
}

fn missing(what: &str) -> Refusal {
    refused(&format!("it does not give {what} of the operation"))
}

fn find(api: &Api, target: &LinkTarget) -> Option<usize> {
    api.endpoints.iter().position(|endpoint| match target {
        LinkTarget::Id(id) => endpoint.decl.name.text() == *id,
        LinkTarget::Route(method, path) => {
            endpoint.method.eq_ignore_ascii_case(method) && endpoint.path == *path
        }
    })
}

/// A parameter by its name, maybe with its place before it.
fn is_called(param: &Param, key: &str) -> bool {
    let place = match param.place {
        Place::Path => "path.",
        Place::Query | Place::QueryString => "query.",
        Place::Header => "header.",
        Place::Cookie => "cookie.",
    };
    let name = param.decl.name.text();
    let same =
        |key: &str| if param.place == Place::Header { name.eq_ignore_ascii_case(key) } else { name == key };
    same(key) || key.strip_prefix(place).is_some_and(same)
}

/// Types that are one in Rust are one here.
fn plain(api: &Api, ty: &Ty, mapped: Mapped<'_>) -> Kind {
    let kind = api.resolve(api.without_null(ty).0).0.clone();
    match kind {
        Kind::Prim(Prim::Integer(IntFormat::Int64)) => Kind::Prim(Prim::Integer(IntFormat::Plain)),
        Kind::Prim(Prim::String(format)) => {
            let own = matches!(
                format,
                Format::Date
                    | Format::DateTime
                    | Format::Uuid
                    | Format::Byte
                    | Format::Decimal
                    | Format::Ipv4
                    | Format::Ipv6
                    | Format::Base64Url
                    | Format::HttpDate
                    | Format::Password
            );
            Kind::Prim(Prim::String(if own || mapped(&format) { format } else { Format::Plain }))
        }
        Kind::List(inner) => Kind::List(Box::new(Ty::plain(plain(api, &inner, mapped)))),
        kind @ (Kind::Prim(_)
        | Kind::Tuple(_)
        | Kind::Map(_)
        | Kind::Nullable(_)
        | Kind::Named(_)
        | Kind::Any) => kind,
    }
}
