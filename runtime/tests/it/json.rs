//! Types from and to JSON: what is taken, what is refused, and in which words.

use crate::petstore::*;
use apiloom::{Base64, Patch, Rules};

/// Each fault as `pointer code detail`.
fn faults<T: apiloom::dep::serde::de::DeserializeOwned + Rules + std::fmt::Debug>(text: &str) -> Vec<String> {
    let faults = apiloom::json::decode::<T>(text.as_bytes()).map(|value| format!("{value:?}")).unwrap_err();
    faults.iter().map(|fault| format!("{} {} {}", fault.pointer(), fault.code, fault.detail)).collect()
}

fn good<T: apiloom::dep::serde::de::DeserializeOwned + Rules>(text: &str) -> T {
    apiloom::json::decode(text.as_bytes()).unwrap_or_else(|faults| panic!("{text}: {faults:?}"))
}

fn written(value: &impl apiloom::dep::serde::Serialize) -> String {
    apiloom::dep::serde_json::to_string(value).unwrap()
}

#[test]
fn a_pet_comes_back_as_it_went() {
    let text = r#"{"id":1,"name":"Rex","owner":null,"nick":null,"status":"sold","parent":{"name":"Old","owner":"me","status":"available","photoUrls":[]},"photoUrls":["http://a.b/"],"x":{"y":[1,2.5]}}"#;
    let pet: Pet = good(text);
    assert_eq!(pet.nick, Patch::Null);
    assert_eq!(written(&pet), text);
    assert_eq!(good::<Pet>(&written(&pet)), pet);
}

