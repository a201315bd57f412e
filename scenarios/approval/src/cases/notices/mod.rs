//! Notices (通知) of cases and their service (送达): what is told to an applicant, how it reached him, and the clocks that count from then.
//!
//! ```text
//! accepted, correction_asked, decided … ─► Notice ─┬─ opened in the portal, signed ───────────────────────────┐
//!                                                  ├─ the portal is designated: it is there with the block ───┼─► served ─► clocks
//!                                                  └─ e-mail is designated ─► outbox of the department        │
//!                                                        ├─ notice_sent with a receipt ───────────────────────┘
//!                                                        ├─ notice_sent without one: known to be on its way, serves nothing
//!                                                        └─ notice_failed: says why, starts nothing
//! ```
//!
//! What is served electronically is received when it enters the system that the addressee designated (电子签名法 §11), and only who agreed has
//! designated one. An address is never on the ledger: a case names the commitment of a material in which the desk of its department has it.

mod inbox;
mod operations;
mod questions;
mod records;

pub(crate) use inbox::deliver;
pub(crate) use operations::{notice_failed, notice_opened, notice_sent, serve};
pub(crate) use questions::{messages, outbox};
pub(crate) use records::{Channel, Failed, Notice, Service, is_due};

use serde_json::json;
use yinxin_execution::Call;
use yinxin_workflow::{Period, Unit};

use super::days::working_days;
use super::handling::Handling;
use super::records::{ClockKind, Moment, State};
use records::{How, Kind, Served};

/// How long an applicant may ask for reconsideration of what was decided, in days from when he knows of it (行政复议法 §20).
const RECONSIDERATION_DAYS: u32 = 60;

/// A notice is served: the clocks that the law counts from then begin. One that is served is not served again.
pub(crate) fn served(call: &Call<'_>, handling: &mut Handling, number: u64, (how, time_ms): (How, u64)) {
    let mut notices = handling.case.notices.iter_mut();
    let Some(notice) = notices.find(|one| one.number == number && one.served.is_none()) else {
        return;
    };
    let at = Moment::of(call);
    notice.served = Some(Served { at, how, time_ms });
    let kind = notice.kind;
    let newer = handling.case.notices.iter().any(|one| {
        one.number > number && one.served.is_some() && matches!(one.kind, Kind::Decision | Kind::TurnedDown)
    });
    handling.note_at(
        call,
        time_ms,
        "served",
        None,
        json!({ "how": how, "notice": number }),
    );
    let over = handling.case.state == State::Withdrawn;
    match kind {
        Kind::Correction => {
            let correction = handling.case.correction.as_ref();
            let waits = handling.case.state == State::Correction;
            let open = correction.filter(|correction| correction.answered.is_none() && waits);
            if let Some(days) = open.and_then(|correction| correction.days) {
                handling.start(ClockKind::Correction, time_ms, Some(working_days(days)));
            }
        }
        // An older act that is read late begins nothing anew.
        Kind::Decision | Kind::TurnedDown if !over && !newer => {
            // A later act has a period of its own; that of the one before says nothing any more.
            handling.case.stop(ClockKind::Reconsideration, at);
            let period = Period {
                count: RECONSIDERATION_DAYS,
                unit: Unit::Days,
            };
            handling.start(ClockKind::Reconsideration, time_ms, Some(period));
        }
        Kind::Acceptance
        | Kind::Decision
        | Kind::Extension
        | Kind::Renewal
        | Kind::Suspension
        | Kind::TurnedDown => {}
    }
}
