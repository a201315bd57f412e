//! The routes, each beside its description for the OpenAPI document.

#![expect(
    unused_qualifications,
    reason = "the macro that describes a route writes full paths"
)]

mod events;
mod evidence;
mod ledger;
mod network;
mod portal;
mod report;
mod transactions;

use axum::body::Body;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;

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
        .routes(routes!(evidence::search))
        .routes(routes!(evidence::entry))
        .routes(routes!(report::report))
        .routes(routes!(events::events))
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
