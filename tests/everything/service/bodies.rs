//! What a request can carry.

use super::api::*;
use super::{Everything, echo};
use apiloom::{Context, Error, Result, Stream};
use futures_util::TryStreamExt;

impl BodiesApi for Everything {
    async fn form_body(&self, _: Context, params: FormBodyParams) -> Result<FormBodyResponse> {
        Ok(FormBodyResponse::Ok(echo(&params.body)))
    }

    async fn multipart_body(&self, _: Context, params: MultipartBodyParams) -> Result<MultipartBodyResponse> {
        let MultipartBodyBody { title, point, file, files } = params.body;
        let files: Vec<u64> = files.iter().flatten().map(apiloom::Upload::len).collect();
        Ok(MultipartBodyResponse::Ok(echo(&(title, point, file.len(), files))))
    }

    async fn text_body(&self, _: Context, params: TextBodyParams) -> Result<TextBodyResponse> {
        Ok(TextBodyResponse::Ok(params.body))
    }

    async fn binary_body(&self, _: Context, params: BinaryBodyParams) -> Result<BinaryBodyResponse> {
        let chunks = params.body.into_data_stream();
        let broken = |_| Error::bad_request("The body ended early.");
        let length = chunks.map_err(broken).try_fold(0, async |sum, chunk| Ok(sum + chunk.len())).await?;
        Ok(BinaryBodyResponse::Ok(Echo { said: format!("{length} bytes") }))
    }

    async fn xml_body(&self, _: Context, params: XmlBodyParams) -> Result<XmlBodyResponse> {
        Ok(XmlBodyResponse::Ok(params.body))
    }

    async fn merge_patch_body(
        &self,
        _: Context,
        params: MergePatchBodyParams,
    ) -> Result<MergePatchBodyResponse> {
        Ok(MergePatchBodyResponse::Ok(echo(&params.body)))
    }

    async fn json_patch_body(
        &self,
        _: Context,
        params: JsonPatchBodyParams,
    ) -> Result<JsonPatchBodyResponse> {
        let said = format!("{} changes", params.body.0.len());
        Ok(JsonPatchBodyResponse::Ok(Echo { said }))
    }

    async fn either_body(&self, _: Context, params: EitherBodyParams) -> Result<EitherBodyResponse> {
        Ok(EitherBodyResponse::Ok(echo(&params.body)))
    }

    async fn optional_body(&self, _: Context, params: OptionalBodyParams) -> Result<OptionalBodyResponse> {
        Ok(OptionalBodyResponse::Ok(echo(&params.body)))
    }

    /// All lines are read before the first is answered, so that a broken one is a 400 and not a broken answer.
    async fn lines_body(&self, _: Context, params: LinesBodyParams) -> Result<LinesBodyResponse> {
        let points: Vec<Point> = params.body.try_collect().await?;
        Ok(LinesBodyResponse::Ok(Stream::from_iter(points)))
    }

    async fn subscribe(&self, _: Context, params: SubscribeParams) -> Result<SubscribeResponse> {
        Ok(SubscribeResponse::Ok(Echo { said: api_address(&params)? }))
    }
}

/// Where the callback would go.
fn api_address(params: &SubscribeParams) -> Result<String> {
    super::api::webhooks::moved_address(params).map_err(|error| Error::bad_request(error.to_string()))
}
