//! Random sequences of steps by two authorities, officers and subjects against a model that knows, for each entry, who entered it, when it
//! ends and whether it was taken off. Whatever happens: an entry answers exactly while it stands, only its authority takes it off, it
//! stands only after notice, time and another officer's decision, and the history forgets nothing.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test stops at the first surprise"
)]

#[path = "bodies/mod.rs"]
mod support;

use proptest::prelude::*;
use serde_json::{Value, json};
use support::{DAY, FUND, LABOUR, OTHER_CITY, World, at, for_body, key, officer, party};

const AUTHORITIES: [&str; 2] = [LABOUR, OTHER_CITY];
const SUBJECTS: [u8; 2] = [150, 151];

#[derive(Clone, Debug)]
enum Step {
    Propose {
        by: usize,
        officer: u8,
        subject: usize,
        months: usize,
    },
    Notify {
        by: usize,
        entry: usize,
    },
    Speak {
        subject: usize,
        entry: usize,
    },
    Decide {
        by: usize,
        officer: u8,
        entry: usize,
    },
    Object {
        subject: usize,
        entry: usize,
    },
    Answer {
        by: usize,
        entry: usize,
        correct: bool,
    },
    Promise {
        subject: usize,
        entry: usize,
    },
    Remove {
        by: usize,
        entry: usize,
    },
    Annul {
        by: usize,
        entry: usize,
    },
    /// The next step that the entry allows, after the time it needs.
    Advance {
        entry: usize,
        choice: u8,
    },
    Wait {
        days: u64,
    },
}

/// Most steps are by those who may take them: `by` and `subject` 0 to 2 mean the entry's own, 3 the other; `officer` 0 means the proposer.
fn steps() -> impl Strategy<Value = Vec<Step>> {
    let (two, entry) = (|| 0..4_usize, || 0..4_usize);
    let step = prop_oneof![
        4 => (0..2_usize, 0..2_u8, 0..2_usize, 0..3_usize)
            .prop_map(|(by, officer, subject, months)| Step::Propose { by, officer, subject, months }),
        6 => (two(), entry()).prop_map(|(by, entry)| Step::Notify { by, entry }),
        1 => (two(), entry()).prop_map(|(subject, entry)| Step::Speak { subject, entry }),
        8 => (two(), 0..4_u8, entry()).prop_map(|(by, officer, entry)| Step::Decide { by, officer, entry }),
        3 => (two(), entry()).prop_map(|(subject, entry)| Step::Object { subject, entry }),
        3 => (two(), entry(), any::<bool>()).prop_map(|(by, entry, correct)| Step::Answer { by, entry, correct }),
        3 => (two(), entry()).prop_map(|(subject, entry)| Step::Promise { subject, entry }),
        3 => (two(), entry()).prop_map(|(by, entry)| Step::Remove { by, entry }),
        1 => (two(), entry()).prop_map(|(by, entry)| Step::Annul { by, entry }),
        24 => (entry(), 0..5_u8).prop_map(|(entry, choice)| Step::Advance { entry, choice }),
        3 => (prop_oneof![3 => 5..10_u64, 2 => 100..400_u64, 1 => 1090..1100_u64]).prop_map(|days| Step::Wait { days }),
    ];
    prop::collection::vec(step, 10..80)
}

/// An entry in the simplest terms.
struct Known {
    id: Value,
    by: usize,
    proposer: u8,
    subject: usize,
    notified: Option<u64>,
    decided: Option<(u64, u64)>,
    promised: bool,
    off: bool,
    steps: usize,
}

impl Known {
    fn stands(&self, now: u64) -> bool {
        !self.off && self.decided.is_some_and(|(_, until)| now < until)
    }
}

struct Run {
    world: World,
    known: Vec<Known>,
}

impl Run {
    fn new() -> Self {
        Self {
            world: World::starting(at(2023, 2, 13, 9)),
            known: Vec::new(),
        }
    }

    /// The outcome of what an authority does to an entry, if it succeeds; `may` says what must be so then.
    fn act(&mut self, by: usize, officer: u8, entry: usize, operation: &str, more: Value) -> Option<Value> {
        let id = self.known.get(entry)?.id.clone();
        let mut arguments = json!({ "document": self.world.paper("paper"), "listing": id });
        arguments
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        let receipt = self.world.sealed(AUTHORITIES[by], officer, operation, arguments);
        if receipt.code != 0 {
            return None;
        }
        let known = &mut self.known[entry];
        assert_eq!(known.by, by, "{operation} by another authority");
        known.steps += 1;
        Some(receipt.outcome)
    }

