//! `application/x-www-form-urlencoded` (WHATWG URL, section 5), and what forms have in common with multipart: entries of
//! names and texts into one object.

mod write;

use super::nested::{Misplaced, Nested, split};
use super::part::{Form, How, Part, find};
use super::{Arrived, Intake, Load};
use crate::fault::{Fault, MOST_FAULTS, Step};
use crate::http::style::escape::{Escape, unescape};
use crate::json::node::Node;
use crate::json::strict::Guard;
use crate::json::{Reading, examine};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::borrow::Cow;
use std::collections::HashMap;

/// A form with more entries is refused: each costs more than its text.
const MOST_ENTRIES: usize = 50_000;

/// URL-encoded forms.
pub const INTAKE: Intake = Intake::of("application/x-www-form-urlencoded", Load::Text);

/// URL-encoded forms.
pub const MEDIA: &str = "application/x-www-form-urlencoded";

pub use write::write;

/// Reads a form by the spellings of its properties.
pub fn read<T: DeserializeOwned + Form>(body: &mut Arrived) -> Reading<T> {
    match std::str::from_utf8(&body.bytes) {
        Ok(text) => from_text(text, body.spelled),
        Err(_) => Reading::refused(Fault::new("encoding", "is not UTF-8 text")),
    }
}

/// Reads a form.
pub(crate) fn from_text<T: DeserializeOwned>(text: &str, parts: &[Part]) -> Reading<T> {
    let mut form = Assembly::new(parts);
    for pair in text.split('&').filter(|pair| !pair.is_empty()) {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        if !form.room() {
            break;
        }
        match unescape(key, Escape::Form) {
            Ok(key) => form.text(&key, value, Escape::Form),
            Err(_) => form.fault(Fault::new("encoding", "a name is not UTF-8 text")),
        }
    }
    form.finish()
}

/// Entries on their way into one object.
#[derive(Debug)]
pub(super) struct Assembly<'r> {
    parts: &'r [Part],
    entries: Vec<(String, Nested<'r>)>,
    places: HashMap<String, usize>,
    count: usize,
    faults: Vec<Fault>,
}

impl<'r> Assembly<'r> {
    pub(super) fn new(parts: &'r [Part]) -> Self {
        Self { parts, entries: Vec::new(), places: HashMap::new(), count: 0, faults: Vec::new() }
    }

    /// Counts an entry; false if there are too many.
    pub(super) fn room(&mut self) -> bool {
        self.count += 1;
        if self.count == MOST_ENTRIES + 1 {
            self.fault(Fault::new("size", format!("there may be {MOST_ENTRIES} entries at most")));
        }
        self.count <= MOST_ENTRIES
    }

    pub(super) fn fault(&mut self, fault: Fault) {
        if self.faults.len() < MOST_FAULTS {
            self.faults.push(fault);
        }
    }

    pub(super) fn fault_at(&mut self, name: &str, mut fault: Fault) {
        fault.within(Step::Key(Cow::Owned(name.to_owned())));
        self.fault(fault);
    }

