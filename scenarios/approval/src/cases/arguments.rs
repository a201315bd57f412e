//! The arguments of the operations and the rules that need nothing but them. They run at the door of a node, and again in the block.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::Value;
use yinxin_crypto::{Digest, PublicKey};
use yinxin_execution::arguments;
use yinxin_types::codes::TX_ARGUMENTS;
use yinxin_types::identifiers::{ServiceItemCode, SocialCreditCode};
use yinxin_types::{BlockTime, Body, Code, Rejection};
use yinxin_workflow::Variables;
use yinxin_workflow::limits::CALL_DEPTH;

use super::codes;
use super::notices::{Channel, Failed};
use super::records::{Origin, Outcome, Point};
use crate::items::content::Special;
use crate::json::present;

/// The longest text that an officer or applicant writes, in bytes.
pub const MAX_TEXT_BYTES: usize = 2000;
/// The longest purpose in bytes.
pub const MAX_PURPOSE_BYTES: usize = 64;
/// The most public answers of one form, and the most materials of one case.
pub const MAX_LIST: usize = 64;
/// The most points of a request to correct.
pub const MAX_POINTS: usize = 64;
/// The longest name of a class, field or step in bytes.
pub const MAX_NAME_BYTES: usize = 96;
/// The longest public answer in bytes.
pub const MAX_ANSWER_BYTES: usize = 500;
/// The most working days of one procedure that does not count.
pub const MAX_SPECIAL_DAYS: u32 = 120;
/// The most working days that an applicant is given to correct.
pub const MAX_CORRECTION_DAYS: u32 = 60;
/// The longest delegation: 60 days, in milliseconds.
pub const MAX_DELEGATION_MS: u64 = 60 * 86_400_000;

/// A material that is handed in or fetched.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Handed {
    pub class: String,
    pub commitment: Digest,
    /// Who keeps the content; the department of the item if nobody is named.
    #[serde(default, deserialize_with = "present")]
    pub holder: Option<SocialCreditCode>,
    pub origin: Origin,
}

/// Arguments of `approval.submit`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Submit {
    pub answers: Variables,
    #[serde(rename = "for", default, deserialize_with = "present")]
    pub body: Option<SocialCreditCode>,
    pub item: ServiceItemCode,
    pub materials: Vec<Handed>,
    #[serde(default, deserialize_with = "present")]
    pub principal: Option<Digest>,
    /// The case whose licence is to be renewed.
    #[serde(default, deserialize_with = "present")]
    pub renews: Option<String>,
    #[serde(default, deserialize_with = "present")]
    pub sealed: Option<Digest>,
    /// The version that the applicant read.
    pub version: u32,
}

/// Arguments of `approval.resubmit`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Resubmit {
    #[serde(default, deserialize_with = "present")]
    pub answers: Option<Variables>,
    #[serde(rename = "for", default, deserialize_with = "present")]
    pub body: Option<SocialCreditCode>,
    pub case: String,
    pub materials: Vec<Handed>,
    #[serde(default, deserialize_with = "present")]
    pub principal: Option<Digest>,
    #[serde(default, deserialize_with = "present")]
    pub sealed: Option<Digest>,
}

/// Arguments of `approval.supply`: of the applicant or, with `department`, of an officer who fetched it by sharing.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Supply {
    #[serde(rename = "for", default, deserialize_with = "present")]
    pub body: Option<SocialCreditCode>,
    pub case: String,
    #[serde(default)]
    pub fetched: bool,
    pub material: Handed,
    #[serde(default, deserialize_with = "present")]
    pub principal: Option<Digest>,
    pub reason: String,
}

/// Arguments of `approval.withdraw`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Withdraw {
    #[serde(rename = "for", default, deserialize_with = "present")]
    pub body: Option<SocialCreditCode>,
    pub case: String,
    #[serde(default, deserialize_with = "present")]
    pub principal: Option<Digest>,
}

