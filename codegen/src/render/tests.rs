use super::*;
use crate::source::FileId;

fn span(text: &str, part: &str) -> Span {
    let start = text.find(part).expect("the part is in the text");
    Span { file: FileId(0), start: start as u32, end: (start + part.len()) as u32 }
}

fn show(text: &str, part: &str, format: Format) -> String {
    let sources = Sources::from_text("api.yaml", text);
    let mut diagnostics = Diagnostics::default();
    diagnostics.report(Code::UnknownRef, span(text, part), "nothing is there").help("name what is there");
    render(&findings(&sources, &diagnostics), format, Colour::None, 20)
}

#[test]
fn text_looks_like_rustc() {
    let text = "a: 1\nb:\n  $ref: '#/x'\n";
    assert_eq!(
        show(text, "'#/x'", Format::Text),
        "error[A0201]: nothing is there
 --> api.yaml:3:9
  |
3 |   $ref: '#/x'
  |         ^^^^^
  |
  = help: name what is there

"
    );
}

#[test]
fn related_places_follow() {
    let text = "aa\nbb\n";
    let sources = Sources::from_text("x.json", text);
    let mut diagnostics = Diagnostics::default();
    diagnostics.report(Code::DuplicateKey, span(text, "bb"), "twice").related(span(text, "aa"), "first here");
    let shown = render(&findings(&sources, &diagnostics), Format::Text, Colour::None, 20);
    assert!(shown.contains(" ::: x.json:1:1\n  |\n1 | aa\n  | -- first here\n"), "{shown}");
}

#[test]
fn long_lines_are_cut_and_hostile_characters_escaped() {
    let text = format!("{}\u{202e}\u{1b}[31mHERE{}", "é".repeat(500_000), "y".repeat(500_000));
    let shown = show(&text, "HERE", Format::Text);
    assert!(shown.len() < 1_000, "{shown}");
    assert!(shown.contains("api.yaml:1:500007"), "{shown}");
    assert!(shown.contains(r"\u{202e}\u{1b}[31mHERE"), "{shown}");
    let lines: Vec<&str> = shown.lines().collect();
    let column = |line: &str, part: &str| line.find(part).map(|at| line[..at].chars().count());
    assert_eq!(column(lines[3], "HERE"), column(lines[4], "^^^^"), "{shown}");
}

#[test]
fn wide_characters_and_tabs_keep_the_caret_below_its_place() {
    let shown = show("\t日本: here", "here", Format::Text);
    assert!(shown.contains("1 |     日本: here\n  |           ^^^^\n"), "{shown}");
}

#[test]
fn errors_come_first_then_document_order() {
    let text = "abc";
    let sources = Sources::from_text("x", text);
    let mut diagnostics = Diagnostics::default();
    for (code, part) in [(Code::BadEnum, "a"), (Code::UnknownRef, "c"), (Code::UnknownRef, "b")] {
        diagnostics.report(code, span(text, part), part);
    }
    let order: Vec<_> =
        findings(&sources, &diagnostics).iter().map(|found| found.message.to_owned()).collect();
    assert_eq!(order, ["b", "c", "a"]);
}

#[test]
fn sarif_names_rule_region_and_relative_address() {
    let report: serde_json::Value = serde_json::from_str(&show("a: ß here", "here", Format::Sarif)).unwrap();
    assert_eq!(report["version"], "2.1.0");
    let run = &report["runs"][0];
    assert_eq!(run["tool"]["driver"]["rules"][0]["id"], "A0201");
    let place = &run["results"][0]["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "api.yaml");
    assert_eq!(place["region"]["startColumn"], 6);
    assert_eq!(place["region"]["endColumn"], 10);
}

#[test]
fn every_format_is_what_it_says() {
    let json: serde_json::Value = serde_json::from_str(&show("x", "x", Format::Json)).unwrap();
    assert_eq!(json[0]["place"]["start"]["line"], 1);
    let gitlab: serde_json::Value = serde_json::from_str(&show("x", "x", Format::Gitlab)).unwrap();
    assert_eq!(gitlab[0]["severity"], "major");
    let github = show("x", "x", Format::Github);
    assert!(
        github.starts_with("::error file=api.yaml,line=1,col=1,endLine=1,title=A0201::nothing"),
        "{github}"
    );
    let junit = show("<&\u{1}", "<", Format::Junit);
    assert!(junit.contains("&lt;&amp;") && !junit.contains('\u{1}'), "{junit}");
    assert!(show("x", "x", Format::Markdown).contains("| error | A0201 | api.yaml:1 | nothing is there"));
}

#[test]
fn many_findings_in_one_long_line_are_quick() {
    let text = "[1234567],".repeat(1_000_000);
    let sources = Sources::from_text("big.json", text.as_str());
    let mut diagnostics = Diagnostics::default();
    for n in 0..5_000u32 {
        let start = n * 2_000;
        diagnostics.report(Code::UnknownRef, Span { file: FileId(0), start, end: start + 9 }, "x");
    }
    let before = std::time::Instant::now();
    let shown = render(&findings(&sources, &diagnostics), Format::Json, Colour::None, 20);
    assert!(shown.contains("\"column\": 9998001"));
    assert!(before.elapsed().as_secs() < 5, "{:?}", before.elapsed());
}
