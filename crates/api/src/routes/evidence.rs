//! Searching evidence entries.

use axum::extract::State;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;
use yinxin_crypto::{Digest, PublicKey};
use yinxin_index::{Cursor, EvidenceDetail, EvidencePage, EvidenceQuery};
use yinxin_types::receipt::CommitmentKind;
use yinxin_types::{Height, codes};

use super::json;
use crate::app::App;
use crate::input::{self, PathOf, QueryOf};
use crate::openapi::{Missing, Plain, names};
use crate::problem::Problem;

/// Which entries; every condition that is given must hold.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Search {
    /// Entries of this commitment, or of the batch with this root.
    #[param(value_type = Option<names::Digest>)]
    commitment: Option<Digest>,
    /// Entries of this depositor.
    #[param(value_type = Option<names::PublicKey>)]
    account: Option<PublicKey>,
    /// Open or sealed entries only.
    #[param(value_type = Option<names::CommitmentKind>)]
    kind: Option<CommitmentKind>,
    /// `next` of the page before.
    #[param(value_type = Option<names::Cursor>)]
    before: Option<String>,
    /// How many, 1 to 100; 20 if not given.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

/// A value with the height at which the index answered.
#[derive(Serialize)]
struct Dated<T> {
    at_height: Height,
    #[serde(flatten)]
    value: T,
}

/// Evidence entries, newest first.
///
/// A page may be short, even empty, although more follow; `next` is null after the last one only.
#[utoipa::path(
    get, path = "/api/v1/evidence", tag = "evidence", params(Search),
    responses((status = 200, body = names::EntryPage), Plain),
)]
pub(crate) async fn search(
    State(app): State<App>,
    QueryOf(search): QueryOf<Search>,
) -> Result<Response, Problem> {
    let before = search.before.map(|text| text.parse::<Cursor>()).transpose();
    let before = before.map_err(|error| Problem::new(codes::API_REQUEST, error.to_string()))?;
    let limit = input::page(search.limit, 20, EvidenceQuery::MAX_LIMIT)?;
    let (commitment, account, kind) = (search.commitment, search.account, search.kind);
    let query = EvidenceQuery {
        commitment,
        account,
        kind,
        before,
        limit,
    };
    let found = app.read(move |index| index.evidence(&query)).await?;
    Ok(json(&Dated::<EvidencePage> {
        at_height: found.height,
        value: found.value,
    }))
}

/// One entry with its links and challenges.
#[utoipa::path(
    get, path = "/api/v1/evidence/{entry}", tag = "evidence",
    params(("entry" = names::Digest, Path, description = "Identifier of the entry")),
    responses((status = 200, body = names::EntryDetail), Missing, Plain),
)]
pub(crate) async fn entry(
    State(app): State<App>,
    PathOf(entry): PathOf<Digest>,
) -> Result<Response, Problem> {
    let found = app.read(move |index| index.evidence_entry(&entry)).await?;
    let value = found.value.ok_or_else(no_entry)?;
    Ok(json(&Dated::<EvidenceDetail> {
        at_height: found.height,
        value,
    }))
}

/// There is no such entry.
pub(super) fn no_entry() -> Problem {
    Problem::new(codes::API_NOT_FOUND, "there is no such evidence entry")
}
