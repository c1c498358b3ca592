//! What the generated server leaves to the application, said once per scheme and server: security, server addresses.

use crate::code::Code;
use crate::config::Options;
use crate::diagnostic::Diagnostics;
use crate::ir::Api;
use std::collections::BTreeSet;

pub(super) fn check(api: &mut Api, _: &Options, diagnostics: &mut Diagnostics) {
    let used: BTreeSet<&str> = api
        .endpoints
        .iter()
        .flat_map(|endpoint| &endpoint.auth)
        .flat_map(|choice| &choice.all)
        .map(|(scheme, _)| scheme.as_str())
        .collect();
    for scheme in &api.auth {
        let name = scheme.decl.name.text();
        if used.contains(name.as_str()) {
            let count = api
                .endpoints
                .iter()
                .filter(|endpoint| {
                    endpoint.auth.iter().any(|choice| choice.all.iter().any(|(used, _)| *used == name))
                })
                .count();
            diagnostics
                .report(
                    Code::NoSecurity,
                    scheme.decl.span,
                    format!("the generated server does not enforce the security scheme `{name}` of {count} operations"),
                )
                .help("check the credentials in a tower layer around the router");
        }
    }
    let overridden = api.endpoints.iter().filter(|endpoint| !endpoint.servers.is_empty());
    for (server, what) in api
        .servers
        .iter()
        .filter(|server| !server.variables.is_empty())
        .take(1)
        .map(|server| (server, "variables of the server's address have their default values"))
        .chain(overridden.flat_map(|endpoint| {
            endpoint.servers.iter().take(1).map(|server| {
                (server, "a server of its own is not honoured: the operation is served with all others")
            })
        }))
    {
        diagnostics.report(Code::NoServerVariables, server.span, what);
    }
}
