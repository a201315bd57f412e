//! What time does: a pure function of case, calendar and block time. Whatever is due happens before anything else does, at the moment at
//! which its period was over, so that it makes no difference who touches the case first, or when.

use serde_json::json;
use yinxin_execution::{Call, Failure, Records};
use yinxin_workflow::{Event, Waiting};

use super::clocks;
use super::course;
use super::days::{Calendar, Due};
use super::handling::{Handling, RENEWED_BY_LAPSE};
use super::records::{Acceptance, Act, Case, ClockKind, Licence, Moment, Outcome, State, What};
use crate::licences;

/// The most that time does to a case in one block; more waits for the next. A process in which timers follow each other without end is none
/// that the check lets pass.
const MAX_LAPSES: usize = 64;

/// On what a renewal by silence rests.
const LAPSE: &str = "行政许可法 §50";

/// What is over next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Next {
    /// The time that does not count, as announced.
    Suspension,
    /// A clock of the law.
    Clock(ClockKind),
    /// A timer of the process.
    Timer(u64),
}

/// Lets everything happen that is due in this block.
pub(crate) fn catch_up(
    call: &Call<'_>,
    records: &Records<'_>,
    handling: &mut Handling,
) -> Result<(), Failure> {
    for _ in 0..MAX_LAPSES {
        match next(call, records, handling)? {
            Some((due, what)) if due.ms_end <= call.block.time.0 => {
                happen(call, records, handling, (due.ms_end, what))?;
            }
            _ => return Ok(()),
        }
    }
    Ok(())
}

/// What is over next, and when: the first moment at which it is.
pub(crate) fn next(
    call: &Call<'_>,
    records: &Records<'_>,
    handling: &Handling,
) -> Result<Option<(Due, Next)>, Failure> {
    let calendar = Calendar::new(call, records);
    let case = &handling.case;
    let mut all = Vec::new();
    if let Some(suspension) = case.suspended() {
        all.push((clocks::announced(&calendar, suspension)?, Next::Suspension));
    }
    for clock in case
        .clocks
        .iter()
        .filter(|clock| clock.ended.is_none() && !clock.lapsed)
    {
        all.push((clocks::due(&calendar, case, clock)?, Next::Clock(clock.kind)));
    }
    if let (State::InReview, Some(instance)) = (case.state, &case.instance) {
        for waiting in instance.waiting() {
            if let Waiting::Timer(timer, _, period) = waiting
                && let Some(from_ms) = case.timers.get(&timer)
            {
                let due = clocks::timer(&calendar, case, *from_ms, period)?;
                all.push((due, Next::Timer(timer)));
            }
        }
    }
    Ok(all.into_iter().min_by_key(|(due, what)| (due.ms_end, *what)))
}

fn happen(
    call: &Call<'_>,
    records: &Records<'_>,
    handling: &mut Handling,
    (at_ms, what): (u64, Next),
) -> Result<(), Failure> {
    let now = Moment::of(call);
    match what {
        Next::Suspension => {
            let suspension = handling.case.suspensions.iter_mut().find(|one| !one.over);
            if let Some(suspension) = suspension {
                suspension.over = true;
            }
            handling.note_at(call, at_ms, "resumed", None, json!({ "announced": true }));
        }
        Next::Clock(ClockKind::Intake) => {
            if let Some(clock) = handling.case.clock(ClockKind::Intake) {
                clock.lapsed = true;
                clock.ended = Some(now);
            }
            let as_of_ms = received(handling);
            handling.note_at(call, at_ms, "deemed_accepted", None, json!({}));
            let acceptance = Acceptance {
                as_of_ms,
                at: now,
                deemed: true,
                officer: None,
            };
            course::begin(call, handling, acceptance, at_ms)?;
        }
        Next::Clock(ClockKind::Renewal) => {
            // Silence decides here alone, because the law says so (行政许可法 §50).
            for clock in handling
                .case
                .clocks
                .iter_mut()
                .filter(|clock| clock.ended.is_none())
            {
                clock.lapsed = clock.kind == ClockKind::Renewal;
                clock.ended = Some(now);
            }
            course::cancel(handling, at_ms)?;
            handling.case.state = State::RenewedByLapse;
            renewed(call, records, handling, at_ms)?;
            handling.note_at(call, at_ms, RENEWED_BY_LAPSE, None, json!({}));
        }
        Next::Clock(kind) => {
            // Nothing is decided: the superiors are told, or the applicant's own time is over, and the clock is past its end.
            if let Some(clock) = handling.case.clock(kind) {
                clock.lapsed = true;
            }
            let what = if kind.is_applicants() {
                "period_over"
            } else {
                "overdue"
            };
            handling.note_at(call, at_ms, what, None, json!({ "clock": kind }));
        }
        Next::Timer(timer) => {
            // A timer that the process does not take, because a condition behind it has no answer, must not hold up the case.
            let before = handling.clone();
            match course::event(call, handling, Event::TimerFired { timer }, at_ms) {
                Err(Failure::Rejected(rejection)) => {
                    *handling = before;
                    handling.case.timers.remove(&timer);
                    let detail = json!({ "code": rejection.code.number });
                    handling.note_at(call, at_ms, "timer_failed", None, detail);
                }
                other => other?,
            }
        }
    }
    Ok(())
}

/// When the complete papers were received: with the submission, or with what was corrected.
pub(crate) fn received(handling: &Handling) -> u64 {
    let corrected = handling
        .case
        .correction
        .as_ref()
        .and_then(|correction| correction.answered);
    corrected.map_or(handling.case.submitted.time.0, |answered| answered.time.0)
}

/// The licence that counts as renewed: the content of the one that expires, for another term (行政许可法 §50).
fn renewed(
    call: &Call<'_>,
    records: &Records<'_>,
    handling: &mut Handling,
    at_ms: u64,
) -> Result<(), Failure> {
    let Some(number) = &handling.case.renews else {
        return Ok(());
    };
    let earlier = Case::known(call, records, number)?;
    let validity = handling
        .terms
        .content
        .decision
        .licence
        .as_ref()
        .and_then(|licence| licence.validity);
    let until_ms = match validity {
        // The new term begins on the last day of the old one, which is not counted.
        Some(validity) => {
            let due = Calendar::new(call, records).end(at_ms.saturating_sub(1), validity)?;
            Some(due.ms_end)
        }
        None => None,
    };
    // What was taken for good is not there to be renewed.
    let revoked = licences::is_revoked(call, records, &earlier)?;
    let licence = earlier.licence().filter(|_| !revoked).map(|licence| Licence {
        commitment: licence.commitment,
        kind: licence.kind.clone(),
        until_ms,
    });
    handling.case.acts.push(Act {
        at: Moment::of(call),
        id: call
            .hash()
            .hash_tagged("yinxin/approval/lapse", &[handling.case.number.as_bytes()]),
        mandate: None,
        officers: Vec::new(),
        reason: Some(LAPSE.to_owned()),
        remedy: None,
        what: What::Decision {
            licence,
            outcome: Outcome::Approve,
            supersedes: None,
        },
    });
    Ok(())
}
