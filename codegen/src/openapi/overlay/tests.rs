//! The examples of the Overlay specification, written anew, and what goes wrong.

use crate::diagnostic::Diagnostics;
use crate::render::{self, Colour};
use crate::source::Sources;

const HEAD: &str = "overlay: 1.1.0\ninfo: {title: T, version: 1.0.0}\n";

/// The document with overlays applied, as JSON, and the findings as text.
fn applied(document: &str, overlays: &[&str]) -> (serde_json::Value, String) {
    let mut sources = Sources::from_text("api.yaml", document);
    for (n, overlay) in overlays.iter().enumerate() {
        sources.overlay_text(&format!("overlay{n}.yaml"), *overlay);
    }
    let mut diagnostics = Diagnostics::default();
    let trees = super::super::parse_all(&sources, &mut diagnostics);
    let json = trees[0].as_ref().map(super::Node::to_json).unwrap_or_default();
    (json, render::text(&render::findings(&sources, &diagnostics), Colour::None, 20))
}

#[track_caller]
fn check(document: &str, actions: &str, expected: &str) {
    let (found, findings) = applied(document, &[&format!("{HEAD}actions:\n{actions}")]);
    let (expected, _) = applied(expected, &[]);
    assert_eq!(findings, "");
    assert_eq!(found, expected, "{found:#}");
}

#[track_caller]
fn refuses(document: &str, overlay: &str, parts: &[&str]) {
    let (_, findings) = applied(document, &[overlay]);
    for part in parts {
        assert!(findings.contains(part), "{part:?} is not in\n{findings}");
    }
}

#[test]
fn structured() {
    check(
        "info: {title: A}\npaths: {/: {get: {x-old: 1}}, /pets: {get: {}}}\ncomponents: {schemas: {}}\ntags: [a]",
        "- target: $\n  update:\n    info: {x-overlay-applied: structured}\n    paths:\n      /: {summary: Root, get: \
         {summary: Get, x-rate-limit: 100}}\n      /pets: {get: {x-rate-limit: 100}}\n    components:\n    tags:\n",
        "info: {title: A, x-overlay-applied: structured}\npaths: {/: {get: {x-old: 1, summary: Get, x-rate-limit: 100}, \
         summary: Root}, /pets: {get: {x-rate-limit: 100}}}\ncomponents: {schemas: {}}\ntags: [a]",
    );
}

#[test]
fn targeted() {
    check(
        "paths: {/foo: {get: {description: old}}, /bar: {get: {description: old}}}",
        "- {target: \"$.paths['/foo'].get.description\", update: new}\n- {target: \"$.paths['/bar'].get.description\", \
         update: newer}\n- {target: \"$.paths['/bar']\", update: {post: {description: child, x-safe: false}}}\n",
        "paths: {/foo: {get: {description: new}}, /bar: {get: {description: newer}, post: {description: child, x-safe: false}}}",
    );
}

#[test]
fn wildcards() {
    check(
        "paths: {/a: {get: {parameters: [{name: filter, in: query}, {name: filter, in: header}]}}, /b: {get: {}, post: {}}}",
        "- {target: $.paths.*.get, update: {x-safe: true}}\n- target: $.paths.*.get.parameters[?@.name=='filter' && \
         @.in=='query']\n  update: {schema: {$ref: '#/components/schemas/filterSchema'}}\n",
        "paths: {/a: {get: {parameters: [{name: filter, in: query, schema: {$ref: '#/components/schemas/filterSchema'}}, \
         {name: filter, in: header}], x-safe: true}}, /b: {get: {x-safe: true}, post: {}}}",
    );
}

#[test]
fn lists() {
    check(
        "paths: {/a: {get: {parameters: [{name: dummy, in: query}], tags: [dummy, real]}}}",
        "- {target: $.paths.*.get.parameters, update: {name: newParam, in: query}}\n- {target: \
         \"$.paths.*.get.parameters[?@.name == 'dummy']\", remove: true}\n- {target: \"$.paths.*.get.tags[?@ == \
         'dummy']\", remove: true}\n",
        "paths: {/a: {get: {parameters: [{name: newParam, in: query}], tags: [real]}}}",
    );
    check(
        "a: [1, 2, 3, 4]",
        "- {target: '$.a[0,2,3]', remove: true}\n- {target: $.a, update: [5, 6]}\n",
        "a: [2, 5, 6]",
    );
}

#[test]
fn traits() {
    check(
        "paths: {/items: {get: {x-oai-traits: [paged]}}, /other: {get: {}}}",
        "- target: $.paths[?(@.get['x-oai-traits'][?(@ == 'paged')])].get\n  update: {parameters: [{name: top}, {name: \
         skip}]}\n",
        "paths: {/items: {get: {x-oai-traits: [paged], parameters: [{name: top}, {name: skip}]}}, /other: {get: {}}}",
    );
}

