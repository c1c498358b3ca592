//! What a flat schema is: a scalar, a list, a map, a struct, an enumeration or a union.

use super::document::Reading;
use super::lower::{Body, Lower, Lowered, presence, step};
use super::schema::{Piece, Property, Schema, common_values};
use super::tree::{Node, Value};
use super::types::Types;
use super::{literal, residue, sanitize};
use crate::code::Code;
use crate::ir::{
    Decimal, Decl, Enum, EnumRepr, EnumValue, EnumVariant, Field, Format, IntFormat, Kind, Look, Name,
    NumberFormat, Others, Presence, Prim, Rest, Rule, Shape, Struct, Tag, Ty, Union, UnionVariant,
};
use std::collections::HashSet;

/// Decides what a schema is, and what is checked beside. A null that is allowed beside is told apart.
pub(crate) fn decide<'t>(lower: &mut Lower<'t, '_>, schema: Schema<'t>, path: &[String]) -> Lowered {
    if lower.document.reading == Reading::Literal && !literal::is_faithful(lower, &schema) {
        let lowered = raw(lower, &schema);
        sanitize::check(lower, &schema, &lowered);
        return lowered;
    }
    let lowered = shape(lower, &schema, path);
    sanitize::check(lower, &schema, &lowered);
    if lowered.complete { lowered } else { residue::attach(lower, &schema, lowered, path) }
}

/// Any JSON, held against the schema.
fn raw<'t>(lower: &mut Lower<'t, '_>, schema: &Schema<'t>) -> Lowered {
    let Some(text) = residue::entire(lower, schema) else {
        residue::too_large(lower, schema);
        return Lowered::ty(Ty::any(), false);
    };
    Lowered::ty(Ty { kind: Kind::Any, rules: vec![Rule::Schema(text)] }, false)
}

fn shape<'t>(lower: &mut Lower<'t, '_>, schema: &Schema<'t>, path: &[String]) -> Lowered {
    if schema.impossible {
        // The schema `false` means it; parts that contradict each other are a slip.
        if schema.given.iter().any(|piece| piece.node.as_bool() == Some(false)) {
            let rules = vec![Rule::Schema("false".to_owned())];
            return Lowered::ty(Ty { kind: Kind::Any, rules }, false);
        }
        lower.document.report(
            Code::Unsatisfiable,
            schema.span,
            "no value can satisfy the schema; any value is accepted",
        );
        return Lowered::ty(Ty::any(), false);
    }
    if !schema.enums.is_empty()
        && let Some(values) = common_values(&mut lower.document, schema)
    {
        return enumeration(lower, schema, &values);
    }
    if let Some(open) = extensible(schema) {
        return Lowered::shape(Shape::Enum(open), schema.allows_null());
    }
    if let Some(first) = schema.listed.first() {
        lower
            .document
            .report(
                Code::BadEnum,
                first.span,
                "`x-extensible-enum` is ignored: the schema says more of its values than that list",
            )
            .help("leave out the other rules, the format and the alternatives, or the list");
    }
    if !schema.choices.is_empty()
        && let Some(lowered) = super::union::choose(lower, schema, path)
    {
        return lowered;
    }
    let null = schema.allows_null();
    let types = if schema.typed { schema.types.without(Types::NULL) } else { guess(schema) };
    if types == Types::ALL.without(Types::NULL) || types == Types::ALL {
        return Lowered::ty(Ty::any(), null);
    }
    let kinds: Vec<Types> = [Types::STRING, Types::NUMBER, Types::BOOLEAN, Types::ARRAY, Types::OBJECT]
        .into_iter()
        .filter(|kind| !types.and(*kind).is_none())
        .collect();
    match kinds.as_slice() {
        [] => Lowered::ty(only_null(), true),
        [one] => Lowered { nullable: null, ..single(lower, schema, types.and(*one), path) },
        several => by_type(lower, schema, several, path, null),
    }
}

