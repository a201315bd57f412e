//! Protection against replay: a transaction is executed at most once within its validity window.
//!
//! Each block stores the shortened identifiers of its transactions in one record of the state ([`SeenRecord`]), which later blocks
//! remove when the window has passed. [`ReplayWindow`] is the same information gathered for fast look-up, following
//! blocks that are not final yet along their branches.

use std::collections::{BTreeMap, BTreeSet};

use yinxin_crypto::{Digest, HashAlgorithm};
use yinxin_types::{BlockTime, Height, StateKey};

/// The first half of a transaction identifier: 128 bits, which nobody can meet twice on purpose except with two transactions of his own.
pub type ReplayId = [u8; 16];

/// The shortened form of an identifier.
pub fn replay_id(id: &Digest) -> ReplayId {
    let mut short = [0; 16];
    short.copy_from_slice(id.bytes().first_chunk::<16>().unwrap_or(&[0; 16]));
    short
}

/// The transactions of one block and its time, as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeenRecord {
    /// Time of the block.
    pub time: BlockTime,
    /// Its transactions.
    pub ids: Vec<ReplayId>,
}

impl SeenRecord {
    /// Where the record of a block lies.
    pub fn key(algorithm: HashAlgorithm, height: Height) -> StateKey {
        StateKey::new(algorithm, "system", "seen", &[&height.0.to_be_bytes()])
    }

    /// Eight bytes of time, then 16 bytes for each transaction.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = self.time.0.to_be_bytes().to_vec();
        out.extend(self.ids.iter().flatten());
        out
    }

    /// Reads the stored form; `None` if it is damaged.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (time, ids) = bytes.split_first_chunk::<8>()?;
        let (ids, rest) = ids.as_chunks::<16>();
        rest.is_empty().then(|| Self {
            time: BlockTime(u64::from_be_bytes(*time)),
            ids: ids.to_vec(),
        })
    }
}

#[derive(Debug)]
struct Branch {
    parent: Digest,
    height: Height,
    ids: BTreeSet<ReplayId>,
}

/// Every transaction of the window: of final blocks in one set, of blocks not yet final by branch.
#[derive(Debug)]
pub struct ReplayWindow {
    tip: (Height, Digest),
    by_height: BTreeMap<Height, Vec<ReplayId>>,
    final_ids: BTreeSet<ReplayId>,
    branches: BTreeMap<Digest, Branch>,
}

/// A block that does not continue the final chain as far as this window knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownParent;

impl ReplayWindow {
    /// A window at a final block, from the records its state holds.
    pub fn new(tip: (Height, Digest), records: impl IntoIterator<Item = (Height, SeenRecord)>) -> Self {
        let by_height: BTreeMap<_, _> = records
            .into_iter()
            .map(|(height, record)| (height, record.ids))
            .collect();
        let final_ids = by_height.values().flatten().copied().collect();
        Self {
            tip,
            by_height,
            final_ids,
            branches: BTreeMap::new(),
        }
    }

    /// The final block the window stands at.
    pub fn tip(&self) -> (Height, Digest) {
        self.tip
    }

    /// Of `ids`, in order, whether each was executed in a block from which `parent` descends, `parent` included.
    pub fn seen(&self, parent: &Digest, ids: &[ReplayId]) -> Result<Vec<bool>, UnknownParent> {
        let mut branch = Vec::new();
        let mut at = parent;
        while *at != self.tip.1 {
            let block = self.branches.get(at).ok_or(UnknownParent)?;
            branch.push(&block.ids);
            at = &block.parent;
        }
        Ok(ids
            .iter()
            .map(|id| self.final_ids.contains(id) || branch.iter().any(|ids| ids.contains(id)))
            .collect())
    }

    /// Remembers a block that may become final.
    pub fn add(
        &mut self,
        hash: Digest,
        parent: Digest,
        height: Height,
        ids: impl IntoIterator<Item = ReplayId>,
    ) {
        if height > self.tip.0 {
            self.branches.insert(
                hash,
                Branch {
                    parent,
                    height,
                    ids: ids.into_iter().collect(),
                },
            );
        }
    }

    /// A block became final: its transactions join the final set, what it no longer remembers (`replay_from`) leaves, branches that
    /// lost are dropped. Finalising a block again, or one below the tip, changes nothing.
    pub fn finalize(&mut self, hash: Digest, height: Height, ids: Vec<ReplayId>, replay_from: Height) {
        if height <= self.tip.0 {
            return;
        }
        self.final_ids.extend(ids.iter().copied());
        self.by_height.insert(height, ids);
        let kept = self.by_height.split_off(&replay_from);
        for id in std::mem::replace(&mut self.by_height, kept)
            .into_values()
            .flatten()
        {
            self.final_ids.remove(&id);
        }
        self.tip = (height, hash);
        self.branches.retain(|_, branch| branch.height > height);
    }
}
