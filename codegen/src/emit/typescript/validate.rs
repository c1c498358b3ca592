//! `validate.ts`: what the schema's rules say of each type, as checks of `checks.ts`, which is the same for all.

use super::text::{Code, key, list, literal, string, wide_object};
use super::{Context, filters};
use crate::ir::{
    Enum, EnumValue, Format, IntFormat, Kind, Others, Presence, Prim, Rest, Rule, Shape, Struct, Tag, Ty,
    TypeId, Value,
};
use askama::Template;

/// What checks are made of.
pub(super) const CHECKS: &str = concat!(
    include_str!("../../../templates/typescript/checks.ts"),
    include_str!("../../../templates/typescript/schema.ts"),
);

#[derive(Template)]
#[template(path = "typescript/validate.ts")]
struct File {
    checks: Vec<Named>,
}

struct Named {
    name: Code,
    check: Code,
}

/// Prints the file.
pub(super) fn print(cx: &Context<'_>) -> String {
    let named =
        |id: &TypeId| Named { name: Code(cx.names.ty(*id).to_owned()), check: Code(definition(cx, *id)) };
    super::rendered(&File { checks: cx.checked.order.iter().map(named).collect() })
}

fn definition(cx: &Context<'_>, id: TypeId) -> String {
    match &cx.checked.api.types.get(id).shape {
        Shape::Struct(object) => structure(cx, object),
        Shape::Enum(list) if list.others == Others::Kept => "c.text()".to_owned(),
        Shape::Enum(list) => format!("c.values({})", values(list)),
        Shape::Alias(alias) => check(cx, &alias.ty),
        Shape::Union(union) => match &union.tag {
            Tag::Property(tag) => {
                let variants = union.variants.iter().flat_map(|variant| {
                    let check = check(cx, &variant.ty);
                    variant.tags.iter().map(move |tag| format!("{}: {check}", key(tag)))
                });
                format!("c.tagged({}, {})", string(tag), wide_object(&variants.collect::<Vec<_>>(), ""))
            }
            Tag::Shape => {
                let variants = union.variants.iter().map(|variant| check(cx, &variant.ty));
                format!("c.union({})", list(variants, "[", "]"))
            }
        },
    }
}

fn values(of: &Enum) -> String {
    let value = |value: &EnumValue| match value {
        EnumValue::String(text) => string(text),
        EnumValue::Integer(number) => number.to_string(),
    };
    list(of.variants.iter().map(|variant| value(&variant.value)), "[", "]")
}

fn structure(cx: &Context<'_>, object: &Struct) -> String {
    let fields: Vec<String> = object
        .fields
        .iter()
        .map(|field| format!("{}: {}", key(&field.decl.name.text()), check(cx, &field.ty)))
        .collect();
    let required = object.fields.iter().filter(|field| field.presence == Presence::Required);
    let required: Vec<String> = required.map(|field| string(&field.decl.name.text())).collect();
    let mut rules = counts(&object.rules.iter().collect::<Vec<_>>());
    if !required.is_empty() {
        rules.push(format!("required: [{}]", required.join(", ")));
    }
    match &object.rest {
        Rest::Ignore => {}
        Rest::Deny => rules.push("rest: false".to_owned()),
        Rest::Collect(ty) => rules.push(format!("rest: {}", check(cx, ty))),
    }
    let check = call("object", Some(wide_object(&fields, "")), &rules);
    with_schemas(check, &object.rules.iter().collect::<Vec<_>>())
}

/// The check of a value, with the rules where it is used.
fn check(cx: &Context<'_>, ty: &Ty) -> String {
    let rules: Vec<&Rule> = ty.rules.iter().collect();
    with_schemas(ruled(cx, &ty.kind, &rules), &rules)
}

/// A check, and the rules that only a schema says: of the whole value, also where it may be null.
fn with_schemas(check: String, rules: &[&Rule]) -> String {
    rules.iter().fold(check, |check, rule| match rule {
        Rule::Schema(text) => {
            let schema = serde_json::from_str(text).unwrap_or(Value::Bool(true));
            let schema = format!("c.schema({})", literal(&schema));
            if check == "c.any" { schema } else { format!("c.both({check}, {schema})") }
        }
        _ => check,
    })
}

fn ruled(cx: &Context<'_>, kind: &Kind, rules: &[&Rule]) -> String {
    match kind {
        Kind::Prim(Prim::Boolean) => with_values("c.boolean".to_owned(), rules),
        Kind::Prim(Prim::Integer(format)) => {
            let mut all = vec!["integer: true".to_owned()];
            all.extend(numbers(rules));
            let (least, most) = width(*format);
            let has = |name: &str| all.iter().any(|rule| rule.starts_with(name));
            let (low, high) = (!has("min:") && !has("above:"), !has("max:") && !has("under:"));
            all.extend(least.filter(|_| low).map(|least| format!("min: {least}")));
            all.extend(most.filter(|_| high).map(|most| format!("max: {most}")));
            call("number", None, &all)
        }
        Kind::Prim(Prim::Number(_)) => call("number", None, &numbers(rules)),
        Kind::Prim(Prim::String(Format::Upload | Format::Binary)) => "c.any".to_owned(),
        Kind::Prim(Prim::String(Format::Other(name))) if name.contains('\n') => "c.any".to_owned(),
        Kind::Prim(Prim::String(format)) => call("text", None, &texts(format, rules)),
        Kind::List(item) => call("list", Some(check(cx, item)), &counts(rules)),
        Kind::Tuple(items) => {
            format!("c.tuple({})", list(items.iter().map(|item| check(cx, item)), "[", "]"))
        }
        Kind::Map(value) => call("map", Some(check(cx, value)), &counts(rules)),
        Kind::Nullable(inner) => {
            let inner_rules: Vec<&Rule> = rules.iter().copied().chain(&inner.rules).collect();
            let own: Vec<&Rule> = inner.rules.iter().collect();
            format!("c.nullable({})", with_schemas(ruled(cx, &inner.kind, &inner_rules), &own))
        }
        Kind::Named(id) => with_values(cx.names.ty(*id).to_owned(), rules),
        Kind::Any => with_values("c.any".to_owned(), rules),
    }
}

