//! What of a type can be checked, decided apart from how a language writes it: rules of the model become checks of the
//! runtime, those of aliases at every use; what has no check is reported.

use crate::ir::fit::{integer, limits};
use crate::ir::{
    Api, Decimal, Format, IntFormat, Kind, Number, NumberFormat, Prim, Rule, Shape, Ty, TypeDef, TypeId,
    Value,
};
use std::ops::Bound;

/// A check of the runtime.
#[derive(Debug, Clone, PartialEq)]
pub enum Check<'a> {
    /// Characters of a text.
    Length(Count),
    /// A regular expression.
    Pattern(&'a str),
    /// A format of text.
    Format(&'a Format),
    /// Bounds of an integer.
    Integers(Bound<i128>, Bound<i128>),
    /// Bounds of a number.
    Numbers(Bound<f64>, Bound<f64>),
    /// Bounds of a decimal.
    Decimals(Bound<Decimal>, Bound<Decimal>),
    /// Multiples of an integer.
    IntegerStep(i128),
    /// Multiples of a number.
    NumberStep(f64),
    /// Multiples of a decimal.
    DecimalStep(Decimal),
    /// Items of a list.
    Items(Count),
    /// No two items are equal.
    Unique,
    /// Keys of a map.
    Properties(Count),
    /// Allowed texts.
    Texts(Vec<&'a str>),
    /// Allowed integers.
    IntegerList(Vec<i128>),
    /// Allowed numbers.
    NumberList(Vec<f64>),
    /// The only decimals that are good.
    DecimalList(Vec<Decimal>),
    /// Allowed truth.
    Booleans(Vec<bool>),
    /// The rules of the value's own type.
    Nested(TypeId),
    /// Of every item, or value of a map.
    Each(Vec<Check<'a>>),
    /// Of the items of a tuple, by their place.
    Tuple(Vec<Vec<Check<'a>>>),
    /// Of every key of a map.
    Keys(Vec<Check<'a>>),
    /// A schema over the JSON of the value.
    Schema(&'a str),
}

/// Least and most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Count {
    /// At least.
    pub least: Option<u64>,
    /// At most.
    pub most: Option<u64>,
}

impl Count {
    fn is_bound(self) -> bool {
        self.least.is_some_and(|least| least > 0) || self.most.is_some()
    }
}

/// The checks of a type where it is used. `mapped` says which formats users gave a type of their own: nothing is known
/// of those, so nothing is checked.
#[must_use]
pub fn checks<'a>(api: &'a Api, ty: &'a Ty, mapped: &dyn Fn(&Format) -> bool) -> Vec<Check<'a>> {
    let (kind, rules) = through_null(api, ty);
    let mut checks = Vec::new();
    match kind {
        Kind::Prim(Prim::String(format)) if !mapped(format) => text(format, &rules, &mut checks),
        Kind::Prim(Prim::String(_)) | Kind::Any | Kind::Nullable(_) => {}
        Kind::Tuple(items) => {
            let items: Vec<_> = items.iter().map(|item| self::checks(api, item, mapped)).collect();
            checks.extend(items.iter().any(|item| !item.is_empty()).then_some(Check::Tuple(items)));
        }
        Kind::Prim(Prim::Boolean) => {
            checks.extend(
                one_of(&rules).map(|all| Check::Booleans(all.iter().filter_map(Value::as_bool).collect())),
            );
        }
        Kind::Prim(Prim::Integer(format)) => integers(*format, &rules, &mut checks),
        Kind::Prim(Prim::Number(NumberFormat::Decimal)) => decimals(&rules, &mut checks),
        Kind::Prim(Prim::Number(_)) => numbers(&rules, &mut checks),
        Kind::List(item) => {
            let count = count(
                &rules,
                |rule| matches!(rule, Rule::MinItems(_)),
                |rule| matches!(rule, Rule::MaxItems(_)),
            );
            checks.extend(count.is_bound().then_some(Check::Items(count)));
            checks.extend(rules.contains(&&Rule::UniqueItems).then_some(Check::Unique));
            each(self::checks(api, item, mapped), &mut checks);
        }
        Kind::Map(value) => {
            properties(&rules, &mut checks);
            each(self::checks(api, value, mapped), &mut checks);
        }
        Kind::Named(id) => checks.push(Check::Nested(*id)),
    }
    checks.extend(schemas(rules.iter().copied()));
    checks
}

/// What is checked on the JSON of a value.
pub fn schemas<'a>(rules: impl Iterator<Item = &'a Rule>) -> impl Iterator<Item = Check<'a>> {
    rules.filter_map(|rule| if let Rule::Schema(text) = rule { Some(Check::Schema(text)) } else { None })
}

/// What is checked on the JSON of a value of a definition. `anyOf` whose alternatives have no rules has none either: the
/// reader has found one that fits.
#[must_use]
pub fn on_whole<'a>(def: &'a TypeDef, is_ruled: &dyn Fn(&'a Ty) -> bool) -> Vec<Check<'a>> {
    match &def.shape {
        Shape::Struct(object) => schemas(object.rules.iter()).collect(),
        Shape::Union(union) if union.exclusive || union.variants.iter().any(|one| is_ruled(&one.ty)) => {
            schemas(union.rules.iter()).collect()
        }
        Shape::Union(_) | Shape::Enum(_) | Shape::Alias(_) => Vec::new(),
    }
}

/// The type that a value has when it is not null, and all rules on the way: the runtime's checks let null pass.
pub(super) fn through_null<'a>(api: &'a Api, ty: &'a Ty) -> (&'a Kind, Vec<&'a Rule>) {
    let (kind, mut rules) = api.resolve(ty);
    match kind {
        Kind::Nullable(inner) => {
            let (kind, inner) = through_null(api, inner);
            rules.extend(inner);
            (kind, rules)
        }
        Kind::Prim(_) | Kind::List(_) | Kind::Tuple(_) | Kind::Map(_) | Kind::Named(_) | Kind::Any => {
            (kind, rules)
        }
    }
}

fn each<'a>(inner: Vec<Check<'a>>, checks: &mut Vec<Check<'a>>) {
    match inner.as_slice() {
        [] => {}
        // The runtime looks through lists and maps by itself.
        [Check::Nested(id)] => checks.push(Check::Nested(*id)),
        _ => checks.push(Check::Each(inner)),
    }
}

fn text<'a>(format: &'a Format, rules: &[&'a Rule], checks: &mut Vec<Check<'a>>) {
    let plain = is_text(format);
    let measured = plain || matches!(format, Format::Byte | Format::Base64Url);
    let count =
        count(rules, |rule| matches!(rule, Rule::MinLength(_)), |rule| matches!(rule, Rule::MaxLength(_)));
    checks.extend((measured && count.is_bound()).then_some(Check::Length(count)));
    if plain {
        for rule in rules {
            if let Rule::Pattern(pattern, _) = rule {
                checks.push(Check::Pattern(pattern));
            }
        }
        checks.extend(is_checked(format).then_some(Check::Format(format)));
        checks.extend(one_of(rules).map(|all| Check::Texts(all.iter().filter_map(Value::as_str).collect())));
    }
}

/// Formats whose values are plain text.
#[must_use]
pub fn is_text(format: &Format) -> bool {
    !matches!(
        format,
        Format::Date
            | Format::DateTime
            | Format::Uuid
            | Format::Ipv4
            | Format::Ipv6
            | Format::Byte
            | Format::Base64Url
            | Format::HttpDate
            | Format::Decimal
    )
}

/// Formats of plain text that the runtime checks.
fn is_checked(format: &Format) -> bool {
    match format {
        Format::Plain
        | Format::Password
        | Format::Date
        | Format::DateTime
        | Format::Uuid
        | Format::Ipv4
        | Format::Ipv6
        | Format::Byte
        | Format::Base64Url
        | Format::HttpDate
        | Format::Decimal
        | Format::Binary
        | Format::Upload => false,
        Format::Time
        | Format::Duration
        | Format::Uri
        | Format::UriReference
        | Format::UriTemplate
        | Format::Email
        | Format::Hostname
        | Format::Regex
        | Format::JsonPointer => true,
        Format::Other(name) => OTHER_FORMATS.contains(&name.as_str()),
    }
}

/// Formats of JSON Schema 2020-12 that the model has no case for.
const OTHER_FORMATS: &[&str] =
    &["idn-email", "idn-hostname", "iri", "iri-reference", "relative-json-pointer"];

fn count(rules: &[&Rule], is_least: fn(&Rule) -> bool, is_most: fn(&Rule) -> bool) -> Count {
    let value = |rule: &&Rule| match rule {
        Rule::MinLength(n)
        | Rule::MaxLength(n)
        | Rule::MinItems(n)
        | Rule::MaxItems(n)
        | Rule::MinProperties(n)
        | Rule::MaxProperties(n) => Some(*n),
        _ => None,
    };
    Count {
        least: rules.iter().filter(|rule| is_least(rule)).filter_map(value).max().filter(|least| *least > 0),
        most: rules.iter().filter(|rule| is_most(rule)).filter_map(value).min(),
    }
}

fn properties<'a>(rules: &[&'a Rule], checks: &mut Vec<Check<'a>>) {
    let count = count(
        rules,
        |rule| matches!(rule, Rule::MinProperties(_)),
        |rule| matches!(rule, Rule::MaxProperties(_)),
    );
    checks.extend(count.is_bound().then_some(Check::Properties(count)));
    for rule in rules {
        if let Rule::PropertyNames(names) = rule {
            let mut keys = Vec::new();
            text(&Format::Plain, &names.iter().collect::<Vec<_>>(), &mut keys);
            checks.extend((!keys.is_empty()).then_some(Check::Keys(keys)));
        }
    }
}

