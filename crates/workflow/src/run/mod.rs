//! A case, one event at a time.
//!
//! A token is a work in the node where it rests, or is held before a join. An event removes or adds some works and puts moves into a queue;
//! moves are made until none is left, then inclusive joins are looked at, then scopes with nothing in them end. Everything happens on a
//! copy: an event that is refused leaves the case as it was.

mod activities;
mod event;
mod instance;
mod joins;
mod machine;
mod raising;
mod variables;

pub use event::{Closed, Effect, Event};
pub use instance::{Ending, Instance, OpenStep, Waiting};
pub(crate) use joins::inclusive_ready;

use crate::budget::Budget;
use crate::error::WorkflowError;
use crate::model::Model;
use machine::Machine;

/// Applies an event to a case at a block time, in milliseconds UTC.
///
/// # Errors
/// If the event does not fit the case, breaks a rule or takes more than the budget. The case is then as it was.
pub fn step(
    model: &Model,
    instance: &mut Instance,
    event: Event,
    now_ms: u64,
    budget: &mut Budget,
) -> Result<Vec<Effect>, WorkflowError> {
    if instance.process != model.key || instance.version != model.version {
        return Err(WorkflowError::OtherProcess(format!(
            "{} v{}",
            instance.process, instance.version
        )));
    }
    if instance.ending.is_some() {
        return Err(WorkflowError::Ended);
    }
    if now_ms < instance.at_ms {
        return Err(WorkflowError::Time);
    }
    let mut machine = Machine::new(model, instance.clone(), now_ms, budget);
    machine.apply(event)?;
    let (after, effects) = machine.finish()?;
    *instance = after;
    Ok(effects)
}
