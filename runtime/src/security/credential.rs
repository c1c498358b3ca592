//! What callers show. Every type prints as `***` and compares in constant time.

use super::scheme::Asked;
use super::shown::Shown;
use crate::http::problem::{Error, Result};
use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use bytes::Bytes;
use std::fmt;
use subtle::ConstantTimeEq;

/// What can be read from a request.
pub trait Credential: Sized {
    /// Reads it; `None` when the request does not show it.
    ///
    /// # Errors
    /// 400 or 401 when it is shown in a form that cannot be read.
    fn read(shown: &Shown<'_>, asked: &Asked) -> Result<Option<Self>>;
}

macro_rules! secrets {
    ($($name:ident)*) => {$(
        impl fmt::Debug for $name {
            fmt_hidden!($name);
        }

        impl $name {
            /// The scopes that the operation asks for; empty: none.
            pub fn scopes(&self) -> &'static [&'static str] {
                self.scopes
            }

            /// Goes on only when each scope that the operation asks for is among those `granted` to the caller.
            ///
            /// # Errors
            /// 403 that names the scopes which the operation asks for.
            pub fn require<'g>(&self, granted: impl IntoIterator<Item = &'g str>) -> Result<()> {
                let granted: Vec<&str> = granted.into_iter().collect();
                if self.scopes.iter().all(|scope| granted.contains(scope)) {
                    return Ok(());
                }
                Err(Error::insufficient_scope(self.scopes))
            }
        }
    )*};
}

macro_rules! fmt_hidden {
    ($name:ident) => {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(concat!(stringify!($name), "(***)"))
        }
    };
}

fn alike(shown: &[u8], expected: &[u8]) -> bool {
    shown.ct_eq(expected).into()
}

/// A key from a header, the query or a cookie (`apiKey`).
#[derive(Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// The key as it was sent: no white space around, no control characters.
    pub key: String,
    scopes: &'static [&'static str],
}

/// User and password (RFC 7617).
#[derive(Clone, PartialEq, Eq)]
pub struct Basic {
    /// The user; holds no colon.
    pub user: String,
    /// The password; may be empty.
    pub password: String,
    scopes: &'static [&'static str],
}

/// A bearer token (RFC 6750): of `bearer`, `oauth2` and `openIdConnect`. What it means is for the application to find out.
#[derive(Clone, PartialEq, Eq)]
pub struct Bearer {
    /// The token: visible ASCII.
    pub token: String,
    scopes: &'static [&'static str],
}

/// What stands in `Authorization` for any other scheme of HTTP, such as `Digest`.
#[derive(Clone, PartialEq, Eq)]
pub struct Authorization {
    /// What stands behind the name of the scheme, unread.
    pub value: String,
    scopes: &'static [&'static str],
}

/// The certificate that the client has proved to own (`mutualTLS`).
#[derive(Clone, PartialEq, Eq)]
pub struct ClientCertificate {
    /// The chain in DER, the client's own first; never empty.
    pub chain: Vec<Bytes>,
    scopes: &'static [&'static str],
}

/// Stands for credentials of which the schema does not say where they are: the application looks into the [`Context`].
///
/// [`Context`]: crate::Context
#[derive(Clone, PartialEq, Eq)]
pub struct Unread {
    scopes: &'static [&'static str],
}

secrets! { ApiKey Basic Bearer Authorization ClientCertificate Unread }

impl ApiKey {
    /// Is it this key? Takes as long for a wrong key as for the right one; only its length shows.
    pub fn matches(&self, expected: &str) -> bool {
        alike(self.key.as_bytes(), expected.as_bytes())
    }
}

impl Credential for ApiKey {
    fn read(shown: &Shown<'_>, asked: &Asked) -> Result<Option<Self>> {
        let key = shown.key(&asked.scheme.kind)?;
        Ok(key.map(|key| Self { key: key.into_owned(), scopes: asked.scopes }))
    }
}

impl Basic {
    /// Is it this user with this password? Both are always compared.
    pub fn matches(&self, user: &str, password: &str) -> bool {
        let user = self.user.as_bytes().ct_eq(user.as_bytes());
        (user & self.password.as_bytes().ct_eq(password.as_bytes())).into()
    }
}

/// Some clients leave the padding out.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

impl Credential for Basic {
    /// RFC 7617 section 2: base64 of `user:password`, in UTF-8, without control characters.
    fn read(shown: &Shown<'_>, asked: &Asked) -> Result<Option<Self>> {
        let Some(text) = shown.authorization("basic")? else { return Ok(None) };
        let malformed = || Error::unauthorized("The credentials in `Authorization` are malformed.");
        let bytes = BASE64.decode(text).map_err(|_| malformed())?;
        let text = String::from_utf8(bytes).map_err(|_| malformed())?;
        let (user, password) = text.split_once(':').ok_or_else(malformed)?;
        if text.chars().any(char::is_control) {
            return Err(malformed());
        }
        if user.is_empty() && password.is_empty() {
            return Ok(None);
        }
        Ok(Some(Self { user: user.to_owned(), password: password.to_owned(), scopes: asked.scopes }))
    }
}

impl Bearer {
    /// Is it this token? Takes as long for a wrong one as for the right one; only its length shows.
    pub fn matches(&self, expected: &str) -> bool {
        alike(self.token.as_bytes(), expected.as_bytes())
    }
}

impl Credential for Bearer {
    /// RFC 6750 section 2.1. Tokens in the query or in a form (2.2, 2.3) are not taken: they end up in logs.
    fn read(shown: &Shown<'_>, asked: &Asked) -> Result<Option<Self>> {
        let Some(token) = shown.authorization("bearer")? else { return Ok(None) };
        if !token.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(Error::unauthorized("The token in `Authorization` is malformed."));
        }
        Ok(Some(Self { token: token.to_owned(), scopes: asked.scopes }))
    }
}

impl Authorization {
    /// Is it this text? Takes as long for a wrong one as for the right one; only its length shows.
    pub fn matches(&self, expected: &str) -> bool {
        alike(self.value.as_bytes(), expected.as_bytes())
    }
}

impl Credential for Authorization {
    fn read(shown: &Shown<'_>, asked: &Asked) -> Result<Option<Self>> {
        let super::Kind::Http(scheme) = asked.scheme.kind else { return Ok(None) };
        let value = shown.authorization(scheme)?;
        Ok(value.map(|value| Self { value: value.to_owned(), scopes: asked.scopes }))
    }
}

impl ClientCertificate {
    /// The client's own certificate, in DER.
    pub fn leaf(&self) -> &[u8] {
        self.chain.first().map_or(&[], |leaf| leaf)
    }

    /// Is the client's own certificate this one, in DER?
    pub fn matches(&self, expected: &[u8]) -> bool {
        alike(self.leaf(), expected)
    }
}

impl Credential for ClientCertificate {
    fn read(shown: &Shown<'_>, asked: &Asked) -> Result<Option<Self>> {
        let chain = shown.certificates();
        Ok((!chain.is_empty()).then(|| Self { chain: chain.to_vec(), scopes: asked.scopes }))
    }
}

impl Credential for Unread {
    fn read(_: &Shown<'_>, asked: &Asked) -> Result<Option<Self>> {
        Ok(Some(Self { scopes: asked.scopes }))
    }
}
