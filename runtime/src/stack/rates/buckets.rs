//! What was taken of each rate by whom, in this process.

use super::{Metered, Verdict};
use crate::rate::Rate;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

const SHARDS: usize = 16;
/// Of a shard: when there are more, those that are over are dropped.
const FEW: usize = 1024;
/// Of a shard. Whoever is new when there are as many shares one bucket with all who are.
const MOST: usize = 65_536;

#[derive(Debug, Default)]
struct Shard {
    /// By a hash that nobody can foresee: when the bucket is full again, in nanoseconds (the theoretical arrival time of
    /// GCRA).
    full_at: HashMap<u64, u64>,
    /// How many there may be before those that are over are looked for.
    room: usize,
}

/// What was taken of each rate by whom.
#[derive(Debug)]
pub(super) struct Buckets {
    shards: [Mutex<Shard>; SHARDS],
    hash: RandomState,
    began: Instant,
}

impl Default for Buckets {
    fn default() -> Self {
        Self { shards: Default::default(), hash: RandomState::new(), began: Instant::now() }
    }
}

impl Buckets {
    /// Takes one of a limit, for whoever is told.
    pub(super) fn take(&self, limit: &Metered, tell: impl FnOnce(&mut dyn FnMut(&[u8]))) -> Verdict {
        let now = u64::try_from(self.began.elapsed().as_nanos()).unwrap_or(u64::MAX);
        let mut hasher = self.hash.build_hasher();
        hasher.write_u64(limit.id);
        tell(&mut |bytes| hasher.write(bytes));
        self.take_at(now, hasher.finish(), &limit.rate)
    }

    fn take_at(&self, now: u64, key: u64, rate: &Rate) -> Verdict {
        let place = usize::try_from(key >> 60).unwrap_or_default() % SHARDS;
        let mut shard = self.shards[place].lock().unwrap_or_else(PoisonError::into_inner);
        let key = if shard.has_room_for(key, now) { key } else { 0 };
        let (share, period) = (rate.share(), rate.nanos());
        let (full_at, is_new) = match shard.full_at.entry(key) {
            Entry::Occupied(known) => (known.into_mut(), false),
            Entry::Vacant(new) => (new.insert(now), true),
        };
        let after = if is_new { now } else { (*full_at).max(now) } + share;
        let verdict = Verdict::new(rate, now, after);
        if after - now <= period.max(share) {
            *full_at = after;
        }
        verdict
    }
}

impl Shard {
    fn has_room_for(&mut self, key: u64, now: u64) -> bool {
        if self.full_at.len() < self.room.max(FEW) || self.full_at.contains_key(&key) {
            return true;
        }
        self.full_at.retain(|_, full_at| *full_at > now);
        self.room = (self.full_at.len() * 2).clamp(FEW, MOST);
        self.full_at.len() < MOST
    }
}

#[cfg(test)]
mod tests {
    use super::{Buckets, MOST, SHARDS};
    use crate::rate::{By, Rate};

    const SECOND: u64 = 1_000_000_000;

    #[test]
    fn as_many_as_there_may_be() {
        let buckets = Buckets::default();
        let rate = Rate::new(10, 1000, By::Ip);
        let took = |now, key| buckets.take_at(now, key, &rate);
        for left in (0..10).rev() {
            let verdict = took(5 * SECOND, 1);
            assert_eq!((verdict.is_allowed, verdict.left), (true, left));
        }
        let refused = took(5 * SECOND, 1);
        assert_eq!((refused.is_allowed, refused.left, refused.wait), (false, 0, SECOND / 10));
        assert_eq!(refused.full_in, SECOND);
        assert!(took(5 * SECOND, 2).is_allowed, "somebody else");
        // What was refused has taken nothing.
        assert!(took(5 * SECOND + SECOND / 10, 1).is_allowed);
        assert!(!took(5 * SECOND + SECOND / 10, 1).is_allowed);
        // A minute at twice the rate: what there may be, and what there may be at once.
        let allowed = (0..1200).filter(|n| took(100 * SECOND + n * SECOND / 20, 3).is_allowed).count();
        assert!((600..=610).contains(&allowed), "{allowed}");
    }

    #[test]
    fn nobody_fills_the_memory() {
        let buckets = Buckets::default();
        let rate = Rate::new(2, 60_000, By::Ip);
        let most = u64::try_from(MOST).unwrap();
        for n in 0..most + 10 {
            buckets.take_at(SECOND, n, &rate);
        }
        let held = || buckets.shards.iter().map(|shard| shard.lock().unwrap().full_at.len()).sum::<usize>();
        assert!(held() <= MOST + SHARDS);
        assert!(!buckets.take_at(SECOND, most + 99, &rate).is_allowed, "those who are new share one bucket");
        assert!(buckets.take_at(SECOND, 5, &rate).is_allowed, "who was there before has its own");
        assert!(buckets.take_at(100 * SECOND, most + 99, &rate).is_allowed);
        assert!(held() < 10, "what is over is dropped");
    }
}
