//! `oneOf` and `anyOf` whose alternatives overlap: the reader of a union takes the first that fits, so whether just one
//! does, and whether it keeps its own rules, is checked on the whole.

use serde_json::{Map as Json, Value as J};

use super::document::Reading;
use super::embed::{Embed, FEW_BYTES, MOST_BYTES};
use super::lower::Lower;
use super::residue;
use super::schema::{Choice, Piece, Schema, gather};
use super::types::Types;
use crate::code::Code;
use crate::ir::Rule;

/// The rules of a union that is told apart by shape, and whether a value must fit just one alternative.
pub(crate) fn rules<'t>(
    lower: &mut Lower<'t, '_>,
    schema: &Schema<'t>,
    choice: Choice<'t>,
    substance: bool,
) -> (Vec<Rule>, bool) {
    let schemas: Vec<Schema<'t>> =
        choice.variants.iter().map(|node| gather(&mut lower.document, &[Piece::whole(node)])).collect();
    let pairs: Vec<(&Schema<'t>, &Schema<'t>)> = schemas
        .iter()
        .enumerate()
        .flat_map(|(n, one)| schemas.iter().skip(n + 1).map(move |other| (one, other)))
        .filter(|(one, other)| overlap(one, other))
        .collect();
    if pairs.is_empty() {
        return (Vec::new(), choice.exclusive);
    }
    let meant = lower.document.reading == Reading::Practice;
    let mut key = if choice.exclusive { "oneOf" } else { "anyOf" };
    if choice.exclusive
        && meant
        && pairs.iter().any(|(one, other)| contains(one, other) || contains(other, one))
    {
        lower
            .document
            .report(
                Code::NeverOne,
                choice.node.span,
                "what fits one alternative of this `oneOf` always fits another too; read as `anyOf`",
            )
            .help("say `anyOf`, or tell them apart by `required`, `const` or `additionalProperties: false`");
        key = "anyOf";
    }
    let text = if substance && key == "oneOf" {
        residue::entire(lower, schema)
    } else {
        let mut embed = Embed::default();
        let all = choice.variants.iter().map(|one| embed.schema(&mut lower.document, one)).collect();
        let whole = Json::from_iter([(key.to_owned(), J::Array(all))]);
        // What the base says is in every variant, and would be lost here.
        if substance {
            return (Vec::new(), false);
        }
        embed.finish(&mut lower.document, whole, if key == "anyOf" { FEW_BYTES } else { MOST_BYTES })
    };
    match text {
        None if key == "anyOf" => {
            let message =
                "of these alternatives the first that can be read counts: their schemas are too large";
            lower.document.report(Code::FirstCounts, choice.node.span, message);
        }
        None => residue::too_large(lower, schema),
        Some(_) => {}
    }
    (text.map(Rule::Schema).into_iter().collect(), key == "oneOf")
}

/// Can a value be good by both, as far as types and constants tell?
fn overlap(one: &Schema<'_>, other: &Schema<'_>) -> bool {
    let kinds = |schema: &Schema<'_>| if schema.typed { schema.types } else { said(schema) };
    let common = kinds(one).without(Types::NULL).and(kinds(other).without(Types::NULL));
    if common.is_none() {
        return false;
    }
    let told_apart = one.required.keys().any(|name| {
        other.required.contains_key(name)
            && matches!((constants(one, name), constants(other, name)), (Some(left), Some(right))
                if left.iter().all(|value| !right.contains(value)))
    });
    let values = |schema: &Schema<'_>| {
        let (values, _) = schema.enums.first()?;
        Some(values.iter().map(|value| value.to_json()).collect::<Vec<J>>())
    };
    let apart = matches!((values(one), values(other)), (Some(left), Some(right))
        if left.iter().all(|value| !right.contains(value)));
    !(apart || (common == Types::OBJECT && told_apart))
}

/// What a schema without `type` speaks of.
fn said(schema: &Schema<'_>) -> Types {
    match (&schema.enums.first(), schema.properties.is_empty() && schema.required.is_empty()) {
        (Some((values, _)), _) => values.iter().fold(Types::NONE, |all, value| all.or(Types::of(value))),
        (None, false) => Types::OBJECT,
        (None, true) => Types::ALL,
    }
}

/// The values that a property can have, when they are listed.
fn constants(schema: &Schema<'_>, name: &str) -> Option<Vec<J>> {
    let pieces = &schema.properties.get(name)?.pieces;
    pieces.iter().find_map(|node| {
        let one = node.get("const").map(|value| vec![value.to_json()]);
        let many = || Some(node.get("enum")?.as_list()?.iter().map(|value| value.to_json()).collect());
        one.or_else(many)
    })
}

/// Is every value of `inner` good by `outer` too, as far as names tell? Documents of this kind mean `anyOf`.
fn contains(outer: &Schema<'_>, inner: &Schema<'_>) -> bool {
    let open =
        !outer.closed && outer.additional.is_empty() && outer.enums.is_empty() && outer.choices.is_empty();
    let same_kind = outer.types.without(Types::NULL).has(inner.types.without(Types::NULL));
    let keys = outer.required.keys().all(|name| inner.required.contains_key(name));
    let silent =
        outer.rules.is_empty() && outer.format.is_none() && outer.items.is_empty() && outer.prefix.is_empty();
    open && same_kind && keys && silent
}
