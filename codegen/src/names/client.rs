//! Names of what belongs to clients.

use super::case::{self, Case};
use super::scope::{Scope, Slot};
use crate::diagnostic::Diagnostics;
use crate::ir::{Api, Endpoint};

/// Names of what belongs to a client.
#[derive(Debug, Clone, Default)]
pub struct ClientIdents {
    /// The struct.
    pub client: String,
    /// By index of [`Api::groups`].
    pub groups: Vec<CallsIdents>,
    /// By index of [`Api::endpoints`].
    pub endpoints: Vec<CallIdents>,
    /// The functions that take credentials, by index of [`Api::auth`].
    pub keys: Vec<String>,
}

/// Names of a group of endpoints.
#[derive(Debug, Clone)]
pub struct CallsIdents {
    /// The struct that has a function for each of them.
    pub calls: String,
    /// The function that gives it.
    pub function: String,
}

/// Names of an endpoint.
#[derive(Debug, Clone)]
pub struct CallIdents {
    /// The struct that takes what is optional.
    pub builder: String,
    /// The enum of successes, where there are several.
    pub ok: String,
    /// The enum of documented errors.
    pub error: String,
    /// The structs of headers, by index of the responses.
    pub headers: Vec<String>,
}

/// Wishes in the scope of types.
#[derive(Debug)]
pub(super) struct Wishes {
    client: Slot,
    groups: Vec<Slot>,
    endpoints: Vec<(Slot, Slot, Slot, Vec<Slot>)>,
}

/// Wishes for all types.
pub(super) fn wish(api: &Api, functions: &[String], methods: &[String], types: &mut Scope) -> Wishes {
    let at = api.endpoints.first().map(|endpoint| endpoint.decl.span).unwrap_or_default();
    let client = types.derive(["Client", "ApiClient"].map(str::to_owned).to_vec(), at);
    let groups = api.groups.iter().zip(functions).enumerate().map(|(n, (group, function))| {
        let base =
            case::identifier(if is_called(api, n) { short(function) } else { function }, Case::Pascal, 1);
        types.derive(["Calls", "ApiCalls"].map(|end| format!("{base}{end}")).to_vec(), group.decl.span)
    });
    let groups = groups.collect();
    let endpoints = api.endpoints.iter().zip(methods).map(|(endpoint, method)| call(endpoint, method, types));
    Wishes { client, groups, endpoints: endpoints.collect() }
}

fn call(endpoint: &Endpoint, method: &str, types: &mut Scope) -> (Slot, Slot, Slot, Vec<Slot>) {
    let base = case::identifier(method, Case::Pascal, 1);
    let at = endpoint.decl.span;
    let mut wish = |ends: [&str; 2]| types.derive(ends.map(|end| format!("{base}{end}")).to_vec(), at);
    let (builder, ok, error) = (wish(["", "Call"]), wish(["Success", "Outcome"]), wish(["Error", "Failure"]));
    let headers = endpoint.responses.iter().filter(|response| !response.headers.is_empty()).map(|response| {
        let name = format!("{base}{}Headers", super::http::status_name(response.status));
        types.derive(vec![name], response.decl.span)
    });
    (builder, ok, error, headers.collect())
}

/// Has a group something to call? Webhooks and callbacks are for others to call.
fn is_called(api: &Api, group: usize) -> bool {
    api.endpoints.iter().any(|endpoint| endpoint.group == group && endpoint.is_served())
}

/// The function of a group without what says that it serves.
fn short(function: &str) -> &str {
    function.trim_end_matches(|end: char| end.is_ascii_digit() || end == '_').trim_end_matches("_api")
}

impl Wishes {
    /// Spells what was wished for, once the scope of types is settled.
    pub(super) fn spell(
        self,
        api: &Api,
        names: &[String],
        functions: &[String],
        diagnostics: &mut Diagnostics,
    ) -> ClientIdents {
        let name = |slot: Slot| names[slot].clone();
        let mut scope = Scope::new("function of the client", Case::Snake, &["new", "connect", "over"]);
        let own: Vec<Slot> = api
            .groups
            .iter()
            .zip(functions)
            .enumerate()
            .map(|(n, (group, function))| {
                let plain = case::identifier(short(function), Case::Snake, 1);
                let plain = is_called(api, n).then_some(plain);
                scope.derive(plain.into_iter().chain([function.clone()]).collect(), group.decl.span)
            })
            .collect();
        let keys: Vec<Slot> = api
            .auth
            .iter()
            .enumerate()
            .map(|(n, scheme)| {
                let name = scheme.decl.hints.name.clone().unwrap_or_else(|| scheme.decl.name.text());
                let name = format!("with {name}");
                scope.derive(vec![case::identifier(&name, Case::Snake, n + 1)], scheme.decl.span)
            })
            .collect();
        let functions = scope.settle(diagnostics);
        let groups = self.groups.into_iter().zip(own);
        let groups =
            groups.map(|(calls, own)| CallsIdents { calls: name(calls), function: functions[own].clone() });
        let endpoints = self.endpoints.into_iter().zip(&api.endpoints);
        let endpoints = endpoints.map(|((builder, ok, error, headers), endpoint)| {
            let mut headers = headers.into_iter();
            let headers = endpoint.responses.iter().map(|response| {
                let slot = if response.headers.is_empty() { None } else { headers.next() };
                slot.map(name).unwrap_or_default()
            });
            CallIdents {
                builder: name(builder),
                ok: name(ok),
                error: name(error),
                headers: headers.collect(),
            }
        });
        ClientIdents {
            client: name(self.client),
            groups: groups.collect(),
            endpoints: endpoints.collect(),
            keys: keys.into_iter().map(|slot| functions[slot].clone()).collect(),
        }
    }
}
