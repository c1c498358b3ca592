//! Changes as a page for a browser.

use apiloom_codegen::Sources;
use apiloom_codegen::diff::Change;
use apiloom_codegen::diff::report::{self, Sides};
use apiloom_codegen::source::Span;
use askama::Template;

#[derive(Template)]
#[template(path = "diff/changes.html")]
struct Page {
    title: String,
    summary: String,
    groups: Vec<Group>,
}

/// What belongs to one operation, or to one type.
struct Group {
    heading: String,
    name: Vec<Run>,
    changes: Vec<Row>,
}

/// A part of a text; names in it stand between backticks.
struct Run {
    is_name: bool,
    text: String,
}

struct Row {
    level: String,
    text: Vec<Run>,
    id: String,
    concerns: String,
    place: String,
}

/// The page; every text in it is escaped.
///
/// # Errors
/// When the template cannot be written, which it can.
pub(super) fn render(changes: &[Change], sides: Sides<'_>) -> Result<String, String> {
    let mut groups: Vec<Group> = Vec::new();
    for change in changes {
        let heading = report::heading(change);
        let row = Row {
            level: change.level.to_string(),
            text: runs(&change.text),
            id: change.id.clone(),
            concerns: change.concerns(),
            place: place(change, sides),
        };
        match groups.iter_mut().find(|group| group.heading == heading) {
            Some(group) => group.changes.push(row),
            None => groups.push(Group { name: runs(&heading), heading, changes: vec![row] }),
        }
    }
    let page = Page { title: "Changes".to_owned(), summary: report::summary(changes), groups };
    page.render().map(|page| page + "\n").map_err(|error| error.to_string())
}

fn runs(text: &str) -> Vec<Run> {
    let parts = text.split('`').enumerate();
    let runs = parts.map(|(at, part)| Run { is_name: at % 2 == 1, text: part.to_owned() });
    runs.filter(|run| !run.text.is_empty()).collect()
}

fn place(change: &Change, sides: Sides<'_>) -> String {
    let at = |sources: &Sources, span: Span| {
        let position = sources.position(span);
        format!("{}:{}:{}", sources.file(span.file).path, position.line, position.column)
    };
    match (change.new, change.old) {
        (Some(new), _) => at(sides.new, new),
        (None, Some(old)) => at(sides.old, old),
        (None, None) => String::new(),
    }
}
