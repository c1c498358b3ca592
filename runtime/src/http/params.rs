//! `params!`: everything that an operation takes from the request, read in one pass that gathers all faults.

use crate::fault::{Fault, Place};
use crate::http::body::{BodySpec, Loaded};
use crate::http::plain::{Plain, is_plain};
use crate::http::source::{ABSENT, Param, Source};
pub use crate::http::style::Spec;
use crate::http::style::decode::{NOT_TEXT, Pairs, pairs};
use crate::json::sink::{Excuse, Refused, Sink, Trail};
use crate::json::tree::Tree;
use crate::json::{Reading, is_within};
use crate::patch::ReadOptional;
use crate::validate::checker::{Checker, Rules};
use http::header::{COOKIE, HeaderMap};
use http::request::Parts;
use serde::Deserialize;
use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer};
use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

/// The parameters of an operation; implemented by [`params!`](crate::params!).
pub trait Params: Rules + Sized {
    /// The body, if there is one.
    const BODY: BodySpec;
    /// How they are spelled, and where the body has its place among them.
    const SPECS: &'static [Spec];
    /// What is called otherwise on the wire: its name there, and the field.
    const RENAMED: &'static [(&'static str, &'static str)];
    /// Reads the parameters; `None` if not even placeholders could stand for what is wrong.
    fn read(input: &mut Input<'_>) -> Option<Self>;
}

/// No parameters.
impl Params for () {
    const BODY: BodySpec = BodySpec::NONE;
    const SPECS: &'static [Spec] = &[];
    const RENAMED: &'static [(&'static str, &'static str)] = &[];
    fn read(_: &mut Input<'_>) -> Option<Self> {
        Some(())
    }
}

/// A request whose parameters are being read, and what is wrong with it so far.
#[derive(Debug)]
pub struct Input<'r> {
    headers: &'r HeaderMap,
    captures: &'r [(&'static str, String)],
    query: Vec<(Cow<'r, str>, &'r str)>,
    whole: Option<&'r str>,
    /// Of the parameters, in the order in which they are read.
    specs: &'static [Spec],
    /// Of the next one.
    turn: usize,
    pub(crate) body: Loaded,
    faults: Vec<Fault>,
    placeholders: Vec<(Place, &'static str, String)>,
}

