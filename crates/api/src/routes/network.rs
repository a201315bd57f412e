//! The node and its network.

use axum::extract::State;
use axum::response::Response;

use super::{json, text};
use crate::answers::{Health, Status, Why};
use crate::app::App;
use crate::openapi::{Plain, names};

/// Whether the node serves.
#[utoipa::path(get, path = "/healthz", tag = "network", responses((status = 200, body = Health), Plain))]
pub(crate) async fn health() -> Response {
    json(&Health { status: "ok" })
}

/// The node's measurements in the text format of Prometheus.
#[utoipa::path(get, path = "/metrics", tag = "network", responses((status = 200, content_type = "text/plain", body = String), Plain))]
pub(crate) async fn metrics(State(app): State<App>) -> Response {
    text("text/plain; version=0.0.4; charset=utf-8", app.node.metrics())
}

/// This document.
#[utoipa::path(get, path = "/api/openapi.json", tag = "network", responses((status = 200, body = Object), Plain))]
pub(crate) async fn description(State(app): State<App>) -> Response {
    text("application/json", app.description.clone())
}

/// The chain and the node at this moment.
#[utoipa::path(get, path = "/api/v1/status", tag = "network", responses((status = 200, body = Status), Plain))]
pub(crate) async fn status(State(app): State<App>) -> Response {
    json(&app.node.status())
}

/// The founding document of the chain.
///
/// Whoever verifies receipts must learn the chain identifier from a source he trusts; a node's word is not one.
#[utoipa::path(get, path = "/api/v1/genesis", tag = "network", responses((status = 200, body = names::Genesis), Plain))]
pub(crate) async fn genesis(State(app): State<App>) -> Response {
    json(app.node.genesis())
}

/// Why the chain goes on or does not: who votes, who is missing, how many are needed.
#[utoipa::path(get, path = "/api/v1/why", tag = "network", responses((status = 200, body = Why), Plain))]
pub(crate) async fn why(State(app): State<App>) -> Response {
    json::<Why>(&app.node.why())
}
