//! Two operations must not answer the same requests: same method, same path but for the names of its parameters.

use crate::code::Code;
use crate::config::Options;
use crate::diagnostic::Diagnostics;
use crate::ir::Api;
use crate::source::Span;
use std::collections::HashMap;

pub(super) fn check(api: &mut Api, _: &Options, diagnostics: &mut Diagnostics) {
    let mut seen: HashMap<(String, String), (Span, String)> = HashMap::new();
    for endpoint in &api.endpoints {
        let token = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
        if !endpoint.method.chars().all(token)
            || !endpoint.method.starts_with(|first: char| first.is_ascii_alphabetic())
        {
            let message = "the method is not made of letters and digits; such an operation cannot be served";
            diagnostics.report(Code::BadPath, endpoint.decl.span, message);
        }
        let key = (endpoint.method.clone(), shape(&endpoint.path));
        if let Some((place, path)) = seen.get(&key) {
            let message = format!(
                "`{} {}` and `{}` would answer the same requests",
                endpoint.method, endpoint.path, path
            );
            diagnostics
                .report(Code::SameRoute, endpoint.decl.span, message)
                .related(*place, "the other operation")
                .help("give one of them another path or method");
        } else {
            seen.insert(key, (endpoint.decl.span, endpoint.path.clone()));
        }
    }
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
