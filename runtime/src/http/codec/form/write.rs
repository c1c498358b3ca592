//! Forms on their way out: what [`read`](super::read) reads as the same value.

use super::super::part::{Form, How, Part, find};
use crate::http::problem::{Error, Result};
use crate::http::reply::Reply;
use crate::http::style::Spec;
use crate::http::style::encode::{Unwritable, encode_node, node, refuse};
use crate::json::node::Node;
use serde::Serialize;

/// Writes a form by the spellings of its properties.
///
/// # Errors
/// A property has no spelling for its value.
pub fn write<T: Serialize + Form>(value: T, reply: &mut Reply) -> Result<()> {
    let text = node(&value).and_then(|node| text(&node, T::PARTS));
    reply.set_body(text.map_err(|error| Error::internal(&error))?);
    Ok(())
}

fn text(node: &Node<'_>, parts: &[Part]) -> std::result::Result<String, Unwritable> {
    let Node::Object(entries) = node else { return refuse("only an object can be written as a form") };
    let mut pairs = Vec::with_capacity(entries.len());
    for (name, value) in entries {
        let part = find(parts, name);
        let many = part.is_some_and(|part| part.many);
        let how = part.map_or(How::Plain, |part| part.how);
        match value {
            Node::Array(items) if items.is_empty() && matches!(how, How::Plain | How::Json | How::File) => {
                return refuse(format!("an empty list has no spelling in a form: `{name}`"));
            }
            Node::Array(items) if how == How::Json && many => {
                for item in items {
                    pairs.extend(encode_node(Spec::query("").content_json(), name, item)?);
                }
            }
            value => pairs.extend(encode_node(spec(how, value), name, value)?),
        }
    }
    Ok(pairs.join("&"))
}

/// The style that a spelling is in queries.
fn spec(how: How, value: &Node<'_>) -> Spec {
    let spec = Spec::query("");
    match how {
        How::Plain | How::File if matches!(value, Node::Object(_)) => spec.content_json(),
        How::Plain | How::File | How::Spread(_) => spec,
        How::Json => spec.content_json(),
        How::Joined(' ') => spec.space_delimited(),
        How::Joined('|') => spec.pipe_delimited(),
        How::Joined(_) | How::Pairs => spec.form_joined(),
        How::Deep => spec.deep_object(),
    }
}
