//! What would go wrong in a case, found before there is one.
//!
//! Four looks: at the drawing as a graph, at every situation that tokens can come to, at what government must say of each step, and at what
//! conditions expect of the steps before them.

mod conditions;
mod explore;
mod links;
mod people;
mod structure;

pub use conditions::needed;
pub use links::{check_inputs, check_links};
pub use people::ROLES;

use crate::finding::{Finding, Findings};
use crate::model::Model;

/// Checks a process. It may be enacted if no finding is an error.
///
/// The situations are those of the token game in which every condition may hold or not, every timer may fire and every message may come
/// or not. Each scope is looked at alone, with its sub-processes as steps. What cannot be shown within
/// [`limits::STATES`](crate::limits::STATES) situations is an error too.
#[must_use]
pub fn check(model: &Model) -> Vec<Finding> {
    let mut findings = Findings::default();
    let connected = structure::check(model, &mut findings);
    people::check(model, &mut findings);
    conditions::check(model, &mut findings);
    if connected {
        explore::check(model, &mut findings);
    }
    findings.sorted()
}
