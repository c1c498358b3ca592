//! The Grafana dashboard: every metric in it is one that the runtime has, and every panel has its place.

use crate::root;
use apiloom_codegen::{Diagnostics, deploy, ir::Api, openapi, source};
use serde_json::Value;
use std::path::Path;

fn api(path: &Path) -> Api {
    openapi::lower(&source::load(path).unwrap(), openapi::Reading::Practice, &mut Diagnostics::default())
}

/// The panels, those of closed rows too.
fn panels(dashboard: &Value) -> Vec<&Value> {
    let all = dashboard["panels"].as_array().unwrap();
    all.iter()
        .flat_map(|panel| std::iter::once(panel).chain(panel["panels"].as_array().into_iter().flatten()))
        .collect()
}

fn queries(dashboard: &Value) -> Vec<String> {
    let targets =
        panels(dashboard).into_iter().flat_map(|panel| panel["targets"].as_array().into_iter().flatten());
    targets.map(|target| target["expr"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn of_the_petstore() {
    let dashboard = deploy::dashboard(&api(&root().join("schemas/petstore.yaml")));
    assert_eq!(dashboard["uid"], "apiloom-petstore");
    let rows: Vec<&Value> = panels(&dashboard).into_iter().filter(|panel| panel["type"] == "row").collect();
    let titles: Vec<&str> = rows.iter().map(|row| row["title"].as_str().unwrap()).collect();
    assert_eq!(titles, ["All operations", "pet", "store", "user", "Refusals and connections", "Process"]);
    let queries = queries(&dashboard);
    assert!(
        queries.iter().any(|query| query.contains("operation=~\"") && query.contains("getPetById|")),
        "{queries:#?}"
    );
    // What the runtime tells of an app that has connections.
    let stack = apiloom::Stack::default();
    let mut told = stack.metrics();
    for metric in [
        "requests_total",
        "request_duration_seconds_bucket",
        "open_connections",
        "connections_total",
        "refused_connections_total",
    ] {
        told.push_str(&format!("http_server_{metric} "));
    }
    for query in &queries {
        let words = query.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
        let metrics = words.filter(|word| {
            ["http_", "process_", "access_", "tokio_"].iter().any(|start| word.starts_with(start))
        });
        for metric in metrics {
            assert!(told.contains(metric), "nobody counts `{metric}`");
        }
    }
}

#[test]
fn every_panel_has_its_place() {
    let folder = root().join("tests/corpus");
    for case in ["everything", "probe_3_1", "hostile_text", "parameters"] {
        let input = apiloom_tests::cases::input(case).unwrap();
        assert!(input.starts_with(&folder));
        let dashboard = deploy::dashboard(&api(&input));
        let panels = panels(&dashboard);
        let mut ids: Vec<u64> = panels.iter().map(|panel| panel["id"].as_u64().unwrap()).collect();
        ids.sort_unstable();
        assert!(ids.windows(2).all(|pair| pair[0] < pair[1]), "{case}");
        let place = |panel: &Value, key: &str| panel["gridPos"][key].as_u64().unwrap();
        for (n, one) in panels.iter().enumerate() {
            assert!(place(one, "x") + place(one, "w") <= 24, "{case}");
            for other in &panels[n + 1..] {
                let apart = |at: &str, long: &str| {
                    place(one, at) + place(one, long) <= place(other, at)
                        || place(other, at) + place(other, long) <= place(one, at)
                };
                assert!(apart("x", "w") || apart("y", "h"), "{case}: {one} {other}");
            }
        }
        // Texts of the document stand in quotation marks that they cannot leave.
        for query in queries(&dashboard) {
            let quotes = query.replace("\\\\", "").replace("\\\"", "").matches('"').count();
            assert!(quotes.is_multiple_of(2) && !query.contains('\n'), "{query}");
        }
    }
}
