//! Names of what belongs to endpoints: traits, methods, parameters, responses.

use super::case::{self, Case};
use super::path;
use super::scope::{Scope, Slot};
use crate::diagnostic::Diagnostics;
use crate::ir::{Api, Decl, Endpoint, Name, Response, Status};

/// Names of a group of endpoints.
#[derive(Debug, Clone)]
pub struct GroupIdents {
    /// The trait, such as `PetApi`.
    pub api: String,
    /// The function that serves it, such as `pet_api`.
    pub function: String,
}

/// Names of an endpoint.
#[derive(Debug, Clone)]
pub struct EndpointIdents {
    /// The method of the trait.
    pub method: String,
    /// The function that makes a message of it, and the one that works out where a callback goes.
    pub send: String,
    /// See `send`.
    pub address: String,
    /// The struct of its parameters.
    pub params: String,
    /// The fields of that struct, by index of the endpoint's parameters.
    pub fields: Vec<String>,
    /// The field that holds the body.
    pub body: String,
    /// The enum of its responses.
    pub response: String,
    /// The enum of what the body may be, if it has several media types.
    pub bodies: Option<ReplyIdents>,
    /// By index of the endpoint's responses.
    pub responses: Vec<ResponseIdents>,
    /// The functions of links, by index of the response and of the link there.
    pub links: Vec<Vec<String>>,
}

/// Names of a response.
#[derive(Debug, Clone)]
pub struct ResponseIdents {
    /// The variant.
    pub variant: String,
    /// The field of the status, when the response is for several.
    pub status: String,
    /// The field of the body.
    pub body: String,
    /// The fields of the headers, by index.
    pub headers: Vec<String>,
    /// The enum of its bodies, and its variants by index of the contents, for a response of several media types.
    pub reply: Option<ReplyIdents>,
}

/// Names of the bodies of a response that has several.
#[derive(Debug, Clone)]
pub struct ReplyIdents {
    /// The enum.
    pub name: String,
    /// Its variants, by index of the response's contents.
    pub variants: Vec<String>,
}

/// Wishes in the scope of types.
#[derive(Debug)]
pub(super) struct Wishes {
    pub(super) methods: Vec<String>,
    pub(super) functions: Vec<String>,
    groups: Vec<Slot>,
    params: Vec<Slot>,
    responses: Vec<Slot>,
    /// By endpoint and response, where there are several media types.
    replies: Vec<Vec<Option<Slot>>>,
    /// By endpoint, where the request body has several media types.
    bodies: Vec<Option<Slot>>,
}

/// Wishes for traits, parameter structs and response enums. Methods and functions live in scopes of their own.
pub(super) fn wish(api: &Api, types: &mut Scope, diagnostics: &mut Diagnostics) -> Wishes {
    let functions = functions(api, diagnostics);
    let methods = methods(api, diagnostics);
    let groups = api
        .groups
        .iter()
        .zip(&functions)
        .map(|(group, function)| {
            types.derive(vec![case::identifier(function, Case::Pascal, 1)], group.decl.span)
        })
        .collect();
    let mut derive = |endings: [&str; 2]| {
        let mut slots = Vec::new();
        for (endpoint, method) in api.endpoints.iter().zip(&methods) {
            let base = case::identifier(method, Case::Pascal, 1);
            slots.push(
                types.derive(endings.iter().map(|end| format!("{base}{end}")).collect(), endpoint.decl.span),
            );
        }
        slots
    };
    let params = derive(["Params", "Parameters"]);
    let responses = derive(["Response", "Responses"]);
    let replies = api.endpoints.iter().zip(&methods);
    let replies = replies.map(|(endpoint, method)| super::reply::wish(endpoint, method, types)).collect();
    let bodies = api.endpoints.iter().zip(&methods);
    let bodies = bodies.map(|(endpoint, method)| super::reply::wish_body(endpoint, method, types)).collect();
    Wishes { methods, functions, groups, params, responses, replies, bodies }
}

