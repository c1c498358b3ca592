//! The table of the specification, and values made at random: both directions.

use super::decode::{Raw, pairs};
use super::encode::encode;
use super::{Spec, Style};
use crate::Json;
use crate::fault::Place;
use serde_json::json;
use std::borrow::Cow;

const STYLES: [(&str, Style, Style); 8] = [
    ("matrix", Style::Matrix, Style::MatrixExploded),
    ("label", Style::Label, Style::LabelExploded),
    ("simple", Style::Simple, Style::SimpleExploded),
    ("form", Style::FormJoined, Style::Form),
    ("spaceDelimited", Style::SpaceDelimited, Style::Form),
    ("pipeDelimited", Style::PipeDelimited, Style::Form),
    ("deepObject", Style::DeepObject, Style::DeepObject),
    ("cookie", Style::CookieJoined, Style::Cookie),
];

fn spec(style: Style, place: Place) -> Spec {
    Spec { style, ..Spec::new(place, style, "color") }
}

/// Where a style is mostly used.
fn place(style: Style) -> Place {
    match style {
        Style::Simple | Style::SimpleExploded | Style::Label | Style::LabelExploded => Place::Path,
        Style::Matrix | Style::MatrixExploded => Place::Path,
        Style::Cookie | Style::CookieJoined => Place::Cookie,
        _ => Place::Query,
    }
}

/// Reads what [`encode`] writes; `kind` is a value of the kind that is wanted.
fn decode(spec: Spec, text: &str, kind: &Json) -> Option<Json> {
    let all: Vec<(Cow<'_, str>, &str)> = match spec.place {
        Place::Query => pairs(text),
        Place::Cookie => {
            let parts = text.split("; ").filter_map(|part| part.split_once('='));
            parts.map(|(key, value)| (Cow::Borrowed(key), value)).collect()
        }
        _ => Vec::new(),
    };
    let named = || all.iter().filter(|(key, _)| key == "color").map(|(_, value)| *value).collect();
    let texts: Vec<&str> = match spec.place {
        Place::Query | Place::Cookie if !spec.whole => named(),
        _ => vec![text],
    };
    let raw = Raw { spec, texts: &texts, pairs: &all };
    let node = match kind {
        Json::Array(_) => raw.list(),
        Json::Object(_) => raw.object(&|_| true),
        _ => raw.scalar(),
    };
    node.map(|node| match serde_json::to_value(&node) {
        Ok(Json::String(text)) if text.is_empty() && kind.is_array() => json!([]),
        Ok(value) => value,
        Err(error) => panic!("{text}: {error}"),
    })
}

/// Scalars as the texts they travel as; lists of one may come back as the one, and empty lists as an empty text.
fn texts(value: &Json) -> Json {
    match value {
        Json::Null => Json::Null,
        Json::Bool(_) | Json::Number(_) => Json::String(value.to_string()),
        Json::String(_) => value.clone(),
        Json::Array(items) => Json::Array(items.iter().map(texts).collect()),
        Json::Object(entries) => entries
            .iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(key, value)| (key.clone(), texts(value)))
            .collect(),
    }
}

#[test]
fn every_cell_of_the_table() {
    let table = include_str!("../../../tests/data/openapi-param-styles/style-examples.json");
    let table: Json = serde_json::from_str(table).unwrap();
    let mut cells = 0;
    for (version, sheet) in table.as_object().unwrap() {
        for row in sheet["rows"].as_array().unwrap() {
            let (_, joined, exploded) = STYLES.iter().find(|(name, ..)| row["style"] == *name).unwrap();
            let style = if row["explode"] == "true" { *exploded } else { *joined };
            for kind in ["undefined", "string", "array", "object"] {
                let Some(cell) = row[kind].as_str() else { continue };
                let cell = cell.trim_start_matches('?');
                let empty = json!("");
                let value = if kind == "undefined" { &empty } else { &sheet["values"][kind] };
                let spec = spec(style, place(style));
                let what = format!("{version}, {} explode {}, {kind}", row["style"], row["explode"]);
                assert_eq!(decode(spec, cell, value), Some(texts(value)), "{what}");
                // JSON text keeps the order of the keys, a map of the test does not.
                let written = if kind == "object" {
                    encode(spec, &Colours).unwrap()
                } else {
                    encode(spec, value).unwrap()
                };
                assert_eq!(written.as_deref(), Some(cell), "{what}");
                cells += 1;
            }
        }
    }
    assert_eq!(cells, 3 * (8 * 4 + 2 * 2 + 1) + 8);
}