/// Arguments of `approval.accept`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OfCase {
    pub case: String,
}

/// Arguments of `approval.correct`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Correct {
    pub case: String,
    /// How many working days the applicant has from when the request is served.
    #[serde(default, deserialize_with = "present")]
    pub days: Option<u32>,
    pub points: Vec<Point>,
}

/// Arguments of `approval.not_competent` and `approval.not_needed`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TurnDown {
    pub case: String,
    #[serde(default, deserialize_with = "present")]
    pub reason: Option<String>,
    #[serde(default, deserialize_with = "present")]
    pub remedy: Option<String>,
}

/// What an officer thinks: in words, as a commitment to sealed words, or both.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Said {
    #[serde(default, deserialize_with = "present")]
    pub commitment: Option<Digest>,
    #[serde(default, deserialize_with = "present")]
    pub text: Option<String>,
}

/// Arguments of `approval.act`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Do {
    #[serde(rename = "for")]
    pub body: SocialCreditCode,
    /// What holds where the decision of a business rule task has no answer.
    #[serde(default, deserialize_with = "present")]
    pub answer: Option<Variables>,
    pub case: String,
    /// The version of the decision that is asked instead.
    #[serde(default, deserialize_with = "present")]
    pub decision: Option<u32>,
    pub opinion: Said,
    #[serde(default, deserialize_with = "present")]
    pub outcome: Option<String>,
    /// A second officer, who cosigns.
    #[serde(default, deserialize_with = "present")]
    pub second: Option<PublicKey>,
    /// The materials of the step as the officer saw them.
    pub seen: BTreeMap<String, Digest>,
    /// The element of the process.
    pub step: String,
    /// The version of the item as the officer has it.
    #[serde(default, deserialize_with = "present")]
    pub version: Option<u32>,
    pub work: u64,
}

/// Arguments of `approval.recuse`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Recuse {
    #[serde(rename = "for")]
    pub body: SocialCreditCode,
    pub case: String,
    /// Whom the head takes off the case; the officer itself if nobody is named.
    #[serde(default, deserialize_with = "present")]
    pub party: Option<Digest>,
    pub reason: String,
}

/// Arguments of `approval.delegate`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Delegate {
    #[serde(rename = "for")]
    pub body: SocialCreditCode,
    pub case: String,
    pub step: String,
    pub to: Digest,
    pub until: BlockTime,
    pub work: u64,
}

/// Arguments of `approval.account`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Attest {
    #[serde(rename = "for")]
    pub body: SocialCreditCode,
    pub case: String,
    pub held_fen: i64,
    pub statement: Digest,
}

/// Arguments of `approval.suspend`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Suspend {
    pub case: String,
    pub days: u32,
    pub procedure: Special,
}

/// Arguments of `approval.extend`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Extend {
    /// The head, who cosigns; the account itself if nobody is named.
    #[serde(default, deserialize_with = "present")]
    pub approver: Option<PublicKey>,
    pub case: String,
    pub days: u32,
    #[serde(default, deserialize_with = "present")]
    pub reason: Option<String>,
}

/// Arguments of `approval.decide`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Decide {
    pub case: String,
    /// Commitment to the content of the licence.
    #[serde(default, deserialize_with = "present")]
    pub licence: Option<Digest>,
    pub outcome: Outcome,
    #[serde(default, deserialize_with = "present")]
    pub reason: Option<String>,
    #[serde(default, deserialize_with = "present")]
    pub remedy: Option<String>,
    #[serde(default, deserialize_with = "present")]
    pub second: Option<PublicKey>,
    /// All materials as the officer saw them.
    pub seen: BTreeMap<String, Digest>,
    #[serde(default, deserialize_with = "present")]
    pub version: Option<u32>,
}

/// Arguments of `approval.supersede`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Supersede {
    pub case: String,
    pub decision: Digest,
    #[serde(default, deserialize_with = "present")]
    pub licence: Option<Digest>,
    pub outcome: Outcome,
    #[serde(default, deserialize_with = "present")]
    pub reason: Option<String>,
    #[serde(default, deserialize_with = "present")]
    pub remedy: Option<String>,
}

