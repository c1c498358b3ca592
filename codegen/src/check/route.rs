//! Which operation answers a request. Paths that differ only in the names of their variables are told apart by what the
//! variables look like (integer, format, enumeration, pattern), the closest look first; where that does not decide,
//! the first operation answers.

use crate::code::Code;
use crate::config::Options;
use crate::diagnostic::Diagnostics;
use crate::ir::{
    Api, Endpoint, Enum, EnumRepr, EnumValue, EnumVariant, Explode, Format, Kind, Others, Param, Place, Prim,
    Role, Rule, Shape, Style,
};
use std::collections::HashMap;

/// What the text of a path variable looks like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fits {
    /// An integer.
    Integer,
    /// A number.
    Number,
    /// A boolean.
    Boolean,
    /// A string of this format.
    Format(Format),
    /// One of these.
    OneOf(Vec<String>),
    /// A regular expression is found in it.
    Pattern(String),
}

pub(super) fn check(api: &mut Api, _: &Options, diagnostics: &mut Diagnostics) {
    for endpoint in &api.endpoints {
        if endpoint.method.is_empty() || !endpoint.method.chars().all(is_token) {
            let message =
                "the method has a character that methods cannot have; such an operation cannot be served";
            diagnostics.report(Code::BadPath, endpoint.decl.span, message);
        }
        if shape(&endpoint.path).contains("{}{}") {
            let message = format!(
                "in `{}` nothing stands between two variables; the last one gets one character",
                endpoint.path
            );
            diagnostics
                .report(Code::AdjacentVariables, endpoint.decl.span, message)
                .help("put a text between them, such as `-`");
        }
    }
    for (endpoint, first) in api.endpoints.iter().zip(shadowed(api)) {
        let Some(first) = first.map(|n| &api.endpoints[n]) else { continue };
        let message = format!(
            "`{} {}` has no route: `{}` answers the same requests",
            endpoint.method, endpoint.path, first.path
        );
        diagnostics
            .report(Code::SameRoute, endpoint.decl.span, message)
            .related(first.decl.span, "the operation that answers")
            .help("give one of them another path or method, or tell their variables apart by type, format or pattern");
    }
}

/// RFC 9110 section 5.6.2.
fn is_token(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(letter)
}

/// An endpoint by its index, and what its variables look like.
type Alike = (usize, Vec<Option<Fits>>);

/// By index of [`Api::endpoints`]: the earlier one that gets its requests.
pub(super) fn shadowed(api: &Api) -> Vec<Option<usize>> {
    let mut seen: HashMap<(usize, &str, String), Vec<Alike>> = HashMap::new();
    let mut out = Vec::with_capacity(api.endpoints.len());
    for (n, endpoint) in api.endpoints.iter().enumerate() {
        let looks: Vec<_> = looks(api, endpoint).into_iter().map(|(_, fits)| fits).collect();
        let alike =
            seen.entry((who(endpoint), &endpoint.method, shape(&api.served_path(endpoint)))).or_default();
        let first = alike.iter().find(|(_, known)| known.iter().zip(&looks).all(|(a, b)| is_same(a, b)));
        out.push(first.map(|(first, _)| *first));
        alike.push((n, looks));
    }
    out
}

/// Who answers: what is alike does not meet when others do.
fn who(endpoint: &Endpoint) -> usize {
    match endpoint.role {
        Role::Served => 0,
        Role::Webhook => 1,
        Role::Callback { .. } => 2,
    }
}

fn is_same(a: &Option<Fits>, b: &Option<Fits>) -> bool {
    match (a, b) {
        (Some(Fits::OneOf(a)), Some(Fits::OneOf(b))) => b.iter().all(|word| a.contains(word)),
        (a, b) => a == b,
    }
}