    /// How a name is spelled.
    pub(super) fn part(&self, name: &str) -> Option<&'r Part> {
        find(self.parts, name)
    }

    /// Puts a text where it belongs.
    pub(super) fn text(&mut self, key: &str, raw: &'r str, escape: Escape) {
        let owner =
            self.parts.iter().find(|part| matches!(part.how, How::Spread(keys) if keys.contains(&key)));
        if let Some(owner) = owner {
            return match decoded(raw, escape) {
                Ok(node) => self.insert(owner.name, &[key], node),
                Err(fault) => self.fault_at(key, fault),
            };
        }
        let (name, keys) = match self.brackets(key) {
            Ok(found) => found,
            Err(Misplaced::Brackets) => {
                return self.fault_at(key, Fault::new("syntax", "the brackets do not match"));
            }
            Err(Misplaced::Depth) => {
                return self.fault(Fault::new("depth", "brackets are nested too deeply"));
            }
        };
        let how = self.part(name).map_or(How::Plain, |part| part.how);
        let node = if keys.is_empty() { spelled(raw, how, escape) } else { decoded(raw, escape) };
        match node {
            Err(fault) => self.fault_at(name, fault),
            Ok(node) => self.insert(name, &keys, node),
        }
    }

    /// Brackets mean something only after the name of an object; elsewhere they are part of the name.
    fn brackets<'k>(&self, key: &'k str) -> Result<(&'k str, Vec<&'k str>), Misplaced> {
        let name = key.split('[').next().unwrap_or(key);
        let is_object = |part: &Part| part.name == name && matches!(part.how, How::Deep | How::Json);
        if self.parts.iter().any(is_object) { split(key) } else { Ok((key, Vec::new())) }
    }

    /// Puts a value below a name and keys.
    pub(super) fn insert(&mut self, name: &str, keys: &[&str], node: Node<'r>) {
        let place = match self.places.get(name) {
            Some(place) => *place,
            None => {
                self.places.insert(name.to_owned(), self.entries.len());
                self.entries.push((name.to_owned(), Nested::default()));
                self.entries.len() - 1
            }
        };
        if let Some((_, nested)) = self.entries.get_mut(place) {
            nested.insert(keys, node);
        }
    }

    /// Reads the type from the object.
    pub(super) fn finish<T: DeserializeOwned>(mut self) -> Reading<T> {
        let mut entries = Vec::with_capacity(self.entries.len());
        for (name, nested) in std::mem::take(&mut self.entries) {
            let many = self.part(&name).is_some_and(|part| part.many);
            let mut clashes = Vec::new();
            let node = match nested.into_node(&mut clashes) {
                Node::Array(items) => Node::Array(items),
                one if many => Node::Array(vec![one]),
                one => one,
            };
            for steps in clashes {
                let mut fault = Fault::new("duplicate", "is given as a text and as an object");
                steps.into_iter().for_each(|step| fault.within(step));
                self.fault_at(&name, fault);
            }
            entries.push((Cow::Owned(name), node));
        }
        let node = Node::Object(entries);
        let mut reading = examine(Some(&node));
        // What came and could not be read is not missing.
        let broken: Vec<String> = self.faults.iter().map(Fault::pointer).collect();
        reading.faults.retain(|fault| fault.code != "required" || !broken.contains(&fault.pointer()));
        reading.faults.splice(0..0, self.faults);
        reading.faults.truncate(MOST_FAULTS);
        reading
    }
}

fn decoded(raw: &str, escape: Escape) -> Result<Node<'_>, Fault> {
    let text =
        unescape(raw, escape).map_err(|_| Fault::new("encoding", "is not UTF-8 text in percent-encoding"))?;
    Ok(Node::Text(text))
}

/// A text by its spelling.
fn spelled(raw: &str, how: How, escape: Escape) -> Result<Node<'_>, Fault> {
    match how {
        How::Plain | How::Deep | How::Spread(_) | How::File => decoded(raw, escape),
        How::Json => json(
            &unescape(raw, escape)
                .map_err(|_| Fault::new("encoding", "is not UTF-8 text in percent-encoding"))?,
        ),
        How::Joined(_) | How::Pairs if raw.is_empty() => Ok(Node::Array(Vec::new())),
        How::Joined(',') => {
            raw.split(',').map(|item| decoded(item, escape)).collect::<Result<_, _>>().map(Node::Array)
        }
        // Clients escape these separators, so they are looked for after decoding.
        How::Joined(by) => {
            let text = unescape(raw, escape)
                .map_err(|_| Fault::new("encoding", "is not UTF-8 text in percent-encoding"))?;
            Ok(Node::Array(text.split(by).map(|item| Node::Text(Cow::Owned(item.to_owned()))).collect()))
        }
        How::Pairs => {
            let pieces: Vec<&str> = raw.split(',').collect();
            let pair = |pair: &[&str]| match pair {
                [key, value] => {
                    let key = unescape(key, escape)
                        .map_err(|_| Fault::new("encoding", "is not UTF-8 text in percent-encoding"))?;
                    Ok((Cow::Owned(key.into_owned()), decoded_owned(value, escape)?))
                }
                _ => Err(Fault::new("syntax", "a key has no value")),
            };
            pieces.chunks(2).map(pair).collect::<Result<_, _>>().map(Node::Object)
        }
    }
}

fn decoded_owned(raw: &str, escape: Escape) -> Result<Node<'static>, Fault> {
    decoded(raw, escape).map(Node::into_owned)
}

/// JSON text as a value.
pub(super) fn json(text: &str) -> Result<Node<'static>, Fault> {
    let mut json = serde_json::Deserializer::from_str(text);
    let node = Node::deserialize(Guard(&mut json)).and_then(|node| json.end().map(|()| node.into_owned()));
    node.map_err(|error| Fault::new("syntax", format!("is not valid JSON: {error}")))
}

#[cfg(test)]
mod tests {
    use super::from_text;
    use crate::http::codec::part::{Part, part};
    use crate::json::node::Node;
    use serde::de::DeserializeOwned;
    use std::collections::BTreeMap;