/// Arguments of `approval.annul`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Annul {
    pub act: Digest,
    pub case: String,
    #[serde(default, deserialize_with = "present")]
    pub reason: Option<String>,
    #[serde(default, deserialize_with = "present")]
    pub remedy: Option<String>,
}

/// Arguments of `approval.deliver`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Deliver {
    pub case: String,
    /// How: `window`, `post`, `electronic`.
    pub how: String,
}

/// Arguments of `approval.look`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Look {
    #[serde(rename = "for", default, deserialize_with = "present")]
    pub body: Option<SocialCreditCode>,
    pub case: String,
    pub class: String,
    #[serde(default, deserialize_with = "present")]
    pub principal: Option<Digest>,
    pub purpose: String,
    pub reader: String,
}

/// Arguments of `approval.serve`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Serve {
    /// The system in which notices are received; nobody is named where the agreement ends.
    #[serde(default, deserialize_with = "present")]
    pub by: Option<Channel>,
    #[serde(rename = "for", default, deserialize_with = "present")]
    pub body: Option<SocialCreditCode>,
    pub case: String,
    /// The material with the address, of e-mail.
    #[serde(default, deserialize_with = "present")]
    pub contact: Option<Digest>,
    #[serde(default, deserialize_with = "present")]
    pub principal: Option<Digest>,
}

/// Arguments of `approval.notice_opened`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NoticeOpened {
    #[serde(rename = "for", default, deserialize_with = "present")]
    pub body: Option<SocialCreditCode>,
    pub case: String,
    pub notice: u64,
    #[serde(default, deserialize_with = "present")]
    pub principal: Option<Digest>,
}

/// What says that the server of a mailbox took a message.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Receipt {
    /// Digest of what it answered.
    pub evidence: Digest,
    /// When, in milliseconds UTC.
    pub time_ms: u64,
}

/// Arguments of `approval.notice_sent`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NoticeSent {
    pub case: String,
    pub contact: Digest,
    /// Digest of the text.
    pub digest: Digest,
    pub notice: u64,
    #[serde(default, deserialize_with = "present")]
    pub received: Option<Receipt>,
    /// When it was sent, in milliseconds UTC.
    pub sent_ms: u64,
}

/// Arguments of `approval.notice_failed`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NoticeFailed {
    pub case: String,
    pub contact: Digest,
    /// Digest of the text.
    pub digest: Digest,
    pub notice: u64,
    pub reason: Failed,
    /// When it was given up, in milliseconds UTC.
    pub sent_ms: u64,
}

fn refuse<T>(code: Code, detail: impl Into<String>) -> Result<T, Rejection> {
    Err(Rejection::new(code, detail))
}

/// That a text says something and is not too long: `CASE_TEXT`.
pub(crate) fn text(name: &str, text: &str, most: usize) -> Result<(), Rejection> {
    let control = |one: char| one.is_control() && one != '\n';
    if text.trim().is_empty() || text.len() > most || text.chars().any(control) {
        let detail = format!("`{name}` has 1 to {most} bytes and no control characters");
        return refuse(codes::CASE_TEXT, detail);
    }
    Ok(())
}

/// That a text that may be missing is not too long; that it says something is for the operation, which knows the code.
pub(crate) fn statement(name: &str, said: Option<&str>) -> Result<(), Rejection> {
    match said.filter(|said| !said.trim().is_empty()) {
        Some(said) => text(name, said, MAX_TEXT_BYTES),
        None => Ok(()),
    }
}

fn name(what: &str, said: &str) -> Result<(), Rejection> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'#');
    if said.is_empty() || said.len() > MAX_NAME_BYTES || !said.bytes().all(plain) {
        return refuse(TX_ARGUMENTS, format!("`{what}` is no name"));
    }
    Ok(())
}

