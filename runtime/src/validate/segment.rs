//! Where a check looks: a field, right here, or a part of the request.

use crate::fault::{Fault, Place, Step};
use std::borrow::Cow;

/// A step from the checked value to the one a check is about.
pub trait Segment {
    /// Says of a fault found there where it is.
    fn place(&self, fault: &mut Fault);
}

/// A field, by its name on the wire.
impl Segment for &'static str {
    fn place(&self, fault: &mut Fault) {
        fault.within(Step::Key(Cow::Borrowed(self)));
    }
}

/// A field, by its own name, and the names of fields that are others on the wire: the wire's first.
#[derive(Debug, Clone, Copy)]
pub struct Field(pub &'static str, pub &'static [(&'static str, &'static str)]);

impl Field {
    fn key(&self) -> &'static str {
        self.1.iter().find(|(_, field)| *field == self.0).map_or(self.0, |(key, _)| key)
    }
}

impl Segment for Field {
    fn place(&self, fault: &mut Fault) {
        self.key().place(fault);
    }
}

/// A parameter, by its place and its field.
#[derive(Debug, Clone, Copy)]
pub struct Parameter(pub Place, pub Field);

impl Segment for Parameter {
    fn place(&self, fault: &mut Fault) {
        fault.place = self.0;
        if self.0 != Place::Body {
            fault.name = Cow::Borrowed(self.1.key());
        }
    }
}

/// The value itself.
impl Segment for () {
    fn place(&self, _: &mut Fault) {}
}

/// An item, by its place from 0.
impl Segment for usize {
    fn place(&self, fault: &mut Fault) {
        fault.within(Step::Index(*self));
    }
}

impl Segment for Step {
    fn place(&self, fault: &mut Fault) {
        fault.within(self.clone());
    }
}

macro_rules! places {
    ($($(#[$docs:meta])* $name:ident)*) => {$(
        $(#[$docs])*
        #[derive(Debug, Clone, Copy)]
        pub struct $name(pub &'static str);
        impl Segment for $name {
            fn place(&self, fault: &mut Fault) {
                fault.place = Place::$name;
                fault.name = Cow::Borrowed(self.0);
            }
        }
    )*};
}

places! {
    /// A path parameter, by its name on the wire.
    Path
    /// A query parameter, by its name on the wire.
    Query
    /// A header, by its name on the wire.
    Header
    /// A cookie, by its name on the wire.
    Cookie
}

/// The body of the request.
#[derive(Debug, Clone, Copy)]
pub struct InBody;

impl Segment for InBody {
    fn place(&self, fault: &mut Fault) {
        fault.place = Place::Body;
    }
}
