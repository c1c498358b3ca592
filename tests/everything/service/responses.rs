//! What an answer can be.

use super::api::*;
use super::{Everything, echo};
use apiloom::{Context, Event, File, Result, StatusCode, Stream};

fn problem(status: StatusCode) -> Problem {
    let title = status.canonical_reason().unwrap_or("Error").to_owned();
    let detail = Some("As it was asked for.".to_owned());
    Problem { r#type: None, title, status: status.as_u16().into(), detail, instance: None, errors: None }
}

impl ResponsesApi for Everything {
    async fn negotiated_response(&self, cx: Context) -> Result<NegotiatedResponseResponse> {
        let title = "The Cloven Viscount".to_owned();
        let book = Book { id: 7, title, authors: Some(vec!["Calvino".to_owned()]) };
        let media = cx.prefers(&["application/json", "application/xml", "text/plain"]);
        Ok(NegotiatedResponseResponse::Ok(match media {
            Some("text/plain") => NegotiatedResponseOk::Text(book.title),
            _ => NegotiatedResponseOk::Json(book),
        }))
    }

    async fn headers_response(
        &self,
        _: Context,
        params: HeadersResponseParams,
    ) -> Result<HeadersResponseResponse> {
        Ok(HeadersResponseResponse::Ok {
            body: echo(&params.limit),
            x_limit: params.limit,
            x_numbers: Some(vec![1, 2, 3]),
            x_next: None,
        })
    }

    async fn statuses_response(
        &self,
        _: Context,
        params: StatusesResponseParams,
    ) -> Result<StatusesResponseResponse> {
        use StatusesResponseStatus as Status;
        Ok(match params.status {
            Status::N200 => StatusesResponseResponse::Ok(echo(&params.status)),
            Status::N201 => StatusesResponseResponse::Created { location: "/v1/routes/items/1".to_owned() },
            Status::N204 => StatusesResponseResponse::NoContent,
            Status::N304 => StatusesResponseResponse::NotModified,
            Status::N404 => client_error(StatusCode::NOT_FOUND),
            Status::N409 => client_error(StatusCode::CONFLICT),
            Status::N503 => {
                let status = StatusCode::SERVICE_UNAVAILABLE;
                StatusesResponseResponse::Default(status, problem(status))
            }
        })
    }

    async fn file_response(&self, cx: Context) -> Result<FileResponseResponse> {
        Ok(FileResponseResponse::Ok(File::bytes(&cx, "0123456789".repeat(100))))
    }

    async fn events_response(
        &self,
        _: Context,
        params: EventsResponseParams,
    ) -> Result<EventsResponseResponse> {
        let count = i32::try_from(params.count)?;
        let points = (0..count).map(|n| Event::new(Point { x: n, y: -n }));
        Ok(EventsResponseResponse::Ok(Stream::from_iter(points.collect::<Vec<_>>())))
    }

    async fn linked_response(
        &self,
        _: Context,
        params: LinkedResponseParams,
    ) -> Result<LinkedResponseResponse> {
        let id = i64::from(params.body.x.unsigned_abs()) + 1;
        Ok(LinkedResponseResponse::Created(LinkedResponse201 { id }))
    }
}

fn client_error(status: StatusCode) -> StatusesResponseResponse {
    StatusesResponseResponse::ClientError(status, problem(status))
}