/// An element of the process; of a called process behind the call and a slash.
fn step(said: &str) -> Result<(), Rejection> {
    let parts: Vec<&str> = said.split('/').collect();
    if parts.len() > CALL_DEPTH.saturating_add(1) {
        return refuse(TX_ARGUMENTS, "`step` is no name");
    }
    parts.into_iter().try_for_each(|part| name("step", part))
}

fn handed(materials: &[Handed]) -> Result<(), Rejection> {
    if materials.len() > MAX_LIST {
        return refuse(TX_ARGUMENTS, format!("at most {MAX_LIST} materials"));
    }
    let mut classes = BTreeSet::new();
    for material in materials {
        name("class", &material.class)?;
        if !classes.insert(&material.class) {
            return refuse(codes::MAT_CLASS, format!("`{}` is named twice", material.class));
        }
    }
    Ok(())
}

/// That answers are plain: names, and texts, whole numbers or truth values. `CASE_FORM`.
fn answers(answers: &Variables) -> Result<(), Rejection> {
    if answers.len() > MAX_LIST {
        return refuse(codes::CASE_FORM, format!("at most {MAX_LIST} public answers"));
    }
    for (field, value) in answers {
        let variable = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        let named = field.len() <= 64
            && field.bytes().all(variable)
            && field.starts_with(|first: char| first.is_ascii_alphabetic());
        let plain = match value {
            Value::Bool(_) => true,
            Value::Number(number) => number.is_i64(),
            Value::String(text) => text.len() <= MAX_ANSWER_BYTES && !text.chars().any(char::is_control),
            Value::Null | Value::Array(_) | Value::Object(_) => false,
        };
        if !named || !plain {
            return refuse(
                codes::CASE_FORM,
                "an answer is a text, a whole number or a truth value",
            );
        }
    }
    Ok(())
}

/// Stateless rules of `approval.submit`: `TX_ARGUMENTS`, `MAT_CLASS`, `CASE_FORM`.
pub(crate) fn check_submit(body: &Body) -> Result<(), Rejection> {
    let submit: Submit = arguments(body)?;
    if submit.body.is_some() && submit.principal.is_some() {
        return refuse(TX_ARGUMENTS, "either `for` or `principal`");
    }
    handed(&submit.materials)?;
    answers(&submit.answers)
}

/// Stateless rules of `approval.resubmit`: as of `approval.submit`.
pub(crate) fn check_resubmit(body: &Body) -> Result<(), Rejection> {
    let resubmit: Resubmit = arguments(body)?;
    handed(&resubmit.materials)?;
    resubmit.answers.as_ref().map_or(Ok(()), answers)
}

/// Stateless rules of `approval.supply`: `TX_ARGUMENTS`, `CASE_TEXT`.
pub(crate) fn check_supply(body: &Body) -> Result<(), Rejection> {
    let supply: Supply = arguments(body)?;
    name("class", &supply.material.class)?;
    text("reason", &supply.reason, MAX_TEXT_BYTES)
}

/// Stateless rules of `approval.withdraw`: `TX_ARGUMENTS`.
pub(crate) fn check_withdraw(body: &Body) -> Result<(), Rejection> {
    arguments::<Withdraw>(body).map(|_| ())
}

/// Stateless rules of `approval.accept` and `approval.resume`: `TX_ARGUMENTS`.
pub(crate) fn check_of_case(body: &Body) -> Result<(), Rejection> {
    arguments::<OfCase>(body).map(|_| ())
}

