//! Something for each operation, made when the operation is called first.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

/// Operations are named by the schema, so that there are as many as it has.
#[derive(Debug)]
pub(super) struct Operations<T>(RwLock<HashMap<&'static str, Arc<T>>>);

impl<T> Default for Operations<T> {
    fn default() -> Self {
        Self(RwLock::default())
    }
}

impl<T> Operations<T> {
    pub(super) fn get(&self, operation: &'static str, make: impl FnOnce() -> T) -> Arc<T> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner).get(operation).cloned();
        known.unwrap_or_else(|| {
            let mut all = self.0.write().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(all.entry(operation).or_insert_with(|| Arc::new(make())))
        })
    }
}
