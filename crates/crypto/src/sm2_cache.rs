//! The tables of the SM2 keys that sign often. A table makes verification about three times as fast and costs about as
//! much to compute as five verifications without it; so a key gets one after it has signed validly a few times.
//!
//! The cache changes the cost of a verdict, never the verdict. It is bounded: [`TABLES`] tables of 69 KB.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::sm2_signature::VerifyingKey;

/// The encoding of a key.
type Encoding = [u8; 33];

/// How many keys have a table at most: 18 MB in all.
const TABLES: usize = 256;

/// How many keys without a table are counted at most.
const CANDIDATES: usize = 4_096;

/// After so many valid signatures a key gets a table. Whoever wants to drive out the tables of others has to pay with so
/// many signatures for each.
const USES: u32 = 4;

static CACHE: Mutex<Cache> = Mutex::new(Cache::new());

/// The tables, and the keys on their way to one.
struct Cache {
    tables: BTreeMap<Encoding, Slot>,
    candidates: BTreeMap<Encoding, u32>,
    /// Counts the look-ups; the least recently used table has the smallest mark.
    clock: u64,
}

struct Slot {
    key: Arc<VerifyingKey>,
    last_used: u64,
}

/// The table of a key, if it has one.
pub(crate) fn find(encoding: &Encoding) -> Option<Arc<VerifyingKey>> {
    CACHE
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .find(encoding)
}

/// Counts a valid signature of a key that has no table, and gives it one when it has earned it.
pub(crate) fn record_valid(encoding: &Encoding, key: &VerifyingKey) {
    let earned = CACHE
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .count(encoding);
    if earned {
        // Computed without the lock: others go on verifying meanwhile.
        let key = Arc::new(key.with_table());
        CACHE
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(*encoding, key);
    }
}

impl Cache {
    const fn new() -> Self {
        Self {
            tables: BTreeMap::new(),
            candidates: BTreeMap::new(),
            clock: 0,
        }
    }

    fn find(&mut self, encoding: &Encoding) -> Option<Arc<VerifyingKey>> {
        self.clock = self.clock.saturating_add(1);
        let slot = self.tables.get_mut(encoding)?;
        slot.last_used = self.clock;
        Some(Arc::clone(&slot.key))
    }

    /// Counts one valid signature; true exactly when it is the one that earns the table.
    fn count(&mut self, encoding: &Encoding) -> bool {
        if self.tables.contains_key(encoding) {
            // Several signatures of the key were under way while its table was computed.
            return false;
        }
        if self.candidates.len() >= CANDIDATES && !self.candidates.contains_key(encoding) {
            // So many keys that sign once or twice: start counting afresh.
            self.candidates.clear();
        }
        let uses = self.candidates.entry(*encoding).or_default();
        *uses = uses.saturating_add(1);
        let earned = *uses >= USES;
        if earned {
            self.candidates.remove(encoding);
        }
        earned
    }

    fn insert(&mut self, encoding: Encoding, key: Arc<VerifyingKey>) {
        if self.tables.len() >= TABLES && !self.tables.contains_key(&encoding) {
            let oldest = self
                .tables
                .iter()
                .min_by_key(|(_, slot)| slot.last_used)
                .map(|(encoding, _)| *encoding);
            if let Some(oldest) = oldest {
                self.tables.remove(&oldest);
            }
        }
        self.tables.insert(
            encoding,
            Slot {
                key,
                last_used: self.clock,
            },
        );
    }
}

#[cfg(test)]
mod tests;
