//! Casing: how any text becomes words, and words become identifiers of one style. Knows nothing of what is named.

/// How an identifier is cased.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Case {
    /// `PetStatus`: types, traits, variants.
    Pascal,
    /// `pet_status`: fields, functions, modules.
    Snake,
    /// `petStatus`: functions and arguments of TypeScript.
    Camel,
}

/// Keywords that may be written as raw identifiers (Rust reference, keywords; edition 2024).
const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn", "else",
    "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro",
    "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return", "static", "struct", "trait",
    "true", "try", "type", "typeof", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// Keywords that may not.
const NEVER_RAW: &[&str] = &["self", "Self", "super", "crate", "_"];

/// Spells text as an identifier. `nth` (from 1) names what has neither letters nor signs with a name.
pub(super) fn identifier(text: &str, case: Case, nth: usize) -> String {
    let mut words = words(text);
    if words.is_empty() {
        words = signs(text);
    }
    if words.is_empty() {
        words = if text.is_empty() { vec!["empty".to_owned()] } else { vec![format!("value{nth}")] };
    }
    let name = join(&words, case);
    if case == Case::Camel { escape_script(name) } else { escape(&name) }
}

/// Words that are no names in modules of ECMAScript (ECMA-262, section 12.7.2), and that mean something else.
const SCRIPT_KEYWORDS: &[&str] = &[
    "arguments",
    "await",
    "break",
    "case",
    "catch",
    "class",
    "const",
    "continue",
    "debugger",
    "default",
    "delete",
    "do",
    "else",
    "enum",
    "eval",
    "export",
    "extends",
    "false",
    "finally",
    "for",
    "function",
    "if",
    "implements",
    "import",
    "in",
    "instanceof",
    "interface",
    "let",
    "new",
    "null",
    "package",
    "private",
    "protected",
    "public",
    "return",
    "static",
    "super",
    "switch",
    "this",
    "throw",
    "true",
    "try",
    "typeof",
    "undefined",
    "var",
    "void",
    "while",
    "with",
    "yield",
];

/// The name as ECMAScript wants it: no keyword, no digit in front.
pub(super) fn escape_script(name: String) -> String {
    if name.starts_with(char::is_numeric) {
        return format!("n{name}");
    }
    if SCRIPT_KEYWORDS.contains(&name.as_str()) { format!("{name}_") } else { name }
}

/// The identifier as the language wants it: keywords raw, a leading digit prefixed.
fn escape(name: &str) -> String {
    if name.starts_with(char::is_numeric) {
        return format!("N{name}");
    }
    if NEVER_RAW.contains(&name) {
        return format!("{name}_");
    }
    if KEYWORDS.contains(&name) {
        return format!("r#{name}");
    }
    name.to_owned()
}

/// A name that a user chose: itself, raw when it is a keyword, or `None` when it is no identifier.
pub(super) fn chosen(name: &str) -> Option<String> {
    let mut letters = name.chars();
    let first = letters.next()?;
    let fine = (first == '_' || is_letter(first) && !first.is_numeric())
        && letters.all(|other| other == '_' || is_letter(other));
    (fine && !NEVER_RAW.contains(&name) && name.chars().any(|other| other != '_'))
        .then(|| if KEYWORDS.contains(&name) { format!("r#{name}") } else { name.to_owned() })
}

/// Writes words in a style. Digits that would run together are kept apart: `1.2` is not `12`.
pub(super) fn join(words: &[String], case: Case) -> String {
    let mut name = String::new();
    for word in words {
        let digits_meet = name.ends_with(|last: char| last.is_ascii_digit())
            && word.starts_with(|first: char| first.is_ascii_digit());
        match case {
            Case::Camel if name.is_empty() => name.extend(word.chars().map(lower)),
            Case::Pascal | Case::Camel => {
                if digits_meet {
                    name.push('_');
                }
                let mut letters = word.chars();
                name.extend(letters.next().map(upper));
                name.extend(letters.map(lower));
            }
            Case::Snake => {
                if !name.is_empty() {
                    name.push('_');
                }
                name.extend(word.chars().map(lower));
            }
        }
    }
    if case == Case::Snake && name.starts_with(|first: char| first.is_numeric()) {
        name.insert(0, '_');
    }
    name
}

/// The words of a text: split at everything that is no letter and no digit, and at humps (`photoUrls`, `HTTPServer`).
/// A single leading sign counts as a word, so that `-1` and `+1`, or `-name` and `name`, stay apart.
pub(super) fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut rest = text;
    for (sign, word) in [('+', "plus"), ('-', "minus")] {
        if let Some(after) = text.strip_prefix(sign)
            && after.starts_with(is_letter)
        {
            words.push(word.to_owned());
            rest = after;
        }
    }
    for part in rest.split(|other: char| !is_letter(other)).filter(|part| !part.is_empty()) {
        humps(part, &mut words);
    }
    words
}

