//! Cases (办件): from the submission through acceptance, the lanes of the drawn process, suspension and extension to the decision, its delivery
//! and what may come after it. Intake and decision are the law's and the same for every item; the drawing decides what lies between.
//!
//! ```text
//! submit ─► submitted ─accept, or 5 working days of silence─► in_review ─the process ends─► joined ─decide─► decided ─deliver─► delivered
//!              │  ▲                                               │  ▲                                          │
//!              │  └─resubmit─ correction ◄─correct, once          │  └─supply re-opens what rests on it         └─supersede, annul
//!              └─► not_competent, not_needed                      └─► withdrawn, renewed_by_lapse
//! ```
//!
//! | operation | arguments | who | outcome |
//! |---|---|---|---|
//! | `approval.submit` | `item`, `version`, `answers`, `sealed`?, `materials` [{`class`, `commitment`, `origin`, `holder`?}], `renews`?, `for`? or `principal`? | a person, an officer of a body and its seal, or a guardian or agent | `case`, `accept_by` |
//! | `approval.resubmit` | `case`, `answers`?, `sealed`?, `materials`, `for`? or `principal`? | the applicant | `accept_by` |
//! | `approval.supply` | `case`, `material`, `reason`, `fetched`?, `for`? or `principal`? | the applicant; with `fetched` officer and seal of the department | `reopened` |
//! | `approval.withdraw` | `case`, `for`? or `principal`? | the applicant | – |
//! | `approval.accept` | `case` | officer and seal of the department | `decide_by` |
//! | `approval.correct` | `case`, `points` [{`field` or `material`, `zh`, `en`}], `days`?, working days from when the request is served | officer and seal of the department | – |
//! | `approval.not_competent`, `approval.not_needed` | `case`, `reason`, `remedy` | officer and seal of the department | – |
//! | `approval.act` | `case`, `for`, `step`, `work`, `outcome`?, `opinion` {`text`?, `commitment`?}, `seen` {class: commitment}, `second`?, `version`?; where a decision has no answer `answer` {variable: value} or `decision`, a version of it | officer and seal of the step's department, of its role and grade; a second officer where two are needed | `step` |
//! | `approval.delegate` | `case`, `for`, `step`, `work`, `to`, `until` | an officer who may take the step | `step` |
//! | `approval.recuse` | `case`, `for`, `reason`, `party`? | the officer; the head with `party` | `party` |
//! | `approval.account` | `case`, `for`, `held_fen`, `statement` | officer and seal of a member with the role `finance` | `held_fen` |
//! | `approval.suspend` | `case`, `procedure`, `days` | officer and seal of the department | `decide_by`, `decide_by_without_suspension` |
//! | `approval.resume` | `case` | officer and seal of the department | both dates |
//! | `approval.extend` | `case`, `days`, `reason`, `approver`? | officer and seal of the department; the head signs or cosigns | both dates |
//! | `approval.decide` | `case`, `outcome` approve or refuse, `reason`?, `remedy`?, `licence`?, `seen`, `second`?, `version`? | officer and seal of the department, of the item's grade | `decision`, `deliver_by` |
//! | `approval.deliver` | `case`, `how` electronic, post or window | officer and seal of the department | – |
//! | `approval.supersede` | `case`, `decision`, `outcome`, `reason`, `remedy`?, `licence`? | another officer, a head | `decision` |
//! | `approval.annul` | `case`, `act`, `reason`, `remedy` | another officer, a head | `act`, `in_effect` |
//! | `approval.look` | `case`, `class`, `purpose`, `reader`, `for`? or `principal`? | the applicant; an officer for whose step the material is | `access`, `disclosure` |
//! | `approval.serve` | `case`, `by`? portal or email, `contact`? the material with the address, `for`? or `principal`? | the applicant | `by` |
//! | `approval.notice_opened` | `case`, `notice`, `for`? or `principal`? | the applicant | `notice` |
//! | `approval.notice_sent` | `case`, `notice`, `contact`, `digest`, `sent_ms`, `received`? {`time_ms`, `evidence`} | seal of the department, by its desk | `notice`, `received_ms` |
//! | `approval.notice_failed` | `case`, `notice`, `contact`, `digest`, `sent_ms`, `reason` no_address, refused or unreachable | seal of the department, by its desk | `notice`, `reason` |
//!
//! Every outcome but that of a look has `case`, `state` and `concerns`. The role of a step is a scope of mandates: `yx:role="reviewer"` is
//! taken by whoever has `approval.as_reviewer`, or `approval.` for all.
//!
//! | question | about | answer |
//! |---|---|---|
//! | `approval.case` | `case` | the case as it stands: state, versions, open `steps`, `clocks` in both dates, opinions, acts |
//! | `approval.history` | `case`, `after`? | `entries` [{`place`, `entry`}], `more` |
//! | `approval.queue` | `department`, `page`? | `cases` that wait for it, `length`, `page_size` |
//! | `approval.messages` | `party`, `page`? | `messages` of the party, the newest first, `length`, `unread` |
//! | `approval.outbox` | `department`, `page`? | `cases` with notices that its desk has to send, and what they tell |
//! | `approval.kept` | `holder` code, `material` | `kept`: whether a case names the material, so that its holder must keep it |
//! | `approval.licence` | `case` | open to everybody: `kind`, `commitment`, `state` (valid, expired, annulled; once its document was issued that of the document), `until_ms`, `licence` (the document, or null) |
//!
//! What the board of supervision answers stands in `board`.
//!
//! What is due happens first in every operation, and by an alarm in the first block after it is due.

