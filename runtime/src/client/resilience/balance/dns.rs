//! Instances by DNS: addresses of a name, or a service with hosts and ports (SRV, RFC 2782).

use super::discover::Change;
use super::instance::Instance;
use crate::client::resilience::record;
use futures_util::{Stream, stream};
use hickory_resolver::TokioResolver;
use hickory_resolver::lookup::Lookup;
use hickory_resolver::net::NetError;
use hickory_resolver::proto::rr::RData;
use hickory_resolver::proto::rr::rdata::SRV;
use http::uri::{Authority, Scheme};
use std::fmt;
use std::net::SocketAddr;
use std::time::{Duration, Instant as SystemInstant};
use tokio::time::sleep;

/// Finds instances by DNS, again and again: [`Balance::follow`](super::Balance::follow) takes what
/// [`changes`](Self::changes) tells.
///
/// A name is looked up again when its records are no longer valid. When it cannot be looked up, or has no records, the
/// instances that are known stay: a name server that is down must not take the service with it, and instances that are
/// gone are left out by their failures. It is tried again at growing intervals.
#[derive(Clone, Debug)]
pub struct Dns {
    scheme: Scheme,
    asked: Asked,
    least: Duration,
    most: Duration,
}

#[derive(Clone, Debug)]
enum Asked {
    Addresses { host: String, port: u16 },
    Service(String),
}

impl fmt::Display for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Addresses { host, .. } => host,
            Self::Service(name) => name,
        })
    }
}

/// What a look-up found, and for how long that is valid.
struct Found {
    instances: Vec<Instance>,
    valid: Duration,
}

impl Dns {
    /// An instance for each address (A and AAAA) of a host. Over `https` these are addresses without a name, which
    /// certificates seldom have: rather use [`Dns::service`] there.
    #[must_use]
    pub fn addresses(scheme: Scheme, host: &str, port: u16) -> Self {
        Self::new(scheme, Asked::Addresses { host: host.to_owned(), port })
    }

    /// An instance for each host and port of a service, such as `_http._tcp.pets.example.`. Of several priorities the
    /// first is used; weights are not, as the load says more.
    #[must_use]
    pub fn service(scheme: Scheme, name: &str) -> Self {
        Self::new(scheme, Asked::Service(name.to_owned()))
    }

    fn new(scheme: Scheme, asked: Asked) -> Self {
        Self { scheme, asked, least: Duration::from_secs(5), most: Duration::from_secs(300) }
    }

    /// How soon it is looked up again at the earliest, and at the latest (5 s and 5 minutes, if not set).
    #[must_use]
    pub fn every(mut self, least: Duration, most: Duration) -> Self {
        (self.least, self.most) = (least, most.max(least));
        self
    }

    /// What changes, by the name servers that the system is set up with.
    ///
    /// # Errors
    /// The system's settings cannot be read.
    pub fn changes(self) -> Result<impl Stream<Item = Change> + Send + 'static, NetError> {
        Ok(self.changes_by(TokioResolver::builder_tokio()?.build()?))
    }

    /// What changes, by a resolver.
    pub fn changes_by(self, resolver: TokioResolver) -> impl Stream<Item = Change> + Send + 'static {
        let looking = Looking { dns: self, resolver, wait: Duration::ZERO, faults: 0, known: Vec::new() };
        stream::unfold(looking, async |mut looking| {
            let change = looking.change().await;
            Some((change, looking))
        })
    }

    async fn look(&self, resolver: &TokioResolver) -> Result<Found, NetError> {
        match &self.asked {
            Asked::Addresses { host, port } => {
                let found = resolver.lookup_ip(host.as_str()).await?;
                let names = found.iter().map(|address| SocketAddr::new(address, *port).to_string());
                Ok(self.found(names.collect(), found.valid_until()))
            }
            Asked::Service(name) => {
                let found = resolver.srv_lookup(name.as_str()).await?;
                Ok(self.found(first(&found), found.valid_until()))
            }
        }
    }

    fn found(&self, names: Vec<String>, until: SystemInstant) -> Found {
        let instance =
            |name: String| Some(Instance::new(self.scheme.clone(), name.parse::<Authority>().ok()?));
        let mut instances: Vec<Instance> = names.into_iter().filter_map(instance).collect();
        instances.sort_by_cached_key(Instance::to_string);
        instances.dedup();
        Found { instances, valid: until.saturating_duration_since(SystemInstant::now()) }
    }
}

/// The hosts and ports of the first priority. A host that is the root says that there is no such service.
fn first(found: &Lookup) -> Vec<String> {
    let service = |data: &RData| match data {
        RData::SRV(service) if !service.target.is_root() => Some(service.clone()),
        _ => None,
    };
    let services: Vec<SRV> = found.answers().iter().filter_map(|record| service(&record.data)).collect();
    let first = services.iter().map(|service| service.priority).min();
    let used = services.into_iter().filter(|service| Some(service.priority) == first);
    used.map(|service| format!("{}:{}", service.target.to_utf8().trim_end_matches('.'), service.port))
        .collect()
}

/// A name that is looked up again and again.
struct Looking {
    dns: Dns,
    resolver: TokioResolver,
    wait: Duration,
    faults: u32,
    known: Vec<Instance>,
}

impl Looking {
    /// Looks until there is something new.
    async fn change(&mut self) -> Change {
        loop {
            sleep(self.wait).await;
            match self.dns.look(&self.resolver).await {
                Err(error) => self.failed(&error),
                Ok(found) if found.instances.is_empty() => self.failed(&"there are no records"),
                Ok(found) => {
                    self.faults = 0;
                    self.wait = found.valid.min(self.dns.most).max(self.dns.least);
                    if found.instances != self.known {
                        self.known.clone_from(&found.instances);
                        return Change::All(found.instances);
                    }
                }
            }
        }
    }

    fn failed(&mut self, why: &dyn fmt::Display) {
        record::undiscovered(&self.dns.asked.to_string(), why);
        let doubled = 1_u32.checked_shl(self.faults).unwrap_or(u32::MAX);
        self.wait = self.dns.least.saturating_mul(doubled).min(self.dns.most);
        self.faults = self.faults.saturating_add(1);
    }
}
