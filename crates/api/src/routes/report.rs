//! The court report of an evidence entry.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use yinxin_crypto::Digest;
use yinxin_types::codes;

use super::evidence::no_entry;
use super::json;
use super::ledger::assembly_problem;
use crate::app::{App, enter, log};
use crate::court_report::{self, Report};
use crate::input::PathOf;
use crate::openapi::{Missing, Plain, Withheld, names};
use crate::problem::Problem;

/// The court report (核验报告) of an entry: what its receipt proves, what was stated, what must be shown by other means, and which
/// challenges and links there are.
///
/// The questions are those of 互联网法院规定 §11 and 人民法院在线诉讼规则 §16 to §19; the receipt file is part of the answer.
#[utoipa::path(
    get, path = "/api/v1/evidence/{entry}/report", tag = "evidence",
    params(("entry" = names::Digest, Path, description = "Identifier of the entry")),
    responses((status = 200, body = Report), Missing, Withheld, Plain),
)]
pub(crate) async fn report(
    State(app): State<App>,
    headers: HeaderMap,
    PathOf(entry): PathOf<Digest>,
) -> Result<Response, Problem> {
    let _slot = enter(&app.assemblies, "reports")?;
    let found = app.read(move |index| index.evidence_entry(&entry)).await?;
    let detail = found.value.ok_or_else(no_entry)?;
    app.not_withheld(&headers, detail.entry.transaction).await?;
    let receipt = app.receipts.assemble(&app.node, detail.entry.transaction).await;
    let receipt = receipt.map_err(|error| assembly_problem(&error))?;
    let chain = receipt.header.chain;
    let report = court_report::report(found.height, &chain, detail, receipt).map_err(|contradiction| {
        log(&contradiction, "no court report could be built");
        Problem::new(codes::API_UNAVAILABLE, contradiction.to_string())
    })?;
    Ok(json(&report))
}
