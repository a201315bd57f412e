//! Each rule of the pool, kept once and broken once.

use std::sync::Arc;

use crate::common::{NOW, WINDOW_MS, ids, key, plain, transaction};
use yinxin_mempool::{Inserted, Limits, Load, Mempool, Place, Space};
use yinxin_types::transaction::KeyedSignature;
use yinxin_types::{BlockTime, codes};

const ANY: Space = Space {
    transactions: 1_000,
    bytes: 1 << 20,
};

fn pool(limits: Limits) -> Mempool {
    Mempool::new(limits)
}

fn filled(list: &[(u8, u32)]) -> Mempool {
    let pool = pool(Limits::default());
    for (account, number) in list {
        assert_eq!(pool.insert(plain(*account, *number), NOW), Ok(Inserted::New));
    }
    pool
}

#[test]
fn the_same_transaction_again_is_known_and_counted_once() {
    let pool = filled(&[(1, 1)]);
    assert_eq!(pool.insert(plain(1, 1), NOW), Ok(Inserted::Known));
    let bytes = plain(1, 1).transaction().wire_len();
    assert_eq!(
        pool.load(),
        Load {
            transactions: 1,
            bytes
        }
    );
    assert_eq!(pool.arrivals(), 1);
}

#[test]
fn a_known_transaction_is_no_error_even_when_the_pool_is_full() {
    let pool = pool(Limits {
        transactions: 1,
        ..Limits::default()
    });
    assert_eq!(pool.insert(plain(1, 1), NOW), Ok(Inserted::New));
    assert_eq!(pool.insert(plain(1, 1), NOW), Ok(Inserted::Known));
}

#[test]
fn a_full_pool_refuses_by_count_and_by_bytes() {
    let by_count = pool(Limits {
        transactions: 1,
        ..Limits::default()
    });
    assert!(by_count.insert(plain(1, 1), NOW).is_ok());
    assert_eq!(
        by_count.insert(plain(2, 2), NOW).unwrap_err().code,
        codes::POOL_FULL
    );
    let room = plain(1, 1).transaction().wire_len() * 2 - 1;
    let by_bytes = pool(Limits {
        bytes: room,
        ..Limits::default()
    });
    assert!(by_bytes.insert(plain(1, 1), NOW).is_ok());
    assert_eq!(
        by_bytes.insert(plain(2, 2), NOW).unwrap_err().code,
        codes::POOL_FULL
    );
}

#[test]
fn a_full_pool_makes_room_by_dropping_what_has_expired() {
    let pool = pool(Limits {
        transactions: 1,
        ..Limits::default()
    });
    assert!(pool.insert(transaction(1, 1, 10, 0), NOW).is_ok());
    assert_eq!(
        pool.insert(plain(2, 2), BlockTime(10)).unwrap_err().code,
        codes::POOL_FULL
    );
    assert_eq!(pool.insert(plain(2, 2), BlockTime(11)), Ok(Inserted::New));
    assert_eq!(pool.load().transactions, 1);
}

#[test]
fn one_account_fills_only_its_own_share() {
    let pool = pool(Limits {
        account_transactions: 2,
        ..Limits::default()
    });
    assert!(pool.insert(plain(1, 1), NOW).is_ok());
    assert!(pool.insert(plain(1, 2), NOW).is_ok());
    assert_eq!(
        pool.insert(plain(1, 3), NOW).unwrap_err().code,
        codes::POOL_ACCOUNT
    );
    assert_eq!(pool.insert(plain(2, 4), NOW), Ok(Inserted::New));
}

#[test]
fn an_expired_transaction_is_refused_and_one_valid_to_this_moment_is_not() {
    let pool = pool(Limits::default());
    assert_eq!(
        pool.insert(transaction(1, 1, 9, 0), BlockTime(10))
            .unwrap_err()
            .code,
        codes::TX_EXPIRED
    );
    assert_eq!(
        pool.insert(transaction(1, 1, 10, 0), BlockTime(10)),
        Ok(Inserted::New)
    );
}

