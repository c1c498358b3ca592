//! XML: the examples of the specification (OpenAPI 3.1 and 3.2, "XML Object Examples") in both directions, and documents
//! that are not what the schema says.

use apiloom::dep::serde;
use apiloom::xml::{decode, encode};
use apiloom::{Json, Patch};
use std::fmt::Debug;

const HEAD: &str = r#"<?xml version="1.0" encoding="UTF-8"?>"#;

/// Asserts that a value is written so, and read back.
fn both<T>(value: &T, xml: &str)
where
    T: apiloom::xml::Type
        + apiloom::Rules
        + Debug
        + PartialEq
        + serde::Serialize
        + serde::de::DeserializeOwned,
{
    assert_eq!(encode(value).unwrap(), format!("{HEAD}{xml}"));
    assert_eq!(&read::<T>(xml).unwrap(), value);
}

fn read<T>(xml: &str) -> Result<T, Vec<String>>
where
    T: apiloom::xml::Type + apiloom::Rules + serde::de::DeserializeOwned,
{
    decode::<T>(xml).map_err(|faults| faults.iter().map(|f| format!("{} {}", f.pointer(), f.code)).collect())
}

apiloom::object! { struct Person { required id: i32, optional name: Option<String>, optional note: Patch<String> } }
apiloom::xml! { Person = "Person" {
    "id": attribute("id"), "name": element("name").within("sample", "https://example.com/schema/sample"),
    "note": element("note"),
} }

#[test]
fn attribute_prefix_and_namespace() {
    let person = Person { id: 123, name: Some("example".to_owned()), note: Patch::Absent };
    both(
        &person,
        r#"<Person id="123"><sample:name xmlns:sample="https://example.com/schema/sample">example</sample:name></Person>"#,
    );
    // Another prefix, or none, is the same name; another namespace is not.
    let other =
        r#"<Person id="123"><p:name xmlns:p="https://example.com/schema/sample">example</p:name></Person>"#;
    assert_eq!(read::<Person>(other).unwrap(), person);
    let foreign = r#"<Person id="123"><p:name xmlns:p="https://example.com/other">example</p:name></Person>"#;
    assert_eq!(read::<Person>(foreign).unwrap_err(), ["/name unknown"]);
}

#[test]
fn null_is_nil() {
    let person = Person { id: 1, name: None, note: Patch::Null };
    both(
        &person,
        r#"<Person id="1"><note xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true"/></Person>"#,
    );
}

