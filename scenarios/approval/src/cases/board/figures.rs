//! The counters.
//!
//! | record | key | what |
//! |---|---|---|
//! | codes of departments, sorted | `board-departments` | those that have had a case |
//! | [`OfDepartment`] | `board`, department | how its cases stand now, and how many items in versions it has in the list |
//! | [`Flows`] | `board-flows`, department, period | what happened in a month or a year |
//! | [`Listed`] | `board-place`, department, place from 0 | an item in one version that has had a case |
//! | [`OfItem`] | `board-item`, item, version | how its cases stand now, and which steps wait |
//! | [`ItemFlows`] | `board-item-flows`, item, version, period | what happened in a month or a year, by step too |

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use yinxin_crypto::HashAlgorithm;
use yinxin_execution::Failure;
use yinxin_types::StateKey;
use yinxin_types::identifiers::{ServiceItemCode, SocialCreditCode};

use super::counted::Counted;
use super::lamp::Lamp;
use crate::SCENARIO;

/// How cases stand now. Those that are not decided are green, yellow or red.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Standing {
    pub green: u64,
    pub red: u64,
    /// Of the three, those whose clock stands.
    pub suspended: u64,
    /// Decided and not handed over.
    pub undelivered: u64,
    /// Of these, those that should be by now.
    pub undelivered_late: u64,
    pub yellow: u64,
}

impl Standing {
    /// The counters in which a case stands, once each.
    fn places(&mut self, counted: &Counted) -> Vec<&mut u64> {
        let mut places = Vec::new();
        match counted.lamp {
            Some(Lamp::Green) => places.push(&mut self.green),
            Some(Lamp::Yellow) => places.push(&mut self.yellow),
            Some(Lamp::Red) => places.push(&mut self.red),
            None => {}
        }
        if counted.suspended {
            places.push(&mut self.suspended);
        }
        if let Some(late) = counted.delivery_late {
            places.push(&mut self.undelivered);
            if late {
                places.push(&mut self.undelivered_late);
            }
        }
        places
    }

    /// Moves a case from where it stood to where it stands; `damaged` where it did not stand there.
    pub fn shift(&mut self, (from, to): (&Counted, &Counted), damaged: StateKey) -> Result<(), Failure> {
        for place in self.places(from) {
            *place = place.checked_sub(1).ok_or(Failure::Damaged(damaged))?;
        }
        for place in self.places(to) {
            *place = place.saturating_add(1);
        }
        Ok(())
    }
}

/// What happened in a period: numbers of cases, and working days where it says so.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Flows {
    /// Accepted by word.
    pub accepted: u64,
    /// Working days from the acceptance to the decision, of all that were decided; while a clock stands none are counted.
    pub actual_days: u64,
    pub approved: u64,
    /// Asked to be corrected.
    pub corrected: u64,
    /// Accepted by silence.
    pub deemed: u64,
    /// Decided after the end of the period of the law.
    pub late: u64,
    /// The most working days that one took.
    pub longest_days: u64,
    /// Came to be past the period of the law.
    pub overdue: u64,
    /// Decided, where something was promised.
    pub promised: u64,
    /// Of these, the working days that they took.
    pub promised_actual_days: u64,
    /// Of these, the working days that were promised.
    pub promised_days: u64,
    /// Of these, those that took longer.
    pub promised_late: u64,
    pub refused: u64,
    /// Renewed by silence.
    pub renewed: u64,
    /// The working days of the law, extensions included, of all that were decided.
    pub statutory_days: u64,
    pub submitted: u64,
    /// Another authority is competent, or no permit is needed.
    pub turned_away: u64,
    pub withdrawn: u64,
}

impl Flows {
    /// Adds what happened; how long the longest took is the longer of both.
    pub fn add(&mut self, more: &Self) {
        for (sum, one) in [
            (&mut self.accepted, more.accepted),
            (&mut self.actual_days, more.actual_days),
            (&mut self.approved, more.approved),
            (&mut self.corrected, more.corrected),
            (&mut self.deemed, more.deemed),
            (&mut self.late, more.late),
            (&mut self.overdue, more.overdue),
            (&mut self.promised, more.promised),
            (&mut self.promised_actual_days, more.promised_actual_days),
            (&mut self.promised_days, more.promised_days),
            (&mut self.promised_late, more.promised_late),
            (&mut self.refused, more.refused),
            (&mut self.renewed, more.renewed),
            (&mut self.statutory_days, more.statutory_days),
            (&mut self.submitted, more.submitted),
            (&mut self.turned_away, more.turned_away),
            (&mut self.withdrawn, more.withdrawn),
        ] {
            *sum = sum.saturating_add(one);
        }
        self.longest_days = self.longest_days.max(more.longest_days);
    }
}

