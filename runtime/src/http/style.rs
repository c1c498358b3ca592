//! How a parameter is spelled (OpenAPI 3.1, "Style Values"), and how its text comes apart.

use crate::json::node::Node;
use std::borrow::Cow;

/// A style, with `explode`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// `form`, exploded: the default of query and cookie.
    Form,
    /// `form`, not exploded: `a,b`.
    FormJoined,
    /// `simple`: `a,b`; the default of path and header.
    Simple,
    /// `simple`, exploded: `k=v,l=w`.
    SimpleExploded,
    /// `label`: `.a,b`.
    Label,
    /// `label`, exploded: `.a.b`.
    LabelExploded,
    /// `matrix`: `;name=a,b`.
    Matrix,
    /// `matrix`, exploded: `;name=a;name=b`.
    MatrixExploded,
    /// `spaceDelimited`: `a%20b`.
    SpaceDelimited,
    /// `pipeDelimited`: `a|b`.
    PipeDelimited,
    /// `deepObject`: `name[key]=v`.
    DeepObject,
    /// A parameter with `content`: JSON.
    ContentJson,
}

/// How characters are escaped in the part of the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Escape {
    /// `%20`
    Percent,
    /// `%20`, and `+` for a space.
    Form,
    /// Not at all.
    None,
}

/// The text is not UTF-8.
#[derive(Debug)]
pub(crate) struct NotUtf8;

/// Undoes the escapes.
pub(crate) fn unescape(text: &str, escape: Escape) -> Result<Cow<'_, str>, NotUtf8> {
    let special = |b: u8| b == b'%' || (b == b'+' && escape == Escape::Form);
    if escape == Escape::None || !text.bytes().any(special) {
        return Ok(Cow::Borrowed(text));
    }
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        let pair = tail.first_chunk::<2>().filter(|_| *first == b'%');
        let byte = pair.and_then(|[a, b]| Some(hex(*a)? * 16 + hex(*b)?));
        rest = if byte.is_some() { tail.get(2..).unwrap_or_default() } else { tail };
        out.push(match byte {
            Some(byte) => byte,
            None if *first == b'+' && escape == Escape::Form => b' ',
            None => *first,
        });
    }
    String::from_utf8(out).map(Cow::Owned).map_err(|_| NotUtf8)
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

fn text(raw: &str, escape: Escape) -> Result<Node<'_>, NotUtf8> {
    unescape(raw, escape).map(Node::Text)
}

type Entry<'r> = (Cow<'r, str>, Node<'r>);

/// Takes one text apart.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Splitter<'r> {
    pub(crate) style: Style,
    pub(crate) escape: Escape,
    pub(crate) name: &'r str,
}

impl<'r> Splitter<'r> {
    /// A single value.
    pub(crate) fn scalar(self, raw: &'r str) -> Result<Node<'r>, NotUtf8> {
        text(self.bare(raw), self.escape)
    }

    /// A list.
    pub(crate) fn list(self, raw: &'r str) -> Result<Node<'r>, NotUtf8> {
        self.pieces(raw).into_iter().map(|piece| self.piece(piece)).collect::<Result<_, _>>().map(Node::Array)
    }

    /// An object: `k,v,l,w`, or `k=v` where it is exploded.
    pub(crate) fn object(self, raw: &'r str) -> Result<Node<'r>, NotUtf8> {
        let pieces = self.pieces(raw);
        let exploded =
            matches!(self.style, Style::SimpleExploded | Style::LabelExploded | Style::MatrixExploded);
        let pairs: Vec<(Cow<'r, str>, Cow<'r, str>)> = if exploded {
            pieces.iter().map(|piece| split_pair(piece)).collect()
        } else {
            pieces
                .chunks(2)
                .map(|pair| {
                    (pair.first().cloned().unwrap_or_default(), pair.get(1).cloned().unwrap_or_default())
                })
                .collect()
        };
        let mut entries: Vec<Entry<'r>> = Vec::with_capacity(pairs.len());
        for (key, value) in pairs {
            let Node::Text(key) = self.piece(key)? else {
                continue;
            };
            entries.push((key, self.piece(value)?));
        }
        Ok(Node::Object(entries))
    }

    fn piece(self, piece: Cow<'r, str>) -> Result<Node<'r>, NotUtf8> {
        match piece {
            Cow::Borrowed(piece) => text(piece, self.escape),
            // What was split after decoding is decoded.
            Cow::Owned(piece) => Ok(Node::Text(Cow::Owned(piece))),
        }
    }

    /// Without the mark that a style puts in front.
    fn bare(self, raw: &'r str) -> &'r str {
        match self.style {
            Style::Label | Style::LabelExploded => raw.strip_prefix('.').unwrap_or(raw),
            Style::Matrix | Style::MatrixExploded => {
                let raw = raw.strip_prefix(';').unwrap_or(raw);
                let named =
                    raw.strip_prefix(self.name).filter(|rest| rest.is_empty() || rest.starts_with('='));
                named.map_or(raw, |rest| rest.strip_prefix('=').unwrap_or(rest))
            }
            _ => raw,
        }
    }

    fn pieces(self, raw: &'r str) -> Vec<Cow<'r, str>> {
        let split = |raw: &'r str, by: char| raw.split(by).map(Cow::Borrowed).collect();
        match self.style {
            _ if raw.is_empty() => Vec::new(),
            Style::SpaceDelimited => self.decoded(raw, ' '),
            Style::PipeDelimited => self.decoded(raw, '|'),
            Style::LabelExploded => split(self.bare(raw), '.'),
            // 3.0 wrote `.a.b`, 3.1 writes `.a,b`.
            Style::Label if !raw.contains(',') => split(self.bare(raw), '.'),
            Style::MatrixExploded => {
                let pieces = raw.split(';').filter(|piece| !piece.is_empty());
                let own =
                    |piece: &'r str| piece.strip_prefix(self.name).and_then(|rest| rest.strip_prefix('='));
                pieces.map(|piece| Cow::Borrowed(own(piece).unwrap_or(piece))).collect()
            }
            Style::Form => vec![Cow::Borrowed(raw)],
            _ => self
                .bare(raw)
                .split(',')
                .map(|piece| Cow::Borrowed(if self.escape == Escape::None { piece.trim() } else { piece }))
                .collect(),
        }
    }

    /// Clients escape these delimiters, so they are looked for after decoding.
    fn decoded(self, raw: &'r str, by: char) -> Vec<Cow<'r, str>> {
        match unescape(raw, self.escape) {
            Ok(text) => text.split(by).map(|piece| Cow::Owned(piece.to_owned())).collect(),
            Err(NotUtf8) => vec![Cow::Borrowed(raw)],
        }
    }
}

fn split_pair<'r>(piece: &Cow<'r, str>) -> (Cow<'r, str>, Cow<'r, str>) {
    match piece {
        Cow::Borrowed(piece) => {
            let (key, value) = piece.split_once('=').unwrap_or((piece, ""));
            (Cow::Borrowed(key), Cow::Borrowed(value))
        }
        Cow::Owned(piece) => {
            let (key, value) = piece.split_once('=').unwrap_or((piece, ""));
            (Cow::Owned(key.to_owned()), Cow::Owned(value.to_owned()))
        }
    }
}