/// One kind of value.
fn single<'t>(lower: &mut Lower<'t, '_>, schema: &Schema<'t>, types: Types, path: &[String]) -> Lowered {
    let body = if types == Types::STRING {
        Body::Ty(string(schema))
    } else if types == Types::BOOLEAN {
        Body::Ty(Ty::plain(Kind::Prim(Prim::Boolean)))
    } else if types == Types::ARRAY {
        Body::Ty(array(lower, schema, path))
    } else if types == Types::OBJECT {
        object(lower, schema, path)
    } else {
        Body::Ty(numeric(lower, schema, types))
    };
    Lowered { body, nullable: false, complete: false }
}

/// A schema without `type`: what its keywords speak of.
fn guess(schema: &Schema<'_>) -> Types {
    let about =
        |wanted: &[fn(&Rule) -> bool]| schema.rules.iter().any(|rule| wanted.iter().any(|is| is(rule)));
    let is_object = !schema.properties.is_empty()
        || !schema.required.is_empty()
        || !schema.additional.is_empty()
        || !schema.patterns.is_empty()
        || schema.closed
        || schema.open
        || about(&[|rule| {
            matches!(rule, Rule::MinProperties(_) | Rule::MaxProperties(_) | Rule::PropertyNames(_))
        }]);
    if is_object {
        return Types::OBJECT;
    }
    if !schema.items.is_empty()
        || !schema.prefix.is_empty()
        || about(&[|rule| matches!(rule, Rule::MinItems(_) | Rule::MaxItems(_) | Rule::UniqueItems)])
    {
        return Types::ARRAY;
    }
    if about(&[|rule| matches!(rule, Rule::MinLength(_) | Rule::MaxLength(_) | Rule::Pattern(..))]) {
        return Types::STRING;
    }
    if schema.rules.iter().any(is_numeric) {
        return Types::NUMBER;
    }
    match schema.format.map(|(format, _)| format) {
        Some("int32" | "int64" | "uint32" | "uint64") => Types::INTEGER,
        Some("float" | "double") => Types::NUMBER,
        Some(_) => Types::STRING,
        None => Types::ALL,
    }
}

fn is_numeric(rule: &Rule) -> bool {
    matches!(
        rule,
        Rule::Minimum(_)
            | Rule::Maximum(_)
            | Rule::ExclusiveMinimum(_)
            | Rule::ExclusiveMaximum(_)
            | Rule::MultipleOf(_)
    )
}

fn rules(schema: &Schema<'_>, wanted: fn(&Rule) -> bool) -> Vec<Rule> {
    schema.rules.iter().filter(|rule| wanted(rule)).cloned().collect()
}

fn string(schema: &Schema<'_>) -> Ty {
    let encoding =
        schema.pieces.iter().find_map(|piece| piece.node.get("contentEncoding")).and_then(Node::as_str);
    let media_type =
        schema.pieces.iter().find_map(|piece| piece.node.get("contentMediaType")).and_then(Node::as_str);
    let format = match (schema.format.map(|(format, _)| format), encoding, media_type) {
        (None | Some("byte" | "base64"), Some("base64"), _) => Format::Byte,
        (None, Some("base64url"), _) => Format::Base64Url,
        (None, None, Some(media)) if !media.starts_with("text/") && !media.contains("json") => Format::Binary,
        (None, _, _) => Format::Plain,
        (Some(name), _, _) => string_format(name),
    };
    let mut rules =
        rules(schema, |rule| matches!(rule, Rule::MinLength(_) | Rule::MaxLength(_) | Rule::Pattern(..)));
    if format == Format::Decimal {
        // The number is written as it was read, so this sees the same text.
        rules = super::rules::as_schema(&rules).into_iter().collect();
    }
    rules.extend(sanitize::rule(schema));
    Ty { kind: Kind::Prim(Prim::String(format)), rules }
}

