//! What a department's own node does for its officers, and the content that looks release.

use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use yinxin_crypto::{Digest, PublicKey};
use yinxin_types::codes;
use yinxin_types::transaction::KeyedSignature;

use super::{for_other_sites, json as answer, rejected, text};
use crate::app::{App, enter, enter_if_large};
use crate::input::{PathOf, QueryOf, json_of};
use crate::limits::HttpLimits;
use crate::node::Desk;
use crate::openapi::{Bodied, Closed, Missing, Plain, Ruled, names};
use crate::problem::Problem;

/// The most bytes of the figures of one certificate.
const MOST_BYTES: usize = 64 << 10;

pub(super) fn desk(app: &App) -> Result<&dyn Desk, Problem> {
    app.node
        .desk()
        .ok_or_else(|| Problem::new(codes::DESK_CLOSED, "no department's keys are kept here"))
}

/// A body that names the department's seal as its account or among its cosigners, signed by an officer and whoever else it names.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ToSeal {
    /// The characters of the canonical body.
    body: String,
    /// The officer's signature over them.
    #[schema(value_type = names::KeyedSignature)]
    signature: KeyedSignature,
    /// The signatures of others whom the body names, such as the person who is enrolled.
    #[serde(default)]
    #[schema(value_type = Vec<names::KeyedSignature>)]
    cosignatures: Vec<KeyedSignature>,
}

/// What was submitted.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Sealed {
    /// Identifier of the transaction.
    #[schema(value_type = names::Digest)]
    id: Digest,
}

/// Sets the department's seal beside an officer's signature and submits the transaction.
#[utoipa::path(
    post, path = "/api/v1/desk/seal", tag = "desk", request_body = ToSeal,
    responses((status = 200, body = Sealed), Bodied, Closed, Ruled, Plain),
)]
pub(crate) async fn seal(State(app): State<App>, request: Request) -> Result<Response, Problem> {
    let limit = HttpLimits::envelope_bytes(&app.node.genesis().limits);
    let _slot = enter_if_large(&app, &request)?;
    let ToSeal {
        body,
        signature,
        cosignatures,
    } = json_of(request, limit).await?;
    let signatures = std::iter::once(signature).chain(cosignatures).collect();
    let id = desk(&app)?.seal(body.into_bytes(), signatures).await;
    let id = id.map_err(|rejection| rejected(&app, rejection))?;
    Ok(answer(&Sealed { id }))
}

/// Composes the content of a certificate and keeps it encrypted; answers what the officer is to sign.
#[utoipa::path(
    post, path = "/api/v1/desk/certificates", tag = "desk",
    responses((status = 200, description = "`{material, credential, status: {list, index}}`"), Bodied, Closed, Ruled, Plain),
)]
pub(crate) async fn compose(
    State(app): State<App>,
    headers: HeaderMap,
    request: Request,
) -> Result<Response, Problem> {
    let officer: PublicKey = app.account(&headers)?;
    let order: Value = json_of(request, MOST_BYTES).await?;
    let composed = desk(&app)?.compose(officer, order).await;
    Ok(answer(&composed.map_err(|rejection| rejected(&app, rejection))?))
}

/// A citizen number to be turned into a commitment.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Number {
    /// The number as it was typed.
    number: String,
}

/// Checks a citizen number and answers the department's keyed commitment to it. The number is neither kept nor logged.
#[utoipa::path(
    post, path = "/api/v1/desk/enrol", tag = "desk", request_body = Number,
    responses((status = 200, description = "`{commitment}`"), Bodied, Closed, Ruled, Plain),
)]
pub(crate) async fn enrol(
    State(app): State<App>,
    headers: HeaderMap,
    request: Request,
) -> Result<Response, Problem> {
    let officer = app.account(&headers)?;
    let Number { number } = json_of(request, MOST_BYTES).await?;
    let commitment = desk(&app)?.commit_number(officer, number).await;
    let commitment = commitment.map_err(|rejection| rejected(&app, rejection))?;
    Ok(answer(&serde_json::json!({ "commitment": commitment })))
}

/// Which part of a content is wanted.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct OfContent {
    /// Number of the part from 0; only an extract has more than one.
    #[serde(default)]
    part: u32,
}

/// The content that a final, allowed look releases, sealed to the key that the look names. It may be fetched again.
#[utoipa::path(
    get, path = "/api/v1/disclosures/{transaction}", tag = "desk",
    params(("transaction" = names::Digest, Path, description = "Identifier of the look"), OfContent),
    responses((status = 200, description = "`{transaction, height, holder, content}`"), Ruled, Plain),
)]
pub(crate) async fn disclosure(
    State(app): State<App>,
    PathOf(transaction): PathOf<Digest>,
    QueryOf(OfContent { part }): QueryOf<OfContent>,
) -> Result<Response, Problem> {
    let _slot = enter(&app.waiting, "waiting requests")?;
    let released = app.node.release(transaction, part).await;
    Ok(answer(&released.map_err(|rejection| rejected(&app, rejection))?))
}

/// The signed status list of a department's credentials, for everybody.
#[utoipa::path(
    get, path = "/api/v1/status-lists/{issuer}/{list}", tag = "desk",
    params(
        ("issuer" = String, Path, description = "Unified social credit code of the issuer"),
        ("list" = u32, Path, description = "Number of the list"),
    ),
    responses((status = 200, description = "application/statuslist+jwt"), Ruled, Plain),
)]
pub(crate) async fn status_list(
    State(app): State<App>,
    PathOf((issuer, list)): PathOf<(String, u32)>,
) -> Result<Response, Problem> {
    let list = app.node.status_list(issuer, list).await;
    let list = list.map_err(|rejection| rejected(&app, rejection))?;
    Ok(for_other_sites(text("application/statuslist+jwt", list)))
}

/// Who there is in the demonstration; not found in a real network.
#[utoipa::path(
    get, path = "/api/v1/demo", tag = "network",
    responses((status = 200, description = "`{personas, departments, samples}`"), Missing, Plain),
)]
pub(crate) async fn demo(State(app): State<App>) -> Result<Response, Problem> {
    let there = app.node.demonstration();
    let there = there.ok_or_else(|| Problem::new(codes::API_NOT_FOUND, "this is no demonstration"))?;
    Ok(answer(&there).into_response())
}
