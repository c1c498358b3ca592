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
    name: String,
    changes: Vec<Row>,
}

struct Row {
    level: String,
    text: String,
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
        let name = report::heading(change);
        let row = Row {
            level: change.level.to_string(),
            text: change.text.clone(),
            id: change.id.clone(),
            concerns: change.concerns(),
            place: place(change, sides),
        };
        match groups.last_mut().filter(|group| group.name == name) {
            Some(group) => group.changes.push(row),
            None => groups.push(Group { name, changes: vec![row] }),
        }
    }
    let page = Page { title: "Changes".to_owned(), summary: report::summary(changes), groups };
    page.render().map(|page| page + "\n").map_err(|error| error.to_string())
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
