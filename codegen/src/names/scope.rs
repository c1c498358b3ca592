//! One scope: names that must differ from each other. Claims are collected first and settled together, so that the
//! outcome depends on order only where two things really want the same name.

use std::collections::HashMap;

use super::case::{self, Case};
use crate::code::Code;
use crate::diagnostic::{Diagnostics, Severity};
use crate::ir::{Decl, Name};
use crate::source::Span;

/// Wishes for names of one scope, settled by [`Scope::settle`].
#[derive(Debug)]
pub(super) struct Scope {
    /// What the scope holds, for messages: `type`, `field of Pet`.
    what: String,
    case: Case,
    reserved: &'static [&'static str],
    /// Names that are spoken for.
    taken: HashMap<String, Option<(String, Span)>>,
    wishes: Vec<Wish>,
    /// The next number to try for a crowded name.
    numbers: HashMap<String, usize>,
}

/// Addresses a wish of a [`Scope`]; after settling, the name at this index is its name.
pub(super) type Slot = usize;

#[derive(Debug)]
struct Wish {
    rank: Rank,
    /// From the best to the least wanted; the last one is numbered when all are taken.
    spellings: Vec<String>,
    wire: String,
    span: Span,
}

/// Who goes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    /// `x-name`.
    Chosen,
    /// The schema gives the name.
    Given,
    /// The name is made up: it steps aside.
    Derived,
}

impl Scope {
    pub(super) fn new(what: impl Into<String>, case: Case, reserved: &'static [&'static str]) -> Self {
        Self {
            what: what.into(),
            case,
            reserved,
            taken: HashMap::new(),
            wishes: Vec::new(),
            numbers: HashMap::new(),
        }
    }

    /// Keeps a name from being used.
    pub(super) fn reserve(&mut self, name: &str) {
        self.taken.insert(name.to_owned(), None);
    }

    /// Wishes for the name of a declaration. `least`: how many parts of a derived path make a telling name.
    pub(super) fn declare(&mut self, decl: &Decl, least: usize, diagnostics: &mut Diagnostics) -> Slot {
        if let Some(hint) = &decl.hints.name {
            match self.choose(hint) {
                Some(name) => return self.wish(Rank::Chosen, vec![name], &decl.name.text(), decl.span),
                None => {
                    diagnostics
                        .report(
                            Code::BadName,
                            decl.span,
                            format!("`{}` cannot be the name of a {} in Rust", shown(hint), self.what),
                        )
                        .help(
                            "`x-name` takes an identifier that is no keyword and no name of Rust's prelude",
                        );
                }
            }
        }
        let nth = self.wishes.len() + 1;
        match &decl.name {
            Name::Given(name) => {
                let spelling = self.spell(name, nth);
                self.wish(Rank::Given, vec![spelling], name, decl.span)
            }
            Name::Derived(path) => {
                let spellings =
                    derived(path, self.case, least).into_iter().map(|name| self.safe(name)).collect();
                self.wish(Rank::Derived, spellings, &decl.name.text(), decl.span)
            }
        }
    }

    /// Wishes for a made-up name, the best first.
    pub(super) fn derive(&mut self, spellings: Vec<String>, span: Span) -> Slot {
        let wire = spellings.first().cloned().unwrap_or_default();
        let spellings = spellings.into_iter().map(|name| self.safe(name)).collect();
        self.wish(Rank::Derived, spellings, &wire, span)
    }

    fn wish(&mut self, rank: Rank, spellings: Vec<String>, wire: &str, span: Span) -> Slot {
        self.wishes.push(Wish { rank, spellings, wire: wire.to_owned(), span });
        self.wishes.len() - 1
    }

    fn choose(&self, hint: &str) -> Option<String> {
        case::chosen(hint)
            .filter(|name| !self.reserved.contains(&name.as_str()) && !self.taken.contains_key(name))
    }

    fn spell(&self, text: &str, nth: usize) -> String {
        self.safe(case::identifier(text, self.case, nth))
    }

    fn safe(&self, name: String) -> String {
        if self.reserved.contains(&name.as_str()) { format!("{name}Value") } else { name }
    }

    /// Gives every wish its name. Chosen names that collide are an error; given ones are numbered with a warning that
    /// shows both places; derived ones get longer, then numbers.
    pub(super) fn settle(mut self, diagnostics: &mut Diagnostics) -> Vec<String> {
        let wishes = std::mem::take(&mut self.wishes);
        let mut names: Vec<Option<String>> = vec![None; wishes.len()];
        for rank in [Rank::Chosen, Rank::Given] {
            for (wish, name) in wishes.iter().zip(&mut names).filter(|(wish, _)| wish.rank == rank) {
                let first = wish.spellings.first().expect("every wish has a spelling");
                if !self.taken.contains_key(first) {
                    self.taken.insert(first.clone(), Some((wish.wire.clone(), wish.span)));
                    *name = Some(first.clone());
                }
            }
        }
        for (wish, name) in wishes.iter().zip(&mut names) {
            if name.is_none() && wish.rank != Rank::Derived {
                *name = Some(self.number(wish));
                self.complain(wish, name.as_deref().unwrap_or_default(), diagnostics);
            }
        }
        self.settle_derived(&wishes, &mut names);
        names.into_iter().map(|name| name.expect("every rank was settled")).collect()
    }

    /// Derived names that want the same spelling all get longer, so that none depends on which came first.
    fn settle_derived(&mut self, wishes: &[Wish], names: &mut [Option<String>]) {
        let mut level: Vec<usize> = vec![0; wishes.len()];
        let open: Vec<usize> = (0..wishes.len()).filter(|n| names[*n].is_none()).collect();
        loop {
            let mut wanted: HashMap<&str, usize> = HashMap::new();
            for &n in &open {
                *wanted.entry(&wishes[n].spellings[level[n]]).or_default() += 1;
            }
            let mut moved = false;
            for &n in &open {
                let spelling = wishes[n].spellings[level[n]].as_str();
                let crowded =
                    wanted.get(spelling).is_some_and(|count| *count > 1) || self.taken.contains_key(spelling);
                if crowded && level[n] + 1 < wishes[n].spellings.len() {
                    level[n] += 1;
                    moved = true;
                }
            }
            if !moved {
                break;
            }
        }
        for n in open {
            let wish = &wishes[n];
            let spelling = &wish.spellings[level[n]];
            let name = if self.taken.contains_key(spelling) { self.number(wish) } else { spelling.clone() };
            self.taken.insert(name.clone(), Some((wish.wire.clone(), wish.span)));
            names[n] = Some(name);
        }
    }

    fn number(&mut self, wish: &Wish) -> String {
        let base = wish.spellings.last().expect("every wish has a spelling");
        let base = base.strip_prefix("r#").unwrap_or(base);
        let gap = match self.case {
            Case::Snake => "_",
            Case::Pascal | Case::Camel if base.ends_with(|last: char| last.is_ascii_digit()) => "_",
            Case::Pascal | Case::Camel => "",
        };
        let number = self.numbers.entry(base.to_owned()).or_insert(1);
        let name = loop {
            *number += 1;
            let name = format!("{base}{gap}{number}");
            if !self.taken.contains_key(&name) {
                break name;
            }
        };
        self.taken.insert(name.clone(), Some((wish.wire.clone(), wish.span)));
        name
    }

    fn complain(&self, wish: &Wish, name: &str, diagnostics: &mut Diagnostics) {
        let wanted = wish.spellings.first().expect("every wish has a spelling");
        let Some(Some((other, place))) = self.taken.get(wanted) else { return };
        let message = format!(
            "{what} `{}` and `{}` would both be `{wanted}` in Rust; the first one is now `{name}`",
            shown(&wish.wire),
            shown(other),
            what = self.what,
        );
        let found = diagnostics.report(Code::NameCollision, wish.span, message);
        found.related(*place, format!("`{}` has the name `{wanted}`", shown(other)));
        found.help("give one of them a name of your choice with `x-name`");
        if wish.rank != Rank::Chosen {
            found.severity = Severity::Warning;
        }
    }
}

