//! What is wrong with a configuration: a sentence, its place, what to do. Values that may be secret are not shown.

use super::tree::Origin;
use crate::json::walk::distance;
use std::fmt;

/// How much of a line may be seen beside its keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Show {
    /// What the finding points at.
    Place,
    /// Nothing: what is there may be a secret.
    Nothing,
}

/// One thing that is wrong.
#[derive(Debug, Clone)]
pub(crate) struct Finding {
    pub(crate) message: String,
    pub(crate) at: Origin,
    pub(crate) show: Show,
    pub(crate) help: Option<String>,
}

impl Finding {
    pub(crate) fn new(message: impl Into<String>, at: Origin) -> Self {
        Self { message: message.into(), at, show: Show::Place, help: None }
    }

    pub(crate) fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }

    /// By file and place, so that what is told reads like the files do.
    fn order(&self) -> (u8, &str, usize) {
        match &self.at {
            Origin::File(source, start, _) => (0, &source.name, *start),
            Origin::SecretFile(name, _) | Origin::Variable(name) => (1, name, 0),
            Origin::Argument(name) => (2, name, 0),
            Origin::Default => (3, &self.message, 0),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error: {}", self.message)?;
        let mut margin = 1;
        match &self.at {
            Origin::Default => {}
            Origin::Variable(name) => write!(f, "\n --> environment variable `{name}`")?,
            Origin::SecretFile(name, path) => {
                write!(f, "\n --> file {path}\n  |  named by the environment variable `{name}`")?;
            }
            Origin::Argument(name) => write!(f, "\n --> command line, `{name}`")?,
            Origin::File(source, start, end) => {
                let (line, column, text) = source.locate(*start);
                let number = line.to_string();
                margin = number.len();
                let pad = " ".repeat(margin);
                let length = source.text.get(*start..*end).and_then(|span| span.lines().next());
                let marks = "^".repeat(length.map_or(1, |span| span.chars().count()).max(1));
                let veiled = veil(text, column - 1, marks.len(), self.show);
                let gap: String =
                    text.chars().take(column - 1).map(|c| if c == '\t' { '\t' } else { ' ' }).collect();
                write!(f, "\n{pad}--> {}:{line}:{column}", source.name)?;
                write!(f, "\n{pad} |\n{number} | {}\n{pad} | {gap}{marks}", veiled.trim_end())?;
            }
        }
        match &self.help {
            Some(help) => write!(f, "\n{} = help: {help}", " ".repeat(margin)),
            None => Ok(()),
        }
    }
}

/// A line of which only its first key (or a table's head) and, with [`Show::Place`], the place itself are seen: what else
/// is there may belong to a secret.
fn veil(line: &str, start: usize, length: usize, show: Show) -> String {
    let open = opening(line);
    let is_head = open == line.chars().count();
    let open = if open <= start || is_head { open } else { 0 };
    let is_place = show == Show::Place;
    let (from, to) = if is_place { (start.max(open), (start + length).max(open)) } else { (open, open) };
    let part = |from: usize, to: usize| line.chars().skip(from).take(to - from).collect::<String>();
    let before = part(open, from);
    let before = match before.chars().all(|c| matches!(c, '=' | ':' | '[' | '{' | '-') || c.is_whitespace()) {
        true => before,
        false => before.chars().map(|c| if c.is_whitespace() { c } else { '•' }).collect(),
    };
    let rest: String = line.chars().skip(to).collect();
    let sign: String = rest.chars().take_while(|c| matches!(c, '=' | ':' | ' ')).collect();
    let after = match rest.trim_end().chars().all(|c| matches!(c, ']' | '}' | ',' | ' ')) {
        true => rest,
        false => format!("{sign}…"),
    };
    format!("{}{before}{}{after}", part(0, open), part(from, to))
}

/// How many characters at the beginning of a line are a key with its sign, or the head of a table.
fn opening(line: &str) -> usize {
    let word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | ' ' | '\t' | '"' | '\'');
    let is_head = |c: char| word(c) || matches!(c, '[' | ']');
    let trimmed = line.trim();
    if trimmed.starts_with('[') && trimmed.chars().all(is_head) {
        return usize::from(!trimmed.contains("[\"") && !trimmed.contains("['")) * line.chars().count();
    }
    let Some(at) = line.chars().position(|c| !word(c)) else { return 0 };
    let mut rest = line.chars().skip(at);
    match (rest.next(), rest.next()) {
        (Some('='), Some('=')) => 0,
        (Some('=' | ':'), _) => at + 1,
        _ => 0,
    }
}

/// Everything that is wrong with a configuration. It prints, also with `{:?}` (which is how `main` tells of an error), as
/// sentences with their places.
#[derive(Clone)]
pub struct Failure {
    findings: Vec<Finding>,
}

impl Failure {
    pub(crate) fn new(mut findings: Vec<Finding>) -> Self {
        findings.sort_by(|a, b| a.order().cmp(&b.order()));
        Self { findings }
    }

    /// How many things are wrong.
    pub fn len(&self) -> usize {
        self.findings.len()
    }

    /// Is nothing wrong? Never of one that was given as an error.
    pub fn is_empty(&self) -> bool {
        self.findings.is_empty()
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.len() {
            1 => f.write_str("the configuration cannot be used\n")?,
            n => writeln!(f, "the configuration cannot be used, for {n} reasons")?,
        }
        for finding in &self.findings {
            writeln!(f, "\n{finding}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Failure {}

impl From<Failure> for std::io::Error {
    fn from(failure: Failure) -> Self {
        Self::new(std::io::ErrorKind::InvalidInput, failure)
    }
}

/// The one of some names that was probably meant.
pub(crate) fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let near = known.into_iter().map(|known| (distance(known, name), known)).min()?;
    (near.0 <= 1 + name.len() / 3).then_some(near.1)
}

/// What to do about a name that nobody knows: the one that was probably meant, or what there is.
pub(crate) fn advice(name: &str, known: &[&str]) -> String {
    let list = || known.iter().map(|known| format!("`{known}`")).collect::<Vec<_>>().join(", ");
    match nearest(name, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None if known.is_empty() => "there are none".to_owned(),
        None if known.len() > 20 => format!("there are {}, such as `{}`", known.len(), known[0]),
        None => format!("there are {}", list()),
    }
}
