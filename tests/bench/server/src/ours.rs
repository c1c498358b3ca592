//! The generated routes over the store.

use crate::api::*;
use crate::store::{KEY, Store, TOKEN};
use apiloom::{Context, Error, Result, Service, StatusCode};

/// The generated routes of pets.
pub(crate) fn service() -> Service {
    pet_api(Pets(Store::new(pet)))
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
        status: PetStatus::Available,
    }
}

struct Pets(Store<Pet>);

/// Who is calling.
struct Caller;

impl Security for Pets {
    type Principal = Caller;

    async fn authenticate(&self, _: &Context, credentials: Credentials) -> Result<Caller> {
        match credentials {
            Credentials::ApiKey(key) if key.matches(KEY) => Ok(Caller),
            Credentials::PetstoreAuth(token) if token.matches(TOKEN) => Ok(Caller),
            Credentials::ApiKey(_) | Credentials::PetstoreAuth(_) => {
                Err(Error::unauthorized("Neither the key nor the token is a valid one."))
            }
        }
    }
}

fn not_measured<T>() -> Result<T> {
    Err(Error::new(StatusCode::NOT_IMPLEMENTED).detail("This is not measured."))
}

impl PetApi for Pets {
    async fn get_pet_by_id(
        &self,
        _: Context,
        _: Option<Caller>,
        params: GetPetByIdParams,
    ) -> Result<GetPetByIdResponse> {
        let pet = self.0.find(params.pet_id);
        let missing = || Error::not_found(format!("There is no pet {}.", params.pet_id));
        pet.map(GetPetByIdResponse::Ok).ok_or_else(missing)
    }

    async fn find_pets_by_status(
        &self,
        _: Context,
        params: FindPetsByStatusParams,
    ) -> Result<FindPetsByStatusResponse> {
        let limit = usize::try_from(params.limit).unwrap_or(0);
        Ok(FindPetsByStatusResponse::Ok(self.0.list(limit, |pet| pet.status == params.status)))
    }

    async fn add_pet(&self, _: Context, _: Caller, params: AddPetParams) -> Result<AddPetResponse> {
        let pet = params.body;
        self.0.save(pet.id.unwrap_or(1), pet.clone());
        Ok(AddPetResponse::Ok(pet))
    }

    async fn update_pet(&self, _: Context, _: Caller, _: UpdatePetParams) -> Result<UpdatePetResponse> {
        not_measured()
    }

    async fn find_pets_by_tags(&self, _: Context, _: FindPetsByTagsParams) -> Result<FindPetsByTagsResponse> {
        not_measured()
    }

    async fn export_pets(&self, _: Context) -> Result<ExportPetsResponse> {
        not_measured()
    }

    async fn update_pet_with_form(
        &self,
        _: Context,
        _: Caller,
        _: UpdatePetWithFormParams,
    ) -> Result<UpdatePetWithFormResponse> {
        not_measured()
    }

    async fn delete_pet(&self, _: Context, _: Caller, _: DeletePetParams) -> Result<DeletePetResponse> {
        not_measured()
    }

    async fn upload_file(&self, _: Context, _: Caller, _: UploadFileParams) -> Result<UploadFileResponse> {
        not_measured()
    }
}
