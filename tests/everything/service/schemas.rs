//! What a schema can ask: every body comes back as it was understood.

use super::Everything;
use super::api::*;
use apiloom::{Context, Result};

macro_rules! returns {
    ($($method:ident($params:ident) -> $response:ident;)*) => {$(
        async fn $method(&self, _: Context, params: $params) -> Result<$response> {
            Ok($response::Ok(params.body))
        }
    )*};
}

impl SchemasApi for Everything {
    returns! {
        numbers(NumbersParams) -> NumbersResponse;
        strings(StringsParams) -> StringsResponse;
        lists(ListsParams) -> ListsResponse;
        objects(ObjectsParams) -> ObjectsResponse;
        unions(UnionsParams) -> UnionsResponse;
        conditions(ConditionsParams) -> ConditionsResponse;
        presence(PresenceParams) -> PresenceResponse;
    }
}