fn string_format(name: &str) -> Format {
    match name {
        "date" => Format::Date,
        "date-time" => Format::DateTime,
        "time" => Format::Time,
        "duration" => Format::Duration,
        "uuid" => Format::Uuid,
        "uri" => Format::Uri,
        "uri-reference" => Format::UriReference,
        "uri-template" => Format::UriTemplate,
        "email" => Format::Email,
        "hostname" => Format::Hostname,
        "ipv4" => Format::Ipv4,
        "ipv6" => Format::Ipv6,
        "byte" | "base64" => Format::Byte,
        "base64url" => Format::Base64Url,
        "http-date" => Format::HttpDate,
        "binary" => Format::Binary,
        "decimal" => Format::Decimal,
        "password" => Format::Password,
        "regex" => Format::Regex,
        "json-pointer" => Format::JsonPointer,
        other => Format::Other(other.to_owned()),
    }
}

fn numeric(lower: &mut Lower<'_, '_>, schema: &Schema<'_>, types: Types) -> Ty {
    let is_integer = types == Types::INTEGER;
    let prim = match schema.format {
        Some(("decimal", _)) if !is_integer => Prim::Number(NumberFormat::Decimal),
        Some(("float", _)) if !is_integer => Prim::Number(NumberFormat::Float),
        Some((name, at)) => match (integer_format(name), is_integer) {
            (Some(format), true) => Prim::Integer(format),
            // `type: number, format: int64` is meant as an integer.
            (Some(format), false) => {
                lower.document.report(
                    Code::FormatMisfit,
                    at,
                    format!("`{name}` is a format of integers; read as one"),
                );
                Prim::Integer(format)
            }
            (None, true) => Prim::Integer(plain_integer(schema)),
            (None, false) => Prim::Number(NumberFormat::Double),
        },
        None if is_integer => Prim::Integer(plain_integer(schema)),
        None => Prim::Number(NumberFormat::Double),
    };
    Ty { kind: Kind::Prim(prim), rules: rules(schema, is_numeric) }
}

/// What an integer without a format of its own is: of 64 bits, and unsigned where its bounds say so.
fn plain_integer(schema: &Schema<'_>) -> IntFormat {
    let whole = |number: &serde_json::Number| number.to_string().parse::<i128>().ok();
    let most = i128::from(i64::MAX);
    let is_unsigned = schema.rules.iter().any(|rule| match rule {
        Rule::Minimum(least) => whole(least).is_some_and(|least| least >= 0),
        Rule::ExclusiveMinimum(least) => whole(least).is_some_and(|least| least >= -1),
        _ => false,
    });
    let is_wide = schema.rules.iter().any(|rule| match rule {
        Rule::Maximum(bound) => whole(bound).is_some_and(|bound| bound > most),
        Rule::ExclusiveMaximum(bound) => whole(bound).is_some_and(|bound| bound > most + 1),
        _ => false,
    });
    if is_unsigned && is_wide { IntFormat::Uint64 } else { IntFormat::Plain }
}

fn integer_format(name: &str) -> Option<IntFormat> {
    Some(match name {
        "int8" => IntFormat::Int8,
        "int16" => IntFormat::Int16,
        "int32" | "int" => IntFormat::Int32,
        "int64" | "long" => IntFormat::Int64,
        "uint8" => IntFormat::Uint8,
        "uint16" => IntFormat::Uint16,
        "uint32" | "uint" => IntFormat::Uint32,
        "uint64" => IntFormat::Uint64,
        _ => return None,
    })
}

