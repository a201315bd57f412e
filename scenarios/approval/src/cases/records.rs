//! What the module keeps in the state, and where.
//!
//! | record | key | when it is written |
//! |---|---|---|
//! | [`Case`] | number of the case | by everything that happens to it |
//! | [`Entry`] | number of the case, place from 1 | once, by what happened |
//! | [`Course`] | number of the case | by what happens in its process |
//! | party whose material it is | commitment | by the first case that has it |
//! | serial number | item, day | by a submission |
//! | queues | see [`super::queue`] | when a department has to act or to send, or no longer |
//! | counters | see [`super::board`] | with whatever they count |
//! | messages of a party | see [`super::notices`] | when something is told to it, and when it opens that |
//!
//! Persons are named by the identifiers of their parties. Dates are never stored: what follows from block time and calendar is computed from
//! what a period began with, because the calendar of a year is published late and may be corrected.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use yinxin_crypto::{Digest, HashAlgorithm};
pub(crate) use yinxin_execution::Moment;
use yinxin_execution::who::{Representative, refuse};
use yinxin_execution::{Call, Failure, Records};
use yinxin_types::StateKey;
use yinxin_types::identifiers::{ServiceItemCode, SocialCreditCode};
use yinxin_workflow::{Event, Instance, Period, Variables};

use super::board::Counted;
use super::codes;
use super::notices::{Notice, Service};
use super::processes::ProcessName;
use crate::SCENARIO;
use crate::items::content::Special;

/// The most times the clock of one case may stand.
pub(crate) const MAX_SUSPENSIONS: usize = 8;
/// The most decisions and annulments of one case.
pub(crate) const MAX_ACTS: usize = 16;
/// The most events of one process that a case remembers.
pub(crate) const MAX_FACTS: usize = 400;
/// The most delegations that live at a time, and the most persons taken off one case.
pub(crate) const MAX_PERSONS: usize = 32;

/// How far a case has come. That its clock stands, that a step is overdue, that its decision was annulled follows from the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum State {
    /// The papers are at the department.
    Submitted,
    /// The applicant was told what to correct (补正).
    Correction,
    /// No permit is needed.
    NotNeeded,
    /// Another authority is competent.
    NotCompetent,
    /// Accepted, by word or by silence; the process runs.
    InReview,
    /// The process has come to its end.
    Joined,
    /// Decided, and not delivered yet.
    Decided,
    /// Delivered.
    Delivered,
    /// Taken back by the applicant.
    Withdrawn,
    /// The licence counts as renewed, because nothing was decided before it expired (视为准予延续).
    RenewedByLapse,
}

/// Whose case it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Applicant {
    /// The code, of an organisation or department.
    pub code: Option<SocialCreditCode>,
    pub party: Digest,
    /// Who submitted in its name, if not the person itself.
    pub submitted_by: Option<Representative>,
}

/// Where a material comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Origin {
    /// Handed in by the applicant.
    Submitted,
    /// Had by sharing.
    Fetched,
    /// Issued by the department itself.
    Issued,
}

/// A material of a case: what it is committed to, and who keeps the content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Material {
    pub commitment: Digest,
    pub holder: SocialCreditCode,
    pub origin: Origin,
    pub since: Moment,
}

/// What must be corrected: a field of the form or a material, and the officer's words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Point {
    pub en: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub material: Option<String>,
    pub zh: String,
}

/// The one request to correct.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Correction {
    pub answered: Option<Moment>,
    pub asked: Moment,
    /// How many working days the applicant has from when the request was served, if the department said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days: Option<u32>,
    pub officer: Digest,
    pub points: Vec<Point>,
}

/// The word, or the silence, by which the case was accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Acceptance {
    pub at: Moment,
    /// The moment from which the period for the decision counts: of a case accepted by silence that of the receipt (行政许可法 §32).
    pub as_of_ms: u64,
    /// Whether nobody said a word in time.
    pub deemed: bool,
    pub officer: Option<Digest>,
}

