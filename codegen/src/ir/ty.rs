//! Types: what values look like.

use super::{Decl, Sanitizer, Value};
use crate::source::Span;

/// Addresses a [`TypeDef`] of an [`Api`](super::Api).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TypeId(pub u32);

/// Every type definition of an API.
#[derive(Debug, Clone, Default)]
pub struct Types {
    defs: Vec<TypeDef>,
}

impl Types {
    /// Adds a definition and gives its id.
    pub fn add(&mut self, def: TypeDef) -> TypeId {
        let id =
            TypeId(u32::try_from(self.defs.len()).expect("documents are bounded to 4 GiB, so types are too"));
        self.defs.push(def);
        id
    }

    /// The definition behind `id`.
    #[must_use]
    pub fn get(&self, id: TypeId) -> &TypeDef {
        self.defs.get(id.0 as usize).expect("ids are only handed out by `add` of the same `Types`")
    }

    /// The definition behind `id`, to change.
    pub fn get_mut(&mut self, id: TypeId) -> &mut TypeDef {
        self.defs.get_mut(id.0 as usize).expect("ids are only handed out by `add` of the same `Types`")
    }

    /// Ids and definitions, in the order they were added.
    pub fn iter(&self) -> impl Iterator<Item = (TypeId, &TypeDef)> {
        self.defs.iter().enumerate().map(|(n, def)| (TypeId(n as u32), def))
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.defs.len()
    }

    /// True when there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.defs.is_empty()
    }
}

/// A definition that other types refer to by id.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TypeDef {
    /// Name, docs, place.
    pub decl: Decl,
    /// What it is.
    pub shape: Shape,
    /// Example values that the schema gives.
    pub examples: Vec<Value>,
}

/// The four kinds of definition.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Shape {
    /// An object with known fields.
    Struct(Struct),
    /// One of a list of strings or integers.
    Enum(Enum),
    /// One of several types.
    Union(Union),
    /// Another name for a type, or a wrapper around it.
    Alias(Alias),
}

/// An object with known fields.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Struct {
    /// In document order.
    pub fields: Vec<Field>,
    /// What happens to keys that no field names.
    pub rest: Rest,
    /// Rules on the object as a whole (minProperties, …).
    pub rules: Vec<Rule>,
}

/// Keys of an object that no field names.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub enum Rest {
    /// Allowed and dropped (the schema says nothing).
    #[default]
    Ignore,
    /// Refused (`additionalProperties: false`).
    Deny,
    /// Kept in a map of this type (`additionalProperties: {…}` or `true`).
    Collect(Ty),
}

/// A field of an object.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Field {
    /// Wire name, docs, place.
    pub decl: Decl,
    /// What it holds. For [`Presence::Optional`] this is the type when present.
    pub ty: Ty,
    /// Whether it must be there.
    pub presence: Presence,
    /// Who may write it.
    pub access: Access,
    /// True when the field leads back to its own struct without a list or map between: it needs a box.
    pub indirect: bool,
}

/// Whether something must be present.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Presence {
    /// Must be present (it may still be null when its type says so).
    Required,
    /// May be absent.
    Optional,
    /// May be absent and then has this value.
    Default(Value),
}

/// In which direction a field travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Access {
    /// In requests and responses.
    Both,
    /// Only in responses (`readOnly`).
    ReadOnly,
    /// Only in requests (`writeOnly`).
    WriteOnly,
}

/// A list of values of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Enum {
    /// In document order, without duplicates; never empty.
    pub variants: Vec<EnumVariant>,
    /// The kind all values share.
    pub repr: EnumRepr,
    /// Whether other values are good too.
    pub others: Others,
}

/// Values of an enumeration that are not in its list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Others {
    /// Refused: the list is closed.
    Refused,
    /// Kept: the list is open (`x-extensible-enum`, or an enumeration beside any text). Only of strings.
    Kept,
}

/// What the values of an enumeration are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EnumRepr {
    /// Strings.
    String,
    /// Integers that fit i64.
    Integer,
}

/// A member of an enumeration.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct EnumVariant {
    /// Name (the value as text, or `x-enum-varnames`), docs, place.
    pub decl: Decl,
    /// The value on the wire.
    pub value: EnumValue,
}

/// The value of an enumeration member.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum EnumValue {
    /// A string.
    String(String),
    /// An integer.
    Integer(i64),
}

/// One of several types.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Union {
    /// In document order; never empty.
    pub variants: Vec<UnionVariant>,
    /// How a reader tells the variants apart.
    pub tag: Tag,
    /// True for `oneOf`, false for `anyOf`.
    pub exclusive: bool,
    /// Rules on the value as a whole; with a [`Rule::Schema`] they say all that the variants' own rules would.
    pub rules: Vec<Rule>,
}

/// A member of a union.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct UnionVariant {
    /// Name (the type's, the title, or derived), docs, place.
    pub decl: Decl,
    /// What it holds.
    pub ty: Ty,
    /// With [`Tag::Property`]: the values of the tag that mean this variant, the preferred one first.
    pub tags: Vec<String>,
    /// With [`Tag::Shape`]: what tells it from the others by its look.
    pub look: Look,
    /// True when the variant leads back to its own union without a list or map between: it needs a box.
    pub indirect: bool,
}

/// How variants are told apart.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Tag {
    /// By the value of this property (OpenAPI `discriminator`).
    Property(String),
    /// By their look, see [`Look`].
    Shape,
}

