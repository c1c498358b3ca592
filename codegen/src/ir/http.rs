//! Endpoints: what can be asked over HTTP, and what is answered.

use super::{AuthChoice, Decl, Policy, Presence, Ty, Value};
use crate::source::Span;

/// Endpoints that belong together.
#[derive(Debug, Clone)]
pub struct Group {
    /// Tag name, docs, place. Endpoints without a tag share the group `default`.
    pub decl: Decl,
}

/// An operation.
#[derive(Debug, Clone)]
pub struct Endpoint {
    /// `operationId`, or derived from method and path; docs hold summary and description.
    pub decl: Decl,
    /// Index into [`Api::groups`](super::Api::groups).
    pub group: usize,
    /// Every tag, as written; the first is the group. Empty: none.
    pub tags: Vec<String>,
    /// The HTTP method in upper case.
    pub method: String,
    /// The path template as written, such as `/pets/{petId}`.
    pub path: String,
    /// Path, query, header and cookie parameters; path-level ones first, overridden ones left out.
    pub params: Vec<Param>,
    /// The request body.
    pub body: Option<Body>,
    /// In document order; `default` last.
    pub responses: Vec<Response>,
    /// Alternatives of which one must hold; empty: anyone may call. An empty alternative: anonymous is fine.
    pub auth: Vec<AuthChoice>,
    /// What the runtime does around the handler.
    pub policy: Policy,
    /// Overrides of the API's servers; empty: none.
    pub servers: Vec<Server>,
}

/// A parameter.
#[derive(Debug, Clone, PartialEq)]
pub struct Param {
    /// Wire name, docs, place.
    pub decl: Decl,
    /// Where it travels.
    pub place: Place,
    /// How arrays and objects are written.
    pub style: Style,
    /// The value's type.
    pub ty: Ty,
    /// Whether it must be there.
    pub presence: Presence,
    /// Example values.
    pub examples: Vec<Value>,
    /// What else may be sent.
    pub allows: Allows,
}

/// What a parameter allows beyond its type (OpenAPI 3.2, section 4.12.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Allows {
    /// `allowEmptyValue`: an empty text for no value.
    pub empty: bool,
    /// `allowReserved`: characters with a meaning in URLs may be written without escapes.
    pub reserved: bool,
}

/// Where a parameter travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Place {
    /// A segment of the path.
    Path,
    /// The query string.
    Query,
    /// The whole query string (OpenAPI 3.2 `querystring`).
    QueryString,
    /// A request header.
    Header,
    /// A cookie.
    Cookie,
}

/// How a parameter is written (OpenAPI 3.2, section 4.12.2.2 and style values).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Style {
    /// Comma separated without a prefix.
    Simple(Explode),
    /// Dot prefixed.
    Label(Explode),
    /// Semicolon prefixed (RFC 6570).
    Matrix(Explode),
    /// `name=value`.
    Form(Explode),
    /// Values separated by spaces.
    SpaceDelimited,
    /// Values separated by pipes.
    PipeDelimited,
    /// `name[key]=value`.
    DeepObject,
    /// Cookies of their own, without escapes (OpenAPI 3.2).
    Cookie(Explode),
    /// A value of this media type.
    Content(String),
}

/// Whether each member of an array or object is written on its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Explode {
    /// Each on its own.
    Yes,
    /// Joined.
    No,
}

/// A request body.
#[derive(Debug, Clone)]
pub struct Body {
    /// CommonMark.
    pub docs: String,
    /// False when the body may be left out.
    pub required: bool,
    /// Alternatives by media type, in document order; never empty.
    pub content: Vec<Content>,
    /// Where it is declared.
    pub span: Span,
}

/// A body of one media type.
#[derive(Debug, Clone)]
pub struct Content {
    /// As written, such as `application/json` or `image/*`.
    pub media_type: String,
    /// The value, or each of its items; [`Kind::Any`](super::Kind::Any) when the schema does not say.
    pub ty: Ty,
    /// Whether it is one value or many.
    pub extent: Extent,
    /// Example values.
    pub examples: Vec<Value>,
    /// Where it is declared.
    pub span: Span,
}

/// Whether a body is one value or a sequence (OpenAPI 3.2, section 4.14.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Extent {
    /// One value.
    Whole,
    /// Items that come one after the other.
    Items,
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Response {
    /// For which status codes.
    pub status: Status,
    /// Docs and place; the name is the status as written, such as `404`.
    pub decl: Decl,
    /// Headers that the answer carries.
    pub headers: Vec<Header>,
    /// Alternatives by media type, in document order; empty: no body.
    pub content: Vec<Content>,
    /// What may be asked next, with values of this answer.
    pub links: Vec<Link>,
}

/// A design-time link: another operation, and where its parameters come from (OpenAPI 3.2, section 4.20).
#[derive(Debug, Clone, PartialEq)]
pub struct Link {
    /// The key, docs, place.
    pub decl: Decl,
    /// The operation that it leads to.
    pub target: LinkTarget,
    /// Values by name of the parameter, as written: maybe with the place before it, as in `path.id`.
    pub params: Vec<(String, Value)>,
    /// The body.
    pub body: Option<Value>,
}

/// What a link leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkTarget {
    /// The operation with this `operationId`.
    Id(String),
    /// The operation of this method (in upper case) at this path.
    Route(String, String),
}

/// Which status codes a response is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Status {
    /// Exactly this one.
    Code(u16),
    /// All of a class: 4 for `4XX`.
    Range(u8),
    /// All that no other response names.
    Default,
}

/// A response header.
#[derive(Debug, Clone)]
pub struct Header {
    /// Header name, docs, place.
    pub decl: Decl,
    /// The value's type.
    pub ty: Ty,
    /// How arrays and objects are written: [`Style::Simple`] or [`Style::Content`].
    pub style: Style,
    /// True when the header is always sent.
    pub required: bool,
}

/// Where an API is served.
#[derive(Debug, Clone, PartialEq)]
pub struct Server {
    /// URL, maybe relative, maybe with `{variables}`.
    pub url: String,
    /// CommonMark.
    pub docs: String,
    /// Variables of the URL.
    pub variables: Vec<ServerVariable>,
    /// Where it is declared.
    pub span: Span,
}

/// A variable of a server URL.
#[derive(Debug, Clone, PartialEq)]
pub struct ServerVariable {
    /// Name, docs, place.
    pub decl: Decl,
    /// The value when nobody chooses.
    pub default: String,
    /// Allowed values; empty: any.
    pub allowed: Vec<String>,
}
