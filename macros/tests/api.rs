//! The macro makes the same as `apiloom generate`, in place.

mod api {
    apiloom_macros::api!("tests/schemas/pets.yaml");
}

mod part {
    apiloom_macros::api!(
        "tests/schemas/pets.yaml",
        targets = [types, server],
        only = ["tag:ops"],
        reading = "practice"
    );
}

mod literal {
    apiloom_macros::api!("tests/schemas/pets.yaml", targets = [types], reading = "literal");
}

#[test]
fn schemas_are_read_at_their_word() {
    // Without `type`, `properties` says nothing of what is no object.
    assert!(apiloom::json::decode::<api::Loose>(b"1").is_err());
    let value: literal::Loose = apiloom::json::decode(b"1").unwrap();
    assert_eq!(value, apiloom::Json::from(1));
}

#[test]
fn types_are_there() {
    let pet = api::Pet { name: "Rex".to_owned() };
    assert_eq!(apiloom::dep::serde_json::to_string(&pet).unwrap(), r#"{"name":"Rex"}"#);
}

#[test]
fn the_document_is_a_literal() {
    assert_eq!(api::DOCUMENT.title, "Pets");
    assert!(api::DOCUMENT.json.contains("listPets"));
}

struct App;

impl part::OpsApi for App {
    async fn health(&self, _: apiloom::Context) -> apiloom::Result<part::HealthResponse> {
        Ok(part::HealthResponse::NoContent)
    }
}

#[test]
fn only_what_was_asked_for_is_served() {
    let ids: Vec<_> = part::service(App).operations().map(|operation| operation.id).collect();
    assert_eq!(ids, ["health"]);
}
