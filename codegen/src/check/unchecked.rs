//! Says which rules of the schema nothing checks.

use super::bounds::keyword;
use super::rules::{decimal_rule, is_text, through_null};
use crate::code::Code;
use crate::diagnostic::Diagnostics;
use crate::ir::{Api, Format, Kind, NumberFormat, Prim, Rule, Shape, Ty, TypeDef};
use crate::source::Span;

/// Says which rules have no check.
pub(super) fn report(api: &Api, mapped: &dyn Fn(&Format) -> bool, diagnostics: &mut Diagnostics) {
    for (_, def) in api.types.iter() {
        object_rules(def, diagnostics);
        let mut fields: Vec<(&Ty, Span)> = Vec::new();
        match &def.shape {
            Shape::Struct(object) => {
                fields.extend(object.fields.iter().map(|field| (&field.ty, field.decl.span)))
            }
            Shape::Union(union) => fields.extend(union.variants.iter().map(|one| (&one.ty, one.decl.span))),
            Shape::Alias(alias) => fields.push((&alias.ty, def.decl.span)),
            Shape::Enum(_) => {}
        }
        fields.into_iter().for_each(|(ty, at)| unchecked(api, ty, at, mapped, diagnostics));
    }
    for endpoint in &api.endpoints {
        endpoint
            .params
            .iter()
            .for_each(|param| unchecked(api, &param.ty, param.decl.span, mapped, diagnostics));
    }
}

fn object_rules(def: &TypeDef, diagnostics: &mut Diagnostics) {
    let Shape::Struct(object) = &def.shape else { return };
    let left = object.rules.iter().filter(|rule| !matches!(rule, Rule::Schema(_)));
    let names: Vec<String> = left.map(|rule| format!("`{}`", keyword(rule))).collect();
    if !names.is_empty() {
        let message = format!("{} of an object with known properties is not checked", names.join(", "));
        diagnostics.report(Code::NoKeyword, def.decl.span, message);
    }
}

fn unchecked(api: &Api, ty: &Ty, at: Span, mapped: &dyn Fn(&Format) -> bool, diagnostics: &mut Diagnostics) {
    let (kind, rules) = through_null(api, ty);
    let (checked, what): (fn(&Rule) -> bool, _) = match kind {
        Kind::Prim(Prim::String(format)) if mapped(format) => (|_| false, "a type of your own"),
        Kind::Prim(Prim::String(format)) if is_text(format) => (|_| true, "text"),
        Kind::Prim(Prim::String(Format::Byte | Format::Base64Url)) => {
            (|rule| matches!(rule, Rule::MinLength(_) | Rule::MaxLength(_)), "bytes")
        }
        // The format says more than lengths and patterns of its text do.
        Kind::Prim(Prim::String(_)) => (|rule| !matches!(rule, Rule::OneOf(_)), "a format"),
        Kind::Prim(Prim::Number(NumberFormat::Decimal)) => (decimal_rule, "a decimal"),
        Kind::Prim(_) | Kind::List(_) | Kind::Map(_) => (|_| true, "a value"),
        Kind::Tuple(_) => (|_| false, "a list of `prefixItems`"),
        Kind::Named(_) => (|_| false, "a named type where it is used"),
        Kind::Any | Kind::Nullable(_) => (|_| false, "a value of any type"),
    };
    let mut left: Vec<String> = rules
        .iter()
        .filter(|rule| !matches!(rule, Rule::Schema(_) | Rule::Sanitize(..)) && !checked(rule))
        .map(|rule| format!("`{}`", keyword(rule)))
        .collect();
    left.dedup();
    if !left.is_empty() {
        diagnostics.report(Code::NoKeyword, at, format!("{} of {what} is not checked", left.join(", ")));
    }
    if let Kind::Tuple(items) = kind {
        items.iter().for_each(|item| unchecked(api, item, at, mapped, diagnostics));
    }
    if let Kind::List(inner) | Kind::Map(inner) = kind {
        unchecked(api, inner, at, mapped, diagnostics);
    }
}