fn one_of<'a>(rules: &[&'a Rule]) -> Option<&'a Vec<Value>> {
    rules.iter().find_map(|rule| if let Rule::OneOf(values) = rule { Some(values) } else { None })
}

fn integers<'a>(format: IntFormat, rules: &[&'a Rule], checks: &mut Vec<Check<'a>>) {
    let limits = limits(format);
    let (low, high) = integer_bounds(rules, &limits);
    if (low, high) != (Bound::Unbounded, Bound::Unbounded) {
        checks.push(Check::Integers(low, high));
    }
    for rule in rules {
        if let Rule::MultipleOf(step) = rule
            && let Some(step) = whole(step, f64::round).filter(|n| *n > 1 && limits.contains(n))
        {
            checks.push(Check::IntegerStep(step));
        }
    }
    checks.extend(one_of(rules).map(|all| {
        Check::IntegerList(all.iter().filter_map(integer).filter(|n| limits.contains(n)).collect())
    }));
}

/// The first integer that is good, and the bound.
type Edge = (i128, Bound<i128>);

/// The bounds that hold values of a type with these limits: as the schema says them, included or not.
fn integer_bounds(rules: &[&Rule], limits: &std::ops::RangeInclusive<i128>) -> (Bound<i128>, Bound<i128>) {
    // Of each bound the first integer that is good, and how the schema says it.
    let (mut low, mut high): (Option<Edge>, Option<Edge>) = (None, None);
    for rule in rules {
        let bound = match rule {
            Rule::Minimum(bound) => whole(bound, f64::ceil).map(|n| (n, Bound::Included(n))),
            Rule::Maximum(bound) => whole(bound, f64::floor).map(|n| (n, Bound::Included(n))),
            Rule::ExclusiveMinimum(bound) => {
                whole(bound, f64::floor).map(|n| (n.saturating_add(1), Bound::Excluded(n)))
            }
            Rule::ExclusiveMaximum(bound) => {
                whole(bound, f64::ceil).map(|n| (n.saturating_sub(1), Bound::Excluded(n)))
            }
            _ => None,
        };
        let Some((first, bound)) = bound else { continue };
        if matches!(rule, Rule::Minimum(_) | Rule::ExclusiveMinimum(_)) {
            low = low.filter(|(known, _)| *known >= first).or(Some((first, bound)));
        } else {
            high = high.filter(|(known, _)| *known <= first).or(Some((first, bound)));
        }
    }
    let (least, most) = (*limits.start(), *limits.end());
    let low = match low {
        Some((first, _)) if first <= least => Bound::Unbounded,
        Some((first, _)) if first > most => Bound::Excluded(most),
        Some((_, bound)) => bound,
        None => Bound::Unbounded,
    };
    let high = match high {
        Some((first, _)) if first >= most => Bound::Unbounded,
        Some((first, _)) if first < least => Bound::Excluded(least),
        Some((_, bound)) => bound,
        None => Bound::Unbounded,
    };
    (low, high)
}