fn array<'t>(lower: &mut Lower<'t, '_>, schema: &Schema<'t>, path: &[String]) -> Ty {
    let mut rules =
        rules(schema, |rule| matches!(rule, Rule::MinItems(_) | Rule::MaxItems(_) | Rule::UniqueItems));
    if !schema.prefix.is_empty() {
        let len = schema.prefix.len() as u64;
        let all = rules.iter().any(|rule| matches!(rule, Rule::MinItems(min) if *min >= len));
        let no_more = schema.closed_items
            || rules.iter().any(|rule| matches!(rule, Rule::MaxItems(max) if *max <= len));
        if all && no_more && len <= 12 {
            let items = schema.prefix.iter().enumerate();
            let items =
                items.map(|(n, item)| lower.ty(item, &step(path, &format!("item{}", n + 1)))).collect();
            let unique = rules.contains(&Rule::UniqueItems);
            let unique = unique.then(|| Rule::Schema(r#"{"uniqueItems":true}"#.to_owned()));
            return Ty { kind: Kind::Tuple(items), rules: unique.into_iter().collect() };
        }
        return Ty { kind: Kind::List(Box::new(Ty::any())), rules };
    }
    let item = match schema.items.as_slice() {
        [] => Ty::any(),
        [one] => lower.ty(one, &step(path, "item")),
        several => {
            let pieces: Vec<_> = several.iter().map(|node| Piece::whole(node)).collect();
            lower.pieces(&pieces, &step(path, "item"))
        }
    };
    if schema.closed_items && schema.items.is_empty() {
        rules.push(Rule::MaxItems(0));
    }
    Ty { kind: Kind::List(Box::new(item)), rules }
}

fn object<'t>(lower: &mut Lower<'t, '_>, schema: &Schema<'t>, path: &[String]) -> Body {
    let own_rules = rules(schema, |rule| {
        matches!(rule, Rule::MinProperties(_) | Rule::MaxProperties(_) | Rule::PropertyNames(_))
    });
    let rest = rest(lower, schema, path);
    let fields = fields(lower, schema, path);
    if !fields.is_empty() {
        // What is said of all keys is checked on the whole, which `residue` adds.
        return Body::Shape(Shape::Struct(Struct { fields, rest, rules: Vec::new() }));
    }
    let values = match rest {
        Rest::Collect(ty) => ty,
        Rest::Ignore => Ty::any(),
        Rest::Deny => {
            return Body::Shape(Shape::Struct(Struct { fields, rest: Rest::Deny, rules: Vec::new() }));
        }
    };
    Body::Ty(Ty { kind: Kind::Map(Box::new(values)), rules: own_rules })
}

fn rest<'t>(lower: &mut Lower<'t, '_>, schema: &Schema<'t>, path: &[String]) -> Rest {
    let path = step(path, "value");
    if let [only] = schema.patterns.as_slice()
        && schema.additional.is_empty()
        && !schema.open
        && schema.closed
    {
        return Rest::Collect(lower.ty(&only.value, &path));
    }
    if !schema.patterns.is_empty() {
        return Rest::Collect(Ty::any());
    }
    match schema.additional.as_slice() {
        [] if schema.closed => Rest::Deny,
        [] if schema.open => Rest::Collect(Ty::any()),
        [] => Rest::Ignore,
        [one] => Rest::Collect(lower.ty(one, &path)),
        several => {
            let pieces: Vec<_> = several.iter().map(|node| Piece::whole(node)).collect();
            Rest::Collect(lower.pieces(&pieces, &path))
        }
    }
}

fn fields<'t>(lower: &mut Lower<'t, '_>, schema: &Schema<'t>, path: &[String]) -> Vec<Field> {
    let mut fields = Vec::with_capacity(schema.properties.len());
    for (name, property) in &schema.properties {
        if let Some(field) = field(lower, schema, name, property, path) {
            fields.push(field);
        }
    }
    for (name, at) in &schema.required {
        if schema.properties.contains_key(name) {
            continue;
        }
        let known = schema.choices.iter().any(|choice| {
            choice
                .variants
                .iter()
                .any(|variant| variant.get("properties").is_some_and(|all| all.get(name).is_some()))
        });
        if known {
            continue;
        }
        let near = super::document::nearest(name, schema.properties.keys().copied()).map(str::to_owned);
        let found = lower.document.report(
            Code::RequiredUnknown,
            *at,
            format!("`{name}` is required and not described; any value is accepted for it"),
        );
        if let Some(near) = near {
            found.help(format!("did you mean `{near}`?"));
        }
        fields.push(Field {
            decl: Decl::given(*name, *at),
            ty: Ty::any(),
            presence: Presence::Required,
            access: crate::ir::Access::Both,
            indirect: false,
        });
    }
    fields
}

