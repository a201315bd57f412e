//! What waits long is told to the other nodes again.
//!
//! Transactions are passed on once, as they come in. That message may be lost: the link's quota drops it, or the others die with it. A node
//! that may propose does not need it, but one whose blocks the others refuse (its clock is ahead) or whose
//! turn does not come (it left the validators) would keep what its clients gave it until it expires. Invariants: (1) what waits is told
//! again within the patience of the node times the parts the pool has; (2) what it costs is bounded: one part in that time, whatever waits.

use std::sync::Arc;

use yinxin_mempool::{Place, Space};
use yinxin_types::{Transaction, VerifiedTransaction};

use super::Core;
use crate::platform::blocking;

/// What is told again at a time: at most one message.
const PART: Space = Space {
    transactions: 256,
    bytes: yinxin_consensus::MAX_GOSSIP_BYTES,
};

impl Core {
    /// Tells again, for as long as the node lives.
    pub(super) async fn retell(self: Arc<Self>) {
        let mut place = Place::default();
        let mut seen = self.mempool.arrivals();
        loop {
            self.platform.sleep(self.patience).await;
            self.mempool.expire(self.platform.now());
            // What came in the meantime was told as it came.
            let waiting = self.mempool.waiting(&mut place, seen, PART);
            seen = self.mempool.arrivals();
            if waiting.is_empty() {
                continue;
            }
            let worker = self.clone();
            let again = blocking(self.platform.as_ref(), move || worker.not_final(&waiting)).await;
            if let Some(again) = again
                && !again.is_empty()
                && let Some(gossip) = self.gossip.lock().as_mut()
            {
                gossip.pass_on(&again);
            }
        }
    }

    /// Those that are not final; copies of final ones that came late leave the pool, so that they are not spread.
    fn not_final(&self, waiting: &[Arc<VerifiedTransaction>]) -> Vec<Transaction> {
        let (late, open): (Vec<_>, Vec<_>) = waiting.iter().partition(|transaction| {
            self.index
                .transaction(&transaction.id())
                .is_ok_and(|found| found.value.is_some())
        });
        let late: Vec<_> = late.iter().map(|transaction| transaction.id()).collect();
        self.mempool.committed(&late);
        open.iter()
            .map(|transaction| transaction.transaction().clone())
            .collect()
    }
}
