//! Sections out of trees, by serde. A field that nobody knows is told and passed over; a value that is refused is told,
//! and the section read again without it, so that everything that is wrong is told at once.

use super::finding::{Finding, Show, advice};
use super::refused::{Reason, Refused};
use super::secret;
use super::tree::{Item, Node, Origin, Table, Value, alike, dotted};
use serde::de::value::StrDeserializer;
use serde::de::{
    self, DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, Error as _, IntoDeserializer,
    MapAccess, SeqAccess, Unexpected, VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;
use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// So many values of a section are refused at most before it is given up.
const MOST_REFUSED: usize = 20;
/// A secret of a file is this long at most, in bytes.
const LONGEST_SECRET: u64 = 1024 * 1024;

type Path = Vec<String>;

/// What is found out while a section is read.
#[derive(Debug, Default)]
pub(super) struct Notes {
    findings: RefCell<BTreeMap<Path, Finding>>,
    /// Values that are passed over, as they were refused before.
    refused: RefCell<BTreeSet<Path>>,
    /// Where secrets are.
    pub(super) secrets: RefCell<BTreeSet<Path>>,
    /// Contents of files instead of their names: the table, the key of the name, the key of the content.
    pub(super) files: RefCell<BTreeMap<(Path, String), (String, Node)>>,
}

/// Reads a section; without its value, if anything is wrong with it.
pub(super) fn section<T: DeserializeOwned>(
    node: &Node,
    path: &[&str],
    notes: &Notes,
    findings: &mut Vec<Finding>,
) -> Option<T> {
    let root: Path = path.iter().map(|&key| key.to_owned()).collect();
    let mut told = Vec::new();
    let read = loop {
        let read = T::deserialize(De { node: Cow::Borrowed(node), path: root.clone(), notes });
        let refused = match read {
            Ok(section) => break Some(section),
            Err(refused) => refused,
        };
        let (at, origin) = refused.at.clone().unwrap_or_else(|| (root.clone(), node.from.clone()));
        // What is wrong because something else was passed over is not worth telling.
        let follows = notes.refused.borrow().iter().any(|known| known.starts_with(&at));
        if follows {
            break None;
        }
        told.push(tell(&refused, &at, origin, notes));
        if at == root || told.len() >= MOST_REFUSED || matches!(refused.reason, Reason::Missing(_)) {
            break None;
        }
        notes.refused.borrow_mut().insert(at);
    };
    told.extend(std::mem::take(&mut *notes.findings.borrow_mut()).into_values());
    let sound = told.is_empty();
    findings.append(&mut told);
    read.filter(|_| sound)
}

fn tell(refused: &Refused, at: &[String], origin: Origin, notes: &Notes) -> Finding {
    let named = at.last().is_some_and(|key| secret::is_name(key));
    let is_secret = named || matches!(origin, Origin::SecretFile(..)) || notes.secrets.borrow().contains(at);
    let (message, help) = refused.tell(&dotted(at), is_secret);
    let mut finding = Finding::new(message, origin);
    finding.help = help;
    if is_secret {
        finding.show = Show::Nothing;
    }
    if let Reason::Missing(field) = refused.reason {
        let variable = variable(at.iter().map(String::as_str).chain([field]));
        let table = dotted(at);
        finding.help = Some(format!("set `{field}` under `[{table}]`, or the variable `{variable}`"));
        if !matches!(finding.at, Origin::File(..)) {
            finding.at = Origin::Default;
        }
        finding.show = Show::Nothing;
    }
    finding
}

/// The variable of the environment that sets a key.
pub(super) fn variable<'a>(path: impl Iterator<Item = &'a str>) -> String {
    let words = path.map(|key| key.replace('-', "_").to_uppercase());
    ["APP".to_owned()].into_iter().chain(words).collect::<Vec<_>>().join("__")
}

/// A value that is read.
struct De<'a> {
    node: Cow<'a, Node>,
    path: Path,
    notes: &'a Notes,
}