impl<'r> Input<'r> {
    /// Of a request.
    pub(crate) fn new(parts: &'r Parts, captures: &'r [(&'static str, String)], body: Loaded) -> Self {
        Self {
            headers: &parts.headers,
            captures,
            query: parts.uri.query().map(pairs).unwrap_or_default(),
            whole: parts.uri.query(),
            specs: &[],
            turn: 0,
            body,
            faults: Vec::new(),
            placeholders: Vec::new(),
        }
    }

    /// Of the headers of an answer.
    pub(crate) fn of_headers(headers: &'r HeaderMap) -> Self {
        let (query, faults, placeholders) = Default::default();
        Self {
            headers,
            captures: &[],
            query,
            whole: None,
            specs: &[],
            turn: 0,
            body: None,
            faults,
            placeholders,
        }
    }

    /// Reads the parameters of an operation.
    pub(crate) fn read<P: Params>(mut self) -> Result<P, Vec<Fault>> {
        self.specs = P::SPECS;
        let params = P::read(&mut self);
        self.finish(params)
    }

    /// The next parameter.
    fn next(&mut self) -> Next<'_, 'r> {
        let spec = self.specs.get(self.turn).copied().unwrap_or(Spec::path(""));
        self.turn += 1;
        self.one(spec)
    }

    /// A parameter.
    pub(crate) fn one(&mut self, spec: Spec) -> Next<'_, 'r> {
        Next { input: self, spec }
    }

    fn take<S, T>(&mut self, spec: Spec, seed: S, absent: impl FnOnce(&mut Self) -> Option<T>) -> Option<T>
    where
        S: for<'de> DeserializeSeed<'de, Value = T> + Copy,
    {
        if let Some(text) = self.lone(spec).filter(|text| is_plain(spec, text))
            && let Ok(value) = seed.deserialize(Plain(text))
        {
            return Some(value);
        }
        let cookies = if spec.place == Place::Cookie { cookies(self.headers) } else { Vec::new() };
        let source = self.source(spec, &cookies);
        let (refused, mut reading) = patient(&source, seed);
        if refused {
            return absent(self);
        }
        if !reading.faults.is_empty()
            && let Some(text) = unescaped_commas(spec, &source.texts)
        {
            let again = Source { texts: vec![&text], ..Source::new(spec, Vec::new(), source.pairs) };
            let (refused, better) = patient(&again, seed);
            if !refused && better.faults.is_empty() {
                reading = better;
            }
        }
        self.settle(reading, spec.place, spec.name)
    }

    /// Keeps the faults of a reading, and hands on the value.
    pub(crate) fn settle<T>(&mut self, reading: Reading<T>, place: Place, name: &'static str) -> Option<T> {
        for mut fault in reading.faults {
            fault.place = place;
            fault.name = Cow::Borrowed(name);
            self.fault(fault);
        }
        self.placeholders.extend(reading.placeholders.into_iter().map(|pointer| (place, name, pointer)));
        reading.value
    }

    /// Notes a fault.
    pub(crate) fn fault(&mut self, fault: Fault) {
        if self.faults.len() < crate::fault::MOST_FAULTS {
            self.faults.push(fault);
        }
    }

    /// The only text of a parameter, if it has just one.
    fn lone(&self, spec: Spec) -> Option<&str> {
        fn only<T>(mut texts: impl Iterator<Item = T>) -> Option<T> {
            texts.next().filter(|_| texts.next().is_none())
        }
        match spec.place {
            Place::Path => {
                self.captures.iter().find(|(name, _)| *name == spec.name).map(|(_, text)| text.as_str())
            }
            Place::Query => {
                only(self.query.iter().filter(|(key, _)| key == spec.name)).map(|(_, text)| *text)
            }
            Place::Header => only(self.headers.get_all(spec.name).iter())?.to_str().ok(),
            Place::Cookie | Place::Body => None,
        }
    }

    fn source<'s>(&'s self, spec: Spec, cookies: &'s Pairs<'s>) -> Source<'s> {
        let named = |pairs: &'s Pairs<'s>| {
            pairs.iter().filter(|(key, _)| key == spec.name).map(|(_, value)| *value).collect()
        };
        let (texts, pairs): (Vec<&str>, &Pairs<'_>) = match spec.place {
            Place::Path => {
                let own = self.captures.iter().filter(|(name, _)| *name == spec.name);
                (own.map(|(_, text)| text.as_str()).collect(), &[])
            }
            Place::Header => (self.lines(spec.name), &[]),
            Place::Cookie => (named(cookies), cookies),
            Place::Query | Place::Body if spec.whole => (self.whole.into_iter().collect(), &self.query),
            Place::Query | Place::Body => (named(&self.query), &self.query),
        };
        Source { others: self.specs, ..Source::new(spec, texts, pairs) }
    }

    /// The lines of a header; one that is no text is read as one that cannot be decoded.
    fn lines(&self, name: &str) -> Vec<&'r str> {
        let values = self.headers.get_all(name).iter();
        values.map(|value| std::str::from_utf8(value.as_bytes()).unwrap_or(NOT_TEXT)).collect()
    }

    /// Checks what was read.
    pub(crate) fn finish<P: Rules>(self, params: Option<P>) -> Result<P, Vec<Fault>> {
        let Self { mut faults, placeholders, .. } = self;
        let Some(params) = params else {
            return Err(faults);
        };
        let mut checker = Checker::default();
        params.rules(&mut checker);
        for fault in checker.into_faults() {
            let excused =
                placeholders.iter().filter(|(place, name, _)| *place == fault.place && *name == fault.name);
            let excused: Vec<String> = excused.map(|(_, _, pointer)| pointer.clone()).collect();
            if faults.len() < crate::fault::MOST_FAULTS && !is_within(&fault.pointer(), &excused) {
                faults.push(fault);
            }
        }
        if faults.is_empty() { Ok(params) } else { Err(faults) }
    }
}

