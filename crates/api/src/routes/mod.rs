//! The routes, each beside its description for the OpenAPI document.

#![expect(
    unused_qualifications,
    reason = "the macro that describes a route writes full paths"
)]

mod applications;
mod decisions;
mod desk;
mod events;
mod evidence;
mod extracts;
mod ledger;
mod needs;
mod network;
mod occurrences;
mod people;
mod portal;
mod processes;
mod refusals;
mod report;
mod session;
mod transactions;
mod usage;
mod wallets;

use axum::body::Body;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use yinxin_types::Rejection;

use crate::app::App;
use crate::problem::Problem;

pub(crate) use portal::{fallback, method_not_allowed};

/// Every route of the interface with its description. What is not among them is answered by [`fallback`].
pub(crate) fn described() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(network::health))
        .routes(routes!(network::metrics))
        .routes(routes!(network::description))
        .routes(routes!(network::status))
        .routes(routes!(network::genesis))
        .routes(routes!(network::why))
        .routes(routes!(transactions::submit))
        .routes(routes!(transactions::submit_batch))
        .routes(routes!(transactions::transaction))
        .routes(routes!(ledger::receipt))
        .routes(routes!(ledger::blocks))
        .routes(routes!(ledger::block))
        .routes(routes!(ledger::checkpoints))
        .routes(routes!(occurrences::occurrences))
        .routes(routes!(occurrences::occurrence))
        .routes(routes!(evidence::search))
        .routes(routes!(evidence::entry))
        .routes(routes!(report::report))
        .routes(routes!(events::events))
        .routes(routes!(session::challenge))
        .routes(routes!(session::sign_in, session::session, session::sign_out))
        .routes(routes!(session::draft_key))
        .routes(routes!(people::ask))
        .routes(routes!(people::concerns))
        .routes(routes!(people::access))
        .routes(routes!(people::members))
        .routes(routes!(processes::check_drawing))
        .routes(routes!(processes::try_drawing))
        .routes(routes!(decisions::check_decisions))
        .routes(routes!(decisions::try_decision))
        .routes(routes!(usage::usage))
        .routes(routes!(usage::period))
        .routes(routes!(usage::heartbeat))
        .routes(routes!(desk::seal))
        .routes(routes!(desk::compose))
        .routes(routes!(desk::licence_content))
        .routes(routes!(desk::licence_credential))
        .routes(routes!(desk::enrol))
        .routes(routes!(applications::terms))
        .routes(routes!(applications::apply, applications::standing))
        .routes(routes!(applications::withdraw))
        .routes(routes!(applications::queue))
        .routes(routes!(applications::open))
        .routes(routes!(applications::confirm))
        .routes(routes!(applications::refuse))
        .routes(routes!(extracts::deliver))
        .routes(routes!(extracts::trace))
        .routes(routes!(extracts::take))
        .routes(routes!(extracts::examine))
        .routes(routes!(desk::disclosure))
        .routes(routes!(desk::status_list))
        .routes(routes!(desk::demo))
        .routes(routes!(wallets::address))
        .routes(routes!(wallets::issuer))
        .routes(routes!(wallets::authorization_server))
        .routes(routes!(wallets::issuer_keys))
        .routes(routes!(wallets::verifier))
        .routes(routes!(wallets::offer))
        .routes(routes!(wallets::token))
        .routes(routes!(wallets::nonce))
        .routes(routes!(wallets::credential))
        .routes(routes!(wallets::open))
        .routes(routes!(wallets::state))
        .routes(routes!(wallets::request_object))
        .routes(routes!(wallets::respond))
        .routes(routes!(wallets::status_list))
}

/// A refusal of the node or of the ledger, with its sentences.
fn rejected(app: &App, rejection: Rejection) -> Problem {
    Problem::rejected(app.node.registry(), rejection)
}

/// An answer that holds nothing personal, which pages of other sites may read.
fn for_other_sites(mut response: Response) -> Response {
    response
        .headers_mut()
        .insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    response
}

/// An answer as JSON. Our answers hold texts, integers and lists, which always have a JSON form.
fn json<T: Serialize + ?Sized>(answer: &T) -> Response {
    let bytes = serde_json::to_vec(answer).unwrap_or_default();
    text("application/json", bytes)
}

/// An answer of a given media type.
fn text(kind: &'static str, body: impl Into<Body>) -> Response {
    (
        [(header::CONTENT_TYPE, HeaderValue::from_static(kind))],
        body.into(),
    )
        .into_response()
}