    /// The same for a subject.
    fn speak(&mut self, subject: usize, entry: usize, operation: &str, more: Value) -> Option<Value> {
        let id = self.known.get(entry)?.id.clone();
        let mut arguments = json!({ "listing": id });
        arguments
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        let receipt = self.world.run(&key(SUBJECTS[subject]), operation, arguments);
        if receipt.code != 0 {
            return None;
        }
        let known = &mut self.known[entry];
        assert_eq!(known.subject, subject, "{operation} by another subject");
        known.steps += 1;
        Some(receipt.outcome)
    }

    /// Names the entry, the authority, the subject and the officer that a step means.
    fn meant(&self, step: &Step) -> Step {
        let mut step = step.clone();
        let one = |entry: usize| (!self.known.is_empty()).then(|| entry % self.known.len());
        let own = |chosen: usize, own: usize| if chosen < 3 { own } else { 1 - own };
        match &mut step {
            Step::Propose { .. } | Step::Wait { .. } => {}
            Step::Advance { entry, choice } => {
                if let Some(place) = one(*entry) {
                    step = self.next(place, *choice);
                }
            }
            Step::Notify { by, entry }
            | Step::Answer { by, entry, .. }
            | Step::Remove { by, entry }
            | Step::Annul { by, entry } => {
                if let Some(place) = one(*entry) {
                    *entry = place;
                    *by = own(*by, self.known[place].by);
                }
            }
            Step::Decide { by, officer, entry } => {
                if let Some(place) = one(*entry) {
                    *entry = place;
                    *by = own(*by, self.known[place].by);
                    let proposer = self.known[place].proposer;
                    *officer = if *officer == 0 { proposer } else { 1 - proposer };
                }
            }
            Step::Speak { subject, entry }
            | Step::Object { subject, entry }
            | Step::Promise { subject, entry } => {
                if let Some(place) = one(*entry) {
                    *entry = place;
                    *subject = own(*subject, self.known[place].subject);
                }
            }
        }
        step
    }

    /// A sound next step of an entry.
    fn next(&self, entry: usize, choice: u8) -> Step {
        let known = &self.known[entry];
        let (by, subject) = (known.by, known.subject);
        match (known.notified, known.decided, choice) {
            (None, ..) => Step::Notify { by, entry },
            (_, None, _) => Step::Decide {
                by,
                officer: 1 - known.proposer,
                entry,
            },
            (.., 0) => Step::Object { subject, entry },
            (.., 1) => Step::Answer {
                by,
                entry,
                correct: false,
            },
            (.., 2) => Step::Answer {
                by,
                entry,
                correct: true,
            },
            (.., 3) => Step::Promise { subject, entry },
            _ => Step::Remove { by, entry },
        }
    }

