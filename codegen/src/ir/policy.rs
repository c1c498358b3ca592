//! What the runtime does around a handler, and who may call it.

use super::Decl;

/// What the runtime does around a handler, as stated in the schema.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Policy {}

/// A declared way to authenticate.
#[derive(Debug, Clone)]
pub struct AuthScheme {
    /// Name of the scheme, docs, place.
    pub decl: Decl,
    /// How the credentials travel.
    pub kind: AuthKind,
}

/// How credentials travel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuthKind {
    /// A key in the `header`, `query` or `cookie` of this name.
    ApiKey {
        /// `header`, `query` or `cookie`.
        place: String,
        /// Name of the header, parameter or cookie.
        name: String,
    },
    /// An HTTP authentication scheme such as `basic` or `bearer`.
    Http(String),
    /// OAuth 2.
    OAuth2,
    /// OpenID Connect, with its discovery URL.
    OpenIdConnect(String),
    /// A client certificate.
    MutualTls,
    /// A type that the specification does not know.
    Other(String),
}

/// Schemes that must all hold.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AuthChoice {
    /// Scheme name and scopes.
    pub all: Vec<(String, Vec<String>)>,
}
