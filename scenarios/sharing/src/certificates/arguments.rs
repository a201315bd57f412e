//! The arguments of the operations and the rules that need nothing but them. They run at the door of a node, and again in the block.

use serde::{Deserialize, Deserializer};
use yinxin_crypto::Digest;
use yinxin_execution::arguments;
use yinxin_types::codes::TX_ARGUMENTS;
use yinxin_types::identifiers::SocialCreditCode;
use yinxin_types::{BlockTime, Body, Code, Rejection};

use crate::certificates::statuses::{self, Place};
use crate::{codes, kinds};

/// The longest purpose in bytes.
pub const MAX_PURPOSE_BYTES: usize = 64;
/// The longest number of a case in characters.
pub const MAX_CASE_CHARACTERS: usize = 64;
/// The longest reason or remedy in bytes.
pub const MAX_REASON_BYTES: usize = 500;
/// The most fields of one lease or one look.
pub const MAX_FIELDS: usize = 64;
/// The most uses of one lease.
pub const MAX_USES: u32 = 100;
/// The longest name of a field in bytes.
const MAX_FIELD_NAME_BYTES: usize = 32;

/// Arguments of `sharing.request`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MakeRequest<'a> {
    pub holder: SocialCreditCode,
    pub kind: &'a str,
    /// The person in whose name a guardian or an agent acts.
    #[serde(default, deserialize_with = "present")]
    pub principal: Option<Digest>,
    pub purpose: &'a str,
}

/// Arguments of `sharing.cancel`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Cancel {
    /// The person in whose name a guardian or an agent acts.
    #[serde(default, deserialize_with = "present")]
    pub principal: Option<Digest>,
    pub request: Digest,
}

/// Arguments of `sharing.decline`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Decline<'a> {
    #[serde(borrow, default, deserialize_with = "present")]
    pub reason: Option<&'a str>,
    #[serde(borrow, default, deserialize_with = "present")]
    pub remedy: Option<&'a str>,
    pub request: Digest,
}

/// Arguments of `sharing.issue`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Issue {
    pub credential: Digest,
    pub material: Digest,
    pub request: Digest,
    pub status: Place,
    pub until: BlockTime,
}

/// Arguments of `sharing.suspend`, `sharing.resume` and `sharing.revoke`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Change<'a> {
    pub certificate: Digest,
    #[serde(borrow, default, deserialize_with = "present")]
    pub reason: Option<&'a str>,
}

/// Arguments of `sharing.lease`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Grant<'a> {
    pub case: &'a str,
    pub certificate: Digest,
    pub fields: Vec<String>,
    pub grantee: SocialCreditCode,
    /// The person in whose name a guardian or an agent acts.
    #[serde(default, deserialize_with = "present")]
    pub principal: Option<Digest>,
    pub purpose: &'a str,
    pub until: BlockTime,
    pub uses: u32,
}

/// Arguments of `sharing.end_lease`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct EndLease {
    pub lease: Digest,
    /// The person in whose name a guardian or an agent acts.
    #[serde(default, deserialize_with = "present")]
    pub principal: Option<Digest>,
}

/// Arguments of `sharing.disclose`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Disclose<'a> {
    #[serde(rename = "for")]
    pub body: SocialCreditCode,
    pub case: &'a str,
    pub fields: Vec<String>,
    pub lease: Digest,
    pub purpose: &'a str,
    pub reader: &'a str,
}

/// Arguments of `sharing.view`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct View<'a> {
    #[serde(rename = "for", default, deserialize_with = "present")]
    pub body: Option<SocialCreditCode>,
    #[serde(borrow, default, deserialize_with = "present")]
    pub case: Option<&'a str>,
    pub certificate: Digest,
    pub fields: Vec<String>,
    /// The person in whose name a guardian or an agent acts.
    #[serde(default, deserialize_with = "present")]
    pub principal: Option<Digest>,
    pub purpose: &'a str,
    pub reader: &'a str,
}

/// Arguments of `sharing.accept_loan`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AcceptLoan<'a> {
    pub applicant: Digest,
    #[serde(rename = "for")]
    pub body: SocialCreditCode,
    pub case: &'a str,
    #[serde(default, deserialize_with = "present")]
    pub lease: Option<Digest>,
}

/// How a loan case ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LoanOutcome {
    Approve,
    Refuse,
}

/// Arguments of `sharing.decide_loan`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DecideLoan<'a> {
    #[serde(rename = "for")]
    pub body: SocialCreditCode,
    pub case: &'a str,
    pub outcome: LoanOutcome,
    #[serde(borrow, default, deserialize_with = "present")]
    pub reason: Option<&'a str>,
    #[serde(borrow, default, deserialize_with = "present")]
    pub remedy: Option<&'a str>,
}