/// What a clock of the law counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ClockKind {
    /// To accept, or to say what is to be corrected (行政许可法 §32).
    Intake,
    /// To decide (行政许可法 §42).
    Decision,
    /// To decide, as the department promised.
    Promise,
    /// To hand over what was decided (行政许可法 §44).
    Delivery,
    /// Until the licence that is to be renewed expires (行政许可法 §50).
    Renewal,
    /// The applicant's, to correct, from when the request was served.
    Correction,
    /// The applicant's, to ask for reconsideration, from when what was decided was served (行政复议法 §20).
    Reconsideration,
}

impl ClockKind {
    /// Whether the applicant has to act in time, not a department.
    pub fn is_applicants(self) -> bool {
        matches!(self, Self::Correction | Self::Reconsideration)
    }
}

/// A clock of the law. It stands while a procedure does not count, which is the case's to know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Clock {
    /// When it was stopped, or lapsed.
    pub ended: Option<Moment>,
    /// The moment from whose day on it counts; of a licence's expiry that moment itself.
    pub from_ms: u64,
    pub kind: ClockKind,
    pub lapsed: bool,
    /// How long; none where `from_ms` is the end.
    pub period: Option<Period>,
}

/// A time that does not count (行政许可法 §45).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Suspension {
    /// How many working days were announced.
    pub days: u32,
    /// When it ended, if before what was announced.
    pub ended_ms: Option<u64>,
    pub from_ms: u64,
    pub officer: Digest,
    pub procedure: Special,
    /// Whether it is over.
    pub over: bool,
}

/// The one extension (行政许可法 §42).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Extension {
    pub approver: Digest,
    pub at: Moment,
    pub days: u32,
    pub reason: String,
}

/// What an officer thinks, in words or as a commitment to sealed words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Opinion {
    pub at: Moment,
    pub commitment: Option<Digest>,
    pub department: SocialCreditCode,
    /// The materials on which it rests.
    pub materials: BTreeMap<String, Digest>,
    pub officers: Vec<Digest>,
    pub outcome: Option<String>,
    pub text: Option<String>,
}

/// The power to take one step, lent to a colleague until a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Delegation {
    pub by: Digest,
    /// The grade of who lent it.
    pub grade: u8,
    pub place: String,
    pub to: Digest,
    pub until_ms: u64,
}

/// What a party did in a case. Nobody does more than one of these (行政许可法 §34, §48; R6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Stage {
    Applied,
    Accepted,
    Reviewed,
    Decided,
}

/// What was attested of the dedicated account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Account {
    pub at: Moment,
    pub department: SocialCreditCode,
    pub held_fen: i64,
    pub officer: Digest,
    /// Commitment to the statement.
    pub statement: Digest,
}

/// How a case is decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Outcome {
    Approve,
    Refuse,
}

/// What a decision issues.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Licence {
    /// Commitment to its content, which the department keeps.
    pub commitment: Digest,
    pub kind: String,
    /// When it expires; none where it does not.
    pub until_ms: Option<u64>,
}

/// What an act is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "act", deny_unknown_fields)]
pub(crate) enum What {
    /// A decision; one that supersedes another names it.
    Decision {
        licence: Option<Licence>,
        outcome: Outcome,
        supersedes: Option<Digest>,
    },
    /// The annulment of a decision or of an annulment.
    Annulment { of: Digest },
}

/// A decision or an annulment. Nothing is ever overwritten (行政许可法 §69, §70; R14).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Act {
    pub at: Moment,
    /// The transaction.
    pub id: Digest,
    /// Under which mandate; none where the law decides by silence.
    pub mandate: Option<Digest>,
    pub officers: Vec<Digest>,
    pub reason: Option<String>,
    pub remedy: Option<String>,
    pub what: What,
}

/// How it was handed over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Delivery {
    pub at: Moment,
    pub how: String,
    pub officer: Digest,
}

/// Why a business rule task stopped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Fault {
    /// When, in milliseconds UTC.
    pub at_ms: u64,
    pub reason: String,
}

