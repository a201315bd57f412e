//! Processes (流程) in BPMN 2.0, read strictly, checked, and run as a pure state machine.
//!
//! A process is drawn with a common modeller, with our attributes for what government needs to know: who may act, until when, on which
//! basis (docs/reference/processes.md). [`Document::read`] takes it or refuses it element by element: nothing is ignored.
//! [`check`] finds what would go wrong in a case and what is missing. [`step`] takes a case (办件) through it, one event at a
//! time: a function of the model, the case and the event, without clock, disk, floats or randomness, within a [`Budget`]. Conditions are
//! written in [`Feel`], and [`answer`] is what a decision says to a business rule task.

mod budget;
mod check;
mod error;
mod feel;
mod finding;
mod language;
pub mod limits;
mod model;
mod period;
mod run;

pub use budget::Budget;
pub use check::{ROLES, check, check_inputs, check_links, needed};
pub use error::WorkflowError;
pub use feel::{Answer, DECISION_FAILED, Feel, answer};
pub use finding::{Code, Finding, Locale, Severity};
pub use language::{Evaluation, Expression, Language, Read, Variables};
pub use model::{AtExpiry, Deadline, Document, Duty, Library, Model, NAMESPACE, Refusal};
pub use period::{Period, Unit};
pub use run::{Closed, Effect, Ending, Event, Instance, OpenStep, Waiting, step};
