//! One schema, or several that must all hold, as one flat list of keywords: `$ref` and `allOf` are merged away here.
//! The differences of OpenAPI 3.0 (nullable, boolean exclusive bounds) end here too.

use indexmap::{IndexMap, IndexSet};

use super::document::{Address, Document, Version, address, nearest, reference};
use super::keywords::{ANNOTATIONS, KNOWN};
use super::tree::{Entry, Node, Value};
use super::types::Types;
use crate::code::Code;
use crate::ir::{Access, Deprecation, Hints, Rule, Sanitizer};
use crate::source::Span;

/// A schema of which some keywords are already dealt with.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Piece<'t> {
    pub(crate) node: &'t Node,
    /// Leave out this node's `oneOf`.
    pub(crate) no_one_of: bool,
    /// Leave out this node's `anyOf`.
    pub(crate) no_any_of: bool,
}

impl<'t> Piece<'t> {
    pub(crate) fn whole(node: &'t Node) -> Self {
        Self { node, no_one_of: false, no_any_of: false }
    }

    /// What tells this piece from others.
    pub(crate) fn key(&self) -> (Address, bool, bool) {
        (address(self.node), self.no_one_of, self.no_any_of)
    }
}

/// The `oneOf` or `anyOf` of one node.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Choice<'t> {
    pub(crate) node: &'t Node,
    pub(crate) variants: &'t [Node],
    pub(crate) exclusive: bool,
}

/// A property: every schema that is said of it.
#[derive(Debug, Clone)]
pub(crate) struct Property<'t> {
    pub(crate) at: Span,
    pub(crate) pieces: Vec<&'t Node>,
}

/// The keywords of one or several schemas that must all hold.
#[derive(Debug, Clone)]
pub(crate) struct Schema<'t> {
    pub(crate) span: Span,
    pub(crate) docs: String,
    pub(crate) title: Option<&'t str>,
    pub(crate) deprecated: Option<Deprecation>,
    pub(crate) hints: Hints,
    pub(crate) types: Types,
    /// True when `type` was said.
    pub(crate) typed: bool,
    /// True when `nullable: true` was said.
    pub(crate) nullable: bool,
    pub(crate) format: Option<(&'t str, Span)>,
    pub(crate) enums: Vec<(Vec<&'t Node>, &'t Node)>,
    /// `x-extensible-enum`: the texts that are known.
    pub(crate) listed: Vec<&'t Node>,
    pub(crate) properties: IndexMap<&'t str, Property<'t>>,
    pub(crate) required: IndexMap<&'t str, Span>,
    pub(crate) additional: Vec<&'t Node>,
    pub(crate) closed: bool,
    /// True when `unevaluatedProperties` is what closes it.
    pub(crate) closes: bool,
    pub(crate) open: bool,
    pub(crate) patterns: Vec<&'t Entry>,
    pub(crate) items: Vec<&'t Node>,
    pub(crate) prefix: &'t [Node],
    pub(crate) closed_items: bool,
    pub(crate) choices: Vec<Choice<'t>>,
    pub(crate) discriminator: Option<&'t Node>,
    pub(crate) rules: Vec<Rule>,
    /// `x-sanitize`, and where it stands.
    pub(crate) sanitize: Option<(Vec<Sanitizer>, Span)>,
    pub(crate) default: Option<&'t Node>,
    pub(crate) examples: Vec<serde_json::Value>,
    pub(crate) access: Access,
    pub(crate) impossible: bool,
    /// `x-enum-varnames` and `x-enum-descriptions`.
    pub(crate) variant_names: &'t [Node],
    pub(crate) variant_docs: &'t [Node],
    /// Every piece that was merged, references followed.
    pub(crate) pieces: Vec<Piece<'t>>,
    /// The pieces that were asked for.
    pub(crate) given: Vec<Piece<'t>>,
}

impl<'t> Schema<'t> {
    fn new(span: Span) -> Self {
        Self {
            span,
            docs: String::new(),
            title: None,
            deprecated: None,
            hints: Hints::default(),
            types: Types::ALL,
            typed: false,
            nullable: false,
            format: None,
            enums: Vec::new(),
            listed: Vec::new(),
            properties: IndexMap::new(),
            required: IndexMap::new(),
            additional: Vec::new(),
            closed: false,
            closes: false,
            open: false,
            patterns: Vec::new(),
            items: Vec::new(),
            prefix: &[],
            closed_items: false,
            choices: Vec::new(),
            discriminator: None,
            rules: Vec::new(),
            sanitize: None,
            default: None,
            examples: Vec::new(),
            access: Access::Both,
            impossible: false,
            variant_names: &[],
            variant_docs: &[],
            pieces: Vec::new(),
            given: Vec::new(),
        }
    }