/// Text of the schema in a message: short and without control characters.
fn shown(text: &str) -> String {
    let short: String = text.chars().take(80).collect();
    short.escape_debug().to_string()
}

/// Parts of a path that say little without what stands before them.
const VAGUE: &[&str] = &[
    "item",
    "items",
    "value",
    "values",
    "input",
    "body",
    "response",
    "request",
    "entry",
    "key",
    "variant",
    "inner",
    "additional properties",
    "property",
    "properties",
    "default",
    "params",
    "content",
    "element",
    "member",
    "option",
];

/// Spellings for a derived path: the shortest telling end of it first, then longer ones up to the whole path.
fn derived(path: &[String], case: Case, least: usize) -> Vec<String> {
    let vague = |part: &String| {
        let words = case::words(part);
        let text = words.join(" ").to_lowercase();
        words.is_empty()
            || VAGUE.contains(&text.trim_end_matches(|other: char| other.is_ascii_digit()).trim_end())
    };
    let mut start = path.len();
    let mut telling = 0;
    while start > 0 && telling < least {
        start -= 1;
        telling += usize::from(!vague(&path[start]));
    }
    let mut spellings: Vec<String> = (0..=start)
        .rev()
        .map(|start| case::identifier(&path.get(start..).unwrap_or_default().join(" "), case, 1))
        .collect();
    spellings.dedup();
    spellings
}

#[cfg(test)]
mod tests {
    use super::{Case, Scope};
    use crate::diagnostic::{Diagnostics, Severity};
    use crate::ir::sample::span;
    use crate::ir::{Decl, Name};

    fn check(names: &[&str], expected: &str, found: usize) {
        let mut diagnostics = Diagnostics::default();
        let mut scope = Scope::new("type", Case::Pascal, &["Option"]);
        for (n, name) in names.iter().enumerate() {
            let decl = match name.split_once('=') {
                Some((chosen, given)) => {
                    let mut decl = Decl::given(given, span(n));
                    decl.hints.name = Some(chosen.to_owned());
                    decl
                }
                None if name.contains('/') => {
                    Decl::new(Name::Derived(name.split('/').map(str::to_owned).collect()), span(n))
                }
                None => Decl::given(*name, span(n)),
            };
            scope.declare(&decl, 2, &mut diagnostics);
        }
        assert_eq!(scope.settle(&mut diagnostics).join(" "), expected);
        assert_eq!(diagnostics.iter().count(), found, "{names:?}");
        let chosen = names.iter().filter(|name| name.contains('=')).count() > 1;
        assert_eq!(diagnostics.count(Severity::Error), if chosen { found } else { 0 }, "{names:?}");
    }

    #[test]
    fn given_names_that_collide_are_numbered_and_reported() {
        check(&["Pet", "pet"], "Pet Pet2", 1);
        check(&["pet", "pet_2", "Pet"], "Pet Pet2 Pet3", 1);
        check(&["pet", "Pet=animal"], "Pet2 Pet", 1);
        check(&["Pet=a", "Pet=b"], "Pet Pet2", 1);
        check(&["Option"], "OptionValue", 0);
    }

    #[test]
    fn derived_names_step_aside() {
        check(&["Pet/status", "PetStatus"], "PetStatus2 PetStatus", 0);
        check(&["A/x/kind", "B/x/kind"], "AXKind BXKind", 0);
        check(&["Pet/owner/items"], "PetOwnerItems", 0);
    }
}
