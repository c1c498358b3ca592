//! Generated types on values: what they take, and of what they say where it is wrong.

use crate::goldens;
use apiloom::Rules;
use apiloom::dep::serde::{Serialize, de::DeserializeOwned};
use apiloom::dep::serde_json;

/// The faults of a value as `pointer code`, in the order of the pointers; empty when it is taken.
fn faults<T: DeserializeOwned + Rules>(json: &str) -> String {
    let faults = apiloom::json::decode::<T>(json.as_bytes()).map_or_else(|faults| faults, |_| Vec::new());
    let mut faults: Vec<String> =
        faults.iter().map(|fault| format!("{} {}", fault.pointer(), fault.code)).collect();
    faults.sort();
    faults.join(", ")
}

/// Each line: a value, `=>`, its faults.
fn table<T: DeserializeOwned + Rules>(rows: &str) {
    for row in rows.lines().map(str::trim).filter(|row| !row.is_empty()) {
        let (json, expected) = row.split_once("=>").unwrap();
        assert_eq!(faults::<T>(json.trim()).trim(), expected.trim(), "{json}");
    }
}

/// What is read and written again stays as it was.
fn round<T: DeserializeOwned + Rules + Serialize>(values: &[&str]) {
    for text in values {
        let value: T =
            apiloom::json::decode(text.as_bytes()).unwrap_or_else(|faults| panic!("{text}: {faults:?}"));
        assert_eq!(serde_json::to_string(&value).unwrap(), *text);
    }
}

#[test]
fn scalars() {
    table::<goldens::scalars::Scalars>(
        r#"
        {"text":"a","count":9,"small":3,"ratio":1,"single":1.5,"yes":true,"any":null} =>
        {"text":"","count":10,"small":4,"ratio":0,"single":0,"yes":true,"any":1,"code":"x"} => /code pattern, /count exclusive_maximum, /ratio exclusive_minimum, /small multiple_of, /text min_length
        {"text":1,"count":"1","small":2147483648,"ratio":"x","single":null,"yes":0,"any":{}} => /count type, /ratio type, /single type, /small range, /text type, /yes type
        {} => /any required, /count required, /ratio required, /single required, /small required, /text required, /yes required
        {"text":"ääääääää","count":1.0,"small":3,"ratio":0.5,"single":1,"yes":false,"any":[]} =>
        {"text":"ä","count":"1","small":3,"ratio":1,"single":1,"yes":false,"any":[]} => /count type
        [] =>  type
        "#,
    );
}

#[test]
fn enums() {
    table::<goldens::enums::Uses>(
        r#"
        {"status":"in-progress","inline":"left","level":-1,"maybe":null} =>
        {"status":"closed","inline":"Left","level":3,"maybe":"c"} => /inline enum, /level enum, /maybe enum, /status enum
        {"status":1,"level":"1"} => /level type, /status type
        "#,
    );
    round::<goldens::enums::Odd>(&[
        "\"\"",
        "\" \"",
        "\"Self\"",
        "\"日本\"",
        "\"a b\"",
        "\"a_b\"",
        "\"+1\"",
        "\"-1\"",
        "\"\\\"\"",
        "\"\\\\\"",
    ]);
}

