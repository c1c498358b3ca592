//! What the runtime does around a handler, and who may call it.

use super::{Api, Decl, Endpoint};
use crate::source::Span;

/// What the runtime does around a handler, as stated in the schema.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Policy {
    /// `x-pagination`: how the pages of a list follow each other.
    pub pagination: Option<Pagination>,
    /// `x-timeout`: how long it may take until its answer begins, in milliseconds; 0: as long as it likes.
    pub timeout: Option<u64>,
    /// `x-body-limit`: how long its body may be, in bytes.
    pub body_limit: Option<u64>,
    /// `x-rate-limit`: how many requests there may be; none of them: as many as there are.
    pub rates: Option<Vec<Rate>>,
    /// `x-log`: whether its requests are in the access log.
    pub log: Option<bool>,
}

/// How many requests there may be in a time, and of whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// So many.
    pub count: u32,
    /// In this time.
    pub millis: u64,
    /// Of each of these.
    pub by: By,
}

/// Who is counted together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// Whoever calls from one address.
    Ip,
    /// Whoever shows one credential.
    Key,
    /// Whom the service knows as one.
    User,
    /// Who belongs to one.
    Tenant,
    /// Everybody.
    All,
}

impl By {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Ip, Self::Key, Self::User, Self::Tenant, Self::All];

    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Ip => "ip",
            Self::Key => "key",
            Self::User => "user",
            Self::Tenant => "tenant",
            Self::All => "all",
        }
    }
}

/// How the pages of a list follow each other, as far as the schema says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pagination {
    /// There are none, whatever it looks like.
    pub off: bool,
    /// What leads to the next page.
    pub kind: Option<PageKind>,
    /// The way to the list in an answer, by keys.
    pub items: Option<Vec<String>>,
    /// The way to what leads to the next page, by keys.
    pub next: Option<Vec<String>>,
    /// The parameter that takes it.
    pub param: Option<String>,
    /// Where it is said.
    pub span: Span,
}

impl Pagination {
    /// Nothing is said but that there is one.
    #[must_use]
    pub fn new(span: Span) -> Self {
        Self { off: false, kind: None, items: None, next: None, param: None, span }
    }
}

/// What leads to the next page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PageKind {
    /// An address, in the header `Link` or in the answer.
    Link,
    /// A mark in the answer.
    Cursor,
    /// The number of the page.
    Page,
    /// How many items come before.
    Offset,
}

impl PageKind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Link, Self::Cursor, Self::Page, Self::Offset];

    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Link => "link",
            Self::Cursor => "cursor",
            Self::Page => "page",
            Self::Offset => "offset",
        }
    }
}

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
    /// A key.
    ApiKey {
        /// Where it travels.
        place: KeyPlace,
        /// Name of the header, parameter or cookie.
        name: String,
    },
    /// An HTTP authentication scheme such as `basic` or `bearer`, in lower case.
    Http(String),
    /// OAuth 2, by the ways to get a token.
    OAuth2(Vec<Flow>),
    /// OpenID Connect, with its discovery URL.
    OpenIdConnect(String),
    /// A client certificate.
    MutualTls,
    /// Nothing is said that could be read: a type that the specification does not know, or none at all.
    Unknown,
}

/// Where a key travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyPlace {
    /// In a header.
    Header,
    /// In the query.
    Query,
    /// In a cookie.
    Cookie,
}

/// A way to get a token of OAuth 2.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flow {
    /// Which one, as written: `implicit`, `password`, `clientCredentials`, `authorizationCode`, `deviceAuthorization`.
    pub name: String,
    /// Where users are sent to agree; empty: nowhere.
    pub authorization_url: String,
    /// Where devices ask for a code; empty: nowhere.
    pub device_authorization_url: String,
    /// Where tokens are handed out; empty: nowhere.
    pub token_url: String,
    /// Where tokens are renewed; empty: nowhere else.
    pub refresh_url: String,
    /// Scopes that can be asked for, each with what it is for.
    pub scopes: Vec<(String, String)>,
}

/// Schemes that must all hold.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AuthChoice {
    /// Scheme name and scopes.
    pub all: Vec<(String, Vec<String>)>,
}

impl Endpoint {
    /// Whether credentials are asked for.
    #[must_use]
    pub fn is_secured(&self) -> bool {
        self.auth.iter().any(|choice| !choice.all.is_empty())
    }

    /// Whether callers who show nothing are let in.
    #[must_use]
    pub fn is_anonymous(&self) -> bool {
        !self.is_secured() || self.auth.iter().any(|choice| choice.all.is_empty())
    }
}

impl Api {
    /// The schemes of a requirement, as ascending indexes into [`Api::auth`].
    #[must_use]
    pub fn schemes(&self, choice: &AuthChoice) -> Vec<usize> {
        let place = |name: &str| self.auth.iter().position(|scheme| scheme.decl.name.text() == name);
        let mut schemes: Vec<usize> = choice.all.iter().filter_map(|(name, _)| place(name)).collect();
        schemes.sort_unstable();
        schemes.dedup();
        schemes
    }

    /// Every combination of schemes that some operation takes, in the order of the document.
    #[must_use]
    pub fn ways(&self) -> Vec<Vec<usize>> {
        let mut ways: Vec<Vec<usize>> = Vec::new();
        for choice in self.endpoints.iter().flat_map(|endpoint| &endpoint.auth) {
            let way = self.schemes(choice);
            if !way.is_empty() && !ways.contains(&way) {
                ways.push(way);
            }
        }
        ways
    }
}
