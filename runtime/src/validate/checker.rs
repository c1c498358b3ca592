//! `Rules` and `Checker`: what a schema demands of a value, and the list of what is broken. Nothing is allocated while
//! all is well: a place is written down on the way out of a value in which a fault was found.

use crate::fault::{Fault, MOST_FAULTS, Step};
use crate::validate::formats::Format;
use crate::validate::probe::{Each, Length, List, Map, Multiple, Number, Place, Scalar, Text, Tuple};
use crate::validate::segment::Segment;
use crate::validate::written::written;
use crate::validate::{pattern, rules, schema};
use serde::Serialize;
use std::borrow::Cow;
use std::fmt::{Display, Write};
use std::ops::{Bound, RangeBounds};

/// What a schema demands of a type beyond its shape.
pub trait Rules {
    /// Checks the value and what is inside; nothing, if not said otherwise.
    fn rules(&self, v: &mut Checker) {
        let _ = v;
    }

    /// Checks the value and lists every broken rule.
    ///
    /// # Errors
    /// At least one rule is broken.
    fn check(&self) -> Result<(), Vec<Fault>> {
        let mut checker = Checker::default();
        self.rules(&mut checker);
        if checker.is_clean() { Ok(()) } else { Err(checker.into_faults()) }
    }
}

/// The numbers above this one, as far as the range behind it goes: `above(0, ..)`, `above(0, ..10)`, `above(0, ..=10)`.
/// Rust has no range without its least number.
pub fn above<N: Clone>(low: N, high: impl RangeBounds<N>) -> (Bound<N>, Bound<N>) {
    (Bound::Excluded(low), high.end_bound().cloned())
}

macro_rules! formats {
    ($($name:ident $format:ident)*) => {$(
        #[doc = concat!("The [`format`](Self::format) `", stringify!($name), "`.")]
        pub fn $name(&mut self, at: impl Segment, value: &(impl Text + ?Sized)) {
            self.format(at, value, Format::$format);
        }
    )*};
}

/// Gathers broken rules. Each check names the place first: a field of the value in hand, or `()` for the value itself.
#[derive(Debug, Default)]
pub struct Checker {
    faults: Vec<Fault>,
}

impl Checker {
    /// Is every rule kept so far?
    pub fn is_clean(&self) -> bool {
        self.faults.is_empty()
    }

    /// The broken rules.
    pub fn into_faults(self) -> Vec<Fault> {
        self.faults
    }

    /// Reports a broken rule of one's own.
    #[cold]
    pub fn fault(&mut self, at: impl Segment, code: &'static str, detail: impl Into<String>) {
        if self.faults.len() < MOST_FAULTS {
            let mut fault = Fault::new(code, detail);
            at.place(&mut fault);
            self.faults.push(fault);
        }
    }

    /// Runs checks on a value inside; its faults are placed there.
    #[inline]
    fn inside(&mut self, at: &dyn Segment, check: impl FnOnce(&mut Self)) {
        let before = self.faults.len();
        check(self);
        if self.faults.len() > before {
            self.faults.iter_mut().skip(before).for_each(|fault| at.place(fault));
        }
    }

    /// `minLength`, `maxLength`: the number of characters.
    pub fn length(
        &mut self,
        at: impl Segment,
        value: &(impl Length + ?Sized),
        range: impl RangeBounds<usize>,
    ) {
        if let Some(length) = value.length() {
            self.count(at, length, &range, ["min_length", "max_length", "character"]);
        }
    }

    /// `minItems`, `maxItems`.
    pub fn items(&mut self, at: impl Segment, value: &(impl List + ?Sized), range: impl RangeBounds<usize>) {
        if let Some(items) = value.items() {
            self.count(at, items.len(), &range, ["min_items", "max_items", "item"]);
        }
    }

    /// `minProperties`, `maxProperties`.
    pub fn properties(
        &mut self,
        at: impl Segment,
        value: &(impl Map + ?Sized),
        range: impl RangeBounds<usize>,
    ) {
        if let Some(entries) = value.entries() {
            self.count(at, entries.len(), &range, ["min_properties", "max_properties", "key"]);
        }
    }