/// A check, and the list of values that are good where it is used.
fn with_values(check: String, rules: &[&Rule]) -> String {
    match allowed(rules) {
        Some(values) if check == "c.any" => format!("c.values({values})"),
        Some(values) => format!("c.both({check}, c.values({values}))"),
        None => check,
    }
}

fn allowed(rules: &[&Rule]) -> Option<String> {
    rules.iter().find_map(|rule| match rule {
        Rule::OneOf(values) => Some(list(values.iter().map(|value: &Value| literal(value).0), "[", "]")),
        _ => None,
    })
}

fn call(name: &str, first: Option<String>, rules: &[String]) -> String {
    let rules = (!rules.is_empty()).then(|| format!("{{ {} }}", rules.join(", ")));
    format!("c.{name}({})", first.into_iter().chain(rules).collect::<Vec<_>>().join(", "))
}

fn numbers(rules: &[&Rule]) -> Vec<String> {
    let one = |rule: &&Rule| match rule {
        Rule::Minimum(n) => Some(format!("min: {n}")),
        Rule::Maximum(n) => Some(format!("max: {n}")),
        Rule::ExclusiveMinimum(n) => Some(format!("above: {n}")),
        Rule::ExclusiveMaximum(n) => Some(format!("under: {n}")),
        Rule::MultipleOf(n) => Some(format!("step: {n}")),
        _ => None,
    };
    let mut all: Vec<String> = rules.iter().filter_map(one).collect();
    all.extend(allowed(rules).map(|values| format!("values: {values}")));
    unique(all)
}

fn texts(format: &Format, rules: &[&Rule]) -> Vec<String> {
    let one = |rule: &&Rule| match rule {
        Rule::MinLength(n) => Some(format!("min: {n}")),
        Rule::MaxLength(n) => Some(format!("max: {n}")),
        Rule::Pattern(pattern, _) => Some(format!("pattern: {}", string(pattern))),
        _ => None,
    };
    let mut all: Vec<String> = rules.iter().filter_map(one).collect();
    all.extend(allowed(rules).map(|values| format!("values: {values}")));
    let known = match format {
        Format::Date
        | Format::DateTime
        | Format::Uuid
        | Format::Email
        | Format::Uri
        | Format::Ipv4
        | Format::Byte => format.wire(),
        _ => None,
    };
    all.extend(known.map(|format| format!("format: {}", string(format))));
    unique(all)
}

fn counts(rules: &[&Rule]) -> Vec<String> {
    let one = |rule: &&Rule| match rule {
        Rule::MinItems(n) | Rule::MinProperties(n) => Some(format!("min: {n}")),
        Rule::MaxItems(n) | Rule::MaxProperties(n) => Some(format!("max: {n}")),
        Rule::UniqueItems => Some("unique: true".to_owned()),
        Rule::PropertyNames(inner) => {
            let inner: Vec<&Rule> = inner.iter().collect();
            let keys = call("text", None, &texts(&Format::Plain, &inner));
            Some(format!("keys: {}", with_schemas(keys, &inner)))
        }
        _ => None,
    };
    unique(rules.iter().filter_map(one).collect())
}

/// Of each rule the first: a literal has each key once.
fn unique(all: Vec<String>) -> Vec<String> {
    let mut seen: Vec<String> = Vec::new();
    let name = |rule: &str| rule.split(':').next().unwrap_or_default().to_owned();
    all.into_iter()
        .filter(|rule| {
            !seen.contains(&name(rule)) && {
                seen.push(name(rule));
                true
            }
        })
        .collect()
}

/// The least and the most that an integer of a width can be, where numbers of ECMAScript are exact.
fn width(format: IntFormat) -> (Option<i64>, Option<i64>) {
    match format {
        IntFormat::Plain | IntFormat::Int64 => (None, None),
        IntFormat::Int8 => (Some(i8::MIN.into()), Some(i8::MAX.into())),
        IntFormat::Int16 => (Some(i16::MIN.into()), Some(i16::MAX.into())),
        IntFormat::Int32 => (Some(i32::MIN.into()), Some(i32::MAX.into())),
        IntFormat::Uint8 => (Some(0), Some(u8::MAX.into())),
        IntFormat::Uint16 => (Some(0), Some(u16::MAX.into())),
        IntFormat::Uint32 => (Some(0), Some(u32::MAX.into())),
        IntFormat::Uint64 => (Some(0), None),
    }
}
