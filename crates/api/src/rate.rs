//! Rates per key: token buckets (令牌桶) in a map of bounded size, driven by a clock that is handed in.

use std::collections::BTreeMap;

use parking_lot::Mutex;

use crate::limits::Rate;

/// A bucket counts in thousandths of a token: one millisecond refills as many of them as there are tokens per second.
const TOKEN: u64 = 1000;

#[derive(Clone, Copy, Debug)]
struct Bucket {
    level: u64,
    at_ms: u64,
    used: u64,
}

#[derive(Debug)]
struct Table<K> {
    buckets: BTreeMap<K, Bucket>,
    /// Keys by last use, so that the one unused the longest is forgotten first.
    by_use: BTreeMap<u64, K>,
    uses: u64,
}

/// The buckets of all keys. A key that was forgotten starts with a full bucket again.
#[derive(Debug)]
pub struct Rates<K> {
    rate: Rate,
    remembered: usize,
    table: Mutex<Table<K>>,
}

impl<K: Ord + Clone> Rates<K> {
    /// Full buckets of `rate` for at most `remembered` keys.
    pub fn new(rate: Rate, remembered: usize) -> Self {
        let table = Table {
            buckets: BTreeMap::new(),
            by_use: BTreeMap::new(),
            uses: 0,
        };
        Self {
            rate,
            remembered: remembered.max(1),
            table: Mutex::new(table),
        }
    }

    fn full(&self) -> u64 {
        u64::from(self.rate.burst.max(1)).saturating_mul(TOKEN)
    }

    fn level(&self, bucket: Option<&Bucket>, now_ms: u64) -> u64 {
        let Some(bucket) = bucket else { return self.full() };
        // A clock that was set back refills nothing.
        let refill = now_ms
            .saturating_sub(bucket.at_ms)
            .saturating_mul(u64::from(self.rate.per_second));
        bucket.level.saturating_add(refill).min(self.full())
    }

    /// Milliseconds until `missing` thousandths have come in.
    fn wait_ms(&self, missing: u64) -> u64 {
        missing.div_ceil(u64::from(self.rate.per_second.max(1)))
    }

    /// Whether anything is left for `key`, without taking it.
    ///
    /// # Errors
    /// After how many milliseconds to ask again.
    pub fn check(&self, key: &K, now_ms: u64) -> Result<(), u64> {
        let table = self.table.lock();
        let level = self.level(table.buckets.get(key), now_ms);
        if level >= TOKEN {
            Ok(())
        } else {
            Err(self.wait_ms(TOKEN.saturating_sub(level)))
        }
    }

    /// Takes `tokens`. A bucket that holds any gives all that is asked and goes to zero, so that no request is too large for it.
    ///
    /// # Errors
    /// After how many milliseconds to ask again; then nothing was taken.
    pub fn take(&self, key: &K, tokens: usize, now_ms: u64) -> Result<(), u64> {
        let mut table = self.table.lock();
        let level = self.level(table.buckets.get(key), now_ms);
        if level < TOKEN {
            return Err(self.wait_ms(TOKEN.saturating_sub(level)));
        }
        let asked = u64::try_from(tokens).unwrap_or(u64::MAX).saturating_mul(TOKEN);
        let at_ms = table
            .buckets
            .get(key)
            .map_or(now_ms, |bucket| bucket.at_ms.max(now_ms));
        self.put(&mut table, key, level.saturating_sub(asked), at_ms);
        Ok(())
    }

    fn put(&self, table: &mut Table<K>, key: &K, level: u64, at_ms: u64) {
        table.uses = table.uses.saturating_add(1);
        let used = table.uses;
        if let Some(before) = table.buckets.insert(key.clone(), Bucket { level, at_ms, used }) {
            table.by_use.remove(&before.used);
        }
        table.by_use.insert(used, key.clone());
        if table.buckets.len() > self.remembered
            && let Some((_, oldest)) = table.by_use.pop_first()
        {
            table.buckets.remove(&oldest);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: Rate = Rate {
        per_second: 10,
        burst: 2,
    };

    #[test]
    fn a_bucket_gives_its_burst_and_then_its_rate() {
        let rates = Rates::new(RATE, 8);
        assert_eq!((rates.take(&1, 1, 0), rates.take(&1, 1, 0)), (Ok(()), Ok(())));
        assert_eq!(rates.take(&1, 1, 0), Err(100));
        assert_eq!(rates.check(&1, 60), Err(40));
        assert_eq!(rates.check(&1, 100), Ok(()));
        assert_eq!(rates.take(&1, 1, 100), Ok(()));
        assert_eq!(rates.take(&1, 1, 100), Err(100));
    }

    #[test]
    fn one_key_takes_nothing_from_another() {
        let rates = Rates::new(RATE, 8);
        assert_eq!(rates.take(&1, 2, 0), Ok(()));
        assert!(rates.take(&1, 1, 0).is_err());
        assert_eq!(rates.take(&2, 2, 0), Ok(()));
    }

    #[test]
    fn a_request_larger_than_the_burst_empties_the_bucket_but_is_served() {
        let rates = Rates::new(RATE, 8);
        assert_eq!(rates.take(&1, 500, 0), Ok(()));
        assert_eq!(rates.take(&1, 1, 99), Err(1));
    }

    #[test]
    fn a_clock_set_back_neither_refills_nor_breaks_a_bucket() {
        let rates = Rates::new(RATE, 8);
        assert_eq!(rates.take(&1, 2, 1_000), Ok(()));
        assert!(rates.take(&1, 1, 0).is_err());
        assert_eq!(rates.take(&1, 1, 1_100), Ok(()));
    }

    #[test]
    fn memory_is_bounded_and_the_key_unused_the_longest_is_forgotten() {
        let rates = Rates::new(RATE, 2);
        for key in [1, 2, 1, 3] {
            assert_eq!(rates.take(&key, 1, 0), Ok(()));
        }
        let table = rates.table.lock();
        assert_eq!(table.buckets.keys().copied().collect::<Vec<_>>(), [1, 3]);
        assert_eq!(table.by_use.len(), 2);
    }
}