impl<'a> De<'a> {
    /// Reads it, and says where a fault is, if what is within has not said so.
    fn at<T>(self, read: impl FnOnce(&Self) -> Result<T, Refused>) -> Result<T, Refused> {
        let is_secret = secret::is_read();
        if is_secret {
            self.notes.secrets.borrow_mut().insert(self.path.clone());
        }
        read(&self).map_err(|refused| match refused.at {
            Some(_) => refused,
            None => Refused { at: Some((self.path.clone(), self.node.from.clone())), ..refused },
        })
    }

    /// A list or a table that is written in a text of the environment, as TOML.
    fn unfolded(&self, open: char) -> Option<Node> {
        let Value::Text(text) = &self.node.value else { return None };
        text.trim_start().starts_with(open).then(|| super::read_toml::value(text.trim(), &self.node.from))?
    }

    fn any<'de, V: Visitor<'de>>(&self, visitor: V) -> Result<V::Value, Refused> {
        match &self.node.value {
            Value::Null => visitor.visit_unit(),
            Value::Bool(truth) => visitor.visit_bool(*truth),
            Value::Integer(number) => integer(*number, visitor),
            Value::Float(number) => visitor.visit_f64(*number),
            Value::String(text) => visitor.visit_str(text),
            Value::Text(text) => match (text.parse(), text.parse(), text.parse()) {
                _ if self.unfolded('[').is_some() => self.list(visitor),
                _ if self.unfolded('{').is_some() => self.map(None, visitor),
                (Ok(truth), _, _) => visitor.visit_bool(truth),
                (_, Ok(number), _) => integer(number, visitor),
                (_, _, Ok(number)) => visitor.visit_f64(number),
                _ => visitor.visit_str(text),
            },
            Value::List(_) => self.list(visitor),
            Value::Table(_) => self.map(None, visitor),
        }
    }

    fn list<'de, V: Visitor<'de>>(&self, visitor: V) -> Result<V::Value, Refused> {
        let split;
        let unfolded = self.unfolded('[');
        let list = match (&self.node.value, unfolded.as_ref().map(|node| &node.value)) {
            (Value::List(list), _) | (_, Some(Value::List(list))) => list,
            (Value::Text(text), _) => {
                let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
                let from = &self.node.from;
                let node = |part: &str| Node { value: Value::Text(part.to_owned()), from: from.clone() };
                split = parts.map(node).collect();
                &split
            }
            _ => return self.any(visitor),
        };
        visitor.visit_seq(Elements { list: list.iter().enumerate(), of: self })
    }