    /// True when null is a value.
    pub(crate) fn allows_null(&self) -> bool {
        self.nullable || (self.typed && self.types.has(Types::NULL))
    }

    /// True when the schema says something of values beyond their type and texts: a choice cannot stand for it alone.
    pub(crate) fn has_substance(&self) -> bool {
        !self.properties.is_empty()
            || !self.required.is_empty()
            || !self.additional.is_empty()
            || self.closed
            || !self.patterns.is_empty()
            || !self.items.is_empty()
            || !self.prefix.is_empty()
            || !self.enums.is_empty()
            || !self.rules.is_empty()
            || self.format.is_some()
    }
}

/// The node that `node` is only another spelling of: a reference, or an `allOf`/`oneOf`/`anyOf` of one reference, with
/// nothing but texts beside it.
pub(crate) fn only_reference(node: &Node, version: Version) -> Option<&Node> {
    let map = node.as_map()?;
    if reference(node).is_some() && version == Version::V30 {
        return Some(node);
    }
    let inner = ["allOf", "oneOf", "anyOf"].iter().filter_map(|key| map.get(key)).collect::<Vec<_>>();
    let plain = |entry: &Entry| {
        let key = &*entry.key;
        ANNOTATIONS.contains(&key)
            || (key.starts_with("x-") && key != "x-sanitize")
            || (key == "type" && entry.value.as_str() == Some("object"))
    };
    if !map.iter().all(plain) {
        return None;
    }
    match (reference(node), inner.as_slice()) {
        (Some(_), []) => Some(node),
        (None, [list]) => match list.as_list()? {
            [one] => only_reference(one, version),
            _ => None,
        },
        _ => None,
    }
}

/// Merges pieces that must all hold.
pub(crate) fn gather<'t>(document: &mut Document<'t, '_>, pieces: &[Piece<'t>]) -> Schema<'t> {
    let span = pieces.first().map(|piece| piece.node.span).unwrap_or_default();
    let mut schema = Schema::new(span);
    schema.given = pieces.to_vec();
    let mut open = Vec::new();
    for piece in pieces {
        add(document, &mut schema, *piece, &mut open, pieces);
    }
    schema.closes = super::residue::closes(&schema);
    schema.closed |= schema.closes;
    if schema.types.without(Types::NULL).is_none() && schema.typed && !schema.types.has(Types::NULL) {
        document.report(
            Code::MergeConflict,
            span,
            "the parts of the schema ask for different types; no value has all",
        );
        schema.impossible = true;
    }
    schema
}

/// How many `allOf` and `$ref` may lead into each other.
const MAX_MERGE: usize = 100;

/// Adds one schema and what it refers to. A schema that `given` names is read as it says there, however it is reached.
fn add<'t>(
    document: &mut Document<'t, '_>,
    schema: &mut Schema<'t>,
    piece: Piece<'t>,
    open: &mut Vec<Address>,
    given: &[Piece<'t>],
) {
    let node = piece.node;
    let piece = given.iter().find(|other| address(other.node) == address(node)).copied().unwrap_or(piece);
    let Some(map) = node.as_map() else {
        match node.as_bool() {
            Some(true) => {}
            Some(false) => schema.impossible = true,
            None => document.wrong(node, "a schema", "a mapping, true or false"),
        }
        return;
    };
    let here = address(node);
    if open.len() > MAX_MERGE {
        let message =
            format!("more than {MAX_MERGE} schemas are merged into each other here; the rest is left out");
        document.report(Code::TooDeep, node.span, message);
        return;
    }
    if open.contains(&here) {
        document.report(Code::RefCycle, node.span, "the schema contains itself through `allOf` or `$ref`");
        return;
    }
    if schema.pieces.iter().any(|known| address(known.node) == here) {
        return;
    }
    open.push(here);
    schema.pieces.push(piece);
    let reference = reference(node).is_some();
    if !reference || document.version > Version::V30 {
        keywords(document, schema, node, piece);
    } else {
        beside_reference(document, schema, node, map.iter());
    }
    if reference && let Some(target) = document.target(node) {
        add(document, schema, Piece::whole(target.node), open, given);
    }
    for part in document.list(node, "allOf") {
        add(document, schema, Piece::whole(part), open, given);
    }
    open.pop();
}

