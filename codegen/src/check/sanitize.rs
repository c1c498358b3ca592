//! Which texts are sanitised on the way in: those that are fields, parameters, bodies or alternatives, alone, in lists or as
//! values of maps.

use super::media::{Payload, Served};
use super::rules::{is_text, through_null};
use crate::code::Code;
use crate::diagnostic::Diagnostics;
use crate::ir::{Api, Body, Format, Kind, Prim, Rest, Rule, Sanitizer, Shape, Ty, TypeDef};
use crate::source::Span;

/// What is done to the texts of a field, a parameter or a body of this type. `mapped` says which formats users gave a type
/// of their own: those are no texts.
#[must_use]
pub fn sanitizers(api: &Api, ty: &Ty, mapped: &dyn Fn(&Format) -> bool) -> Vec<Sanitizer> {
    let (kind, rules) = through_null(api, ty);
    match kind {
        Kind::Prim(Prim::String(format)) if is_plain(format, mapped) => {
            rules.iter().filter_map(|rule| said(rule)).flat_map(|(all, _)| all.to_vec()).collect()
        }
        Kind::List(inner) | Kind::Map(inner) => sanitizers(api, inner, mapped),
        Kind::Prim(_) | Kind::Tuple(_) | Kind::Nullable(_) | Kind::Named(_) | Kind::Any => Vec::new(),
    }
}

/// Is the type a `String` wherever it stands?
fn is_plain(format: &Format, mapped: &dyn Fn(&Format) -> bool) -> bool {
    is_text(format) && !mapped(format) && !matches!(format, Format::Binary | Format::Upload)
}

fn said(rule: &Rule) -> Option<(&[Sanitizer], Span)> {
    if let Rule::Sanitize(all, at) = rule { Some((all, *at)) } else { None }
}

/// Whether what is read is one of the values whose texts are sanitised.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Spot {
    Reached,
    Beyond,
}

/// What is looked at, and what was found.
struct Search<'a> {
    api: &'a Api,
    mapped: &'a dyn Fn(&Format) -> bool,
    /// Where `x-sanitize` stands that does nothing, and why.
    found: Vec<(Span, &'static str)>,
}

/// Says which `x-sanitize` do nothing.
pub(super) fn report(
    api: &Api,
    served: &[Served],
    mapped: &dyn Fn(&Format) -> bool,
    diagnostics: &mut Diagnostics,
) {
    let mut search = Search { api, mapped, found: Vec::new() };
    for (_, def) in api.types.iter() {
        search.definition(def);
    }
    for (endpoint, served) in api.endpoints.iter().zip(served) {
        endpoint.params.iter().for_each(|param| search.look(&param.ty, Spot::Reached));
        if let Some(body) = &endpoint.body {
            search.body(body, served);
        }
    }
    for (at, why) in search.found {
        diagnostics
            .report(Code::BadSanitize, at, format!("`x-sanitize` does nothing here: {why}"))
            .help("put it on the text of a property or a parameter, or of a list or map there");
    }
}

impl Search<'_> {
    fn definition(&mut self, def: &TypeDef) {
        match &def.shape {
            Shape::Struct(object) => {
                object.fields.iter().for_each(|field| self.look(&field.ty, Spot::Reached));
                if let Rest::Collect(rest) = &object.rest {
                    self.look(rest, Spot::Reached);
                }
            }
            Shape::Union(union) => union.variants.iter().for_each(|one| self.look(&one.ty, Spot::Reached)),
            Shape::Alias(alias) if alias.recursive => self.look(&alias.ty, Spot::Beyond),
            // Other names are looked at where they are used.
            Shape::Alias(_) | Shape::Enum(_) => {}
        }
    }

    fn body(&mut self, body: &Body, served: &Served) {
        for codec in served.body.iter().flatten() {
            let whole = match codec.payload {
                Payload::Json
                | Payload::Form
                | Payload::Multipart
                | Payload::Xml
                | Payload::Yaml
                | Payload::Text => true,
                Payload::Patch | Payload::Bytes | Payload::Raw | Payload::File => false,
                Payload::Events(_) | Payload::JsonLines | Payload::JsonSeq => false,
                Payload::Mixed | Payload::Parts => false,
            };
            let spot = if whole { Spot::Reached } else { Spot::Beyond };
            self.look(&body.content[codec.content].ty, spot);
        }
    }

    fn look(&mut self, ty: &Ty, spot: Spot) {
        let (kind, rules) = through_null(self.api, ty);
        let why = match kind {
            Kind::List(inner) | Kind::Map(inner) => return self.look(inner, spot),
            Kind::Tuple(items) => return items.iter().for_each(|item| self.look(item, Spot::Beyond)),
            Kind::Prim(Prim::String(format)) if !is_plain(format, self.mapped) => {
                "the text has a type of its own"
            }
            Kind::Prim(_) | Kind::Named(_) | Kind::Any | Kind::Nullable(_) => {
                "the text is an item of a tuple or of a stream, or the name of a type that contains itself"
            }
        };
        let does_something = spot == Spot::Reached && !sanitizers(self.api, ty, self.mapped).is_empty();
        for (_, at) in rules.iter().filter_map(|rule| said(rule)) {
            if !does_something && !self.found.iter().any(|(known, _)| *known == at) {
                self.found.push((at, why));
            }
        }
    }
}
