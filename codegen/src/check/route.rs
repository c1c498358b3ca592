//! Two operations must not answer the same requests (same method, same path but for the names of its parameters): the
//! first one does.

use crate::code::Code;
use crate::config::Options;
use crate::diagnostic::Diagnostics;
use crate::ir::{Api, Endpoint, Role};
use std::collections::HashMap;

pub(super) fn check(api: &mut Api, _: &Options, diagnostics: &mut Diagnostics) {
    for endpoint in &api.endpoints {
        let token = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
        if !endpoint.method.chars().all(token)
            || !endpoint.method.starts_with(|first: char| first.is_ascii_alphabetic())
        {
            let message = "the method is not made of letters and digits; such an operation cannot be served";
            diagnostics.report(Code::BadPath, endpoint.decl.span, message);
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
            .help("give one of them another path or method");
    }
}

/// By index of [`Api::endpoints`]: the earlier one that gets its requests.
pub(super) fn shadowed(api: &Api) -> Vec<Option<usize>> {
    let mut seen: HashMap<(usize, &str, String), usize> = HashMap::new();
    let mut out = Vec::with_capacity(api.endpoints.len());
    for (n, endpoint) in api.endpoints.iter().enumerate() {
        let first =
            *seen.entry((who(endpoint), &endpoint.method, shape(&api.served_path(endpoint)))).or_insert(n);
        out.push((first != n).then_some(first));
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