/// A parameter that is about to be read. Its methods are named like its presence in `params!`.
#[derive(Debug)]
pub struct Next<'i, 'r> {
    input: &'i mut Input<'r>,
    spec: Spec,
}

impl Next<'_, '_> {
    /// One that must be there.
    pub fn required<T: DeserializeOwned>(self) -> Option<T> {
        let spec = self.spec;
        self.input.take(spec, PhantomData::<T>, |input| {
            input.fault(Fault::at(spec.place, spec.name, "required", "missing"));
            input.placeholders.push((spec.place, spec.name, String::new()));
            let sink = Sink::new(None);
            Tree::root(None, &sink).read(PhantomData::<T>, None).ok()
        })
    }

    /// One that may be missing: `Option` or `Patch`.
    pub fn optional<T: for<'de> ReadOptional<'de>>(self) -> Option<T> {
        self.input.take(self.spec, OptionalSeed(PhantomData::<T>), |_| Some(T::absent()))
    }

    /// One that has a default; `Some(None)` if it is to be used.
    #[allow(clippy::option_option, reason = "the outer one is about faults, the inner one about presence")]
    pub fn default<T: DeserializeOwned>(self) -> Option<Option<T>> {
        self.input.take(self.spec, SomeSeed(PhantomData::<T>), |_| Some(None))
    }
}

/// What reads the next parameter, by its place and its presence in `params!`.
#[allow(missing_docs, reason = "the places and presences of parameters")]
pub mod take {
    pub use parameter as path;
    pub use parameter as query;
    pub use parameter as querystring;
    pub use parameter as header;
    pub use parameter as cookie;

    pub mod parameter {
        use crate::http::params::Input;
        use crate::patch::ReadOptional;
        use serde::de::DeserializeOwned;

        pub fn required<T: DeserializeOwned>(input: &mut Input<'_>) -> Option<T> {
            input.next().required()
        }

        pub fn optional<T: for<'de> ReadOptional<'de>>(input: &mut Input<'_>) -> Option<T> {
            input.next().optional()
        }

        #[allow(
            clippy::option_option,
            reason = "the outer one is about faults, the inner one about presence"
        )]
        pub fn default<T: DeserializeOwned>(input: &mut Input<'_>) -> Option<Option<T>> {
            input.next().default()
        }
    }

    pub use crate::http::body;
}

/// Prints the parameters with the names of their fields.
///
/// # Errors
/// Those of the formatter.
pub fn show(name: &str, fields: &str, values: &[&dyn fmt::Debug], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut out = f.debug_struct(name);
    for (field, value) in fields.split_whitespace().zip(values) {
        out.field(field.trim_start_matches("r#"), value);
    }
    out.finish()
}

/// Where faults of a parameter are, by its place in `params!`.
#[allow(missing_docs, reason = "the places of parameters")]
pub mod at {
    use crate::fault::Place;
    use crate::http::params::Params;
    use crate::validate::segment::{Field, Parameter};

    macro_rules! places {
        ($($name:ident $place:ident)*) => {$(
            pub const fn $name<P: Params>(field: &'static str) -> Parameter {
                Parameter(Place::$place, Field(field, P::RENAMED))
            }
        )*};
    }

    places! { path Path query Query querystring Query header Header cookie Cookie body Body }
}

/// The text of a list or an object whose client has escaped the commas between its parts too, as some do. A comma of a
/// value is always escaped, so this is what is meant only where nothing else makes sense.
fn unescaped_commas(spec: Spec, texts: &[&str]) -> Option<String> {
    let [text] = texts else { return None };
    let escaped = spec.place == Place::Query
        && spec.style.delimiter() == Some(',')
        && text.contains("%2")
        && !text.contains(',');
    escaped.then(|| text.replace("%2C", ",").replace("%2c", ","))
}

