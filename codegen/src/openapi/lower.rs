//! Schemas into types. Every target of a reference gets an id before anything is defined, and definitions are made one
//! after the other from a queue, so that recursion in the document is no recursion here.

use std::collections::{HashMap, HashSet, VecDeque};

use super::document::{Address, Document, Target, address, unescape};
use super::schema::{Piece, Schema, gather, only_reference};
use super::tree::{Map, Node};
use super::types::Types;
use crate::code::Code;
use crate::ir::{self, Alias, Decl, Kind, Name, Presence, Shape, Ty, TypeDef, TypeId};
use crate::source::Span;

/// The path of names that leads to a schema: what an unnamed type is called after.
pub(crate) type Path = Vec<String>;

/// `path` and one step more.
pub(crate) fn step(path: &[String], name: &str) -> Path {
    path.iter().cloned().chain([name.to_owned()]).collect()
}

/// What a schema came to: a type that is complete where it is used, or a shape that needs a definition.
pub(crate) enum Body {
    Ty(Ty),
    Shape(Shape),
}

/// A lowered schema, and whether null is a value of it beside.
pub(crate) struct Lowered {
    pub(crate) body: Body,
    pub(crate) nullable: bool,
    /// True when everything that the schema says is in the body already.
    pub(crate) complete: bool,
}

impl Lowered {
    pub(crate) fn ty(ty: Ty, nullable: bool) -> Self {
        Self { body: Body::Ty(ty), nullable, complete: false }
    }

    pub(crate) fn shape(shape: Shape, nullable: bool) -> Self {
        Self { body: Body::Shape(shape), nullable, complete: false }
    }
}

type Key = Vec<(Address, bool, bool)>;

/// Lowers schemas; holds what was lowered so far.
pub(crate) struct Lower<'t, 'd> {
    pub(crate) document: Document<'t, 'd>,
    pub(crate) types: ir::Types,
    /// Security schemes that are declared or named.
    pub(crate) auth: Vec<ir::AuthScheme>,
    named: HashMap<Address, TypeId>,
    queue: VecDeque<(TypeId, &'t Node)>,
    memo: HashMap<Key, Ty>,
    open: Vec<Key>,
    /// Schemas that were met again while they were being lowered: they need a name of their own.
    again: HashMap<Key, TypeId>,
    nullable: HashMap<Address, bool>,
    /// Schemas with a discriminator and no choice, and the schemas that extend them through `allOf`.
    pub(crate) heirs: HashMap<Address, Vec<(&'t str, &'t Node)>>,
    /// Texts that hold JSON of their `contentSchema`, where a body writes that as it is.
    pub(crate) embedded: HashSet<Address>,
}

/// How deeply unnamed schemas may nest in each other.
const MAX_NESTING: usize = 64;

impl<'t, 'd> Lower<'t, 'd> {
    pub(crate) fn new(document: Document<'t, 'd>) -> Self {
        Self {
            document,
            types: ir::Types::default(),
            auth: Vec::new(),
            named: HashMap::new(),
            queue: VecDeque::new(),
            memo: HashMap::new(),
            open: Vec::new(),
            again: HashMap::new(),
            nullable: HashMap::new(),
            heirs: HashMap::new(),
            embedded: HashSet::new(),
        }
    }

    /// Gives every schema of `components` an id. One that only refers to a schema elsewhere lends it its name.
    pub(crate) fn reserve_components(&mut self, schemas: Option<&'t Map>) {
        let Some(schemas) = schemas else { return };
        for entry in schemas.iter() {
            let id = self.reserve(&entry.value, Name::Given(entry.key.to_string()));
            self.types.get_mut(id).decl.span = entry.at;
        }
        for entry in schemas.iter() {
            let Some(reference) = only_reference(&entry.value, self.document.version) else { continue };
            let id = self.named[&address(&entry.value)];
            let (mut at, mut hops) = (reference, 0);
            while let Some(target) = self.document.target(at).filter(|_| hops < MAX_NESTING) {
                (at, hops) = (target.node, hops + 1);
                if self.named.contains_key(&address(at)) {
                    break;
                }
                self.named.insert(address(at), id);
                at = only_reference(at, self.document.version).unwrap_or(at);
            }
        }
        super::inherit::find_heirs(self, schemas);
    }

    fn reserve(&mut self, node: &'t Node, name: Name) -> TypeId {
        let id = self.types.add(unknown(name, node.span));
        self.named.insert(address(node), id);
        self.queue.push_back((id, node));
        id
    }

    /// Defines everything that was reserved, and what that reserves.
    pub(crate) fn define_all(&mut self) {
        while let Some((id, node)) = self.queue.pop_front() {
            self.define(id, node);
        }
    }