    fn step(&mut self, step: &Step) {
        let paper = self.world.paper("paper");
        if let Step::Advance { choice, .. } = step {
            // Enough for statements, and now and then for an early removal.
            self.world.wait(if *choice == 4 { 370 * DAY } else { 8 * DAY });
        }
        match self.meant(step) {
            Step::Propose {
                by,
                officer,
                subject,
                months,
            } => {
                let kind = ["hpf-fraud", "serious-violation", "wage-arrears"][months];
                let subject_party = party(SUBJECTS[subject]);
                let arguments =
                    json!({ "facts": "x", "kind": kind, "publicity": "public", "subject": subject_party });
                let receipt =
                    self.world
                        .sealed(AUTHORITIES[by], officer, "sharing.listing_propose", arguments);
                self.known.push(Known {
                    id: receipt.outcome["listing"].clone(),
                    by,
                    proposer: officer,
                    subject,
                    notified: None,
                    decided: None,
                    promised: false,
                    off: false,
                    steps: 1,
                });
            }
            Step::Notify { by, entry } => {
                if self
                    .act(by, 0, entry, "sharing.listing_notify", json!({}))
                    .is_some()
                {
                    assert_eq!(self.known[entry].notified, None);
                    self.known[entry].notified = Some(self.world.time);
                }
            }
            Step::Speak { subject, entry } => {
                self.speak(
                    subject,
                    entry,
                    "sharing.listing_statement",
                    json!({ "statement": paper }),
                );
            }
            Step::Decide { by, officer, entry } => {
                let number = json!({ "number": "1" });
                if let Some(outcome) = self.act(by, officer, entry, "sharing.listing_decide", number) {
                    let now = self.world.time;
                    let known = &mut self.known[entry];
                    assert_ne!(known.proposer, officer, "two officers");
                    assert!(now >= known.notified.unwrap() + 5 * DAY, "time for statements");
                    assert_eq!(known.decided, None);
                    known.decided = Some((now, outcome["until"].as_u64().unwrap()));
                }
            }
            Step::Object { subject, entry } => {
                let stands = self.stands(entry);
                let done = self.speak(
                    subject,
                    entry,
                    "sharing.listing_object",
                    json!({ "grounds": paper }),
                );
                assert!(done.is_none() || stands);
            }
            Step::Answer { by, entry, correct } => {
                let stands = self.stands(entry);
                let more = if correct {
                    let facts = format!("v{}", self.world.height);
                    json!({ "answer": "corrected", "what": { "facts": facts, "kind": "wage-arrears" } })
                } else {
                    json!({ "answer": "kept" })
                };
                if let Some(outcome) = self.act(by, 0, entry, "sharing.listing_answer", more) {
                    assert!(stands);
                    let (_, until) = self.known[entry].decided.unwrap();
                    assert_eq!(outcome["until"], json!(until), "no correction lengthens a term");
                }
            }
            Step::Promise { subject, entry } => {
                let stands = self.stands(entry);
                let more = json!({ "corrected": at(2023, 1, 1, 0), "promise": paper });
                if self
                    .speak(subject, entry, "sharing.listing_promise", more)
                    .is_some()
                {
                    assert!(stands);
                    self.known[entry].promised = true;
                }
            }
            Step::Remove { by, entry } => {
                let stands = self.stands(entry);
                if self
                    .act(by, 0, entry, "sharing.listing_remove", json!({}))
                    .is_some()
                {
                    let now = self.world.time;
                    let known = &mut self.known[entry];
                    assert!(stands && known.promised);
                    assert!(now >= known.decided.unwrap().0 + 181 * DAY);
                    known.off = true;
                }
            }
            Step::Annul { by, entry } => {
                let annulled = self.act(by, 0, entry, "sharing.listing_annul", json!({ "basis": "x" }));
                if annulled.is_some() {
                    assert!(!self.known[entry].off);
                    self.known[entry].off = true;
                }
            }
            Step::Wait { days } => self.world.wait(days * DAY),
            Step::Advance { .. } => assert!(self.known.is_empty(), "every entry has a next step"),
        }
    }

    /// Whether an entry stands in the next block.
    fn stands(&self, entry: usize) -> bool {
        self.known
            .get(entry)
            .is_some_and(|known| known.stands(self.world.time + 1000))
    }

    /// What is told of each subject is what stands, and the history has everything.
    fn compare(&mut self) {
        for (subject, seed) in SUBJECTS.into_iter().enumerate() {
            let about = party(seed);
            let arguments = for_body(json!({ "case": "1", "purpose": "test", "subject": about }), FUND);
            let outcome = self
                .world
                .done_by(&officer(FUND, 3), "sharing.listing_query", arguments);
            let now = self.world.time;
            let mut told: Vec<(String, u64)> = outcome["disclosure"]["entries"]
                .as_array()
                .unwrap()
                .iter()
                .map(|entry| {
                    let authority = entry["authority"].as_str().unwrap().to_owned();
                    (authority, entry["until"].as_u64().unwrap())
                })
                .collect();
            let mut expected: Vec<(String, u64)> = self
                .known
                .iter()
                .filter(|known| known.subject == subject && known.stands(now))
                .map(|known| (AUTHORITIES[known.by].to_owned(), known.decided.unwrap().1))
                .collect();
            told.sort();
            expected.sort();
            assert_eq!(told, expected);
            assert_eq!(outcome["access"]["count"], json!(expected.len()));

            let history = self
                .world
                .answer("sharing.listing_history", json!({ "subject": about }));
            let all: Vec<&Known> = self
                .known
                .iter()
                .filter(|known| known.subject == subject)
                .collect();
            assert_eq!(history["total"], json!(all.len()));
            for (entry, known) in history["entries"].as_array().unwrap().iter().zip(all) {
                assert_eq!(entry["listing"], known.id);
                assert_eq!(entry["steps"].as_array().unwrap().len(), known.steps);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_entry_answers_while_it_stands_and_only_its_authority_takes_it_off(steps in steps()) {
        let mut run = Run::new();
        for step in &steps {
            run.step(step);
            run.compare();
        }
    }
}
