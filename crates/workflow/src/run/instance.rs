//! A case as the ledger keeps it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::language::Variables;
use crate::model::Model;
use crate::period::Period;

/// One case of one process in one version. Written and read as JSON; the same events give the same bytes on every node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Instance {
    /// The key of the process.
    pub process: String,
    /// Its version, which the case keeps whatever is enacted later.
    pub version: u32,
    /// How many events the case has taken.
    pub history: u64,
    /// The time of the last of them, in milliseconds UTC.
    pub at_ms: u64,
    /// How it ended; `None` while it runs.
    pub ending: Option<Ending>,
    /// What conditions read.
    pub variables: Variables,
    /// What is open, by number. Numbers are given once.
    pub(super) works: BTreeMap<u64, Work>,
    /// Running timers, by number.
    pub(super) timers: BTreeMap<u64, Timer>,
    /// Messages that are waited for, by number.
    pub(super) awaited: BTreeMap<u64, Awaited>,
    /// The process and its open sub-processes, by number; the process is 0.
    pub(super) scopes: BTreeMap<u64, Scope>,
    /// Tokens that wait before a join: scope, flow, how many.
    pub(super) held: Vec<Held>,
    /// Who acted in which step, ever.
    pub(super) acted: BTreeMap<String, BTreeSet<String>>,
    /// The next number.
    pub(super) next: u64,
}

/// How a case ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "how", deny_unknown_fields)]
pub enum Ending {
    /// Every path came to its end.
    Completed,
    /// An error that nothing in the process catches.
    Failed {
        /// Its code.
        code: String,
    },
    /// It was withdrawn or stopped.
    Cancelled,
    /// Tokens wait where nothing can come any more. The check refuses processes in which that can happen.
    Stuck,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Work {
    pub scope: u64,
    pub node: String,
    /// The multi-instance that it is one of.
    pub multi: Option<u64>,
    pub opened_ms: u64,
    pub state: State,
    /// Variables that only this work sees.
    pub locals: Variables,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "is", deny_unknown_fields)]
pub(super) enum State {
    Step {
        overdue: bool,
    },
    /// A service, decision or called process that the caller answers.
    Asked,
    /// A message or timer that is waited for; also an event-based gateway.
    Waiting,
    /// A send task among several, which ends at once.
    Sending,
    Sub {
        scope: u64,
    },
    Multi {
        count: u64,
        started: u64,
        done: u64,
        /// The elements of the collection; empty where only a number counts.
        items: Vec<Value>,
    },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Timer {
    pub work: u64,
    /// The event whose timer it is, or the step whose deadline.
    pub node: String,
    pub due: Period,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Awaited {
    pub work: u64,
    pub node: String,
    pub message: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Scope {
    /// The sub-process's work; `None` for the process.
    pub work: Option<u64>,
    pub depth: u32,
    pub locals: Variables,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Held {
    pub scope: u64,
    pub flow: String,
    pub count: u32,
}

/// A step that waits for a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenStep<'a> {
    /// Its number, by which it is completed.
    pub work: u64,
    /// The element.
    pub node: &'a str,
    /// Since when, in milliseconds UTC.
    pub opened_ms: u64,
    /// Whether its deadline passed without effect.
    pub overdue: bool,
    /// Who must not act, because they acted in a step that needs another person.
    pub excluded: BTreeSet<&'a str>,
    /// What only this step knows, such as the one department of several that it is for.
    pub locals: &'a Variables,
}

/// A timer, message, service, decision or called process that a case waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Waiting<'a> {
    /// A timer: its number, the element, how long it runs.
    Timer(u64, &'a str, Period),
    /// A message: the number of the wait, the element, the name.
    Message(u64, &'a str, &'a str),
    /// An answer: the number of the work, the element.
    Answer(u64, &'a str),
}

impl Instance {
    /// A case that was not started.
    #[must_use]
    pub fn new(model: &Model) -> Self {
        Self {
            process: model.key.clone(),
            version: model.version,
            history: 0,
            at_ms: 0,
            ending: None,
            variables: Variables::new(),
            works: BTreeMap::new(),
            timers: BTreeMap::new(),
            awaited: BTreeMap::new(),
            scopes: BTreeMap::new(),
            held: Vec::new(),
            acted: BTreeMap::new(),
            next: 1,
        }
    }

    /// The steps that wait for persons, oldest first. Who may act says [`Model::duty`]; who must not, the step itself.
    pub fn open_steps<'a>(&'a self, model: &'a Model) -> impl Iterator<Item = OpenStep<'a>> {
        self.works
            .iter()
            .filter_map(move |(number, work)| match work.state {
                State::Step { overdue } => Some(OpenStep {
                    work: *number,
                    node: &work.node,
                    opened_ms: work.opened_ms,
                    overdue,
                    excluded: model
                        .duty(&work.node)
                        .into_iter()
                        .flat_map(|duty| &duty.not_same_as)
                        .filter_map(|step| self.acted.get(step))
                        .flatten()
                        .map(String::as_str)
                        .collect(),
                    locals: &work.locals,
                }),
                _ => None,
            })
    }

    /// What else the case waits for, oldest first of each kind.
    pub fn waiting(&self) -> impl Iterator<Item = Waiting<'_>> {
        let timers = self
            .timers
            .iter()
            .map(|(number, timer)| Waiting::Timer(*number, &timer.node, timer.due));
        let messages = self
            .awaited
            .iter()
            .map(|(number, awaited)| Waiting::Message(*number, &awaited.node, &awaited.message));
        let answers = self
            .works
            .iter()
            .filter(|(_, work)| work.state == State::Asked)
            .map(|(number, work)| Waiting::Answer(*number, &work.node));
        timers.chain(messages).chain(answers)
    }

    /// How many tokens the case has: one for each work that nothing contains, and those that wait before joins.
    #[must_use]
    pub fn tokens(&self) -> u64 {
        let held: u64 = self.held.iter().map(|held| u64::from(held.count)).sum();
        let works = self.works.values().filter(|work| work.multi.is_none()).count();
        held.saturating_add(u64::try_from(works).unwrap_or(u64::MAX))
    }
}