    fn map<'de, V: Visitor<'de>>(
        &self,
        fields: Option<&'static [&'static str]>,
        visitor: V,
    ) -> Result<V::Value, Refused> {
        let none = Table::new();
        let unfolded = self.unfolded('{');
        let table = match (&self.node.value, unfolded.as_ref().map(|node| &node.value)) {
            (Value::Table(table), _) | (_, Some(Value::Table(table))) => table,
            (Value::Null, _) => &none,
            _ => return self.any(visitor),
        };
        visitor.visit_map(Entries { members: self.members(table, fields).into_iter(), of: self, next: None })
    }

    /// The entries by the names of the fields that they are for.
    fn members<'t>(&self, table: &'t Table, fields: Option<&'static [&'static str]>) -> Vec<Member<'t>> {
        let mut members: BTreeMap<String, Cow<'t, Node>> = BTreeMap::new();
        for (key, item) in table {
            let Some((name, node)) = self.member(key, item, fields) else { continue };
            let keeps = members.get(&name).is_some_and(|known| {
                known.from.is_argument() || matches!(known.from, Origin::SecretFile(..))
            });
            if !keeps || node.from.is_argument() {
                members.insert(name, node);
            }
        }
        let refused = self.notes.refused.borrow();
        let kept = |name: &String| !refused.contains(&child(&self.path, name));
        members.into_iter().filter(|(name, _)| kept(name)).collect()
    }

    fn member<'t>(
        &self,
        key: &str,
        item: &'t Item,
        fields: Option<&'static [&'static str]>,
    ) -> Option<(String, Cow<'t, Node>)> {
        let known = |name: &str| match fields {
            None => Some(name.to_owned()),
            Some(fields) => {
                let exact = fields.iter().find(|field| **field == name);
                let loose = || fields.iter().find(|field| item.is_loose && alike(field, name));
                exact.or_else(loose).map(|field| (*field).to_owned())
            }
        };
        let stem = key.strip_suffix("_file").filter(|stem| item.is_loose && !stem.is_empty());
        match (stem, fields) {
            (Some(stem), Some(_)) if known(key).is_none() => {
                let Some(name) = known(stem) else {
                    self.unknown(key, item, fields);
                    return None;
                };
                self.content(key, &name, item).map(|node| (name, Cow::Owned(node)))
            }
            (Some(stem), None) => {
                self.content(key, stem, item).map(|node| (stem.to_owned(), Cow::Owned(node)))
            }
            _ => {
                let name = known(key);
                if name.is_none() {
                    self.unknown(key, item, fields);
                }
                name.map(|name| (name, Cow::Borrowed(&item.node)))
            }
        }
    }

    /// The content of the file that a variable `…_FILE` names.
    fn content(&self, key: &str, name: &str, item: &Item) -> Option<Node> {
        let (Value::Text(path), Origin::Variable(variable)) = (&item.node.value, &item.key) else {
            return None;
        };
        let place = (self.path.clone(), key.to_owned());
        if let Some((_, node)) = self.notes.files.borrow().get(&place) {
            return Some(node.clone());
        }
        match secret::content(path, LONGEST_SECRET) {
            Ok(text) => {
                let from = Origin::SecretFile(variable.clone(), Arc::from(path.as_str()));
                let node = Node { value: Value::Text(text), from };
                self.notes.files.borrow_mut().insert(place, (name.to_owned(), node.clone()));
                Some(node)
            }
            Err(why) => {
                let message = format!("the file {path} cannot be read: {why}");
                let finding = Finding::new(message, item.key.clone());
                self.notes.findings.borrow_mut().insert(child(&self.path, key), finding);
                // A required field without it is no fault of its own.
                self.notes.refused.borrow_mut().insert(child(&self.path, name));
                None
            }
        }
    }

    fn unknown(&self, key: &str, item: &Item, fields: Option<&'static [&'static str]>) {
        let path = child(&self.path, key);
        let finding = unknown(&path, item, fields.unwrap_or_default());
        self.notes.findings.borrow_mut().insert(path, finding);
    }
}

/// A key that nobody knows, and the name that was probably meant.
pub(super) fn unknown(path: &[String], item: &Item, known: &[&str]) -> Finding {
    let (key, table) = path.split_last().map_or(("", &[] as &[String]), |(key, table)| (key, table));
    let what = match table.is_empty() {
        true => format!("`[{}]` is no section of this configuration", dotted(&[key])),
        false => format!("`[{}]` has no key `{key}`", dotted(table)),
    };
    let help = match (&item.key, super::finding::nearest(key, known.iter().copied())) {
        (Origin::Variable(name), Some(near)) => {
            let mut words: Vec<String> = name.split("__").map(str::to_owned).collect();
            if let Some(word) = words.get_mut(path.len()) {
                *word = near.replace('-', "_").to_uppercase();
            }
            format!("did you mean `{}`?", words.join("__"))
        }
        _ => advice(key, known),
    };
    Finding::new(what, item.key.clone()).help(help)
}

fn child(path: &[String], key: &str) -> Path {
    path.iter().cloned().chain([key.to_owned()]).collect()
}

fn integer<'de, V: Visitor<'de>>(number: i64, visitor: V) -> Result<V::Value, Refused> {
    match u64::try_from(number) {
        Ok(number) => visitor.visit_u64(number),
        Err(_) => visitor.visit_i64(number),
    }
}

macro_rules! numbers {
    ($($method:ident $visit:ident $ty:ty),+ $(,)?) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
            self.at(|this| match &this.node.value {
                Value::Text(text) => match text.trim().parse::<$ty>() {
                    Ok(number) => visitor.$visit(number),
                    Err(_) => Err(Refused::invalid_type(Unexpected::Str(text), &visitor)),
                },
                _ => this.any(visitor),
            })
        }
    )+};
}