#[test]
fn presence() {
    use goldens::presence::Presence;
    table::<Presence>(
        r#"
        {"required":"a","required_null":null,"required_default":1} =>
        {"required":null,"required_null":"a","required_default":1} => /required type
        {"required":"a"} => /required_default required, /required_null required
        {"required":"a","required_null":null,"required_default":1,"optional":null} => /optional type
        {"required":"a","required_null":null,"required_default":1,"optional_null":null} =>
        "#,
    );
    let value: Presence =
        apiloom::json::decode(br#"{"required":"","required_null":null,"required_default":1}"#).unwrap();
    let written = serde_json::to_value(&value).unwrap();
    assert_eq!(written["default_text"], "it's");
    assert_eq!(written["default_list"], serde_json::json!(["a", "b"]));
    assert_eq!(written["default_enum"], "y");
    assert_eq!(written.get("optional"), None);
    assert_eq!(written.get("optional_null"), None);
}

#[test]
fn nullable() {
    table::<goldens::nullable_3_0::Nullable>(
        r#"
        {"must":null} =>
        {"must":"a","may":null,"list":[1,null],"reference":null} =>
        {"list":["x"],"reference":7} => /list/0 type, /must required, /reference type
        "#,
    );
    table::<goldens::nullable_3_1::Nullable>(
        r#"
        {"must":null,"either":null} =>
        {"must":"a","may":null,"either":{"name":"b"},"any":"ab","nothing":null} =>
        {"must":1,"either":1,"any":"abc"} => /any max_length, /either type, /must type
        "#,
    );
}

#[test]
fn all_of() {
    table::<goldens::all_of::Person>(
        r#"
        {"name":"a","note":"b","age":1,"born":"2026-01-02"} =>
        {"name":"","born":"2026-02-30"} => /born format, /name min_length, /note required
        {"name":"long enough","note":""} => /name max_length
        "#,
    );
}

#[test]
fn unions() {
    table::<goldens::one_of_discriminator::Animal>(
        r#"
        {"kind":"cat","lives":1} =>
        {"kind":"hound","barks":true} =>
        {"kind":"cat","lives":0} => /lives minimum
        {"kind":"cat"} => /lives required
        {"kind":"cow"} => /kind enum
        {} => /kind required
        "#,
    );
    table::<goldens::one_of_plain::Value>(
        r#"
        "text" =>
        1 =>
        ["a"] =>
        {"lives":1} =>
        "#,
    );
    table::<goldens::implicit_tag::Event>(
        r#"
        {"type":"created","id":1} =>
        {"type":"removed","reason":"a"} =>
        {"type":"created"} => /id required
        {"type":"other"} => /type enum
        "#,
    );
    table::<goldens::inheritance::Home>(
        r#"
        {"pets":[{"petType":"cat","name":"a","mood":"lazy"},{"petType":"dog","name":"b","size":1}]} =>
        {"pets":[{"petType":"cat","name":"a","mood":"x"},{"petType":"dog","name":"b"}]} => /pets/0/mood enum, /pets/1/size required
        "#,
    );
}

#[test]
fn recursion() {
    round::<goldens::recursion::Node>(&[r#"{"value":1,"next":{"value":2}}"#]);
    round::<goldens::recursion::Nest>(&["[[],[[]]]"]);
    round::<goldens::recursion::Dictionary>(&[r#"{"entries":{"a":{"entries":{}}}}"#]);
    table::<goldens::recursion::Tree>(
        r#"{"children":[{},{"children":[{},{"children":7}]}]} => /children/1/children/1/children type"#,
    );
}

#[test]
fn maps() {
    table::<goldens::maps::Denying>(
        r#"
        {"a":"b"} =>
        {"a":"b","c":1} => /c unknown
    "#,
    );
    table::<goldens::maps::Typed>(
        r#"
        {"a":"b","c":1} =>
        {"a":"b","c":-1,"d":"x"} => /c minimum, /d type
    "#,
    );
    table::<goldens::maps::Uses>(
        r#"
        {"map":{"a":"b"}} =>
        {"map":{}} => /map min_properties
        {"map":{"a":"b","c":"long","d":""}} => /map max_properties, /map/c max_length
    "#,
    );
    round::<goldens::maps::Anything>(&[r#"{"a":"b","c":[1,null],"d":{}}"#]);
    round::<goldens::maps::Ignoring>(&[r#"{"a":"b"}"#]);
}

#[test]
fn tuples() {
    table::<goldens::tuples::Uses>(
        r#"
        {"pair":[1,"ab"]} =>
        {"pair":["x","a"]} => /pair/0 type
        {"pair":[1]} => /pair items
        {"pair":[1,"a",2]} => /pair items
        "#,
    );
    table::<goldens::tuples::Uses>(
        r#"
        {"set":["a","b"]} =>
        {"set":["a","a"]} => /set unique_items
        {"set":[]} => /set min_items
        "#,
    );
    table::<goldens::tuples::Uses>(
        r#"
        {"deep":[[[1,{"name":"a"}],[2,{}]],null],"long":[1,0,0,0,0,0,0,0,0,0,0,12]} =>
        {"pair":[1,"abc"]} => /pair/1 max_length
        {"deep":[[[1,{}],[0,{"name":"ab"}]],["b"]]} => /deep/0/1/0 minimum, /deep/0/1/1/name max_length, /deep/1/0 min_length, /deep/1/0 pattern
        {"long":[2,0,0,0,0,0,0,0,0,0,0,13]} => /long/0 maximum, /long/11 maximum
        "#,
    );
}

#[test]
fn read_only_and_write_only() {
    table::<goldens::read_write::UserInput>(
        r#"
        {"name":"a","password":"12345678"} =>
        {"name":"a","password":"1","friends":[{}]} => /friends/0/name required, /friends/0/password required, /password min_length
        "#,
    );
    let user: goldens::read_write::User = apiloom::json::decode(br#"{"id":1,"name":"a"}"#).unwrap();
    assert_eq!(serde_json::to_string(&user).unwrap(), r#"{"id":1,"name":"a"}"#);
}

#[test]
fn formats_of_text() {
    let rows = [
        ("clock", "23:59:60Z", "24:00:00Z"),
        ("span", "P1DT2H", "1 day"),
        ("reference", "../a%20b", "a b"),
        ("template", "/a/{id}{?q*}", "/a/{id"),
        ("iri", "http://münchen.de/ä", "münchen"),
        ("iriReference", "ä/b", "ä b"),
        ("idnMail", "müller@example.org", "müller"),
        ("idnHost", "münchen.de", "-münchen.de"),
        ("pointer", "/a~1b", "/a~2"),
        ("relative", "1/a", "01/a"),
        ("expression", "^a+$", "a("),
        ("token", "_-8", "/+8="),
        ("encoded", "_-8", "_-8=="),
    ];
    for (key, good, bad) in rows {
        let json = |text: &str| format!("{{\"{key}\":\"{text}\"}}");
        assert_eq!(faults::<goldens::formats::More>(&json(good)), "", "{key}: {good}");
        assert_eq!(faults::<goldens::formats::More>(&json(bad)), format!("/{key} format"), "{bad}");
        round::<goldens::formats::More>(&[&json(good)]);
    }
    for (key, bad) in [("mail", "müller@example.org"), ("host", "münchen.de"), ("link", "http://münchen.de/")]
    {
        let json = format!("{{\"{key}\":\"{bad}\"}}");
        assert_eq!(faults::<goldens::formats::Formats>(&json), format!("/{key} format"));
    }
}

/// A float is the one nearest to its text: what is next to a bound is not at it.
#[test]
fn floats_at_their_borders() {
    table::<goldens::everything::Numeric>(
        r#"
        {"cents":1000,"ratio":1,"answer":42} =>
        {"cents":1000.0000000000001,"answer":42} => /cents maximum, /cents multiple_of
        {"cents":0.30000000000000004,"answer":42} => /cents multiple_of
        {"ratio":1.0000000000000002,"answer":42} => /ratio maximum
        "#,
    );
    round::<goldens::everything::Numeric>(&[r#"{"ratio":0.12345678901234568,"answer":42}"#]);
}

#[test]
fn integers_at_their_borders() {
    use goldens::formats::Borders;
    table::<Borders>(
        r#"
        {"most":18446744073709551615,"above":9007199254740993,"below":9223372036854775806} =>
        {"most":18446744073709551616} => /most range
        {"most":-1} => /most range
        {"wide":18446744073709551615} =>
        {"wide":-1} => /wide range
        {"above":9007199254740992} => /above exclusive_minimum
        {"below":9223372036854775807} => /below exclusive_maximum
        {"below":9223372036854775808} => /below range
        {"least":-9223372036854775808} =>
        {"least":-9223372036854775809} => /least range
        {"step":18014398509481986} =>
        {"step":18014398509481985} => /step multiple_of
        {"step":9007199254740992} => /step multiple_of
        {"only":9007199254740993} =>
        {"only":9007199254740994} => /only enum
        "#,
    );
    round::<Borders>(&[r#"{"most":18446744073709551615,"least":-9223372036854775808}"#]);
}
