//! Who may call.

use super::api::*;
use super::{Everything, echo};
use apiloom::{Context, Error, Result};

/// How the caller has shown who it is.
#[derive(Debug)]
pub(crate) enum Caller {
    Key,
    User,
    Token,
    KeyAndUser,
}

impl Security for Everything {
    type Principal = Caller;

    async fn authenticate(&self, _: &Context, credentials: Credentials) -> Result<Caller> {
        match credentials {
            Credentials::Key(key) if key.matches("key") => Ok(Caller::Key),
            Credentials::Basic(user) if user.matches("user", "password") => Ok(Caller::User),
            Credentials::Bearer(token) if token.matches("token") => Ok(Caller::Token),
            Credentials::Oauth(token) if token.matches("token") => {
                token.require(["read"])?;
                Ok(Caller::Token)
            }
            Credentials::KeyAndBasic { key, basic }
                if key.matches("key") && basic.matches("user", "password") =>
            {
                Ok(Caller::KeyAndUser)
            }
            _ => Err(Error::unauthorized("These are not valid credentials.")),
        }
    }
}

macro_rules! who {
    ($($method:ident($caller:ty) -> $response:ident;)*) => {$(
        async fn $method(&self, _: Context, caller: $caller) -> Result<$response> {
            Ok($response::Ok(echo(&caller)))
        }
    )*};
}

impl SecuredApi for Everything {
    who! {
        secured_by_key(Caller) -> SecuredByKeyResponse;
        secured_by_password(Caller) -> SecuredByPasswordResponse;
        secured_by_token(Caller) -> SecuredByTokenResponse;
        secured_by_scopes(Caller) -> SecuredByScopesResponse;
        secured_by_either(Caller) -> SecuredByEitherResponse;
        secured_by_both(Caller) -> SecuredByBothResponse;
        secured_if_wanted(Option<Caller>) -> SecuredIfWantedResponse;
    }
}
