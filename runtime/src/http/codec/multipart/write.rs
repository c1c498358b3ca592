//! Forms of parts on their way out (RFC 7578): what [`read`](super::read) reads as the same value. Files are sent while they
//! are read.

use super::super::part::{Form, How, Part, find};
use super::upload::{Upload, take};
use crate::http::problem::{Error, Result};
use crate::http::reply::Reply;
use crate::http::style::encode::{Unwritable, node, refuse, scalar};
use crate::json::node::Node;
use axum::body::Body;
use bytes::Bytes;
use futures_util::{StreamExt, TryStreamExt, stream};
use http::HeaderValue;
use serde::Serialize;
use std::io;

type Written<T> = std::result::Result<T, Unwritable>;

/// Writes a form by the spellings of its properties.
///
/// # Errors
/// A property has no spelling for its value.
pub fn write<T: Serialize + Form>(value: T, reply: &mut Reply) -> Result<()> {
    let (node, files) = take(|| node(&value));
    let boundary = uuid::Uuid::new_v4().simple().to_string();
    let mut out = Out { boundary: &boundary, files: &files, pieces: Vec::new() };
    let written = node.and_then(|node| out.object(&node, T::PARTS));
    written.map_err(|error| Error::internal(&error))?;
    let body = out.finish();
    reply.set_media(HeaderValue::from_str(&format!("multipart/form-data; boundary={boundary}"))?);
    reply.set_body(body);
    Ok(())
}

enum Piece {
    Text(Vec<u8>),
    File(Upload),
}

struct Out<'o> {
    boundary: &'o str,
    files: &'o [Upload],
    pieces: Vec<Piece>,
}

