//! Speak HTTP and JSON.
//!
//! ```text
//! connection ─► serve ─► headers ─► guard ─► route ─► Node, Index, Mempool
//!               time      for       rates,    reads, verifies,
//!               limits    browsers  bounds    answers or a Problem
//! ```
//!
//! The interface is defined in `docs/reference/http-api.md`; the OpenAPI document is generated from the routes. Every failure is an RFC
//! 9457 problem with a numbered code and both languages. The [`router`] needs no runtime: it reads time and waits only through
//! [`Node`], so that whole nodes run in the simulator with the same handlers; [`serve`] adds sockets and their time limits.

mod answers;
mod app;
mod applications;
mod client_address;
mod codes;
pub mod court_report;
mod form;
mod gate;
mod guard;
mod input;
mod limits;
mod node;
mod openapi;
mod problem;
mod rate;
pub mod receipts;
mod routes;
mod serve;
mod session;
mod wallets;
mod who;
mod withheld;

use std::sync::Arc;

use axum::handler::Handler;
use axum::{Router, middleware};
use tower::Layer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate};

pub use answers::{
    BlockRow, ChainState, NodeName, PlannedUpgrade, PoolStatus, RunningMigration, ScenarioStatus,
    ScenarioVersion, Status, ValidatorStatus, VoterStatus, Why,
};
pub use applications::{Application, Applications, Withdrawal};
pub use client_address::PeerAddress;
pub use limits::{HttpLimits, Rate};
pub use node::{Answers, Asset, Desk, Node};
pub use openapi::document;
pub use problem::Messages;
pub use serve::serve;
pub use wallets::{TokenRequest, WalletAnswer, WalletDocument, WalletRefusal, Wallets};

use crate::app::App;

/// Every route of a node, with limits and problems, for [`serve`] or to be called as a service.
pub fn router(node: Arc<dyn Node>, limits: HttpLimits) -> Router {
    let (routes, _) = routes::described().split_for_parts();
    let app = App::new(node, limits, document().into());
    // Only the portal's files are compressed: they are the same for everyone and hold no secret that their size could betray.
    // What is compressed already, the pieces of its font, would only cost time.
    let worth = DefaultPredicate::new().and(NotForContentType::const_new("application/gzip"));
    let portal = CompressionLayer::new()
        .compress_when(worth)
        .layer(routes::fallback.with_state(app.clone()));
    routes
        .method_not_allowed_fallback(routes::method_not_allowed)
        .fallback_service(portal)
        .layer(middleware::from_fn_with_state(app.clone(), guard::admit))
        .layer(middleware::from_fn(guard::headers))
        .with_state(app)
}