/// Stateless rules of `approval.correct`: `TX_ARGUMENTS`, `CLOCK_DAYS`, `CASE_TEXT`. Everything is told at once, so there is something to tell.
pub(crate) fn check_correct(body: &Body) -> Result<(), Rejection> {
    let correct: Correct = arguments(body)?;
    if correct
        .days
        .is_some_and(|days| !(1..=MAX_CORRECTION_DAYS).contains(&days))
    {
        return refuse(
            codes::CLOCK_DAYS,
            format!("1 to {MAX_CORRECTION_DAYS} working days"),
        );
    }
    if !(1..=MAX_POINTS).contains(&correct.points.len()) {
        return refuse(TX_ARGUMENTS, format!("1 to {MAX_POINTS} points"));
    }
    for point in &correct.points {
        match (&point.field, &point.material) {
            (Some(field), None) => name("field", field)?,
            (None, Some(material)) => name("material", material)?,
            _ => return refuse(TX_ARGUMENTS, "a point names a field or a material"),
        }
        text("zh", &point.zh, MAX_TEXT_BYTES)?;
        text("en", &point.en, MAX_TEXT_BYTES)?;
    }
    Ok(())
}

/// Stateless rules of `approval.not_competent` and `approval.not_needed`: `TX_ARGUMENTS`, `CASE_TEXT`.
pub(crate) fn check_turn_down(body: &Body) -> Result<(), Rejection> {
    let turn_down: TurnDown = arguments(body)?;
    statement("reason", turn_down.reason.as_deref())?;
    statement("remedy", turn_down.remedy.as_deref())
}

/// Stateless rules of `approval.act`: `TX_ARGUMENTS`, `CASE_TEXT`.
pub(crate) fn check_act(body: &Body) -> Result<(), Rejection> {
    let act: Do = arguments(body)?;
    step(&act.step)?;
    if let Some(answer) = &act.answer {
        let bytes = serde_json::to_vec(answer).map_or(usize::MAX, |text| text.len());
        if bytes > MAX_TEXT_BYTES {
            return refuse(
                TX_ARGUMENTS,
                format!("`answer` has more than {MAX_TEXT_BYTES} bytes"),
            );
        }
    }
    if let Some(outcome) = &act.outcome {
        name("outcome", outcome)?;
    }
    seen(&act.seen)?;
    match &act.opinion {
        Said {
            text: None,
            commitment: None,
        } => refuse(codes::CASE_TEXT, "the opinion says nothing"),
        Said { text: said, .. } => said
            .as_deref()
            .map_or(Ok(()), |said| text("opinion", said, MAX_TEXT_BYTES)),
    }
}

fn seen(seen: &BTreeMap<String, Digest>) -> Result<(), Rejection> {
    if seen.len() > MAX_LIST {
        return refuse(TX_ARGUMENTS, format!("at most {MAX_LIST} materials"));
    }
    Ok(())
}

/// Stateless rules of `approval.recuse`: `TX_ARGUMENTS`, `CASE_TEXT`.
pub(crate) fn check_recuse(body: &Body) -> Result<(), Rejection> {
    let recuse: Recuse = arguments(body)?;
    text("reason", &recuse.reason, MAX_TEXT_BYTES)
}

/// Stateless rules of `approval.delegate`: `TX_ARGUMENTS`.
pub(crate) fn check_delegate(body: &Body) -> Result<(), Rejection> {
    let delegate: Delegate = arguments(body)?;
    step(&delegate.step)
}

/// Stateless rules of `approval.account`: `TX_ARGUMENTS`.
pub(crate) fn check_account(body: &Body) -> Result<(), Rejection> {
    let attest: Attest = arguments(body)?;
    if attest.held_fen < 0 {
        return refuse(TX_ARGUMENTS, "an account does not hold less than nothing");
    }
    Ok(())
}

/// Stateless rules of `approval.suspend`: `TX_ARGUMENTS`, `CLOCK_DAYS`.
pub(crate) fn check_suspend(body: &Body) -> Result<(), Rejection> {
    let suspend: Suspend = arguments(body)?;
    if !(1..=MAX_SPECIAL_DAYS).contains(&suspend.days) {
        return refuse(codes::CLOCK_DAYS, format!("1 to {MAX_SPECIAL_DAYS} working days"));
    }
    Ok(())
}