impl Wishes {
    /// Spells what was wished for, once the scope of types is settled.
    pub(super) fn spell(
        self,
        api: &Api,
        names: &[String],
        diagnostics: &mut Diagnostics,
    ) -> (Vec<GroupIdents>, Vec<EndpointIdents>) {
        let groups = self
            .groups
            .iter()
            .zip(self.functions)
            .map(|(slot, function)| GroupIdents { api: names[*slot].clone(), function })
            .collect();
        let endpoints = api
            .endpoints
            .iter()
            .zip(self.methods)
            .enumerate()
            .map(|(n, (endpoint, method))| {
                let (params, response) = (names[self.params[n]].clone(), names[self.responses[n]].clone());
                let (fields, body) = fields(endpoint, diagnostics);
                let mut responses = responses(endpoint, diagnostics);
                for ((idents, slot), response) in
                    responses.iter_mut().zip(&self.replies[n]).zip(&endpoint.responses)
                {
                    idents.reply =
                        slot.map(|slot| super::reply::spell(&response.content, &names[slot], diagnostics));
                }
                let bodies = endpoint.body.as_ref().zip(self.bodies[n]);
                let bodies =
                    bodies.map(|(body, slot)| super::reply::spell(&body.content, &names[slot], diagnostics));
                let links = super::reply::links(endpoint, diagnostics);
                let plain = method.trim_start_matches("r#");
                let (send, address) = (format!("send_{plain}"), format!("{plain}_address"));
                EndpointIdents {
                    method,
                    send,
                    address,
                    params,
                    fields,
                    body,
                    bodies,
                    response,
                    responses,
                    links,
                }
            })
            .collect();
        (groups, endpoints)
    }
}

/// `pet` and `Pet API` are both served by `pet_api`.
fn functions(api: &Api, diagnostics: &mut Diagnostics) -> Vec<String> {
    let mut scope = Scope::new("group", Case::Snake, &["service", "router", "types", "validate", "server"]);
    for (n, group) in api.groups.iter().enumerate() {
        let mut decl = group.decl.clone();
        let name = decl.name.text();
        let mut words = case::words(&name);
        if words.len() > 1 && words.last().is_some_and(|last| last.eq_ignore_ascii_case("api")) {
            words.pop();
        }
        let base =
            if words.is_empty() { case::identifier(&name, Case::Snake, n + 1) } else { words.join(" ") };
        let base = base.trim_start_matches("r#").trim_end_matches('_');
        decl.name = match decl.name {
            Name::Given(_) => Name::Given(format!("{base} api")),
            Name::Derived(_) => Name::Derived(vec![format!("{base} api")]),
        };
        if let Some(hint) = &mut decl.hints.name
            && case::chosen(hint).is_some()
        {
            *hint = format!("{}_api", case::join(&case::words(hint), Case::Snake));
        }
        scope.declare(&decl, 1, diagnostics);
    }
    scope.settle(diagnostics)
}

fn methods(api: &Api, diagnostics: &mut Diagnostics) -> Vec<String> {
    let mut scope = Scope::new("operation", Case::Snake, &[]);
    for endpoint in &api.endpoints {
        let decl = match &endpoint.decl.name {
            Name::Given(_) => endpoint.decl.clone(),
            Name::Derived(path) => {
                Decl { name: Name::Derived(vec![path.join(" ")]), ..endpoint.decl.clone() }
            }
        };
        scope.declare(&decl, 1, diagnostics);
    }
    scope.settle(diagnostics)
}

fn fields(endpoint: &Endpoint, diagnostics: &mut Diagnostics) -> (Vec<String>, String) {
    let owner = path(&endpoint.decl.name).join(" ");
    let mut scope = Scope::new(format!("parameter of {owner}"), Case::Snake, &[]);
    // The runtime calls the body `body`: a parameter of that name steps aside without a word.
    scope.reserve("body");
    for param in &endpoint.params {
        let mut decl = param.decl.clone();
        if decl.hints.name.is_none() && case::identifier(&decl.name.text(), Case::Snake, 1) == "body" {
            decl.name = Name::Given("body parameter".to_owned());
        }
        scope.declare(&decl, 1, diagnostics);
    }
    (scope.settle(diagnostics), "body".to_owned())
}

fn responses(endpoint: &Endpoint, diagnostics: &mut Diagnostics) -> Vec<ResponseIdents> {
    let owner = path(&endpoint.decl.name).join(" ");
    let mut scope = Scope::new(format!("response of {owner}"), Case::Pascal, &["Self"]);
    for response in &endpoint.responses {
        let decl = Decl { name: Name::Given(status_name(response.status)), ..response.decl.clone() };
        scope.declare(&decl, 1, diagnostics);
    }
    let variants = scope.settle(diagnostics);
    endpoint
        .responses
        .iter()
        .zip(variants)
        .map(|(response, variant)| parts(response, variant, diagnostics))
        .collect()
}

