//! What the operations of the catalogue take, and what can be refused at the door.

use std::collections::BTreeSet;

use serde::Deserialize;
use yinxin_crypto::Digest;
use yinxin_execution::arguments;
use yinxin_types::identifiers::SocialCreditCode;
use yinxin_types::{BlockTime, Body, Code, Rejection};

use super::codes;
use super::records::{Class, ComplaintKind, Cycle, Field, Finding, Name, Steward};
use crate::desk::{is_code, is_plain, present};

/// The most fields of a resource or a request.
pub const MAX_FIELDS: usize = 64;
/// The most items that an owner can ask for.
const MAX_ITEMS: usize = 16;
/// The longest text, in bytes.
const MAX_TEXT_BYTES: usize = 512;
/// The highest grade of sensitivity.
const MAX_GRADE: u8 = 4;
/// From this grade on a field is not shared without conditions.
const SENSITIVE_GRADE: u8 = 3;

/// Arguments of `sharing.resource_publish`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Publish {
    pub class: Class,
    pub cycle: Cycle,
    #[serde(default, deserialize_with = "present")]
    pub description: Option<Digest>,
    pub fields: Vec<Field>,
    #[serde(rename = "for")]
    pub body: SocialCreditCode,
    pub item: String,
    pub on_platform: bool,
    pub resource: String,
    pub steward: Steward,
}

/// Arguments of `sharing.resource_refresh`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Refresh {
    #[serde(rename = "for")]
    pub body: SocialCreditCode,
    pub resource: String,
}

/// Arguments of `sharing.resource_withdraw`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Withdraw {
    #[serde(rename = "for")]
    pub body: SocialCreditCode,
    pub reason: String,
    pub resource: String,
}

/// Arguments of `sharing.resource_request`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Ask {
    pub basis: String,
    pub fields: BTreeSet<String>,
    #[serde(rename = "for")]
    pub body: SocialCreditCode,
    pub from: BlockTime,
    pub need: String,
    pub purpose: String,
    pub resource: String,
    pub until: BlockTime,
}

/// What an owner says to a request.
#[derive(Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase", deny_unknown_fields)]
pub(crate) enum Reply {
    /// Everything that was asked for, for the whole period.
    Grant {
        /// There to be refused by name: an owner adds no conditions.
        #[serde(default)]
        conditions: Vec<String>,
    },
    /// Nothing.
    Refuse {
        #[serde(default)]
        reason: String,
        #[serde(default)]
        remedy: String,
    },
    /// Papers are missing.
    More { items: BTreeSet<String> },
}

/// Arguments of `sharing.resource_answer`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Answer {
    pub answer: Reply,
    #[serde(rename = "for")]
    pub body: SocialCreditCode,
    pub request: Digest,
}

/// Arguments of `sharing.resource_supplement`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Supplement {
    pub document: Digest,
    #[serde(rename = "for")]
    pub body: SocialCreditCode,
    pub request: Digest,
}

/// Arguments of `sharing.resource_complain`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Complain {
    #[serde(rename = "for")]
    pub body: SocialCreditCode,
    pub kind: ComplaintKind,
    pub request: Digest,
    pub statement: Digest,
}

/// Arguments of `sharing.resource_complaint_answer`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ComplaintAnswer {
    pub complaint: Digest,
    pub document: Digest,
    pub finding: Finding,
    #[serde(rename = "for")]
    pub body: SocialCreditCode,
    pub reason: String,
    #[serde(default, deserialize_with = "present")]
    pub remedy: Option<String>,
}

fn refuse(code: Code, detail: impl Into<String>) -> Result<(), Rejection> {
    Err(Rejection::new(code, detail))
}

/// That a text is there, by the code that speaks of it, and that it is well formed.
fn text(code: Code, name: &str, text: &str) -> Result<(), Rejection> {
    if text.trim().is_empty() {
        return refuse(code, format!("`{name}` is empty"));
    }
    if !is_plain(text, MAX_TEXT_BYTES) {
        let detail = format!("`{name}` has at most {MAX_TEXT_BYTES} bytes and no control characters");
        return refuse(codes::RES_FIELD, detail);
    }
    Ok(())
}

fn codes_in(name: &str, texts: &BTreeSet<String>, max: usize) -> Result<(), Rejection> {
    if texts.is_empty() || texts.len() > max || !texts.iter().all(|one| is_code(one)) {
        let detail =
            format!("`{name}` has 1 to {max} codes of lower-case letters, digits, hyphens and underscores");
        return refuse(codes::RES_FIELD, detail);
    }
    Ok(())
}

