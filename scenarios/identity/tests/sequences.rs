//! Random sequences of enrolments, rotations, revocations, recoveries and mandates against a model that knows three sets: which key was
//! ever whose, which keys are active, which mandates live.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test stops at the first surprise"
)]

mod support;

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use serde_json::{Value, json};
use support::{
    HOUR, POLICE, TAX, World, digest, grant, key, new_key, nothing_has, police, recover, revoke, tax, window,
    with,
};
use yinxin_crypto::{Digest, PrivateKey};
use yinxin_types::{Receipt, Suite};

/// Two clerks beside the few who are tried on.
const CLERKS: [u8; 2] = [31, 32];
const KEYS: std::ops::Range<u8> = 1..9;

/// One step; keys are few, so that they meet.
#[derive(Clone, Debug)]
enum Step {
    Enrol { key: u8 },
    Bind { by: u8, key: u8 },
    Rotate { by: u8, key: u8 },
    Revoke { by: u8, key: u8 },
    RevokeAtWindow { key: u8 },
    Recover { of: u8, key: u8 },
    Object { by: u8, recovery: u64 },
    Complete { recovery: u64 },
    Wait { hours: u64 },
    Grant { to: u8, days: u64 },
    End { by: u8, mandate: usize },
    Act { by: u8 },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let pair = || (KEYS, KEYS);
    let step = prop_oneof![
        4 => KEYS.prop_map(|key| Step::Enrol { key }),
        2 => pair().prop_map(|(by, key)| Step::Bind { by, key }),
        2 => pair().prop_map(|(by, key)| Step::Rotate { by, key }),
        1 => pair().prop_map(|(by, key)| Step::Revoke { by, key }),
        1 => KEYS.prop_map(|key| Step::RevokeAtWindow { key }),
        3 => pair().prop_map(|(of, key)| Step::Recover { of, key }),
        1 => (KEYS, 1..5_u64).prop_map(|(by, recovery)| Step::Object { by, recovery }),
        2 => (1..5_u64).prop_map(|recovery| Step::Complete { recovery }),
        2 => (1..80_u64).prop_map(|hours| Step::Wait { hours }),
        3 => (KEYS, 0..5_u64).prop_map(|(to, days)| Step::Grant { to, days }),
        2 => (0..9_u8, 0..6_usize).prop_map(|(by, mandate)| Step::End { by, mandate }),
        4 => KEYS.prop_map(|by| Step::Act { by }),
    ];
    prop::collection::vec(step, 1..60)
}

/// A mandate as it was granted: to whom, until when, and whether it was ended.
struct Granted {
    id: Digest,
    holder: Digest,
    until: Option<u64>,
    ended: bool,
}

/// What must be so, kept in the simplest way.
#[derive(Default)]
struct Model {
    owner: BTreeMap<u8, Digest>,
    active: BTreeSet<u8>,
    mandates: Vec<Granted>,
    /// Who is recovered with which key.
    recoveries: Vec<(Digest, u8)>,
}

impl Model {
    fn of(&self, key: u8) -> Digest {
        self.owner.get(&key).copied().unwrap_or_else(nothing_has)
    }

    /// A key gets a party: never a second one.
    fn own(&mut self, key: u8, party: Digest) {
        let before = self.owner.insert(key, party);
        assert!(
            before.is_none_or(|before| before == party),
            "key {key} has two parties"
        );
    }

    fn may_act(&self, key: u8, at: u64) -> bool {
        let holder = self.of(key);
        let lives = |one: &Granted| !one.ended && one.until.is_none_or(|until| at < until);
        self.active.contains(&key) && self.mandates.iter().any(|one| one.holder == holder && lives(one))
    }
}

struct Run {
    world: World,
    model: Model,
    receipts: Vec<Receipt>,
}

impl Run {
    fn new(suite: Suite) -> Self {
        let mut world = World::with(suite, true);
        for seed in CLERKS {
            let clerk = world.person(seed);
            world.post(&police(), &clerk, &["identity."]);
        }
        Self {
            world,
            model: Model::default(),
            receipts: Vec::new(),
        }
    }

    /// Runs one transaction; whoever succeeds with one of the keys tried has an active key.
    fn done(
        &mut self,
        by: &[u8],
        also: &[&PrivateKey],
        operation: &str,
        arguments: Value,
    ) -> Option<Receipt> {
        let mut unique: Vec<u8> = Vec::new();
        for seed in by {
            if !unique.contains(seed) {
                unique.push(*seed);
            }
        }
        let keys: Vec<PrivateKey> = unique.iter().map(|seed| key(*seed)).collect();
        let signers: Vec<&PrivateKey> = keys.iter().chain(also.iter().copied()).collect();
        let receipt = self.world.run_by(&signers, operation, arguments);
        self.receipts.push(receipt.clone());
        (receipt.code == 0).then_some(receipt)
    }

