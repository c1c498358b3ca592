//! How many attempts may be made beyond the first ones: a token bucket.
//!
//! Not tower's `TpsBudget`: that asserts on its arguments, lets concurrent withdrawals overdraw, and forgives debts
//! after its window, so that nothing exact can be said of a storm. Here it can: in any time, extra attempts are at most
//! the burst + a share of the calls + so many a second.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use tokio::time::Instant;

/// A token in the smallest parts that are counted.
const TOKEN: u64 = 1_000_000;

/// For how many seconds what is given each second is kept.
const KEPT: u64 = 10;

#[derive(Debug)]
pub(super) struct Budget {
    /// What each call gives.
    share: u64,
    /// What each second gives.
    reserve: u64,
    /// Given by calls since the last look. Bounded when it is looked at.
    given: AtomicU64,
    purse: Mutex<Purse>,
}

#[derive(Debug)]
struct Purse {
    tokens: u64,
    looked: Instant,
}

impl Budget {
    /// A share of calls (0.2: one in five), and so many a second beside them. Full at first.
    pub(super) fn new(share: f64, reserve: u32) -> Self {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "between none and a hundred tokens; not a number is none"
        )]
        let share = (share.clamp(0.0, 100.0) * TOKEN as f64) as u64;
        let reserve = u64::from(reserve) * TOKEN;
        let purse = Mutex::new(Purse { tokens: reserve * KEPT, looked: Instant::now() });
        Self { share, reserve, given: AtomicU64::new(0), purse }
    }

    /// A call was made.
    pub(super) fn deposit(&self) {
        self.given.fetch_add(self.share, Ordering::Relaxed);
    }

    /// May one more attempt be made? If so, it is counted.
    pub(super) fn withdraw(&self) -> bool {
        let mut purse = self.purse.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        let passed = now.saturating_duration_since(purse.looked).as_nanos();
        let earned = passed.saturating_mul(u128::from(self.reserve)) / 1_000_000_000;
        let given = self.given.swap(0, Ordering::Relaxed);
        let tokens =
            u64::try_from(earned).unwrap_or(u64::MAX).saturating_add(given).saturating_add(purse.tokens);
        purse.looked = now;
        purse.tokens = tokens.min(self.most());
        let enough = purse.tokens >= TOKEN;
        if enough {
            purse.tokens -= TOKEN;
        }
        enough
    }

    /// How much is kept: what [`KEPT`] seconds give, and what a hundred calls give.
    fn most(&self) -> u64 {
        (self.reserve * KEPT).saturating_add(self.share * 100).max(TOKEN)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::time::Duration;

    fn drain(budget: &Budget) -> u32 {
        (0..100_000).take_while(|_| budget.withdraw()).count() as u32
    }

    #[tokio::test(start_paused = true)]
    async fn calls_and_seconds_give_tokens() {
        let budget = Budget::new(0.2, 10);
        assert_eq!(drain(&budget), 100, "full at first");
        for _ in 0..50 {
            budget.deposit();
        }
        assert_eq!(drain(&budget), 10, "one for five calls");
        tokio::time::advance(Duration::from_millis(500)).await;
        assert_eq!(drain(&budget), 5, "ten a second");
        tokio::time::advance(Duration::from_secs(3600)).await;
        assert_eq!(drain(&budget), 120, "no more than is kept");
    }

    #[tokio::test(start_paused = true)]
    async fn nothing_comes_of_nothing() {
        for share in [0.0, -1.0, f64::NAN] {
            let budget = Budget::new(share, 0);
            (0..100).for_each(|_| budget.deposit());
            assert_eq!(drain(&budget), 0, "{share}");
        }
    }

    proptest! {
        #[test]
        fn a_storm_is_bounded(share in 0.0..1.0_f64, reserve in 0..20_u32, steps in prop::collection::vec((0..50_u32, 0..50_u32, 0..2000_u64), 1..60)) {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
            runtime.block_on(async {
                let budget = Budget::new(share, reserve);
                let (mut calls, mut extra, begin) = (0_u64, 0_u64, Instant::now());
                for (deposits, withdrawals, millis) in steps {
                    (0..deposits).for_each(|_| budget.deposit());
                    calls += u64::from(deposits);
                    extra += (0..withdrawals).filter(|_| budget.withdraw()).count() as u64;
                    tokio::time::advance(Duration::from_millis(millis)).await;
                    let most = f64::from(reserve) * (KEPT as f64 + begin.elapsed().as_secs_f64()) + share * calls as f64;
                    prop_assert!(extra as f64 <= most + 1e-6, "{extra} > {most}");
                }
                Ok(())
            })?;
        }
    }
}
