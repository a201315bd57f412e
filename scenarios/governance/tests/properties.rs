//! Random proposals and votes by random members, some of whom are none: what stays true whatever they do.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test stops at the first surprise"
)]

mod support;

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use serde_json::{Value, json};
use support::{CODES, World, account, admit, document, named, rotate, threshold, year};
use yinxin_execution::{ChainRecord, SeenRecord};
use yinxin_governance::MIN_VALIDATORS;
use yinxin_types::units::EPOCH_BLOCKS;
use yinxin_types::{StateKey, Suite};

/// Founders; two more bodies may be admitted, and one that is never proposed tries its luck.
const FOUNDERS: u8 = 6;
const BODIES: u8 = 9;

/// One step. Numbers are small, so that proposals meet.
#[derive(Clone, Debug)]
enum Step {
    Propose {
        by: u8,
        what: u8,
        whom: u8,
        ahead: u64,
    },
    Vote {
        by: u8,
        proposal: usize,
        choice: bool,
    },
    /// Proposes something about validators, and every body votes for it.
    Decide {
        by: u8,
        what: u8,
        whom: u8,
        ahead: u64,
    },
    /// Every body votes alike, in an order that begins somewhere, until it is decided.
    Carry {
        from: u8,
        proposal: usize,
        choice: bool,
    },
    Withdraw {
        by: u8,
        proposal: usize,
    },
    Pass {
        blocks: u8,
    },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let body = || 0..BODIES;
    let proposal = || 0..7_usize;
    // Suspensions, removals and exchanges at few heights: these strain the guard.
    let step = prop_oneof![
        8 => (0..FOUNDERS, 0..5_u8, 0..BODIES - 1, 1..4_u64)
            .prop_map(|(by, what, whom, ahead)| Step::Decide { by, what, whom, ahead }),
        8 => (body(), 0..9_u8, 0..BODIES - 1, 0..6_u64)
            .prop_map(|(by, what, whom, ahead)| Step::Propose { by, what, whom, ahead }),
        4 => (body(), proposal(), any::<bool>()).prop_map(|(by, proposal, choice)| Step::Vote { by, proposal, choice }),
        6 => (body(), proposal(), prop::bool::weighted(0.85)).prop_map(|(from, proposal, choice)| Step::Carry { from, proposal, choice }),
        1 => (body(), proposal()).prop_map(|(by, proposal)| Step::Withdraw { by, proposal }),
        1 => (0..40_u8).prop_map(|blocks| Step::Pass { blocks }),
    ];
    prop::collection::vec(step, 10..60)
}

/// What is proposed. Heights are those of a coarse grid, so that changes share them.
fn decision(world: &World, what: u8, whom: u8, ahead: u64) -> (&'static str, Value) {
    let height = (world.height / EPOCH_BLOCKS + 1 + ahead) * EPOCH_BLOCKS;
    let at = (ahead > 0).then_some(height);
    let rising = world.height;
    match what {
        0 => ("admit", admit(whom, at)),
        1 => ("suspend", named(whom, at)),
        2 => ("restore", named(whom, at)),
        3 => ("remove", named(whom, at)),
        4 => ("validator", rotate(whom, u8::try_from(ahead).unwrap() + 1, at)),
        5 => {
            let rule = [
                json!("majority"),
                json!("all"),
                json!("two_thirds"),
                json!({ "at_least": 2 }),
            ];
            let of = ["document", "suspend", "parameter"][usize::from(whom) % 3];
            (
                "threshold",
                threshold(
                    of,
                    rule[usize::try_from(ahead).unwrap() % 4].clone(),
                    &[whom][..usize::from(ahead == 5)],
                ),
            )
        }
        6 => (
            "parameter",
            json!({ "name": "proposals_open", "value": 20 + ahead }),
        ),
        7 => ("calendar", year(u32::try_from(ahead).unwrap())),
        _ => (
            "document",
            document("rules", rising / 10 + ahead, &format!("{rising}")),
        ),
    }
}

/// Runs the steps and checks after each what must hold; gives everything that is stored.
fn run(steps: &[Step], suite: Suite) -> BTreeMap<StateKey, Vec<u8>> {
    let mut world = World::with_suite(FOUNDERS, suite);
    world.decide("parameter", json!({ "name": "validator_notice", "value": 2 }));
    let mut watch = Watch::default();
    for step in steps {
        let id = |watch: &Watch, nth: usize| {
            // Counted from the newest, so that most votes meet an open proposal.
            let newest_first = watch.proposals.iter().rev();
            newest_first.cycle().nth(nth).cloned()
        };
        match *step {
            Step::Propose {
                by,
                what,
                whom,
                ahead,
            } => {
                let (kind, content) = decision(&world, what, whom, ahead);
                let arguments = world.proposal(kind, content);
                if let Some((outcome, _)) = attempt(&mut world, by, "governance.propose", arguments) {
                    watch.proposals.push(outcome["proposal"].clone());
                }
            }
            Step::Decide {
                by,
                what,
                whom,
                ahead,
            } => {
                let (kind, content) = decision(&world, what, whom, ahead);
                let arguments = world.proposal(kind, content);
                if let Some((outcome, _)) = attempt(&mut world, by, "governance.propose", arguments) {
                    let id = outcome["proposal"].clone();
                    watch.proposals.push(id.clone());
                    for by in 0..BODIES {
                        watch.vote(&mut world, by, &id, true);
                    }
                }
            }
            Step::Vote { by, proposal, choice } => {
                if let Some(id) = id(&watch, proposal) {
                    watch.vote(&mut world, by, &id, choice);
                }
            }
            Step::Carry {
                from,
                proposal,
                choice,
            } => {
                if let Some(id) = id(&watch, proposal) {
                    for by in 0..BODIES {
                        watch.vote(&mut world, (from + by) % BODIES, &id, choice);
                    }
                }
            }
            Step::Withdraw { by, proposal } => {
                if let Some(id) = id(&watch, proposal) {
                    attempt(&mut world, by, "governance.withdraw", json!({ "proposal": id }));
                }
            }
            Step::Pass { blocks } => {
                let until = world.height + u64::from(blocks);
                world.until(until);
            }
        }
    }
    watch.check_validators(&mut world);
    world.state.clone()
}

