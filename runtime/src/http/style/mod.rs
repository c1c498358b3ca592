//! How a parameter is spelled (OpenAPI 3.2, "Style Values"): one table that reading (`decode`) and writing
//! ([`encode`]) share, so that each is the inverse of the other.

pub(crate) mod decode;
pub(crate) mod deep;
pub mod encode;
pub(crate) mod escape;
mod single;
#[cfg(test)]
mod tests;

use crate::fault::Place;
pub(crate) use escape::Escape;

/// A style, with `explode`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// `form`, exploded: the default of query and cookie.
    Form,
    /// `form`, not exploded: `name=a,b`.
    FormJoined,
    /// `simple`: `a,b`; the default of path and header.
    Simple,
    /// `simple`, exploded: `k=v,l=w`.
    SimpleExploded,
    /// `label`: `.a,b`.
    Label,
    /// `label`, exploded: `.a.b`.
    LabelExploded,
    /// `matrix`: `;name=a,b`.
    Matrix,
    /// `matrix`, exploded: `;name=a;name=b`.
    MatrixExploded,
    /// `spaceDelimited`: `name=a%20b`.
    SpaceDelimited,
    /// `pipeDelimited`: `name=a%7Cb`.
    PipeDelimited,
    /// `deepObject`: `name[key]=v`.
    DeepObject,
    /// `cookie`, exploded (OpenAPI 3.2): `name=a; name=b`, without escapes.
    Cookie,
    /// `cookie`, not exploded: `name=a,b`.
    CookieJoined,
    /// A parameter with `content`: JSON.
    ContentJson,
    /// A parameter with `content`: a form.
    ContentForm,
    /// A parameter with `content`: text.
    ContentText,
}

/// Where the name of the parameter stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Named {
    /// Nowhere.
    No,
    /// Once, before all items.
    Once,
    /// Before each item of a list; an object has its keys instead.
    Each,
}

/// What a style writes around the parts of a value (RFC 6570, appendix A).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Row {
    /// Before everything.
    pub(crate) first: &'static str,
    /// Between items, and between the entries of an object.
    pub(crate) between: &'static str,
    /// Between a key and its value.
    pub(crate) pair: &'static str,
    pub(crate) named: Named,
    /// After the name of an empty text.
    pub(crate) empty: &'static str,
}

impl Style {
    /// The row of the table; none for what is more than a row.
    pub(crate) const fn row(self) -> Option<Row> {
        let (first, between, pair, named, empty) = match self {
            Self::Simple => ("", ",", ",", Named::No, ""),
            Self::SimpleExploded => ("", ",", "=", Named::No, ""),
            Self::Label => (".", ",", ",", Named::No, ""),
            Self::LabelExploded => (".", ".", "=", Named::No, ""),
            Self::Matrix => (";", ",", ",", Named::Once, ""),
            Self::MatrixExploded => (";", ";", "=", Named::Each, ""),
            Self::Form => ("", "&", "=", Named::Each, "="),
            Self::FormJoined => ("", ",", ",", Named::Once, "="),
            Self::SpaceDelimited => ("", "%20", "%20", Named::Once, "="),
            Self::PipeDelimited => ("", "%7C", "%7C", Named::Once, "="),
            Self::Cookie => ("", "; ", "=", Named::Each, "="),
            Self::CookieJoined => ("", ",", ",", Named::Once, "="),
            Self::DeepObject | Self::ContentJson | Self::ContentForm | Self::ContentText => return None,
        };
        Some(Row { first, between, pair, named, empty })
    }

    /// The character at which a text comes apart, when it is not a pair of its own.
    pub(crate) const fn delimiter(self) -> Option<char> {
        match self {
            Self::LabelExploded => Some('.'),
            Self::SpaceDelimited => Some(' '),
            Self::PipeDelimited => Some('|'),
            Self::Simple
            | Self::SimpleExploded
            | Self::Label
            | Self::Matrix
            | Self::FormJoined
            | Self::CookieJoined => Some(','),
            Self::MatrixExploded
            | Self::Form
            | Self::Cookie
            | Self::DeepObject
            | Self::ContentJson
            | Self::ContentForm
            | Self::ContentText => None,
        }
    }
}

/// Where a parameter is, how it is spelled, and its name.
#[derive(Debug, Clone, Copy)]
pub struct Spec {
    pub(crate) place: Place,
    pub(crate) style: Style,
    pub(crate) name: &'static str,
    /// Characters that have a meaning in URLs are written as they are.
    pub(crate) reserved: bool,
    /// An empty text stands for no value.
    pub(crate) empty: bool,
    /// It is the whole query.
    pub(crate) whole: bool,
}

macro_rules! styles {
    ($($name:ident $style:ident)*) => {$(
        #[doc = concat!("In the style `", stringify!($name), "`.")]
        #[must_use]
        pub const fn $name(self) -> Self {
            Self { style: Style::$style, ..self }
        }
    )*};
}

impl Spec {
    const fn new(place: Place, style: Style, name: &'static str) -> Self {
        Self { place, style, name, reserved: false, empty: false, whole: false }
    }
    /// In the path.
    pub const fn path(name: &'static str) -> Self {
        Self::new(Place::Path, Style::Simple, name)
    }
    /// In the query.
    pub const fn query(name: &'static str) -> Self {
        Self::new(Place::Query, Style::Form, name)
    }
    /// The whole query (OpenAPI 3.2, `querystring`).
    pub const fn querystring(name: &'static str) -> Self {
        Self { whole: true, ..Self::new(Place::Query, Style::ContentForm, name) }
    }
    /// A header.
    pub const fn header(name: &'static str) -> Self {
        Self::new(Place::Header, Style::Simple, name)
    }
    /// A cookie.
    pub const fn cookie(name: &'static str) -> Self {
        Self::new(Place::Cookie, Style::Form, name)
    }
    /// The body, which is no parameter: it only has its place among them.
    pub const fn body(name: &'static str) -> Self {
        Self::new(Place::Body, Style::ContentText, name)
    }
    /// `allowReserved`: characters that have a meaning in URLs are written as they are. They are always read.
    #[must_use]
    pub const fn reserved(self) -> Self {
        Self { reserved: true, ..self }
    }
    /// `allowEmptyValue`: an empty text is `true` for a boolean, an empty text for a string, and else no value.
    #[must_use]
    pub const fn empty(self) -> Self {
        Self { empty: true, ..self }
    }
    styles! {
        form Form form_joined FormJoined simple Simple simple_exploded SimpleExploded label Label
        label_exploded LabelExploded matrix Matrix matrix_exploded MatrixExploded space_delimited SpaceDelimited
        pipe_delimited PipeDelimited deep_object DeepObject cookie_plain Cookie cookie_joined CookieJoined
        content_json ContentJson content_form ContentForm content_text ContentText
    }

    /// How characters are escaped there.
    pub(crate) const fn escape(&self) -> Escape {
        match (self.place, self.style) {
            (_, Style::ContentJson | Style::ContentText) if self.whole => Escape::Percent,
            (Place::Header, _) | (_, Style::Cookie | Style::CookieJoined) => Escape::None,
            (Place::Query | Place::Body, _) => Escape::Form,
            (Place::Path | Place::Cookie, _) => Escape::Percent,
        }
    }
}
