//! How the properties of a form are spelled (OpenAPI 3.2, section 4.15 "Encoding Object"), in forms and in multipart.

use std::collections::BTreeMap;

/// How one property is spelled. What is not said is a text, or several texts of the same name for a list.
#[derive(Debug, Clone, Copy)]
pub struct Part {
    pub(crate) name: &'static str,
    pub(crate) how: How,
    pub(crate) many: bool,
    #[cfg_attr(not(feature = "multipart"), allow(dead_code, reason = "only parts of multipart have it"))]
    pub(crate) media: &'static [&'static str],
    #[cfg_attr(not(feature = "multipart"), allow(dead_code, reason = "only parts of multipart have it"))]
    pub(crate) headers: &'static [&'static str],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum How {
    /// Text; JSON where the part itself says so.
    Plain,
    /// JSON text.
    Json,
    /// Items between separators.
    Joined(char),
    /// `key,value,key,value`
    Pairs,
    /// `name[key]=value`
    Deep,
    /// The keys stand among the form's own.
    Spread(&'static [&'static str]),
    /// A file.
    File,
}

/// A type that forms are read into; implemented by [`form!`](crate::form!).
pub trait Form {
    /// How its properties are spelled, where it is not the usual way.
    const PARTS: &'static [Part];
}

impl<T: Form> Form for Option<T> {
    const PARTS: &'static [Part] = T::PARTS;
}

impl<T: Form + ?Sized> Form for &T {
    const PARTS: &'static [Part] = T::PARTS;
}

impl<T: Form> Form for Box<T> {
    const PARTS: &'static [Part] = T::PARTS;
}

impl<T> Form for BTreeMap<String, T> {
    const PARTS: &'static [Part] = &[];
}

impl Form for serde_json::Value {
    const PARTS: &'static [Part] = &[];
}

/// A property of this name. The empty name is of every property that is not named.
pub const fn part(name: &'static str) -> Part {
    Part { name, how: How::Plain, many: false, media: &[], headers: &[] }
}

/// Says how the properties of a form are spelled: of those that are not a text, or several texts of one name for a list.
/// The spellings are the methods of [`Part`].
///
/// ```
/// # struct NewPet;
/// apiloom::form! { NewPet { "owner": json(), "photos": file().list().media(&["image/*"]) } }
/// ```
#[macro_export]
macro_rules! form {
    ($name:ident { $($key:literal: $($how:ident($($arg:expr)?)).+),* $(,)? }) => {
        #[automatically_derived]
        impl $crate::http::codec::part::Form for $name {
            const PARTS: &'static [$crate::http::codec::part::Part] =
                &[$($crate::http::codec::part::part($key)$(.$how($($arg)?))+),*];
        }
    };
}

impl Part {
    const fn how(self, how: How) -> Self {
        Self { how, ..self }
    }
    /// Text: the default of what is no object.
    #[must_use]
    pub const fn plain(self) -> Self {
        self.how(How::Plain)
    }
    /// JSON text: the default of objects.
    #[must_use]
    pub const fn json(self) -> Self {
        self.how(How::Json)
    }
    /// `style: form, explode: false`: `a,b`.
    #[must_use]
    pub const fn joined(self) -> Self {
        self.how(How::Joined(','))
    }
    /// `style: spaceDelimited`: `a b`.
    #[must_use]
    pub const fn spaces(self) -> Self {
        self.how(How::Joined(' '))
    }
    /// `style: pipeDelimited`: `a|b`.
    #[must_use]
    pub const fn pipes(self) -> Self {
        self.how(How::Joined('|'))
    }
    /// An object of `style: form, explode: false`: `key,value,key,value`.
    #[must_use]
    pub const fn pairs(self) -> Self {
        self.how(How::Pairs)
    }
    /// `style: deepObject`: `name[key]=value`, to any depth.
    #[must_use]
    pub const fn deep_object(self) -> Self {
        self.how(How::Deep)
    }
    /// An object of `style: form, explode: true`: its keys stand among the form's own.
    #[must_use]
    pub const fn spread(self, keys: &'static [&'static str]) -> Self {
        self.how(How::Spread(keys))
    }
    /// A file: [`Upload`](crate::Upload).
    #[must_use]
    pub const fn file(self) -> Self {
        self.how(How::File)
    }
    /// A list: each part of the name is an item.
    #[must_use]
    pub const fn list(self) -> Self {
        Self { many: true, ..self }
    }
    /// The media types that the part may have; ranges such as `image/*` too.
    #[must_use]
    pub const fn media(self, media: &'static [&'static str]) -> Self {
        Self { media, ..self }
    }
    /// Headers that the part must have.
    #[must_use]
    pub const fn headers(self, headers: &'static [&'static str]) -> Self {
        Self { headers, ..self }
    }
}

/// The entry of a name, or the one for all others.
pub(crate) fn find<'p>(parts: &'p [Part], name: &str) -> Option<&'p Part> {
    parts.iter().find(|part| part.name == name).or_else(|| parts.iter().find(|part| part.name.is_empty()))
}