/// Runs a transaction; one that is refused leaves no trace. Gives the outcome, and how many records were written.
fn attempt(world: &mut World, by: u8, operation: &str, arguments: Value) -> Option<(Value, usize)> {
    let transaction = world.sign(&account(by), operation, arguments);
    let mut executed = world.block(&[transaction]);
    let receipt = executed.receipts.remove(0);
    let of_block = [
        ChainRecord::key(world.hash()),
        SeenRecord::key(world.hash(), receipt.height),
    ];
    let changes = executed.changes.iter();
    let written = changes
        .filter(|(key, value)| value.is_some() && !of_block.contains(key))
        .count();
    if receipt.code == 0 {
        return Some((receipt.outcome, written));
    }
    assert_eq!(written, 0);
    None
}

/// What was seen so far.
#[derive(Default)]
struct Watch {
    proposals: Vec<Value>,
    /// Who voted what, by proposal: the votes that were ever taken.
    cast: BTreeMap<String, BTreeSet<(u8, bool)>>,
    decided: BTreeSet<String>,
    version: u64,
    edition: u64,
}

impl Watch {
    fn vote(&mut self, world: &mut World, by: u8, id: &Value, choice: bool) {
        let name = id.as_str().unwrap().to_owned();
        let arguments = json!({ "choice": if choice { "for" } else { "against" }, "proposal": id });
        let Some((outcome, written)) = attempt(world, by, "governance.vote", arguments) else {
            return;
        };
        assert!(!self.decided.contains(&name), "a decided proposal takes no vote");
        let number = |name: &str| outcome[name].as_u64().unwrap();
        let cast = self.cast.entry(name.clone()).or_default();
        cast.insert((by, choice));
        // No vote counts that was not cast, none counts twice, and only active members count.
        let voters = |choice: bool| cast.iter().filter(|vote| vote.1 == choice).count() as u64;
        assert!(number("for") <= voters(true) && number("against") <= voters(false));
        let active = (0..BODIES)
            .filter(|body| world.member(*body)["status"] == "active")
            .count() as u64;
        let status = outcome["status"].as_str().unwrap();
        if status != "enacted" {
            assert_eq!(number("members"), active);
        }
        assert!(number("for") + number("against") <= number("members"));
        assert_eq!(
            world.ask("governance.proposal", json!({ "proposal": id }))["status"],
            status
        );
        match status {
            "enacted" => assert!(number("for") >= number("needed")),
            "failed" => {
                assert!(number("for") >= number("needed"));
                assert_eq!(outcome["code"].as_u64().unwrap() / 100, 30);
                // The proposal and the list of open ones, nothing else.
                assert_eq!(written, 2);
            }
            "rejected" => assert!(number("against") > 0),
            _ => assert_eq!(status, "open"),
        }
        if status != "open" {
            self.decided.insert(name);
            self.check_versions(world, status == "enacted");
        }
        if status == "enacted" {
            self.check_validators(world);
        }
    }

    /// Versions and editions rise, and only by what is enacted.
    fn check_versions(&mut self, world: &mut World, enacted: bool) {
        let document = world.ask("governance.document", json!({ "name": "rules" }));
        let version = document["version"].as_u64().unwrap_or_default();
        let about = json!({ "days": 1, "from_ms": 1_800_000_000_000_u64, "kind": "working" });
        let published = world.ask("governance.due", about)["provisional"] == false;
        assert!(version >= self.version && (enacted || version == self.version));
        assert!(u64::from(published) >= self.edition);
        (self.version, self.edition) = (version, u64::from(published));
    }

    /// From one height to the next at most a third of the set changes, at least four remain, and in the end exactly the nodes of active
    /// members are in it.
    fn check_validators(&self, world: &mut World) {
        let from = world.height;
        let mut before = world.validators(from);
        let far = (from / 50 + 10) * 50;
        for height in (from / EPOCH_BLOCKS + 1..=far / EPOCH_BLOCKS).map(|epoch| epoch * EPOCH_BLOCKS) {
            let after = world.validators(height);
            assert!(after.len() >= MIN_VALIDATORS, "{} at {height}", after.len());
            let enter = after.iter().filter(|key| !before.contains(key)).count();
            let leave = before.iter().filter(|key| !after.contains(key)).count();
            assert!(
                enter.max(leave) * 3 <= before.len(),
                "{enter} enter, {leave} leave at {height}"
            );
            before = after;
        }
        let voting: BTreeSet<String> = (0..BODIES)
            .map(|body| world.ask("governance.member", json!({ "code": CODES[usize::from(body)] })))
            .filter(|member| member["status"] == "active" && !member["validator"].is_null())
            .map(|member| member["validator"].to_string())
            .collect();
        let last: BTreeSet<String> = before.iter().map(ToString::to_string).collect();
        assert_eq!(last, voting);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn whatever_members_do_the_guard_holds_votes_count_once_and_the_same_sequence_gives_the_same_bytes(
        steps in steps(),
        gm: bool,
    ) {
        let suite = if gm { Suite::Gm } else { Suite::Intl };
        prop_assert_eq!(run(&steps, suite), run(&steps, suite));
    }
}
