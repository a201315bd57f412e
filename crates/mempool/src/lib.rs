//! Hold verified transactions until a proposer takes them.
//!
//! ```text
//! VerifiedTransaction ─► insert ─► Mempool ─► propose ─► a block that may lose
//!                                     ▲                        │
//!                                     └── committed, expire ◄──┘ final, or its validity passed
//! ```
//!
//! The pool (交易池) is bounded in count and in bytes, and for each account; when it is full it says so instead of dropping what it
//! accepted. It is fair: however much one account submits, another account's transaction waits only for its turn. Proposing takes
//! nothing away, because a proposed block may lose; a transaction leaves when it is final or can no longer become final.
//!
//! Nothing here reads a clock, and every order is that of a sorted map: the same calls give the same answers on every machine.

mod limits;
mod pool;
mod ready;

use std::fmt;
use std::sync::Arc;

use parking_lot::Mutex;
use yinxin_crypto::Digest;
use yinxin_types::transaction::KeyedSignature;
use yinxin_types::{BlockTime, Rejection, VerifiedTransaction};

pub use limits::{Limits, Space};
pub use ready::Arrival;

use crate::pool::{Pool, Turn};
use crate::ready::Waiting;

/// What became of a transaction that was offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Inserted {
    /// It waits now.
    New,
    /// It, or one with the same body, already waits.
    Known,
}

/// Where a walk through the pool stands; at first before everything.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place(Option<Turn>);

/// How full the pool is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Load {
    /// Waiting transactions.
    pub transactions: usize,
    /// Their bytes in wire form.
    pub bytes: usize,
}

/// The shared pool. Clones are handles to the same pool; no call blocks longer than the pool's own short operations.
#[derive(Clone)]
pub struct Mempool {
    shared: Arc<Mutex<Shared>>,
    limits: Limits,
}

#[derive(Debug)]
struct Shared {
    pool: Pool,
    waiting: Waiting,
}

impl fmt::Debug for Mempool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mempool")
            .field("limits", &self.limits)
            .field("load", &self.load())
            .finish()
    }
}

impl Mempool {
    /// An empty pool.
    pub fn new(limits: Limits) -> Self {
        let shared = Shared {
            pool: Pool::new(limits),
            waiting: Waiting::default(),
        };
        Self {
            shared: Arc::new(Mutex::new(shared)),
            limits,
        }
    }

    /// Takes a transaction in. `now` is the node's best knowledge of block time.
    ///
    /// # Errors
    /// `TX_EXPIRED` if its validity has passed, `POOL_FULL` if there is no room even after expired ones left, `POOL_ACCOUNT` if the
    /// account has too many waiting. One that already waits is no error: [`Inserted::Known`].
    pub fn insert(
        &self,
        transaction: Arc<VerifiedTransaction>,
        now: BlockTime,
    ) -> Result<Inserted, Rejection> {
        let (inserted, wakers) = {
            let mut shared = self.shared.lock();
            let inserted = shared.pool.insert(transaction, now)?;
            let wakers = if inserted == Inserted::New {
                shared.waiting.take()
            } else {
                Vec::new()
            };
            (inserted, wakers)
        };
        // Outside the lock: a waker may run its task at once, and the task may use the pool.
        for waker in wakers {
            waker.wake();
        }
        Ok(inserted)
    }

    /// The transactions for a block of at most `space` whose time is `now`, accounts taking turns and each account's own in the order
    /// they came. Those that `exclude` names (in blocks not yet final that this one continues) and those outside their validity
    /// window are passed over. Nothing is removed.
    pub fn propose(
        &self,
        space: Space,
        now: BlockTime,
        exclude: &dyn Fn(&Digest) -> bool,
    ) -> Vec<Arc<VerifiedTransaction>> {
        self.shared.lock().pool.propose(space, now, exclude)
    }

    /// A part of what has waited since `seen` transactions had been taken in, at most `space` of it (one that is larger comes alone): the part
    /// that follows `place`, which is moved on and comes back to the start at the end. So whoever asks again and again sees each in its turn.
    pub fn waiting(&self, place: &mut Place, seen: u64, space: Space) -> Vec<Arc<VerifiedTransaction>> {
        let (waiting, last) = self.shared.lock().pool.waiting(place.0, seen, space);
        place.0 = last;
        waiting
    }

    /// Removes transactions that became final, and any found to have been final before they came. Unknown ones are ignored.
    ///
    /// A node removes them only after its index answers for them, so that no client sees a transaction disappear between the two.
    pub fn committed<'a>(&self, ids: impl IntoIterator<Item = &'a Digest>) {
        let mut shared = self.shared.lock();
        for id in ids {
            shared.pool.remove(id);
        }
    }

    /// Removes every transaction whose validity ended before `now` and says how many.
    pub fn expire(&self, now: BlockTime) -> usize {
        self.shared.lock().pool.expire(now)
    }

    /// Whether a transaction with this identifier waits.
    pub fn contains(&self, id: &Digest) -> bool {
        self.shared.lock().pool.get(id).is_some()
    }

    /// The waiting transaction with this identifier. Its signatures may differ from those of another copy: see [`Mempool::verified`].
    pub fn get(&self, id: &Digest) -> Option<Arc<VerifiedTransaction>> {
        self.shared.lock().pool.get(id).cloned()
    }

    /// The waiting transaction with this identifier if it carries exactly these signatures, so that a block's copy of it needs no
    /// second verification. The identifier covers the body only; a copy with other signatures must be verified for itself.
    pub fn verified(&self, id: &Digest, signatures: &[KeyedSignature]) -> Option<Arc<VerifiedTransaction>> {
        self.get(id)
            .filter(|known| known.transaction().signatures == signatures)
    }

    /// How full the pool is.
    pub fn load(&self) -> Load {
        self.shared.lock().pool.load()
    }

    /// The bounds it was made with.
    pub fn limits(&self) -> Limits {
        self.limits
    }

    /// How many transactions were ever taken in; grows with each [`Inserted::New`].
    pub fn arrivals(&self) -> u64 {
        self.shared.lock().pool.arrivals()
    }

    /// Resolves as soon as more than `seen` transactions were ever taken in: a proposer that found nothing it could use passes the
    /// [`Mempool::arrivals`] it saw before looking and sleeps until something new comes. Needs no particular executor; a future that is
    /// dropped leaves nothing behind.
    pub fn arrival(&self, seen: u64) -> Arrival {
        Arrival::new(Arc::clone(&self.shared), seen, false)
    }

    /// Resolves as soon as the pool holds a transaction.
    pub fn ready(&self) -> Arrival {
        Arrival::new(Arc::clone(&self.shared), 0, true)
    }
}