fn humps(part: &str, words: &mut Vec<String>) {
    let letters: Vec<char> = part.chars().collect();
    let mut word = String::new();
    for (n, letter) in letters.iter().enumerate() {
        let before = n.checked_sub(1).map(|before| letters[before]);
        let starts = before.is_some_and(|before| {
            letter.is_uppercase()
                && (!before.is_uppercase() || letters.get(n + 1).is_some_and(|next| next.is_lowercase()))
        });
        if starts && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        word.push(*letter);
    }
    if !word.is_empty() {
        words.push(word);
    }
}

/// Names for signs, for texts that hold nothing else: `>=` is `GreaterEqual`.
fn signs(text: &str) -> Vec<String> {
    const SIGNS: &[(char, &str)] = &[
        ('+', "plus"),
        ('-', "minus"),
        ('*', "star"),
        ('/', "slash"),
        ('=', "equal"),
        ('<', "less"),
        ('>', "greater"),
        ('!', "not"),
        ('?', "question"),
        ('.', "dot"),
        (',', "comma"),
        (':', "colon"),
        (';', "semicolon"),
        ('@', "at"),
        ('#', "hash"),
        ('$', "dollar"),
        ('%', "percent"),
        ('&', "and"),
        ('|', "or"),
        ('^', "caret"),
        ('~', "tilde"),
        ('_', "underscore"),
        (' ', "space"),
    ];
    let named: Vec<_> =
        text.chars().map_while(|sign| SIGNS.iter().find(|(known, _)| *known == sign)).collect();
    if named.len() == text.chars().count() && named.len() <= 4 {
        named.into_iter().map(|(_, word)| (*word).to_owned()).collect()
    } else {
        Vec::new()
    }
}

/// Letters and digits that may stand in an identifier: ASCII, and scripts whose letters have one spelling under Unicode
/// normalisation (Rust compares identifiers in NFC), need no combining marks and run from left to right.
fn is_letter(letter: char) -> bool {
    match letter {
        'a'..='z' | 'A'..='Z' | '0'..='9' => true,
        // Letters that Unicode advises against in identifiers (UTS 39) would make rustc warn.
        '\u{00c0}'..='\u{017e}' => !matches!(letter, '×' | '÷' | 'Ĳ' | 'ĳ' | 'Ŀ' | 'ŀ' | 'ŉ'),
        '\u{0386}'..='\u{03ce}' | '\u{0400}'..='\u{045f}' => letter.is_alphabetic(),
        '\u{3041}'..='\u{3096}'
        | '\u{30a1}'..='\u{30fa}'
        | '\u{4e00}'..='\u{9fff}'
        | '\u{ac00}'..='\u{d7a3}' => true,
        _ => false,
    }
}

fn upper(letter: char) -> char {
    let mut letters = letter.to_uppercase();
    match (letters.next(), letters.next()) {
        (Some(one), None) if is_letter(one) => one,
        _ => letter,
    }
}

fn lower(letter: char) -> char {
    let mut letters = letter.to_lowercase();
    match (letters.next(), letters.next()) {
        (Some(one), None) if is_letter(one) => one,
        _ => letter,
    }
}

#[cfg(test)]
mod tests {
    use super::{Case, chosen, identifier};

    fn check(text: &str, pascal: &str, snake: &str) {
        assert_eq!(identifier(text, Case::Pascal, 3), pascal, "{text:?} as a type");
        assert_eq!(identifier(text, Case::Snake, 3), snake, "{text:?} as a field");
    }

    #[test]
    fn names_are_cased() {
        check("photoUrls", "PhotoUrls", "photo_urls");
        check("HTTPServer", "HttpServer", "http_server");
        check("X-Rate-Limit", "XRateLimit", "x_rate_limit");
        check("getPetById", "GetPetById", "get_pet_by_id");
        check("v1.2", "V1_2", "v1_2");
        check("sha256sum", "Sha256sum", "sha256sum");
        check("already_snake_case", "AlreadySnakeCase", "already_snake_case");
    }

    #[test]
    fn odd_texts_are_still_readable() {
        check("+1", "Plus1", "plus_1");
        check("-1", "Minus1", "minus_1");
        check("-name", "MinusName", "minus_name");
        check("2fa", "N2fa", "_2fa");
        check("404", "N404", "_404");
        check("", "Empty", "empty");
        check("🎉", "Value3", "value3");
        check(">=", "GreaterEqual", "greater_equal");
        check("größe", "Größe", "größe");
        check("価格", "価格", "価格");
    }

    #[test]
    fn keywords_are_raw() {
        check("type", "Type", "r#type");
        check("gen", "Gen", "r#gen");
        check("self", "Self_", "self_");
        check("crate", "Crate", "crate_");
    }

    #[test]
    fn chosen_names_must_be_identifiers() {
        assert_eq!(chosen("PetFood").as_deref(), Some("PetFood"));
        assert_eq!(chosen("type").as_deref(), Some("r#type"));
        for bad in ["", "_", "Self", "2fa", "a b", "a;fn x(){}", "r#type", "a\u{202e}b"] {
            assert_eq!(chosen(bad), None, "{bad:?}");
        }
    }
}
