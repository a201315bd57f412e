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

/// The most identifiers that are merged into one generation.
const GENERATION: usize = 1 << 18;

/// The transactions of some blocks that follow each other, in order of their identifiers: 16 bytes for each, where a tree takes 40. A
/// window of ten minutes at full speed holds millions.
#[derive(Debug)]
struct Generation {
    newest: Height,
    ids: Vec<ReplayId>,
    /// Where the identifiers begin whose first byte is 0, 1, and so on; at last their number.
    starts: Vec<usize>,
}

impl Generation {
    fn new(newest: Height, mut ids: Vec<ReplayId>) -> Self {
        // Takes no longer than it takes to merge, if there are two parts in order.
        ids.sort();
        ids.dedup();
        ids.shrink_to_fit();
        let starts =
            (0..=u8::MAX).map(|byte| ids.partition_point(|id| id.first().is_some_and(|first| *first < byte)));
        let starts = starts.chain([ids.len()]).collect();
        Self { newest, ids, starts }
    }

    fn contains(&self, id: &ReplayId) -> bool {
        let byte = usize::from(id.first().copied().unwrap_or_default());
        let bounds = (self.starts.get(byte), self.starts.get(byte.saturating_add(1)));
        let (Some(start), Some(end)) = bounds else {
            return false;
        };
        self.ids
            .get(*start..*end)
            .is_some_and(|ids| ids.binary_search(id).is_ok())
    }
}

/// Every transaction of the window: of final blocks in generations, of blocks not yet final by branch.
///
/// A generation leaves when its newest block has left the window. Until then it may still name transactions of blocks that have left,
/// which changes nothing: the validity of those has ended, and is looked at first.
#[derive(Debug)]
pub struct ReplayWindow {
    tip: (Height, Digest),
    generations: Vec<Generation>,
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
        let mut window = Self {
            tip,
            generations: Vec::new(),
            branches: BTreeMap::new(),
        };
        for (height, ids) in by_height {
            window.push(height, ids);
        }
        window
    }

    /// Adds the transactions of the next block, merging generations of like size, so that there are few of them.
    fn push(&mut self, height: Height, mut ids: Vec<ReplayId>) {
        if ids.is_empty() {
            return;
        }
        ids.sort_unstable();
        while let Some(last) = self.generations.pop_if(|last| {
            let merged = last.ids.len().saturating_add(ids.len());
            last.ids.len() < ids.len().saturating_mul(2) && merged <= GENERATION
        }) {
            let mut merged = last.ids;
            merged.append(&mut ids);
            merged.sort();
            ids = merged;
        }
        self.generations.push(Generation::new(height, ids));
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
            .map(|id| {
                self.generations.iter().any(|generation| generation.contains(id))
                    || branch.iter().any(|ids| ids.contains(id))
            })
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
        self.push(height, ids);
        self.generations
            .retain(|generation| generation.newest >= replay_from);
        self.tip = (height, hash);
        self.branches.retain(|_, branch| branch.height > height);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: u64) -> ReplayId {
        replay_id(&HashAlgorithm::Sha256.hash(&[&number.to_be_bytes()]))
    }

    fn hash(height: u64) -> Digest {
        HashAlgorithm::Sha256.hash(&[b"block", &height.to_be_bytes()])
    }

    /// Blocks of very different sizes; the window keeps the last twenty.
    #[test]
    fn what_is_in_the_window_is_seen_and_what_was_never_there_is_not() {
        let mut window = ReplayWindow::new((Height(0), hash(0)), []);
        let mut next = 0_u64;
        let mut blocks: Vec<Vec<u64>> = vec![Vec::new()];
        for height in 1..=300_u64 {
            let size = [0, 1, 3, 40, 700][usize::try_from(height * 7 % 5).unwrap()];
            let numbers: Vec<u64> = (next..next + size).collect();
            next += size;
            window.finalize(
                hash(height),
                Height(height),
                numbers.iter().map(|number| id(*number)).collect(),
                Height(height.saturating_sub(20)),
            );
            blocks.push(numbers);
            let kept: Vec<ReplayId> = blocks[blocks.len().saturating_sub(20)..]
                .iter()
                .flatten()
                .map(|number| id(*number))
                .collect();
            let seen = window.seen(&hash(height), &kept).unwrap();
            assert!(seen.iter().all(|seen| *seen), "height {height}");
            let strange: Vec<ReplayId> = (1_000_000..1_000_100).map(id).collect();
            assert!(!window.seen(&hash(height), &strange).unwrap().contains(&true));
            assert!(
                window.generations.len() < 24,
                "{} generations",
                window.generations.len()
            );
        }
        let held: usize = window.generations.iter().map(|one| one.ids.len()).sum();
        assert!(held < 60 * 700, "old generations leave: {held} are held");
    }

    #[test]
    fn a_window_read_from_records_is_the_one_that_grew() {
        let records = (1..=50_u64).map(|height| {
            let ids = (0..height).map(|number| id(height * 1000 + number)).collect();
            let record = SeenRecord {
                time: BlockTime(height),
                ids,
            };
            (Height(height), record)
        });
        let window = ReplayWindow::new((Height(50), hash(50)), records);
        for height in 1..=50 {
            let ids: Vec<_> = (0..height).map(|number| id(height * 1000 + number)).collect();
            assert_eq!(window.seen(&hash(50), &ids), Ok(vec![true; ids.len()]));
        }
        assert_eq!(window.seen(&hash(50), &[id(1)]), Ok(vec![false]));
        assert_eq!(window.seen(&hash(49), &[id(1)]), Err(UnknownParent));
    }
}