fn whole(number: &Number, round: fn(f64) -> f64) -> Option<i128> {
    number.as_i128().or_else(|| number.as_f64().filter(|n| n.is_finite()).map(|n| round(n) as i128))
}

fn numbers<'a>(rules: &[&'a Rule], checks: &mut Vec<Check<'a>>) {
    let (mut low, mut high) = (Bound::Unbounded, Bound::Unbounded);
    let finite = |number: &Number| number.as_f64().filter(|number| number.is_finite());
    for rule in rules {
        match rule {
            Rule::Minimum(bound) => low = finite(bound).map_or(low, Bound::Included),
            Rule::ExclusiveMinimum(bound) => low = finite(bound).map_or(low, Bound::Excluded),
            Rule::Maximum(bound) => high = finite(bound).map_or(high, Bound::Included),
            Rule::ExclusiveMaximum(bound) => high = finite(bound).map_or(high, Bound::Excluded),
            _ => {}
        }
    }
    if (low, high) != (Bound::Unbounded, Bound::Unbounded) {
        checks.push(Check::Numbers(low, high));
    }
    for rule in rules {
        if let Rule::MultipleOf(step) = rule {
            checks.extend(finite(step).map(Check::NumberStep));
        }
    }
    checks.extend(one_of(rules).map(|all| {
        Check::NumberList(all.iter().filter_map(Value::as_f64).filter(|number| number.is_finite()).collect())
    }));
}

