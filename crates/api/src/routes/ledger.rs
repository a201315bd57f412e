//! Blocks, receipts and proofs of continuity.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Deserialize;
use utoipa::IntoParams;
use yinxin_crypto::Digest;
use yinxin_index::{BlockSummary, TransactionRow};
use yinxin_types::{Occurred, codes, merkle};

use super::{json, occurrences};
use crate::answers::{BlockDetail, BlockPage, BlockRow, BlockTransaction, Consistency, HistoryState};
use crate::app::{App, enter, index_problem, log};
use crate::input::{self, PathOf, QueryOf};
use crate::limits::HttpLimits;
use crate::openapi::{Missing, Plain, Withheld, names};
use crate::problem::Problem;
use crate::receipts::AssemblyError;
use crate::who::AUDIT;

impl From<BlockSummary> for BlockRow {
    fn from(summary: BlockSummary) -> Self {
        let BlockSummary {
            height,
            hash,
            time,
            transactions,
            occurrences,
            leader,
        } = summary;
        Self {
            height,
            hash,
            time,
            transactions,
            occurrences,
            leader,
        }
    }
}

/// The receipt file (回执文件) of a final transaction or of an occurrence (到期事件), with `item` and `opening` null.
///
/// It verifies without a network and without trust in this node (formats section 5). Of a transaction that an order hides it is given to who
/// signed it and to officers of bodies that supervise or may order; files that were given out before stay valid.
#[utoipa::path(
    get, path = "/api/v1/receipts/{id}", tag = "ledger",
    params(("id" = names::Digest, Path, description = "Identifier of the transaction or occurrence")),
    responses((status = 200, body = names::ReceiptFile), Missing, Withheld, Plain),
)]
pub(crate) async fn receipt(
    State(app): State<App>,
    headers: HeaderMap,
    PathOf(id): PathOf<Digest>,
) -> Result<Response, Problem> {
    let _slot = enter(&app.assemblies, "receipts")?;
    app.not_withheld(&headers, id).await?;
    Ok(json(
        &app.receipts
            .assemble(&app.node, id)
            .await
            .map_err(|error| assembly_problem(&error))?,
    ))
}

/// What a failed assembly means to a client.
pub(crate) fn assembly_problem(error: &AssemblyError) -> Problem {
    match error {
        AssemblyError::NotFinal => Problem::new(codes::API_NOT_FOUND, error.to_string()),
        AssemblyError::Index(error) => index_problem(error),
        AssemblyError::Differs { .. } | AssemblyError::Certificate { .. } => {
            log(error, "no receipt file could be assembled");
            Problem::new(codes::API_UNAVAILABLE, error.to_string())
        }
        _ => Problem::new(codes::API_UNAVAILABLE, error.to_string()),
    }
}

/// Which blocks.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct BlocksQuery {
    /// Only blocks below this height.
    #[param(maximum = 9007199254740991_i64)]
    before: Option<u64>,
    /// How many, 1 to 100; 20 if not given.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

/// Blocks, newest first.
#[utoipa::path(
    get, path = "/api/v1/blocks", tag = "ledger", params(BlocksQuery),
    responses((status = 200, body = BlockPage), Plain),
)]
pub(crate) async fn blocks(
    State(app): State<App>,
    QueryOf(query): QueryOf<BlocksQuery>,
) -> Result<Response, Problem> {
    let before = query.before.map(input::height).transpose()?;
    let limit = input::page(query.limit, 20, HttpLimits::PAGE)?;
    let found = app.read(move |index| index.blocks(before, limit)).await?;
    let items = found.value.into_iter().map(BlockRow::from).collect();
    Ok(json(&BlockPage {
        at_height: found.height,
        items,
    }))
}