/// A case (办件).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Case {
    pub acceptance: Option<Acceptance>,
    pub account: Option<Account>,
    pub acts: Vec<Act>,
    /// When the next alarm comes, in milliseconds UTC.
    pub alarm_ms: Option<u64>,
    pub answers: Variables,
    pub applicant: Applicant,
    /// What of it is in the counters of the board; none of a case from before there were any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub board: Option<Counted>,
    pub clocks: Vec<Clock>,
    pub correction: Option<Correction>,
    pub delegations: Vec<Delegation>,
    pub delivery: Option<Delivery>,
    /// How many entries its history has.
    pub entries: u64,
    pub extension: Option<Extension>,
    /// Business rule tasks that have no answer, by the number of the work.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub faults: BTreeMap<u64, Fault>,
    /// Operations that its process asked for, which must still hold when it is decided.
    pub gates: BTreeSet<String>,
    pub instance: Option<Instance>,
    /// The licences whose documents were issued, by the decisions that gave them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub issued: BTreeMap<Digest, Digest>,
    pub item: ServiceItemCode,
    pub item_version: u32,
    pub materials: BTreeMap<String, Material>,
    /// What was told to the applicant, in the order in which it happened.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notices: Vec<Notice>,
    pub number: String,
    /// What was said of each step, by its place.
    pub opinions: BTreeMap<String, Opinion>,
    /// Whether it stands in the outbox of its department.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub outbox: bool,
    pub process: ProcessName,
    /// The departments in whose queue it stands.
    pub queues: BTreeSet<SocialCreditCode>,
    /// Who withdrew, or was taken off it.
    pub recused: BTreeSet<Digest>,
    /// The case whose licence is to be renewed.
    pub renews: Option<String>,
    /// Commitment to the sealed part of the form.
    pub sealed: Option<Digest>,
    /// The agreement to electronic service.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<Service>,
    /// Who did what.
    pub stages: BTreeMap<Digest, BTreeSet<Stage>>,
    pub state: State,
    pub submitted: Moment,
    pub suspensions: Vec<Suspension>,
    /// When each running timer of the process began, in milliseconds UTC.
    pub timers: BTreeMap<u64, u64>,
}

impl Case {
    pub fn key(algorithm: HashAlgorithm, number: &str) -> StateKey {
        StateKey::new(algorithm, SCENARIO, "case", &[number.as_bytes()])
    }

    /// The case: `CASE_UNKNOWN`.
    pub fn known(call: &Call<'_>, records: &Records<'_>, number: &str) -> Result<Self, Failure> {
        match records.get(&Self::key(call.hash(), number))? {
            Some(case) => Ok(case),
            None => refuse(codes::CASE_UNKNOWN, "there is no case with this number"),
        }
    }

    /// The department whose item it is: its code is the beginning of the item's.
    pub fn handler(&self) -> Result<SocialCreditCode, Failure> {
        handler(&self.item)
    }

    /// That it is in one of these states: `STATE_ORDER`.
    pub fn in_state(&self, states: &[State]) -> Result<(), Failure> {
        if states.contains(&self.state) {
            return Ok(());
        }
        refuse(codes::STATE_ORDER, format!("the case is {:?}", self.state))
    }

    /// The clock of a kind that runs.
    pub fn clock(&mut self, kind: ClockKind) -> Option<&mut Clock> {
        let mut clocks = self.clocks.iter_mut();
        clocks.find(|clock| clock.kind == kind && clock.ended.is_none())
    }

    /// Stops a clock; nothing happens where none runs.
    pub fn stop(&mut self, kind: ClockKind, at: Moment) {
        if let Some(clock) = self.clock(kind) {
            clock.ended = Some(at);
        }
    }

    /// Whether an act is in effect: nothing in effect annuls or supersedes it. Acts name earlier ones only, so this comes to an end.
    pub fn in_effect(&self, id: &Digest) -> bool {
        let Some(place) = self.acts.iter().position(|act| act.id == *id) else {
            return false;
        };
        let mut later = self.acts.iter().skip(place).filter(|act| match &act.what {
            What::Annulment { of } => of == id,
            What::Decision { supersedes, .. } => supersedes.as_ref() == Some(id),
        });
        !later.any(|act| self.in_effect(&act.id))
    }

