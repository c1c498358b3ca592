//! Where instances come from.

use super::instance::Instance;
use super::list::List;
use futures_util::{Stream, StreamExt as _};
use std::sync::{Arc, Weak};
use tokio::task::AbortHandle;

/// What a discovery tells: DNS, a registry, a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// There is one more.
    Insert(Instance),
    /// There is one less. Calls that it is at work on are not cut.
    Remove(Instance),
    /// These are all that there are.
    All(Vec<Instance>),
}

/// Follows a stream of changes until nobody balances over its list any more.
#[derive(Debug)]
pub(super) struct Following(AbortHandle);

impl Following {
    pub(super) fn new(list: &Arc<List>, changes: impl Stream<Item = Change> + Send + 'static) -> Self {
        let list = Arc::downgrade(list);
        Self(tokio::spawn(follow(list, changes)).abort_handle())
    }
}

impl Drop for Following {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn follow(list: Weak<List>, changes: impl Stream<Item = Change>) {
    let mut changes = std::pin::pin!(changes);
    while let Some(change) = changes.next().await {
        let Some(list) = list.upgrade() else { return };
        list.change(change);
    }
}
