//! `apiloom diff` of GraphQL schemas: what graphql-inspector tells, places, several files, and faulty input.

use apiloom_codegen::diff::{self, Category, Change, Level, Options, category, rules};
use apiloom_codegen::{Diagnostics, Sources, graphql};
use apiloom_tests::sdl::{self, Told};
use serde_json::Value;

#[test]
fn what_graphql_inspector_tells_is_told() {
    let cases: Vec<Value> = serde_json::from_str(include_str!("../graphql-diff/cases.json")).unwrap();
    assert_eq!(cases.len(), 102);
    let mut wrong = Vec::new();
    for case in &cases {
        let text = |key: &str| case[key].as_str().unwrap();
        let told = sdl::told(text("base"), text("revision")).unwrap();
        let expected: Told = case["expected"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| serde_json::from_value(one.clone()).expect("id, level, path"))
            .collect();
        let is_deliberate = sdl::DELIBERATE.iter().any(|(id, _)| *id == text("id"));
        if (told == expected) == is_deliberate {
            wrong.push(format!("{}: {told:?} is not {expected:?}", text("test")));
        }
        assert!(told.iter().all(|(id, ..)| rules::find(id).is_some()), "{told:?}");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn sources(text: &str) -> Sources {
    Sources::from_text("schema.graphql", text)
}

fn changes(old: &str, new: &str) -> Vec<Change> {
    diff::compare(&sources(old), &sources(new), &Options::default()).expect("both are schemas")
}

fn told(old: &str, new: &str) -> Vec<String> {
    changes(old, new).iter().map(|one| format!("{} {} {}", one.id, one.path, one.level)).collect()
}

#[test]
fn a_change_has_its_places_and_whom_it_concerns() {
    let (old, new) = (
        "type Query { pets(first: Int): [Pet] }\ntype Pet { id: ID! }",
        "type Query { pets(first: Int!): [Pet] }\ntype Pet { id: ID! }",
    );
    let [change] = changes(old, new).try_into().expect("one change");
    assert_eq!(
        (change.id.as_str(), change.level, change.path.as_str()),
        ("FIELD_ARGUMENT_TYPE_CHANGED", Level::Breaking, "Query.pets.first")
    );
    assert_eq!(
        change.text,
        "the type of the argument `first` of the field `Query.pets` changed from `Int` to `Int!`"
    );
    assert_eq!(change.concerns(), "wire, client, server");
    let place = sources(new).position(change.new.unwrap());
    assert_eq!((sources(old).text(change.old.unwrap()), place.line, place.column), ("Int", 1, 26));
    assert_eq!(change.fingerprint(), changes(old, new)[0].fingerprint());
}

#[test]
fn values_of_enums_are_judged_by_the_way_they_travel() {
    let schema = |field: &str, values: &str| format!("type Query {{ {field} }} enum Order {{ {values} }}");
    for (field, level) in [
        ("pets(by: Order): Int", "safe"),
        ("order: Order", "dangerous"),
        ("o(by: Order): Order", "dangerous"),
    ] {
        let found = told(&schema(field, "UP"), &schema(field, "UP DOWN"));
        assert_eq!(found, [format!("ENUM_VALUE_ADDED Order.DOWN {level}")], "{field}");
    }
}

#[test]
fn tables_are_a_category_of_their_own() {
    let schema = |fields: &str| format!("type Query {{ pet: Pet }} type Pet @table {{ {fields} }}");
    let mut found = changes(&schema("id: ID! name: String"), &schema("id: ID! age: Int"));
    category::keep(&mut found, &[Category::Db]);
    assert_eq!(found.iter().map(|one| one.id.as_str()).collect::<Vec<_>>(), ["FIELD_REMOVED"]);
    let mut found = changes(&schema("id: ID!"), &schema("id: ID! age: Int"));
    assert_eq!(found[0].level, Level::Safe);
    category::keep(&mut found, &[Category::Server]);
    assert_eq!((found.len(), found[0].level), (1, Level::Breaking), "a resolver is missing now");
}

#[test]
fn several_files_and_extensions_are_one_schema() {
    let one = sources("type Query { a: Int b: B } type B { c: Int }");
    let several = Sources::from_texts([
        ("b.graphql", "extend type B { c: Int }".to_owned()),
        ("a.graphql", "extend type Query { b: B }\ntype Query { a: Int }".to_owned()),
    ]);
    let changes = diff::compare(&one, &several, &Options::default()).expect("both are schemas");
    assert!(changes.is_empty(), "{changes:?}");
}

/// What is read of a faulty text, and the codes of what is wrong with it.
fn faults(text: &str) -> (usize, Vec<&'static str>) {
    let mut diagnostics = Diagnostics::default();
    let schema = graphql::read(&sources(text), &mut diagnostics);
    (schema.types.len(), diagnostics.iter().map(|one| one.code.id()).collect())
}

#[test]
fn faulty_schemas_are_read_with_good_will() {
    assert_eq!(faults("type A { a: Int } type A { b: Int a: Int }"), (1, vec!["A0903", "A0903"]));
    assert_eq!(faults("interface A { a: Int } extend type A { b: Int }"), (1, vec!["A0904"]));
    assert_eq!(faults("type A { a: Missing } query { a }"), (1, vec!["A0905"]));
    assert_eq!(faults("type A { a: A! b: [B] } type B { a: A! }"), (2, vec![]));
    assert_eq!(faults("type A { a: "), (1, vec!["A0901"]));
    assert_eq!(
        faults("\u{feff}scalar Date @specifiedBy(url: \"x\")\n\"\"\"docs\"\"\"\nscalar B"),
        (2, vec![])
    );
}

#[test]
fn input_without_end_is_refused() {
    let deep = format!("type A {{ a: {}Int{} }}", "[".repeat(100_000), "]".repeat(100_000));
    let value = format!("input A {{ a: Int = {}1{} }}", "[".repeat(100_000), "]".repeat(100_000));
    let long = ",".repeat(2_100_000);
    for text in [deep, value, long] {
        let (_, codes) = faults(&text);
        assert!(codes.contains(&"A0902"), "{:?}", &codes[..codes.len().min(3)]);
    }
    for text in [
        "{",
        "\"\"\"",
        "type",
        "extend",
        "@",
        "type A @",
        "\u{0}",
        "directive @a on",
        "schema { query: }",
        "enum E { true }",
    ] {
        faults(text);
    }
}

#[test]
fn two_languages_are_not_compared() {
    let openapi = Sources::from_text("a.yaml", "openapi: 3.1.0\ninfo: {title: t, version: '1'}\npaths: {}\n");
    let refused =
        diff::compare(&openapi, &sources("type Query { a: Int }"), &Options::default()).unwrap_err();
    assert_eq!(refused.new.iter().map(|one| one.code.id()).collect::<Vec<_>>(), ["A0906"]);
    assert!(graphql::is_schema(&Sources::from_text("stdin", "# first\n\ntype Query { a: Int }")));
    assert!(!graphql::is_schema(&Sources::from_text("stdin", "type: object\n")));
}