    fn step(&mut self, step: &Step) {
        let tax_bureau = |world: &mut World| world.party_of(&tax());
        match *step {
            Step::Enrol { key: seed } => {
                let arguments = self.world.person_arguments(seed);
                let keys = [&police(), &key(seed)];
                let receipt = self.world.run_by(&keys, "identity.enrol", arguments);
                self.receipts.push(receipt.clone());
                if receipt.code == 0 {
                    assert!(
                        !self.model.owner.contains_key(&seed),
                        "key {seed} was bound twice"
                    );
                    self.model.own(seed, digest(&receipt, "party"));
                    self.model.active.insert(seed);
                }
            }
            Step::Bind { by, key } | Step::Rotate { by, key } => {
                let rotates = matches!(step, Step::Rotate { .. });
                let operation = if rotates {
                    "identity.rotate"
                } else {
                    "identity.bind"
                };
                if self.done(&[by, key], &[], operation, new_key(key)).is_some() {
                    assert!(self.model.active.contains(&by), "an ended key acted");
                    self.model.own(key, self.model.of(by));
                    self.model.active.insert(key);
                    if rotates {
                        self.model.active.remove(&by);
                    }
                }
            }
            Step::Revoke { by, key } => {
                if self
                    .done(&[by], &[], "identity.revoke", revoke(key, "loss"))
                    .is_some()
                {
                    assert!(self.model.active.contains(&by), "an ended key acted");
                    assert_eq!(self.model.of(by), self.model.of(key));
                    assert!(self.model.active.remove(&key), "what had ended was ended");
                }
            }
            Step::RevokeAtWindow { key } => {
                let arguments = with(revoke(key, "compromise"), "window", window(POLICE, CLERKS[1]));
                let done = self.done(&CLERKS, &[], "identity.revoke", arguments).is_some();
                assert_eq!(
                    done,
                    self.model.active.remove(&key),
                    "a window ends exactly what is active"
                );
            }
            Step::Recover { of, key } => {
                let party = self.model.of(of);
                let arguments = recover(&party, key, POLICE, CLERKS[1]);
                if self
                    .done(&[CLERKS[0], CLERKS[1], key], &[], "identity.recover", arguments)
                    .is_some()
                {
                    assert!(!self.model.owner.contains_key(&key), "key {key} was bound twice");
                    self.model.own(key, party);
                    self.model.recoveries.push((party, key));
                }
            }
            Step::Object { by, recovery } => {
                let arguments = json!({ "recovery": recovery });
                if self.done(&[by], &[], "identity.object", arguments).is_some() {
                    assert!(self.model.active.contains(&by), "an ended key acted");
                    let of = self.model.recoveries[usize::try_from(recovery).unwrap() - 1].0;
                    assert_eq!(self.model.of(by), of);
                }
            }
            Step::Complete { recovery } => {
                let arguments = json!({ "recovery": recovery });
                if self.done(&[200], &[], "identity.complete", arguments).is_some() {
                    let (party, key) = self.model.recoveries[usize::try_from(recovery).unwrap() - 1];
                    let owner = &self.model.owner;
                    self.model.active.retain(|one| owner[one] != party);
                    self.model.active.insert(key);
                }
            }
            Step::Wait { hours } => self.world.wait(hours * HOUR),
            Step::Grant { to, days } => {
                let holder = self.model.of(to);
                let mut arguments = grant("post", &tax_bureau(&mut self.world), &holder, &["probe.act"]);
                let until = (days > 0).then(|| self.world.time + days * 24 * HOUR);
                if let Some(until) = until {
                    arguments["until"] = json!(until);
                }
                if let Some(receipt) = self.done(&[], &[&tax()], "identity.grant", arguments) {
                    self.model.mandates.push(Granted {
                        id: digest(&receipt, "mandate"),
                        holder,
                        until,
                        ended: false,
                    });
                }
            }
            Step::End { by, mandate } => {
                let id = self
                    .model
                    .mandates
                    .get(mandate)
                    .map_or_else(nothing_has, |one| one.id);
                let (by, also) = if by == 0 {
                    (vec![], vec![tax()])
                } else {
                    (vec![by], vec![])
                };
                let also: Vec<&PrivateKey> = also.iter().collect();
                if self
                    .done(&by, &also, "identity.end", json!({ "mandate": id }))
                    .is_some()
                {
                    if let Some(seed) = by.first() {
                        assert!(self.model.active.contains(seed), "an ended key acted");
                        assert_eq!(self.model.of(*seed), self.model.mandates[mandate].holder);
                    }
                    assert!(!self.model.mandates[mandate].ended, "what had ended was ended");
                    self.model.mandates[mandate].ended = true;
                }
            }
            Step::Act { by } => {
                let acted = self
                    .done(&[by], &[&tax()], "probe.act", json!({ "for": TAX }))
                    .is_some();
                let now = self.world.time;
                assert_eq!(acted, self.model.may_act(by, now), "key {by} at {now}");
            }
        }
    }

    /// The ledger says of every key what the model says.
    fn agrees(&mut self) {
        for seed in KEYS {
            let about = json!({ "account": key(seed).public_key() });
            if !self.model.owner.contains_key(&seed) {
                assert_eq!(self.world.asked("identity.actor", about), "AUTH_KEY_UNKNOWN");
                continue;
            }
            let answer = self.world.answer("identity.actor", about);
            assert_eq!(answer["party"], json!(self.model.of(seed)));
            assert_eq!(
                answer["state"] == json!("active"),
                self.model.active.contains(&seed),
                "key {seed}"
            );
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn a_key_has_one_party_and_neither_ended_keys_nor_ended_mandates_act(steps in steps()) {
        let mut run = Run::new(Suite::Intl);
        for step in &steps {
            run.step(step);
        }
        run.agrees();
    }

    #[test]
    fn the_same_sequence_gives_the_same_bytes_in_both_suites(steps in steps(), gm: bool) {
        let suite = if gm { Suite::Gm } else { Suite::Intl };
        let run = || {
            let mut run = Run::new(suite);
            for step in &steps {
                run.step(step);
            }
            (run.receipts, run.world.state.clone())
        };
        prop_assert_eq!(run(), run());
    }

    #[test]
    fn a_refused_step_writes_nothing(steps in steps()) {
        let mut run = Run::new(Suite::Intl);
        for step in &steps {
            let (before, done) = (run.world.records(), run.receipts.len());
            run.step(step);
            if run.receipts.get(done).is_some_and(|receipt| receipt.code != 0) {
                prop_assert_eq!(run.world.records(), before);
            }
        }
    }
}
