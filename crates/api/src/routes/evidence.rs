//! Searching evidence entries.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;
use yinxin_crypto::{Digest, PublicKey};
use yinxin_index::{Cursor, EvidenceDetail, EvidenceEntry, EvidenceQuery};
use yinxin_types::receipt::CommitmentKind;
use yinxin_types::{Height, codes};

use super::json;
use crate::app::App;
use crate::input::{self, PathOf, QueryOf};
use crate::openapi::{Missing, Plain, names};
use crate::problem::Problem;
use crate::withheld::Hidden;

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

/// An entry and, where an order hides it, that order in place of what the depositor wrote.
#[derive(Serialize)]
struct Shown<T> {
    #[serde(flatten)]
    entry: T,
    #[serde(skip_serializing_if = "Option::is_none")]
    hidden: Option<Hidden>,
}

/// One page.
#[derive(Serialize)]
struct Page {
    items: Vec<Shown<EvidenceEntry>>,
    next: Option<Cursor>,
}

/// Takes away what the depositor wrote in words; digests, times and places stay, on which proofs rest.
fn blank(entry: &mut EvidenceEntry) {
    entry.capture = None;
    entry.media_type = None;
    entry.size = None;
}

/// Evidence entries, newest first.
///
/// An entry that an order hides has `hidden` instead of media type, size and capture.
/// A page may be short, even empty, although more follow; `next` is null after the last one only.
#[utoipa::path(
    get, path = "/api/v1/evidence", tag = "evidence", params(Search),
    responses((status = 200, body = names::EntryPage), Plain),
)]
pub(crate) async fn search(
    State(app): State<App>,
    headers: HeaderMap,
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
    let transactions: Vec<Digest> = found.value.items.iter().map(|entry| entry.transaction).collect();
    let orders = app.hidden(&transactions).await?;
    let sees = orders.iter().any(Option::is_some) && app.still_sees(&headers).await?;
    let show = |(mut entry, hidden): (EvidenceEntry, Option<Hidden>)| {
        if hidden.is_some() && !sees {
            blank(&mut entry);
        }
        Shown { entry, hidden }
    };
    Ok(json(&Dated {
        at_height: found.height,
        value: Page {
            items: found.value.items.into_iter().zip(orders).map(show).collect(),
            next: found.value.next,
        },
    }))
}

/// One entry with its links and challenges; one that an order hides as in a search.
#[utoipa::path(
    get, path = "/api/v1/evidence/{entry}", tag = "evidence",
    params(("entry" = names::Digest, Path, description = "Identifier of the entry")),
    responses((status = 200, body = names::EntryDetail), Missing, Plain),
)]
pub(crate) async fn entry(
    State(app): State<App>,
    headers: HeaderMap,
    PathOf(entry): PathOf<Digest>,
) -> Result<Response, Problem> {
    let found = app.read(move |index| index.evidence_entry(&entry)).await?;
    let mut value: EvidenceDetail = found.value.ok_or_else(no_entry)?;
    let hidden = app
        .hidden(&[value.entry.transaction])
        .await?
        .into_iter()
        .flatten()
        .next();
    if hidden.is_some() && !app.still_sees(&headers).await? {
        blank(&mut value.entry);
    }
    Ok(json(&Dated {
        at_height: found.height,
        value: Shown { entry: value, hidden },
    }))
}

/// There is no such entry.
pub(super) fn no_entry() -> Problem {
    Problem::new(codes::API_NOT_FOUND, "there is no such evidence entry")
}
