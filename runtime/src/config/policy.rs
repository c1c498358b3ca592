//! What holds for the operations of a service, of everything that is configured.

use super::live::Live;
use super::{Operations, Server};
use crate::http::body::Limits;
use crate::stack::policy::{Policies, Policy};

/// For operations of these ids, where the service itself has said `base`.
pub(crate) fn policies(live: &Live, ids: &[&'static str], base: Limits) -> Policies {
    let (server, operations) = (live.section::<Server>(), live.section::<Operations>());
    let (server, operations) = (server.map(|s| s.get()), operations.map(|o| o.get()));
    let bytes = |size: super::Size| usize::try_from(size.0).unwrap_or(usize::MAX);
    let set = |key| server.as_ref().filter(|_| live.is_set("server", key));
    let all = Limits {
        memory: set("body_limit").map_or(base.memory, |server| bytes(server.body_limit)),
        uploads: set("upload_limit").map_or(base.uploads, |server| server.upload_limit.0),
    };
    let one = |id: &&str| {
        let own = operations.as_ref().and_then(|operations| operations.of(id));
        let limits = Limits {
            memory: own.and_then(|own| own.body_limit).map_or(all.memory, bytes),
            uploads: own.and_then(|own| own.upload_limit).map_or(all.uploads, |size| size.0),
        };
        Policy {
            limits,
            timeout: own.and_then(|own| own.timeout).map(|limit| limit.get().map(|period| period.0)),
            log: own.and_then(|own| own.log),
        }
    };
    Policies {
        each: ids.iter().map(one).collect(),
        #[cfg(feature = "docs")]
        has_docs: live.section::<super::Docs>().is_none_or(|docs| docs.get().enabled),
        #[cfg(not(feature = "docs"))]
        has_docs: true,
    }
}