/// OpenAPI 3.0.4, section 4.7.23: what stands beside a `$ref` is ignored. Texts and `nullable` are taken as meant.
fn beside_reference<'t>(
    document: &mut Document<'t, '_>,
    schema: &mut Schema<'t>,
    node: &'t Node,
    entries: impl Iterator<Item = &'t Entry>,
) {
    annotations(document, schema, node);
    for entry in entries {
        let key = &*entry.key;
        if !ANNOTATIONS.contains(&key) && (!key.starts_with("x-") || key == "x-sanitize") {
            document
                .report(
                    Code::RefSiblings,
                    entry.at,
                    format!("`{key}` beside a `$ref` is ignored in OpenAPI 3.0"),
                )
                .help("put the `$ref` into an `allOf` beside it, or say `openapi: 3.1.0`");
        }
    }
}

fn annotations<'t>(document: &mut Document<'t, '_>, schema: &mut Schema<'t>, node: &'t Node) {
    if schema.docs.is_empty() {
        schema.docs = document.text(node, "description").unwrap_or_default().trim().to_owned();
    }
    if schema.title.is_none() {
        schema.title = document.text(node, "title");
    }
    if schema.deprecated.is_none() {
        schema.deprecated = document.deprecated(node);
    }
    let hints = document.hints(node);
    if schema.hints.name.is_none() {
        schema.hints.name = hints.name;
    }
    schema.hints.sensitive |= hints.sensitive;
    if schema.hints.xml.is_none() {
        schema.hints.xml = hints.xml;
    }
    if schema.default.is_none() {
        schema.default = node.get("default");
    }
    if let Some(example) = node.get("example") {
        schema.examples.push(example.to_json());
    }
    schema
        .examples
        .extend(node.get("examples").and_then(Node::as_list).unwrap_or_default().iter().map(Node::to_json));
    schema.nullable |= node.get("nullable").is_some() && document.flag(node, "nullable") == Some(true);
    let read_only = document.flag(node, "readOnly") == Some(true);
    let write_only = document.flag(node, "writeOnly") == Some(true);
    schema.access = match (read_only, write_only) {
        (true, false) => Access::ReadOnly,
        (false, true) => Access::WriteOnly,
        _ => schema.access,
    };
}

fn keywords<'t>(document: &mut Document<'t, '_>, schema: &mut Schema<'t>, node: &'t Node, piece: Piece<'t>) {
    annotations(document, schema, node);
    unknown(document, node);
    super::types::read(document, schema, node);
    if let Some(list) = node.get("enum") {
        match list.as_list() {
            Some([]) => {
                document.report(Code::BadEnum, list.span, "the enumeration is empty; it is ignored");
            }
            Some(values) => schema.enums.push((values.iter().collect(), node)),
            None => document.wrong(list, "`enum`", "a list"),
        }
    }
    if let Some(value) = node.get("const") {
        schema.enums.push((vec![value], node));
    }
    if let Some(list) = node.get("x-extensible-enum") {
        extensible(document, schema, list);
    }
    objects(document, schema, node);
    arrays(document, schema, node);
    for (key, exclusive, skip) in [("oneOf", true, piece.no_one_of), ("anyOf", false, piece.no_any_of)] {
        let variants = document.list(node, key);
        if !skip && !variants.is_empty() {
            schema.choices.push(Choice { node, variants, exclusive });
        }
    }
    if let Some(discriminator) = node.get("discriminator") {
        schema.discriminator = schema.discriminator.or(Some(discriminator));
    }
    schema.variant_names = node
        .get("x-enum-varnames")
        .or_else(|| node.get("x-enumNames"))
        .and_then(Node::as_list)
        .unwrap_or(schema.variant_names);
    schema.variant_docs =
        node.get("x-enum-descriptions").and_then(Node::as_list).unwrap_or(schema.variant_docs);
    super::rules::read(document, schema, node);
    super::sanitize::read(document, schema, node);
}

/// Zalando's RESTful API guidelines, rule 112: a list of values that may grow.
fn extensible<'t>(document: &mut Document<'t, '_>, schema: &mut Schema<'t>, list: &'t Node) {
    let values = list.as_list().unwrap_or_default();
    match values.iter().find(|value| value.as_str().is_none()) {
        None if !values.is_empty() => schema.listed.extend(values),
        odd => {
            let at = odd.map_or(list.span, |value| value.span);
            document
                .report(Code::BadEnum, at, "`x-extensible-enum` must be a list of texts; it is ignored")
                .help("list the values that are known; others are taken all the same");
        }
    }
}

