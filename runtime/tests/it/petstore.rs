//! A small API, written the way generated code is.

use std::collections::BTreeMap;

apiloom::object! { pub struct Pet {
    optional id: Option<i64>,
    required name: String [length (1..=64)],
    required owner: Option<String>,
    optional nick: apiloom::Patch<String> [length (2..)],
    default status: PetStatus = PetStatus::Available,
    optional parent: Option<Box<Pet>> [nested],
    required photo_urls("photoUrls"): Vec<String> [items (..=3) unique each (|v, url| v.uri((), url))],
    optional r#type("type"): Option<apiloom::dep::uuid::Uuid>,
    rest additional_properties: BTreeMap<String, apiloom::Json>,
} }

apiloom::object! { pub struct NewPet {
    required name: String [length (1..=64) pattern ("^[^ ]*$")],
    required photo_urls("photoUrls"): Vec<String> [items (1..)],
    optional age: Option<i32> [range (0..=150)],
    default status: PetStatus = PetStatus::Available,
    optional born: Option<apiloom::dep::jiff::civil::Date>,
} deny }

apiloom::string_enum! { pub enum PetStatus { Available = "available", Pending = "pending", Sold = "sold" } }

apiloom::integer_enum! { pub enum Level { Low = 1, High = 2, Below = -1 } }

apiloom::object! { pub struct Cat {
    optional pet_type("petType"): Option<String>,
    required lives: i64,
} }

apiloom::object! { pub struct Dog {
    required pet_type("petType"): String,
    optional friend: Option<Animal>,
} }

apiloom::tagged! { pub enum Animal "petType" { Cat(Cat) = "cat" | "Cat", Dog(Box<Dog>) = "dog" } }

apiloom::object! { pub struct Kinded {
    required kind: String,
    required size: i64,
} }

apiloom::untagged! { pub enum Value {
    Text(String) = string, Count(i64) = integer, Cat(Cat) = object ["lives"], Kind(Kinded) = object ["kind" = "x"],
    Many(Vec<String>) = array,
} }

apiloom::newtype! { pub struct Tree(pub Vec<Tree>); }

apiloom::object! { pub struct Open {
    required meta: BTreeMap<String, i64>
        [properties (..=10) keys (|v, key| v.pattern((), key, "^x-")) each (|v, value| v.multiple_of((), value, 5))],
    optional any: Option<apiloom::Json>,
    optional level: Option<Level>,
    optional ratio: Option<f64>
        [one_of (&[0.5, 1.0]) range ((std::ops::Bound::Excluded(0.0), std::ops::Bound::Unbounded)) multiple_of (0.01)],
    optional pair: Option<(i64, String)>,
    optional data: Option<apiloom::Base64>,
} }

pub trait PetApi: Send + Sync + 'static {
    /// Find pet by ID.
    fn get_pet(
        &self,
        cx: apiloom::Context,
        params: GetPetParams,
    ) -> impl Future<Output = apiloom::Result<GetPetResponse>> + Send;
    fn find_pets(
        &self,
        cx: apiloom::Context,
        params: FindPetsParams,
    ) -> impl Future<Output = apiloom::Result<FindPetsResponse>> + Send;
    fn add_pet(
        &self,
        cx: apiloom::Context,
        params: AddPetParams,
    ) -> impl Future<Output = apiloom::Result<AddPetResponse>> + Send;
    fn get_inventory(
        &self,
        cx: apiloom::Context,
    ) -> impl Future<Output = apiloom::Result<GetInventoryResponse>> + Send;
    fn upload(
        &self,
        cx: apiloom::Context,
        params: UploadParams,
    ) -> impl Future<Output = apiloom::Result<UploadResponse>> + Send;
    fn note(
        &self,
        cx: apiloom::Context,
        params: NoteParams,
    ) -> impl Future<Output = apiloom::Result<UploadResponse>> + Send;
}

apiloom::params! { pub struct GetPetParams {
    path required pet_id("petId"): i64 [range (1..)],
} }

apiloom::object! { pub struct Filter {
    optional color: Option<String>,
    optional size: Option<i64>,
} }