fn parts(response: &Response, variant: String, diagnostics: &mut Diagnostics) -> ResponseIdents {
    let mut scope = Scope::new(format!("header of response {variant}"), Case::Snake, &[]);
    scope.reserve("status");
    scope.reserve("body");
    for header in &response.headers {
        let mut decl = header.decl.clone();
        // `status` and `body` belong to every response, so a header of that name steps aside without a word.
        let spelled = case::identifier(&decl.name.text(), Case::Snake, 1);
        if decl.hints.name.is_none() && matches!(spelled.as_str(), "status" | "body") {
            decl.name = Name::Given(format!("{} header", decl.name.text()));
        }
        scope.declare(&decl, 1, diagnostics);
    }
    let headers = scope.settle(diagnostics);
    ResponseIdents { variant, status: "status".to_owned(), body: "body".to_owned(), headers, reply: None }
}

/// The reason phrase of a status (IANA HTTP status code registry), or what says the class.
pub(super) fn status_name(status: Status) -> String {
    let name = match status {
        Status::Default => "Default",
        Status::Range(1) => "Informational",
        Status::Range(2) => "Success",
        Status::Range(3) => "Redirection",
        Status::Range(4) => "ClientError",
        Status::Range(5) => "ServerError",
        Status::Range(class) => return format!("Status{class}xx"),
        Status::Code(code) => {
            return reason(code).map_or_else(|| format!("Status{code}"), str::to_owned);
        }
    };
    name.to_owned()
}

fn reason(code: u16) -> Option<&'static str> {
    const REASONS: &[(u16, &str)] = &[
        (100, "Continue"),
        (101, "SwitchingProtocols"),
        (102, "Processing"),
        (103, "EarlyHints"),
        (200, "Ok"),
        (201, "Created"),
        (202, "Accepted"),
        (203, "NonAuthoritativeInformation"),
        (204, "NoContent"),
        (205, "ResetContent"),
        (206, "PartialContent"),
        (207, "MultiStatus"),
        (208, "AlreadyReported"),
        (226, "ImUsed"),
        (300, "MultipleChoices"),
        (301, "MovedPermanently"),
        (302, "Found"),
        (303, "SeeOther"),
        (304, "NotModified"),
        (305, "UseProxy"),
        (307, "TemporaryRedirect"),
        (308, "PermanentRedirect"),
        (400, "BadRequest"),
        (401, "Unauthorized"),
        (402, "PaymentRequired"),
        (403, "Forbidden"),
        (404, "NotFound"),
        (405, "MethodNotAllowed"),
        (406, "NotAcceptable"),
        (407, "ProxyAuthenticationRequired"),
        (408, "RequestTimeout"),
        (409, "Conflict"),
        (410, "Gone"),
        (411, "LengthRequired"),
        (412, "PreconditionFailed"),
        (413, "ContentTooLarge"),
        (414, "UriTooLong"),
        (415, "UnsupportedMediaType"),
        (416, "RangeNotSatisfiable"),
        (417, "ExpectationFailed"),
        (418, "ImATeapot"),
        (421, "MisdirectedRequest"),
        (422, "UnprocessableContent"),
        (423, "Locked"),
        (424, "FailedDependency"),
        (425, "TooEarly"),
        (426, "UpgradeRequired"),
        (428, "PreconditionRequired"),
        (429, "TooManyRequests"),
        (431, "RequestHeaderFieldsTooLarge"),
        (451, "UnavailableForLegalReasons"),
        (500, "InternalServerError"),
        (501, "NotImplemented"),
        (502, "BadGateway"),
        (503, "ServiceUnavailable"),
        (504, "GatewayTimeout"),
        (505, "HttpVersionNotSupported"),
        (506, "VariantAlsoNegotiates"),
        (507, "InsufficientStorage"),
        (508, "LoopDetected"),
        (510, "NotExtended"),
        (511, "NetworkAuthenticationRequired"),
    ];
    REASONS.iter().find(|(known, _)| *known == code).map(|(_, reason)| *reason)
}