/// `TX_ARGUMENTS`, `RES_NAME`, `RES_CLASS`, `RES_FIELD`, `RES_GRADE`.
pub(crate) fn check_publish(body: &Body) -> Result<(), Rejection> {
    let publish: Publish = arguments(body)?;
    Name::parse(&publish.resource)?;
    if !is_code(&publish.item) {
        return refuse(codes::RES_NAME, "`item` is no code");
    }
    match &publish.class {
        Class::Unconditional {} => {}
        Class::Conditional { conditions } => text(codes::RES_CLASS, "conditions", conditions)?,
        Class::NotShared { basis } => text(codes::RES_CLASS, "basis", basis)?,
    }
    let names: BTreeSet<String> = publish.fields.iter().map(|field| field.name.clone()).collect();
    codes_in("fields", &names, MAX_FIELDS)?;
    if names.len() != publish.fields.len() {
        return refuse(codes::RES_FIELD, "a field is named twice");
    }
    if !publish
        .fields
        .iter()
        .all(|field| (1..=MAX_GRADE).contains(&field.grade))
    {
        return refuse(codes::RES_FIELD, format!("a grade is 1 to {MAX_GRADE}"));
    }
    let sensitive = publish.fields.iter().find(|field| field.grade >= SENSITIVE_GRADE);
    match (&publish.class, sensitive) {
        (Class::Unconditional {}, Some(field)) => refuse(
            codes::RES_GRADE,
            format!("`{}` has grade {}", field.name, field.grade),
        ),
        _ => Ok(()),
    }
}

/// `TX_ARGUMENTS`, `RES_NAME`.
pub(crate) fn check_refresh(body: &Body) -> Result<(), Rejection> {
    Name::parse(&arguments::<Refresh>(body)?.resource).map(drop)
}

/// `TX_ARGUMENTS`, `RES_NAME`, `RES_NO_REASON`, `RES_FIELD`.
pub(crate) fn check_withdraw(body: &Body) -> Result<(), Rejection> {
    let withdraw: Withdraw = arguments(body)?;
    Name::parse(&withdraw.resource)?;
    text(codes::RES_NO_REASON, "reason", &withdraw.reason)
}

/// `TX_ARGUMENTS`, `RES_NAME`, `RES_PURPOSE_MISSING`, `RES_BASIS_MISSING`, `RES_FIELD`, `RES_PERIOD`.
pub(crate) fn check_request(body: &Body) -> Result<(), Rejection> {
    let ask: Ask = arguments(body)?;
    Name::parse(&ask.resource)?;
    text(codes::RES_PURPOSE_MISSING, "purpose", &ask.purpose)?;
    text(codes::RES_BASIS_MISSING, "basis", &ask.basis)?;
    text(codes::RES_FIELD, "need", &ask.need)?;
    codes_in("fields", &ask.fields, MAX_FIELDS)?;
    if ask.from >= ask.until {
        return refuse(codes::RES_PERIOD, "`from` is not before `until`");
    }
    Ok(())
}

/// `TX_ARGUMENTS`, `RES_NO_REASON`, `RES_NO_REMEDY`, `RES_FIELD`. Conditions are refused by the operation: the attempt is worth a receipt.
pub(crate) fn check_answer(body: &Body) -> Result<(), Rejection> {
    match arguments::<Answer>(body)?.answer {
        Reply::Grant { conditions } if conditions.len() > MAX_ITEMS => {
            refuse(codes::RES_CONDITION, "an owner adds no conditions")
        }
        Reply::Grant { .. } => Ok(()),
        Reply::Refuse { reason, remedy } => {
            text(codes::RES_NO_REASON, "reason", &reason)?;
            text(codes::RES_NO_REMEDY, "remedy", &remedy)
        }
        Reply::More { items } => codes_in("items", &items, MAX_ITEMS),
    }
}

/// `TX_ARGUMENTS`.
pub(crate) fn check_supplement(body: &Body) -> Result<(), Rejection> {
    arguments::<Supplement>(body).map(drop)
}

/// `TX_ARGUMENTS`.
pub(crate) fn check_complain(body: &Body) -> Result<(), Rejection> {
    arguments::<Complain>(body).map(drop)
}

/// `TX_ARGUMENTS`, `RES_NO_REASON`, `RES_NO_REMEDY` where it is dismissed, `RES_FIELD`.
pub(crate) fn check_complaint_answer(body: &Body) -> Result<(), Rejection> {
    let answer: ComplaintAnswer = arguments(body)?;
    text(codes::RES_NO_REASON, "reason", &answer.reason)?;
    match (answer.finding, &answer.remedy) {
        (Finding::Dismissed, remedy) => text(
            codes::RES_NO_REMEDY,
            "remedy",
            remedy.as_deref().unwrap_or_default(),
        ),
        (Finding::Upheld, Some(remedy)) => text(codes::RES_FIELD, "remedy", remedy),
        (Finding::Upheld, None) => Ok(()),
    }
}
