//! What the schema declares (OpenAPI 3.2, sections 4.27 Security Scheme Object and 4.30 Security Requirement Object).

/// A declared way to say who is calling.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scheme {
    /// Its name in the schema.
    pub name: &'static str,
    /// How credentials travel.
    pub kind: Kind,
}

/// How credentials travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A key in this header.
    Header(&'static str),
    /// A key in this parameter of the query.
    Query(&'static str),
    /// A key in this cookie.
    Cookie(&'static str),
    /// This scheme in `Authorization` (RFC 9110 section 11.6.2), such as `basic` or `bearer`, in lower case.
    Http(&'static str),
    /// OAuth 2: a bearer token (RFC 6750).
    OAuth2,
    /// OpenID Connect: a bearer token; the discovery document is at this URL.
    OpenIdConnect(&'static str),
    /// The certificate of the client (RFC 8705).
    MutualTls,
    /// The schema does not say, so the application has to look for itself.
    Unknown,
}

macro_rules! kinds {
    ($($(#[$docs:meta])* $function:ident = $kind:ident;)*) => {$(
        $(#[$docs])*
        #[must_use]
        pub const fn $function(name: &'static str, at: &'static str) -> Self {
            Self { name, kind: Kind::$kind(at) }
        }
    )*};
}

impl Scheme {
    kinds! {
        /// A key in the header `at`.
        header = Header;
        /// A key in the parameter `at` of the query.
        query = Query;
        /// A key in the cookie `at`.
        cookie = Cookie;
        /// The HTTP scheme `at`, in lower case.
        http = Http;
        /// OpenID Connect with the discovery URL `at`.
        open_id_connect = OpenIdConnect;
    }

    /// OAuth 2.
    #[must_use]
    pub const fn oauth2(name: &'static str) -> Self {
        Self { name, kind: Kind::OAuth2 }
    }

    /// A client certificate.
    #[must_use]
    pub const fn mutual_tls(name: &'static str) -> Self {
        Self { name, kind: Kind::MutualTls }
    }

    /// A scheme of which the schema says nothing that can be read.
    #[must_use]
    pub const fn unknown(name: &'static str) -> Self {
        Self { name, kind: Kind::Unknown }
    }

    /// Whether it wants a bearer token.
    pub(crate) fn is_bearer(&self) -> bool {
        match self.kind {
            Kind::Http(scheme) => scheme.eq_ignore_ascii_case("bearer"),
            Kind::OAuth2 | Kind::OpenIdConnect(_) => true,
            Kind::Header(_) | Kind::Query(_) | Kind::Cookie(_) | Kind::MutualTls | Kind::Unknown => false,
        }
    }
}

/// A scheme that an operation asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    /// The scheme.
    pub scheme: &'static Scheme,
    /// Scopes (or roles) that the caller must have; empty: any.
    pub scopes: &'static [&'static str],
}
