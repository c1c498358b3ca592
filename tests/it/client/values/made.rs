//! Values that break a rule now and then.

use super::api::*;
use apiloom::dep::{jiff, uuid};
use apiloom::{Base64, Json, Patch};
use proptest::collection::{btree_map, vec};
use proptest::option::of;
use proptest::prelude::{Just, Strategy, any, prop_oneof};
use std::collections::BTreeMap;

/// A list that is one or another value of a schema, mostly a good one.
pub(super) fn mostly<T: std::fmt::Debug>(
    good: impl Strategy<Value = T>,
    odd: impl Strategy<Value = T>,
) -> impl Strategy<Value = T> {
    prop_oneof![3 => good, 1 => odd]
}

/// Any text, or a word.
pub(super) fn text() -> impl Strategy<Value = String> {
    mostly("[a-z][a-z0-9]{0,4}", any::<String>())
}

/// Texts for a path: neither empty nor a segment of dots, which are refused before they are sent.
pub(super) fn segment() -> impl Strategy<Value = String> {
    text().prop_filter("leads elsewhere", |text| !text.is_empty() && text != "." && text != "..")
}

/// Texts for a header or a cookie: what HTTP lets stand there.
pub(super) fn field() -> impl Strategy<Value = String> {
    mostly("[a-z][a-z0-9]{0,19}", "[!#-+.-:<-\\[\\]-~]{1,30}")
}

/// A list for any style: an empty one cannot be told from none.
pub(super) fn list() -> impl Strategy<Value = Vec<i32>> {
    vec(mostly(0..1000, any::<i32>()), 1..7)
}

pub(super) fn point() -> impl Strategy<Value = Point> {
    (any::<i32>(), any::<i32>()).prop_map(|(x, y)| Point { x, y })
}

pub(super) fn form() -> impl Strategy<Value = Form> {
    let tags = of(vec(mostly("[a-z][a-z0-9]{0,9}", any::<String>()), 1..6));
    (mostly("[ -~äöü]{1,30}", any::<String>()), of(-5..200), tags).prop_map(|(name, age, tags)| Form {
        name,
        age,
        tags,
    })
}

/// What XML can hold: no control characters.
pub(super) fn book() -> impl Strategy<Value = Book> {
    let word = || mostly("[A-Za-z]{1,20}", "[ -~äöü€]{1,30}");
    (any::<i64>(), word(), of(vec(word(), 1..4))).prop_map(|(id, title, authors)| Book { id, title, authors })
}

fn patch<T: std::fmt::Debug>(values: impl Strategy<Value = T>) -> impl Strategy<Value = Patch<T>> {
    of(of(values)).prop_map(|patch| match patch {
        None => Patch::Absent,
        Some(None) => Patch::Null,
        Some(Some(value)) => Patch::Value(value),
    })
}

pub(super) fn point_patch() -> impl Strategy<Value = PointPatch> {
    (patch(any::<i32>()), patch(any::<i32>())).prop_map(|(x, y)| PointPatch { x, y })
}

/// Finite numbers: JSON has no others.
fn number() -> impl Strategy<Value = f64> {
    mostly((0..100_000_i32).prop_map(|n| f64::from(n) / 100.0), any::<f64>())
        .prop_filter("is in JSON", |number| number.is_finite())
}

pub(super) fn numeric() -> impl Strategy<Value = Numeric> {
    let level = prop_oneof![Just(NumericLevel::N1), Just(NumericLevel::N2), Just(NumericLevel::N3)];
    let wide = (of(any::<i32>()), of(any::<i64>()), of(any::<u64>()), of(0..12_i64), of(-1010..1010_i64));
    let rest = (of(number()), of(mostly(0.0..=1.0, -1.0..2.0)), of(Just(NumericAnswer::N42)), of(level));
    (wide, rest).prop_map(|((int32, int64, uint64, between, even), (cents, ratio, answer, level))| Numeric {
        int32,
        int64,
        uint64,
        between,
        even,
        cents,
        ratio,
        answer,
        level,
    })
}

fn instant() -> impl Strategy<Value = jiff::Timestamp> {
    // RFC 3339 has years of four digits.
    let (from, to) = (-62_135_596_800_i64, 253_402_207_200_i64);
    (from..to, 0..1_000_000_000_i32)
        .prop_map(|(second, nano)| jiff::Timestamp::new(second, nano.abs()).unwrap())
}