#[test]
fn absent_is_not_null() {
    let pet: Pet = good(r#"{"name":"Rex","owner":null,"photoUrls":[]}"#);
    assert_eq!((pet.nick, pet.status, pet.id), (Patch::Absent, PetStatus::Available, None));
    assert_eq!(faults::<Pet>(r#"{"name":"Rex","photoUrls":[]}"#), ["/owner required missing"]);
    assert_eq!(
        faults::<Pet>(r#"{"id":null,"name":"Rex","owner":null,"photoUrls":[]}"#),
        ["/id type expected an integer, found null"]
    );
}

#[test]
fn all_faults_at_once() {
    assert_eq!(
        faults::<NewPet>(r#"{"name": ""}"#),
        ["/photoUrls required missing", "/name min_length must have at least 1 character"]
    );
    assert_eq!(
        faults::<NewPet>(
            r#"{"nam":"a","name":3,"photoUrls":[1,"b",null],"age":151,"status":"lost","born":"yesterday"}"#
        ),
        [
            "/nam unknown unknown field; did you mean `name`?",
            "/name type expected a string, found a number",
            "/photoUrls/0 type expected a string, found a number",
            "/photoUrls/2 type expected a string, found null",
            "/status enum is not one of: available, pending, sold",
            "/born format is not a date (RFC 3339)",
            "/age maximum must be at most 150",
        ]
    );
    assert_eq!(faults::<NewPet>("[]"), [" type expected an object, found an array"]);
    assert_eq!(
        faults::<NewPet>(r#"{"name":"a","photoUrls":"x","age":1e10}"#),
        [
            "/photoUrls type expected an array, found a string",
            "/age range must be between -2147483648 and 2147483647"
        ]
    );
    assert_eq!(
        faults::<Pet>(r#"{"name":"","owner":null,"photoUrls":["a","a"],"type":"x","parent":{"owner":3}}"#),
        [
            "/type format is not a UUID",
            "/parent/owner type expected a string, found a number",
            "/parent/name required missing",
            "/parent/photoUrls required missing",
            "/name min_length must have at least 1 character",
            "/photoUrls unique_items items 0 and 1 are the same",
            "/photoUrls/0 format is not a URI",
            "/photoUrls/1 format is not a URI",
        ]
    );
}

#[test]
fn keys_come_once() {
    assert_eq!(
        faults::<NewPet>(r#"{"name":"a","name":"b","photoUrls":["x"]}"#),
        ["/name duplicate this key is there twice"]
    );
    assert_eq!(
        faults::<Open>(r#"{"meta":{"x-a":5,"x-a":5}}"#),
        ["/meta/x-a duplicate this key is there twice"]
    );
    assert_eq!(
        faults::<Open>(r#"{"meta":{},"any":[{"a":{"b":1,"b":2}}]}"#),
        ["/any/0/a/b duplicate this key is there twice"]
    );
    assert_eq!(
        faults::<Open>(r#"{"meta":{},"other":{"b":1,"b":2}}"#),
        ["/other/b duplicate this key is there twice"]
    );
    assert_eq!(
        faults::<Open>(r#"{"meta":{},"other":1,"other":1}"#),
        ["/other duplicate this key is there twice"]
    );
    assert_eq!(
        faults::<Animal>(r#"{"petType":"cat","lives":1,"x":{"a":1,"a":1}}"#),
        ["/x/a duplicate this key is there twice"]
    );
}

#[test]
fn other_rules() {
    assert_eq!(
        faults::<Open>(r#"{"meta":{"x-a":5,"b":7},"ratio":0.505,"level":3}"#),
        [
            "/level enum is not one of: 1, 2, -1",
            "/meta/b pattern must match `^x-`",
            "/meta/b multiple_of must be a multiple of 5",
            "/ratio enum is not one of: 0.5, 1",
            "/ratio multiple_of must be a multiple of 0.01",
        ]
    );
    let open: Open = good(r#"{"meta":{},"level":-1,"ratio":0.5,"pair":[1,"a"],"data":"aGk=","any":null}"#);
    assert_eq!((open.level, open.data), (Some(Level::Below), Some(Base64(b"hi".to_vec()))));
    assert_eq!(
        faults::<Open>(r#"{"meta":{},"pair":[1],"data":"?","level":"1"}"#),
        [
            "/pair items must have exactly 2 items",
            "/data format is not base64",
            "/level type expected an integer, found a string",
        ]
    );
    assert_eq!(good::<Open>(r#"{"meta":{"x-a":10.0}}"#).meta["x-a"], 10, "1.0 is an integer");
}

#[test]
fn tagged_unions() {
    let text = r#"{"petType":"dog","friend":{"petType":"Cat","lives":9}}"#;
    let animal: Animal = good(text);
    assert_eq!(written(&animal), text);
    assert_eq!(written(&Animal::Cat(Cat { pet_type: None, lives: 1 })), r#"{"lives":1,"petType":"cat"}"#);
    assert_eq!(
        faults::<Animal>(r#"{"petType":"dog","friend":{"petType":"cat","lives":"9"}}"#),
        ["/friend/lives type expected an integer, found a string"]
    );
    assert_eq!(faults::<Animal>(r#"{"petType":"cow"}"#), ["/petType enum is not one of: cat, Cat, dog"]);
    assert_eq!(faults::<Animal>(r#"{"lives":1}"#), ["/petType required missing"]);
    assert_eq!(faults::<Animal>("3"), [" type expected an object, found a number"]);
    assert_eq!(
        faults::<Vec<Animal>>(r#"[{"petType":"cow"},{"lives":3},{"petType":"cat","lives":""}]"#),
        [
            "/0/petType enum is not one of: cat, Cat, dog",
            "/1/petType required missing",
            "/2/lives type expected an integer, found a string",
        ]
    );
}

#[test]
fn untagged_unions() {
    let values: Vec<Value> = good(r#"["a", 3, {"lives":1}, {"kind":"x","size":2}, ["b"]]"#);
    assert_eq!(written(&values), r#"["a",3,{"lives":1},{"kind":"x","size":2},["b"]]"#);
    assert_eq!(
        faults::<Value>(r#"{"kind":"x","size":"2"}"#),
        ["/size type expected an integer, found a string"]
    );
    assert_eq!(
        faults::<Value>(r#"{"lives":"a","kind":"x","size":"2"}"#),
        [" union fits none of: Text, Count, Cat, Kind, Many"]
    );
    assert_eq!(faults::<Value>("true"), [" union fits none of: Text, Count, Cat, Kind, Many"]);
}

#[test]
fn what_is_not_json() {
    assert_eq!(
        faults::<Open>("{\"meta\":\n}"),
        [" syntax is not valid JSON: expected value (line 2, column 1)"]
    );
    assert_eq!(
        faults::<Open>(""),
        [" syntax is not valid JSON: EOF while parsing a value (line 1, column 0)"]
    );
    assert_eq!(
        faults::<Open>("{\"meta\":{}} x"),
        [" syntax is not valid JSON: trailing characters (line 1, column 13)"]
    );
    let latin = apiloom::json::decode::<String>(b"\"\xFF\"").unwrap_err();
    assert_eq!(latin[0].detail, "is not UTF-8 text");
    for open in ["[", "{\"a\":"] {
        assert_eq!(faults::<apiloom::Json>(&open.repeat(100_000)).len(), 1);
        assert_eq!(faults::<Tree>(&open.repeat(100_000)).len(), 1);
        assert_eq!(faults::<Open>(&format!("{{\"x\":{}", open.repeat(100_000))).len(), 1);
    }
}

#[test]
fn recursion_is_bounded_and_works() {
    let deep = |n: usize| format!("{}{}", "[".repeat(n), "]".repeat(n));
    assert_eq!(written(&good::<Tree>(&deep(120))), deep(120));
    assert_eq!(faults::<Tree>(&deep(200)).len(), 1);
    let pet = (0..60).fold(r#"{"name":"a","owner":"b","photoUrls":[]}"#.to_owned(), |inner, _| {
        format!(r#"{{"name":"a","owner":"b","photoUrls":[],"parent":{inner}}}"#)
    });
    assert!(apiloom::json::decode::<Pet>(pet.as_bytes()).is_ok());
}

#[test]
fn faults_are_counted_to_64() {
    let many = format!("[{}]", vec!["{}"; 300_000].join(","));
    assert_eq!(faults::<Vec<NewPet>>(&many).len(), 64);
    assert_eq!(faults::<Vec<Animal>>(&many).len(), 64);
    assert!(!faults::<Vec<Value>>(&many).is_empty(), "large values get few rounds");
}

#[test]
fn the_validator_crate_sees_the_same() {
    use apiloom::dep::validator::Validate;
    let mut pet: Pet = good(
        r#"{"name":"a","owner":null,"photoUrls":["http://a.b"],"parent":{"name":"b","owner":"c","photoUrls":["http://a.b"]}}"#,
    );
    assert!(pet.validate().is_ok());
    pet.photo_urls.push("x y".into());
    pet.parent.as_mut().unwrap().name.clear();
    let errors = pet.validate().unwrap_err();
    let told = apiloom::validate::bridge::pointers(&errors);
    let told: Vec<String> = told.iter().map(|(pointer, error)| format!("{pointer} {}", error.code)).collect();
    assert_eq!(told, ["/parent/name min_length", "/photoUrls/1 format"]);
}

apiloom::object! { pub struct Wide {
    required must: i64,
    optional f0: Option<i64>,
    optional f1: Option<i64>,
    optional f2: Option<i64>,
    optional f3: Option<i64>,
    optional f4: Option<i64>,
    optional f5: Option<i64>,
    optional f6: Option<i64>,
    optional f7: Option<i64>,
    optional f8: Option<i64>,
    optional f9: Option<i64>,
    optional f10: Option<i64>,
    optional f11: Option<i64>,
    optional f12: Option<i64>,
    optional f13: Option<i64>,
    optional f14: Option<i64>,
    optional f15: Option<i64>,
    optional f16: Option<i64>,
    optional f17: Option<i64>,
    optional f18: Option<i64>,
    optional f19: Option<i64>,
    optional f20: Option<i64>,
    optional f21: Option<i64>,
    optional f22: Option<i64>,
    optional f23: Option<i64>,
    optional f24: Option<i64>,
    optional f25: Option<i64>,
    optional f26: Option<i64>,
    optional f27: Option<i64>,
    optional f28: Option<i64>,
    optional f29: Option<i64>,
    optional f30: Option<i64>;
    optional f31: Option<i64>,
    optional f32: Option<i64>,
    optional f33: Option<i64>,
    optional f34: Option<i64>,
    optional f35: Option<i64>,
    optional f36: Option<i64>,
    optional f37: Option<i64>,
    optional f38: Option<i64>,
} deny }

#[test]
fn wide_objects() {
    let text = r#"{"must":1,"f0":2,"f38":3}"#;
    assert_eq!(written(&good::<Wide>(text)), text);
    assert_eq!(
        faults::<Wide>(r#"{"f39":1,"f3":"x"}"#),
        [
            "/f39 unknown unknown field; did you mean `f19`?",
            "/f3 type expected an integer, found a string",
            "/must required missing",
        ]
    );
}

apiloom::object! { pub struct Floats { optional one: Option<f32>, optional many: Option<Vec<f32>> } }

#[test]
fn numbers_of_single_precision() {
    assert_eq!(faults::<Floats>(r#"{"one":1e39}"#), ["/one range is too large a number"]);
    assert_eq!(faults::<Floats>(r#"{"many":[0,-1e300]}"#), ["/many/1 range is too large a number"]);
    // 2^128, which many take for the greatest: within its precision it is.
    let floats: Floats = good(r#"{"one":3.402823669209385e+38,"many":[-3.4028236692093846e+38,0.1]}"#);
    assert_eq!((floats.one, floats.many), (Some(f32::MAX), Some(vec![f32::MIN, 0.1])));
}
