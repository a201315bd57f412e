//! The same transactions give the same bytes: run again, and cut into blocks in another way.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test stops at the first surprise"
)]

mod support;

use std::sync::Arc;

use proptest::prelude::*;
use serde_json::{Value, json};
use support::{World, court, deposit, key, open, with};
use yinxin_crypto::{Digest, PrivateKey};
use yinxin_types::receipt::entry_id;
use yinxin_types::{Suite, VerifiedTransaction};

/// One step: accounts and commitments are few, so that they meet.
#[derive(Clone, Debug)]
enum Step {
    Deposit {
        by: u8,
        what: u8,
    },
    Batch {
        by: u8,
        what: u8,
    },
    Link {
        by: u8,
        from: u8,
        to: u8,
    },
    Challenge {
        by: u8,
        of: u8,
        what: u8,
    },
    Resolve {
        by: u8,
        challenge: usize,
        finding: &'static str,
    },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let few = 1..4_u8;
    let finding = prop_oneof![Just("upheld"), Just("dismissed"), Just("withdrawn")];
    let step = prop_oneof![
        4 => (few.clone(), few.clone()).prop_map(|(by, what)| Step::Deposit { by, what }),
        1 => (few.clone(), few.clone()).prop_map(|(by, what)| Step::Batch { by, what }),
        2 => (few.clone(), few.clone(), few.clone()).prop_map(|(by, from, to)| Step::Link { by, from, to }),
        2 => (few.clone(), few.clone(), few).prop_map(|(by, of, what)| Step::Challenge { by, of, what }),
        2 => (0..4_u8, 0..4_usize, finding).prop_map(|(by, challenge, finding)| Step::Resolve { by, challenge, finding }),
    ];
    prop::collection::vec(step, 1..40)
}

/// Account 0 is the court.
fn account(number: u8) -> PrivateKey {
    if number == 0 { court() } else { key(number) }
}

fn commitment(number: u8) -> Digest {
    open(&number.to_string())
}

fn transactions(world: &mut World, steps: &[Step]) -> Vec<Arc<VerifiedTransaction>> {
    let entry = |world: &World, by: u8, what: u8| {
        entry_id(world.hash(), &account(by).public_key(), &commitment(what))
    };
    let mut challenges: Vec<Digest> = vec![open("no challenge")];
    let mut made = Vec::new();
    for step in steps {
        let (by, operation, arguments): (u8, &str, Value) = match *step {
            Step::Deposit { by, what } => (by, "evidence.deposit", deposit(&commitment(what))),
            Step::Batch { by, what } => (
                by,
                "evidence.deposit_batch",
                json!({ "items": 1, "kind": "open", "root": commitment(what) }),
            ),
            Step::Link { by, from, to } => (
                by,
                "evidence.link",
                json!({
                    "commitment": commitment(from), "entry": entry(world, by, from), "relation": "relates",
                    "target": entry(world, 1, to), "target_commitment": commitment(to),
                }),
            ),
            Step::Challenge { by, of, what } => (
                by,
                "evidence.challenge",
                json!({
                    "commitment": commitment(what), "entry": entry(world, of, what), "grounds": "other",
                    "statement": open("why"),
                }),
            ),
            Step::Resolve {
                by,
                challenge,
                finding,
            } => (
                by,
                "evidence.resolve",
                with(
                    json!({ "finding": finding, "statement": open("end") }),
                    "challenge",
                    json!(challenges[challenge % challenges.len()]),
                ),
            ),
        };
        let transaction = world.sign(&account(by), operation, arguments);
        if operation == "evidence.challenge" {
            challenges.push(transaction.id());
        }
        made.push(transaction);
    }
    made
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_same_block_gives_the_same_bytes_in_both_suites(steps in steps(), gm: bool) {
        let suite = if gm { Suite::Gm } else { Suite::Intl };
        let run = || {
            let mut world = World::with_suite(suite);
            let made = transactions(&mut world, &steps);
            let executed = world.block(&made);
            (executed.tree.root(), executed.receipts, executed.changes, executed.history_root)
        };
        prop_assert_eq!(run(), run());
    }

    #[test]
    fn codes_do_not_depend_on_how_transactions_are_cut_into_blocks(steps in steps(), cuts in prop::collection::vec(1..6_usize, 1..40)) {
        let codes = |sizes: &mut dyn Iterator<Item = usize>| {
            let mut world = World::new();
            let mut rest = transactions(&mut world, &steps);
            let mut codes = Vec::new();
            while !rest.is_empty() {
                let size = sizes.next().unwrap_or(usize::MAX).min(rest.len());
                let block: Vec<_> = rest.drain(..size).collect();
                codes.extend(world.block(&block).receipts.into_iter().map(|receipt| receipt.code));
            }
            (codes, world.records().into_keys().collect::<Vec<_>>())
        };
        prop_assert_eq!(codes(&mut std::iter::empty()), codes(&mut cuts.iter().copied()));
    }

    #[test]
    fn a_rejected_transaction_writes_nothing_and_every_transaction_has_one_receipt(steps in steps()) {
        let mut world = World::new();
        let made = transactions(&mut world, &steps);
        for transaction in made {
            let before = world.records();
            let executed = world.block(std::slice::from_ref(&transaction));
            prop_assert_eq!(executed.receipts.len(), 1);
            prop_assert_eq!(executed.receipts[0].transaction, transaction.id());
            if executed.receipts[0].code != 0 {
                prop_assert_eq!(world.records(), before);
            }
        }
    }
}