    /// An alias that leads back to itself without a list or map between has no values.
    pub(crate) fn refuse_endless_aliases(&mut self) {
        let ids: Vec<TypeId> = self.types.iter().map(|(id, _)| id).collect();
        let mut done: HashSet<TypeId> = HashSet::new();
        for id in ids {
            let (mut chain, mut at): (Vec<TypeId>, _) = (Vec::new(), Some(id));
            while let Some(link) = at.filter(|link| !done.contains(link) && !chain.contains(link)) {
                chain.push(link);
                at = self.other_name(link);
            }
            let cycle = at.and_then(|again| chain.iter().position(|link| *link == again));
            for link in cycle.map_or(&[][..], |first| &chain[first..]) {
                let span = self.types.get(*link).decl.span;
                self.document.report(Code::Endless, span, "the schema is only another name for itself");
                self.types.get_mut(*link).shape = Shape::Alias(Alias { ty: Ty::any(), recursive: false });
            }
            done.extend(chain);
        }
    }

    /// The definition that a definition is another name of.
    fn other_name(&self, id: TypeId) -> Option<TypeId> {
        let Shape::Alias(alias) = &self.types.get(id).shape else { return None };
        let inner = match &alias.ty.kind {
            Kind::Nullable(inner) => &inner.kind,
            kind => kind,
        };
        match inner {
            Kind::Named(next) => Some(*next),
            _ => None,
        }
    }

    fn define(&mut self, id: TypeId, node: &'t Node) {
        let path = match &self.types.get(id).decl.name {
            Name::Given(name) => vec![name.clone()],
            Name::Derived(path) => path.clone(),
        };
        let schema = gather(&mut self.document, &[Piece::whole(node)]);
        let target = only_reference(node, self.document.version).and_then(|at| self.document.target(at));
        let body = if self.heirs.contains_key(&address(node)) {
            super::inherit::union_of_heirs(self, node, &schema, &path).body
        } else if let Some(target) = target.filter(|target| {
            self.named.get(&address(target.node)) != Some(&id) && !self.is_heir(node, target.node)
        }) {
            Body::Ty(Ty::plain(Kind::Named(self.named(target))))
        } else {
            self.lower(&[Piece::whole(node)], &path).body
        };
        let shape = match body {
            Body::Shape(shape) => shape,
            Body::Ty(ty) => Shape::Alias(Alias { ty, recursive: false }),
        };
        let def = self.types.get_mut(id);
        def.shape = shape;
        describe(def, schema);
    }

    /// Does a schema extend another, if by nothing? Then it is not another name of it: where that is used, it is a choice.
    fn is_heir(&self, node: &Node, base: &Node) -> bool {
        let heirs = self.heirs.get(&address(base));
        heirs.is_some_and(|heirs| heirs.iter().any(|(_, heir)| address(heir) == address(node)))
    }

    /// The id of the schema that a reference leads to.
    pub(crate) fn named(&mut self, target: Target<'t>) -> TypeId {
        if let Some(id) = self.named.get(&address(target.node)) {
            return *id;
        }
        let name = Name::Derived(reference_path(target.text));
        self.reserve(target.node, name)
    }

    /// The id that was given to a node, if one was.
    pub(crate) fn known(&self, node: &Node) -> Option<TypeId> {
        self.named.get(&address(node)).copied()
    }

    /// The type of a schema where it is used.
    pub(crate) fn ty(&mut self, node: &'t Node, path: &[String]) -> Ty {
        if let Some(content) = node.get("contentSchema").filter(|_| self.embedded.contains(&address(node))) {
            return self.ty(content, path);
        }
        if let Some(reference) = only_reference(node, self.document.version) {
            let Some(target) = self.document.target(reference) else { return Ty::any() };
            let ty = Ty::plain(Kind::Named(self.named(target)));
            return nullable(ty, self.is_nullable(node));
        }
        self.pieces(&[Piece::whole(node)], path)
    }

