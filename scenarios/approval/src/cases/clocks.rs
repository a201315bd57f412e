//! When clocks are over. A clock knows from when it counts and how much; the calendar says on which day that ends.

use serde_json::{Value, json};
use yinxin_execution::Failure;
use yinxin_workflow::{Period, Unit};

use super::days::{Calendar, DAY_MS, Due, Pause, working_days};
use super::records::{Case, Clock, ClockKind, Suspension};

/// How many days before its end a clock is near it.
const NEAR_DAYS: u32 = 3;

/// When a suspension ends by itself, if nothing ends it before.
pub(crate) fn announced(calendar: &Calendar<'_>, suspension: &Suspension) -> Result<Due, Failure> {
    calendar.end(suspension.from_ms, working_days(suspension.days))
}

/// The times that do not count: those that are over as they were, the one that is not as it was announced.
pub(crate) fn pauses(calendar: &Calendar<'_>, case: &Case) -> Result<Vec<Pause>, Failure> {
    let pause = |suspension: &Suspension| {
        // The last day announced does not count either: the pause lasts until its end.
        let to_ms = match suspension.ended_ms {
            Some(ended_ms) => ended_ms,
            None => announced(calendar, suspension)?.ms_end.saturating_sub(1),
        };
        Ok(Pause {
            from_ms: suspension.from_ms,
            to_ms,
        })
    };
    case.suspensions.iter().map(pause).collect()
}

/// How much a clock counts, the extension included.
fn period(case: &Case, clock: &Clock) -> Option<Period> {
    let period = clock.period?;
    let longer = match (&case.extension, clock.kind, period.unit) {
        (Some(extension), ClockKind::Decision, Unit::WorkingDays) => extension.days,
        _ => 0,
    };
    Some(Period {
        count: period.count.saturating_add(longer),
        unit: period.unit,
    })
}

/// The end of a clock.
pub(crate) fn due(calendar: &Calendar<'_>, case: &Case, clock: &Clock) -> Result<Due, Failure> {
    match period(case, clock) {
        Some(period) => end(calendar, case, (clock, period)),
        None => calendar.moment(clock.from_ms),
    }
}

/// The end of a clock if it counted so much.
fn end(calendar: &Calendar<'_>, case: &Case, (clock, period): (&Clock, Period)) -> Result<Due, Failure> {
    match clock.kind {
        ClockKind::Decision | ClockKind::Promise => {
            calendar.end_with(clock.from_ms, period, &pauses(calendar, case)?)
        }
        ClockKind::Intake
        | ClockKind::Delivery
        | ClockKind::Renewal
        | ClockKind::Correction
        | ClockKind::Reconsideration => calendar.end(clock.from_ms, period),
    }
}

/// When a clock comes near its end: with the last three of the days that it counts, of one of three days and fewer with its beginning.
pub(crate) fn near(calendar: &Calendar<'_>, case: &Case, clock: &Clock) -> Result<u64, Failure> {
    let counted = period(case, clock).filter(|period| matches!(period.unit, Unit::WorkingDays | Unit::Days));
    match counted {
        Some(Period { count, .. }) if count <= NEAR_DAYS => Ok(clock.from_ms),
        Some(Period { count, unit }) => {
            let count = count.saturating_sub(NEAR_DAYS);
            Ok(end(calendar, case, (clock, Period { count, unit }))?.ms_end)
        }
        None => {
            let end_ms = due(calendar, case, clock)?.ms_end;
            Ok(end_ms.saturating_sub(u64::from(NEAR_DAYS).saturating_mul(DAY_MS)))
        }
    }
}

/// The end of a clock as if it had never stood: the other of the two dates that are shown (行政许可法 §45).
pub(crate) fn unpaused(calendar: &Calendar<'_>, case: &Case, clock: &Clock) -> Result<Due, Failure> {
    match period(case, clock) {
        Some(period) => calendar.end(clock.from_ms, period),
        None => calendar.moment(clock.from_ms),
    }
}

/// The end of a timer of the process; the clock of the case stands for its steps too.
pub(crate) fn timer(
    calendar: &Calendar<'_>,
    case: &Case,
    from_ms: u64,
    period: Period,
) -> Result<Due, Failure> {
    calendar.end_with(from_ms, period, &pauses(calendar, case)?)
}

/// A clock as answers tell it: in both dates where it stood or stands.
pub(crate) fn told(calendar: &Calendar<'_>, case: &Case, clock: &Clock) -> Result<Value, Failure> {
    let due = due(calendar, case, clock)?;
    let unpaused = unpaused(calendar, case, clock)?;
    Ok(json!({
        "due": due,
        "due_without_suspension": if due == unpaused { Value::Null } else { json!(unpaused) },
        "ended": clock.ended,
        "from": calendar.date(clock.from_ms)?,
        "kind": clock.kind,
        "lapsed": clock.lapsed,
    }))
}
