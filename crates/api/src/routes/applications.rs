//! Enrolment at home: an application, how it stands, and the authority's queue.

use axum::extract::{Extension, Request, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use yinxin_crypto::Digest;

use super::{json as answer, rejected};
use crate::app::App;
use crate::applications::{Application, Withdrawal};
use crate::guard::{Client, rate};
use crate::input::{QueryOf, json_of};
use crate::openapi::{Bodied, Closed, Plain, Ruled, names};
use crate::problem::Problem;

/// The most bytes of such a request: sealed facts, and the assertion of a passkey.
const MOST_BYTES: usize = 16 << 10;
/// A client address may apply once a minute in the long run: so many milliseconds count as one of the rate's.
pub(crate) const SLOWER: u64 = 60;

/// At which authority.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct AtAuthority {
    /// Unified social credit code of the authority.
    authority: String,
}

/// The key to which an applicant seals name and citizen number for an authority, and the bounds of an application.
#[utoipa::path(
    get, path = "/api/v1/applications/terms", tag = "applications", params(AtAuthority),
    responses((status = 200, description = "`{authority, key, most_bytes, most_ms}`"), Ruled, Plain),
)]
pub(crate) async fn terms(
    State(app): State<App>,
    QueryOf(AtAuthority { authority }): QueryOf<AtAuthority>,
) -> Result<Response, Problem> {
    let terms = app.node.applications().terms(authority).await;
    Ok(answer(&terms.map_err(|rejection| rejected(&app, rejection))?))
}

/// Brings an application for enrolment to its authority. No session is needed: the signature under it says whose it is.
#[utoipa::path(
    post, path = "/api/v1/applications", tag = "applications", request_body = Application,
    responses((status = 200, description = "`{application, made, reason, state, until}`"), Bodied, Closed, Ruled, Plain),
)]
pub(crate) async fn apply(
    State(app): State<App>,
    Extension(client): Extension<Client>,
    request: Request,
) -> Result<Response, Problem> {
    let application: Application = json_of(request, MOST_BYTES).await?;
    let now = app.node.now().0.checked_div(SLOWER).unwrap_or_default();
    rate(
        app.applicants
            .take(&client.address, 1, now)
            .map_err(|wait| wait.saturating_mul(SLOWER)),
    )?;
    let kept = app.node.applications().apply(application).await;
    Ok(answer(&kept.map_err(|rejection| rejected(&app, rejection))?))
}

/// How the application of whoever is signed in stands; `application` is null where there is none.
#[utoipa::path(
    get, path = "/api/v1/applications", tag = "applications", params(AtAuthority),
    responses((status = 200, description = "`{application, made, reason, state, until}`"), Closed, Ruled, Plain),
)]
pub(crate) async fn standing(
    State(app): State<App>,
    headers: HeaderMap,
    QueryOf(AtAuthority { authority }): QueryOf<AtAuthority>,
) -> Result<Response, Problem> {
    let account = app.account(&headers)?;
    let standing = app.node.applications().standing(authority, account).await;
    Ok(answer(&standing.map_err(|rejection| rejected(&app, rejection))?))
}

/// Takes an application back; the authority destroys it.
#[utoipa::path(
    post, path = "/api/v1/applications/withdraw", tag = "applications", request_body = Withdrawal,
    responses((status = 200, description = "`{}`"), Bodied, Closed, Ruled, Plain),
)]
pub(crate) async fn withdraw(State(app): State<App>, request: Request) -> Result<Response, Problem> {
    let withdrawal: Withdrawal = json_of(request, MOST_BYTES).await?;
    let done = app.node.applications().withdraw(withdrawal).await;
    Ok(answer(&done.map_err(|rejection| rejected(&app, rejection))?))
}

/// The applications that wait at the desk of this node's department, for its officers who may enrol.
#[utoipa::path(
    get, path = "/api/v1/desk/applications", tag = "desk",
    responses((status = 200, description = "`{items: [{account, application, made, reason, state, tries, until}], most}`"), Closed, Ruled, Plain),
)]
pub(crate) async fn queue(State(app): State<App>, headers: HeaderMap) -> Result<Response, Problem> {
    let officer = app.account(&headers)?;
    let queue = app.node.applications().queue(officer).await;
    Ok(answer(&queue.map_err(|rejection| rejected(&app, rejection))?))
}

/// Which application.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OfApplication {
    /// The digest of its envelope.
    #[schema(value_type = names::Digest)]
    application: Digest,
}

/// Opens what an applicant sealed. Who opened what is logged by the node, without the facts.
#[utoipa::path(
    post, path = "/api/v1/desk/applications/open", tag = "desk", request_body = OfApplication,
    responses((status = 200, description = "`{account, application, facts: {name, number}}`"), Bodied, Closed, Ruled, Plain),
)]
pub(crate) async fn open(
    State(app): State<App>,
    headers: HeaderMap,
    request: Request,
) -> Result<Response, Problem> {
    let officer = app.account(&headers)?;
    let OfApplication { application } = json_of(request, MOST_BYTES).await?;
    let opened = app.node.applications().open(officer, application).await;
    Ok(answer(&opened.map_err(|rejection| rejected(&app, rejection))?))
}

/// An application whose applicant was identified.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Identified {
    /// The digest of its envelope.
    #[schema(value_type = names::Digest)]
    application: Digest,
    /// The eight digits that the applicant's own device shows.
    code: String,
}

/// Gives an officer what he signs to enrol an applicant, for the check code that the applicant's own device shows.
#[utoipa::path(
    post, path = "/api/v1/desk/applications/confirm", tag = "desk", request_body = Identified,
    responses((status = 200, description = "the arguments of `identity.enrol`"), Bodied, Closed, Ruled, Plain),
)]
pub(crate) async fn confirm(
    State(app): State<App>,
    headers: HeaderMap,
    request: Request,
) -> Result<Response, Problem> {
    let officer = app.account(&headers)?;
    let Identified { application, code } = json_of(request, MOST_BYTES).await?;
    let arguments = app.node.applications().confirm(officer, application, code).await;
    Ok(answer(&arguments.map_err(|rejection| rejected(&app, rejection))?))
}

/// An application that is refused.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Refused {
    /// The digest of its envelope.
    #[schema(value_type = names::Digest)]
    application: Digest,
    /// `facts`, `document`, `enrolled` or `elsewhere`.
    reason: String,
}

/// Refuses an application; the sealed facts are destroyed, and the applicant sees the reason.
#[utoipa::path(
    post, path = "/api/v1/desk/applications/refuse", tag = "desk", request_body = Refused,
    responses((status = 200, description = "`{application, made, reason, state, until}`"), Bodied, Closed, Ruled, Plain),
)]
pub(crate) async fn refuse(
    State(app): State<App>,
    headers: HeaderMap,
    request: Request,
) -> Result<Response, Problem> {
    let officer = app.account(&headers)?;
    let Refused { application, reason } = json_of(request, MOST_BYTES).await?;
    let refused = app.node.applications().refuse(officer, application, reason).await;
    Ok(answer(&refused.map_err(|rejection| rejected(&app, rejection))?))
}
