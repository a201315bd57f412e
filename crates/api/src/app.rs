//! What every route shares: the node, the limits at work, and the way to the index.

use std::error::Error;
use std::fmt;
use std::net::IpAddr;
use std::ops::Deref;
use std::sync::Arc;

use axum::body::{Bytes, HttpBody};
use axum::extract::Request;
use yinxin_crypto::{Digest, PublicKey};
use yinxin_index::{Index, IndexError};
use yinxin_types::codes;

use crate::gate::{Gate, Slot};
use crate::limits::HttpLimits;
use crate::node::{self, Node};
use crate::problem::Problem;
use crate::rate::Rates;
use crate::receipts::Assembler;
use crate::session::Sessions;

/// Shared by all requests of one router.
pub(crate) struct Shared {
    pub(crate) node: Arc<dyn Node>,
    pub(crate) limits: HttpLimits,
    /// The chain identifier.
    pub(crate) chain: Digest,
    /// The OpenAPI document.
    pub(crate) description: Bytes,
    pub(crate) receipts: Assembler,
    pub(crate) sessions: Sessions,
    pub(crate) addresses: Rates<IpAddr>,
    pub(crate) accounts: Rates<PublicKey>,
    /// Applications for enrolment, by client address.
    pub(crate) applicants: Rates<IpAddr>,
    pub(crate) requests: Gate,
    pub(crate) batches: Gate,
    pub(crate) waiting: Gate,
    pub(crate) assemblies: Gate,
    pub(crate) streams: Gate,
}

/// A handle to what every route shares.
#[derive(Clone)]
pub(crate) struct App(Arc<Shared>);

impl Deref for App {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("App")
            .field("chain", &self.chain)
            .finish_non_exhaustive()
    }
}

impl App {
    pub(crate) fn new(node: Arc<dyn Node>, limits: HttpLimits, description: Bytes) -> Self {
        let chain = node.index().chain();
        Self(Arc::new(Shared {
            chain,
            description,
            receipts: Assembler::new(limits.receipt_cache_bytes),
            sessions: Sessions::new(limits.sessions),
            addresses: Rates::new(limits.address_rate, limits.remembered),
            accounts: Rates::new(limits.account_rate, limits.remembered),
            applicants: Rates::new(limits.applicant_rate, limits.remembered),
            requests: Gate::new(limits.requests),
            batches: Gate::new(limits.batches),
            waiting: Gate::new(limits.waiting),
            assemblies: Gate::new(limits.assemblies),
            streams: Gate::new(limits.streams),
            node,
            limits,
        }))
    }

    /// Reads the index where reading does not hold up the runtime.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Index) -> Result<T, IndexError> + Send + 'static,
    ) -> Result<T, Problem> {
        match node::blocking(&self.node, move |node| work(node.index())).await {
            Some(Ok(value)) => Ok(value),
            Some(Err(error)) => Err(index_problem(&error)),
            None => Err(Problem::new(
                codes::API_UNAVAILABLE,
                "the node has too much other work",
            )),
        }
    }
}

/// Enters a gate or says that the node is busy.
pub(crate) fn enter(gate: &Gate, what: &str) -> Result<Slot, Problem> {
    gate.enter()
        .ok_or_else(|| Problem::new(codes::API_UNAVAILABLE, format!("too many {what} at once")))
}

/// For a submission of more than [`HttpLimits::ORDINARY_BYTES`], or one that does not say how long it is: a place among the few large
/// requests, to be kept until it is read.
pub(crate) fn enter_if_large(app: &App, request: &Request) -> Result<Option<Slot>, Problem> {
    let said = request.body().size_hint().exact();
    if said.is_some_and(|bytes| bytes <= HttpLimits::ORDINARY_BYTES) {
        return Ok(None);
    }
    enter(&app.batches, "large requests").map(Some)
}

/// What a failure of the index means to a client. The cause is for the operator's log, not for the client.
pub(crate) fn index_problem(error: &IndexError) -> Problem {
    match error {
        IndexError::Cursor => Problem::new(codes::API_REQUEST, error.to_string()),
        IndexError::Empty => Problem::new(
            codes::API_UNAVAILABLE,
            "the node has just started and has no block indexed yet",
        ),
        error if error.calls_for_rebuild() => {
            log(error, "the index must be rebuilt");
            Problem::new(
                codes::API_UNAVAILABLE,
                "the index of this node is damaged and must be rebuilt",
            )
        }
        error => {
            log(error, "the index failed");
            Problem::new(codes::API_UNAVAILABLE, "the index of this node failed")
        }
    }
}

/// Tells the operator, with all causes.
pub(crate) fn log(error: &(dyn Error + 'static), what: &str) {
    tracing::error!(error, "{what}");
}
