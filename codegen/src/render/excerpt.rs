//! One line of a file, cut around a place, with nothing in it that a terminal would act on.

use unicode_width::UnicodeWidthChar;

/// Columns of text that are shown of a longer line.
const WIDTH: usize = 110;
/// Columns of a longer line that are shown before the place.
const LEAD: usize = 40;

/// A line to print, and the columns below which to draw carets.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Excerpt {
    pub(super) text: String,
    pub(super) offset: usize,
    pub(super) width: usize,
}

/// Cuts the line around `within` (bytes).
pub(super) fn excerpt(line: &str, within: (usize, usize)) -> Excerpt {
    let (start, end) = within;
    let from = cut_before(line, start, end);
    let mut text = String::new();
    if from > 0 {
        text.push('…');
    }
    let mut columns = width(&text);
    let mut offset = columns;
    let mut carets = 0;
    for (at, character) in line[from..].char_indices().map(|(at, character)| (from + at, character)) {
        if columns >= WIDTH {
            text.push('…');
            break;
        }
        let shown = visible(character);
        let more = width(&shown);
        match at {
            _ if at < start => offset += more,
            _ if at < end => carets += more,
            _ => {}
        }
        columns += more;
        text.push_str(&shown);
    }
    Excerpt { text: text.trim_end().to_owned(), offset, width: carets.max(1) }
}

/// Where a line is cut so that the place is in view.
fn cut_before(line: &str, start: usize, end: usize) -> usize {
    if end <= WIDTH || start <= LEAD {
        return 0;
    }
    let from = line.floor_char_boundary(start - LEAD);
    if line[..from].trim_start().is_empty() { 0 } else { from }
}

fn width(text: &str) -> usize {
    text.chars().map(|character| character.width().unwrap_or(0)).sum()
}

/// The character as it may be shown: tabs as spaces; control and direction-changing characters by their number.
pub(super) fn visible(character: char) -> String {
    match character {
        '\t' => "    ".to_owned(),
        _ if is_unsafe(character) => character.escape_unicode().to_string(),
        _ => character.to_string(),
    }
}

/// Characters that could move the cursor, reorder a line or hide in it (Unicode TR 36, section 2; CVE-2021-42574).
pub(super) fn is_unsafe(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
            | '\u{e0000}'..='\u{e007f}')
}
