//! The same routes as one writes them by hand: axum's extractors, serde's derives, `validator`'s derive.

mod problem;

use crate::store::{KEY, Store, TOKEN};
use axum::extract::{FromRequest, FromRequestParts, OptionalFromRequestParts, Path, Query, Request, State};
use axum::http::StatusCode;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use axum::routing::{get, post};
use axum::{Json, Router};
use problem::Problem;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use subtle::ConstantTimeEq;
use validator::{Validate, ValidationError};

#[derive(Debug, Clone, Serialize, Deserialize, Validate)]
pub(crate) struct Pet {
    #[serde(skip_serializing_if = "Option::is_none")]
    #[validate(range(min = 1, code = "minimum", message = "must be at least 1"))]
    pub(crate) id: Option<i64>,
    #[validate(length(min = 1, max = 100, code = "min_length", message = "must have at least 1 character"))]
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[validate(nested)]
    category: Option<Category>,
    #[serde(rename = "photoUrls")]
    #[validate(
        length(max = 20, code = "max_items", message = "must have at most 20 items"),
        custom(function = urls)
    )]
    photo_urls: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[validate(length(max = 20, code = "max_items", message = "must have at most 20 items"), nested)]
    tags: Option<Vec<Tag>>,
    #[serde(default)]
    pub(crate) status: Status,
}

#[derive(Debug, Clone, Serialize, Deserialize, Validate)]
struct Category {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[validate(length(min = 1, max = 50, code = "min_length", message = "must have at least 1 character"))]
    name: Option<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize, Validate)]
struct Tag {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[validate(length(min = 1, max = 50, code = "min_length", message = "must have at least 1 character"))]
    name: Option<String>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Status {
    #[default]
    Available,
    Pending,
    Sold,
}

fn urls(urls: &[String]) -> Result<(), ValidationError> {
    if urls.iter().all(|url| url.chars().count() <= 2000) {
        return Ok(());
    }
    Err(ValidationError::new("max_length").with_message("must have at most 2000 characters".into()))
}

#[derive(Debug, Deserialize, Validate)]
pub(crate) struct Find {
    #[serde(default)]
    pub(crate) status: Status,
    #[serde(default = "fifty")]
    #[validate(range(min = 1, max = 100, code = "range", message = "must be between 1 and 100"))]
    pub(crate) limit: i32,
}

fn fifty() -> i32 {
    50
}

/// The routes of pets.
pub(crate) fn router() -> Router {
    Router::new()
        .route("/api/v3/pet", post(add))
        .route("/api/v3/pet/findByStatus", get(find))
        .route("/api/v3/pet/{id}", get(one))
        .with_state(Arc::new(Store::new(pet)))
}

/// One of the pets that are there at the start.
pub(crate) fn pet(id: i64) -> Pet {
    Pet {
        id: Some(id),
        name: format!("Pet {id}"),
        category: Some(Category { id: Some(1), name: Some("Dogs".to_owned()) }),
        photo_urls: vec![
            format!("https://example.com/{id}/one.jpg"),
            format!("https://example.com/{id}/two.jpg"),
        ],
        tags: Some(vec![
            Tag { id: Some(1), name: Some("friendly".to_owned()) },
            Tag { id: Some(2), name: Some("young".to_owned()) },
        ]),
        status: Status::Available,
    }
}

type Pets = State<Arc<Store<Pet>>>;

async fn one(State(pets): Pets, _: Option<Caller>, Path(id): Path<i64>) -> Result<Json<Pet>, Problem> {
    if id < 1 {
        return Err(Problem::new(StatusCode::BAD_REQUEST, "must be at least 1".to_owned()));
    }
    let missing = || Problem::new(StatusCode::NOT_FOUND, format!("There is no pet {id}."));
    pets.find(id).map(Json).ok_or_else(missing)
}

async fn find(State(pets): Pets, Query(find): Query<Find>) -> Result<Json<Vec<Pet>>, Problem> {
    find.validate()?;
    let limit = usize::try_from(find.limit).unwrap_or(0);
    Ok(Json(pets.list(limit, |pet| pet.status == find.status)))
}

async fn add(State(pets): Pets, _: Caller, Valid(pet): Valid<Pet>) -> Json<Pet> {
    pets.save(pet.id.unwrap_or(1), pet.clone());
    Json(pet)
}

/// A body of JSON that keeps its rules.
struct Valid<T>(T);

impl<T: DeserializeOwned + Validate, S: Send + Sync> FromRequest<S> for Valid<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let Json(value) = Json::<T>::from_request(request, state).await?;
        value.validate()?;
        Ok(Self(value))
    }
}

/// Who is calling: somebody with the key or the token.
struct Caller;

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let caller = <Self as OptionalFromRequestParts<S>>::from_request_parts(parts, state).await?;
        caller.ok_or_else(|| Problem::new(StatusCode::UNAUTHORIZED, "Credentials are missing.".to_owned()))
    }
}

impl<S: Send + Sync> OptionalFromRequestParts<S> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, Problem> {
        let alike = |shown: &[u8], expected: &str| bool::from(shown.ct_eq(expected.as_bytes()));
        let token = parts.headers.get(AUTHORIZATION).map(|value| value.as_bytes());
        let token = token.and_then(|value| value.strip_prefix(b"Bearer "));
        let known = match (token, parts.headers.get("api_key")) {
            (None, None) => return Ok(None),
            (Some(token), _) if alike(token, TOKEN) => true,
            (_, Some(key)) => alike(key.as_bytes(), KEY),
            (Some(_), None) => false,
        };
        let wrong = "Neither the key nor the token is a valid one.";
        if known { Ok(Some(Self)) } else { Err(Problem::new(StatusCode::UNAUTHORIZED, wrong.to_owned())) }
    }
}
