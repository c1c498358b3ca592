//! A value that may be another one later.

use arc_swap::ArcSwap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::watch;

type Hook<T> = Arc<dyn Fn(&T) + Send + Sync>;

struct Inner<T> {
    value: ArcSwap<T>,
    hooks: Mutex<Vec<Hook<T>>>,
    changes: watch::Sender<()>,
}

/// A section of the configuration as it is now. Clones see the same value.
pub struct Watched<T> {
    inner: Arc<Inner<T>>,
    seen: watch::Receiver<()>,
}

impl<T> Clone for Watched<T> {
    fn clone(&self) -> Self {
        Self { inner: self.inner.clone(), seen: self.seen.clone() }
    }
}

impl<T> fmt::Debug for Watched<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Watched<{}>", std::any::type_name::<T>())
    }
}

impl<T> Watched<T> {
    /// A value that nobody has changed yet.
    pub(crate) fn new(value: Arc<T>) -> Self {
        let (changes, seen) = watch::channel(());
        let inner = Inner { value: ArcSwap::new(value), hooks: Mutex::default(), changes };
        Self { inner: Arc::new(inner), seen }
    }

    /// The value as it is now. What a request uses, it should get once, so that all of it is of one configuration.
    pub fn get(&self) -> Arc<T> {
        self.inner.value.load_full()
    }

    /// Calls a function after each change, with the new value. It should not take long: changes wait for it.
    pub fn on_change(&self, hook: impl Fn(&T) + Send + Sync + 'static) {
        self.inner.hooks.lock().unwrap_or_else(PoisonError::into_inner).push(Arc::new(hook));
    }

    /// Waits until the value is another one than when this was last called (or this handle was made), and gives it.
    pub async fn changed(&mut self) -> Arc<T> {
        // The sender lives in `inner`.
        let _ = self.seen.changed().await;
        self.get()
    }

    pub(crate) fn store(&self, value: Arc<T>) {
        self.inner.value.store(value);
    }

    /// Swaps the value, and tells everybody.
    #[cfg(all(feature = "admin", feature = "log"))]
    pub(crate) fn replace(&self, value: T) {
        self.store(Arc::new(value));
        self.tell();
    }

    /// Tells everybody who wants to know of changes.
    pub(crate) fn tell(&self) {
        let hooks = self.inner.hooks.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let value = self.get();
        hooks.iter().for_each(|hook| hook(&value));
        self.inner.changes.send_replace(());
    }
}
