//! Edits of GraphQL schemas.

use super::{Dice, Edit};
use apollo_compiler::ast::{
    Definition, Directive, DirectiveList, Document, EnumValueDefinition, FieldDefinition,
    InputValueDefinition, Type, Value,
};
use apollo_compiler::{Name, Node};

/// What is done to a definition. `None` if it does not fit.
type Change = fn(&mut Definition, &mut Dice) -> Option<()>;

const CHANGES: &[(&str, Change)] = &[
    ("remove a field", |one, dice| remove(fields(one)?, dice)),
    ("add a field", |one, _| added(fields(one)?, field("xEdited", "Int"))),
    ("toggle the nullability of a field", |one, dice| {
        change(fields(one)?, dice, |field| toggle(&mut field.ty))
    }),
    ("deprecate a field", |one, dice| change(fields(one)?, dice, |field| deprecate(&mut field.directives.0))),
    ("change what a field is said to be", |one, dice| {
        change(fields(one)?, dice, |field| {
            field.description = Some("edited".into());
            Some(())
        })
    }),
    ("add an argument", |one, dice| {
        change(fields(one)?, dice, |field| added(&mut field.arguments, input("xEdited", "Int")))
    }),
    ("add a required argument", |one, dice| {
        change(fields(one)?, dice, |field| added(&mut field.arguments, input("xEdited", "Int!")))
    }),
    ("remove an argument", |one, dice| argument(one, dice, remove)),
    ("toggle the nullability of an argument", |one, dice| {
        argument(one, dice, |arguments, dice| {
            change(arguments, dice, |argument| toggle(argument.ty.make_mut()))
        })
    }),
    ("change the default of an argument", |one, dice| {
        argument(one, dice, |arguments, dice| change(arguments, dice, other_default))
    }),
    ("remove an input field", |one, dice| remove(inputs(one)?, dice)),
    ("add an input field", |one, _| added(inputs(one)?, input("xEdited", "Int"))),
    ("add a required input field", |one, _| added(inputs(one)?, input("xEdited", "Int!"))),
    ("toggle the nullability of an input field", |one, dice| {
        change(inputs(one)?, dice, |field| toggle(field.ty.make_mut()))
    }),
    ("change the default of an input field", |one, dice| change(inputs(one)?, dice, other_default)),
    ("remove a value", |one, dice| remove(values(one)?, dice)),
    ("add a value", |one, _| {
        let value = EnumValueDefinition {
            description: None,
            value: name("X_EDITED"),
            directives: DirectiveList::default(),
        };
        added(values(one)?, value)
    }),
    ("deprecate a value", |one, dice| change(values(one)?, dice, |value| deprecate(&mut value.directives.0))),
    ("remove a member", |one, dice| {
        let Definition::UnionTypeDefinition(union) = one else { return None };
        let members = &mut union.make_mut().members;
        (members.len() > 1).then(|| drop(members.remove(dice.next(members.len()))))
    }),
    ("remove an interface", |one, dice| {
        let Definition::ObjectTypeDefinition(object) = one else { return None };
        let interfaces = &mut object.make_mut().implements_interfaces;
        (!interfaces.is_empty()).then(|| drop(interfaces.remove(dice.next(interfaces.len()))))
    }),
    ("make a directive repeatable or not", |one, _| {
        let Definition::DirectiveDefinition(directive) = one else { return None };
        let directive = directive.make_mut();
        directive.repeatable = !directive.repeatable;
        Some(())
    }),
    ("remove a place of a directive", |one, _| {
        let Definition::DirectiveDefinition(directive) = one else { return None };
        let locations = &mut directive.make_mut().locations;
        (locations.len() > 1).then(|| locations.pop()).map(drop)
    }),
    ("add a required argument to a directive", |one, _| {
        let Definition::DirectiveDefinition(directive) = one else { return None };
        added(&mut directive.make_mut().arguments, input("xEdited", "Int!"))
    }),
    ("remove an argument of a directive", |one, dice| {
        let Definition::DirectiveDefinition(directive) = one else { return None };
        remove(&mut directive.make_mut().arguments, dice)
    }),
];

/// Some edits of a schema.
pub(super) fn edits(text: &str, dice: &mut Dice, count: usize) -> Vec<Edit> {
    // What real schemas have wrong is kept as it is.
    let document = Document::parse(text, "schema.graphql").unwrap_or_else(|faulty| faulty.partial);
    let counts = (0..document.definitions.len()).filter(|at| counts(&document, *at));
    let places = counts.clone().flat_map(|at| CHANGES.iter().map(move |one| (at, one)));
    let mut edits = Vec::new();
    for (at, (what, change)) in dice.some(places.collect(), 12 * count) {
        let mut edited = document.clone();
        let definition = &mut edited.definitions[at];
        if change(definition, dice).is_some() {
            let name = definition.name().map_or("schema", Name::as_str).to_owned();
            edits.push(Edit { what, place: name, text: edited.to_string() });
        }
    }
    for at in dice.some(counts.collect(), count / 10) {
        let mut edited = document.clone();
        let gone = edited.definitions.remove(at);
        if !gone.is_extension_definition() && gone.name().is_some() {
            let place = gone.name().unwrap().to_string();
            edits.push(Edit { what: "remove", place, text: edited.to_string() });
        }
    }
    dice.some(edits, count)
}

