//! Servers whose base paths differ: operations are served below the path of the first.

use crate::code::Code;
use crate::config::Options;
use crate::diagnostic::Diagnostics;
use crate::ir::{Api, base_path};

pub(super) fn check(api: &mut Api, _: &Options, diagnostics: &mut Diagnostics) {
    let lists = std::iter::once(&api.servers).chain(api.endpoints.iter().map(|endpoint| &endpoint.servers));
    let mut told = Vec::new();
    for list in lists {
        let Some((first, others)) = list.split_first() else { continue };
        let base = base_path(first);
        told.extend(others.iter().filter(|other| base_path(other) != base).map(|other| other.span));
    }
    told.dedup();
    for at in told {
        diagnostics
            .report(
                Code::OtherServers,
                at,
                "the path of this server is not that of the first one, which is served",
            )
            .help("serve it too: `service.mount(…)`, or let what stands in front rewrite the path");
    }
}
