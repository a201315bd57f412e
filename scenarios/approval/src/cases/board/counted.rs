//! What the counters have of a case.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use yinxin_execution::Failure;

use super::super::course::open_steps;
use super::super::handling::Handling;
use super::super::records::{ClockKind, State};
use super::lamp::Lamp;

/// An open step as it was counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CountedStep {
    /// Whether it has run over its time.
    pub late: bool,
    /// The element of the process.
    pub node: String,
    /// Since when it waits, in milliseconds UTC.
    pub since_ms: u64,
}

/// What of a case is in the counters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Counted {
    /// Accepted by word or by silence.
    pub accepted: bool,
    /// Asked to be corrected.
    pub corrected: bool,
    /// Of a decision that is not handed over, whether it should be by now.
    pub delivery_late: Option<bool>,
    /// None once it is decided or has ended otherwise.
    pub lamp: Option<Lamp>,
    pub state: State,
    /// The open steps by their places.
    pub steps: BTreeMap<String, CountedStep>,
    /// Whether its clock stands.
    pub suspended: bool,
}

impl Counted {
    /// A case of which nothing was counted.
    pub fn nothing() -> Self {
        Self {
            accepted: false,
            corrected: false,
            delivery_late: None,
            lamp: None,
            state: State::Submitted,
            steps: BTreeMap::new(),
            suspended: false,
        }
    }

    /// How a case stands.
    pub fn of(handling: &Handling, lamp: Option<Lamp>) -> Result<Self, Failure> {
        let case = &handling.case;
        let mut steps = BTreeMap::new();
        if case.state == State::InReview {
            for step in open_steps(handling)? {
                let again_ms = handling.course.reopened.get(&step.node).copied();
                steps.insert(
                    step.place,
                    CountedStep {
                        late: step.overdue,
                        node: step.node,
                        since_ms: step.opened_ms.max(again_ms.unwrap_or_default()),
                    },
                );
            }
        }
        let mut clocks = case.clocks.iter();
        let delivery = clocks.find(|clock| clock.kind == ClockKind::Delivery);
        Ok(Self {
            accepted: case.acceptance.is_some(),
            corrected: case.correction.is_some(),
            delivery_late: (case.state == State::Decided).then(|| delivery.is_some_and(|clock| clock.lapsed)),
            lamp,
            state: case.state,
            steps,
            suspended: lamp.is_some() && case.suspended().is_some(),
        })
    }

    /// A case that was there before there were counters: what has happened to it by now is in no period, only how it stands.
    pub fn history(&self) -> Self {
        Self {
            accepted: self.accepted,
            corrected: self.corrected,
            state: self.state,
            ..Self::nothing()
        }
    }
}
