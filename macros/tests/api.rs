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

mod days {
    pub(crate) mod jiff {
        apiloom_macros::api!("tests/schemas/days.yaml", targets = [types]);
    }
    pub(crate) mod chrono {
        apiloom_macros::api!("tests/schemas/days.yaml", targets = [types], dates = "chrono");
    }
    pub(crate) mod time {
        apiloom_macros::api!("tests/schemas/days.yaml", targets = [types], dates = "time");
    }
}

#[test]
fn dates_are_of_the_crate_that_was_asked_for() {
    let text = br#"{"day":"2026-02-28","at":"2026-02-28T12:00:00Z"}"#;
    let jiff: days::jiff::Day = apiloom::json::decode(text).unwrap();
    let chrono: days::chrono::Day = apiloom::json::decode(text).unwrap();
    let time: days::time::Day = apiloom::json::decode(text).unwrap();
    let day: apiloom::dep::chrono::NaiveDate = chrono.day;
    assert_eq!(jiff.day.to_string(), day.to_string());
    let day: apiloom::dep::time::Date = *time.day;
    assert_eq!(day.to_string(), "2026-02-28");
    assert_eq!(jiff.at.as_second(), chrono.at.timestamp());
    assert_eq!(time.at.unix_timestamp(), chrono.at.timestamp());
    let faults = apiloom::json::decode::<days::time::Day>(br#"{"day":"2026-02-30","at":"x"}"#).unwrap_err();
    assert_eq!(faults.iter().map(|fault| fault.code).collect::<Vec<_>>(), ["format", "format"]);
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
