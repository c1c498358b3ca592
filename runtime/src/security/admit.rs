//! Trying the alternatives of an operation.

use super::challenge::challenge;
use super::credential::Credential;
use super::scheme::{Asked, Scheme};
use super::shown::Shown;
use crate::http::context::Context;
use crate::http::problem::{Error, Result};
use http::StatusCode;

/// The credentials of an API: one variant for each combination of schemes that some operation takes. Implemented by
/// [`credentials!`](crate::credentials!).
pub trait Credentials: Sized {
    /// Reads those of an alternative; `None` when the request does not show all of them.
    ///
    /// # Errors
    /// 400 or 401 when they are malformed.
    fn read(shown: &Shown<'_>, asked: &'static [Asked]) -> Result<Option<Self>>;
}

/// Who was let in; `None`: a caller who showed nothing, where that is allowed.
#[derive(Debug)]
pub struct Admitted<P>(Option<P>);

impl<P> Admitted<P> {
    /// Of an operation that nobody may call unknown.
    ///
    /// # Errors
    /// 401 when the caller is not known.
    pub fn required(self) -> Result<P> {
        self.0.ok_or_else(|| Error::unauthorized("Credentials are missing."))
    }

    /// Of an operation that anybody may call.
    ///
    /// # Errors
    /// None; the signature is that of [`required`](Self::required).
    pub fn optional(self) -> Result<Option<P>> {
        Ok(self.0)
    }
}

/// Finds out who is calling. The alternatives are tried in the order of the schema; one counts when all its credentials
/// are shown. When `authenticate` refuses them (401, 403) the next one is tried, and in the end the first refusal is the
/// answer, a 403 before a 401. Anonymous is only who shows no alternative's credentials.
///
/// # Errors
/// What `authenticate` says; 401 when nothing is shown that would do, with a challenge for each scheme; 400 or 401 for
/// credentials that are malformed.
pub async fn admit<C: Credentials, P, F>(cx: &Context, authenticate: impl Fn(C) -> F) -> Result<Admitted<P>>
where
    F: Future<Output = Result<P>>,
{
    let operation = cx.operation();
    let shown = Shown::new(cx.parts());
    let mut refusal: Option<(Error, &'static [Asked])> = None;
    for asked in operation.security {
        let error = match C::read(&shown, asked) {
            Ok(None) => continue,
            Err(malformed) => malformed,
            Ok(Some(credentials)) => match authenticate(credentials).await {
                Ok(principal) => return Ok(Admitted(Some(principal))),
                Err(refused) if REFUSALS.contains(&refused.status()) => refused,
                Err(failed) => return Err(failed),
            },
        };
        let is_grave = |error: &Error| error.status() == StatusCode::FORBIDDEN;
        if refusal.as_ref().is_none_or(|(known, _)| is_grave(&error) && !is_grave(known)) {
            refusal = Some((error, asked));
        }
    }
    match refusal {
        Some((error, asked)) => Err(challenge(error, operation.security, Some(asked), cx.realm())),
        None if operation.anonymous => Ok(Admitted(None)),
        None => {
            let error = Error::unauthorized("Credentials are missing.");
            Err(challenge(error, operation.security, None, cx.realm()))
        }
    }
}

/// What says that credentials will not do, so that others may.
const REFUSALS: [StatusCode; 2] = [StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN];

/// Are these the schemes that are asked for, in any order?
pub fn are(asked: &[Asked], schemes: &[&Scheme]) -> bool {
    asked.len() == schemes.len() && schemes.iter().all(|scheme| find(asked, scheme).is_some())
}

/// Reads the credentials of one scheme.
///
/// # Errors
/// They are malformed.
pub fn take<T: Credential>(shown: &Shown<'_>, asked: &[Asked], scheme: &Scheme) -> Result<Option<T>> {
    find(asked, scheme).map_or(Ok(None), |asked| T::read(shown, asked))
}

fn find<'a>(asked: &'a [Asked], scheme: &Scheme) -> Option<&'a Asked> {
    asked.iter().find(|asked| asked.scheme == scheme)
}
