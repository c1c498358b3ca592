//! How many connections there are, in all and of each address.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::Notify;

/// How many connections there are.
#[derive(Debug, Default)]
pub(crate) struct Count {
    open: AtomicU64,
    accepted: AtomicU64,
    refused: AtomicU64,
    by_ip: Mutex<HashMap<IpAddr, u32>>,
    closed: Notify,
}

impl Count {
    /// Waits until there are fewer than so many.
    pub(super) async fn below(&self, most: Option<u32>) {
        let Some(most) = most else { return };
        loop {
            let closed = self.closed.notified();
            let mut closed = std::pin::pin!(closed);
            // From here on, nothing that ends is missed.
            closed.as_mut().enable();
            if self.open.load(Ordering::Acquire) < u64::from(most) {
                return;
            }
            closed.await;
        }
    }

    /// One more, if its address has not too many.
    pub(super) fn enter(self: &Arc<Self>, ip: Option<IpAddr>, most: Option<u32>) -> Option<Entered> {
        let ip = ip.filter(|_| most.is_some());
        if let Some((ip, most)) = ip.zip(most) {
            let mut by_ip = self.by_ip.lock().unwrap_or_else(PoisonError::into_inner);
            let count = by_ip.entry(ip).or_default();
            if *count >= most {
                self.refused.fetch_add(1, Ordering::Relaxed);
                return None;
            }
            *count += 1;
        }
        self.accepted.fetch_add(1, Ordering::Relaxed);
        self.open.fetch_add(1, Ordering::AcqRel);
        Some(Entered { count: self.clone(), ip })
    }

    /// As Prometheus reads it.
    pub(crate) fn text(&self, text: &mut String) {
        use crate::stack::metrics::single;
        let load = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        single(text, "http_server_open_connections", "gauge", "Connections that are open.", load(&self.open));
        let accepted = "Connections that were taken.";
        single(text, "http_server_connections_total", "counter", accepted, load(&self.accepted));
        let refused = "Connections that were closed at once, as their address had too many.";
        single(text, "http_server_refused_connections_total", "counter", refused, load(&self.refused));
    }
}

/// A connection that is counted, until it is dropped.
#[derive(Debug)]
pub(super) struct Entered {
    count: Arc<Count>,
    ip: Option<IpAddr>,
}

impl Drop for Entered {
    fn drop(&mut self) {
        if let Some(ip) = self.ip {
            let mut by_ip = self.count.by_ip.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(count) = by_ip.get_mut(&ip) {
                *count -= 1;
                if *count == 0 {
                    by_ip.remove(&ip);
                }
            }
        }
        self.count.open.fetch_sub(1, Ordering::AcqRel);
        self.count.closed.notify_waiters();
    }
}
