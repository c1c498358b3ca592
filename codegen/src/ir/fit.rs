//! Whether a JSON value of the schema fits a type, and which value of the type it is. Backends print the outcome as a
//! literal of their language.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::{
    Api, Decimal, Enum, EnumValue, Format, IntFormat, Kind, Look, NumberFormat, Others, Presence, Prim, Rest,
    Shape, Struct, Tag, Ty, TypeId, Union, UnionVariant, Value,
};

/// A value of a type.
#[derive(Debug, Clone, PartialEq)]
pub enum Fit<'a> {
    /// null where null is allowed.
    Null,
    /// A value where null would be allowed too.
    Present(Box<Fit<'a>>),
    /// true or false.
    Boolean(bool),
    /// A number without fraction, within its format.
    Integer(i128),
    /// A finite number.
    Number(f64),
    /// A decimal in a text.
    DecimalText(Decimal),
    /// A decimal that is a number.
    DecimalNumber(Decimal),
    /// Text without a type of its own.
    String(&'a str),
    /// A text that is not shown.
    Secret(&'a str),
    /// A date: year, month, day.
    Date(i16, i8, i8),
    /// An IPv4 address.
    Ipv4(Ipv4Addr),
    /// An IPv6 address.
    Ipv6(Ipv6Addr),
    /// A UUID.
    Uuid(u128),
    /// The n-th member of an enumeration.
    Member(TypeId, usize),
    /// A text that an open enumeration does not list.
    Unlisted(TypeId, &'a str),
    /// The n-th variant of a union.
    Variant(TypeId, usize, Box<Fit<'a>>),
    /// A wrapper type.
    Wrapper(TypeId, Box<Fit<'a>>),
    /// The fields of a struct in its order; `None`: absent.
    Struct(TypeId, Vec<Option<Fit<'a>>>),
    /// Items.
    List(Vec<Fit<'a>>),
    /// Items of different types.
    Tuple(Vec<Fit<'a>>),
    /// Entries.
    Map(Vec<(&'a str, Fit<'a>)>),
    /// Any JSON value.
    Json(&'a Value),
}

/// The value as one of the type, or `None` when it does not fit or has no literal. `mapped` says which formats users gave
/// a type of their own: those have none.
#[must_use]
pub fn fit<'a>(
    api: &'a Api,
    ty: &'a Ty,
    value: &'a Value,
    mapped: &dyn Fn(&Format) -> bool,
) -> Option<Fit<'a>> {
    Fitter { api, mapped }.ty(ty, value, 0)
}

struct Fitter<'a, 'f> {
    api: &'a Api,
    mapped: &'f dyn Fn(&Format) -> bool,
}

impl<'a> Fitter<'a, '_> {
    fn ty(&self, ty: &'a Ty, value: &'a Value, depth: usize) -> Option<Fit<'a>> {
        if depth > 32 {
            return None;
        }
        let deeper = depth + 1;
        match self.api.resolve(ty).0 {
            Kind::Any => Some(Fit::Json(value)),
            Kind::Nullable(_) if value.is_null() => Some(Fit::Null),
            Kind::Nullable(inner) => {
                let (inner, _) = self.api.without_null(inner);
                Some(Fit::Present(Box::new(self.ty(inner, value, deeper)?)))
            }
            Kind::Prim(prim) => self.prim(prim, value),
            Kind::List(item) => {
                let items = value.as_array()?.iter().map(|value| self.ty(item, value, deeper));
                Some(Fit::List(items.collect::<Option<_>>()?))
            }
            Kind::Tuple(items) => {
                let values = value.as_array().filter(|values| values.len() == items.len())?;
                let items = items.iter().zip(values).map(|(item, value)| self.ty(item, value, deeper));
                Some(Fit::Tuple(items.collect::<Option<_>>()?))
            }
            Kind::Map(item) => {
                let entries = value.as_object()?.iter();
                let entries = entries.map(|(key, value)| Some((key.as_str(), self.ty(item, value, deeper)?)));
                Some(Fit::Map(entries.collect::<Option<_>>()?))
            }
            Kind::Named(id) => self.named(*id, value, deeper),
        }
    }

    fn named(&self, id: TypeId, value: &'a Value, depth: usize) -> Option<Fit<'a>> {
        match &self.api.types.get(id).shape {
            Shape::Enum(list) => match (member(list, value), list.others) {
                (Some(n), _) => Some(Fit::Member(id, n)),
                (None, Others::Kept) => value.as_str().map(|text| Fit::Unlisted(id, text)),
                (None, Others::Refused) => None,
            },
            Shape::Struct(object) => self.object(id, object, value, depth),
            Shape::Union(union) => self.variant(id, union, value, depth),
            Shape::Alias(alias) => Some(Fit::Wrapper(id, Box::new(self.ty(&alias.ty, value, depth)?))),
        }
    }

    /// Structs have a literal as long as every key is a field.
    fn object(&self, id: TypeId, object: &'a Struct, value: &'a Value, depth: usize) -> Option<Fit<'a>> {
        let entries = value.as_object()?;
        let known = |key: &String| object.fields.iter().any(|field| field.decl.name.text() == *key);
        if !matches!(object.rest, Rest::Ignore) && !entries.keys().all(known) {
            return None;
        }
        let fields =
            object.fields.iter().map(|field| match (entries.get(&field.decl.name.text()), &field.presence) {
                (Some(value), Presence::Optional) => {
                    let (inner, nullable) = self.api.without_null(&field.ty);
                    let fit = if nullable {
                        self.ty(&field.ty, value, depth)
                    } else {
                        self.ty(inner, value, depth)
                    };
                    fit.map(Some)
                }
                (Some(value), Presence::Required | Presence::Default(_)) => {
                    self.ty(&field.ty, value, depth).map(Some)
                }
                (None, Presence::Default(default)) => self.ty(&field.ty, default, depth).map(Some),
                (None, Presence::Optional) => Some(None),
                (None, Presence::Required) => None,
            });
        Some(Fit::Struct(id, fields.collect::<Option<_>>()?))
    }

    fn variant(&self, id: TypeId, union: &'a Union, value: &'a Value, depth: usize) -> Option<Fit<'a>> {
        let fits = |variant: &UnionVariant| match &union.tag {
            Tag::Property(key) => value
                .get(key)
                .and_then(Value::as_str)
                .is_some_and(|tag| variant.tags.iter().any(|known| known == tag)),
            Tag::Shape => looks(&variant.look, value),
        };
        union
            .variants
            .iter()
            .enumerate()
            .filter(|(_, variant)| fits(variant))
            .find_map(|(n, variant)| Some(Fit::Variant(id, n, Box::new(self.ty(&variant.ty, value, depth)?))))
    }

    fn prim(&self, prim: &Prim, value: &'a Value) -> Option<Fit<'a>> {
        match prim {
            Prim::Boolean => value.as_bool().map(Fit::Boolean),
            Prim::Integer(format) => integer(value).filter(|n| limits(*format).contains(n)).map(Fit::Integer),
            Prim::Number(NumberFormat::Decimal) => Decimal::of(value.as_number()?).map(Fit::DecimalNumber),
            Prim::Number(format) => value.as_f64().filter(|n| finite(*n, *format)).map(Fit::Number),
            Prim::String(format) if (self.mapped)(format) => None,
            Prim::String(format) => string(format, value.as_str()?),
        }
    }
}

fn finite(number: f64, format: NumberFormat) -> bool {
    match format {
        NumberFormat::Double | NumberFormat::Decimal => number.is_finite(),
        NumberFormat::Float => (number as f32).is_finite(),
    }
}

fn string<'a>(format: &Format, text: &'a str) -> Option<Fit<'a>> {
    match format {
        Format::Date => date(text),
        Format::Uuid => uuid(text).map(Fit::Uuid),
        Format::Decimal => Decimal::read(text).map(Fit::DecimalText),
        Format::Password => Some(Fit::Secret(text)),
        Format::Ipv4 => text.parse().ok().map(Fit::Ipv4),
        Format::Ipv6 => text.parse().ok().map(Fit::Ipv6),
        Format::DateTime | Format::Byte | Format::Base64Url | Format::HttpDate => None,
        Format::Plain
        | Format::Binary
        | Format::Upload
        | Format::Time
        | Format::Duration
        | Format::Uri
        | Format::UriReference
        | Format::UriTemplate
        | Format::Email
        | Format::Hostname
        | Format::Regex
        | Format::JsonPointer
        | Format::Other(_) => Some(Fit::String(text)),
    }
}

fn date(text: &str) -> Option<Fit<'_>> {
    let mut parts = text.split('-');
    let mut part = |width: usize| {
        let part = parts.next()?;
        (part.len() == width && part.bytes().all(|byte| byte.is_ascii_digit()))
            .then(|| part.parse::<i16>().ok())?
    };
    let (year, month, day) = (part(4)?, part(2)?, part(2)?);
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 => 28 + i16::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    let fine = parts.next().is_none() && (1..=days).contains(&day);
    fine.then_some(Fit::Date(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?))
}

fn uuid(text: &str) -> Option<u128> {
    let groups: Vec<&str> = text.split('-').collect();
    let lengths: Vec<usize> = groups.iter().map(|group| group.len()).collect();
    let hex = groups.concat();
    (lengths == [8, 4, 4, 4, 12] && hex.bytes().all(|byte| byte.is_ascii_hexdigit()))
        .then(|| u128::from_str_radix(&hex, 16).ok())?
}

/// The number, when it has no fraction: `1.0` is the integer 1 (JSON Schema 2020-12, section 4.2.3).
#[must_use]
pub fn integer(value: &Value) -> Option<i128> {
    let number = value.as_number()?;
    if let Some(number) = number.as_i128() {
        return Some(number);
    }
    let float = number.as_f64()?;
    (float.fract() == 0.0 && float.abs() < 9.0e15).then_some(float as i128)
}

/// Smallest and largest value of a format.
#[must_use]
pub fn limits(format: IntFormat) -> std::ops::RangeInclusive<i128> {
    let (low, high) = match format {
        IntFormat::Plain | IntFormat::Int64 => (i64::MIN.into(), i64::MAX.into()),
        IntFormat::Int8 => (i8::MIN.into(), i8::MAX.into()),
        IntFormat::Int16 => (i16::MIN.into(), i16::MAX.into()),
        IntFormat::Int32 => (i32::MIN.into(), i32::MAX.into()),
        IntFormat::Uint8 => (0, u8::MAX.into()),
        IntFormat::Uint16 => (0, u16::MAX.into()),
        IntFormat::Uint32 => (0, u32::MAX.into()),
        IntFormat::Uint64 => (0, u64::MAX.into()),
    };
    low..=high
}

fn member(list: &Enum, value: &Value) -> Option<usize> {
    list.variants.iter().position(|variant| match &variant.value {
        EnumValue::String(text) => value.as_str() == Some(text),
        EnumValue::Integer(number) => integer(value) == Some((*number).into()),
    })
}

fn looks(look: &Look, value: &Value) -> bool {
    match look {
        Look::String => value.is_string(),
        Look::Integer => integer(value).is_some(),
        Look::Number => value.is_number(),
        Look::Boolean => value.is_boolean(),
        Look::Array => value.is_array(),
        Look::Null => value.is_null(),
        Look::Any => true,
        Look::Object(keys) => keys.iter().all(|(key, constant)| match (value.get(key), constant) {
            (Some(found), Some(constant)) => found.as_str() == Some(constant),
            (Some(_), None) => true,
            (None, _) => false,
        }),
    }
}
