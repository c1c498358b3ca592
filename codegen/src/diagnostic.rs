//! What is wrong with an input, where, and what to do about it. Knows places, not schemas.

use crate::code::Code;
use crate::source::Span;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Nothing can be made of the input as it stands.
    Error,
    /// Code can be made, but not everything the input asks for is in it, or it was read with good will.
    Warning,
    /// Worth knowing.
    Info,
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// What kind of finding.
    pub code: Code,
    /// How bad; the code's own unless configuration says otherwise.
    pub severity: Severity,
    /// Where.
    pub span: Span,
    /// A sentence that the reader can act on.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// Other places that belong to it, each with a short text.
    pub related: Vec<(Span, String)>,
}

impl Diagnostic {
    /// Says what to do.
    pub fn help(&mut self, help: impl Into<String>) -> &mut Self {
        self.help = Some(help.into());
        self
    }

    /// Points at another place.
    pub fn related(&mut self, span: Span, text: impl Into<String>) -> &mut Self {
        self.related.push((span, text.into()));
        self
    }
}

/// Findings, in the order they were made.
#[derive(Debug, Clone, Default)]
pub struct Diagnostics {
    list: Vec<Diagnostic>,
    seen: std::collections::HashSet<(Code, Span)>,
    spare: Vec<Diagnostic>,
}

impl Diagnostics {
    /// Adds a finding with the code's own severity. The same code at the same place is kept once: what is read twice,
    /// through two references, is reported once.
    pub fn report(&mut self, code: Code, span: Span, message: impl Into<String>) -> &mut Diagnostic {
        let diagnostic = Diagnostic {
            code,
            severity: code.severity(),
            span,
            message: message.into(),
            help: None,
            related: Vec::new(),
        };
        let list = if self.seen.insert((code, span)) { &mut self.list } else { &mut self.spare };
        if list.len() > 100_000 {
            list.pop();
        }
        list.push(diagnostic);
        list.last_mut().expect("one was just pushed")
    }

    /// Takes over the findings of another list.
    pub fn append(&mut self, other: Diagnostics) {
        for found in other.list {
            if self.seen.insert((found.code, found.span)) {
                self.list.push(found);
            }
        }
    }

    /// All findings.
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.list.iter()
    }

    /// All findings, to change (severities by configuration).
    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut Diagnostic> {
        self.list.iter_mut()
    }

    /// How many findings there are of a severity.
    #[must_use]
    pub fn count(&self, severity: Severity) -> usize {
        self.list.iter().filter(|found| found.severity == severity).count()
    }

    /// True when there is an error: nothing should be generated.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.list.iter().any(|found| found.severity == Severity::Error)
    }

    /// Keeps only the findings that `keep` wants.
    pub fn retain(&mut self, keep: impl FnMut(&Diagnostic) -> bool) {
        self.list.retain(keep);
    }
}