/// By index of [`Api::endpoints`]: what variables must look like, by name; only where another path is alike.
pub(super) fn deciding(api: &Api) -> Vec<Vec<(String, Fits)>> {
    let mut paths: HashMap<String, Vec<String>> = HashMap::new();
    for endpoint in &api.endpoints {
        let path = api.served_path(endpoint);
        let alike = paths.entry(shape(&path)).or_default();
        if !alike.contains(&path) {
            alike.push(path);
        }
    }
    let of = |endpoint: &Endpoint| {
        let alone = paths.get(&shape(&api.served_path(endpoint))).is_none_or(|alike| alike.len() == 1);
        let looks = if alone { Vec::new() } else { looks(api, endpoint) };
        looks.into_iter().filter_map(|(name, fits)| Some((name.to_owned(), fits?))).collect()
    };
    api.endpoints.iter().map(of).collect()
}

/// The variables of a path, in its order, and what they look like.
fn looks<'a>(api: &Api, endpoint: &'a Endpoint) -> Vec<(&'a str, Option<Fits>)> {
    let names =
        endpoint.path.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name);
    names
        .map(|name| {
            let mut params = endpoint.params.iter();
            let param = params.find(|param| param.place == Place::Path && param.decl.name.text() == name);
            (name, param.and_then(|param| look(api, param)))
        })
        .collect()
}

/// What a parameter looks like, if it is a single value without marks around it.
fn look(api: &Api, param: &Param) -> Option<Fits> {
    if !matches!(param.style, Style::Simple(Explode::No | Explode::Yes)) {
        return None;
    }
    let (kind, rules) = api.resolve(&param.ty);
    let pattern = rules.iter().find_map(|rule| match rule {
        Rule::Pattern(pattern, _) => Some(Fits::Pattern(pattern.clone())),
        _ => None,
    });
    match kind {
        Kind::Prim(Prim::Integer(_)) => Some(Fits::Integer),
        Kind::Prim(Prim::Number(_)) => Some(Fits::Number),
        Kind::Prim(Prim::Boolean) => Some(Fits::Boolean),
        Kind::Prim(Prim::String(format)) => pattern.or_else(|| known(format)),
        Kind::Named(id) => match &api.types.get(*id).shape {
            Shape::Enum(Enum { others: Others::Kept, .. }) => None,
            Shape::Enum(list) if list.repr == EnumRepr::String => {
                Some(Fits::OneOf(list.variants.iter().filter_map(word).collect()))
            }
            Shape::Enum(_) => Some(Fits::Integer),
            Shape::Struct(_) | Shape::Union(_) | Shape::Alias(_) => None,
        },
        Kind::List(_) | Kind::Tuple(_) | Kind::Map(_) | Kind::Nullable(_) | Kind::Any => None,
    }
}

fn word(variant: &EnumVariant) -> Option<String> {
    match &variant.value {
        EnumValue::String(text) => Some(text.clone()),
        EnumValue::Integer(_) => None,
    }
}

/// Formats that tell texts apart, and that the runtime checks.
fn known(format: &Format) -> Option<Fits> {
    let known = match format {
        Format::Date | Format::DateTime | Format::Time | Format::Duration | Format::Uuid | Format::Uri => {
            true
        }
        Format::Email | Format::Ipv4 | Format::Ipv6 | Format::Hostname => true,
        Format::UriReference | Format::UriTemplate | Format::Regex | Format::JsonPointer => false,
        Format::Base64Url | Format::HttpDate => false,
        Format::Plain | Format::Byte | Format::Decimal | Format::Binary | Format::Upload => false,
        Format::Password | Format::Other(_) => false,
    };
    known.then(|| Fits::Format(format.clone()))
}

/// The template with its parameters' names left out.
fn shape(path: &str) -> String {
    let mut shape = String::new();
    let mut inside = false;
    for letter in path.chars() {
        match letter {
            '{' => inside = true,
            '}' => inside = false,
            _ if inside => continue,
            _ => {}
        }
        shape.push(letter);
    }
    shape
}
