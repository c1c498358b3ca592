//! `x-sanitize`: what is done to a text on the way in, as a word or a list of them.

use super::document::{Document, nearest};
use super::lower::{Body, Lower, Lowered};
use super::schema::Schema;
use super::tree::Node;
use crate::code::Code;
use crate::ir::{Kind, Prim, Rule, Sanitizer, Shape};

/// Adds what `node` says itself.
pub(crate) fn read<'t>(document: &mut Document<'t, '_>, schema: &mut Schema<'t>, node: &'t Node) {
    let Some(said) = node.get("x-sanitize") else { return };
    let words = said.as_list().unwrap_or(std::slice::from_ref(said));
    let found: Vec<Sanitizer> = words.iter().filter_map(|word| sanitizer(document, word)).collect();
    if words.is_empty() {
        document.report(Code::BadSanitize, said.span, "`x-sanitize` is empty; nothing is done to the text");
    }
    let (all, _) = schema.sanitize.get_or_insert_with(|| (Vec::new(), said.span));
    all.extend(found);
}

fn sanitizer(document: &mut Document<'_, '_>, word: &Node) -> Option<Sanitizer> {
    let Some(text) = word.as_str() else {
        document.wrong(word, "`x-sanitize`", "a text or a list of texts");
        return None;
    };
    let found = Sanitizer::ALL.into_iter().find(|one| one.word() == text);
    if found.is_none() {
        let known = Sanitizer::ALL.map(Sanitizer::word);
        let help = match nearest(text, known.into_iter()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("write one of {}", known.join(", ")),
        };
        let message =
            format!("`{}` is nothing that can be done to a text; it is ignored", text.escape_debug());
        document.report(Code::BadSanitize, word.span, message).help(help);
    }
    found
}

/// The rule of a text.
pub(crate) fn rule(schema: &Schema<'_>) -> Option<Rule> {
    let (all, at) = schema.sanitize.as_ref()?;
    (!all.is_empty()).then(|| Rule::Sanitize(all.clone(), *at))
}

/// Says that what a schema describes is no text.
pub(crate) fn check(lower: &mut Lower<'_, '_>, schema: &Schema<'_>, lowered: &Lowered) {
    let Some((_, at)) = schema.sanitize else { return };
    let is_text = match &lowered.body {
        Body::Ty(ty) => matches!(ty.kind, Kind::Prim(Prim::String(_))),
        // The texts among the types of a schema have it as a rule, and are looked at by the check.
        Body::Shape(Shape::Union(_)) => schema.choices.is_empty(),
        Body::Shape(Shape::Struct(_) | Shape::Enum(_) | Shape::Alias(_)) => false,
    };
    if !is_text {
        lower
            .document
            .report(Code::BadSanitize, at, "`x-sanitize` is of plain texts; it is ignored here")
            .help("put it on a schema of `type: string` without `enum`");
    }
}
