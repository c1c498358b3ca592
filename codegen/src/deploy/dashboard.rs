//! A Grafana dashboard of what the runtime counts, with a row for each group of operations.

use crate::ir::Api;
use serde_json::{Value, json};

/// Grafana's grid is so wide.
const WIDTH: u64 = 24;
/// Groups whose rows are open; with more, all are closed.
const OPEN: usize = 4;
/// All series of the service that is chosen above.
const CHOSEN: &str = r#"job=~"$job",instance=~"$instance""#;

/// A dashboard, as Grafana imports it (its JSON model, version 41 of the schema).
#[must_use]
pub fn dashboard(api: &Api) -> Value {
    let title = api.info.title.trim();
    let mut grid = Grid::default();
    grid.row("All operations", false, overview());
    let served = |n: usize| {
        let all = api.endpoints.iter().filter(move |endpoint| endpoint.group == n && endpoint.is_served());
        all.map(|endpoint| endpoint.decl.name.text()).collect::<Vec<_>>()
    };
    let groups: Vec<(String, Vec<String>)> = (0..api.groups.len())
        .map(|n| (api.groups[n].decl.name.text(), served(n)))
        .filter(|(_, operations)| !operations.is_empty())
        .collect();
    for (name, operations) in &groups {
        grid.row(name, groups.len() > OPEN, group(operations));
    }
    grid.row("Refusals and connections", false, refusals());
    grid.row("Process", true, process());
    json!({
        "title": title,
        "uid": uid(title),
        "description": format!("Made by apiloom from {title} {}.", api.info.version),
        "tags": ["apiloom"],
        "schemaVersion": 41,
        "editable": true,
        "graphTooltip": 1,
        "refresh": "30s",
        "time": {"from": "now-1h", "to": "now"},
        "templating": {"list": [
            {"name": "datasource", "type": "datasource", "query": "prometheus", "label": "Data source"},
            variable("job", "label_values(http_server_open_connections, job)"),
            variable("instance", r#"label_values(http_server_open_connections{job=~"$job"}, instance)"#),
        ]},
        "panels": grid.panels,
    })
}

fn variable(name: &str, query: &str) -> Value {
    json!({
        "name": name,
        "type": "query",
        "datasource": source(),
        "query": {"query": query, "refId": name},
        "refresh": 2,
        "includeAll": true,
        "multi": true,
        "allValue": ".*",
        "current": {"text": "All", "value": "$__all"},
    })
}

fn source() -> Value {
    json!({"type": "prometheus", "uid": "${datasource}"})
}

/// Letters and digits of the title; Grafana takes at most 40 of them.
fn uid(title: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
    let slug: String = title.chars().map(plain).collect();
    let words: Vec<&str> = slug.split('-').filter(|word| !word.is_empty()).collect();
    format!("apiloom-{}", words.join("-"))
        .chars()
        .take(40)
        .collect::<String>()
        .trim_end_matches('-')
        .to_owned()
}

/// Panels in rows, each with its place.
#[derive(Default)]
struct Grid {
    panels: Vec<Value>,
    line: u64,
    id: u64,
}

impl Grid {
    fn row(&mut self, title: &str, is_closed: bool, panels: Vec<Panel>) {
        let mut row = json!({
            "type": "row", "title": title, "id": self.next(), "collapsed": is_closed,
            "gridPos": {"x": 0, "y": self.line, "w": WIDTH, "h": 1}, "panels": [],
        });
        self.line += 1;
        let mut placed = Vec::new();
        let (mut across, mut height) = (0, 0);
        for panel in panels {
            if across + panel.width > WIDTH {
                self.line += height;
                (across, height) = (0, 0);
            }
            let id = self.next();
            placed.push(panel.json(id, across, self.line));
            across += panel.width;
            height = height.max(panel.height);
        }
        self.line += height;
        if is_closed {
            row["panels"] = placed.into();
            self.panels.push(row);
        } else {
            self.panels.push(row);
            self.panels.extend(placed);
        }
    }

    fn next(&mut self) -> u64 {
        self.id += 1;
        self.id
    }
}

/// Queries, and how they are shown.
struct Panel {
    title: &'static str,
    kind: &'static str,
    unit: &'static str,
    width: u64,
    height: u64,
    /// Each with what its lines are called.
    queries: Vec<(String, &'static str)>,
}

impl Panel {
    fn number(title: &'static str, unit: &'static str, query: String) -> Self {
        Self { title, kind: "stat", unit, width: 6, height: 4, queries: vec![(query, "")] }
    }

    fn lines(title: &'static str, unit: &'static str, queries: Vec<(String, &'static str)>) -> Self {
        Self { title, kind: "timeseries", unit, width: 8, height: 8, queries }
    }

    fn json(&self, id: u64, x: u64, y: u64) -> Value {
        let targets = self.queries.iter().enumerate().map(|(n, (query, legend))| {
            let letter = char::from(b'A' + u8::try_from(n).unwrap_or_default());
            json!({"refId": letter.to_string(), "expr": query, "legendFormat": legend, "datasource": source()})
        });
        let targets: Vec<Value> = targets.collect();
        json!({
            "id": id, "type": self.kind, "title": self.title, "datasource": source(), "targets": targets,
            "gridPos": {"x": x, "y": y, "w": self.width, "h": self.height},
            "fieldConfig": {"defaults": {"unit": self.unit, "min": 0}, "overrides": []},
            "options": {"legend": {"displayMode": "list", "placement": "bottom", "showLegend": true}},
        })
    }
}

/// How often something is counted in a second.
fn rate(metric: &str, labels: &str) -> String {
    let comma = if labels.is_empty() { "" } else { "," };
    format!("rate({metric}{{{CHOSEN}{comma}{labels}}}[$__rate_interval])")
}

/// So many of a hundred requests take at most so long.
fn quantile(share: &str, by: &str, labels: &str) -> String {
    let counted = rate("http_server_request_duration_seconds_bucket", labels);
    format!("histogram_quantile({share}, sum by (le{by}) ({counted}))")
}

fn overview() -> Vec<Panel> {
    let requests = |labels: &str| format!("sum({})", rate("http_server_requests_total", labels));
    let failed = r#"status=~"5..""#;
    let share = format!("({} or vector(0)) / {}", requests(failed), requests(""));
    let took = [("0.5", "p50"), ("0.9", "p90"), ("0.99", "p99")];
    let by_status = format!("sum by (status) ({})", rate("http_server_requests_total", ""));
    vec![
        Panel::number("Requests", "reqps", requests("")),
        Panel::number("Errors of the service", "percentunit", share),
        Panel::number("p99", "s", quantile("0.99", "", "")),
        Panel::number("In flight", "short", format!("sum(http_server_active_requests{{{CHOSEN}}})")),
        Panel::lines("Requests by status", "reqps", vec![(by_status, "{{status}}")]),
        Panel::lines(
            "Time until the answer",
            "s",
            took.map(|(share, name)| (quantile(share, "", ""), name)).into(),
        ),
        Panel::lines(
            "Slowest operations (p99)",
            "s",
            vec![(
                format!("topk(5, {})", quantile("0.99", ", operation", r#"operation!="""#)),
                "{{operation}}",
            )],
        ),
    ]
}

fn group(operations: &[String]) -> Vec<Panel> {
    let names: Vec<String> = operations.iter().map(|name| escaped(name)).collect();
    let mine = format!(r#"operation=~"{}""#, names.join("|"));
    let wrong = format!(r#"{mine},status=~"4..|5..""#);
    let by = |query: String| vec![(format!("sum by (operation) ({query})"), "{{operation}}")];
    let errors = format!("sum by (operation, status) ({})", rate("http_server_requests_total", &wrong));
    vec![
        Panel::lines("Requests", "reqps", by(rate("http_server_requests_total", &mine))),
        Panel::lines("Errors", "reqps", vec![(errors, "{{operation}} {{status}}")]),
        Panel::lines("p99", "s", vec![(quantile("0.99", ", operation", &mine), "{{operation}}")]),
    ]
}

fn refusals() -> Vec<Panel> {
    let by_reason = format!("sum by (reason) ({})", rate("http_server_refused_requests_total", ""));
    let sum = |metric: &str| format!("sum({})", rate(metric, ""));
    vec![
        Panel::lines(
            "Refused",
            "reqps",
            vec![(by_reason, "{{reason}}"), (sum("http_server_timeouts_total"), "time-out")],
        ),
        Panel::lines(
            "Connections",
            "short",
            vec![
                (
                    format!("sum by (instance) (http_server_open_connections{{{CHOSEN}}})"),
                    "open {{instance}}",
                ),
                (sum("http_server_connections_total"), "new a second"),
                (sum("http_server_refused_connections_total"), "refused a second"),
            ],
        ),
        Panel::lines(
            "What was lost",
            "cps",
            vec![
                (sum("access_log_dropped_lines_total"), "lines of the access log"),
                (sum("http_server_rate_limit_failures_total"), "answers of the rate limits' Redis"),
            ],
        ),
    ]
}

fn process() -> Vec<Panel> {
    let each = |query: String| vec![(query, "{{instance}}")];
    let gauge = |metric: &str| each(format!("{metric}{{{CHOSEN}}}"));
    vec![
        Panel::lines("Memory", "bytes", gauge("process_resident_memory_bytes")),
        Panel::lines("Processors", "short", each(rate("process_cpu_seconds_total", ""))),
        Panel::lines("Open files", "short", gauge("process_open_fds")),
    ]
}

/// A name inside of a regular expression of RE2 inside of a text of PromQL.
fn escaped(name: &str) -> String {
    let mut out = String::new();
    for letter in name.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\\\\\"),
            '\n' => out.push_str("\\n"),
            '.' | '+' | '*' | '?' | '(' | ')' | '|' | '[' | ']' | '{' | '}' | '^' | '$' => {
                out.push_str("\\\\");
                out.push(letter);
            }
            letter => out.push(letter),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{escaped, uid};

    #[test]
    fn names() {
        assert_eq!(escaped("getPet"), "getPet");
        assert_eq!(escaped(r#"a.b"c\d"#), r#"a\\.b\"c\\\\d"#);
        assert_eq!(uid("Swagger Petstore - OpenAPI 3.0"), "apiloom-swagger-petstore-openapi-3-0");
        assert_eq!(uid("Ä"), "apiloom");
        assert!(uid(&"long ".repeat(20)).len() <= 40);
    }
}