    fn count(
        &mut self,
        at: impl Segment,
        count: usize,
        range: &impl RangeBounds<usize>,
        [min, max, noun]: [&'static str; 3],
    ) {
        if range.contains(&count) {
            return;
        }
        let (least, most) = rules::whole_bounds(range);
        if count < least {
            self.fault(
                at,
                min,
                format!("must have at least {least} {noun}{}", if least == 1 { "" } else { "s" }),
            );
        } else {
            self.fault(
                at,
                max,
                format!("must have at most {most} {noun}{}", if most == 1 { "" } else { "s" }),
            );
        }
    }

    /// `pattern`: the regular expression is found somewhere in the text.
    pub fn pattern(&mut self, at: impl Segment, value: &(impl Text + ?Sized), pattern: &'static str) {
        if let Some(text) = value.text()
            && !pattern::matches(pattern, text)
        {
            self.fault(at, "pattern", format!("must match `{pattern}`"));
        }
    }

    /// `format` of a text.
    pub fn format(&mut self, at: impl Segment, value: &(impl Text + ?Sized), format: Format) {
        if let Some(text) = value.text()
            && !format.accepts(text)
        {
            self.fault(at, "format", format!("is not {}", format.noun()));
        }
    }

    formats! {
        date Date date_time DateTime time Time duration Duration uuid Uuid uri Uri uri_reference UriReference
        uri_template UriTemplate email Email hostname Hostname ipv4 Ipv4 ipv6 Ipv6 regex Regex json_pointer JsonPointer
        idn_email IdnEmail idn_hostname IdnHostname iri Iri iri_reference IriReference
        relative_json_pointer RelativeJsonPointer base64_url Base64Url
    }

    /// `minimum`, `maximum`, and the exclusive ones.
    pub fn range<N: Number + ?Sized>(&mut self, at: impl Segment, value: &N, range: impl RangeBounds<N::Of>) {
        let Some(number) = value.number() else { return };
        if range.contains(&number) {
            return;
        }
        match (range.start_bound(), range.end_bound()) {
            (Bound::Included(least), _) if number < *least => {
                self.fault(at, "minimum", format!("must be at least {least}"))
            }
            (Bound::Excluded(least), _) if number <= *least => {
                self.fault(at, "exclusive_minimum", format!("must be greater than {least}"))
            }
            (_, Bound::Included(most)) => self.fault(at, "maximum", format!("must be at most {most}")),
            (_, Bound::Excluded(most)) => {
                self.fault(at, "exclusive_maximum", format!("must be less than {most}"))
            }
            (_, Bound::Unbounded) => {}
        }
    }

    /// `multipleOf`, exact in decimal.
    pub fn multiple_of<N: Number + ?Sized>(&mut self, at: impl Segment, value: &N, factor: N::Of) {
        if let Some(number) = value.number()
            && !number.is_multiple_of(&factor)
        {
            self.fault(at, "multiple_of", format!("must be a multiple of {factor}"));
        }
    }

    /// `uniqueItems`: no two are equal as JSON.
    pub fn unique<L: List + ?Sized>(&mut self, at: impl Segment, value: &L)
    where
        L::Item: Serialize + PartialEq,
    {
        if let Some((first, second)) = value.items().and_then(rules::twin) {
            self.fault(at, "unique_items", format!("items {first} and {second} are the same"));
        }
    }

    /// `enum` and `const` of plain values.
    pub fn one_of<S: Scalar + ?Sized>(&mut self, at: impl Segment, value: &S, allowed: &[S::Of]) {
        let known =
            allowed.iter().map(|one| value.is(*one)).try_fold(false, |found, is| is.map(|is| found || is));
        if known != Some(false) {
            return;
        }
        match allowed {
            [one] => self.fault(at, "const", format!("must be {one}")),
            many => self.fault(at, "enum", format!("is not one of: {}", list(many))),
        }
    }

    /// A schema of JSON Schema 2020-12 over the JSON that the value is written as.
    pub fn schema(&mut self, at: impl Segment, value: &(impl Serialize + ?Sized), schema: &'static str) {
        match written(value) {
            Ok(None) => {}
            Ok(Some(json)) => self.inside(&at, |v| {
                let room = MOST_FAULTS.saturating_sub(v.faults.len());
                v.faults.extend(schema::faults(schema, &json).into_iter().take(room));
            }),
            Err(error) => self.fault(at, "schema", format!("cannot be written as JSON: {error}")),
        }
    }

    /// The rules of the value's own type.
    #[inline]
    pub fn nested(&mut self, at: impl Segment, value: &(impl Rules + ?Sized)) {
        self.inside(&at, |v| value.rules(v));
    }

    /// Checks for every item of a list and every value of a map.
    pub fn each<E: Each + ?Sized>(
        &mut self,
        at: impl Segment,
        value: &E,
        mut check: impl FnMut(&mut Self, &E::Item),
    ) {
        self.inside(&at, |v| {
            value.each(&mut |place, item| v.inside_item(place, |v| check(v, item)));
        });
    }

    /// Checks for the items of a tuple.
    pub fn tuple<T: Tuple + ?Sized>(
        &mut self,
        at: impl Segment,
        value: &T,
        check: impl FnOnce(&mut Self, &T::Of),
    ) {
        if let Some(items) = value.tuple() {
            self.inside(&at, |v| check(v, items));
        }
    }

    fn inside_item(&mut self, place: Place<'_>, check: impl FnOnce(&mut Self)) {
        let before = self.faults.len();
        if before >= MOST_FAULTS {
            return;
        }
        check(self);
        if self.faults.len() > before {
            let step = match place {
                Place::Index(index) => Step::Index(index),
                Place::Key(key) => Step::Key(Cow::Owned(key.to_owned())),
            };
            self.faults.iter_mut().skip(before).for_each(|fault| fault.within(step.clone()));
        }
    }

    /// Checks for every key of a map.
    pub fn keys<M: Map + ?Sized>(
        &mut self,
        at: impl Segment,
        value: &M,
        mut check: impl FnMut(&mut Self, &str),
    ) {
        self.inside(&at, |v| {
            for key in value.entries().into_iter().flat_map(|entries| entries.keys()) {
                v.inside_item(Place::Key(key), |v| check(v, key));
            }
        });
    }

    /// Rules of every item of a list or map; what `Rules` does for them.
    pub(crate) fn all<'r, R: Rules + 'r>(&mut self, items: impl Iterator<Item = (Place<'r>, &'r R)>) {
        for (place, item) in items {
            self.inside_item(place, |v| item.rules(v));
        }
    }
}

fn list(values: &[impl Display]) -> String {
    let mut out = String::new();
    for (index, value) in values.iter().enumerate() {
        let comma = if index == 0 { "" } else { ", " };
        // Writing to a string cannot fail.
        let _ = write!(out, "{comma}{value}");
    }
    out
}
