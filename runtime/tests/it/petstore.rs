//! A small API, written the way generated code is.

use std::collections::BTreeMap;

#[derive(Debug, Clone, PartialEq)]
pub struct Pet {
    pub id: Option<i64>,
    pub name: String,
    pub owner: Option<String>,
    pub nick: apiloom::Patch<String>,
    pub status: PetStatus,
    pub parent: Option<Box<Pet>>,
    pub photo_urls: Vec<String>,
    pub r#type: Option<apiloom::dep::uuid::Uuid>,
    pub additional_properties: BTreeMap<String, apiloom::Json>,
}
apiloom::object! { Pet {
    id: optional "id", name: required "name", owner: required "owner", nick: optional "nick",
    status: default "status" (PetStatus::Available), parent: optional "parent", photo_urls: required "photoUrls",
    r#type: optional "type",
} collect additional_properties }

#[derive(Debug, Clone, PartialEq)]
pub struct NewPet {
    pub name: String,
    pub photo_urls: Vec<String>,
    pub age: Option<i32>,
    pub status: PetStatus,
    pub born: Option<apiloom::dep::jiff::civil::Date>,
}
apiloom::object! { NewPet {
    name: required "name", photo_urls: required "photoUrls", age: optional "age",
    status: default "status" (PetStatus::Available), born: optional "born",
} deny }

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PetStatus {
    Available,
    Pending,
    Sold,
}
apiloom::string_enum! { PetStatus { Available: "available", Pending: "pending", Sold: "sold" } }

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    Low,
    High,
    Below,
}
apiloom::integer_enum! { Level { Low: 1, High: 2, Below: -1 } }

#[derive(Debug, Clone, PartialEq)]
pub struct Cat {
    pub pet_type: Option<String>,
    pub lives: i64,
}
apiloom::object! { Cat { pet_type: optional "petType", lives: required "lives" } }

#[derive(Debug, Clone, PartialEq)]
pub struct Dog {
    pub pet_type: String,
    pub friend: Option<Animal>,
}
apiloom::object! { Dog { pet_type: required "petType", friend: optional "friend" } }

#[derive(Debug, Clone, PartialEq)]
pub enum Animal {
    Cat(Cat),
    Dog(Box<Dog>),
}
apiloom::tagged! { Animal "petType" { Cat: "cat" | "Cat", Dog: "dog" } }

#[derive(Debug, Clone, PartialEq)]
pub struct Kinded {
    pub kind: String,
    pub size: i64,
}
apiloom::object! { Kinded { kind: required "kind", size: required "size" } }

#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Text(String),
    Count(i64),
    Cat(Cat),
    Kind(Kinded),
    Many(Vec<String>),
}
apiloom::untagged! { Value {
    Text: string, Count: integer, Cat: object ["lives"], Kind: object ["kind" = "x"], Many: array,
} }

#[derive(Debug, Clone, PartialEq)]
pub struct Tree(pub Vec<Tree>);
apiloom::newtype! { Tree }

#[derive(Debug, Clone, PartialEq)]
pub struct Open {
    pub meta: BTreeMap<String, i64>,
    pub any: Option<apiloom::Json>,
    pub level: Option<Level>,
    pub ratio: Option<f64>,
    pub pair: Option<(i64, String)>,
    pub data: Option<apiloom::Base64>,
}
apiloom::object! { Open {
    meta: required "meta", any: optional "any", level: optional "level", ratio: optional "ratio", pair: optional "pair",
    data: optional "data",
} }

impl apiloom::Rules for Pet {
    fn rules(&self, v: &mut apiloom::Checker) {
        v.length("name", &self.name, 1..=64);
        v.length("nick", &self.nick, 2..);
        v.nested("parent", &self.parent);
        v.items("photoUrls", &self.photo_urls, ..=3);
        v.unique("photoUrls", &self.photo_urls);
        v.each("photoUrls", &self.photo_urls, |v, url| {
            v.format((), url, apiloom::Format::Uri);
        });
    }
}
impl apiloom::Rules for NewPet {
    fn rules(&self, v: &mut apiloom::Checker) {
        v.length("name", &self.name, 1..=64);
        v.pattern("name", &self.name, "^[^ ]*$");
        v.items("photoUrls", &self.photo_urls, 1..);
        v.range("age", &self.age, 0..=150);
    }
}
impl apiloom::Rules for Open {
    fn rules(&self, v: &mut apiloom::Checker) {
        v.properties("meta", &self.meta, ..=10);
        v.keys("meta", &self.meta, |v, key| {
            v.pattern((), key, "^x-");
        });
        v.each("meta", &self.meta, |v, value| {
            v.multiple_of((), value, 5);
        });
        v.one_of("ratio", &self.ratio, &[0.5, 1.0]);
        v.range("ratio", &self.ratio, (std::ops::Bound::Excluded(0.0), std::ops::Bound::Unbounded));
        v.multiple_of("ratio", &self.ratio, 0.01);
    }
}
apiloom::no_rules! { PetStatus, Level, Cat, Dog, Animal, Kinded, Value, Tree }
apiloom::validate! { Pet, NewPet, Open, Animal }

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
    path required pet_id("petId"): i64,
} |this, v| v.range(apiloom::Path("petId"), &this.pet_id, 1..); }

#[derive(Debug, Clone, PartialEq)]
pub struct Filter {
    pub color: Option<String>,
    pub size: Option<i64>,
}
apiloom::object! { Filter { color: optional "color", size: optional "size" } }
apiloom::no_rules! { Filter }

apiloom::params! { pub struct FindPetsParams {
    query default status: PetStatus = PetStatus::Available,
    query [form_joined] optional tags: Option<Vec<String>>, query optional ids: Option<Vec<i64>>,
    query [deep_object] optional filter: Option<Filter>, query optional spread: Option<Filter>,
    query [content_json] optional page: Option<Filter>,
    header optional x_trace("X-Trace"): Option<apiloom::dep::uuid::Uuid>, cookie optional session: Option<String>,
} }

apiloom::params! { pub struct AddPetParams {
    query default dry: bool = false, body required body: NewPet as json | json "application/vnd.pet" | form,
} |this, v| v.nested(apiloom::InBody, &this.body); }

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