/// Directives of the specification are what it says, and of fields that are defined twice the first one counts.
fn counts(document: &Document, at: usize) -> bool {
    let one = &document.definitions[at];
    let repeats = |field: &Node<FieldDefinition>| {
        document.definitions.iter().any(|other| match other {
            Definition::ObjectTypeDefinition(object) if Some(&object.name) == one.name() => {
                object.fields.iter().any(|known| known.name == field.name)
            }
            _ => false,
        })
    };
    match one {
        Definition::DirectiveDefinition(directive) => {
            !["skip", "include", "deprecated", "specifiedBy", "oneOf"].contains(&directive.name.as_str())
        }
        Definition::ObjectTypeExtension(object) => !object.fields.iter().any(repeats),
        _ => true,
    }
}

fn fields(one: &mut Definition) -> Option<&mut Vec<Node<FieldDefinition>>> {
    match one {
        Definition::ObjectTypeDefinition(object) => Some(&mut object.make_mut().fields),
        Definition::ObjectTypeExtension(object) => Some(&mut object.make_mut().fields),
        Definition::InterfaceTypeDefinition(interface) => Some(&mut interface.make_mut().fields),
        _ => None,
    }
}

fn inputs(one: &mut Definition) -> Option<&mut Vec<Node<InputValueDefinition>>> {
    match one {
        Definition::InputObjectTypeDefinition(input) => Some(&mut input.make_mut().fields),
        _ => None,
    }
}

fn values(one: &mut Definition) -> Option<&mut Vec<Node<EnumValueDefinition>>> {
    match one {
        Definition::EnumTypeDefinition(values) => Some(&mut values.make_mut().values),
        _ => None,
    }
}

/// Changes the arguments of one of the fields that have some.
fn argument(
    one: &mut Definition,
    dice: &mut Dice,
    change: fn(&mut Vec<Node<InputValueDefinition>>, &mut Dice) -> Option<()>,
) -> Option<()> {
    let mut fields: Vec<_> = fields(one)?.iter_mut().filter(|field| !field.arguments.is_empty()).collect();
    let at = dice.next(fields.len());
    change(&mut fields.get_mut(at)?.make_mut().arguments, dice)
}

fn remove<T>(list: &mut Vec<Node<T>>, dice: &mut Dice) -> Option<()> {
    (list.len() > 1).then(|| drop(list.remove(dice.next(list.len()))))
}

fn added<T>(list: &mut Vec<Node<T>>, one: T) -> Option<()> {
    list.push(Node::new(one));
    Some(())
}

fn change<T: Clone>(list: &mut [Node<T>], dice: &mut Dice, change: fn(&mut T) -> Option<()>) -> Option<()> {
    let at = dice.next(list.len());
    change(list.get_mut(at)?.make_mut())
}

fn toggle(ty: &mut Type) -> Option<()> {
    *ty = if ty.is_non_null() { ty.clone().nullable() } else { ty.clone().non_null() };
    Some(())
}

fn deprecate(directives: &mut Vec<Node<Directive>>) -> Option<()> {
    let directive = Directive { name: name("deprecated"), arguments: Vec::new() };
    directives.iter().all(|one| one.name != "deprecated").then(|| directives.push(Node::new(directive)))
}

/// A number gets another default, or one where there was none.
fn other_default(value: &mut InputValueDefinition) -> Option<()> {
    let is_number = value.ty.inner_named_type() == "Int" && !value.ty.is_list();
    let default = Node::new(Value::from(4711));
    is_number.then(|| value.default_value = Some(default))
}

fn field(called: &str, ty: &str) -> FieldDefinition {
    FieldDefinition {
        description: None,
        name: name(called),
        arguments: Vec::new(),
        ty: named(ty),
        directives: DirectiveList::default(),
    }
}

fn input(called: &str, ty: &str) -> InputValueDefinition {
    InputValueDefinition {
        description: None,
        name: name(called),
        ty: Node::new(named(ty)),
        default_value: None,
        directives: DirectiveList::default(),
    }
}

fn named(ty: &str) -> Type {
    match ty.strip_suffix('!') {
        Some(ty) => Type::NonNullNamed(name(ty)),
        None => Type::Named(name(ty)),
    }
}

fn name(name: &str) -> Name {
    Name::new(name).unwrap()
}
