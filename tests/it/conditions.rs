//! What types cannot say is checked on the JSON of the value: the case `conditions`.

use crate::goldens::conditions::types::{AddOrderBody, Holder};
use apiloom::json::decode;

/// Each fault as its place and code.
fn faults<T: apiloom::Rules + apiloom::dep::serde::de::DeserializeOwned + std::fmt::Debug>(
    text: &str,
) -> Vec<String> {
    let faults = decode::<T>(text.as_bytes()).err().unwrap_or_default();
    faults.iter().map(|fault| format!("{} {}", fault.pointer(), fault.code)).collect()
}

fn holder(more: &str) -> Vec<String> {
    faults::<Holder>(&format!(r#"{{"payment": {{"kind": "cash"}}{more}}}"#))
}

#[test]
fn conditions() {
    let pay = |payment: &str| faults::<Holder>(&format!(r#"{{"payment": {payment}}}"#));
    assert_eq!(pay(r#"{"kind": "card", "number": "1"}"#), [""; 0]);
    assert_eq!(pay(r#"{"kind": "card"}"#), ["/payment/number required"]);
    assert_eq!(pay(r#"{"kind": "cash", "number": "1"}"#), ["/payment not"]);
    assert_eq!(
        pay(r#"{"kind": "card", "number": "12345678901234567890", "next": {"kind": "card"}}"#),
        ["/payment/number max_length", "/payment/next/number required"]
    );
}

#[test]
fn alternatives_that_only_say_what_is_required() {
    assert_eq!(holder(r#", "contact": {"phone": "1"}"#), [""; 0]);
    assert_eq!(holder(r#", "contact": {"other": "1"}"#), ["/contact any_of"]);
}

#[test]
fn lists_and_maps() {
    assert_eq!(holder(r#", "numbers": [1, 10, 20], "labels": {"a": "b"}, "point": [1, 2.5, "x"]"#), [""; 0]);
    assert_eq!(
        holder(r#", "numbers": [1], "labels": {"id": "b"}, "point": [1, "y", 3]"#),
        ["/numbers contains", "/labels/id not", "/point/1 type", "/point/2 type"]
    );
    assert_eq!(holder(r#", "numbers": [10, 11, 12]"#), ["/numbers contains"]);
}

#[test]
fn closed_exactly_one_and_not() {
    assert_eq!(holder(r#", "strict": {"id": 1, "name": "a"}, "amount": 10, "never": 3"#), [""; 0]);
    assert_eq!(holder(r#", "strict": {"id": 1, "other": "a"}"#), ["/strict/other unknown"]);
    assert_eq!(holder(r#", "amount": 15"#), ["/amount one_of"]);
    assert_eq!(holder(r#", "amount": 7"#), ["/amount one_of"]);
    assert_eq!(
        holder(r#", "amount": 9"#),
        [""; 0],
        "the second alternative, although the first was tried first"
    );
    assert_eq!(holder(r#", "never": {"kind": "cash"}"#), ["/never not"]);
}

#[test]
fn bodies() {
    assert_eq!(faults::<AddOrderBody>(r#"{"card": "1", "holder": "A", "notes": ["x"]}"#), [""; 0]);
    assert_eq!(faults::<AddOrderBody>("{}"), [" min_properties"]);
    assert_eq!(faults::<AddOrderBody>(r#"{"other": 1}"#), [""; 0], "keys without a field count");
    assert_eq!(
        faults::<AddOrderBody>(r#"{"card": "1", "notes": [" x"]}"#),
        ["/holder required", "/notes/0 not"]
    );
}