impl<'de> Deserializer<'de> for De<'_> {
    type Error = Refused;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        self.at(|this| this.any(visitor))
    }

    numbers! {
        deserialize_bool visit_bool bool,
        deserialize_i8 visit_i64 i64, deserialize_i16 visit_i64 i64, deserialize_i32 visit_i64 i64,
        deserialize_i64 visit_i64 i64, deserialize_u8 visit_u64 u64, deserialize_u16 visit_u64 u64,
        deserialize_u32 visit_u64 u64, deserialize_u64 visit_u64 u64,
        deserialize_f32 visit_f64 f64, deserialize_f64 visit_f64 f64,
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        self.at(|this| match &this.node.value {
            Value::Text(text) => visitor.visit_str(text),
            _ => this.any(visitor),
        })
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        self.deserialize_str(visitor)
    }

    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        match &self.node.value {
            Value::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Refused> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        self.at(|this| this.list(visitor))
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Refused> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Refused> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        self.at(|this| this.map(None, visitor))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Refused> {
        self.at(|this| this.map(Some(fields), visitor))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Refused> {
        self.at(|this| {
            let unfolded = this.unfolded('{');
            match (&this.node.value, unfolded.as_ref().map(|node| &node.value)) {
                (Value::Table(table), _) | (_, Some(Value::Table(table))) => {
                    let mut members = this.members(table, None).into_iter();
                    match (members.next(), members.next()) {
                        (Some((name, node)), None) => {
                            let path = child(&this.path, &name);
                            let inner = De { node: Cow::Borrowed(&node), path, notes: this.notes };
                            visitor.visit_enum(Variant { name, inner })
                        }
                        _ => Err(Refused::invalid_type(Unexpected::Map, &visitor)),
                    }
                }
                (Value::String(text) | Value::Text(text), _) => {
                    let text: StrDeserializer<'_, Refused> = text.as_str().into_deserializer();
                    visitor.visit_enum(text)
                }
                _ => this.any(visitor),
            }
        })
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! { i128 u128 bytes byte_buf unit unit_struct identifier }
}

type Member<'t> = (String, Cow<'t, Node>);

struct Elements<'n, 'a, I> {
    list: I,
    of: &'n De<'a>,
}

impl<'de, 'n, I: Iterator<Item = (usize, &'n Node)>> SeqAccess<'de> for Elements<'n, '_, I> {
    type Error = Refused;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Refused> {
        for (n, node) in self.list.by_ref() {
            let path = child(&self.of.path, &format!("[{n}]"));
            if !self.of.notes.refused.borrow().contains(&path) {
                return seed
                    .deserialize(De { node: Cow::Borrowed(node), path, notes: self.of.notes })
                    .map(Some);
            }
        }
        Ok(None)
    }
}

struct Entries<'n, 't, 'a> {
    members: std::vec::IntoIter<Member<'t>>,
    of: &'n De<'a>,
    next: Option<Member<'t>>,
}

impl<'de> MapAccess<'de> for Entries<'_, '_, '_> {
    type Error = Refused;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Refused> {
        let Some((name, node)) = self.members.next() else { return Ok(None) };
        let path = child(&self.of.path, &name);
        let from = node.from.clone();
        let text: StrDeserializer<'_, Refused> = name.as_str().into_deserializer();
        let key = seed.deserialize(text).map_err(|refused| Refused { at: Some((path, from)), ..refused })?;
        self.next = Some((name, node));
        Ok(Some(key))
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Refused> {
        let (name, node) = self.next.take().ok_or_else(|| Refused::custom("a value before its key"))?;
        let path = child(&self.of.path, &name);
        seed.deserialize(De { node: Cow::Borrowed(&*node), path, notes: self.of.notes })
    }
}

struct Variant<'a> {
    name: String,
    inner: De<'a>,
}

impl<'de, 'a> EnumAccess<'de> for Variant<'a> {
    type Error = Refused;
    type Variant = De<'a>;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, De<'a>), Refused> {
        let text: StrDeserializer<'_, Refused> = self.name.as_str().into_deserializer();
        Ok((seed.deserialize(text)?, self.inner))
    }
}

impl<'de> VariantAccess<'de> for De<'_> {
    type Error = Refused;

    fn unit_variant(self) -> Result<(), Refused> {
        de::Deserialize::deserialize(self)
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Refused> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Refused> {
        self.deserialize_seq(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Refused> {
        self.at(|this| this.map(Some(fields), visitor))
    }
}
