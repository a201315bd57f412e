//! The pool against a model that keeps a plain list and computes everything anew.

use std::sync::{Arc, LazyLock};

use crate::common::{ids, transaction};
use proptest::prelude::*;
use yinxin_crypto::PublicKey;
use yinxin_mempool::{Inserted, Limits, Load, Mempool, Space};
use yinxin_types::{BlockTime, VerifiedTransaction, codes};

const LIMITS: Limits = Limits {
    transactions: 12,
    bytes: 9_000,
    account_transactions: 5,
    window_ms: 50,
};

/// 4 accounts, 8 transactions each, of different sizes and validity.
static TRANSACTIONS: LazyLock<Vec<Arc<VerifiedTransaction>>> = LazyLock::new(|| {
    let all = (0..32_u32).map(|number| {
        let account = u8::try_from(number % 4).unwrap();
        transaction(
            account,
            number,
            u64::from(number * 7 % 100),
            usize::try_from(number * 53 % 900).unwrap(),
        )
    });
    all.collect()
});

#[derive(Clone, Debug)]
enum Step {
    Insert(usize, u64),
    Commit(Vec<usize>),
    Expire(u64),
    Propose {
        transactions: usize,
        bytes: usize,
        now: u64,
        exclude: Vec<usize>,
    },
}

fn step() -> impl Strategy<Value = Step> {
    let some = || prop::collection::vec(0..32_usize, 0..6);
    prop_oneof![
        6 => (0..32_usize, 0..60_u64).prop_map(|(which, now)| Step::Insert(which, now)),
        2 => some().prop_map(Step::Commit),
        1 => (0..100_u64).prop_map(Step::Expire),
        3 => (0..14_usize, 0..9_000_usize, 0..100_u64, some())
            .prop_map(|(transactions, bytes, now, exclude)| Step::Propose { transactions, bytes, now, exclude }),
    ]
}

struct Waiting {
    transaction: Arc<VerifiedTransaction>,
    round: u64,
}

#[derive(Default)]
struct Model(Vec<Waiting>);

impl Model {
    fn account(waiting: &Waiting) -> PublicKey {
        waiting.transaction.body().account
    }

    fn load(&self) -> Load {
        let bytes = self
            .0
            .iter()
            .map(|waiting| waiting.transaction.transaction().wire_len())
            .sum();
        Load {
            transactions: self.0.len(),
            bytes,
        }
    }

    fn full_for(&self, bytes: usize) -> bool {
        self.0.len() >= LIMITS.transactions || self.load().bytes + bytes > LIMITS.bytes
    }

    fn expire(&mut self, now: u64) {
        self.0
            .retain(|waiting| waiting.transaction.body().valid_until.0 >= now);
    }

    fn insert(&mut self, transaction: &Arc<VerifiedTransaction>, now: u64) -> Result<Inserted, u16> {
        if self
            .0
            .iter()
            .any(|waiting| waiting.transaction.id() == transaction.id())
        {
            return Ok(Inserted::Known);
        }
        if transaction.body().valid_until.0 < now {
            return Err(codes::TX_EXPIRED.number);
        }
        let bytes = transaction.transaction().wire_len();
        if self.full_for(bytes) {
            self.expire(now);
        }
        if self.full_for(bytes) {
            return Err(codes::POOL_FULL.number);
        }
        let own: Vec<u64> = self
            .0
            .iter()
            .filter(|waiting| Self::account(waiting) == transaction.body().account)
            .map(|waiting| waiting.round)
            .collect();
        if own.len() >= LIMITS.account_transactions {
            return Err(codes::POOL_ACCOUNT.number);
        }
        let served = self.0.iter().map(|waiting| waiting.round).min().unwrap_or(0);
        let after_own = own.iter().max().map_or(0, |last| last + 1);
        self.0.push(Waiting {
            transaction: Arc::clone(transaction),
            round: served.max(after_own),
        });
        Ok(Inserted::New)
    }

    fn propose(&self, space: Space, now: u64, exclude: &[usize]) -> Vec<Arc<VerifiedTransaction>> {
        // The list is in order of arrival and the sort is stable.
        let mut order: Vec<&Waiting> = self.0.iter().collect();
        order.sort_by_key(|waiting| waiting.round);
        let excluded = ids(&exclude
            .iter()
            .map(|which| Arc::clone(&TRANSACTIONS[*which]))
            .collect::<Vec<_>>());
        let mut taken: Vec<Arc<VerifiedTransaction>> = Vec::new();
        let mut bytes = 0;
        for Waiting { transaction, .. } in order {
            let (size, valid_until) = (
                transaction.transaction().wire_len(),
                transaction.body().valid_until.0,
            );
            let valid = (now..=now + LIMITS.window_ms).contains(&valid_until);
            if !valid || size > space.bytes || excluded.contains(&transaction.id()) {
                continue;
            }
            if taken.len() == space.transactions || bytes + size > space.bytes {
                break;
            }
            bytes += size;
            taken.push(Arc::clone(transaction));
        }
        taken
    }
}

proptest! {
    #[test]
    fn the_pool_does_what_the_model_does(steps in prop::collection::vec(step(), 1..80)) {
        let pool = Mempool::new(LIMITS);
        let mut model = Model::default();
        for step in steps {
            match step {
                Step::Insert(which, now) => {
                    let transaction = &TRANSACTIONS[which];
                    let answer = pool.insert(Arc::clone(transaction), BlockTime(now));
                    prop_assert_eq!(answer.map_err(|rejection| rejection.code.number), model.insert(transaction, now));
                }
                Step::Commit(which) => {
                    let committed: Vec<_> = which.iter().map(|which| TRANSACTIONS[*which].id()).collect();
                    pool.committed(&committed);
                    model.0.retain(|waiting| !committed.contains(&waiting.transaction.id()));
                }
                Step::Expire(now) => {
                    let before = model.0.len();
                    model.expire(now);
                    prop_assert_eq!(pool.expire(BlockTime(now)), before - model.0.len());
                }
                Step::Propose { transactions, bytes, now, exclude } => {
                    let space = Space { transactions, bytes };
                    let excluded: Vec<_> = exclude.iter().map(|which| TRANSACTIONS[*which].id()).collect();
                    let proposal = pool.propose(space, BlockTime(now), &|id| excluded.contains(id));
                    prop_assert_eq!(ids(&proposal), ids(&model.propose(space, now, &exclude)));
                }
            }
            prop_assert_eq!(pool.load(), model.load());
            for transaction in TRANSACTIONS.iter() {
                let waits = model.0.iter().any(|waiting| waiting.transaction.id() == transaction.id());
                prop_assert_eq!(pool.contains(&transaction.id()), waits);
            }
        }
    }
}