/// Arguments of `sharing.erase`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Erase {
    pub certificate: Digest,
    /// The person in whose name a guardian or an agent acts.
    #[serde(default, deserialize_with = "present")]
    pub principal: Option<Digest>,
}

/// Arguments of `sharing.confirm_erasure`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OfCertificate {
    pub certificate: Digest,
}

/// For a member that may be absent but not null: one meaning has one spelling.
fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// Stateless rules of `sharing.request`: `TX_ARGUMENTS`, `SHARE_KIND`, `SHARE_TEXT` (purpose).
pub(crate) fn check_request(body: &Body) -> Result<(), Rejection> {
    let request: MakeRequest<'_> = arguments(body)?;
    if kinds::find(request.kind).is_none() {
        return refuse(codes::SHARE_KIND, "there is no such kind of certificate");
    }
    check_purpose(request.purpose)
}

/// Stateless rules of `sharing.cancel`: `TX_ARGUMENTS`.
pub(crate) fn check_cancel(body: &Body) -> Result<(), Rejection> {
    arguments::<Cancel>(body).map(|_| ())
}

/// Stateless rules of `sharing.decline`: `TX_ARGUMENTS`, `DEC_NO_REASON`, `DEC_NO_REMEDY`, `SHARE_TEXT`.
pub(crate) fn check_decline(body: &Body) -> Result<(), Rejection> {
    let decline: Decline<'_> = arguments(body)?;
    check_grounds(decline.reason, decline.remedy)
}

/// Stateless rules of `sharing.issue`: `TX_ARGUMENTS`, `SHARE_STATUS_INDEX` for a place that no list has.
pub(crate) fn check_issue(body: &Body) -> Result<(), Rejection> {
    statuses::check(arguments::<Issue>(body)?.status)
}

/// Stateless rules of `sharing.suspend`, `sharing.resume` and `sharing.revoke`: `TX_ARGUMENTS`, `DEC_NO_REASON`, `SHARE_TEXT`.
pub(crate) fn check_change(body: &Body) -> Result<(), Rejection> {
    check_statement(
        "reason",
        arguments::<Change<'_>>(body)?.reason,
        codes::DEC_NO_REASON,
    )
}

/// Stateless rules of `sharing.lease`: `TX_ARGUMENTS`, `LEASE_PURPOSE_MISSING`, `SHARE_TEXT` (purpose, case), `SHARE_FIELDS`, `SHARE_USES`.
pub(crate) fn check_lease(body: &Body) -> Result<(), Rejection> {
    let grant: Grant<'_> = arguments(body)?;
    if grant.purpose.is_empty() {
        return refuse(codes::LEASE_PURPOSE_MISSING, "the lease names no purpose");
    }
    check_purpose(grant.purpose)?;
    check_case(grant.case)?;
    check_fields(&grant.fields)?;
    if !(1..=MAX_USES).contains(&grant.uses) {
        return refuse(
            codes::SHARE_USES,
            format!("{} uses, 1 to {MAX_USES} are allowed", grant.uses),
        );
    }
    Ok(())
}

/// Stateless rules of `sharing.end_lease`: `TX_ARGUMENTS`.
pub(crate) fn check_end_lease(body: &Body) -> Result<(), Rejection> {
    arguments::<EndLease>(body).map(|_| ())
}

/// Stateless rules of `sharing.disclose`: `TX_ARGUMENTS`, `SHARE_TEXT` (purpose, case), `SHARE_FIELDS`, `SHARE_READER_KEY`. That the purpose
/// is missing is left to the look itself, which goes on record.
pub(crate) fn check_disclose(body: &Body) -> Result<(), Rejection> {
    let disclose: Disclose<'_> = arguments(body)?;
    check_asked(
        disclose.purpose,
        Some(disclose.case),
        &disclose.fields,
        disclose.reader,
    )
}

/// Stateless rules of `sharing.view`: as those of `sharing.disclose`; nobody looks for a body and for a person at once, which is
/// `TX_ARGUMENTS`.
pub(crate) fn check_view(body: &Body) -> Result<(), Rejection> {
    let view: View<'_> = arguments(body)?;
    if view.body.is_some() && view.principal.is_some() {
        return refuse(TX_ARGUMENTS, "either `for` or `principal`");
    }
    check_asked(view.purpose, view.case, &view.fields, view.reader)
}