    /// The decision in effect.
    pub fn decision(&self) -> Option<&Act> {
        self.acts
            .iter()
            .rev()
            .find(|act| matches!(act.what, What::Decision { .. }) && self.in_effect(&act.id))
    }

    /// The licence in effect.
    pub fn licence(&self) -> Option<&Licence> {
        match &self.decision()?.what {
            What::Decision { licence, .. } => licence.as_ref(),
            What::Annulment { .. } => None,
        }
    }

    /// The suspension that is not over.
    pub fn suspended(&self) -> Option<&Suspension> {
        self.suspensions.iter().find(|suspension| !suspension.over)
    }

    /// Puts down that a party did something: `AUTH_SAME_PERSON` of identity where it did something else before.
    pub fn did(&mut self, call: &Call<'_>, party: Digest, stage: Stage) -> Result<(), Failure> {
        let stages = self.stages.entry(party).or_default();
        if let Some(other) = stages.iter().find(|other| **other != stage) {
            let code = yinxin_execution::who::named(call, "AUTH_SAME_PERSON");
            return refuse(code, format!("the same person {other:?} before"));
        }
        stages.insert(stage);
        Ok(())
    }
}

/// The department of an item.
pub(crate) fn handler(item: &ServiceItemCode) -> Result<SocialCreditCode, Failure> {
    let code = item.as_str().get(..18).and_then(|code| code.parse().ok());
    code.ok_or(Failure::Damaged(StateKey([0; 32])))
}

/// One event of a process, as it is told again when a material that was replaced re-opens what rests on it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Fact {
    pub at_ms: u64,
    pub event: Event,
    /// The step, or the element whose timer it was, by its place; empty for the start.
    pub place: String,
}

/// The events of the process of a case, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Course {
    pub facts: Vec<Fact>,
    /// When an element was opened again last, in milliseconds UTC: its time counts from then, however often the process is told.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub reopened: BTreeMap<String, u64>,
}

impl Course {
    pub fn key(algorithm: HashAlgorithm, number: &str) -> StateKey {
        StateKey::new(algorithm, SCENARIO, "course", &[number.as_bytes()])
    }
}

/// One line of the history that the applicant and the departments see alike.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Entry {
    /// The block in which it was put down.
    pub at: Moment,
    /// Who did it; none where time did.
    pub by: Option<Digest>,
    pub department: Option<SocialCreditCode>,
    /// What more there is to it.
    pub detail: Value,
    /// When it happened, in milliseconds UTC: of what time did the moment at which a period was over.
    pub time_ms: u64,
    /// What happened, such as `accepted`.
    pub what: String,
}

impl Entry {
    pub fn key(algorithm: HashAlgorithm, number: &str, place: u64) -> StateKey {
        let parts = [number.as_bytes(), &place.to_be_bytes()];
        StateKey::new(algorithm, SCENARIO, "entry", &parts)
    }
}

/// Where it is kept whose material a commitment is. Commitments are open on the ledger, and a look at a case releases what it names: nobody gets
/// another's content by naming its commitment.
pub(crate) fn claim_key(algorithm: HashAlgorithm, commitment: &Digest) -> StateKey {
    StateKey::of_digest(algorithm, SCENARIO, "material", commitment)
}

/// Where the last serial number of an item's cases of one day lies.
pub(crate) fn serial_key(algorithm: HashAlgorithm, item: &ServiceItemCode, day: &str) -> StateKey {
    let parts = [item.as_str().as_bytes(), day.as_bytes()];
    StateKey::new(algorithm, SCENARIO, "serial", &parts)
}

/// What an operation surely reads: the case that its arguments name.
pub(crate) fn reads(call: &Call<'_>) -> Vec<StateKey> {
    let number = call.body.arguments.get("case").and_then(Value::as_str);
    number
        .map(|number| Case::key(call.hash(), number))
        .into_iter()
        .collect()
}
