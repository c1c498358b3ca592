//! A value as JSON would have it into a document, by the table of its type.

use super::parse::is_char;
use super::{Body, Kind, Name, Root, Shape, Xml};
use quick_xml::escape::{escape, partial_escape};
use serde::ser::Error as _;
use serde_json::{Error, Map, Value};

/// The whole document.
pub(super) fn document(root: Root, value: &Value) -> Result<String, Error> {
    let mut out = Writer(r#"<?xml version="1.0" encoding="UTF-8"?>"#.to_owned());
    match root.body {
        _ if !root.name.local.is_empty() => out.root(&Spelled::of(root.name), root, value)?,
        // A list without a name of its own is called after its items.
        Body::List(item) => {
            let item = item().name.local;
            let name = if item.is_empty() { "items".to_owned() } else { format!("{item}s") };
            out.root(&Spelled::plain(&name), root, value)?;
        }
        Body::Object(_) | Body::OneOf(_) | Body::Text | Body::Any => {
            out.root(&Spelled::plain("value"), root, value)?;
        }
    }
    Ok(out.0)
}

/// A name as it is written.
struct Spelled<'n> {
    name: String,
    /// The declaration of its namespace: prefix and namespace.
    declares: Option<(&'n str, &'n str)>,
}

impl<'n> Spelled<'n> {
    fn of(name: Name) -> Spelled<'static> {
        let Name { local, prefix, namespace } = name;
        let name = if prefix.is_empty() { local.to_owned() } else { format!("{prefix}:{local}") };
        Spelled { name, declares: (!namespace.is_empty()).then_some((prefix, namespace)) }
    }

    fn plain(name: &str) -> Spelled<'n> {
        Spelled { name: name.to_owned(), declares: None }
    }
}

struct Writer(String);

/// XML 1.0, production 5, without the colon that namespaces use.
fn is_name(name: &str) -> bool {
    let letter = |c: char| c.is_alphabetic() || c == '_';
    name.starts_with(letter) && name.chars().all(|c| letter(c) || c.is_numeric() || matches!(c, '-' | '.'))
}

/// Text with nothing in it that XML cannot hold.
fn sound(text: &str) -> String {
    text.chars().map(|c| if is_char(c) { c } else { '\u{FFFD}' }).collect()
}

/// The text of a scalar; none for what is no scalar.
fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::Null => Some(String::new()),
        Value::String(text) => Some(sound(text)),
        Value::Bool(_) | Value::Number(_) => Some(value.to_string()),
        Value::Array(_) | Value::Object(_) => None,
    }
}

