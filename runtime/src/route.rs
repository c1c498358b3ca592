//! From a path to the operations on it.

use crate::service::Entry;
use http::Method;
use std::collections::HashMap;

/// The operations of one path.
#[derive(Debug, Default)]
pub(crate) struct Route {
    /// The method, and the index of the entry.
    methods: Vec<(Method, usize)>,
}

/// Every path of a service.
#[derive(Debug, Default)]
pub(crate) struct Table {
    paths: matchit::Router<usize>,
    routes: Vec<Route>,
    /// What could not be added, in sentences.
    pub(crate) problems: Vec<String>,
}

/// What is found for a request.
pub(crate) enum Found<'t, 'p> {
    /// The entry, and the texts of its path parameters.
    Entry(usize, Vec<&'p str>),
    /// The path has only other methods.
    OtherMethods(&'t Route),
    /// No such path.
    Nothing,
}

impl Table {
    /// Of all entries; what conflicts is left out and reported.
    pub(crate) fn new(entries: &[Entry]) -> Self {
        let mut table = Self::default();
        let mut known: HashMap<String, usize> = HashMap::new();
        for (index, entry) in entries.iter().enumerate() {
            let path = entry.path();
            let (shape, _) = positional(&path);
            let route = match known.get(&shape) {
                Some(route) => *route,
                None => {
                    let route = table.routes.len();
                    if let Err(error) = table.paths.insert(shape.as_str(), route) {
                        table
                            .problems
                            .push(format!("`{}` cannot be served: {error}", entry.operation().path));
                        continue;
                    }
                    table.routes.push(Route::default());
                    known.insert(shape, route);
                    route
                }
            };
            table.add(route, index, entry);
        }
        table
    }

    fn add(&mut self, route: usize, index: usize, entry: &Entry) {
        let operation = entry.operation();
        let Ok(method) = Method::from_bytes(operation.method.as_bytes()) else {
            self.problems.push(format!("`{}` is not a method", operation.method));
            return;
        };
        let Some(route) = self.routes.get_mut(route) else {
            return;
        };
        if route.methods.iter().any(|(known, _)| *known == method) {
            self.problems.push(format!(
                "`{} {}` is served twice; the first one answers",
                operation.method, operation.path
            ));
        } else {
            route.methods.push((method, index));
        }
    }

    /// Finds the operation.
    pub(crate) fn find<'p>(&self, method: &Method, path: &'p str) -> Found<'_, 'p> {
        let Ok(matched) = self.paths.at(path) else {
            return Found::Nothing;
        };
        let Some(route) = self.routes.get(*matched.value) else {
            return Found::Nothing;
        };
        let entry =
            route.entry(method).or_else(|| route.entry(&Method::GET).filter(|_| method == Method::HEAD));
        match entry {
            Some(index) => Found::Entry(index, matched.params.iter().map(|(_, text)| text).collect()),
            None => Found::OtherMethods(route),
        }
    }
}

impl Route {
    fn entry(&self, method: &Method) -> Option<usize> {
        self.methods.iter().find(|(known, _)| known == method).map(|(_, index)| *index)
    }

    /// The value of `Allow` (RFC 9110 section 10.2.1).
    pub(crate) fn allow(&self) -> String {
        let mut names: Vec<&str> = self.methods.iter().map(|(method, _)| method.as_str()).collect();
        if names.contains(&"GET") && !names.contains(&"HEAD") {
            names.push("HEAD");
        }
        if !names.contains(&"OPTIONS") {
            names.push("OPTIONS");
        }
        names.sort_unstable();
        names.join(", ")
    }
}

/// A template with its parameters numbered: operations on one path may name them differently. The names come second.
pub(crate) fn positional(path: &str) -> (String, Vec<String>) {
    let mut shape = String::new();
    let mut names = Vec::new();
    let mut rest = path;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((name, tail)) = after.split_once('}') else {
            break;
        };
        shape.push_str(before);
        shape.push_str(&format!("{{p{}}}", names.len()));
        names.push(name.to_owned());
        rest = tail;
    }
    shape.push_str(rest);
    (shape, names)
}