fn unknown<'t>(document: &mut Document<'t, '_>, node: &'t Node) {
    let Some(map) = node.as_map() else { return };
    for entry in map.iter() {
        let key = &*entry.key;
        if !key.starts_with("x-")
            && !KNOWN.contains(&key)
            && let Some(near) = nearest(key, KNOWN.iter().copied())
        {
            document
                .report(Code::UnknownField, entry.at, format!("the key `{key}` is not known in a schema"))
                .help(format!("did you mean `{near}`?"));
        }
    }
}

fn objects<'t>(document: &mut Document<'t, '_>, schema: &mut Schema<'t>, node: &'t Node) {
    for entry in document.entries(node, "properties") {
        let property =
            schema.properties.entry(&entry.key).or_insert(Property { at: entry.at, pieces: Vec::new() });
        if !property.pieces.iter().any(|known| address(known) == address(&entry.value)) {
            property.pieces.push(&entry.value);
        }
    }
    // OpenAPI 2 and some 3.0 documents say `required: true` on the property itself.
    if node.get("required").is_some_and(|required| required.as_bool().is_none()) {
        for name in document.list(node, "required") {
            match name.lexeme() {
                Some(text) => {
                    schema.required.entry(text).or_insert(name.span);
                }
                None => document.wrong(name, "a name in `required`", "a text"),
            }
        }
    } else if let Some(required) = node.get("required") {
        document
            .report(
                Code::WrongType,
                required.span,
                "`required` must be a list of property names; it is ignored",
            )
            .help("move the name of the property into the list `required` of the object that it belongs to");
    }
    if let Some(additional) = node.get("additionalProperties") {
        match additional.as_bool() {
            Some(true) => schema.open = true,
            Some(false) => schema.closed = true,
            None if additional.as_map().is_some_and(|map| map.is_empty()) => schema.open = true,
            None => schema.additional.push(additional),
        }
    }
    schema.patterns.extend(document.entries(node, "patternProperties"));
}

fn arrays<'t>(document: &mut Document<'t, '_>, schema: &mut Schema<'t>, node: &'t Node) {
    let prefix = document.list(node, "prefixItems");
    if schema.prefix.is_empty() {
        schema.prefix = prefix;
    }
    let Some(items) = node.get("items") else { return };
    match &items.value {
        Value::Bool(false) => schema.closed_items = true,
        Value::Bool(true) => {}
        Value::List(list) => {
            document
                .report(
                    Code::WrongType,
                    items.span,
                    "`items` must be one schema; a list of them is read as `prefixItems`",
                )
                .help("write `prefixItems` (OpenAPI 3.1)");
            schema.prefix = if schema.prefix.is_empty() { list } else { schema.prefix };
        }
        Value::Map(_) => schema.items.push(items),
        Value::Null | Value::Number(_) | Value::String(_) => document.wrong(items, "`items`", "a schema"),
    }
}

/// Values that every one of several enumerations allows, without duplicates.
pub(crate) fn common_values<'t>(
    document: &mut Document<'t, '_>,
    schema: &Schema<'t>,
) -> Option<Vec<&'t Node>> {
    let ((first, _), rest) = schema.enums.split_first()?;
    let mut seen = IndexSet::new();
    let mut values = Vec::new();
    let text = |node: &Node| node.to_json().to_string();
    for value in first {
        let json = text(value);
        let in_all = rest.iter().all(|(other, _)| other.iter().any(|other| text(other) == json));
        if !in_all {
            continue;
        }
        if seen.insert(json) {
            values.push(*value);
        } else {
            document.report(Code::BadEnum, value.span, "the value stands twice in the enumeration");
        }
    }
    if values.is_empty() {
        document.report(
            Code::Unsatisfiable,
            schema.span,
            "the enumerations have no value in common; no value is valid",
        );
        return None;
    }
    Some(values)
}

/// Only what a schema says in texts and flags of itself; references are not followed.
pub(crate) fn texts<'t>(document: &mut Document<'t, '_>, node: &'t Node) -> Schema<'t> {
    let mut schema = Schema::new(node.span);
    if node.as_map().is_some() {
        annotations(document, &mut schema, node);
        if reference(node).is_none() {
            for part in document.list(node, "allOf") {
                if let (Some(default), None) = (part.get("default"), schema.default) {
                    schema.default = Some(default);
                }
            }
        }
        schema.hints.sensitive |= node.get("format").and_then(Node::as_str) == Some("password");
    }
    schema
}