    const PARTS: &[Part] = &[
        part("json").json(),
        part("items").json().list(),
        part("joined").joined(),
        part("spaces").spaces(),
        part("pipes").pipes(),
        part("pairs").pairs(),
        part("deep").deep_object(),
        part("near").spread(&["street", "city"]),
        part("one").list(),
    ];

    /// Keys in one order, whatever order serde_json keeps.
    fn sorted(json: &crate::Json) -> String {
        match json {
            crate::Json::Object(entries) => {
                let all: BTreeMap<&String, String> =
                    entries.iter().map(|(key, one)| (key, sorted(one))).collect();
                let all: Vec<String> = all.iter().map(|(key, one)| format!("{key:?}:{one}")).collect();
                format!("{{{}}}", all.join(","))
            }
            crate::Json::Array(items) => {
                format!("[{}]", items.iter().map(sorted).collect::<Vec<_>>().join(","))
            }
            other => other.to_string(),
        }
    }

    fn json(form: &str) -> String {
        let reading = from_text::<crate::Json>(form, PARTS);
        assert!(reading.faults.is_empty(), "{form}: {:?}", reading.faults);
        sorted(&reading.value.unwrap())
    }

    fn faults<T: DeserializeOwned>(form: &str) -> Vec<String> {
        let faults = from_text::<T>(form, PARTS).faults;
        faults.iter().map(|fault| format!("{} {}", fault.pointer(), fault.code)).collect()
    }

    #[test]
    fn every_spelling() {
        let check = |form: &str, expected: &str| assert_eq!(json(form), expected, "{form}");
        check("", "{}");
        check("a=1&b=x+y%21&c&=d&&", r#"{"":"d","a":"1","b":"x y!","c":""}"#);
        check("a=1&a=2", r#"{"a":["1","2"]}"#);
        check("one=1", r#"{"one":["1"]}"#);
        check(
            "joined=a,b%2Cc&spaces=a+b%20c&pipes=a%7Cb|c",
            r#"{"joined":["a","b,c"],"pipes":["a","b","c"],"spaces":["a","b","c"]}"#,
        );
        check("joined=", r#"{"joined":[]}"#);
        check("pairs=k,v,l,w%2C", r#"{"pairs":{"k":"v","l":"w,"}}"#);
        check("json=%7B%22a%22%3A1%7D", r#"{"json":{"a":1}}"#);
        check("items=%7B%22a%22%3A1%7D", r#"{"items":[{"a":1}]}"#);
        check("items=%7B%22a%22%3A1%7D&items=%7B%7D", r#"{"items":[{"a":1},{}]}"#);
        check("items=[1,2]", r#"{"items":[1,2]}"#);
        check(
            "deep[a]=1&deep[b][c]=2&deep[d][]=3&deep%5Bd%5D%5B%5D=4",
            r#"{"deep":{"a":"1","b":{"c":"2"},"d":["3","4"]}}"#,
        );
        check("json[a]=1", r#"{"json":{"a":"1"}}"#);
        check("street=x&city=y&z=1", r#"{"near":{"city":"y","street":"x"},"z":"1"}"#);
        check("other[a]=1", r#"{"other[a]":"1"}"#);
    }

    #[test]
    fn what_is_wrong() {
        type Any = crate::Json;
        assert_eq!(faults::<Any>("a=%FF&%FF=b&json=%7B"), ["/a encoding", " encoding", "/json syntax"]);
        assert_eq!(faults::<Any>("deep[a=1&deep=1"), ["/deep[a syntax"]);
        assert_eq!(faults::<Any>("deep=1&deep[a]=1"), ["/deep duplicate"]);
        assert_eq!(faults::<Any>("pairs=a,b,c"), ["/pairs syntax"]);
        assert_eq!(faults::<Any>("json=%7B%22a%22%3A1%2C%22a%22%3A1%7D"), ["/json syntax"]);
        assert_eq!(faults::<Any>(&format!("deep{}=1", "[a]".repeat(50_000))), [" depth"]);
        assert_eq!(faults::<Any>(&"a&".repeat(100_000)), [" size"]);
        assert_eq!(faults::<BTreeMap<String, i64>>("a=1&b=x&c=1&c=2"), ["/b type", "/c duplicate"]);
        assert_eq!(faults::<BTreeMap<String, String>>("a=1&a=2"), ["/a duplicate"]);
    }

    #[test]
    fn texts_stay_texts() {
        let reading = from_text::<BTreeMap<String, String>>("a=1&b=true&c=null", PARTS);
        assert_eq!(reading.value.unwrap().into_values().collect::<Vec<_>>(), ["1", "true", "null"]);
        assert!(matches!(Node::Text("x".into()).kind(), "a string"));
    }
}