#[test]
fn a_segment_is_all_for_its_variable() {
    for (style, text) in [(Style::MatrixExploded, ";R=1;more=2"), (Style::SimpleExploded, "R=1,more=2")] {
        let raw = Raw { spec: spec(style, Place::Path), texts: &[text], pairs: &[] };
        let object = serde_json::to_value(raw.object(&|key| key == "R")).unwrap();
        assert_eq!(object, json!({ "R": "1", "more": "2" }), "{text}");
    }
}

/// The object of the table, in its order.
struct Colours;

impl serde::Serialize for Colours {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_map([("R", 100), ("G", 200), ("B", 150)])
    }
}

/// A small generator (xorshift), so that a failure comes again.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % most as u64).unwrap()
    }

    fn text(&mut self, alphabet: &[&str], least: usize) -> String {
        (0..least + self.below(5)).map(|_| alphabet[self.below(alphabet.len())]).collect()
    }

    fn scalar(&mut self, alphabet: &[&str]) -> Json {
        match self.below(6) {
            0 => json!(self.below(1000)),
            1 => json!(-1.5),
            2 => json!(self.below(2) == 0),
            _ => Json::String(self.text(alphabet, 0)),
        }
    }

    fn flat(&mut self, alphabet: &[&str]) -> Json {
        match self.below(3) {
            0 => self.scalar(alphabet),
            1 => (0..self.below(4)).map(|_| self.scalar(alphabet)).collect(),
            _ => (0..self.below(4)).map(|_| (self.text(alphabet, 1), self.scalar(alphabet))).collect(),
        }
    }

    fn nested(&mut self, alphabet: &[&str], depth: usize) -> Json {
        match self.below(if depth == 0 { 1 } else { 3 }) {
            0 => self.scalar(alphabet),
            1 => (0..1 + self.below(3)).map(|_| self.nested(alphabet, depth - 1)).collect(),
            _ => {
                let mut keys = self.text(&["k", "ä", " ", "&", "="], 1);
                keys.push('k');
                (0..1 + self.below(3))
                    .map(|n| (format!("{keys}{n}"), self.nested(alphabet, depth - 1)))
                    .collect()
            }
        }
    }
}

const NASTY: [&str; 22] = [
    "a",
    "B",
    "7",
    " ",
    "+",
    "%",
    "&",
    "=",
    ",",
    ";",
    ".",
    "|",
    "/",
    "?",
    "#",
    "[",
    "]",
    "\"",
    "ä",
    "\u{1F408}",
    "\n",
    "color",
];

/// Whether a style escapes all it writes, so that it has a spelling for every flat value but the list of one empty text.
fn escapes_all(style: Style) -> bool {
    !matches!(style, Style::SpaceDelimited | Style::PipeDelimited | Style::Cookie | Style::CookieJoined)
}

