//! The same routes as one writes them for actix-web.

use crate::Done;
use crate::store::{KEY, Store};
use crate::theirs::{Find, Pet, pet};
use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Json, JsonConfig, Path, Query};
use actix_web::{App, FromRequest, HttpRequest, HttpResponse, HttpServer, ResponseError, web};
use std::fmt;
use std::future::{Ready, ready};
use std::net::TcpListener;
use subtle::ConstantTimeEq;
use validator::Validate;

#[derive(Debug)]
struct Problem(StatusCode, String);

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.1)
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.0
    }

    fn error_response(&self) -> HttpResponse {
        let body = serde_json::json!({"status": self.0.as_u16(), "detail": self.1});
        HttpResponse::build(self.0).content_type("application/problem+json").body(body.to_string())
    }
}

struct Caller;

impl FromRequest for Caller {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let shown = request.headers().get("api_key").map_or(&b""[..], |key| key.as_bytes());
        ready(match bool::from(shown.ct_eq(KEY.as_bytes())) {
            true => Ok(Self),
            false => Err(Problem(StatusCode::UNAUTHORIZED, "Credentials are missing.".to_owned())),
        })
    }
}

type Pets = Data<Store<Pet>>;

fn invalid(error: impl fmt::Display) -> Problem {
    Problem(StatusCode::BAD_REQUEST, error.to_string())
}

async fn one(pets: Pets, _: Option<Caller>, id: Path<i64>) -> Result<Json<Pet>, Problem> {
    if *id < 1 {
        return Err(invalid("must be at least 1"));
    }
    let missing = || Problem(StatusCode::NOT_FOUND, format!("There is no pet {id}."));
    pets.find(*id).map(Json).ok_or_else(missing)
}

async fn find(pets: Pets, find: Query<Find>) -> Result<Json<Vec<Pet>>, Problem> {
    find.validate().map_err(invalid)?;
    let limit = usize::try_from(find.limit).unwrap_or(0);
    Ok(Json(pets.list(limit, |pet| pet.status == find.status)))
}

async fn add(pets: Pets, _: Caller, pet: Json<Pet>) -> Result<Json<Pet>, Problem> {
    pet.validate().map_err(invalid)?;
    pets.save(pet.id.unwrap_or(1), pet.clone());
    Ok(pet)
}

/// Serves until SIGTERM.
pub(crate) fn serve(listener: TcpListener, threads: usize) -> Done {
    let pets = Data::new(Store::new(pet));
    let app = move || {
        App::new()
            .app_data(pets.clone())
            .app_data(JsonConfig::default().limit(2 * 1024 * 1024))
            .route("/api/v3/pet", web::post().to(add))
            .route("/api/v3/pet/findByStatus", web::get().to(find))
            .route("/api/v3/pet/{id}", web::get().to(one))
    };
    let server = HttpServer::new(app).workers(threads).listen(listener)?;
    Ok(actix_web::rt::System::new().block_on(server.run())?)
}
