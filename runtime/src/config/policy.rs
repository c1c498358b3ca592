//! What holds for the operations of a service, of everything that is configured.

use super::live::Live;
use super::{Operations, Server};
use crate::http::body::Limits;
use crate::service::Operation;
use crate::stack::policy::{Own, Policies, Policy, own};

/// For these operations, where the service itself has said `base`, and the schema what it says.
pub(crate) fn policies(live: &Live, known: &[&'static Operation], base: Limits) -> Policies {
    let (server, operations) = (live.section::<Server>(), live.section::<Operations>());
    let (server, operations) = (server.map(|s| s.get()), operations.map(|o| o.get()));
    let bytes = |size: super::Size| usize::try_from(size.0).unwrap_or(usize::MAX);
    let set = |key| server.as_ref().filter(|_| live.is_set("server", key));
    let all = Limits {
        memory: set("body_limit").map_or(base.memory, |server| bytes(server.body_limit)),
        uploads: set("upload_limit").map_or(base.uploads, |server| server.upload_limit.0),
    };
    let of = |operation: &Operation| operations.as_ref().and_then(|known| known.of(operation.id)).cloned();
    let one = |operation: &&'static Operation| {
        let set = of(operation).unwrap_or_default();
        let declared = Policy::declared(&operation.declared, all);
        let limits = Limits {
            memory: set.body_limit.map_or(declared.limits.memory, bytes),
            uploads: set.upload_limit.map_or(declared.limits.uploads, |size| size.0),
        };
        let timeout = set.timeout.map(|limit| limit.get().map(|period| period.0));
        Policy { limits, timeout: timeout.or(declared.timeout), log: set.log.or(declared.log) }
    };
    let rates = |operation: &&'static Operation| -> Own {
        let set = of(operation).and_then(|own| own.rate_limit);
        own(operation.id, set.as_ref().map(|rates| &*rates.0).or(operation.declared.rates))
    };
    Policies {
        each: known.iter().map(one).collect(),
        rates: known.iter().map(rates).collect(),
        #[cfg(feature = "docs")]
        has_docs: live.section::<super::Docs>().is_none_or(|docs| docs.get().enabled),
        #[cfg(not(feature = "docs"))]
        has_docs: true,
    }
}