pub(crate) mod arguments;
mod board;
mod clocks;
pub(crate) mod codes;
mod course;
mod days;
mod decide;
mod gates;
mod handling;
mod intake;
mod kept;
mod lapse;
mod looks;
mod notices;
mod officers;
mod permission;
mod processes;
mod questions;
mod queue;
mod records;
mod ruling;
mod steps;
mod terms;
mod time;

use serde_json::{Value, json};
use yinxin_execution::{Alarm, Call, Failure, Operation, Question, Records};
use yinxin_types::Code;

// What licences need of cases.
pub(crate) use gates::tells;
pub(crate) use handling::Handling;
pub(crate) use intake::clerk;
pub(crate) use officers::{HEAD, applicant, reason, remedy};
pub(crate) use permission::{POLICIES, RIGHTS, circumstances, permit_officer};
pub(crate) use records::{Case, Stage, State, What, reads};
pub(crate) use terms::Terms;

macro_rules! operations {
    ($($id:literal, $check:ident, $run:path;)*) => {
        &[$(Operation { id: $id, check: arguments::$check, reads: records::reads, run: $run }),*]
    };
}

/// The operations of this module.
pub(crate) const OPERATIONS: &[Operation] = operations! {
    "approval.submit", check_submit, intake::submit;
    "approval.resubmit", check_resubmit, intake::resubmit;
    "approval.supply", check_supply, steps::supply;
    "approval.withdraw", check_withdraw, intake::withdraw;
    "approval.accept", check_of_case, intake::accept;
    "approval.correct", check_correct, intake::correct;
    "approval.not_competent", check_turn_down, intake::not_competent;
    "approval.not_needed", check_turn_down, intake::not_needed;
    "approval.act", check_act, steps::act;
    "approval.delegate", check_delegate, steps::delegate;
    "approval.recuse", check_recuse, steps::recuse;
    "approval.account", check_account, steps::account;
    "approval.suspend", check_suspend, time::suspend;
    "approval.resume", check_of_case, time::resume;
    "approval.extend", check_extend, time::extend;
    "approval.decide", check_decide, decide::decide;
    "approval.deliver", check_deliver, decide::deliver;
    "approval.supersede", check_supersede, decide::supersede;
    "approval.annul", check_annul, decide::annul;
    "approval.look", check_look, looks::look;
    "approval.serve", check_serve, notices::serve;
    "approval.notice_sent", check_notice_sent, notices::notice_sent;
    "approval.notice_failed", check_notice_failed, notices::notice_failed;
    "approval.notice_opened", check_notice_opened, notices::notice_opened;
};

/// The questions of this module.
pub(crate) const QUESTIONS: &[Question] = &[
    Question {
        id: "approval.case",
        answer: questions::case,
    },
    Question {
        id: "approval.history",
        answer: questions::history,
    },
    Question {
        id: "approval.queue",
        answer: questions::of_queue,
    },
    Question {
        id: "approval.kept",
        answer: kept::kept,
    },
    Question {
        id: "approval.licence",
        answer: questions::licence,
    },
    board::DEPARTMENTS,
    board::ITEMS,
    board::STEPS,
    Question {
        id: "approval.messages",
        answer: notices::messages,
    },
    Question {
        id: "approval.outbox",
        answer: notices::outbox,
    },
];

/// The questions about which its policies decide.
pub(crate) const DECIDED: &[&str] = &[board::ACTION];

/// The codes of this module.
pub(crate) const CODES: &[Code] = codes::CASES;

/// The questions of others that its operations ask.
pub(crate) const ASKS: &[&str] = &[
    "governance.document",
    "governance.due",
    "governance.member",
    "governance.span",
    "identity.acting",
    "identity.actor",
    "identity.mandate",
    "identity.representation",
];

/// The questions that anybody may ask.
pub(crate) const OPEN: &[&str] = &["approval.licence"];

/// The questions that are answered only to whom the answer names: numbers of cases follow a pattern.
pub(crate) const PERSONAL: &[&str] = &[
    "approval.case",
    "approval.history",
    "approval.messages",
    "approval.outbox",
    "approval.queue",
];

/// What happens when a period of a case is over. The key of a timer is the number of the case.
pub(crate) const ALARM: Alarm = Alarm {
    reads: |call, number| vec![Case::key(call.hash(), number)],
    run: alarm,
};

fn alarm(call: &Call<'_>, records: &mut Records<'_>, number: &str) -> Result<Option<Value>, Failure> {
    let handling = Handling::open(call, records, number)?;
    let happened = handling.changed();
    let outcome = handling.save(call, records, json!({}))?;
    Ok(happened.then_some(outcome))
}
