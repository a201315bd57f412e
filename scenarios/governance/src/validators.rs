//! The schedule of validator sets (验证者集合): which set counts from which height on, and the guard that keeps a quorum (法定多数护栏).
//!
//! A change of one key is a statement about every set from its height on: the key is in, or out. So changes that were decided apart
//! fit together whatever the order of their heights, and one that takes back another leaves nothing behind.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use yinxin_crypto::PublicKey;
use yinxin_execution::{Call, Failure, Records};
use yinxin_types::units::EPOCH_BLOCKS;
use yinxin_types::{Code, Genesis, Height, Rejection, ValidatorSet};

use crate::{codes, records as keys};

/// The fewest validators that bear one failure: n = 3f + 1 with f = 1.
pub const MIN_VALIDATORS: usize = 4;
/// The most heights at which a change may be waiting.
pub const MAX_SCHEDULED: usize = 8;
/// How far ahead a height may lie, in blocks.
pub const MAX_BLOCKS_AHEAD: u64 = 100_000_000;

/// A set and the height from which on it counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Entry {
    /// Number of the set; 0 for the founders.
    pub epoch: u64,
    pub height: Height,
    /// Sorted by their bytes.
    pub validators: Vec<PublicKey>,
}

/// The record `schedule`: the set in force when it was written, then those that wait, by height.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Schedule {
    pub entries: Vec<Entry>,
}

/// What happens to a key.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Change {
    /// It votes from the height on.
    Enter(PublicKey),
    /// It votes no more from the height on.
    Leave(PublicKey),
    /// The second votes where the first would have.
    Replace(PublicKey, PublicKey),
}

impl Change {
    fn apply(self, set: &mut Vec<PublicKey>) {
        let (out, enter) = match self {
            Self::Enter(key) => (None, Some(key)),
            Self::Leave(key) => (Some(key), None),
            Self::Replace(old, _) if !set.contains(&old) => (None, None),
            Self::Replace(old, new) => (Some(old), Some(new)),
        };
        set.retain(|key| Some(*key) != out);
        set.extend(enter.filter(|key| !set.contains(key)));
        set.sort_by(|a, b| a.as_bytes().cmp(b.as_bytes()));
    }
}

impl Schedule {
    pub fn load(call: &Call<'_>, records: &Records<'_>) -> Result<Self, Failure> {
        let stored = records.get(&keys::schedule(call.hash()))?;
        Ok(stored.unwrap_or_else(|| Self::founding(call.genesis)))
    }

    fn founding(genesis: &Genesis) -> Self {
        let ValidatorSet { epoch, validators } = genesis.validators();
        Self {
            entries: vec![Entry {
                epoch,
                height: Height::GENESIS,
                validators,
            }],
        }
    }

    /// Whether the key votes once everything that waits has come.
    pub fn ends_with(&self, key: &PublicKey) -> bool {
        self.entries
            .last()
            .is_some_and(|entry| entry.validators.contains(key))
    }

    /// The schedule with a change from `at` on, and the sets that are past. Refused with `GOV_HEIGHT`, then by the guard with
    /// `GOV_VALIDATORS_FEW`, `GOV_VALIDATORS_THIRD`, then with `GOV_MEMBER_LIMIT`, `GOV_SCHEDULE_LIMIT`.
    pub fn with(
        &self,
        change: Change,
        at: Height,
        now: Height,
        notice: u64,
    ) -> Result<(Self, Vec<Entry>), Rejection> {
        let (nearest, farthest) = (
            now.0.saturating_add(notice),
            now.0.saturating_add(MAX_BLOCKS_AHEAD),
        );
        if !(nearest..=farthest).contains(&at.0) {
            let detail = format!("height {at}; at height {now}, {nearest} to {farthest} are allowed");
            return Err(Rejection::new(codes::GOV_HEIGHT, detail));
        }
        if at != Height::first_of(at.epoch()) {
            let (before, after) = (
                Height::first_of(at.epoch()),
                Height::first_of(at.epoch().saturating_add(1)),
            );
            let detail =
                format!("height {at}; validators change at multiples of {EPOCH_BLOCKS}: {before} or {after}");
            return Err(Rejection::new(codes::GOV_HEIGHT, detail));
        }
        let in_force = self
            .entries
            .iter()
            .rposition(|entry| entry.height <= now)
            .unwrap_or_default();
        let (past, kept) = self.entries.split_at_checked(in_force).unwrap_or_default();
        let mut entries: Vec<Entry> = Vec::with_capacity(kept.len().saturating_add(1));
        for entry in kept {
            if entry.height > at && entries.last().is_some_and(|last| last.height < at) {
                entries.extend(entries.last().cloned().map(|last| Entry { height: at, ..last }));
            }
            entries.push(entry.clone());
        }
        if entries.last().is_some_and(|last| last.height < at) {
            entries.extend(entries.last().cloned().map(|last| Entry { height: at, ..last }));
        }
        for entry in entries.iter_mut().filter(|entry| entry.height >= at) {
            change.apply(&mut entry.validators);
        }
        entries.dedup_by(|later, earlier| later.validators == earlier.validators);
        guard(&entries)?;
        if entries.len() > MAX_SCHEDULED.saturating_add(1) {
            let detail = format!("changes would wait for {MAX_SCHEDULED} heights and one more");
            return Err(Rejection::new(codes::GOV_SCHEDULE_LIMIT, detail));
        }
        let first = entries.first().map(|entry| entry.epoch).unwrap_or_default();
        for (entry, further) in entries.iter_mut().zip(0_u64..) {
            entry.epoch = first.saturating_add(further);
        }
        Ok((Self { entries }, past.to_vec()))
    }