type Members<'m> = &'m [(&'static str, Xml)];

impl Writer {
    fn attribute(&mut self, name: &str, value: &str) {
        self.0.push(' ');
        self.0.push_str(name);
        self.0.push_str("=\"");
        // What would be read back as a space.
        let value = escape(value).replace('\n', "&#10;").replace('\r', "&#13;").replace('\t', "&#9;");
        self.0.push_str(&value);
        self.0.push('"');
    }

    fn text(&mut self, text: &str) {
        self.0.push_str(&partial_escape(text).replace('\r', "&#13;"));
    }

    /// Begins an element, without the end of its tag.
    fn open(&mut self, name: &Spelled<'_>) {
        self.0.push('<');
        self.0.push_str(&name.name);
        match name.declares {
            Some(("", namespace)) => self.attribute("xmlns", namespace),
            Some((prefix, namespace)) => self.attribute(&format!("xmlns:{prefix}"), namespace),
            None => {}
        }
    }

    fn close(&mut self, name: &Spelled<'_>) {
        self.0.push_str("</");
        self.0.push_str(&name.name);
        self.0.push('>');
    }

    fn nil(&mut self, name: &Spelled<'_>) {
        self.open(name);
        self.attribute("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance");
        self.attribute("xsi:nil", "true");
        self.0.push_str("/>");
    }

    fn leaf(&mut self, name: &Spelled<'_>, value: &Value) -> Result<(), Error> {
        let text = scalar(value).ok_or_else(|| Error::custom("a list or an object cannot be text in XML"))?;
        self.open(name);
        self.0.push('>');
        self.text(&text);
        self.close(name);
        Ok(())
    }

    fn root(&mut self, name: &Spelled<'_>, root: Root, value: &Value) -> Result<(), Error> {
        match (root.body, value) {
            (_, Value::Null) => {
                self.nil(name);
                Ok(())
            }
            (Body::Object(members), Value::Object(object)) => self.object(name, members, object),
            (Body::OneOf(variants), Value::Object(object)) => {
                self.object(name, &variant(variants, object, 0), object)
            }
            (Body::List(item), Value::Array(items)) => {
                let item = item();
                let own = Spelled::of(item.name);
                let item_name = if item.name.local.is_empty() { Spelled::plain("item") } else { own };
                self.open(name);
                self.0.push('>');
                items.iter().try_for_each(|value| self.root(&item_name, item, value))?;
                self.close(name);
                Ok(())
            }
            (Body::Text, value) => self.leaf(name, value),
            (Body::Any | Body::Object(_) | Body::OneOf(_) | Body::List(_), value) => self.any(name, value),
        }
    }

    fn any(&mut self, name: &Spelled<'_>, value: &Value) -> Result<(), Error> {
        match value {
            Value::Null => self.nil(name),
            Value::Array(items) => items.iter().try_for_each(|item| self.any(name, item))?,
            Value::Object(object) => self.object(name, &[], object)?,
            Value::Bool(_) | Value::Number(_) | Value::String(_) => self.leaf(name, value)?,
        }
        Ok(())
    }

    fn object(
        &mut self,
        name: &Spelled<'_>,
        members: Members<'_>,
        object: &Map<String, Value>,
    ) -> Result<(), Error> {
        self.open(name);
        let own = |kind: fn(Kind) -> bool| {
            let own = members.iter().filter(move |(_, xml)| kind(xml.kind));
            own.filter_map(|(key, xml)| Some((xml, object.get(*key)?)))
        };
        for (xml, value) in own(|kind| kind == Kind::Attribute).filter(|(_, value)| !value.is_null()) {
            let name = Spelled::of(xml.name);
            if let Some((prefix, namespace)) = name.declares.filter(|(prefix, _)| !prefix.is_empty()) {
                self.attribute(&format!("xmlns:{prefix}"), namespace);
            }
            let text =
                scalar(value).ok_or_else(|| Error::custom("a list or an object cannot be an attribute"))?;
            self.attribute(&name.name, &text);
        }
        self.0.push('>');
        for (xml, value) in own(|kind| kind != Kind::Attribute) {
            self.member(xml, value)?;
        }
        for (key, value) in object.iter().filter(|(key, _)| members.iter().all(|(known, _)| known != key)) {
            if !is_name(key) {
                return Err(Error::custom(format!("the key {key:?} is no name in XML")));
            }
            self.any(&Spelled::plain(key), value)?;
        }
        self.close(name);
        Ok(())
    }

    fn member(&mut self, xml: &Xml, value: &Value) -> Result<(), Error> {
        let text = || scalar(value).ok_or_else(|| Error::custom("a list or an object cannot be text in XML"));
        let name = Spelled::of(xml.name);
        match (xml.kind, xml.item, value) {
            (Kind::Text, ..) => self.text(&text()?),
            // A section cannot hold its own end.
            (Kind::Cdata, ..) => {
                let text = text()?.replace("]]>", "]]]]><![CDATA[>");
                self.0.push_str(&format!("<![CDATA[{text}]]>"));
            }
            (Kind::Bare, Some(item), Value::Array(items)) => {
                items.iter().try_for_each(|value| self.shape(&Spelled::of(item), xml.shape, value))?;
            }
            (Kind::Bare, ..) => {}
            (_, Some(item), Value::Array(items)) => {
                self.open(&name);
                self.0.push('>');
                items.iter().try_for_each(|value| self.shape(&Spelled::of(item), xml.shape, value))?;
                self.close(&name);
            }
            (_, _, value) => self.shape(&name, xml.shape, value)?,
        }
        Ok(())
    }

    fn shape(&mut self, name: &Spelled<'_>, shape: Shape, value: &Value) -> Result<(), Error> {
        match (shape, value) {
            (_, Value::Null) => {
                self.nil(name);
                Ok(())
            }
            (Shape::Text, value) => self.leaf(name, value),
            (Shape::Any, value) => self.any(name, value),
            (Shape::Type(root), value) => self.root(name, root(), value),
        }
    }
}

/// The members of the variant that knows most of the keys.
fn variant(variants: &[fn() -> Root], object: &Map<String, Value>, depth: usize) -> Vec<(&'static str, Xml)> {
    let known = |members: Members<'_>| members.iter().filter(|(key, _)| object.contains_key(*key)).count();
    let members = variants.iter().map(|root| match root().body {
        Body::Object(members) => members.to_vec(),
        // A union of unions that leads back to itself.
        Body::OneOf(inner) if depth < 4 => variant(inner, object, depth + 1),
        Body::OneOf(_) | Body::List(_) | Body::Text | Body::Any => Vec::new(),
    });
    let better =
        |best: Vec<_>, next: Vec<_>| if known(&next) > known(&best) || best.is_empty() { next } else { best };
    members.fold(Vec::new(), better)
}