apiloom::params! { pub struct FindPetsParams {
    query default status: PetStatus = PetStatus::Available,
    query [form_joined] optional tags: Option<Vec<String>>, query optional ids: Option<Vec<i64>>,
    query [deep_object] optional filter: Option<Filter>, query optional spread: Option<Filter>,
    query [content_json] optional page: Option<Filter>,
    header optional x_trace("X-Trace"): Option<apiloom::dep::uuid::Uuid>, cookie optional session: Option<String>,
} }

apiloom::form! { NewPet {} }
apiloom::form! { Filter {} }
apiloom::params! { pub struct AddPetParams {
    query default dry: bool = false, body required body: NewPet [nested] as json | json "application/vnd.pet" | form,
} }

apiloom::params! { pub struct UploadParams { body optional body: Option<apiloom::Bytes> as bytes } }
apiloom::params! { pub struct NoteParams { body required body: Filter as form } }

apiloom::responses! { pub enum GetPetResponse {
    Ok { body: Pet, header optional x_rate_limit("X-Rate-Limit"): Option<i32> } = 200 json,
    NotFound = 404,
    Default(apiloom::StatusCode, String) = status json,
} }
apiloom::responses! { pub enum FindPetsResponse { Ok(String) = 200 text | text "text/markdown" } }
apiloom::responses! { pub enum AddPetResponse { Created(NewPet) = 201 json "application/vnd.pet+json" } }
apiloom::responses! { pub enum GetInventoryResponse { Ok(BTreeMap<String, i32>) = 200 json } }
apiloom::responses! { pub enum UploadResponse { Done(String) = 200 bytes } }

apiloom::operations! { pub fn pet_api(PetApi "pet") {
    get_pet: GET "/v3/pet/{petId}" "getPet" (GetPetParams), find_pets: GET "/v3/pet" "findPets" (FindPetsParams),
    add_pet: POST "/v3/pet" "addPet" (AddPetParams), get_inventory: GET "/v3/store/inventory" "getInventory" (),
    upload: PUT "/v3/pet/{petId}" "upload" (UploadParams), note: POST "/v3/note" "note" (NoteParams),
} }

pub static DOCUMENT: apiloom::Document =
    apiloom::Document { title: "Pets", version: "1", json: r#"{"openapi":"3.1.0"}"# };

#[derive(Debug)]
pub struct Pets;

impl PetApi for Pets {
    async fn get_pet(&self, cx: apiloom::Context, params: GetPetParams) -> apiloom::Result<GetPetResponse> {
        match params.pet_id {
            1 => {
                assert_eq!(cx.operation().id, "getPet");
                let body = apiloom::json::from_slice(
                    br#"{"id":1,"name":"Rex","owner":null,"photoUrls":[],"x":[1]}"#,
                );
                Ok(GetPetResponse::Ok { body: body.unwrap(), x_rate_limit: Some(7) })
            }
            2 => Err(apiloom::Error::conflict("It is asleep.").with("until", 7)),
            3 => panic!("a bug"),
            4 => Err(std::io::Error::other("secret").into()),
            _ => Ok(GetPetResponse::NotFound),
        }
    }
    async fn find_pets(
        &self,
        _: apiloom::Context,
        params: FindPetsParams,
    ) -> apiloom::Result<FindPetsResponse> {
        Ok(FindPetsResponse::Ok(format!("{params:?}")))
    }
    async fn add_pet(&self, _: apiloom::Context, params: AddPetParams) -> apiloom::Result<AddPetResponse> {
        Ok(AddPetResponse::Created(params.body))
    }
    async fn get_inventory(&self, _: apiloom::Context) -> apiloom::Result<GetInventoryResponse> {
        Ok(GetInventoryResponse::Ok([("sold".to_owned(), 3)].into()))
    }
    async fn upload(&self, _: apiloom::Context, params: UploadParams) -> apiloom::Result<UploadResponse> {
        Ok(UploadResponse::Done(format!("{:?}", params.body.map(|body| body.len()))))
    }
    async fn note(&self, _: apiloom::Context, params: NoteParams) -> apiloom::Result<UploadResponse> {
        Ok(UploadResponse::Done(format!("{:?}", params.body)))
    }
}

pub fn service() -> apiloom::Service {
    pet_api(Pets).document(&DOCUMENT)
}
