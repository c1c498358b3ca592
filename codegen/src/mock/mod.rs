//! A server that a document describes, without code: requests are checked against the document and answered with values
//! that fit it. Pure: the same document, seed and request give the same answer. The command `mock` puts it on a port.
//!
//! It works on the document itself and not on the model, because a mock must know all that a schema says, also what no
//! type can hold.

mod answer;
mod dialect;
mod document;
mod generic;
mod number;
mod operation;
mod params;
mod pattern;
mod prefer;
mod problem;
mod random;
mod request;
mod route;
mod security;
mod shape;
mod text;
mod value;
mod xml;

#[cfg(test)]
mod tests;

use document::Document;
use operation::Operation;
use problem::Problem;
use serde_json::{Map, Value};

/// A request, read whole.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// The method, in upper case.
    pub method: String,
    /// Path and query as they came.
    pub target: String,
    /// Names in lower case, and values.
    pub headers: Vec<(String, String)>,
    /// The body; empty when there is none.
    pub body: Vec<u8>,
    /// True when what the path names was deleted before: such a request is answered with 404.
    pub gone: bool,
}

impl Request {
    /// The value of a header, the first when there are several.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// An answer.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// Names and values; those of the body (`content-type`) among them.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// What the one who runs the mock should know of this answer.
    pub note: Option<String>,
}

/// A document that answers requests.
#[derive(Debug)]
pub struct Mock {
    document: Document,
    operations: Vec<Operation>,
    routes: route::Routes,
    seed: u64,
    text: String,
}

impl Mock {
    /// Reads a bundled OpenAPI document: one without references to other files, as [`bundle`](crate::openapi::bundle)
    /// gives. Only the operations that `wanted` accepts (by method in upper case and path) are served.
    #[must_use]
    pub fn new(document: Value, seed: u64, wanted: &dyn Fn(&str, &str) -> bool) -> Self {
        let text = served(&document);
        let document = Document::new(document);
        let mut operations = operation::all(&document);
        operations.retain(|operation| wanted(&operation.method, &operation.path));
        let routes = route::Routes::new(&operations, &document.base);
        Self { document, operations, routes, seed, text }
    }

    /// Accepts this credential only: a key, a token, or `user:password`.
    #[must_use]
    pub fn with_credential(mut self, credential: Option<String>) -> Self {
        self.document.credential = credential;
        self
    }

    /// How many operations are served.
    #[must_use]
    pub fn len(&self) -> usize {
        self.operations.len()
    }

    /// True when the document has no operation.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.operations.is_empty()
    }

    /// The path that all others stand below, such as `/api/v3`; empty for none. Requests without it are answered too.
    #[must_use]
    pub fn base(&self) -> &str {
        &self.document.base
    }

    /// Answers a request. Never fails: what is wrong with the request is said in the answer.
    #[must_use]
    pub fn answer(&self, request: &Request) -> Answer {
        let mut answer = self.find(request).unwrap_or_else(Problem::answer);
        if request.method == "HEAD" {
            answer.body.clear();
        }
        answer
    }

    fn find(&self, request: &Request) -> Result<Answer, Problem> {
        let (path, query) = request.target.split_once('?').unwrap_or((&request.target, ""));
        let found = match self.routes.find(path, &request.method, &self.operations) {
            Ok(found) => found,
            Err(problem) if path == "/openapi.json" && problem.status == 404 => {
                return match request.method.as_str() {
                    "GET" | "HEAD" => Ok(Answer::new(200, "application/json", self.text.clone())),
                    _ => Err(Problem::method(&["GET", "HEAD"])),
                };
            }
            Err(problem) => return self.nameless(path, request, problem),
        };
        let (operation, checked) = self.checked(&found, request, query);
        let checked = checked.and_then(|()| match request.gone {
            true => Err(Problem::new(404, format!("`{path}` was deleted"))),
            false => Ok(()),
        });
        let prefer = prefer::read(request);
        let asking = answer::Asking { document: &self.document, operation, request, seed: self.seed, path };
        match checked {
            Ok(()) => asking.succeed(&prefer),
            Err(problem) => Ok(asking.refuse(problem)),
        }
    }

    /// The answer to a path that lacks the value of a variable (`/pets/`): in the form of the operation that has it.
    fn nameless(&self, path: &str, request: &Request, problem: Problem) -> Result<Answer, Problem> {
        let parts = path.split('/').skip(1);
        let filled: String = parts.flat_map(|part| ["/", if part.is_empty() { "-" } else { part }]).collect();
        if problem.status != 404 || filled == path {
            return Err(problem);
        }
        let found = self.routes.find(&filled, &request.method, &self.operations).ok();
        let Some(n) = found.and_then(|found| found.operations.first().copied()) else { return Err(problem) };
        let (document, operation) = (&self.document, &self.operations[n]);
        Ok(answer::Asking { document, operation, request, seed: self.seed, path }.refuse(problem))
    }

    /// The first operation that takes the request; if none does, the first with its problem.
    fn checked(
        &self,
        found: &route::Found,
        request: &Request,
        query: &str,
    ) -> (&Operation, Result<(), Problem>) {
        let mut first = None;
        for n in &found.operations {
            let operation = &self.operations[*n];
            match request::check(&self.document, operation, request, &found.captures, query) {
                Ok(()) => return (operation, Ok(())),
                Err(problem) => {
                    first.get_or_insert((operation, Err(problem)));
                }
            }
        }
        first.expect("a path is found with at least one operation")
    }
}

impl Answer {
    fn new(status: u16, media_type: &str, body: impl Into<Vec<u8>>) -> Self {
        let headers = vec![("content-type".to_owned(), media_type.to_owned())];
        Self { status, headers, body: body.into(), note: None }
    }
}

/// The document as the mock serves it: its servers are this one.
fn served(document: &Value) -> String {
    let mut document = document.clone();
    let base = document::base_path(&document);
    let url = if base.is_empty() { "/".to_owned() } else { base };
    document["servers"] = serde_json::json!([{ "url": url }]);
    for item in document["paths"].as_object_mut().into_iter().flat_map(Map::values_mut) {
        let Some(item) = item.as_object_mut() else { continue };
        item.remove("servers");
        for operation in item.values_mut().filter_map(Value::as_object_mut) {
            operation.remove("servers");
        }
    }
    serde_json::to_string(&document).expect("a document has only text keys")
}
