//! How TypeScript spells every name of an API. Keys of objects are no names: they stay as they are on the wire.

use super::case::{self, Case};
use super::scope::{Scope, Slot};
use crate::diagnostic::Diagnostics;
use crate::ir::{Api, Decl, Endpoint, Name, Response, TypeId};

/// How TypeScript spells every name of an API.
#[derive(Debug, Clone)]
pub struct TypeScriptIdents {
    types: Vec<String>,
    /// The files of groups, without their ending, by index of [`Api::groups`].
    pub files: Vec<String>,
    /// By index of [`Api::endpoints`].
    pub functions: Vec<FunctionIdents>,
}

/// Names of an operation.
#[derive(Debug, Clone)]
pub struct FunctionIdents {
    /// The function.
    pub name: String,
    /// The function that goes from page to page, for an operation that answers in pages.
    pub pages: String,
    /// The type of what it takes.
    pub args: String,
    /// The type of what it hopes for.
    pub answer: String,
    /// The type of what the document says may go wrong.
    pub error: String,
    /// The function that reads headers of answers, for an operation whose answers have some.
    pub read_headers: String,
    /// The type of what it gives.
    pub headers_type: String,
    /// Keys of its parameters, by index of the endpoint's.
    pub params: Vec<String>,
    /// Keys of its answers' headers, by index of the answer and of its header.
    pub headers: Vec<Vec<String>>,
}

/// Names that no type may have: those of the language, and those that the other files export.
const RESERVED_TYPES: &[&str] = &[
    "any",
    "bigint",
    "boolean",
    "never",
    "null",
    "number",
    "object",
    "string",
    "symbol",
    "undefined",
    "unknown",
    "void",
    "Client",
    "ClientOptions",
    "Credentials",
    "Variables",
    "c",
    "m",
];

/// Names that no function may have beside the words of the language: those that generated files use or export.
const RESERVED_FUNCTIONS: &[&str] =
    &["r", "t", "m", "x", "createClient", "runtime", "checks", "faults", "client", "args", "options"];

const RESERVED_FILES: &[&str] = &[
    "index", "types", "client", "runtime", "validate", "checks", "xml", "markup", "con", "nul", "prn", "aux",
];

impl TypeScriptIdents {
    /// Names everything. What collides is numbered; whoever names for Rust has told of it.
    #[must_use]
    pub fn new(api: &Api) -> Self {
        let told = &mut Diagnostics::default();
        let mut scope = Scope::new("type", Case::Pascal, RESERVED_TYPES);
        for (_, def) in api.types.iter() {
            scope.declare(&def.decl, 2, told);
        }
        let bases = functions(api, &[], told);
        let wishes: Vec<[Slot; 4]> = api
            .endpoints
            .iter()
            .zip(&bases)
            .map(|(endpoint, base)| {
                let base = case::identifier(base, Case::Pascal, 1);
                let mut wish = |ends: [&str; 2]| {
                    let spellings = ends.map(|end| format!("{base}{end}")).to_vec();
                    scope.derive(spellings, endpoint.decl.span)
                };
                [
                    wish(["Args", "Arguments"]),
                    wish(["Answer", "Answers"]),
                    wish(["Error", "Errors"]),
                    wish(["Headers", "AnswerHeaders"]),
                ]
            })
            .collect();
        let names: Vec<String> =
            scope.settle(told).into_iter().map(|name| case::escape_script(plain(name))).collect();
        let functions = functions(api, &names, told);
        let more = beside(api, &functions, &names, told);
        let functions = functions
            .into_iter()
            .zip(wishes)
            .zip(&api.endpoints)
            .zip(more)
            .map(|(((name, [args, answer, error, headers]), endpoint), [pages, read_headers])| {
                FunctionIdents {
                    name,
                    pages,
                    read_headers,
                    headers_type: names[headers].clone(),
                    headers: endpoint.responses.iter().map(|response| header_keys(response, told)).collect(),
                    args: names[args].clone(),
                    answer: names[answer].clone(),
                    error: names[error].clone(),
                    params: params(endpoint, told),
                }
            })
            .collect();
        let types = names.into_iter().take(api.types.len()).collect();
        Self { types, files: files(api, told), functions }
    }

    /// The name of a type.
    #[must_use]
    pub fn ty(&self, id: TypeId) -> &str {
        self.types.get(id.0 as usize).expect("every type of the API was named")
    }
}

/// Without the sign of Rust's raw identifiers.
fn plain(name: String) -> String {
    name.trim_start_matches("r#").to_owned()
}

/// The declaration under the name that was chosen for it, which is cased like any other.
fn cased(decl: &Decl) -> Decl {
    let mut decl = decl.clone();
    if let Some(hint) = decl.hints.name.take().filter(|hint| case::chosen(hint).is_some()) {
        decl.name = Name::Given(hint);
    }
    if let Name::Derived(path) = &decl.name {
        decl.name = Name::Derived(vec![path.join(" ")]);
    }
    decl
}

fn functions(api: &Api, taken: &[String], told: &mut Diagnostics) -> Vec<String> {
    let mut scope = Scope::new("operation", Case::Camel, RESERVED_FUNCTIONS);
    taken.iter().for_each(|name| scope.reserve(name));
    for endpoint in &api.endpoints {
        scope.declare(&cased(&endpoint.decl), 1, told);
    }
    scope.settle(told)
}

/// Functions beside that of an operation: for its pages, and for the headers of its answers.
fn beside(api: &Api, functions: &[String], types: &[String], told: &mut Diagnostics) -> Vec<[String; 2]> {
    let mut scope = Scope::new("function", Case::Camel, RESERVED_FUNCTIONS);
    functions.iter().chain(types).for_each(|name| scope.reserve(name));
    let wishes = functions.iter().zip(&api.endpoints).map(|(function, endpoint)| {
        let base = function.trim_end_matches('_');
        [["Pages", "AllPages"], ["Headers", "AnswerHeaders"]]
            .map(|ends| scope.derive(ends.map(|end| format!("{base}{end}")).to_vec(), endpoint.decl.span))
    });
    let wishes: Vec<[Slot; 2]> = wishes.collect();
    let names = scope.settle(told);
    wishes.into_iter().map(|slots| slots.map(|slot| names[slot].clone())).collect()
}

fn header_keys(response: &Response, told: &mut Diagnostics) -> Vec<String> {
    let mut scope = Scope::new("header", Case::Camel, &[]);
    response.headers.iter().for_each(|header| _ = scope.declare(&cased(&header.decl), 1, told));
    scope.settle(told)
}

fn params(endpoint: &Endpoint, told: &mut Diagnostics) -> Vec<String> {
    let mut scope = Scope::new("parameter", Case::Camel, &[]);
    scope.reserve("body");
    scope.reserve("contentType");
    for param in &endpoint.params {
        scope.declare(&cased(&param.decl), 1, told);
    }
    scope.settle(told)
}

fn files(api: &Api, told: &mut Diagnostics) -> Vec<String> {
    let mut scope = Scope::new("file", Case::Snake, RESERVED_FILES);
    for group in &api.groups {
        scope.declare(&cased(&group.decl), 1, told);
    }
    let dashed = |name: String| plain(name).trim_matches('_').replace('_', "-").to_lowercase();
    scope.settle(told).into_iter().map(dashed).collect()
}
