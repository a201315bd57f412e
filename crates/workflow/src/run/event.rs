//! What happens to a case, and what follows for the world around it.

use serde::{Deserialize, Serialize};

use super::instance::Ending;
use crate::language::Variables;
use crate::period::Period;

/// Something that happened. Who may make it happen is for the caller to decide, from the [`Duty`](crate::Duty) of the step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "event", deny_unknown_fields)]
pub enum Event {
    /// The case begins.
    Started {
        /// The message with which it begins; `None` for the start event without one.
        message: Option<String>,
        /// What is known from the beginning.
        variables: Variables,
    },
    /// A step, service, decision or called process is done.
    Completed {
        /// The number of the work.
        work: u64,
        /// The persons who did a step, as the ledger names them; none for anything else.
        actors: Vec<String>,
        /// One of the outcomes that the step has; for a called process or a service, none.
        outcome: Option<String>,
        /// What became known.
        variables: Variables,
    },
    /// A message arrived.
    Message {
        /// Its name.
        message: String,
        /// The number of the wait that it is for; the oldest one if none is named.
        to: Option<u64>,
        /// What it says.
        variables: Variables,
    },
    /// A period is over. The ledger's calendar says when.
    TimerFired {
        /// The number of the timer.
        timer: u64,
    },
    /// A work failed.
    Error {
        /// Its number.
        work: u64,
        /// The code, by which boundary events catch it.
        code: String,
    },
    /// A work calls its superiors, and goes on.
    Escalation {
        /// Its number.
        work: u64,
        /// The code, by which boundary events catch it.
        code: String,
    },
    /// The case is withdrawn or stopped.
    Cancelled,
}

/// Why something that was open is no longer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Closed {
    /// It was done.
    Completed,
    /// Something else made it needless.
    Cancelled,
    /// Its deadline passed, and the law says what that means.
    Lapsed,
}

/// What follows from an event, in this order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "effect", deny_unknown_fields)]
pub enum Effect {
    /// A person must do something.
    StepOpened {
        /// The number of the work.
        work: u64,
        /// The element.
        node: String,
    },
    /// A step, service, decision or called process is closed.
    WorkClosed {
        /// The number of the work.
        work: u64,
        /// The element.
        node: String,
        /// Why.
        how: Closed,
    },
    /// A period begins. The ledger's calendar turns it into a date.
    TimerSet {
        /// The number of the timer.
        timer: u64,
        /// The event, or the step whose deadline it is.
        node: String,
        /// How long.
        due: Period,
    },
    /// A period no longer counts.
    TimerCancelled {
        /// The number of the timer.
        timer: u64,
    },
    /// A message goes out.
    MessageSent {
        /// The element.
        node: String,
        /// The name of the message.
        message: String,
    },
    /// An operation is to be performed.
    ServiceCalled {
        /// The number of the work that waits for it.
        work: u64,
        /// The element.
        node: String,
        /// The operation.
        operation: String,
    },
    /// A decision is to be asked.
    DecisionAsked {
        /// The number of the work that waits for it.
        work: u64,
        /// The element.
        node: String,
        /// The decision.
        decision: String,
        /// Its version.
        version: u32,
    },
    /// Another process is to be run.
    ProcessCalled {
        /// The number of the work that waits for it.
        work: u64,
        /// The element.
        node: String,
        /// The key of the process.
        process: String,
        /// Its version.
        version: u32,
    },
    /// Superiors must be told.
    Escalated {
        /// The element that escalates.
        node: String,
        /// The code; `deadline` where a deadline passed.
        code: String,
        /// The boundary event that took it up; `None` where only people can.
        caught: Option<String>,
    },
    /// The case is over.
    CaseEnded {
        /// How.
        ending: Ending,
    },
}
