//! What the operations on items take, and what can be refused at the door.

use std::collections::BTreeSet;

use serde::Deserialize;
use yinxin_execution::arguments;
use yinxin_types::identifiers::{ServiceItemCode, SocialCreditCode};
use yinxin_types::{Body, Rejection};

use super::codes;
use super::content::Content;

/// The most items of one publication.
pub const MAX_BATCH: usize = 64;
/// The longest reason, in bytes.
const MAX_REASON_BYTES: usize = 512;

/// One version of one item.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Entry {
    pub code: String,
    pub content: Content,
    /// One more than the version in force, 1 for the first: whoever publishes has seen what he replaces.
    pub version: u32,
}

/// Arguments of `approval.item_publish`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Publish {
    #[serde(rename = "for")]
    pub body: SocialCreditCode,
    pub items: Vec<Entry>,
}

/// Arguments of `approval.item_withdraw`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Withdraw {
    pub code: String,
    #[serde(rename = "for")]
    pub body: SocialCreditCode,
    pub reason: String,
}

/// The code of an item: `ITEM_CODE`.
pub(crate) fn code(text: &str) -> Result<ServiceItemCode, Rejection> {
    ServiceItemCode::parse(text).map_err(|error| {
        let shown: String = text.chars().take(40).collect();
        Rejection::new(codes::ITEM_CODE, format!("`{shown}`: {error}"))
    })
}

/// `TX_ARGUMENTS`, `ITEM_LIMIT`; of each item `ITEM_CODE`, `ITEM_TWICE`, `ITEM_VERSION`, then the rules of its content, each with its place.
pub(crate) fn check_publish(body: &Body) -> Result<(), Rejection> {
    let publish: Publish = arguments(body)?;
    if publish.items.is_empty() || publish.items.len() > MAX_BATCH {
        let detail = format!("1 to {MAX_BATCH} items at a time");
        return Err(Rejection::new(codes::ITEM_LIMIT, detail));
    }
    let mut seen = BTreeSet::new();
    for (place, entry) in publish.items.iter().enumerate() {
        let code = code(&entry.code)?;
        if !seen.insert(code) {
            let detail = format!("item {place}: `{}` stands twice", entry.code);
            return Err(Rejection::new(codes::ITEM_TWICE, detail));
        }
        if entry.version == 0 {
            return Err(Rejection::new(codes::ITEM_VERSION, "versions begin at 1"));
        }
        if let Some(fault) = entry.content.faults().into_iter().next() {
            let detail = format!(
                "item {place}, {}, `{}`: {}",
                entry.code, fault.field, fault.reason
            );
            return Err(Rejection::new(fault.code, detail));
        }
    }
    Ok(())
}

/// `TX_ARGUMENTS`, `ITEM_CODE`, `ITEM_NO_REASON`, `ITEM_FIELD`.
pub(crate) fn check_withdraw(body: &Body) -> Result<(), Rejection> {
    let withdraw: Withdraw = arguments(body)?;
    code(&withdraw.code)?;
    if withdraw.reason.trim().is_empty() {
        return Err(Rejection::new(codes::ITEM_NO_REASON, "`reason` is empty"));
    }
    if withdraw.reason.len() > MAX_REASON_BYTES || withdraw.reason.chars().any(char::is_control) {
        let detail = format!("`reason` has at most {MAX_REASON_BYTES} bytes and no control characters");
        return Err(Rejection::new(codes::ITEM_FIELD, detail));
    }
    Ok(())
}