/// Stateless rules of `approval.extend`: `TX_ARGUMENTS`, `CASE_TEXT`.
pub(crate) fn check_extend(body: &Body) -> Result<(), Rejection> {
    let extend: Extend = arguments(body)?;
    statement("reason", extend.reason.as_deref())
}

/// Stateless rules of `approval.decide`: `TX_ARGUMENTS`, `CASE_TEXT`.
pub(crate) fn check_decide(body: &Body) -> Result<(), Rejection> {
    let decide: Decide = arguments(body)?;
    seen(&decide.seen)?;
    statement("reason", decide.reason.as_deref())?;
    statement("remedy", decide.remedy.as_deref())
}

/// Stateless rules of `approval.supersede`: `TX_ARGUMENTS`, `CASE_TEXT`.
pub(crate) fn check_supersede(body: &Body) -> Result<(), Rejection> {
    let supersede: Supersede = arguments(body)?;
    statement("reason", supersede.reason.as_deref())?;
    statement("remedy", supersede.remedy.as_deref())
}

/// Stateless rules of `approval.annul`: `TX_ARGUMENTS`, `CASE_TEXT`.
pub(crate) fn check_annul(body: &Body) -> Result<(), Rejection> {
    let annul: Annul = arguments(body)?;
    statement("reason", annul.reason.as_deref())?;
    statement("remedy", annul.remedy.as_deref())
}

/// Stateless rules of `approval.deliver`: `TX_ARGUMENTS`.
pub(crate) fn check_deliver(body: &Body) -> Result<(), Rejection> {
    let deliver: Deliver = arguments(body)?;
    if !["electronic", "post", "window"].contains(&deliver.how.as_str()) {
        return refuse(TX_ARGUMENTS, "`how` is electronic, post or window");
    }
    Ok(())
}

/// Stateless rules of `approval.look`: `TX_ARGUMENTS`, `CASE_TEXT`.
pub(crate) fn check_look(body: &Body) -> Result<(), Rejection> {
    let look: Look = arguments(body)?;
    name("class", &look.class)?;
    if !is_reader_key(&look.reader) {
        return refuse(TX_ARGUMENTS, "`reader` is no key of one of the two forms");
    }
    if look.purpose.is_empty() {
        return Ok(());
    }
    text("purpose", &look.purpose, MAX_PURPOSE_BYTES)
}

/// Stateless rules of `approval.serve`: `TX_ARGUMENTS`; a mailbox is named by the material with its address, the portal needs none.
pub(crate) fn check_serve(body: &Body) -> Result<(), Rejection> {
    let serve: Serve = arguments(body)?;
    if (serve.by == Some(Channel::Email)) != serve.contact.is_some() {
        return refuse(TX_ARGUMENTS, "e-mail, and nothing else, has a `contact`");
    }
    Ok(())
}

/// Stateless rules of `approval.notice_opened`: `TX_ARGUMENTS`.
pub(crate) fn check_notice_opened(body: &Body) -> Result<(), Rejection> {
    arguments::<NoticeOpened>(body).map(|_| ())
}

/// Stateless rules of `approval.notice_sent`: `TX_ARGUMENTS`.
pub(crate) fn check_notice_sent(body: &Body) -> Result<(), Rejection> {
    arguments::<NoticeSent>(body).map(|_| ())
}

/// Stateless rules of `approval.notice_failed`: `TX_ARGUMENTS`.
pub(crate) fn check_notice_failed(body: &Body) -> Result<(), Rejection> {
    arguments::<NoticeFailed>(body).map(|_| ())
}

/// Whether a text is the public key to which content is sealed: `x25519:` and 64, or `sm2:` and 66 small hexadecimal digits.
pub(crate) fn is_reader_key(text: &str) -> bool {
    let (form, key) = text.split_once(':').unwrap_or_default();
    let length = match form {
        "x25519" => 64,
        "sm2" => 66,
        _ => return false,
    };
    let digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    key.len() == length && key.bytes().all(digit)
}