    /// The type of several schemas that must all hold.
    pub(crate) fn pieces(&mut self, pieces: &[Piece<'t>], path: &[String]) -> Ty {
        if let [Piece { node, no_one_of: false, no_any_of: false }] = pieces
            && let Some(id) = self.known(node)
        {
            return nullable(Ty::plain(Kind::Named(id)), self.is_nullable(node));
        }
        let key: Key = pieces.iter().map(Piece::key).collect();
        if let Some(ty) = self.memo.get(&key) {
            return ty.clone();
        }
        if self.open.contains(&key) {
            let at = pieces.first().map(|piece| piece.node.span).unwrap_or_default();
            let types = &mut self.types;
            let id = *self
                .again
                .entry(key)
                .or_insert_with(|| types.add(unknown(Name::Derived(path.to_vec()), at)));
            return Ty::plain(Kind::Named(id));
        }
        if self.open.len() > MAX_NESTING {
            let at = pieces.first().map(|piece| piece.node.span).unwrap_or_default();
            self.document.report(Code::Endless, at, "the schema contains itself without end");
            return Ty::any();
        }
        self.open.push(key.clone());
        let lowered = self.lower(pieces, path);
        self.open.pop();
        let ty = match (lowered.body, self.again.get(&key).copied()) {
            (Body::Ty(ty), None) => ty,
            (Body::Ty(ty), Some(id)) => {
                self.types.get_mut(id).shape = Shape::Alias(Alias { ty, recursive: false });
                Ty::plain(Kind::Named(id))
            }
            (Body::Shape(shape), id) => {
                let schema = gather(&mut self.document, pieces);
                let mut def = TypeDef { shape, ..unknown(Name::Derived(path.to_vec()), schema.span) };
                describe(&mut def, schema);
                let id = id.unwrap_or_else(|| self.types.add(def.clone()));
                *self.types.get_mut(id) = def;
                Ty::plain(Kind::Named(id))
            }
        };
        let ty = nullable(ty, lowered.nullable);
        self.memo.insert(key, ty.clone());
        ty
    }

    pub(crate) fn lower(&mut self, pieces: &[Piece<'t>], path: &[String]) -> Lowered {
        let schema = gather(&mut self.document, pieces);
        super::shape::decide(self, schema, path)
    }

    /// True when null is a value of the schema.
    pub(crate) fn is_nullable(&mut self, node: &'t Node) -> bool {
        if let Some(known) = self.nullable.get(&address(node)) {
            return *known;
        }
        self.nullable.insert(address(node), false);
        let schema = gather(&mut self.document, &[Piece::whole(node)]);
        let mut is = schema.allows_null();
        is |= schema.enums.iter().any(|(values, _)| values.iter().any(|value| value.is_null()))
            && (!schema.typed || schema.types.has(Types::NULL));
        if !schema.typed && !is {
            let choices = schema.choices.clone();
            is = choices.iter().flat_map(|choice| choice.variants).any(|variant| self.is_nullable(variant));
        }
        self.nullable.insert(address(node), is);
        is
    }

    /// What a property, parameter or the like says of itself beyond its type.
    pub(crate) fn about(&mut self, node: &'t Node) -> Schema<'t> {
        let mut schema = super::schema::texts(&mut self.document, node);
        let (mut at, mut seen) = (node, HashSet::new());
        while let Some(reference) = only_reference(at, self.document.version) {
            let Some(target) = self.document.target(reference).filter(|_| seen.insert(address(at))) else {
                break;
            };
            at = target.node;
            let other = super::schema::texts(&mut self.document, at);
            if schema.access == ir::Access::Both {
                schema.access = other.access;
            }
            schema.default = schema.default.or(other.default);
            schema.hints.sensitive |= other.hints.sensitive;
        }
        schema
    }
}

/// A definition of which nothing is known yet.
fn unknown(name: Name, at: Span) -> TypeDef {
    let shape = Shape::Alias(Alias { ty: Ty::any(), recursive: false });
    TypeDef { decl: Decl::new(name, at), shape, examples: Vec::new() }
}

/// The type, or null.
pub(crate) fn nullable(ty: Ty, nullable: bool) -> Ty {
    match ty.kind {
        _ if !nullable => ty,
        Kind::Nullable(_) | Kind::Any => ty,
        Kind::Prim(_) | Kind::List(_) | Kind::Tuple(_) | Kind::Map(_) | Kind::Named(_) => {
            Ty::plain(Kind::Nullable(Box::new(ty)))
        }
    }
}

/// Whether something must be there, from `required` and a default.
pub(crate) fn presence(required: bool, default: Option<&Node>) -> Presence {
    match default {
        _ if required => Presence::Required,
        Some(value) if !value.is_null() => Presence::Default(value.to_json()),
        _ => Presence::Optional,
    }
}

fn describe(def: &mut TypeDef, schema: Schema<'_>) {
    def.decl.docs = match (schema.docs.is_empty(), schema.title) {
        (true, Some(title)) => title.to_owned(),
        _ => schema.docs,
    };
    def.decl.deprecated = schema.deprecated;
    def.decl.hints = schema.hints;
    def.examples = schema.examples;
}

/// What the target of a reference is called: the telling steps of its pointer, or the stem of its file.
pub(crate) fn reference_path(text: &str) -> Path {
    let (file, pointer) = text.split_once('#').unwrap_or((text, ""));
    let dull = ["components", "schemas", "definitions", "$defs", "properties", "schema", "content", "paths"];
    let steps: Path = pointer
        .split('/')
        .map(unescape)
        .filter(|step| !step.is_empty() && !dull.contains(&step.as_str()))
        .collect();
    if !steps.is_empty() {
        return steps;
    }
    let name = file.rsplit('/').next().unwrap_or_default();
    vec![name.split('.').next().filter(|stem| !stem.is_empty()).unwrap_or("Schema").to_owned()]
}