/// A block with its header, its certificate, its transactions and what came of timers in it.
///
/// Whoever knows the identifier of a transaction may ask what became of it and for its receipt; it cannot be guessed. So a list gives no identifier to
/// whom the transaction does not concern.
#[utoipa::path(
    get, path = "/api/v1/blocks/{height}", tag = "ledger",
    params(("height" = names::Height, Path, description = "Height of the block")),
    responses((status = 200, body = BlockDetail), Missing, Plain),
)]
pub(crate) async fn block(
    State(app): State<App>,
    headers: HeaderMap,
    PathOf(height): PathOf<u64>,
) -> Result<Response, Problem> {
    let height = input::height(height)?;
    let found = app
        .read(move |index| {
            let transactions = index.transactions(height)?;
            Ok((
                index.block(height)?,
                transactions,
                index.occurrences(height)?.value,
            ))
        })
        .await?;
    let (block, transactions, occurred) = found;
    let row = block
        .value
        .ok_or_else(|| Problem::new(codes::API_NOT_FOUND, format!("there is no block {height}")))?;
    let registry = app.node.registry();
    let listed: Vec<bool> = transactions
        .value
        .iter()
        .map(|row| registry.is_listed(&row.operation))
        .collect();
    let hidden = |one: &Occurred| !registry.lists(&one.occurrence.scenario);
    let all_listed = !listed.contains(&false) && !occurred.iter().any(hidden);
    let reader = app.signed_in(&headers).filter(|_| !all_listed);
    let audits = match reader {
        Some(account) => app.who_is(account).await?.serves(AUDIT),
        None => false,
    };
    let shown = |row: &TransactionRow, listed: bool| listed || audits || reader == Some(row.account);
    let (transactions, withheld): (Vec<_>, Vec<_>) = transactions
        .value
        .into_iter()
        .zip(listed)
        .partition(|(row, listed)| shown(row, *listed));
    let withheld = withheld.len();
    let transactions = transactions
        .into_iter()
        .map(|(row, _)| row)
        .map(|row| BlockTransaction {
            index: row.index,
            id: row.id,
            operation: row.operation,
            account: row.account,
            code: row.code,
        })
        .collect();
    let (occurrences, withheld_occurrences) = occurrences::shown(&app, occurred, audits);
    let (at_height, certificate) = (block.height, row.certificate);
    Ok(json(&BlockDetail {
        at_height,
        hash: row.hash,
        header: row.header,
        certificate,
        withheld,
        transactions,
        occurrences,
        withheld_occurrences,
    }))
}

/// The proof that the history at one height continues that of a lower height (RFC 9162 section 2.1.4).
///
/// The history of a height is the tree over the hashes of all blocks below it; its root is `history_root` of that height's header.
#[utoipa::path(
    get, path = "/api/v1/checkpoints/{from}/{to}", tag = "ledger",
    params(
        ("from" = names::TreeSize, Path, description = "The lower height, at least 1"),
        ("to" = names::TreeSize, Path, description = "The higher height"),
    ),
    responses((status = 200, body = Consistency), Missing, Plain),
)]
pub(crate) async fn checkpoints(
    State(app): State<App>,
    PathOf((from, to)): PathOf<(u64, u64)>,
) -> Result<Response, Problem> {
    let (from, to) = (input::height(from)?, input::height(to)?);
    if from.0 == 0 || from > to {
        return Err(Problem::new(
            codes::API_REQUEST,
            "checkpoints need 0 < from <= to",
        ));
    }
    let found = app.read(move |index| {
        let (old, new) = (index.block(from)?.value, index.block(to)?.value);
        Ok(old.zip(new).zip(index.history_consistency(from.0, to.0)?.value))
    });
    let ((old, new), proof) = found
        .await?
        .ok_or_else(|| Problem::new(codes::API_NOT_FOUND, format!("there is no block {to} yet")))?;
    let (old, new) = (old.header.history_root, new.header.history_root);
    if !merkle::consistent((from.0, &old), (to.0, &new), &proof) {
        let height = to;
        return Err(assembly_problem(&AssemblyError::Differs {
            height,
            what: "the history",
        }));
    }
    let state = |height: yinxin_types::Height, root| HistoryState { size: height.0, root };
    Ok(json(&Consistency {
        from: state(from, old),
        to: state(to, new),
        proof,
    }))
}
