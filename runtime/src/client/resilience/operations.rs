//! Something for each operation, made when the operation is called first.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::{Arc, PoisonError, RwLock};

/// Operations are named by the schema, so that there are as many as it has.
#[derive(Debug)]
pub(super) struct Operations<T>(RwLock<Named<T>>);

type Named<T> = HashMap<&'static str, Arc<T>, BuildHasherDefault<Fnv>>;

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

/// FNV-1a: names come from the schema and not from the network, so that nobody can choose them to collide.
struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Self(0xCBF2_9CE4_8422_2325)
    }
}

impl Hasher for Fnv {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01B3);
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}
