//! Extensions, put into what they extend (section 3.4.3 and the extensions of each kind).

use super::lower::twice;
use super::model::{Shape, Type};
use super::part::Part;
use crate::code::Code;
use crate::diagnostic::Diagnostics;
use crate::source::Span;
use indexmap::IndexMap;

/// Adds what `part` says to `target`; what it says again is reported and the first counts.
pub(super) fn into(target: &mut Type, part: Part, diagnostics: &mut Diagnostics) {
    let owner = part.decl.name.clone();
    match (&mut target.shape, part.shape) {
        (Shape::Scalar, Shape::Scalar) => {}
        (Shape::Object(first), Shape::Object(more)) | (Shape::Interface(first), Shape::Interface(more)) => {
            first.interfaces.extend(more.interfaces);
            add(&owner, &mut first.fields, more.fields, |field| field.decl.span, diagnostics);
        }
        (Shape::Union(first), Shape::Union(more)) => first.extend(more),
        (Shape::Enum(first), Shape::Enum(more)) => add(&owner, first, more, |value| value.span, diagnostics),
        (Shape::Input(first), Shape::Input(more)) => {
            add(&owner, first, more, |field| field.decl.span, diagnostics);
        }
        (first, more) => {
            let text = format!("`{owner}` is a {} and cannot be a {} as well", first.kind(), more.kind());
            diagnostics
                .report(Code::SdlKind, part.decl.span, text)
                .help("Extend it as what it is, or give it a name of its own.")
                .related(target.decl.span, "defined here");
            return;
        }
    }
    target.decl.applied.extend(part.decl.applied);
    target.decl.docs = target.decl.docs.take().or(part.decl.docs);
}

fn add<T>(
    owner: &str,
    first: &mut IndexMap<String, T>,
    more: IndexMap<String, T>,
    at: impl Fn(&T) -> Span,
    diagnostics: &mut Diagnostics,
) {
    for (name, value) in more {
        match first.get(&name) {
            Some(known) => twice(diagnostics, &format!("`{name}` of `{owner}`"), at(&value), at(known)),
            None => {
                first.insert(name, value);
            }
        }
    }
}
