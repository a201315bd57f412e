//! Occurrences (到期事件): what the ledger itself did because a time had come.

use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use utoipa::IntoParams;
use yinxin_crypto::Digest;
use yinxin_index::{Cursor, OccurrenceQuery};
use yinxin_types::{Height, Occurred, codes};

use super::json;
use crate::answers::{BlockOccurrence, OccurrenceAnswer, OccurrencePage};
use crate::app::App;
use crate::input::{self, PathOf, QueryOf};
use crate::openapi::{Missing, Plain, names};
use crate::problem::{Messages, Problem};

/// Which occurrences.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Timers {
    /// The scenario that set the timer.
    scenario: String,
    /// What the scenario calls it, for instance the identifier of a case.
    key: String,
    /// `next` of the page before.
    #[param(value_type = Option<names::Cursor>)]
    before: Option<String>,
    /// How many, 1 to 100; 20 if not given.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

/// What came of the timers that a scenario set under one key, newest first.
///
/// Whoever knows the key may ask. A scenario that does not list what happens in it gives its timers keys that nobody can guess.
#[utoipa::path(
    get, path = "/api/v1/occurrences", tag = "ledger", params(Timers),
    responses((status = 200, body = OccurrencePage), Plain),
)]
pub(crate) async fn occurrences(
    State(app): State<App>,
    QueryOf(timers): QueryOf<Timers>,
) -> Result<Response, Problem> {
    let before = timers.before.map(|text| text.parse::<Cursor>()).transpose();
    let before = before.map_err(|error| Problem::new(codes::API_REQUEST, error.to_string()))?;
    let limit = input::page(timers.limit, 20, OccurrenceQuery::MAX_LIMIT)?;
    let (scenario, key) = (timers.scenario, timers.key);
    let query = OccurrenceQuery {
        scenario,
        key,
        before,
        limit,
    };
    let found = app.read(move |index| index.occurrences_of(&query)).await?;
    let at_height = found.height;
    let items = found.value.items.into_iter();
    Ok(json(&OccurrencePage {
        at_height,
        items: items.map(|occurred| answer(&app, occurred, at_height)).collect(),
        next: found.value.next.map(|next| next.to_string()),
    }))
}

/// One occurrence and what came of it.
///
/// Whoever knows the identifier may ask, as for a transaction. Its receipt file is at `/api/v1/receipts/{id}`.
#[utoipa::path(
    get, path = "/api/v1/occurrences/{id}", tag = "ledger",
    params(("id" = names::Digest, Path, description = "Identifier of the occurrence")),
    responses((status = 200, body = OccurrenceAnswer), Missing, Plain),
)]
pub(crate) async fn occurrence(
    State(app): State<App>,
    PathOf(id): PathOf<Digest>,
) -> Result<Response, Problem> {
    let found = app.read(move |index| index.occurrence(&id)).await?;
    let occurred = found
        .value
        .ok_or_else(|| Problem::new(codes::API_NOT_FOUND, "there is no such occurrence"))?;
    Ok(json(&answer(&app, occurred, found.height)))
}

fn answer(app: &App, occurred: Occurred, at_height: Height) -> OccurrenceAnswer {
    let registry = app.node.registry();
    let Occurred { occurrence, receipt } = occurred;
    let rejection = Some(receipt.code).filter(|code| *code != 0);
    let rejection = rejection.and_then(|code| registry.code(code));
    OccurrenceAnswer {
        id: receipt.transaction,
        scenario: occurrence.scenario,
        key: occurrence.key,
        due: occurrence.due,
        height: receipt.height,
        index: receipt.index,
        time: receipt.time,
        code: receipt.code,
        name: rejection.map(|code| code.name.to_owned()),
        messages: rejection.map(|code| Messages::of(registry, code.name)),
        outcome: Some(receipt.outcome).filter(|outcome| !outcome.is_null()),
        at_height,
    }
}

/// The occurrences of a block that may be shown to a reader, and how many others it has.
pub(super) fn shown(app: &App, occurrences: Vec<Occurred>, audits: bool) -> (Vec<BlockOccurrence>, usize) {
    let registry = app.node.registry();
    let all = occurrences.len();
    let shown: Vec<_> = occurrences
        .into_iter()
        .filter(|one| audits || registry.lists(&one.occurrence.scenario))
        .map(|one| BlockOccurrence {
            index: one.receipt.index,
            id: one.receipt.transaction,
            scenario: one.occurrence.scenario,
            key: one.occurrence.key,
            due: one.occurrence.due,
            code: one.receipt.code,
        })
        .collect();
    let withheld = all.saturating_sub(shown.len());
    (shown, withheld)
}
