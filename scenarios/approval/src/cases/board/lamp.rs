//! The lamp of a case that is not decided yet.

use serde::{Deserialize, Serialize};
use yinxin_execution::Failure;

use super::super::clocks;
use super::super::days::Calendar;
use super::super::records::{Case, ClockKind, State};

/// How a case that is not decided stands in its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Lamp {
    Green,
    /// What the department promised is over, or the last three days of a clock have begun.
    Yellow,
    /// The period of the law is over.
    Red,
}

/// The lamp at a moment, none of a case that needs none any more, and when it turns by itself to yellow. It turns to red by the end of a clock,
/// which is an event of the case.
pub(super) fn of(
    calendar: &Calendar<'_>,
    case: &Case,
    now_ms: u64,
) -> Result<(Option<Lamp>, Option<u64>), Failure> {
    let open = [
        State::Submitted,
        State::Correction,
        State::InReview,
        State::Joined,
    ];
    if !open.contains(&case.state) {
        return Ok((None, None));
    }
    let running = |clock: &&super::super::records::Clock| clock.ended.is_none();
    let over = |kind: ClockKind| {
        let mut clocks = case.clocks.iter().filter(running);
        clocks.any(|clock| clock.kind == kind && clock.lapsed)
    };
    if over(ClockKind::Decision) {
        return Ok((Some(Lamp::Red), None));
    }
    if over(ClockKind::Promise) {
        return Ok((Some(Lamp::Yellow), None));
    }
    let mut turns: Option<u64> = None;
    for clock in case.clocks.iter().filter(running) {
        match clock.kind {
            ClockKind::Intake | ClockKind::Decision | ClockKind::Promise => {
                let near_ms = clocks::near(calendar, case, clock)?;
                turns = Some(turns.map_or(near_ms, |earlier| earlier.min(near_ms)));
            }
            // What runs for the applicant lights no lamp of the department.
            ClockKind::Correction | ClockKind::Delivery | ClockKind::Reconsideration | ClockKind::Renewal => {
            }
        }
    }
    match turns {
        Some(near_ms) if near_ms <= now_ms => Ok((Some(Lamp::Yellow), None)),
        turns => Ok((Some(Lamp::Green), turns)),
    }
}