#[test]
fn a_flood_of_one_account_delays_another_by_one_turn_only() {
    let flood: Vec<(u8, u32)> = (0..100).map(|number| (1, number)).collect();
    let pool = filled(&flood);
    assert!(pool.insert(plain(2, 200), NOW).is_ok());
    let proposal = pool.propose(
        Space {
            transactions: 2,
            ..ANY
        },
        NOW,
        &|_| false,
    );
    assert_eq!(ids(&proposal), ids(&[plain(1, 0), plain(2, 200)]));
}

#[test]
fn accounts_take_turns_and_each_keeps_its_own_order() {
    let pool = filled(&[(1, 1), (1, 2), (1, 3), (2, 4), (2, 5), (3, 6)]);
    let expected =
        [(1, 1), (2, 4), (3, 6), (1, 2), (2, 5), (1, 3)].map(|(account, number)| plain(account, number));
    assert_eq!(ids(&pool.propose(ANY, NOW, &|_| false)), ids(&expected));
}

#[test]
fn the_turns_go_on_where_the_last_final_block_ended() {
    let pool = filled(&[(1, 1), (1, 2), (1, 3), (2, 4)]);
    pool.committed(&ids(&[plain(1, 1), plain(2, 4)]));
    assert!(pool.insert(plain(2, 5), NOW).is_ok());
    let expected = [(1, 2), (2, 5), (1, 3)].map(|(account, number)| plain(account, number));
    assert_eq!(ids(&pool.propose(ANY, NOW, &|_| false)), ids(&expected));
}

#[test]
fn proposing_removes_nothing_and_a_block_that_lost_is_proposed_again() {
    let pool = filled(&[(1, 1), (2, 2)]);
    let first = ids(&pool.propose(ANY, NOW, &|_| false));
    assert_eq!(ids(&pool.propose(ANY, NOW, &|_| false)), first);
    assert_eq!(pool.load().transactions, 2);
}

#[test]
fn what_unfinished_ancestors_hold_is_passed_over() {
    let pool = filled(&[(1, 1), (2, 2), (1, 3)]);
    let held = plain(1, 1).id();
    assert_eq!(
        ids(&pool.propose(ANY, NOW, &|id| *id == held)),
        ids(&[plain(2, 2), plain(1, 3)])
    );
}

#[test]
fn only_transactions_inside_their_validity_window_are_proposed() {
    let pool = pool(Limits::default());
    let now = BlockTime(1_000);
    let cases = [(1, 1_000), (2, 1_000 + WINDOW_MS), (3, 1_001 + WINDOW_MS)];
    for (account, valid_until) in cases {
        assert!(pool.insert(transaction(account, 1, valid_until, 0), now).is_ok());
    }
    let expected = [
        transaction(1, 1, 1_000, 0),
        transaction(2, 1, 1_000 + WINDOW_MS, 0),
    ];
    assert_eq!(ids(&pool.propose(ANY, now, &|_| false)), ids(&expected));
    assert_eq!(
        ids(&pool.propose(ANY, BlockTime(1_001), &|_| false)),
        ids(&[expected[1].clone(), transaction(3, 1, 1_001 + WINDOW_MS, 0)])
    );
}

#[test]
fn a_proposal_keeps_to_its_space_in_count_and_in_bytes() {
    let pool = filled(&[(1, 1), (2, 2), (3, 3)]);
    let one = plain(1, 1).transaction().wire_len();
    assert_eq!(
        pool.propose(
            Space {
                transactions: 2,
                ..ANY
            },
            NOW,
            &|_| false
        )
        .len(),
        2
    );
    assert_eq!(
        pool.propose(
            Space {
                bytes: one * 3 - 1,
                ..ANY
            },
            NOW,
            &|_| false
        )
        .len(),
        2
    );
    assert_eq!(
        pool.propose(
            Space {
                bytes: one * 3,
                ..ANY
            },
            NOW,
            &|_| false
        )
        .len(),
        3
    );
}

