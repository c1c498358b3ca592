//! Folders by tag: what a group alone uses is in its folder, and a change of it stays there.

use apiloom_codegen::config::Split;
use apiloom_codegen::{Options, Sources, generate};
use apiloom_tests::cases;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;

fn document(case: &str) -> String {
    fs::read_to_string(cases::input(case).unwrap()).unwrap()
}

fn files(text: &str, split: Split) -> BTreeMap<String, String> {
    let options = Options { split, ..Options::default() };
    let made = generate(&Sources::from_text("input.yaml", text), &options);
    assert!(!made.diagnostics.has_errors(), "{:?}", made.diagnostics);
    made.files.into_iter().map(|file| (file.path, file.text)).collect()
}

/// The files of Rust that a change of the document changes, adds or removes.
fn changed(before: &BTreeMap<String, String>, after: &str) -> BTreeSet<String> {
    let after = files(after, Split::Tag);
    let paths = before.keys().chain(after.keys()).filter(|path| path.ends_with(".rs"));
    paths.filter(|path| before.get(*path) != after.get(*path)).cloned().collect()
}

/// Replaces what is there exactly once.
fn with(text: &str, old: &str, new: &str) -> String {
    assert_eq!(text.matches(old).count(), 1, "{old}");
    text.replace(old, new)
}

#[test]
fn a_type_is_in_the_folder_of_the_one_group_that_uses_it() {
    let files = files(&document("split_by_tag"), Split::Tag);
    let holds = |name: &str| -> Vec<&str> {
        let declared = format!(" {name} {{");
        let holders =
            files.iter().filter(|(path, text)| path.ends_with("types.rs") && text.contains(&declared));
        holders.map(|(path, _)| path.as_str()).collect()
    };
    for own in ["Pet", "Kind", "Photo"] {
        assert_eq!(holds(own), ["pets_api/types.rs"], "{own}");
    }
    assert_eq!(holds("Order"), ["shop_api/types.rs"]);
    assert_eq!(holds("OrderInput"), ["shop_api/types.rs"], "what is sent of it lies beside it");
    assert_eq!(holds("Sale"), ["webhooks_api/types.rs"], "a webhook uses it");
    for shared in ["Money", "Problem", "Receipt", "Unused"] {
        assert_eq!(holds(shared), ["types.rs"], "{shared}: two groups or nobody uses it");
    }
    assert!(!files.contains_key("health_api/types.rs"), "it has none for itself");
}

#[test]
fn a_change_in_one_group_changes_only_its_folder() {
    let document = document("split_by_tag");
    let before = files(&document, Split::Tag);
    // A parameter, a property, another operation with a type of its own.
    let operation = with(
        &document,
        "operationId: order\n",
        "operationId: order\n      parameters: [{name: gift, in: query, schema: {type: boolean}}]\n",
    );
    assert_eq!(changed(&before, &operation), BTreeSet::from(["shop_api/server.rs".to_owned()]));
    let property = with(
        &document,
        "properties: {id: {type: integer, readOnly: true}",
        "properties: {note: {type: string, maxLength: 9}, id: {type: integer, readOnly: true}",
    );
    assert_eq!(changed(&before, &property), BTreeSet::from(["shop_api/types.rs".to_owned()]));
    let more = with(
        &document,
        "  /health:\n",
        "  /bills:\n    get: {tags: [shop], operationId: bills, responses: {\"200\": {description: ok, content: {application/json: {schema: {$ref: \"#/components/schemas/Bill\"}}}}}}\n  /health:\n",
    );
    let more = with(
        &more,
        "    Problem: {",
        "    Bill: {type: object, properties: {sum: {$ref: \"#/components/schemas/Money\"}}}\n    Problem: {",
    );
    let all = ["shop_api/server.rs", "shop_api/types.rs"].map(str::to_owned);
    assert_eq!(changed(&before, &more), BTreeSet::from(all));
}

/// In a document that uses everything: other words at any operation change one file, that of its group.
#[test]
fn every_operation_is_of_one_file() {
    let before: serde_json::Value =
        serde_json::from_str(&files(&document("everything"), Split::None)["openapi.json"]).unwrap();
    let (made, mut tried) = (files(&before.to_string(), Split::Tag), 0);
    for (path, item) in before["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            if operation.get("responses").is_none() {
                continue;
            }
            let mut after = before.clone();
            after["paths"][path][method]["description"] = "Other words.".into();
            let changed = changed(&made, &after.to_string());
            let path = changed.first().unwrap();
            assert!(changed.len() == 1 && path.ends_with("_api/server.rs"), "{changed:?}");
            tried += 1;
        }
    }
    assert!(tried > 10, "{tried}");
}

/// The same code in other places: every item of the one folder is in one of the many.
#[test]
fn nothing_is_lost() {
    for case in ["split_by_tag", "everything"] {
        let items = |split| {
            let files = files(&document(case), split);
            let texts = files.iter().filter(|(path, _)| path.ends_with(".rs") && !path.ends_with("mod.rs"));
            let items = texts.flat_map(|(_, text)| text.trim_end().split("\n\n").skip(1));
            let mut items: Vec<String> = items.map(str::to_owned).collect();
            items.sort();
            items
        };
        assert_eq!(items(Split::Tag), items(Split::None), "{case}");
    }
}