fn field<'t>(
    lower: &mut Lower<'t, '_>,
    schema: &Schema<'t>,
    name: &str,
    property: &Property<'t>,
    path: &[String],
) -> Option<Field> {
    // A key that is forbidden has no field; the check of the whole finds it.
    if let [only] = property.pieces.as_slice()
        && only.as_bool() == Some(false)
    {
        return None;
    }
    let path = step(path, name);
    let ty = match property.pieces.as_slice() {
        [one] => lower.ty(one, &path),
        several => {
            let pieces: Vec<_> = several.iter().map(|node| Piece::whole(node)).collect();
            lower.pieces(&pieces, &path)
        }
    };
    let mut about = lower.about(property.pieces.first()?);
    for other in property.pieces.iter().skip(1) {
        let other = lower.about(other);
        about.default = about.default.or(other.default);
        if about.access == crate::ir::Access::Both {
            about.access = other.access;
        }
        if about.docs.is_empty() {
            about.docs = other.docs;
        }
    }
    let mut decl = Decl::given(name, property.at);
    decl.docs = if about.docs.is_empty() { about.title.unwrap_or_default().to_owned() } else { about.docs };
    decl.deprecated = about.deprecated;
    decl.hints = about.hints;
    let presence = presence(schema.required.contains_key(name), about.default);
    Some(Field { decl, ty, presence, access: about.access, indirect: false })
}

