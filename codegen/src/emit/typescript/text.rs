//! Text of the schema in TypeScript: one escaper for each context. Nothing else may put such text into code.

use crate::ir::{Decl, Deprecation, Value};
use std::fmt::{self, Write as _};

/// Code: made of names and of texts that went through the escapers here.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Code(pub(super) String);

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Code {
    /// Whether the code uses a namespace, such as `r`: strings do not count.
    pub(super) fn uses(&self, namespace: &str) -> bool {
        let mut inside = false;
        let mut before = ' ';
        self.0.char_indices().any(|(at, letter)| {
            let starts = !inside && !before.is_alphanumeric() && !matches!(before, '_' | '$' | '.');
            if letter == '"' && before != '\\' {
                inside = !inside;
            }
            // What stands behind an escaped backslash is not escaped.
            before = if before == '\\' && letter == '\\' { ' ' } else { letter };
            starts && self.0[at..].strip_prefix(namespace).is_some_and(|rest| rest.starts_with('.'))
        })
    }
}

/// A string literal, with its quotes (ECMA-262, section 12.9.4). What is hidden or ends a line is an escape.
pub(super) fn string(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            // Writing to a text does not fail.
            letter if is_hidden(letter) => _ = write!(out, "\\u{{{:x}}}", u32::from(letter)),
            letter => out.push(letter),
        }
    }
    out.push('"');
    out
}

/// The key of a property: a name where it is one, else a string literal.
pub(super) fn key(text: &str) -> String {
    let first = |letter: char| letter.is_ascii_alphabetic() || letter == '_' || letter == '$';
    let is_name =
        text.starts_with(first) && text.chars().all(|letter| first(letter) || letter.is_ascii_digit());
    // In a literal `__proto__` is no key (ECMA-262, annex B.3.1), but a computed one is.
    match text {
        "__proto__" => "[\"__proto__\"]".to_owned(),
        _ if is_name => text.to_owned(),
        _ => string(text),
    }
}

/// An entry of a table whose values are literals. Of keys that every object has the compiler would take its own types.
pub(super) fn entry(name: &str, value: &str) -> String {
    const INHERITED: [&str; 7] = [
        "constructor",
        "toString",
        "toLocaleString",
        "valueOf",
        "hasOwnProperty",
        "isPrototypeOf",
        "propertyIsEnumerable",
    ];
    let more = if INHERITED.contains(&name) { " as const" } else { "" };
    format!("{}: {value}{more}", key(name))
}

/// A literal of a value of JSON.
pub(super) fn literal(value: &Value) -> Code {
    Code(match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => value.to_string(),
        Value::String(text) => string(text),
        Value::Array(items) => list(items.iter().map(|item| literal(item).0), "[", "]"),
        Value::Object(entries) => {
            let entry = |(name, value): (&String, &Value)| format!("{}: {}", key(name), literal(value));
            object(entries.iter().map(entry))
        }
    })
}

/// A literal of an array.
pub(super) fn list(items: impl Iterator<Item = String>, open: &str, close: &str) -> String {
    format!("{open}{}{close}", items.collect::<Vec<_>>().join(", "))
}

/// A literal of an object, of its entries.
pub(super) fn object(entries: impl Iterator<Item = String>) -> String {
    let entries: Vec<String> = entries.collect();
    if entries.is_empty() { "{}".to_owned() } else { format!("{{ {} }}", entries.join(", ")) }
}

/// So wide is a line with more than one part.
const WIDTH: usize = 110;

/// A literal of an object whose entries have lines of their own where they would make a wide one.
pub(super) fn wide_object(entries: &[String], indent: &str) -> String {
    let line = object(entries.iter().cloned());
    if line.len() + indent.len() <= WIDTH {
        return line;
    }
    let lines: String = entries.iter().map(|entry| format!("{indent}  {entry},\n")).collect();
    format!("{{\n{lines}{indent}}}")
}

