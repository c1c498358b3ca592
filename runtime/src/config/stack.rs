//! `[stack]`: what stands around every operation.

use super::live::Live;
use super::section::{Section, Unusable};
use crate::stack::{Compiled, Lines, Settings, Stack};
use std::sync::Arc;

impl Section for Settings {
    const NAME: &'static str = "stack";

    fn check(&self) -> Vec<Unusable> {
        Compiled::new(self.clone()).err().into_iter().collect()
    }

    #[cfg(feature = "config-schema")]
    fn schema() -> Option<serde_json::Value> {
        Some(schemars::schema_for!(Self).to_value())
    }
}

/// The stack that a configuration describes, now and after each of its changes.
pub(crate) fn stack(live: &Arc<Live>) -> Stack {
    let Some(settings) = live.section::<Settings>() else { return Stack::default() };
    // They were checked when they were read.
    let compiled = Compiled::new(settings.get().as_ref().clone()).unwrap_or_default();
    let stack = Stack::of(compiled, Lines::stderr());
    let changed = stack.clone();
    settings.on_change(move |settings| {
        if let Err(error) = changed.reload(settings.clone()) {
            tracing::error!(%error, "the settings of the stack were not changed");
        }
    });
    stack
}