    /// The set at a height, as decided until now, with the first epoch in which it votes. Sets that are past are found by halving, in records of their own.
    pub fn at(
        &self,
        call: &Call<'_>,
        records: &Records<'_>,
        height: Height,
    ) -> Result<ValidatorSet, Failure> {
        let answer = |entry: &Entry| ValidatorSet {
            epoch: entry.height.epoch(),
            validators: entry.validators.clone(),
        };
        if let Some(entry) = self.entries.iter().rfind(|entry| entry.height <= height) {
            return Ok(answer(entry));
        }
        // Sets from `low` on began at or before the height; from `high` on, later.
        let (mut low, mut high) = (
            0,
            self.entries.first().map(|entry| entry.epoch).unwrap_or_default(),
        );
        let mut found = call.genesis.validators();
        while high.saturating_sub(low) > 1 {
            let middle = low.midpoint(high);
            let key = keys::epoch(call.hash(), middle);
            let entry: Entry = records.get(&key)?.ok_or(Failure::Damaged(key))?;
            if entry.height <= height {
                (low, found) = (middle, answer(&entry));
            } else {
                high = middle;
            }
        }
        Ok(found)
    }
}

/// Refuses a schedule in which a set is too small or too large, or differs from the one before in more than a third of its keys.
/// A key that takes the place of another counts once.
fn guard(entries: &[Entry]) -> Result<(), Rejection> {
    let refuse = |code: Code, detail: String| Err(Rejection::new(code, detail));
    for pair in entries.windows(2) {
        let [before, after] = pair else { continue };
        let (size, height) = (after.validators.len(), after.height);
        if size < MIN_VALIDATORS {
            let lacking = MIN_VALIDATORS.saturating_sub(size);
            return refuse(
                codes::GOV_VALIDATORS_FEW,
                format!(
                    "from height {height} on there would be {size} validators; at least {MIN_VALIDATORS} are needed: \
                     let {lacking} more enter at or before that height first"
                ),
            );
        }
        let (old, new): (BTreeSet<_>, BTreeSet<_>) = (
            before.validators.iter().map(PublicKey::as_bytes).collect(),
            after.validators.iter().map(PublicKey::as_bytes).collect(),
        );
        let changed = old.difference(&new).count().max(new.difference(&old).count());
        let allowed = old.len() / 3;
        if changed > allowed {
            return refuse(
                codes::GOV_VALIDATORS_THIRD,
                format!(
                    "at height {height} {changed} of {} validators would change; at most {allowed} may: choose another height",
                    old.len()
                ),
            );
        }
        if size > Genesis::MAX_MEMBERS {
            return refuse(
                codes::GOV_MEMBER_LIMIT,
                format!("{size} validators of at most {}", Genesis::MAX_MEMBERS),
            );
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use yinxin_crypto::{PrivateKey, PublicKey, SignatureAlgorithm};
    use yinxin_types::Height;

    use super::{Change, Entry, Schedule};

    fn key(seed: u8) -> PublicKey {
        PrivateKey::from_bytes(SignatureAlgorithm::Ed25519, &[seed; 32])
            .unwrap()
            .public_key()
    }

    fn founded(n: u8) -> Schedule {
        let mut validators: Vec<_> = (1..=n).map(key).collect();
        validators.sort_by(|a, b| a.as_bytes().cmp(b.as_bytes()));
        Schedule {
            entries: vec![Entry {
                epoch: 0,
                height: Height(0),
                validators,
            }],
        }
    }

    fn refusal(schedule: &Schedule, change: Change, at: u64) -> String {
        let refused = schedule.with(change, Height(at), Height(10), 5);
        refused.unwrap_err().detail
    }

    #[test]
    fn a_refusal_says_what_would_be_needed() {
        let few = refusal(&founded(4), Change::Leave(key(1)), 128);
        assert!(
            few.contains("from height 128 on there would be 3 validators"),
            "{few}"
        );
        assert!(few.contains("let 1 more enter at or before that height"), "{few}");
        let (busy, _) = founded(5)
            .with(Change::Enter(key(9)), Height(128), Height(10), 5)
            .unwrap();
        let third = refusal(&busy, Change::Enter(key(10)), 128);
        assert!(
            third.contains("at height 128 2 of 5 validators would change; at most 1 may"),
            "{third}"
        );
        let near = refusal(&founded(4), Change::Enter(key(9)), 14);
        assert!(near.contains("15 to"), "{near}");
        let between = refusal(&founded(4), Change::Enter(key(9)), 130);
        assert!(between.contains("128 or 192"), "{between}");
    }

    #[test]
    fn statements_about_different_keys_give_one_schedule_in_whatever_order_they_are_decided() {
        let changes = [
            (Change::Enter(key(8)), 128),
            (Change::Leave(key(1)), 256),
            (Change::Replace(key(2), key(9)), 192),
        ];
        let build = |order: [usize; 3]| {
            order.iter().fold(founded(6), |schedule, index| {
                let (change, at) = changes[*index];
                schedule.with(change, Height(at), Height(10), 5).unwrap().0
            })
        };
        let expected = build([0, 1, 2]);
        let heights: Vec<_> = expected
            .entries
            .iter()
            .map(|entry| (entry.epoch, entry.height.0))
            .collect();
        assert_eq!(heights, [(0, 0), (1, 128), (2, 192), (3, 256)]);
        for order in [[0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
            assert_eq!(build(order), expected);
        }
    }
}
