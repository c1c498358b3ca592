//! What a generated client has functions for, read from its code.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

/// The functions of a client.
#[derive(Debug, Default)]
pub(crate) struct Calls {
    /// The functions that take credentials.
    pub(crate) keys: Vec<String>,
    /// The function of each group, and the struct that it gives.
    pub(crate) groups: Vec<(String, String)>,
    pub(crate) all: Vec<Call>,
}

/// An operation.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) group: String,
    pub(crate) method: String,
    pub(crate) id: String,
    /// What is required.
    pub(crate) arguments: Vec<Argument>,
}

#[derive(Debug)]
pub(crate) struct Argument {
    pub(crate) is_body: bool,
    /// On the wire.
    pub(crate) key: String,
    /// Without spaces.
    pub(crate) ty: String,
}

impl Calls {
    /// Reads a file of a client.
    pub(crate) fn read(&mut self, code: &str) -> Result<(), proc_macro2::LexError> {
        let all: Vec<TokenTree> = code.parse::<TokenStream>()?.into_iter().collect();
        for window in all.windows(3) {
            let [TokenTree::Ident(name), TokenTree::Punct(_), TokenTree::Group(body)] = window else {
                continue;
            };
            match name.to_string().as_str() {
                "client" => self.client(body),
                "calls" => self.calls(body),
                _ => {}
            }
        }
        Ok(())
    }

    /// `struct Client { pet: PetCalls, … } by { with_key: KEY, … }`
    fn client(&mut self, body: &Group) {
        let mut blocks = body.stream().into_iter().filter_map(braces);
        if let Some(groups) = blocks.next() {
            self.groups = pairs(&groups);
        }
        if let Some(keys) = blocks.next() {
            self.keys = pairs(&keys).into_iter().map(|(key, _)| key).collect();
        }
    }

    /// `struct PetCalls { get_pet: GET "/pet/{id}" "getPet" (path id: i64) -> …, … }`
    fn calls(&mut self, body: &Group) {
        let tokens: Vec<TokenTree> = body.stream().into_iter().collect();
        let name =
            tokens.windows(2).find(|pair| pair[0].to_string() == "struct").map(|pair| pair[1].to_string());
        let (Some(group), Some(rows)) = (name, tokens.into_iter().find_map(braces)) else { return };
        let rows: Vec<TokenTree> = rows.stream().into_iter().collect();
        for (n, token) in rows.iter().enumerate().skip(3) {
            let (TokenTree::Literal(_), TokenTree::Ident(_), TokenTree::Punct(_)) =
                (token, &rows[n - 1], &rows[n - 2])
            else {
                continue;
            };
            let arguments =
                rows[n..].iter().position(|token| matches!(token, TokenTree::Group(_))).map(|at| n + at);
            let Some((TokenTree::Group(list), at)) = arguments.map(|at| (&rows[at], at)) else { continue };
            let call = Call {
                group: group.clone(),
                method: rows[n - 3].to_string(),
                id: unquoted(&rows[at - 1]),
                arguments: arguments_of(list),
            };
            self.all.push(call);
        }
    }
}

fn braces(token: TokenTree) -> Option<Group> {
    match token {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => Some(group),
        _ => None,
    }
}

/// `name: Name, …`
fn pairs(group: &Group) -> Vec<(String, String)> {
    let tokens: Vec<TokenTree> = group.stream().into_iter().collect();
    let pair = |three: &[TokenTree]| match three {
        [TokenTree::Ident(name), TokenTree::Punct(colon), TokenTree::Ident(value)]
            if colon.as_char() == ':' =>
        {
            Some((name.to_string(), value.to_string()))
        }
        _ => None,
    };
    tokens.windows(3).filter_map(pair).collect()
}

/// `path [label] id("petId"): i64 [range (1..)], body pet: &Pet [nested] as json`
fn arguments_of(list: &Group) -> Vec<Argument> {
    let mut all = Vec::new();
    let mut one = Vec::new();
    let mut depth = 0_usize;
    for token in list.stream() {
        match &token {
            TokenTree::Punct(p) if p.as_char() == '<' => depth += 1,
            TokenTree::Punct(p) if p.as_char() == '>' => depth = depth.saturating_sub(1),
            TokenTree::Punct(p) if p.as_char() == ',' && depth == 0 => {
                all.extend(argument(&std::mem::take(&mut one)));
                continue;
            }
            _ => {}
        }
        one.push(token);
    }
    all.extend(argument(&one));
    all
}

fn argument(tokens: &[TokenTree]) -> Option<Argument> {
    let colon = tokens.iter().position(|token| matches!(token, TokenTree::Punct(p) if p.as_char() == ':'))?;
    let key = match &tokens[colon - 1] {
        TokenTree::Group(key) => unquoted(&key.stream().into_iter().next()?),
        name => name.to_string(),
    };
    let mut ty = String::new();
    for token in &tokens[colon + 1..] {
        let is_checks =
            matches!(token, TokenTree::Group(g) if g.delimiter() == Delimiter::Bracket) && ty != "&";
        if is_checks && !ty.is_empty() || token.to_string() == "as" {
            break;
        }
        ty += &token.to_string();
    }
    Some(Argument { is_body: tokens[0].to_string() == "body", key, ty })
}

fn unquoted(literal: &TokenTree) -> String {
    let text = literal.to_string();
    syn::parse_str::<syn::LitStr>(&text).map_or(text, |literal| literal.value())
}
