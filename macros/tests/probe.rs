//! Row `proc macro` of the page on features: a part of a document of every version, references to other files included.

macro_rules! version {
    ($name:ident $path:literal $version:literal) => {
        mod $name {
            mod api {
                apiloom_macros::api!($path, only = ["operation:getPoint", "/elsewhere"]);
            }

            struct App;

            impl api::DefaultApi for App {
                async fn get_point(
                    &self,
                    _: apiloom::Context,
                    params: api::GetPointParams,
                ) -> apiloom::Result<api::GetPointResponse> {
                    Ok(api::GetPointResponse::Ok(params.id.to_string()))
                }
                async fn elsewhere(
                    &self,
                    _: apiloom::Context,
                    params: api::ElsewhereParams,
                ) -> apiloom::Result<api::ElsewhereResponse> {
                    Ok(api::ElsewhereResponse::Ok(params.body))
                }
            }

            #[test]
            fn what_was_asked_for_is_there() {
                let ids: Vec<_> = api::service(App).operations().map(|operation| operation.id).collect();
                assert_eq!(ids, ["getPoint", "elsewhere"]);
                assert!(api::DOCUMENT.json.contains(concat!("\"openapi\": \"", $version)));
            }
        }
    };
}
version! { v3_0 "../tests/corpus/probe_3_0/input.yaml" "3.0" }
version! { v3_1 "../tests/corpus/probe_3_1/input.yaml" "3.1" }
version! { v3_2 "../tests/corpus/probe_3_2/input.yaml" "3.2" }
