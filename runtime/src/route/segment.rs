//! One segment of a path template: `pets`, `{id}`, `{id}.json`, `{id}:cancel`, `v{major}-{minor}`.

use std::cmp::Reverse;

/// A segment with variables: text before the first one, between each two, and after the last.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Segment {
    texts: Vec<String>,
}

/// Takes a segment apart; a literal is an `Err`. A brace without its partner is text.
pub(crate) fn parse(segment: &str) -> Result<Segment, String> {
    let mut texts = vec![String::new()];
    let mut rest = segment;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((_, tail)) = after.split_once('}') else { break };
        if let Some(last) = texts.last_mut() {
            last.push_str(before);
        }
        texts.push(String::new());
        rest = tail;
    }
    if let Some(last) = texts.last_mut() {
        last.push_str(rest);
    }
    match texts.as_slice() {
        [literal] => Err(literal.clone()),
        _ => Ok(Segment { texts }),
    }
}

impl Segment {
    /// Sorts before others what says more about the text.
    pub(crate) fn rank(&self) -> (Reverse<usize>, usize) {
        (Reverse(self.texts.iter().map(String::len).sum()), self.texts.len())
    }

    /// Appends the texts of the variables, none of which is empty; false if the segment does not match. Where a
    /// text comes more than once, the variables on the left get the longer part: `{name}.{ending}` of `a.tar.gz` is
    /// `a.tar` and `gz`.
    pub(crate) fn matches<'p>(&self, segment: &'p str, found: &mut Vec<&'p str>) -> bool {
        let [first, between @ .., last] = self.texts.as_slice() else { return false };
        let Some(bare) = segment.strip_prefix(first.as_str()) else { return false };
        let Some(mut rest) = bare.strip_suffix(last.as_str()) else { return false };
        let start = found.len();
        for text in between.iter().rev() {
            // The variable on the right has at least one character.
            let Some((at, _)) = rest.char_indices().next_back() else { break };
            let Some((before, after)) = split_last(rest, at, text) else {
                found.truncate(start);
                return false;
            };
            found.push(after);
            rest = before;
        }
        found.push(rest);
        let matched = found.len() - start == self.texts.len() - 1 && !rest.is_empty();
        if matched {
            found.get_mut(start..).unwrap_or_default().reverse();
        } else {
            found.truncate(start);
        }
        matched
    }
}

/// Splits at the last place of a text that ends at or before `most`.
fn split_last<'p>(whole: &'p str, most: usize, text: &str) -> Option<(&'p str, &'p str)> {
    let at = whole.get(..most)?.rfind(text)?;
    Some((whole.get(..at)?, whole.get(at + text.len()..)?))
}

#[cfg(test)]
mod tests {
    use super::parse;

    fn found<'p>(template: &str, segment: &'p str) -> Option<Vec<&'p str>> {
        let mut found = Vec::new();
        parse(template).unwrap().matches(segment, &mut found).then_some(found)
    }

    #[test]
    fn variables() {
        assert_eq!(parse("pets").unwrap_err(), "pets");
        assert_eq!(parse("{open").unwrap_err(), "{open");
        for (template, segment, expected) in [
            ("{id}", "7", Some(vec!["7"])),
            ("{id}", "", None),
            ("{id}.json", "7.json", Some(vec!["7"])),
            ("{id}.json", ".json", None),
            ("{id}.json", "7.xml", None),
            ("{id}:cancel", "a:b:cancel", Some(vec!["a:b"])),
            ("prefix-{id}", "prefix-x", Some(vec!["x"])),
            ("prefix-{id}", "prefi", None),
            ("{name}.{ending}", "a.tar.gz", Some(vec!["a.tar", "gz"])),
            ("{name}.{ending}", "a.", None),
            ("{name}.{ending}", ".gz", None),
            ("{a}-{b}-{c}", "1-2-3", Some(vec!["1", "2", "3"])),
            ("{a}-{b}-{c}", "1-2", None),
            ("{a}--{b}", "ä--ö", Some(vec!["ä", "ö"])),
            ("{a}..{b}", "1...2", Some(vec!["1.", "2"])),
            ("v{major}.{minor}x", "v1.2x", Some(vec!["1", "2"])),
            ("{a}{b}", "xyz", Some(vec!["xy", "z"])),
            ("{a}{b}", "x", None),
            ("a{x}a", "a", None),
        ] {
            assert_eq!(found(template, segment), expected, "{template} {segment}");
        }
    }
}