impl Out<'_> {
    fn object(&mut self, node: &Node<'_>, parts: &[Part]) -> Written<()> {
        let Node::Object(entries) = node else { return refuse("only an object can be written as a form") };
        for (name, value) in entries.iter().filter(|(_, value)| *value != Node::Null) {
            self.property(name, value, find(parts, name))?;
        }
        Ok(())
    }

    fn property(&mut self, name: &str, value: &Node<'_>, part: Option<&Part>) -> Written<()> {
        let how = part.map_or(How::Plain, |part| part.how);
        let many = part.is_some_and(|part| part.many);
        match (how, value) {
            (How::Plain | How::File | How::Json, Node::Array(items))
                if items.is_empty() && (many || how != How::Json) =>
            {
                refuse(format!("an empty list has no spelling in a form: `{name}`"))
            }
            (How::File, Node::Array(items)) => items.iter().try_for_each(|item| self.file(name, item, part)),
            (How::File, one) => self.file(name, one, part),
            (How::Json, Node::Array(items)) if many => {
                items.iter().try_for_each(|item| self.json(name, item, part))
            }
            (How::Json, one) => self.json(name, one, part),
            (How::Plain, Node::Array(items)) => {
                items.iter().try_for_each(|item| self.property(name, item, part))
            }
            (How::Plain, one @ Node::Object(_)) => self.json(name, one, part),
            (How::Joined(by), Node::Array(items)) => {
                let text = joined(items.iter(), by)?;
                self.text(name, &text, part)
            }
            (How::Pairs, Node::Object(entries)) => {
                let keys: Vec<(Node<'_>, &Node<'_>)> =
                    entries.iter().map(|(key, value)| (Node::Text(key.as_ref().into()), value)).collect();
                let text = joined(keys.iter().flat_map(|(key, value)| [key, value]), ',')?;
                self.text(name, &text, part)
            }
            (How::Spread(_), Node::Object(entries)) => {
                entries.iter().try_for_each(|(key, value)| self.property(key, value, None))
            }
            (How::Deep, value @ (Node::Object(_) | Node::Array(_))) => self.deep(name.to_owned(), value),
            (_, one) => {
                let text = scalar(one)?;
                self.text(name, &text, part)
            }
        }
    }

    fn deep(&mut self, name: String, value: &Node<'_>) -> Written<()> {
        match value {
            Node::Object(entries) => entries
                .iter()
                .filter(|(_, value)| *value != Node::Null)
                .try_for_each(|(key, value)| self.deep(format!("{name}[{key}]"), value)),
            Node::Array(items) => {
                items.iter().enumerate().try_for_each(|(n, item)| self.deep(format!("{name}[{n}]"), item))
            }
            one => {
                let text = scalar(one)?;
                self.text(&name, &text, None)
            }
        }
    }

    /// The beginning of a part. What the schema says of its headers, only files have.
    fn head(&self, name: &str, filename: Option<&str>) -> String {
        let escaped = |text: &str| text.replace('\r', "%0D").replace('\n', "%0A").replace('"', "%22");
        let filename = filename.map(|filename| format!("; filename=\"{}\"", escaped(filename)));
        let (boundary, name, filename) = (self.boundary, escaped(name), filename.unwrap_or_default());
        format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"{filename}\r\n")
    }

    fn text(&mut self, name: &str, text: &str, part: Option<&Part>) -> Written<()> {
        let media = part.and_then(media).map(|media| format!("Content-Type: {media}\r\n"));
        self.whole(name, &media.unwrap_or_default(), text, part)
    }

    fn json(&mut self, name: &str, value: &Node<'_>, part: Option<&Part>) -> Written<()> {
        let text = match serde_json::to_string(value) {
            Ok(text) => text,
            Err(error) => return refuse(error.to_string()),
        };
        let media = part.and_then(media).unwrap_or("application/json");
        self.whole(name, &format!("Content-Type: {media}\r\n"), &text, part)
    }

    fn whole(&mut self, name: &str, headers: &str, text: &str, part: Option<&Part>) -> Written<()> {
        if let Some(header) = part.and_then(|part| part.headers.first()) {
            return refuse(format!(
                "the part `{name}` needs the header `{header}`, which only a file can have"
            ));
        }
        let head = self.head(name, None);
        self.pieces.push(Piece::Text(format!("{head}{headers}\r\n{text}\r\n").into_bytes()));
        Ok(())
    }

    fn file(&mut self, name: &str, place: &Node<'_>, part: Option<&Part>) -> Written<()> {
        let place = if let Node::Number(place) = place { place.as_u64() } else { None };
        let file = place.and_then(|place| self.files.get(usize::try_from(place).ok()?));
        let Some(file) = file else { return refuse(format!("`{name}` is no file")) };
        let mut head = self.head(name, Some(file.filename().unwrap_or(name))).into_bytes();
        let media = file.content_type().or(part.and_then(media));
        let media = media.unwrap_or("application/octet-stream");
        head.extend_from_slice(format!("Content-Type: {media}\r\n").as_bytes());
        let ours = ["content-type", "content-disposition", "content-length"];
        for (name, value) in file.headers().iter().filter(|(name, _)| !ours.contains(&name.as_str())) {
            head.extend_from_slice(format!("{name}: ").as_bytes());
            head.extend_from_slice(value.as_bytes());
            head.extend_from_slice(b"\r\n");
        }
        head.extend_from_slice(b"\r\n");
        self.pieces.push(Piece::Text(head));
        self.pieces.push(Piece::File(file.clone()));
        self.pieces.push(Piece::Text(b"\r\n".to_vec()));
        Ok(())
    }

    /// In memory when nothing has to be read, so that it can be sent again.
    fn finish(mut self) -> Body {
        self.pieces.push(Piece::Text(format!("--{}--\r\n", self.boundary).into_bytes()));
        if self.pieces.iter().all(|piece| matches!(piece, Piece::Text(_))) {
            let all = self.pieces.into_iter().filter_map(|piece| match piece {
                Piece::Text(text) => Some(text),
                Piece::File(_) => None,
            });
            return Body::from(all.collect::<Vec<_>>().concat());
        }
        let pieces = stream::iter(self.pieces).flat_map(|piece| match piece {
            Piece::Text(text) => stream::iter([io::Result::Ok(Bytes::from(text))]).boxed(),
            Piece::File(file) => file.stream().boxed(),
        });
        Body::from_stream(pieces.into_stream())
    }
}

/// The media type of a part, if the schema names one.
fn media(part: &Part) -> Option<&'static str> {
    part.media.iter().copied().find(|media| !media.contains('*'))
}

fn joined<'n>(items: impl Iterator<Item = &'n Node<'n>>, by: char) -> Written<String> {
    let texts =
        items.map(|item| scalar(item).map(std::borrow::Cow::into_owned)).collect::<Written<Vec<_>>>()?;
    if texts.iter().any(|text| text.contains(by)) {
        return refuse(format!("an item has a `{by}`, which stands between items"));
    }
    Ok(texts.join(&by.to_string()))
}