/// What happened at a step in a period.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StepFlows {
    /// How often it ran over its time.
    pub late: u64,
    /// How long the longest waited until it was taken, in seconds.
    pub longest_seconds: u64,
    /// How long all waited together until they were taken, in seconds.
    pub seconds: u64,
    /// How often it was taken by an officer.
    pub taken: u64,
}

impl StepFlows {
    /// As [`Flows::add`].
    pub fn add(&mut self, more: &Self) {
        self.late = self.late.saturating_add(more.late);
        self.seconds = self.seconds.saturating_add(more.seconds);
        self.taken = self.taken.saturating_add(more.taken);
        self.longest_seconds = self.longest_seconds.max(more.longest_seconds);
    }
}

/// How many wait at a step now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Waiting {
    /// Of these, those that have run over their time.
    pub late: u64,
    pub waiting: u64,
}

/// How the cases of a department stand.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OfDepartment {
    /// How many places its list of items has.
    pub items: u64,
    pub standing: Standing,
}

/// How the cases of an item in one version stand.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OfItem {
    pub standing: Standing,
    /// The steps at which something waits, by their elements.
    pub steps: BTreeMap<String, Waiting>,
}

impl OfItem {
    /// As [`Standing::shift`], with the steps.
    pub fn shift(&mut self, (from, to): (&Counted, &Counted), damaged: StateKey) -> Result<(), Failure> {
        self.standing.shift((from, to), damaged)?;
        for step in from.steps.values() {
            let waiting = self.steps.get_mut(&step.node).ok_or(Failure::Damaged(damaged))?;
            let less = |sum: u64, by: bool| sum.checked_sub(u64::from(by)).ok_or(Failure::Damaged(damaged));
            waiting.waiting = less(waiting.waiting, true)?;
            waiting.late = less(waiting.late, step.late)?;
        }
        for step in to.steps.values() {
            let waiting = self.steps.entry(step.node.clone()).or_default();
            waiting.waiting = waiting.waiting.saturating_add(1);
            waiting.late = waiting.late.saturating_add(u64::from(step.late));
        }
        self.steps.retain(|_, waiting| waiting.waiting > 0);
        Ok(())
    }
}

/// What happened to the cases of an item in one version.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ItemFlows {
    pub flows: Flows,
    /// By element.
    pub steps: BTreeMap<String, StepFlows>,
}

/// An item in one version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Listed {
    pub item: ServiceItemCode,
    pub version: u32,
}

pub(crate) fn departments_key(algorithm: HashAlgorithm) -> StateKey {
    StateKey::new(algorithm, SCENARIO, "board-departments", &[])
}

pub(crate) fn department_key(algorithm: HashAlgorithm, department: &SocialCreditCode) -> StateKey {
    StateKey::new(algorithm, SCENARIO, "board", &[department.as_str().as_bytes()])
}

pub(crate) fn flows_key(algorithm: HashAlgorithm, department: &SocialCreditCode, period: &str) -> StateKey {
    let parts = [department.as_str().as_bytes(), period.as_bytes()];
    StateKey::new(algorithm, SCENARIO, "board-flows", &parts)
}

pub(crate) fn place_key(algorithm: HashAlgorithm, department: &SocialCreditCode, place: u64) -> StateKey {
    let parts = [department.as_str().as_bytes(), &place.to_be_bytes()];
    StateKey::new(algorithm, SCENARIO, "board-place", &parts)
}

pub(crate) fn item_key(algorithm: HashAlgorithm, item: &ServiceItemCode, version: u32) -> StateKey {
    let parts = [item.as_str().as_bytes(), &version.to_be_bytes()];
    StateKey::new(algorithm, SCENARIO, "board-item", &parts)
}

