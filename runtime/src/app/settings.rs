//! How an app takes connections: as is configured, or else as the program says.

use super::App;
#[cfg(feature = "config")]
use super::Proxies;
#[cfg(feature = "config")]
use crate::config::Section;
#[cfg(feature = "tls")]
use crate::wire::{Handshakes, Tls};
use crate::wire::{Listener, Plan, Trusted};
use arc_swap::ArcSwap;
use std::io;
use std::sync::Arc;

/// Where to listen, if nothing else is said.
const ADDRESS: &str = "127.0.0.1:8080";

impl App {
    /// What holds for every connection.
    pub(super) fn plan(&self) -> io::Result<Plan> {
        Ok(Plan {
            settings: self.set(&self.connections),
            count: self.count.clone(),
            trusted: self.trusted()?,
            #[cfg(feature = "tls")]
            tls: self.handshakes()?,
        })
    }

    /// A section of the configuration if anybody has set anything of it, or else what the program says.
    #[cfg(feature = "config")]
    fn set<T: Section + Default + Clone>(&self, said: &Option<T>) -> T {
        let configured = self.live.as_ref().filter(|live| live.is_there(T::NAME) || said.is_none());
        match configured.and_then(|live| live.section::<T>()) {
            Some(section) => section.get().as_ref().clone(),
            None => said.clone().unwrap_or_default(),
        }
    }

    #[cfg(not(feature = "config"))]
    fn set<T: Default + Clone>(&self, said: &Option<T>) -> T {
        said.clone().unwrap_or_default()
    }

    /// Whose word about callers counts, now and after each change of the configuration.
    fn trusted(&self) -> io::Result<Arc<ArcSwap<Trusted>>> {
        let trusted = Arc::new(ArcSwap::from_pointee(Trusted::new(&self.set(&self.proxies)).map_err(wrong)?));
        #[cfg(feature = "config")]
        if let Some(section) = self.live.as_ref().and_then(|live| live.section::<Proxies>()) {
            let changed = trusted.clone();
            section.on_change(move |proxies| match Trusted::new(proxies) {
                Ok(trusted) => changed.store(Arc::new(trusted)),
                Err(error) => tracing::error!(%error, "the proxies were not changed"),
            });
        }
        Ok(trusted)
    }

    /// What handshakes are made with, if TLS is spoken.
    #[cfg(feature = "tls")]
    fn handshakes(&self) -> io::Result<Option<Arc<Handshakes>>> {
        let tls: Tls = self.set(&self.tls);
        if !tls.is_on() {
            return Ok(None);
        }
        let handshakes = Arc::new(Handshakes::new(tls).map_err(wrong)?);
        #[cfg(feature = "config")]
        if let Some(live) = self.live.as_ref().filter(|live| live.is_there(Tls::NAME))
            && let Some(section) = live.section::<Tls>()
        {
            let changed = handshakes.clone();
            // Files may be others under the same names.
            live.on_change(move || changed.reload(section.get().as_ref().clone()));
        }
        Ok(Some(handshakes))
    }

    /// Takes ports.
    pub(super) async fn listeners(&self) -> io::Result<Vec<Listener>> {
        let mut listeners = Vec::new();
        for (address, is_tls) in self.addresses() {
            listeners.extend(Listener::open(&address, is_tls).await?);
        }
        Ok(listeners)
    }

    /// Where to listen, and where TLS is spoken.
    pub(super) fn addresses(&self) -> Vec<(String, bool)> {
        let plain = self.server_addresses();
        #[cfg(feature = "tls")]
        {
            let tls: Tls = self.set(&self.tls);
            if !tls.is_on() {
                return plain.into_iter().map(|address| (address, false)).collect();
            }
            #[cfg(feature = "config")]
            if let Some(secure) = &tls.listen {
                let secure = secure.with_port(443).into_iter().map(|address| (address, true));
                return plain.into_iter().map(|address| (address, false)).chain(secure).collect();
            }
            plain.into_iter().map(|address| (address, true)).collect()
        }
        #[cfg(not(feature = "tls"))]
        plain.into_iter().map(|address| (address, false)).collect()
    }

    fn server_addresses(&self) -> Vec<String> {
        #[cfg(feature = "config")]
        if let Some(live) = &self.live
            && (live.is_set("server", "listen") || live.is_set("server", "port") || self.address.is_none())
            && let Some(server) = live.section::<crate::config::Server>()
        {
            return server.get().addresses();
        }
        vec![self.address.clone().unwrap_or_else(|| ADDRESS.to_owned())]
    }
}

fn wrong(error: crate::stack::Unusable) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, error)
}
