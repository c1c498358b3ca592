//! One definition or extension as data: both have the same parts.

use super::lower::{named, span, twice};
use super::model::{Applied, Composite, Decl, Directive, Field, Input, Shape, Ty, Type, Wrapped};
use super::value::Value;
use crate::diagnostic::Diagnostics;
use crate::source::{FileId, Span};
use apollo_compiler::ast::{self, Definition};
use apollo_compiler::{Name, Node};
use indexmap::IndexMap;

/// What one definition or extension says of a type.
pub(super) type Part = Type;

/// The type that a definition defines or extends; `None` for definitions of other things.
pub(super) fn of(file: FileId, definition: &Definition, diagnostics: &mut Diagnostics) -> Option<Part> {
    let docs = match definition {
        Definition::ScalarTypeDefinition(node) => node.description.as_ref(),
        Definition::ObjectTypeDefinition(node) => node.description.as_ref(),
        Definition::InterfaceTypeDefinition(node) => node.description.as_ref(),
        Definition::UnionTypeDefinition(node) => node.description.as_ref(),
        Definition::EnumTypeDefinition(node) => node.description.as_ref(),
        Definition::InputObjectTypeDefinition(node) => node.description.as_ref(),
        _ => None,
    };
    let decl = decl(file, definition.name()?, docs, definition.directives());
    let mut reader = Reader { file, diagnostics };
    let shape = match definition {
        Definition::ScalarTypeDefinition(_) | Definition::ScalarTypeExtension(_) => Shape::Scalar,
        Definition::ObjectTypeDefinition(node) => {
            Shape::Object(reader.composite(&decl, &node.implements_interfaces, &node.fields))
        }
        Definition::ObjectTypeExtension(node) => {
            Shape::Object(reader.composite(&decl, &node.implements_interfaces, &node.fields))
        }
        Definition::InterfaceTypeDefinition(node) => {
            Shape::Interface(reader.composite(&decl, &node.implements_interfaces, &node.fields))
        }
        Definition::InterfaceTypeExtension(node) => {
            Shape::Interface(reader.composite(&decl, &node.implements_interfaces, &node.fields))
        }
        Definition::UnionTypeDefinition(node) => Shape::Union(reader.names(&node.members)),
        Definition::UnionTypeExtension(node) => Shape::Union(reader.names(&node.members)),
        Definition::EnumTypeDefinition(node) => Shape::Enum(reader.values(&decl, &node.values)),
        Definition::EnumTypeExtension(node) => Shape::Enum(reader.values(&decl, &node.values)),
        Definition::InputObjectTypeDefinition(node) => Shape::Input(reader.inputs(&decl, &node.fields)),
        Definition::InputObjectTypeExtension(node) => Shape::Input(reader.inputs(&decl, &node.fields)),
        Definition::OperationDefinition(_)
        | Definition::FragmentDefinition(_)
        | Definition::DirectiveDefinition(_)
        | Definition::SchemaDefinition(_)
        | Definition::SchemaExtension(_) => return None,
    };
    Some(Type { decl, shape })
}

/// The definition of a directive.
pub(super) fn directive(
    file: FileId,
    node: &ast::DirectiveDefinition,
    diagnostics: &mut Diagnostics,
) -> Directive {
    let none = ast::DirectiveList::default();
    let decl = decl(file, &node.name, node.description.as_ref(), &none);
    Directive {
        arguments: Reader { file, diagnostics }.inputs(&decl, &node.arguments),
        decl,
        repeatable: node.repeatable,
        locations: node.locations.iter().map(|location| location.name()).collect(),
    }
}

/// Directives that are applied.
pub(super) fn applied(file: FileId, list: &ast::DirectiveList) -> Vec<Applied> {
    let one = |node: &Node<ast::Directive>| Applied {
        name: node.name.as_str().to_owned(),
        arguments: node
            .arguments
            .iter()
            .map(|argument| (argument.name.as_str().to_owned(), Value::from(&*argument.value)))
            .collect(),
        span: span(file, node.location()),
    };
    list.iter().map(one).collect()
}

fn decl(file: FileId, name: &Name, docs: Option<&Node<str>>, directives: &ast::DirectiveList) -> Decl {
    let named = named(file, name);
    Decl {
        name: named.name,
        docs: docs.map(|docs| docs.trim().to_owned()).filter(|docs| !docs.is_empty()),
        span: named.span,
        applied: applied(file, directives),
    }
}

struct Reader<'d> {
    file: FileId,
    diagnostics: &'d mut Diagnostics,
}

impl Reader<'_> {
    fn composite(
        &mut self,
        owner: &Decl,
        interfaces: &[Name],
        fields: &[Node<ast::FieldDefinition>],
    ) -> Composite {
        let mut read = Composite { interfaces: self.names(interfaces), fields: IndexMap::new() };
        for node in fields {
            let decl = decl(self.file, &node.name, node.description.as_ref(), &node.directives);
            let arguments = self.inputs(&decl, &node.arguments);
            let field = Field { decl, ty: self.ty(&node.ty), arguments };
            if self.is_new(owner, read.fields.get(&field.decl.name).map(|first| first.decl.span), &field.decl)
            {
                read.fields.insert(field.decl.name.clone(), field);
            }
        }
        read
    }

    fn names(&self, names: &[Name]) -> IndexMap<String, Span> {
        names.iter().map(|name| (name.as_str().to_owned(), span(self.file, name.location()))).collect()
    }

    fn values(&mut self, owner: &Decl, values: &[Node<ast::EnumValueDefinition>]) -> IndexMap<String, Decl> {
        let mut read: IndexMap<String, Decl> = IndexMap::new();
        for node in values {
            let value = decl(self.file, &node.value, node.description.as_ref(), &node.directives);
            if self.is_new(owner, read.get(&value.name).map(|first| first.span), &value) {
                read.insert(value.name.clone(), value);
            }
        }
        read
    }

    fn inputs(
        &mut self,
        owner: &Decl,
        inputs: &[Node<ast::InputValueDefinition>],
    ) -> IndexMap<String, Input> {
        let mut read: IndexMap<String, Input> = IndexMap::new();
        for node in inputs {
            let decl = decl(self.file, &node.name, node.description.as_ref(), &node.directives);
            let default = node.default_value.as_ref().map(|value| Value::from(&**value));
            if self.is_new(owner, read.get(&decl.name).map(|first| first.decl.span), &decl) {
                read.insert(decl.name.clone(), Input { decl, ty: self.ty(&node.ty), default });
            }
        }
        read
    }

    fn is_new(&mut self, owner: &Decl, first: Option<Span>, decl: &Decl) -> bool {
        if let Some(first) = first {
            twice(self.diagnostics, &format!("`{}` of `{}`", decl.name, owner.name), decl.span, first);
        }
        first.is_none()
    }

    fn ty(&self, ty: &ast::Type) -> Ty {
        Ty { wrapped: wrapped(ty), span: span(self.file, ty.inner_named_type().location()) }
    }
}

fn wrapped(ty: &ast::Type) -> Wrapped {
    match ty {
        ast::Type::Named(name) => Wrapped::Named(name.as_str().to_owned()),
        ast::Type::NonNullNamed(name) => Wrapped::NonNull(Box::new(Wrapped::Named(name.as_str().to_owned()))),
        ast::Type::List(inner) => Wrapped::List(Box::new(wrapped(inner))),
        ast::Type::NonNullList(inner) => Wrapped::NonNull(Box::new(Wrapped::List(Box::new(wrapped(inner))))),
    }
}