#[test]
fn a_large_transaction_is_not_starved_by_small_ones_and_an_impossible_one_blocks_nobody() {
    let pool = pool(Limits::default());
    let (small, large) = (plain(1, 1), transaction(2, 2, WINDOW_MS, 5_000));
    for one in [&small, &large, &plain(3, 3)] {
        assert!(pool.insert(Arc::clone(one), NOW).is_ok());
    }
    let fits_large = Space {
        bytes: large.transaction().wire_len(),
        ..ANY
    };
    assert_eq!(
        ids(&pool.propose(fits_large, NOW, &|_| false)),
        ids(std::slice::from_ref(&small))
    );
    pool.committed(&[small.id()]);
    assert_eq!(ids(&pool.propose(fits_large, NOW, &|_| false)), ids(&[large]));
    let too_small = Space {
        bytes: small.transaction().wire_len(),
        ..ANY
    };
    assert_eq!(
        ids(&pool.propose(too_small, NOW, &|_| false)),
        ids(&[plain(3, 3)])
    );
}

#[test]
fn final_and_expired_transactions_leave_and_give_their_room_back() {
    let pool = filled(&[(1, 1), (2, 2)]);
    assert!(pool.insert(transaction(3, 3, 5, 0), NOW).is_ok());
    pool.committed(&[plain(1, 1).id(), plain(9, 9).id()]);
    assert!(!pool.contains(&plain(1, 1).id()));
    assert_eq!(pool.expire(BlockTime(5)), 0);
    assert_eq!(pool.expire(BlockTime(6)), 1);
    assert_eq!(
        pool.load(),
        Load {
            transactions: 1,
            bytes: plain(2, 2).transaction().wire_len()
        }
    );
}

#[test]
fn a_copy_with_other_signatures_is_not_taken_for_verified() {
    let pool = filled(&[(1, 1)]);
    let known = plain(1, 1);
    let signatures = known.transaction().signatures.clone();
    assert!(pool.verified(&known.id(), &signatures).is_some());
    let other = key(2);
    let foreign = KeyedSignature::by(&other, b"something else");
    assert!(
        pool.verified(&known.id(), std::slice::from_ref(&foreign))
            .is_none()
    );
    assert!(
        pool.verified(&known.id(), &[signatures, vec![foreign]].concat())
            .is_none()
    );
    assert!(pool.verified(&known.id(), &[]).is_none());
    assert!(pool.get(&known.id()).is_some());
}

#[test]
fn a_walk_in_parts_sees_each_that_has_waited_once_and_begins_anew_at_the_end() {
    let pool = filled(&[(1, 1), (1, 2), (2, 3), (3, 4), (1, 5)]);
    let large = transaction(4, 6, WINDOW_MS, 5_000);
    assert_eq!(pool.insert(large.clone(), NOW), Ok(Inserted::New));
    let seen = pool.arrivals();
    assert_eq!(pool.insert(plain(5, 7), NOW), Ok(Inserted::New));

    let part = Space {
        transactions: 2,
        bytes: 2 * plain(1, 1).transaction().wire_len(),
    };
    let mut place = Place::default();
    for _ in 0..2 {
        let mut walked = Vec::new();
        loop {
            let waiting = pool.waiting(&mut place, seen, part);
            assert!(waiting.len() <= 2, "{waiting:?}");
            assert!(
                waiting.len() == 1 || !ids(&waiting).contains(&large.id()),
                "the large one comes alone"
            );
            walked.extend(ids(&waiting));
            if place == Place::default() {
                break;
            }
        }
        walked.sort();
        let mut expected = ids(&[
            plain(1, 1),
            plain(1, 2),
            plain(2, 3),
            plain(3, 4),
            plain(1, 5),
            large.clone(),
        ]);
        expected.sort();
        assert_eq!(walked, expected, "what came later is not among them");
    }
}
