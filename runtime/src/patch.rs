//! Optional fields: what "the key may be missing" means for `Option` and for [`Patch`].

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A field that may be absent, `null`, or hold a value: what an optional and nullable property is on the wire.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Patch<T> {
    /// The key is not there.
    #[default]
    Absent,
    /// The key is there and holds `null`.
    Null,
    /// The key is there and holds a value.
    Value(T),
}

impl<T> Patch<T> {
    /// The value, if there is one.
    pub fn value(self) -> Option<T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Null => None,
        }
    }

    /// A view of the value.
    pub fn as_ref(&self) -> Patch<&T> {
        match self {
            Self::Absent => Patch::Absent,
            Self::Null => Patch::Null,
            Self::Value(value) => Patch::Value(value),
        }
    }

    /// Is the key absent?
    pub fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    /// What to do with a stored value: `None` keeps it, `Some(None)` clears it, `Some(Some(v))` replaces it.
    pub fn change(self) -> Option<Option<T>> {
        match self {
            Self::Absent => None,
            Self::Null => Some(None),
            Self::Value(value) => Some(Some(value)),
        }
    }
}

impl<T> From<Option<T>> for Patch<T> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Self::Value)
    }
}

impl<T: Serialize> Serialize for Patch<T> {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Absent | Self::Null => s.serialize_none(),
            Self::Value(value) => value.serialize(s),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Patch<T> {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        Option::deserialize(d).map(Self::from)
    }
}

/// The type of an optional field.
pub trait Optional: Sized {
    /// The field when its key is missing.
    fn absent() -> Self;
    /// Is the key to be left out?
    fn is_absent(&self) -> bool;
}

/// The reading half of [`Optional`].
pub trait ReadOptional<'de>: Optional {
    /// Reads the field from the value of its key.
    ///
    /// # Errors
    /// What the value's own reading refuses; for `Option` also `null`, which the schema does not allow.
    fn read_optional<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error>;
}

impl<T> Optional for Option<T> {
    fn absent() -> Self {
        None
    }
    fn is_absent(&self) -> bool {
        self.is_none()
    }
}

impl<'de, T: Deserialize<'de>> ReadOptional<'de> for Option<T> {
    #[inline]
    fn read_optional<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        T::deserialize(d).map(Some)
    }
}

impl<T> Optional for Patch<T> {
    fn absent() -> Self {
        Self::Absent
    }
    fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }
}

impl<'de, T: Deserialize<'de>> ReadOptional<'de> for Patch<T> {
    #[inline]
    fn read_optional<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        Self::deserialize(d)
    }
}