/// What a value of a variant looks like from the outside.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Look {
    /// A JSON string.
    String,
    /// A JSON number without fraction.
    Integer,
    /// Any JSON number.
    Number,
    /// true or false.
    Boolean,
    /// A JSON array.
    Array,
    /// A JSON object that has these keys; with a value: the key must hold just that string.
    Object(Vec<(String, Option<String>)>),
    /// null.
    Null,
    /// Anything.
    Any,
}

/// Another name for a type.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Alias {
    /// What it stands for, with the rules that hold wherever the alias is used.
    pub ty: Ty,
    /// True when it leads back to itself only through aliases: a plain alias would be endless, it needs a wrapper type.
    pub recursive: bool,
}

/// A type where it is used, with the rules that hold there.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Ty {
    /// What the value is.
    pub kind: Kind,
    /// What must hold beyond the kind, in document order.
    pub rules: Vec<Rule>,
}

impl Ty {
    /// A type without rules.
    #[must_use]
    pub fn plain(kind: Kind) -> Self {
        Self { kind, rules: Vec::new() }
    }

    /// Anything at all.
    #[must_use]
    pub fn any() -> Self {
        Self::plain(Kind::Any)
    }

    /// True when null is a value of the type itself (aliases are not looked through).
    #[must_use]
    pub fn is_nullable(&self) -> bool {
        matches!(self.kind, Kind::Nullable(_))
    }
}

/// What a value is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A scalar.
    Prim(Prim),
    /// A JSON array of one type.
    List(Box<Ty>),
    /// A JSON array with a type for each place (`prefixItems` with `items: false`, or no more items allowed).
    Tuple(Vec<Ty>),
    /// A JSON object with values of one type and any keys.
    Map(Box<Ty>),
    /// The type, or null.
    Nullable(Box<Ty>),
    /// A definition.
    Named(TypeId),
    /// Any JSON value.
    Any,
}

/// A scalar.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Prim {
    /// true or false.
    Boolean,
    /// A number without fraction.
    Integer(IntFormat),
    /// A number.
    Number(NumberFormat),
    /// Text.
    String(Format),
}

/// Widths of integers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum IntFormat {
    /// No format said: 64 bits, signed.
    Plain,
    /// 8 bits, signed.
    Int8,
    /// 16 bits, signed.
    Int16,
    /// 32 bits, signed.
    Int32,
    /// 64 bits, signed.
    Int64,
    /// 8 bits.
    Uint8,
    /// 16 bits.
    Uint16,
    /// 32 bits.
    Uint32,
    /// 64 bits.
    Uint64,
}

/// Widths of numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NumberFormat {
    /// 64-bit floating point.
    Double,
    /// 32-bit floating point.
    Float,
    /// Decimal, exact to the last digit.
    Decimal,
}

/// Formats of strings (JSON Schema 2020-12 validation, section 7.3; OpenAPI format registry).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Format {
    /// No format.
    Plain,
    /// RFC 3339 full-date.
    Date,
    /// RFC 3339 date-time.
    DateTime,
    /// RFC 3339 full-time.
    Time,
    /// ISO 8601 duration.
    Duration,
    /// RFC 4122.
    Uuid,
    /// RFC 3986 URI.
    Uri,
    /// RFC 3986 URI or relative reference.
    UriReference,
    /// RFC 6570.
    UriTemplate,
    /// RFC 5321 mailbox.
    Email,
    /// RFC 1123 host name.
    Hostname,
    /// Dotted quad.
    Ipv4,
    /// RFC 4291.
    Ipv6,
    /// Base64, RFC 4648 section 4.
    Byte,
    /// Raw bytes: only as a body or a part of one.
    Binary,
    /// A file of a form: binary in a body of several parts.
    Upload,
    /// Base64 for URLs, RFC 4648 section 5.
    Base64Url,
    /// RFC 9110 section 5.6.7: the date of a header.
    HttpDate,
    /// A decimal number in a text.
    Decimal,
    /// A secret: never logged.
    Password,
    /// ECMA-262 regular expression.
    Regex,
    /// RFC 6901.
    JsonPointer,
    /// A format that the toolkit has no meaning for; users may map it to a type.
    Other(String),
}

/// A constraint, in the words of JSON Schema. Text lengths count Unicode scalar values.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Rule {
    /// Shortest text.
    MinLength(u64),
    /// Longest text.
    MaxLength(u64),
    /// ECMA-262 regular expression that must be found in the text; and where it stands.
    Pattern(String, Span),
    /// Smallest number.
    Minimum(Number),
    /// Largest number.
    Maximum(Number),
    /// Numbers must be above this.
    ExclusiveMinimum(Number),
    /// Numbers must be below this.
    ExclusiveMaximum(Number),
    /// Numbers must be a multiple of this.
    MultipleOf(Number),
    /// Fewest items.
    MinItems(u64),
    /// Most items.
    MaxItems(u64),
    /// No two items are equal.
    UniqueItems,
    /// Fewest keys.
    MinProperties(u64),
    /// Most keys.
    MaxProperties(u64),
    /// Must equal one of these (values that are not an [`Enum`]; a single one is `const`).
    OneOf(Vec<Value>),
    /// Every key of the map obeys these.
    PropertyNames(Vec<Rule>),
    /// What is done to the text before it is checked, in this order; and where that stands.
    Sanitize(Vec<Sanitizer>, Span),
    /// The value, written as JSON, is good by this schema (text of JSON Schema 2020-12, references inside).
    Schema(String),
}

/// A number as written in the schema.
pub type Number = serde_json::Number;
