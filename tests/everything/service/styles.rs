//! How parameters are written, and what a path can look like.

use super::api::*;
use super::{Everything, echo};
use apiloom::{Context, Result};

macro_rules! echoes {
    ($($method:ident($params:ident) -> $response:ident;)*) => {$(
        async fn $method(&self, _: Context, params: $params) -> Result<$response> {
            Ok($response::Ok(echo(&params)))
        }
    )*};
}

impl StylesApi for Everything {
    echoes! {
        simple_style(SimpleStyleParams) -> SimpleStyleResponse;
        label_style(LabelStyleParams) -> LabelStyleResponse;
        matrix_style(MatrixStyleParams) -> MatrixStyleResponse;
        query_styles(QueryStylesParams) -> QueryStylesResponse;
        content_style(ContentStyleParams) -> ContentStyleResponse;
        header_styles(HeaderStylesParams) -> HeaderStylesResponse;
        cookie_styles(CookieStylesParams) -> CookieStylesResponse;
    }
}

impl RoutesApi for Everything {
    echoes! {
        suffixed_route(SuffixedRouteParams) -> SuffixedRouteResponse;
        verb_route(VerbRouteParams) -> VerbRouteResponse;
        two_in_a_segment(TwoInASegmentParams) -> TwoInASegmentResponse;
        numbered_route(NumberedRouteParams) -> NumberedRouteResponse;
    }

    async fn literal_route(&self, cx: Context) -> Result<LiteralRouteResponse> {
        Ok(LiteralRouteResponse::Ok(echo(&cx.uri().path())))
    }
}
