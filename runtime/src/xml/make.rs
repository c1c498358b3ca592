//! What [`xml!`](crate::xml!) is written with: what each member of an object is.

use super::{Kind, Name, Root, Shape, Type, Xml};

const fn name(local: &'static str) -> Name {
    Name { local, prefix: "", namespace: "" }
}

const fn made(kind: Kind, local: &'static str) -> Xml {
    Xml { kind, name: name(local), item: None, shape: Shape::Text, required: false }
}

/// An element, of text unless more is said.
pub const fn element(name: &'static str) -> Xml {
    made(Kind::Element, name)
}

/// An attribute.
pub const fn attribute(name: &'static str) -> Xml {
    made(Kind::Attribute, name)
}

/// The text of the object's element.
pub const fn text() -> Xml {
    made(Kind::Text, "")
}

/// The text of the object's element, written as CDATA.
pub const fn cdata() -> Xml {
    made(Kind::Cdata, "")
}

/// A list whose items stand side by side, without an element around them.
pub const fn list(item: &'static str) -> Xml {
    made(Kind::Bare, "").list(item)
}

impl Xml {
    /// Holds items of this name.
    #[must_use]
    pub const fn list(self, item: &'static str) -> Self {
        Self { item: Some(name(item)), ..self }
    }

    /// Holds a type that has a table.
    #[must_use]
    pub const fn of<T: Type>(self) -> Self {
        Self { shape: Shape::Type(T::root as fn() -> Root), ..self }
    }

    /// Holds whatever there is.
    #[must_use]
    pub const fn any(self) -> Self {
        Self { shape: Shape::Any, ..self }
    }

    /// The namespace, and the prefix that is written.
    #[must_use]
    pub const fn within(self, prefix: &'static str, namespace: &'static str) -> Self {
        Self { name: Name { prefix, namespace, ..self.name }, ..self }
    }

    /// The namespace of the items, and the prefix that is written.
    #[must_use]
    pub const fn items_within(self, prefix: &'static str, namespace: &'static str) -> Self {
        match self.item {
            Some(item) => Self { item: Some(Name { prefix, namespace, ..item }), ..self },
            None => self,
        }
    }

    /// Must be there: where no item stands, there is an empty list.
    #[must_use]
    pub const fn required(self) -> Self {
        Self { required: true, ..self }
    }
}