#[test]
fn copying_and_renaming() {
    check(
        "paths: {/items: {get: {a: 1}}, /some-items: {delete: {b: 2}}}",
        "- {target: \"$.paths['/some-items']\", copy: \"$.paths['/items']\"}\n",
        "paths: {/items: {get: {a: 1}}, /some-items: {delete: {b: 2}, get: {a: 1}}}",
    );
    check(
        "paths: {/items: {get: {a: 1}}}",
        "- {target: $.paths, update: {/new: {}}}\n- {target: \"$.paths['/new']\", copy: \"$.paths['/items']\"}\n- \
         {target: \"$.paths['/items']\", remove: true}\n",
        "paths: {/new: {get: {a: 1}}}",
    );
}

#[test]
fn overlays_come_one_after_the_other() {
    let first = format!("{HEAD}actions: [{{target: $, update: {{a: 1}}}}]");
    let second = format!("{HEAD}actions: [{{target: $.a, update: 2}}]");
    let (found, findings) = applied("b: 0", &[&first, &second]);
    assert_eq!((found.to_string().as_str(), findings.as_str()), (r#"{"b":0,"a":2}"#, ""));
}

#[test]
fn what_matches_nothing_is_said() {
    let overlay = format!("{HEAD}actions:\n  - target: $.paths['/pest']\n    remove: true\n");
    refuses(
        "paths: {/pets: {}}",
        &overlay,
        &["warning[A0806]: `$.paths['/pest']` matches nothing", "overlay0.yaml:4:13"],
    );
}

#[test]
fn what_is_no_overlay_is_said_with_its_place() {
    refuses("a: 1", "a: 1", &["A0805", "the key `overlay` is missing", "overlay0.yaml:1:1"]);
    refuses("a: 1", "[", &["A0101", "overlay0.yaml:1:"]);
    refuses("a: 1", "overlay: 2.0.0", &["`2.0.0` is not a version of Overlay"]);
    refuses("a: 1", "overlay: 1.0.0", &["needs `title`", "the key `actions` is missing"]);
    refuses("a: 1", &format!("{HEAD}actions: []"), &["at least one action"]);
    refuses(
        "a: 1",
        &format!("{HEAD}actions: [{{target: '$.['}}]"),
        &["`$.[` is not a JSONPath query", "overlay0.yaml:3:"],
    );
    refuses("a: 1", &format!("{HEAD}actions: [{{target: $}}]"), &["the action does nothing"]);
    refuses(
        "a: 1",
        &format!("{HEAD}actions: [{{target: $, remove: true}}]"),
        &["as a whole cannot be removed"],
    );
    refuses("a: 1", &format!("{HEAD}actions: [{{target: $.*, update: 1, copy: $.a}}]"), &["not both"]);
    refuses("a: 1", &format!("{HEAD}actions: [{{target: $, copy: $.*.*}}]"), &["names 0"]);
    refuses(
        "a: [1]",
        &format!("{HEAD}actions: [{{target: $, update: {{a: {{}}}}}}]"),
        &["A0807", "a list cannot be merged with a mapping", "api.yaml:1:4"],
    );
    refuses("a: {}\nb: 1", &format!("{HEAD}actions: [{{target: $.*, update: 1}}]"), &["A0807", "one kind"]);
    refuses(
        "a: 1",
        &format!("{HEAD}actions: [{{target: $, updaet: {{}}, update: {{}}}}]"),
        &["did you mean `update`?"],
    );
    refuses("a: 1", &format!("{HEAD}actions: [{{target: $..*..*..*..*, remove: true}}]"), &["too costly"]);
}

#[test]
fn growth_is_bounded() {
    let double = "- {target: $.a, copy: $.a}\n";
    let list = "[0, 1, 2, 3, 4, 5, 6, 7]";
    let overlay = format!("{HEAD}actions:\n{}", double.repeat(30));
    refuses(&format!("a: {list}"), &overlay, &["A0104", "overlays add more than"]);
    let nested = format!(
        "b: {}{}\nc: {{c: {{c: {{c: {{c: {{c: {{c: {{}}}}}}}}}}}}}}",
        "{a: ".repeat(195),
        "}".repeat(195)
    );
    let overlay = format!("{HEAD}actions: [{{target: $.c.c.c.c.c.c.c, copy: $.b}}]");
    refuses(&nested, &overlay, &["A0103"]);
}

#[test]
fn findings_about_what_an_overlay_put_in_point_there() {
    let mut sources = Sources::from_text(
        "api.yaml",
        "openapi: 3.1.0\ninfo: {title: T, version: '1'}\npaths: {}\ncomponents: {schemas: {Pet: {type: object}}}\n",
    );
    sources.overlay_text(
        "more.yaml",
        format!(
            "{HEAD}actions:\n  - target: $.components.schemas\n    update:\n      Good: {{$ref: '#/components/schemas/Pet'}}\n      \
             Bad: {{$ref: '#/components/schemas/Pett'}}\n"
        ),
    );
    let mut diagnostics = Diagnostics::default();
    let (api, document) =
        super::super::lower_and_bundle(&sources, super::super::Reading::Practice, &mut diagnostics);
    let text = render::text(&render::findings(&sources, &diagnostics), Colour::None, 20);
    assert!(text.contains("more.yaml:7:19") && text.contains("did you mean `Pet`?"), "{text}");
    assert!(!text.contains("more.yaml:6"), "{text}");
    assert_eq!(api.types.len(), 3);
    assert!(document.contains("\"Good\""), "{document}");
}
