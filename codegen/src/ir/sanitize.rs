//! What is done to texts on the way in.

/// One thing that is done to a text (`x-sanitize`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sanitizer {
    /// No white space at the ends.
    Trim,
    /// One space for each run of white space.
    Collapse,
    /// Small letters.
    Lowercase,
    /// Capital letters.
    Uppercase,
    /// Unicode normalisation form C.
    Nfc,
    /// No control characters except tab and ends of lines.
    NoControl,
    /// No tags, comments and processing instructions.
    StripHtml,
}

impl Sanitizer {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Trim,
        Self::Collapse,
        Self::Lowercase,
        Self::Uppercase,
        Self::Nfc,
        Self::NoControl,
        Self::StripHtml,
    ];

    /// How schemas call it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Trim => "trim",
            Self::Collapse => "collapse",
            Self::Lowercase => "lowercase",
            Self::Uppercase => "uppercase",
            Self::Nfc => "nfc",
            Self::NoControl => "no-control",
            Self::StripHtml => "strip-html",
        }
    }
}
