//! The pool itself: sorted maps over the same transactions, kept in step. No lock, no waker, no clock.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use std::sync::Arc;

use yinxin_crypto::{Digest, PublicKey};
use yinxin_types::{BlockTime, Rejection, VerifiedTransaction, codes};

use crate::limits::{Limits, Space};
use crate::{Inserted, Load};

/// When a transaction's turn comes: first by round, then by arrival.
///
/// The rounds are those of fair queueing. An account with nothing waiting joins the round that is being served; each further
/// transaction of an account belongs to a later round than the one before. So a walk in this order visits the accounts in turns, and
/// a flood from one account only fills rounds of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Turn {
    round: u64,
    arrival: u64,
}

#[derive(Debug)]
struct Entry {
    transaction: Arc<VerifiedTransaction>,
    turn: Turn,
    bytes: usize,
}

/// Every operation costs O(log n); a proposal costs O(log n) and what it walks over.
#[derive(Debug)]
pub(crate) struct Pool {
    limits: Limits,
    entries: BTreeMap<Digest, Entry>,
    /// Who is next.
    order: BTreeMap<Turn, Digest>,
    /// The turns of each account; an account without any is not in the map.
    accounts: BTreeMap<PublicKey, BTreeSet<Turn>>,
    expiry: BTreeSet<(BlockTime, Digest)>,
    bytes: usize,
    arrivals: u64,
}

impl Pool {
    pub(crate) fn new(limits: Limits) -> Self {
        Self {
            limits,
            entries: BTreeMap::new(),
            order: BTreeMap::new(),
            accounts: BTreeMap::new(),
            expiry: BTreeSet::new(),
            bytes: 0,
            arrivals: 0,
        }
    }

    pub(crate) fn insert(
        &mut self,
        transaction: Arc<VerifiedTransaction>,
        now: BlockTime,
    ) -> Result<Inserted, Rejection> {
        let id = transaction.id();
        if self.entries.contains_key(&id) {
            return Ok(Inserted::Known);
        }
        let valid_until = transaction.body().valid_until;
        if valid_until < now {
            return Err(Rejection::new(
                codes::TX_EXPIRED,
                format!("valid until {valid_until}, it is {now}"),
            ));
        }
        let account = transaction.body().account;
        let bytes = transaction.transaction().wire_len();
        if !self.fits(bytes) {
            self.expire(now);
        }
        if !self.fits(bytes) {
            let Load { transactions, bytes } = self.load();
            return Err(Rejection::new(
                codes::POOL_FULL,
                format!("{transactions} transactions of {bytes} bytes wait"),
            ));
        }
        let waiting = self.accounts.get(&account);
        let count = waiting.map_or(0, BTreeSet::len);
        if count >= self.limits.account_transactions {
            return Err(Rejection::new(
                codes::POOL_ACCOUNT,
                format!("{count} transactions of the account wait"),
            ));
        }
        let served = self.order.first_key_value().map_or(0, |(turn, _)| turn.round);
        let own = waiting
            .and_then(BTreeSet::last)
            .map_or(0, |last| last.round.saturating_add(1));
        let turn = Turn {
            round: served.max(own),
            arrival: self.arrivals,
        };
        self.arrivals = self.arrivals.saturating_add(1);
        self.bytes = self.bytes.saturating_add(bytes);
        self.order.insert(turn, id);
        self.accounts.entry(account).or_default().insert(turn);
        self.expiry.insert((valid_until, id));
        self.entries.insert(
            id,
            Entry {
                transaction,
                turn,
                bytes,
            },
        );
        Ok(Inserted::New)
    }

    fn fits(&self, bytes: usize) -> bool {
        self.entries.len() < self.limits.transactions && self.bytes.saturating_add(bytes) <= self.limits.bytes
    }

    pub(crate) fn propose(
        &self,
        space: Space,
        now: BlockTime,
        exclude: &dyn Fn(&Digest) -> bool,
    ) -> Vec<Arc<VerifiedTransaction>> {
        let latest = now.saturating_add(self.limits.window_ms);
        let mut taken = Vec::new();
        let mut room = space.bytes;
        for id in self.order.values() {
            if taken.len() >= space.transactions {
                break;
            }
            let Some(entry) = self.entries.get(id) else {
                continue;
            };
            let valid_until = entry.transaction.body().valid_until;
            // What no block of this size can hold must not stand in the way of the others.
            let unusable = valid_until < now || valid_until > latest || entry.bytes > space.bytes;
            if unusable || exclude(id) {
                continue;
            }
            // The first that no longer fits ends the block: passing it over would let small transactions starve large ones.
            let Some(left) = room.checked_sub(entry.bytes) else {
                break;
            };
            room = left;
            taken.push(Arc::clone(&entry.transaction));
        }
        taken
    }

    /// Those whose turn comes later than `after` and that came before the `seen`-th arrival, as many as there is space for; with the turn of
    /// the last one, or `None` at the end of the walk.
    pub(crate) fn waiting(
        &self,
        after: Option<Turn>,
        seen: u64,
        space: Space,
    ) -> (Vec<Arc<VerifiedTransaction>>, Option<Turn>) {
        let start = after.map_or(Bound::Unbounded, Bound::Excluded);
        let mut taken = Vec::new();
        let (mut room, mut last) = (space.bytes, after);
        for (turn, id) in self.order.range((start, Bound::Unbounded)) {
            if let Some(entry) = self.entries.get(id)
                && turn.arrival < seen
            {
                let left = room.checked_sub(entry.bytes);
                if taken.len() >= space.transactions || (left.is_none() && !taken.is_empty()) {
                    return (taken, last);
                }
                room = left.unwrap_or(0);
                taken.push(Arc::clone(&entry.transaction));
            }
            last = Some(*turn);
        }
        (taken, None)
    }

    pub(crate) fn remove(&mut self, id: &Digest) {
        let Some(Entry {
            transaction,
            turn,
            bytes,
        }) = self.entries.remove(id)
        else {
            return;
        };
        self.bytes = self.bytes.saturating_sub(bytes);
        self.order.remove(&turn);
        self.expiry.remove(&(transaction.body().valid_until, *id));
        let account = &transaction.body().account;
        if let Some(turns) = self.accounts.get_mut(account) {
            turns.remove(&turn);
            if turns.is_empty() {
                self.accounts.remove(account);
            }
        }
    }

    pub(crate) fn expire(&mut self, now: BlockTime) -> usize {
        let mut removed = 0_usize;
        while let Some((_, id)) = self
            .expiry
            .first()
            .filter(|(valid_until, _)| *valid_until < now)
            .copied()
        {
            self.remove(&id);
            removed = removed.saturating_add(1);
        }
        removed
    }

    pub(crate) fn get(&self, id: &Digest) -> Option<&Arc<VerifiedTransaction>> {
        self.entries.get(id).map(|entry| &entry.transaction)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub(crate) fn arrivals(&self) -> u64 {
        self.arrivals
    }

    pub(crate) fn load(&self) -> Load {
        Load {
            transactions: self.entries.len(),
            bytes: self.bytes,
        }
    }
}
