//! The court report (核验报告) of an evidence entry: the report of its receipt, which anyone could write from the receipt alone, and what
//! only a node knows: links and challenges up to now. Nothing here knows HTTP.

use serde::Serialize;
use serde_json::{Value, json};
use thiserror::Error;
use utoipa::ToSchema;
use yinxin_client::receipt::{Proven, Verdict, verify};
use yinxin_client::report::{Platform, report as report_of_receipt};
use yinxin_crypto::Digest;
use yinxin_index::{EvidenceDetail, EvidenceEntry};
use yinxin_types::{Height, ReceiptFile};

use crate::openapi::names;

/// The report.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Report {
    /// Height at which the index answered about links and challenges.
    #[schema(value_type = names::Height)]
    pub at_height: Height,
    /// The entry with its links and challenges.
    #[schema(value_type = names::ReportEntry)]
    pub entry: EvidenceDetail,
    /// What the receipt proves, in the form `yinxin-report/1`.
    #[schema(value_type = Object)]
    pub report: Value,
    /// The receipt file, from which the report can be written again.
    #[schema(value_type = names::ReceiptFile)]
    pub receipt: ReceiptFile,
}

/// The index and the signed transaction say different things about the entry: the index must be rebuilt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the index contradicts the signed deposit and must be rebuilt")]
pub struct Contradiction;

/// Builds the report of an entry from the index's answer and the receipt file of its deposit. The receipt is verified as a court would
/// verify it, and what the index says about the deposit is held against what was signed.
pub fn report(
    at_height: Height,
    chain: &Digest,
    entry: EvidenceDetail,
    receipt: ReceiptFile,
) -> Result<Report, Contradiction> {
    let bytes = serde_json::to_vec(&receipt).map_err(|_| Contradiction)?;
    let Verdict::Verified(proven) = verify(&bytes, chain, None) else {
        return Err(Contradiction);
    };
    check(&entry.entry, &proven)?;
    Ok(Report {
        at_height,
        entry,
        report: report_of_receipt(&proven, &Platform::default()),
        receipt,
    })
}

/// The entry as the index tells it must be the one that was signed, executed and proven.
fn check(entry: &EvidenceEntry, proven: &Proven) -> Result<(), Contradiction> {
    let body = proven.body.as_ref();
    let argument = |name: &str| {
        body.and_then(|body| body.arguments.get(name))
            .cloned()
            .unwrap_or(Value::Null)
    };
    let outcome = &proven.receipt.receipt.outcome;
    let outcome = |name: &str| outcome.get(name).cloned().unwrap_or(Value::Null);
    let commitment = if entry.items.is_some() {
        argument("root")
    } else {
        argument("commitment")
    };
    let told = [
        (json!(entry.account), json!(proven.account())),
        (json!(entry.commitment), commitment),
        (json!(entry.kind), argument("kind")),
        (json!(entry.items), argument("items")),
        (json!(entry.size), argument("size")),
        (json!(entry.media_type), argument("media_type")),
        (json!(entry.capture), argument("capture")),
        (json!(entry.entry), outcome("entry")),
        (json!(entry.first), outcome("first")),
        (json!(entry.time), json!(proven.time)),
    ];
    if told.iter().all(|(index, signed)| index == signed) {
        Ok(())
    } else {
        Err(Contradiction)
    }
}