/// The type of which null is the only value.
fn only_null() -> Ty {
    Ty { kind: Kind::Any, rules: vec![Rule::Schema(r#"{"type":"null"}"#.to_owned())] }
}

/// A closed list of values.
fn enumeration<'t>(lower: &mut Lower<'t, '_>, schema: &Schema<'t>, values: &[&'t Node]) -> Lowered {
    let null = schema.nullable || values.iter().any(|value| value.is_null());
    let values: Vec<&Node> = values.iter().copied().filter(|value| !value.is_null()).collect();
    let types = values.iter().fold(Types::NONE, |all, value| all.or(Types::of(value)));
    let wanted = schema.types.without(Types::NULL);
    let meant_as_text =
        schema.typed && wanted == Types::STRING && values.iter().all(|value| value.lexeme().is_some());
    if schema.typed && types.and(wanted).is_none() && !values.is_empty() && !meant_as_text {
        lower
            .document
            .report(
                Code::BadEnum,
                schema.span,
                "no value of the enumeration has the type that the schema asks for",
            )
            .help("the values are read, the type is ignored");
    }
    if values.is_empty() {
        return Lowered::ty(only_null(), true);
    }
    if types == Types::STRING || meant_as_text {
        let value = |node: &Node| node.lexeme().map(|text| EnumValue::String(text.to_owned()));
        return Lowered::shape(Shape::Enum(variants(schema, &values, EnumRepr::String, value)), null);
    }
    let integer = |node: &Node| node.lexeme().and_then(|text| text.parse().ok()).map(EnumValue::Integer);
    if types == Types::INTEGER && values.iter().all(|value| integer(value).is_some()) {
        return Lowered::shape(Shape::Enum(variants(schema, &values, EnumRepr::Integer, integer)), null);
    }
    let all = values.iter().map(|value| value.to_json()).collect();
    let kind = if types == Types::BOOLEAN {
        Kind::Prim(Prim::Boolean)
    } else if Types::NUMBER.has(types) {
        let is_decimal = schema.format.is_some_and(|(format, _)| format == "decimal")
            && values.iter().all(|value| value.lexeme().is_some_and(|text| Decimal::read(text).is_some()));
        Kind::Prim(Prim::Number(if is_decimal { NumberFormat::Decimal } else { NumberFormat::Double }))
    } else {
        Kind::Any
    };
    if kind == Kind::Any {
        let mut all: Vec<serde_json::Value> = all;
        all.extend(null.then_some(serde_json::Value::Null));
        let text = serde_json::json!({ "enum": all }).to_string();
        return Lowered::ty(Ty { kind, rules: vec![Rule::Schema(text)] }, null);
    }
    let both = types == Types::BOOLEAN && values.len() == 2;
    Lowered::ty(Ty { kind, rules: if both { Vec::new() } else { vec![Rule::OneOf(all)] } }, null)
}

/// The open enumeration of `x-extensible-enum`. Texts with rules or a format of their own stay texts.
fn extensible(schema: &Schema<'_>) -> Option<Enum> {
    let text = !schema.typed || schema.types.without(Types::NULL) == Types::STRING;
    let plain = schema.rules.is_empty() && schema.format.is_none() && schema.choices.is_empty();
    if schema.listed.is_empty() || !text || !plain {
        return None;
    }
    let mut seen = HashSet::new();
    let values: Vec<&Node> =
        schema.listed.iter().copied().filter(|value| seen.insert(value.as_str())).collect();
    let value = |node: &Node| node.as_str().map(|text| EnumValue::String(text.to_owned()));
    Some(Enum { others: Others::Kept, ..variants(schema, &values, EnumRepr::String, value) })
}

fn variants(
    schema: &Schema<'_>,
    values: &[&Node],
    repr: EnumRepr,
    read: impl Fn(&Node) -> Option<EnumValue>,
) -> Enum {
    let text =
        |list: &[Node], n: usize| list.get(n).and_then(Node::lexeme).unwrap_or_default().trim().to_owned();
    let variants = values.iter().enumerate().filter_map(|(n, node)| {
        let name = Some(text(schema.variant_names, n)).filter(|name| !name.is_empty());
        let mut decl =
            Decl::given(name.unwrap_or_else(|| node.lexeme().unwrap_or_default().to_owned()), node.span);
        decl.docs = text(schema.variant_docs, n);
        Some(EnumVariant { decl, value: read(node)? })
    });
    Enum { variants: variants.collect(), repr, others: Others::Refused }
}

/// `type: [string, integer]`: a union with a member for each.
fn by_type<'t>(
    lower: &mut Lower<'t, '_>,
    schema: &Schema<'t>,
    kinds: &[Types],
    path: &[String],
    null: bool,
) -> Lowered {
    let mut variants = Vec::new();
    for kind in kinds {
        let name = match Value::name(*kind) {
            "number" if schema.types.and(Types::NUMBER) == Types::INTEGER => "integer",
            name => name,
        };
        let path = step(path, name);
        let ty = match single(lower, schema, schema.types.and(*kind), &path).body {
            Body::Ty(ty) => ty,
            Body::Shape(shape) => {
                let decl = Decl::new(Name::Derived(path), schema.span);
                let def = crate::ir::TypeDef { decl, shape, examples: Vec::new() };
                Ty::plain(Kind::Named(lower.types.add(def)))
            }
        };
        let decl = Decl::given(name, schema.span);
        variants.push(UnionVariant { decl, ty, tags: Vec::new(), look: Look::Any, indirect: false });
    }
    Lowered::shape(
        Shape::Union(Union { variants, tag: Tag::Shape, exclusive: true, rules: Vec::new() }),
        null,
    )
}

impl Value {
    fn name(kind: Types) -> &'static str {
        match kind {
            Types::STRING => "string",
            Types::NUMBER => "number",
            Types::BOOLEAN => "boolean",
            Types::ARRAY => "array",
            _ => "object",
        }
    }
}
