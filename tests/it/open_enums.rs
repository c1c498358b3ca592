//! Enumerations that may grow: the case `open_enums`.

use crate::goldens::open_enums::{self, types::*};
use crate::wire::{Server, curl};
use apiloom::json::decode;
use apiloom::{Context, Result};

struct Depot;

impl open_enums::DefaultApi for Depot {
    async fn list_parcels(
        &self,
        _: Context,
        params: open_enums::ListParcelsParams,
    ) -> Result<open_enums::ListParcelsResponse> {
        let carriers = params.carrier.iter().flatten().map(|one| format!("{one:?}"));
        let text =
            format!("{:?} {} {:?}", params.state, carriers.collect::<Vec<_>>().join(" "), params.x_zone);
        Ok(open_enums::ListParcelsResponse::Ok(text))
    }
}

fn read(text: &str) -> Parcel {
    decode(text.as_bytes()).unwrap_or_else(|faults| panic!("{text}: {faults:?}"))
}

#[test]
fn unknown_values_stay_what_they_were() {
    let text =
        r#"{"state":"in-transit","carrier":"drone","colour":"blue","closed":"a","size":null,"code":"xyz"}"#;
    let parcel = read(text);
    assert_eq!(parcel.state, State::InTransit);
    assert_eq!(parcel.carrier, Some(Carrier::Other("drone".to_owned())));
    assert_eq!(parcel.colour, apiloom::Patch::Value(ParcelColour::Other("blue".to_owned())));
    assert_eq!(apiloom::dep::serde_json::to_string(&parcel).unwrap(), text);
    assert_eq!(read(r#"{"state":""}"#).state, State::OtherValue(String::new()));
    assert_eq!(read(r#"{"state":"other"}"#).state, State::Other, "a value of the schema is called Other too");
    assert_eq!(read(r#"{"state":"a\u00e4"}"#).state.as_str(), "aä");
    let size = read(r#"{"state":"sent"}"#).size;
    assert_eq!(size, Some(ParcelSize::Other("huge".to_owned())), "a default that the list does not hold");
    assert_eq!(read(r#"{"state":"sent","size":"small"}"#).size, Some(ParcelSize::Small));
}

#[test]
fn what_is_no_text_is_refused() {
    let faults = |text: &str| -> Vec<String> {
        let faults = decode::<Parcel>(text.as_bytes()).err().unwrap_or_default();
        faults.iter().map(|fault| format!("{} {}", fault.pointer(), fault.code)).collect()
    };
    assert_eq!(
        faults(r#"{"state":1,"carrier":null,"colour":["red"],"closed":"b","code":"long"}"#),
        ["/state type", "/carrier type", "/colour type", "/closed enum", "/code max_length"]
    );
}

#[test]
fn words() {
    assert_eq!(Carrier::KNOWN, [Carrier::Post, Carrier::Ship]);
    assert_eq!("ship".parse::<Carrier>(), Ok(Carrier::Ship));
    assert_eq!(format!("{:>6}", Carrier::from("van")), "   van");
}

#[tokio::test]
async fn in_parameters() {
    let server = Server::start(open_enums::service(Depot)).await;
    let answer = curl(&server, &["/parcels/in-transit?carrier=post&carrier=a%20b"]).await;
    assert_eq!(answer.body, r#"InTransit Post Other("a b") OtherValue("lost")"#);
    let answer = curl(&server, &["/parcels/gone", "-H", "X-Zone: sent"]).await;
    assert_eq!(answer.body, r#"OtherValue("gone")  Sent"#);
}