/// The five spellings of a list in the specification.
#[test]
fn lists() {
    macro_rules! animals {
        ($name:ident $xml:expr, $text:literal) => {{
            apiloom::object! { struct $name { required animals: Vec<String> } }
            apiloom::xml! { $name = "root" { "animals": $xml } }
            let value = $name { animals: vec!["value".to_owned(), "other".to_owned()] };
            both(&value, $text);
            value
        }};
    }
    animals!(Plain list("animals").required(), "<root><animals>value</animals><animals>other</animals></root>");
    animals!(Items list("animal").required(), "<root><animal>value</animal><animal>other</animal></root>");
    animals!(Wrapped element("animals").list("animals"), "<root><animals><animals>value</animals><animals>other</animals></animals></root>");
    animals!(Aliens element("aliens").list("animal"), "<root><aliens><animal>value</animal><animal>other</animal></aliens></root>");
    animals!(Spaced element("aliens").list("animal").items_within("a", "urn:a"),
        r#"<root><aliens><a:animal xmlns:a="urn:a">value</a:animal><a:animal xmlns:a="urn:a">other</a:animal></aliens></root>"#);
}

apiloom::object! { struct Tag { required id: i64, optional label: Option<String> } deny }
apiloom::xml! { Tag = "tag" { "id": attribute("id"), "label": text() } }

apiloom::object! { struct Pet { required name: String, required photos("photoUrls"): Vec<String>, optional tags: Option<Vec<Tag>>, optional best: Option<Tag>, optional html: Option<String>, rest rest: std::collections::BTreeMap<String, Json> } }
apiloom::xml! { Pet = "pet" {
    "name": element("name"), "photoUrls": element("photoUrls").list("photoUrl"), "tags": list("tag").of::<Tag>(),
    "best": element("best").of::<Tag>(), "html": cdata(),
} }

fn pet() -> Pet {
    Pet {
        name: "a < b & \"c\"\r\n".to_owned(),
        photos: vec!["x".to_owned()],
        tags: Some(vec![
            Tag { id: 1, label: Some("one".to_owned()) },
            Tag { id: 2, label: Some(String::new()) },
        ]),
        best: Some(Tag { id: 3, label: Some("]]>".to_owned()) }),
        html: Some("<b>x</b> ]]> y".to_owned()),
        rest: [
            ("size".to_owned(), Json::from("7")),
            ("far".to_owned(), apiloom::dep::serde_json::json!({"a": ["1", "2"], "b": {"c": "d"}})),
        ]
        .into(),
    }
}

#[test]
fn nested_types() {
    both(
        &pet(),
        concat!(
            "<pet><name>a &lt; b &amp; \"c\"&#13;\n</name><photoUrls><photoUrl>x</photoUrl></photoUrls>",
            r#"<tag id="1">one</tag><tag id="2"></tag><best id="3">]]&gt;</best>"#,
            "<![CDATA[<b>x</b> ]]]]><![CDATA[> y]]><far><a>1</a><a>2</a><b><c>d</c></b></far><size>7</size></pet>"
        ),
    );
    let tags = vec![Tag { id: 1, label: Some("x".to_owned()) }];
    both(&tags, r#"<tags><tag id="1">x</tag></tags>"#);
    both(&vec![1_i64, 2], "<items><item>1</item><item>2</item></items>");
    both(&"a".to_owned(), "<value>a</value>");
}

apiloom::untagged! { enum Either { Tag(Tag) = object ["id", "label"], Person(Person) = object ["id"] } }
apiloom::xml! { Either = "either" one_of [Tag, Person] }

#[test]
fn unions() {
    both(&Either::Tag(Tag { id: 1, label: Some("x".to_owned()) }), r#"<either id="1">x</either>"#);
    both(
        &Either::Person(Person { id: 1, name: None, note: Patch::Value("n".to_owned()) }),
        r#"<either id="1"><note>n</note></either>"#,
    );
}

#[test]
fn a_document_is_read_liberally() {
    let text = "\u{FEFF}<?xml version='1.0'?><!-- hello --><?pi x?>\n<pet>\n  <name>R<![CDATA[e]]>&#x78;&lt;</name><photoUrls/>\n</pet>\n";
    let pet: Pet = read(text).unwrap();
    assert_eq!((pet.name.as_str(), pet.photos.len(), pet.tags), ("Rex<", 0, None));
}

#[test]
fn faults_have_the_pointers_of_json() {
    let check = |xml: &str, faults: &[&str]| assert_eq!(read::<Pet>(xml).unwrap_err(), faults, "{xml}");
    check("<pet><photoUrls><photoUrl/></photoUrls></pet>", &["/name required"]);
    check("<pet><name>a</name><name>b</name><photoUrls/></pet>", &["/name duplicate"]);
    check(
        "<pet><name><b>a</b></name><photoUrls><url/></photoUrls></pet>",
        &["/name type", "/photoUrls unknown"],
    );
    check("<pet><name/><photoUrls>x</photoUrls>y</pet>", &["/photoUrls type"]);
    check(
        r#"<pet><name/><photoUrls/><tag id="x"/><tag id="1" size="2"/><tag/></pet>"#,
        &["/tags/0/id type", "/tags/1/size unknown", "/tags/2/id required"],
    );
    check("<cat/>", &[" type"]);
    assert_eq!(read::<Tag>(r#"<tag id="1"><x/></tag>"#).unwrap_err(), ["/x unknown"]);
    assert_eq!(read::<Person>(r#"<Person id="1">text</Person>"#).unwrap_err(), [" unknown"]);
    assert_eq!(
        read::<Person>(r#"<Person><id>1</id></Person>"#).unwrap_err(),
        ["/id unknown", "/id required"]
    );
}

#[test]
fn what_is_not_well_formed() {
    let deep = format!("{}{}", "<a>".repeat(100_000), "</a>".repeat(100_000));
    let wide = format!("<pet>{}</pet>", "<a/>".repeat(200_000));
    let attributes: String = (0..200_000).map(|n| format!(" a{n}=''")).collect();
    let bomb = format!(
        "<!DOCTYPE a [<!ENTITY a0 'lol'>{}]><pet>&a9;</pet>",
        (1..10)
            .map(|n| format!("<!ENTITY a{n} '{}'>", format!("&a{};", n - 1).repeat(10)))
            .collect::<String>()
    );
    for (text, code) in [
        ("", " syntax"),
        ("text", " syntax"),
        ("<pet>", " syntax"),
        ("<pet></dog>", " syntax"),
        ("<pet/><pet/>", " syntax"),
        ("<pet/>x", " syntax"),
        ("<pet a='1' a='2'/>", " syntax"),
        ("<pet>&nbsp;</pet>", " syntax"),
        ("<pet>&</pet>", " syntax"),
        ("<pet>&#0;</pet>", " syntax"),
        ("<pet>&#x1;</pet>", " syntax"),
        ("<pet>\u{1}</pet>", " syntax"),
        ("<pet x='&#2;'/>", " syntax"),
        ("<pet x='&y;'/>", " syntax"),
        ("<x:pet/>", " syntax"),
        ("<pet", " syntax"),
        ("<pet><![CDATA[x</pet>", " syntax"),
        ("<!DOCTYPE pet><pet/>", " syntax"),
        ("<!DOCTYPE pet SYSTEM 'file:///etc/passwd'><pet/>", " syntax"),
        (bomb.as_str(), " syntax"),
        (deep.as_str(), " depth"),
        (wide.as_str(), " size"),
        (format!("<pet{attributes}/>").as_str(), " size"),
    ] {
        let shown: String = text.chars().take(60).collect();
        assert_eq!(read::<Pet>(text).unwrap_err(), [code], "{shown}");
    }
}

#[test]
fn keys_that_are_no_names_are_not_written() {
    let mut pet = pet();
    pet.rest.insert("a b".to_owned(), Json::from(1));
    assert!(encode(&pet).unwrap_err().to_string().contains("no name in XML"));
    pet.rest = [("x".to_owned(), Json::from("\u{0}"))].into();
    assert!(encode(&pet).unwrap().contains("<x>\u{FFFD}</x>"));
}
