//! Why an event is refused. The instance is then as it was.

use thiserror::Error;

/// Why an event is refused.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum WorkflowError {
    /// The instance is of another process, or of another version of it: a running case keeps its version.
    #[error("the case runs `{0}`")]
    OtherProcess(String),
    /// The case was not started, or started before.
    #[error("the case was started before, or not yet")]
    Started,
    /// The case has ended.
    #[error("the case has ended")]
    Ended,
    /// The time lies before that of an earlier event.
    #[error("the time goes backwards")]
    Time,
    /// No work with this number is open, or it is not of the kind that the event is for.
    #[error("no open work {0} takes this event")]
    NoWork(u64),
    /// No timer with this number runs.
    #[error("no timer {0} runs")]
    NoTimer(u64),
    /// Nothing in the case waits for the message.
    #[error("nothing waits for message `{0}`")]
    NobodyWaits(String),
    /// The process cannot be started in this way.
    #[error("the process does not start with `{0}`")]
    NoStart(String),
    /// The outcome is not one that the step has.
    #[error("step `{0}` has no such outcome")]
    Outcome(String),
    /// A person took part in a step that the same person must not take part in (行政许可法 §34, §48).
    #[error("who acted in `{earlier}` must not act in `{step}`")]
    SamePerson {
        /// The step that is to be completed.
        step: String,
        /// The step in which the person acted before.
        earlier: String,
    },
    /// Fewer officers than the step needs.
    #[error("step `{0}` needs another officer")]
    Officers(String),
    /// No way on: no condition holds and there is no default flow.
    #[error("no condition after `{0}` holds")]
    NoWay(String),
    /// An expression gave neither true nor false, no whole number or no list where one was needed, or failed.
    #[error("the expression of `{element}` gives no answer: {reason}")]
    Expression {
        /// The flow or activity to which the expression belongs.
        element: String,
        /// What happened.
        reason: String,
    },
    /// A variable has a malformed name, too much in it, or a number that is not whole.
    #[error("variable `{0}` cannot be kept")]
    Variable(String),
    /// Something is more than allowed.
    #[error("the case would have too many {0}")]
    Limit(&'static str),
    /// The budget is used up.
    #[error("the event takes more steps than allowed")]
    Budget,
    /// The instance does not fit the model. It was not written by this crate.
    #[error("the case does not fit its process")]
    Damaged,
}