/// RFC 6265 section 4.2.1.
fn cookies(headers: &HeaderMap) -> Vec<(Cow<'_, str>, &str)> {
    let texts = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let pairs = texts.flat_map(|text| text.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs
        .map(|(key, value)| {
            (Cow::Borrowed(key), value.strip_prefix('"').and_then(|v| v.strip_suffix('"')).unwrap_or(value))
        })
        .collect()
}

struct OptionalSeed<T>(PhantomData<T>);

impl<T> Clone for OptionalSeed<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for OptionalSeed<T> {}

impl<'de, T: ReadOptional<'de>> DeserializeSeed<'de> for OptionalSeed<T> {
    type Value = T;
    fn deserialize<D: Deserializer<'de>>(self, d: D) -> Result<T, D::Error> {
        T::read_optional(d)
    }
}

struct SomeSeed<T>(PhantomData<T>);

impl<T> Clone for SomeSeed<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for SomeSeed<T> {}

impl<'de, T: Deserialize<'de>> DeserializeSeed<'de> for SomeSeed<T> {
    type Value = Option<T>;
    fn deserialize<D: Deserializer<'de>>(self, d: D) -> Result<Option<T>, D::Error> {
        T::deserialize(d).map(Some)
    }
}

/// A parameter gets few rounds: it is short.
const ROUNDS: usize = 8;