/// A union of types, on lines of their own where they would make a wide one.
pub(super) fn union(members: &[String], room: usize) -> Code {
    let line = members.join(" | ");
    if line.len() + room <= WIDTH {
        return Code(line);
    }
    Code(members.iter().map(|member| format!("\n  | {member}")).collect())
}

/// The lines of a documentation comment.
#[derive(Debug, Clone, Default)]
pub(super) struct Docs(Vec<String>);

impl Docs {
    /// What a declaration says, and more lines of our own.
    pub(super) fn of(decl: &Decl, more: &[String]) -> Self {
        let mut docs = Self::text(&decl.docs);
        if !docs.0.is_empty() && !more.is_empty() {
            docs.0.push(String::new());
        }
        docs.0.extend(more.iter().flat_map(|line| lines(line)));
        if let Some(Deprecation { reason }) = &decl.deprecated {
            let reason = lines(reason).join(" ");
            docs.0.push(format!("@deprecated {reason}").trim_end().to_owned());
        }
        docs
    }

    /// A text.
    pub(super) fn text(text: &str) -> Self {
        Self(lines(text))
    }

    /// The comment and a line end; nothing when there is nothing to say.
    pub(super) fn print(&self, indent: &str) -> String {
        match self.0.as_slice() {
            [] => String::new(),
            [one] => format!("{indent}/** {one} */\n"),
            many => {
                let line =
                    |line: &String| format!("{indent} *{}{line}\n", if line.is_empty() { "" } else { " " });
                format!("{indent}/**\n{}{indent} */\n", many.iter().map(line).collect::<String>())
            }
        }
    }
}

/// Lines that end no comment and give compilers no orders: `*/` is taken apart, and an `@` is none of a tag.
fn lines(text: &str) -> Vec<String> {
    let text: String = text
        .replace("\r\n", "\n")
        .chars()
        .map(|letter| if letter == '\r' { '\n' } else { letter })
        .filter(|letter| *letter == '\n' || *letter == '\t' || !is_hidden(*letter))
        .collect();
    let mut lines: Vec<String> = Vec::new();
    for line in text.trim().lines() {
        let line = line.trim_end().replace('\t', "    ").replace("*/", "*\\/");
        let (space, rest) = line.split_at(line.len() - line.trim_start_matches([' ', '*', '/']).len());
        let line = if rest.starts_with('@') { format!("{space}\\{rest}") } else { line };
        // What is not closed here would be closed by the end of the comment.
        lines.push(if line.ends_with('*') { line + " " } else { line });
    }
    lines.dedup_by(|next, line| next.is_empty() && line.is_empty());
    lines
}

/// Control characters, line ends of ECMAScript, and those that turn the direction of text (CVE-2021-42574) or hide in it.
fn is_hidden(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{61c}')
}

#[cfg(test)]
mod tests {
    use super::{Code, Docs, key, string};

    #[test]
    fn namespaces_are_found_in_code() {
        let uses = |code: &str| Code(code.to_owned()).uses("r");
        assert!(uses("r.Int64 | null") && uses("\"a\" | r.Upload") && uses(r#""\\" | r.X"#));
        assert!(!uses("\"r.Int64\"") && !uses("user.x") && !uses(r#""\"r.x""#) && !uses("number"));
    }

    #[test]
    fn each_context_has_its_escapes() {
        assert_eq!(string("a\"\\\n\u{2028}\u{202e}b"), r#""a\"\\\n\u{2028}\u{202e}b""#);
        assert_eq!(
            ["photoUrls", "a-b", "__proto__", "1", "$x", "größe"].map(key),
            ["photoUrls", "\"a-b\"", "[\"__proto__\"]", "\"1\"", "$x", "\"größe\""]
        );
        assert_eq!(
            Docs::text("a */ b\n@ts-ignore\r* @x").print(""),
            "/**\n * a *\\/ b\n * \\@ts-ignore\n * * \\@x\n */\n"
        );
        assert_eq!(Docs::text("ends in *").print(""), "/** ends in *  */\n");
        assert_eq!(Docs::text(" ").print(""), "");
    }
}