/// Stateless rules of `sharing.accept_loan`: `TX_ARGUMENTS`, `SHARE_TEXT` (case).
pub(crate) fn check_accept_loan(body: &Body) -> Result<(), Rejection> {
    check_case(arguments::<AcceptLoan<'_>>(body)?.case)
}

/// Stateless rules of `sharing.decide_loan`: `TX_ARGUMENTS`, `SHARE_TEXT` (case), then, to refuse, `DEC_NO_REASON`, `DEC_NO_REMEDY`; then
/// `SHARE_TEXT` for what is said.
pub(crate) fn check_decide_loan(body: &Body) -> Result<(), Rejection> {
    let decide: DecideLoan<'_> = arguments(body)?;
    check_case(decide.case)?;
    if decide.outcome == LoanOutcome::Refuse {
        return check_grounds(decide.reason, decide.remedy);
    }
    for (name, text) in [("reason", decide.reason), ("remedy", decide.remedy)] {
        text.map_or(Ok(()), |text| check_text(name, text))?;
    }
    Ok(())
}

/// Stateless rules of `sharing.erase`: `TX_ARGUMENTS`.
pub(crate) fn check_erase(body: &Body) -> Result<(), Rejection> {
    arguments::<Erase>(body).map(|_| ())
}

/// Stateless rules of `sharing.confirm_erasure`: `TX_ARGUMENTS`.
pub(crate) fn check_of_certificate(body: &Body) -> Result<(), Rejection> {
    arguments::<OfCertificate>(body).map(|_| ())
}

/// Whether the text is the public key to which a disclosure is sealed: `x25519:` and 64, or `sm2:` and 66 small hexadecimal digits.
pub fn is_reader_key(text: &str) -> bool {
    let length = match text.split_once(':') {
        Some(("x25519", key)) => Some((key, 64)),
        Some(("sm2", key)) => Some((key, 66)),
        _ => None,
    };
    length.is_some_and(|(key, length)| {
        key.len() == length && key.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    })
}

fn check_asked(purpose: &str, case: Option<&str>, fields: &[String], reader: &str) -> Result<(), Rejection> {
    if !purpose.is_empty() {
        check_purpose(purpose)?;
    }
    case.map_or(Ok(()), check_case)?;
    check_fields(fields)?;
    if !is_reader_key(reader) {
        return refuse(codes::SHARE_READER_KEY, "`reader` is not a key to seal to");
    }
    Ok(())
}

/// A purpose is a code and no sentence, so that two can be compared and nothing personal slips in.
pub(crate) fn check_purpose(purpose: &str) -> Result<(), Rejection> {
    let code = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-');
    if !(1..=MAX_PURPOSE_BYTES).contains(&purpose.len()) || !purpose.bytes().all(code) {
        return refuse(
            codes::SHARE_TEXT,
            format!("`purpose` has 1 to {MAX_PURPOSE_BYTES} small letters, digits and hyphens"),
        );
    }
    Ok(())
}

pub(crate) fn check_case(case: &str) -> Result<(), Rejection> {
    if !(1..=MAX_CASE_CHARACTERS).contains(&case.chars().count()) || case.chars().any(char::is_control) {
        return refuse(
            codes::SHARE_TEXT,
            format!("`case` has 1 to {MAX_CASE_CHARACTERS} characters and no control characters"),
        );
    }
    Ok(())
}

/// Fields in one spelling only: sorted, none twice.
pub(crate) fn check_fields(fields: &[String]) -> Result<(), Rejection> {
    let named = |field: &String| {
        let letter = |byte: &u8| byte.is_ascii_lowercase();
        field.len() <= MAX_FIELD_NAME_BYTES
            && field.as_bytes().first().is_some_and(letter)
            && field
                .bytes()
                .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_'))
    };
    if !(1..=MAX_FIELDS).contains(&fields.len())
        || !fields.iter().all(named)
        || !fields.is_sorted_by(|a, b| a < b)
    {
        return refuse(
            codes::SHARE_FIELDS,
            format!("1 to {MAX_FIELDS} different names of fields, sorted"),
        );
    }
    Ok(())
}

/// The grounds of a decision against somebody (行政许可法 §38): why, and what he can do about it.
fn check_grounds(reason: Option<&str>, remedy: Option<&str>) -> Result<(), Rejection> {
    check_statement("reason", reason, codes::DEC_NO_REASON)?;
    check_statement("remedy", remedy, codes::DEC_NO_REMEDY)
}

fn check_statement(name: &str, text: Option<&str>, missing: Code) -> Result<(), Rejection> {
    match text.filter(|text| !text.trim().is_empty()) {
        Some(text) => check_text(name, text),
        None => refuse(missing, format!("`{name}` is missing")),
    }
}

/// Whether a text speaks of a person is asked at the door of a node, for the arguments of every operation alike.
fn check_text(name: &str, text: &str) -> Result<(), Rejection> {
    if text.is_empty() || text.len() > MAX_REASON_BYTES || text.chars().any(char::is_control) {
        return refuse(
            codes::SHARE_TEXT,
            format!("`{name}` has 1 to {MAX_REASON_BYTES} bytes and no control characters"),
        );
    }
    Ok(())
}

fn refuse(code: Code, detail: impl Into<String>) -> Result<(), Rejection> {
    Err(Rejection::new(code, detail))
}
