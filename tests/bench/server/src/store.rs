//! Pets in memory, of either side's type.

use std::collections::BTreeMap;
use std::sync::{PoisonError, RwLock};

/// What both sides take as the header `api_key`.
pub(crate) const KEY: &str = "special-key";
/// What both sides take as a bearer token.
pub(crate) const TOKEN: &str = "special-token";
/// How many pets there are at the start.
pub(crate) const PETS: i64 = 100;

/// Pets by their ids.
#[derive(Debug)]
pub(crate) struct Store<P> {
    pets: RwLock<BTreeMap<i64, P>>,
}

impl<P: Clone> Store<P> {
    /// With [`PETS`] pets.
    pub(crate) fn new(pet: impl Fn(i64) -> P) -> Self {
        Self { pets: RwLock::new((1..=PETS).map(|id| (id, pet(id))).collect()) }
    }

    /// The pet of an id.
    pub(crate) fn find(&self, id: i64) -> Option<P> {
        self.pets.read().unwrap_or_else(PoisonError::into_inner).get(&id).cloned()
    }

    /// The first pets that are `wanted`.
    pub(crate) fn list(&self, limit: usize, wanted: impl Fn(&P) -> bool) -> Vec<P> {
        let pets = self.pets.read().unwrap_or_else(PoisonError::into_inner);
        pets.values().filter(|pet| wanted(pet)).take(limit).cloned().collect()
    }

    /// Keeps a pet under an id.
    pub(crate) fn save(&self, id: i64, pet: P) {
        self.pets.write().unwrap_or_else(PoisonError::into_inner).insert(id, pet);
    }
}
