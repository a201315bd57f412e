//! Extracts: marking what is delivered, tracing what was found outside to its delivery, and examining the proof of that.

use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde_json::Value;

use super::desk::desk;
use super::{json as answer, rejected};
use crate::app::{App, enter};
use crate::input::json_of;
use crate::openapi::{Bodied, Closed, Plain, Ruled};
use crate::problem::Problem;

/// The most bytes of a request: a file of 8 MiB in base64url, and what is said about it.
const MOST_BYTES: usize = (11 << 20) + (256 << 10);
/// The most bytes of an examination: such a file, and a proof with its mark and two receipts.
const MOST_EXAMINED_BYTES: usize = MOST_BYTES + (4 << 20);

/// Marks the rows of an extract for one delivery and keeps copy and mark encrypted; answers what the officer is to sign.
#[utoipa::path(
    post, path = "/api/v1/desk/extracts", tag = "desk",
    responses((status = 200, description = "`{arguments, seal}`: of `sharing.extract_deliver`, and the department's seal"), Bodied, Closed, Ruled, Plain),
)]
pub(crate) async fn deliver(
    State(app): State<App>,
    headers: HeaderMap,
    request: Request,
) -> Result<Response, Problem> {
    let officer = app.account(&headers)?;
    let _slot = enter(&app.batches, "large requests")?;
    let order: Value = json_of(request, MOST_BYTES).await?;
    let marked = desk(&app)?.mark(officer, order).await;
    Ok(answer(&marked.map_err(|rejection| rejected(&app, rejection))?))
}

/// Compares a found file with deliveries of the department, a part of them at a time, and says which it names.
#[utoipa::path(
    post, path = "/api/v1/desk/extracts/trace", tag = "desk",
    responses((status = 200, description = "`{deliveries, examined, next, named, rows}`"), Bodied, Closed, Ruled, Plain),
)]
pub(crate) async fn trace(
    State(app): State<App>,
    headers: HeaderMap,
    request: Request,
) -> Result<Response, Problem> {
    let officer = app.account(&headers)?;
    let _slot = enter(&app.batches, "large requests")?;
    let order: Value = json_of(request, MOST_BYTES).await?;
    let traced = desk(&app)?.trace(officer, order).await;
    Ok(answer(&traced.map_err(|rejection| rejected(&app, rejection))?))
}

/// Examines the proof of a trace against the file that was found, for anybody who belongs to a party: the receipts, the commitments, and what the
/// mark is worth. Whose delivery it was does not matter, nor which department asks; nothing of it is kept.
#[utoipa::path(
    post, path = "/api/v1/desk/extracts/examine", tag = "desk",
    responses((status = 200, description = "`{holds, bits, canaries, canaries_found, delivered, extract, receiver, recipient, rows_compared, rows_in_order, traced}`, or `{holds, part, detail}` where it does not hold"), Bodied, Closed, Ruled, Plain),
)]
pub(crate) async fn examine(
    State(app): State<App>,
    headers: HeaderMap,
    request: Request,
) -> Result<Response, Problem> {
    let account = app.account(&headers)?;
    let _slot = enter(&app.batches, "large requests")?;
    let order: Value = json_of(request, MOST_EXAMINED_BYTES).await?;
    let examined = desk(&app)?.examine(account, order).await;
    Ok(answer(&examined.map_err(|rejection| rejected(&app, rejection))?))
}