#[test]
fn flat_values_come_back() {
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
    let mut written = 0;
    for round in 0..20_000 {
        let value = dice.flat(&NASTY);
        let (_, joined, exploded) = STYLES[round % STYLES.len()];
        let style = if dice.below(2) == 0 { joined } else { exploded };
        if style == Style::DeepObject {
            continue;
        }
        let places: &[Place] = match style {
            Style::Simple | Style::SimpleExploded => &[Place::Path, Place::Header],
            Style::Form | Style::FormJoined => &[Place::Query, Place::Cookie],
            other => &[place(other)],
        };
        for place in places {
            let reserved = dice.below(2) == 0;
            let spec = Spec { reserved, ..spec(style, *place) };
            // An exploded object cannot be told from its own name.
            let odd = value.as_object().is_some_and(|entries| entries.contains_key("color"))
                && matches!(style, Style::MatrixExploded);
            match encode(spec, &value) {
                _ if odd => {}
                Ok(None) => assert!(value == json!({}), "{value} {spec:?}"),
                Ok(Some(text)) => {
                    written += 1;
                    assert_eq!(
                        decode(spec, &text, &value),
                        Some(texts(&value)),
                        "{text} of {value} {spec:?}"
                    );
                }
                Err(_) if *place == Place::Header || !escapes_all(style) || value == json!([""]) => {}
                Err(error) => panic!("{value} {spec:?}: {error}"),
            }
        }
    }
    assert!(written > 15_000, "{written}");
}

#[test]
fn nested_values_come_back() {
    let mut dice = Dice(42);
    for _ in 0..5_000 {
        let value = dice.nested(&NASTY, 4);
        let spec = spec(Style::DeepObject, Place::Query);
        let text = encode(spec, &value).unwrap().unwrap();
        assert_eq!(decode(spec, &text, &value), Some(texts(&value)), "{text} of {value}");
    }
}

#[test]
fn content_comes_back() {
    let mut dice = Dice(7);
    for _ in 0..3_000 {
        let value = dice.nested(&NASTY, 3);
        for (place, whole) in
            [(Place::Query, false), (Place::Query, true), (Place::Path, false), (Place::Cookie, false)]
        {
            let spec = Spec { whole, ..spec(Style::ContentJson, place) };
            let text = encode(spec, &value).unwrap().unwrap();
            assert_eq!(decode(spec, &text, &value), Some(value.clone()), "{text}");
        }
        let entries: Json =
            (0..1 + dice.below(3)).map(|_| (dice.text(&NASTY, 1), dice.scalar(&NASTY))).collect();
        for whole in [false, true] {
            let spec = Spec { whole, ..spec(Style::ContentForm, Place::Query) };
            let text = encode(spec, &entries).unwrap().unwrap();
            assert_eq!(decode(spec, &text, &entries), Some(texts(&entries)), "{text}");
        }
    }
}

/// Whatever comes, there is a value or a fault, and nothing takes long.
#[test]
fn garbage() {
    let mut dice = Dice(3);
    for _ in 0..20_000 {
        let text: String = (0..dice.below(24)).map(|_| NASTY[dice.below(NASTY.len())]).collect();
        for (_, joined, exploded) in STYLES {
            for style in [joined, exploded, Style::ContentJson, Style::ContentForm] {
                let spec = spec(style, place(style));
                let all = pairs(&text);
                for texts in [vec![], vec![text.as_str()], vec![text.as_str(), "x"]] {
                    let raw = Raw { spec, texts: &texts, pairs: &all };
                    let _ = (raw.scalar(), raw.list(), raw.object(&|_| true));
                }
            }
        }
    }
}

#[test]
fn bounds() {
    let spec = spec(Style::DeepObject, Place::Query);
    let read = |text: &str| {
        Raw { spec, texts: &[], pairs: &pairs(text) }.object(&|_| true).map(|node| format!("{node:?}"))
    };
    let deep = format!("color{}=1", "[a]".repeat(17));
    assert!(read(&deep).unwrap().contains("nested deeper than 16"));
    let many: String = (0..1001).map(|n| format!("color[k{n}]=1&")).collect();
    assert!(read(&many).unwrap().contains("more than 1000"));
    assert!(read("color[a=1").unwrap().contains("not `name[key]`"));
    assert!(read("color[a]=1&color[a][b]=2").unwrap().contains("both as a value"));
    assert!(read("color[a][b]=2&color[a]=1").unwrap().contains("both as a value"));
    assert!(read("color[]=2&color[a]=1").unwrap().contains("both as a value"));
    assert_eq!(read("colors[a]=1"), None);
}
