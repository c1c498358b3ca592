//! What the generated server leaves to the application, server addresses.

use crate::code::Code;
use crate::config::Options;
use crate::diagnostic::Diagnostics;
use crate::ir::Api;

pub(super) fn check(api: &mut Api, _: &Options, diagnostics: &mut Diagnostics) {
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
