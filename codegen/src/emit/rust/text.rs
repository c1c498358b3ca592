//! Tokens as a person would space them. prettyplease knows Rust's syntax and nothing else, and spreads it over many lines;
//! what the emitters quote has few shapes.

use proc_macro2::{Delimiter, Punct, Spacing, TokenStream, TokenTree};

/// Tokens with the spaces that a person would set.
pub(super) fn text(tokens: &TokenStream) -> String {
    let mut out = String::new();
    write(tokens.clone(), &mut out);
    out
}

/// What stood before: decides about the space after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Before {
    Start,
    Word,
    Literal,
    Group,
    /// A sign that holds on to what follows: `.`, `&`, `!`, `-`, `::`, `#`, `<`, the first `|` of a closure.
    Tight,
    /// A sign that wants a space: `,`, `:`, `=`, `=>`, `->`, `|`.
    Loose,
    /// A sign whose next half follows.
    Joint,
}

fn write(tokens: TokenStream, out: &mut String) {
    let mut before = Before::Start;
    let mut last = ' ';
    let mut closure = false;
    for token in tokens {
        let is_bar = matches!(&token, TokenTree::Punct(sign) if sign.as_char() == '|');
        // The bar that ends the parameters of a closure holds on to the last of them.
        let ends = is_bar && closure && before == Before::Word;
        closure = is_bar && !closure && matches!(before, Before::Start | Before::Loose) || closure && !is_bar;
        if !ends && space(before, &token) && !is_half(last, &token) {
            out.push(' ');
        }
        (before, last) = match &token {
            TokenTree::Punct(sign) => (after(before, last, sign), sign.as_char()),
            // What stands behind it in parentheses is no call.
            TokenTree::Ident(word) if word == "as" => (Before::Literal, ' '),
            TokenTree::Ident(_) => (Before::Word, ' '),
            TokenTree::Literal(_) => (Before::Literal, ' '),
            TokenTree::Group(_) => (Before::Group, ' '),
        };
        match &token {
            TokenTree::Group(group) => write_group(group, out),
            TokenTree::Ident(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => {
                out.push_str(&token.to_string())
            }
        }
    }
}

/// The second half of `::`.
fn is_half(last: char, token: &TokenTree) -> bool {
    last == ':' && matches!(token, TokenTree::Punct(sign) if sign.as_char() == ':')
}

fn after(before: Before, last: char, sign: &Punct) -> Before {
    match sign.as_char() {
        '?' => Before::Group,
        ':' if last == ':' => Before::Tight,
        // The end of generics is like the word that it belongs to; that of an arrow is not.
        '>' if !matches!(last, '-' | '=') => Before::Word,
        _ if sign.spacing() == Spacing::Joint => Before::Joint,
        '.' | '&' | '!' | '-' | '#' | '<' | '\'' => Before::Tight,
        '=' if last == '.' => Before::Tight,
        '|' if matches!(before, Before::Start | Before::Loose) => Before::Tight,
        _ => Before::Loose,
    }
}

fn space(before: Before, token: &TokenTree) -> bool {
    match (before, token) {
        (Before::Start | Before::Tight | Before::Joint, _) => false,
        // A range.
        (Before::Loose, TokenTree::Punct(sign)) if sign.as_char() == '.' => true,
        (_, TokenTree::Punct(sign)) => {
            !matches!(sign.as_char(), ',' | ';' | '.' | ':' | '?' | '!' | '<' | '>')
        }
        (Before::Word, TokenTree::Group(group)) => group.delimiter() != Delimiter::Parenthesis,
        (Before::Word | Before::Literal | Before::Group | Before::Loose, _) => true,
    }
}

fn write_group(group: &proc_macro2::Group, out: &mut String) {
    let mut inside = String::new();
    write(group.stream(), &mut inside);
    let (open, close, gap) = match group.delimiter() {
        Delimiter::Parenthesis => ("(", ")", ""),
        Delimiter::Bracket => ("[", "]", ""),
        Delimiter::Brace if inside.is_empty() => ("{", "}", ""),
        Delimiter::Brace => ("{", "}", " "),
        Delimiter::None => ("", "", ""),
    };
    for part in [open, gap, &inside, gap, close] {
        out.push_str(part);
    }
}

#[cfg(test)]
mod tests {
    use super::text;
    use quote::quote;

    #[test]
    fn spaces_are_natural() {
        let check = |tokens, line: &str| assert_eq!(text(&tokens), line);
        check(
            quote!(status: default query "status" (PetStatus::Available)),
            r#"status: default query "status" (PetStatus::Available)"#,
        );
        check(
            quote!(tags: optional query [form_joined] "tags"),
            r#"tags: optional query [form_joined] "tags""#,
        );
        check(
            quote!(Ok(body) => json(200, body).header("X-A", a)),
            r#"Ok(body) => json(200, body).header("X-A", a)"#,
        );
        check(quote!(LoginOk { body, a } => empty(404)), "LoginOk { body, a } => empty(404)");
        check(quote!(a: Option<A> as (b c) [d]), "a: Option<A> as (b c) [d]");
        check(quote!(Cat: "cat" | "Cat"), r#"Cat: "cat" | "Cat""#);
        check(quote!(Ok(Cat) = 200 json | text | xml), "Ok(Cat) = 200 json | text | xml");
        check(quote!(Kind: object ["kind" = "x"]), r#"Kind: object ["kind" = "x"]"#);
        check(quote!(get: GET "/a" "get" ()), r#"get: GET "/a" "get" ()"#);
        check(quote!(Below: -1), "Below: -1");
        check(
            quote!(a: default "a" (vec![std::string::String::new()])),
            r#"a: default "a" (vec![std::string::String::new()])"#,
        );
        check(
            quote!(pub tags: Option<std::collections::BTreeMap<String, Vec<Tag>>>),
            "pub tags: Option<std::collections::BTreeMap<String, Vec<Tag>>>",
        );
        check(
            quote!(fn get(&self) -> impl Future<Output = apiloom::Result<A>> + Send),
            "fn get(&self) -> impl Future<Output = apiloom::Result<A>> + Send",
        );
        check(
            quote!(v.each("a", &this.a, |v, item| v.length((), item, -1..=2))),
            r#"v.each("a", &this.a, |v, item| v.length((), item, -1..=2))"#,
        );
        check(quote!(v.range((), a, ..0.5)), "v.range((), a, ..0.5)");
        check(quote!(v.range((), a, ..=0.5)), "v.range((), a, ..=0.5)");
        check(quote!(#[derive(Debug, Clone)]), "#[derive(Debug, Clone)]");
        check(quote!(Self::Cat(value) => v.nested((), value)), "Self::Cat(value) => v.nested((), value)");
    }
}