pub(super) fn strings() -> impl Strategy<Value = Strings> {
    let colours = [StringsColour::Red, StringsColour::Green, StringsColour::Blue, StringsColour::Empty];
    let colour = (0..colours.len()).prop_map(move |n| colours[n]);
    let texts = (of(text()), of(mostly("[A-Z]{3}-[0-9]{4}", "[A-Z0-9-]{6,9}")), of(colour));
    let times = (of(instant().prop_map(|time| time.to_zoned(jiff::tz::TimeZone::UTC).date())), of(instant()));
    let names = (
        of(any::<u128>().prop_map(uuid::Uuid::from_u128)),
        of(mostly("[a-z]{1,9}@[a-z]{1,9}\\.org", text())),
        of(mostly("https://[a-z]{1,9}/[a-z]{1,9}\\?q=%20", text())),
        of(mostly("[a-z]{1,9}\\.[a-z]{1,9}", text())),
    );
    let numbers = (of(any::<u32>()), of(any::<u128>()), of(vec(any::<u8>(), 0..50)));
    (texts, times, names, numbers).prop_map(|(texts, (date, time), (uuid, email, uri, host), numbers)| {
        Strings {
            short: texts.0,
            code: texts.1,
            colour: texts.2,
            date,
            time,
            uuid,
            email,
            uri,
            host,
            ipv4: numbers.0.map(Into::into),
            ipv6: numbers.1.map(Into::into),
            bytes: numbers.2.map(Base64),
        }
    })
}

pub(super) fn lists() -> impl Strategy<Value = Lists> {
    let pair = (text(), any::<i32>());
    let nested = vec(vec(any::<bool>(), 0..5), 0..5);
    let digits = vec(mostly(6..9_i64, any::<i64>()), 0..7);
    (of(vec(mostly(0..=100_i64, any::<i64>()), 0..7)), of(pair), of(nested), of(digits))
        .prop_map(|(set, pair, nested, contains)| Lists { set, pair, nested, contains })
}

fn json() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        text().prop_map(Json::from),
    ];
    leaf.prop_recursive(3, 20, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Json::from),
            vec((text(), inner), 0..4).prop_map(|entries| entries.into_iter().collect()),
        ]
    })
}

fn tree() -> impl Strategy<Value = Tree> {
    let leaf = any::<i32>().prop_map(|value| Tree { value, children: None });
    leaf.prop_recursive(4, 20, 3, |inner| {
        (any::<i32>(), of(vec(inner, 0..4))).prop_map(|(value, children)| Tree { value, children })
    })
}

fn map<T: std::fmt::Debug>(
    keys: impl Strategy<Value = String>,
    values: impl Strategy<Value = T>,
) -> impl Strategy<Value = BTreeMap<String, T>> {
    btree_map(keys, values, 0..5)
}

pub(super) fn objects() -> impl Strategy<Value = Objects> {
    let others = map("[a-z~/]{1,3}", json()).prop_map(|mut others| {
        others.remove("known");
        others
    });
    let open = (of(text()), others)
        .prop_map(|(known, additional_properties)| ObjectsOpen { known, additional_properties });
    let at_least = (of(any::<i32>()), of(any::<i32>())).prop_map(|(a, b)| ObjectsAtLeast { a, b });
    let together = (of(text()), of(text())).prop_map(|(card, address)| ObjectsTogether { card, address });
    let patterned = map(mostly("x-[a-z]{0,3}", text()), text());
    let maps = (of(map(text(), any::<i32>())), of(open), of(patterned), of(map(text(), any::<bool>())));
    (maps, of(at_least), of(together), of(tree())).prop_map(
        |((map, open, patterned, named), at_least, together, tree)| Objects {
            map,
            open,
            patterned,
            named,
            at_least,
            together,
            tree,
        },
    )
}

pub(super) fn unions() -> impl Strategy<Value = Unions> {
    let shape = prop_oneof![
        any::<i32>().prop_map(|radius| Shape::Circle(Circle { kind: CircleKind::Circle, radius })),
        any::<i32>().prop_map(|side| Shape::Square(Square { kind: SquareKind::Square, side })),
    ];
    let scalar = prop_oneof![
        text().prop_map(UnionsScalar::String),
        any::<i64>().prop_map(UnionsScalar::Integer),
        any::<bool>().prop_map(UnionsScalar::Boolean),
    ];
    let several =
        prop_oneof![text().prop_map(UnionsSeveral::String), any::<i64>().prop_map(UnionsSeveral::Integer)];
    (of(shape), of(scalar), patch(several)).prop_map(|(shape, scalar, several)| Unions {
        shape,
        scalar,
        several,
    })
}

pub(super) fn conditions() -> impl Strategy<Value = Conditions> {
    let country = prop_oneof![Just(ConditionsCountry::De), Just(ConditionsCountry::Us)];
    let names = prop_oneof![Just("root".to_owned()), Just("admin".to_owned()), text()];
    (of(country), of(mostly("[0-9]{5}", "[A-Z0-9 ]{0,12}")), of(names))
        .prop_map(|(country, zip, not_reserved)| Conditions { country, zip, not_reserved })
}

pub(super) fn presence() -> impl Strategy<Value = Presence> {
    (text(), of(text()), of(text()), patch(text()), any::<i32>()).prop_map(
        |(required, required_nullable, optional, optional_nullable, defaulted)| Presence {
            required,
            required_nullable,
            optional,
            optional_nullable,
            defaulted,
        },
    )
}