pub(crate) fn item_flows_key(
    algorithm: HashAlgorithm,
    (item, version): (&ServiceItemCode, u32),
    period: &str,
) -> StateKey {
    let parts = [
        item.as_str().as_bytes(),
        &version.to_be_bytes(),
        period.as_bytes(),
    ];
    StateKey::new(algorithm, SCENARIO, "board-item-flows", &parts)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use yinxin_types::canonical;

    use super::*;

    const HOUSING: &str = "119901000000020229";
    const ITEM: &str = "1199010000000202293990117002011";

    // Computed from the formats by another program.
    const PINNED_KEYS: [&str; 6] = [
        "c1c501afa66b2672b92ca1cab9138bfd3cd3c1ed7112e1fe57cefbd38e29f93c",
        "421546498e4fa2bc8677253a6bb6344d919d0785510842fd52cb202785a8f49b",
        "4b8f811cbbb4fa1e9294909f23c10d30069ad84822f67a87df8bdac41cee514e",
        "408240cef47a2abe5e739b2c694ee3228453ed160bb38dd357b20474910f5bdf",
        "4959846efd4253c46f988cabad34c64408a246310c88b2428774cf02a30ad27e",
        "9a8440a9283369ef72e5a14905da1a82f3672718a8ace8006e719dede7de165d",
    ];
    const PINNED_RECORDS: [&str; 4] = [
        "sha256:b4ed3aef81b0462afe9dbe1a33adc7f4fd140030031c35422da3228fd5d65865",
        "sha256:23f8ac7f6538de57cdc82e4778ad3b06e2f45a97dc1ed0b869c40f580aece51e",
        "sha256:ff2a0056778181d48c7d72242f5e529265a325d18e50a022e3bf267e7f46bc13",
        "sha256:98b8fd0ab6552a279aaea214034fad01d3c264e74b147a1a751e3a22bc29d239",
    ];

    fn keys() -> [String; 6] {
        let algorithm = HashAlgorithm::Sha256;
        let (department, item) = (HOUSING.parse().unwrap(), ITEM.parse().unwrap());
        [
            departments_key(algorithm),
            department_key(algorithm, &department),
            flows_key(algorithm, &department, "2026-02"),
            place_key(algorithm, &department, 0),
            item_key(algorithm, &item, 1),
            item_flows_key(algorithm, (&item, 1), "2026"),
        ]
        .map(|key| key.0.iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// The digest of a counter as it is kept.
    fn kept(value: &impl Serialize) -> String {
        let value: Value = serde_json::to_value(value).unwrap();
        HashAlgorithm::Sha256
            .hash(&[&canonical::to_bytes(&value).unwrap()])
            .to_string()
    }

    #[test]
    fn counters_lie_where_the_formats_say() {
        assert_eq!(keys(), PINNED_KEYS);
    }

    #[test]
    fn counters_have_the_form_that_the_formats_say() {
        let standing = json!({
            "green": 0, "red": 0, "suspended": 0, "undelivered": 0, "undelivered_late": 0, "yellow": 0,
        });
        let department = OfDepartment::default();
        assert_eq!(
            serde_json::to_value(&department).unwrap(),
            json!({ "items": 0, "standing": standing })
        );
        let mut item = OfItem::default();
        item.steps
            .insert("review".to_owned(), Waiting { late: 1, waiting: 2 });
        let mut flows = ItemFlows::default();
        flows.steps.insert("review".to_owned(), StepFlows::default());
        let listed = Listed {
            item: ITEM.parse().unwrap(),
            version: 1,
        };
        let digests = [kept(&department), kept(&item), kept(&flows), kept(&listed)];
        assert_eq!(digests, PINNED_RECORDS);
    }

    #[test]
    fn a_case_leaves_the_counters_in_which_it_stood_and_damage_is_found() {
        let mut standing = Standing::default();
        let damaged = StateKey([0; 32]);
        let nowhere = Counted::nothing();
        let red = Counted {
            lamp: Some(Lamp::Red),
            suspended: true,
            ..Counted::nothing()
        };
        standing.shift((&nowhere, &red), damaged).unwrap();
        assert_eq!((standing.red, standing.suspended), (1, 1));
        standing.shift((&red, &nowhere), damaged).unwrap();
        assert_eq!(standing, Standing::default());
        assert!(matches!(
            standing.shift((&red, &nowhere), damaged),
            Err(Failure::Damaged(_))
        ));
    }
}