/// Reads a parameter until all its faults are known. The first result says that it is absent.
/// A union is looked at in several ways, of which the first without faults counts.
pub(crate) fn patient<S, T>(source: &Source<'_>, seed: S) -> (bool, Reading<T>)
where
    S: for<'de> DeserializeSeed<'de, Value = T> + Copy,
{
    let first = rounds(source, seed);
    while !first.1.faults.is_empty() && source.guess_again() {
        let (refused, reading) = rounds(source, seed);
        if !refused && reading.faults.is_empty() {
            return (false, reading);
        }
    }
    if source.is_spread() && !first.1.faults.is_empty() && first.1.faults.iter().all(is_about_others) {
        return (true, Reading { value: None, ..first.1 });
    }
    first
}

/// A union without a text of its own was read from all pairs of the query: does the fault only say that they are not
/// meant for it?
fn is_about_others(fault: &Fault) -> bool {
    matches!(fault.code, "union" | "required" | "unknown" | "escape" | "encoding")
}

fn rounds<S, T>(source: &Source<'_>, seed: S) -> (bool, Reading<T>)
where
    S: for<'de> DeserializeSeed<'de, Value = T> + Copy,
{
    let sink = Sink::new(None);
    let mut value = None;
    for _ in 0..ROUNDS {
        let excuse = sink.excuse(&Trail::Root);
        if excuse == Some(Excuse::Gone) {
            break;
        }
        if excuse.is_some() {
            sink.placeholder(&Trail::Root);
        }
        match seed.deserialize(Param { source, sink: &sink, excuse }) {
            Ok(read) => {
                value = Some(read);
                break;
            }
            Err(Refused::Because(ABSENT, _)) => {
                return (true, Reading { value: None, faults: Vec::new(), placeholders: Vec::new() });
            }
            Err(Refused::Because(code, detail)) => sink.refuse(&Trail::Root, Some(Fault::new(code, detail))),
            Err(Refused::Told) => {}
        }
        if !sink.again() {
            break;
        }
    }
    let (faults, placeholders) = sink.into_parts();
    (false, Reading { value, faults, placeholders })
}

/// Declares what an operation takes: a struct, where each field comes from, and what must hold of it.
///
/// Each field is `place presence name("wire name"): Type`. The place is `path`, `query`, `querystring`, `header` or `cookie`; the
/// presence is `required`, `optional` (the type is an `Option` or a [`Patch`](crate::Patch)) or `default`, which ends in
/// `= value`. The wire name is left out where it is the field's own, and a style in brackets stands behind the place
/// where it is not the usual one: `query [deep_object] optional filter: Option<Filter>`. In the brackets may also be `empty`
/// and `reserved`; the words are the methods of [`Spec`].
///
/// The body is the field `body required body: Type as codec`, or `optional`. Several codecs that give the same type are
/// separated by `|` and chosen by `Content-Type`; a media type may follow a codec that is not for its usual one:
/// `body required body: Pet as json | form | xml "text/xml"`. Where the types differ, the body is an enum of
/// [`bodies!`](crate::bodies!), and the codec is `any`. [Codecs](crate::http::codec) are found by name.
///
/// What is done to a text before it is checked, and what must hold of a value beyond its type, stand behind the type, as in
/// [`object!`](crate::object!). Behind
/// the fields may stand other checks: `|this, v| v.range(…);`.
///
/// ```
/// # pub struct Pet;
/// apiloom::params! { pub struct GetPetParams {
///     //! What `get_pet` takes.
///     path required pet_id("petId"): i64,
///     query [form_joined] optional tags: Option<Vec<String>>,
///     query default limit: i32 [range (1..=100)] = 20,
///     body optional body: Option<apiloom::Json> as json | form,
/// } }
/// ```
#[macro_export]
macro_rules! params {
    ($vis:vis struct $name:ident {
        $(#![$docs:meta])*
        $($(#[$field_docs:meta])* $place:ident $([$($style:ident),+ $(,)?])? $kind:ident $field:ident $(($key:literal))?: $ty:ty
            $(as ($($clean:ident)+))? $([$($check:ident $(($($argument:tt)*))?)+])?
            $(as $($codec:ident $($media:literal)?)|+)? $(= $default:expr)?),* $(,)?
    } $(|$this:ident, $v:ident| $($rule:tt)+)?) => {
        $(#[$docs])*
        $vis struct $name {
            $($(#[$field_docs])* pub $field: $ty,)*
        }
        impl ::core::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                $crate::http::params::show(
                    ::core::stringify!($name), ::core::stringify!($($field)*), &[$(&self.$field),*], f,
                )
            }
        }
        impl $crate::Params for $name {
            const BODY: $crate::http::body::BodySpec = $crate::http::body::BodySpec::NONE
                $($(.$kind($crate::__intakes!([$($codec $($media)?),+] $ty)))?)*;
            const RENAMED: &'static [(&'static str, &'static str)] = &[$($(($key, ::core::stringify!($field)),)?)*];
            const SPECS: &'static [$crate::http::params::Spec] = &[$(
                $crate::http::params::Spec::$place(($($key,)? ::core::stringify!($field),).0)$($(.$style())+)?
            ),*];
            fn read(input: &mut $crate::Input<'_>) -> ::core::option::Option<Self> {
                let ($(::core::option::Option::Some($field),)*) =
                    ($($crate::http::params::take::$place::$kind(input $(, $crate::__reads!($($codec)+))?),)*)
                else {
                    return ::core::option::Option::None;
                };
                $($(let $field = $crate::sanitize::sanitized($field, &[$($crate::sanitize::$clean),+]);)?)*
                ::core::option::Option::Some(Self { $($field $(: $field.unwrap_or_else(|| $default))?,)* })
            }
        }
        impl $crate::Rules for $name {
            fn rules(&self, _v: &mut $crate::Checker) {
                $($(let at = $crate::http::params::at::$place::<Self>(::core::stringify!($field));
                $(_v.$check(at, &self.$field $(, $($argument)*)?);)+)?)*
                $(let ($this, $v) = (self, _v);
                $($rule)+)?
            }
        }
    };
}

/// The readers of a body's codecs.
#[doc(hidden)]
#[macro_export]
macro_rules! __reads {
    (any) => {
        $crate::http::codec::bodies::reads()
    };
    ($($codec:ident)+) => {
        &[$($crate::http::codec::$codec::read),+]
    };
}