fn decimals<'a>(rules: &[&'a Rule], checks: &mut Vec<Check<'a>>) {
    let (mut low, mut high) = (Bound::Unbounded, Bound::Unbounded);
    for rule in rules {
        match rule {
            Rule::Minimum(bound) => low = Decimal::of(bound).map_or(low, Bound::Included),
            Rule::ExclusiveMinimum(bound) => low = Decimal::of(bound).map_or(low, Bound::Excluded),
            Rule::Maximum(bound) => high = Decimal::of(bound).map_or(high, Bound::Included),
            Rule::ExclusiveMaximum(bound) => high = Decimal::of(bound).map_or(high, Bound::Excluded),
            _ => {}
        }
    }
    if (low, high) != (Bound::Unbounded, Bound::Unbounded) {
        checks.push(Check::Decimals(low, high));
    }
    let steps = rules.iter().filter_map(|rule| match rule {
        Rule::MultipleOf(step) => Decimal::of(step),
        _ => None,
    });
    checks.extend(steps.map(Check::DecimalStep));
    let known = |all: &Vec<Value>| all.iter().filter_map(|value| Decimal::of(value.as_number()?)).collect();
    checks.extend(one_of(rules).map(|all| Check::DecimalList(known(all))));
}

/// Whether a decimal is held against the rule: not if the number of the rule has too many digits.
pub(super) fn decimal_rule(rule: &Rule) -> bool {
    match rule {
        Rule::Minimum(number)
        | Rule::Maximum(number)
        | Rule::ExclusiveMinimum(number)
        | Rule::ExclusiveMaximum(number)
        | Rule::MultipleOf(number) => Decimal::of(number).is_some(),
        _ => true,
    }
}

/// By [`TypeId`]: whether a value of the type can break a rule, of its own or of what it holds.
#[must_use]
pub fn ruled(api: &Api, mapped: &dyn Fn(&Format) -> bool) -> Vec<bool> {
    let mut holders: Vec<Vec<TypeId>> = vec![Vec::new(); api.types.len()];
    let mut open = Vec::new();
    for (id, def) in api.types.iter() {
        let mut own = !on_whole(def, &|_| false).is_empty();
        def.each_ty(&mut |ty| {
            let checks = checks(api, ty, mapped);
            own |= scan(&checks, &mut |held| holders[held.0 as usize].push(id));
        });
        if own {
            open.push(id);
        }
    }
    let mut ruled = vec![false; api.types.len()];
    while let Some(id) = open.pop() {
        if !std::mem::replace(&mut ruled[id.0 as usize], true) {
            open.extend(&holders[id.0 as usize]);
        }
    }
    ruled
}

/// Visits the types that are checked by their own rules; true when there is any other check.
fn scan(checks: &[Check<'_>], visit: &mut impl FnMut(TypeId)) -> bool {
    let mut own = false;
    for check in checks {
        match check {
            Check::Nested(id) => visit(*id),
            Check::Each(inner) | Check::Keys(inner) => own |= scan(inner, visit),
            Check::Tuple(items) => items.iter().for_each(|item| own |= scan(item, visit)),
            _ => own = true,
        }
    }
    own
}

/// The checks that can find something.
#[must_use]
pub fn live<'a>(checks: Vec<Check<'a>>, ruled: &[bool]) -> Vec<Check<'a>> {
    checks
        .into_iter()
        .filter_map(|check| match check {
            Check::Nested(id) => ruled.get(id.0 as usize).is_some_and(|ruled| *ruled).then_some(check),
            Check::Each(inner) => Some(live(inner, ruled)).filter(|inner| !inner.is_empty()).map(Check::Each),
            Check::Keys(inner) => Some(live(inner, ruled)).filter(|inner| !inner.is_empty()).map(Check::Keys),
            Check::Tuple(items) => {
                let items: Vec<_> = items.into_iter().map(|item| live(item, ruled)).collect();
                items.iter().any(|item| !item.is_empty()).then_some(Check::Tuple(items))
            }
            other => Some(other),
        })
        .collect()
}
