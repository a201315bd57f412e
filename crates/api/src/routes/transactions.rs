//! Submitting transactions and asking what became of them.

use axum::extract::{Extension, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use utoipa::IntoParams;
use yinxin_crypto::{Digest, PublicKey};
use yinxin_index::{At, TransactionDetail};
use yinxin_types::{Envelope, Height, Transaction, codes};

use super::{json, rejected};
use crate::answers::{BatchAnswer, BatchItem, Submitted, TransactionAnswer, TransactionStatus};
use crate::app::{App, enter, enter_if_large};
use crate::guard::{Client, rate};
use crate::input::{PathOf, QueryOf, json_body};
use crate::limits::HttpLimits;
use crate::openapi::{Plain, Refused, names};
use crate::problem::{Messages, Problem};

/// Submits a transaction.
///
/// The body is an envelope (formats section 3). 202 means that this node holds the transaction and has passed it on; it is final only
/// when its status says so. Sending the same transaction again is no error: 202 while it waits, 200 with its final status afterwards.
#[utoipa::path(
    post, path = "/api/v1/transactions", tag = "transactions",
    request_body = names::Envelope,
    responses(
        (status = 202, description = "taken in, or waiting already", body = Submitted),
        (status = 200, description = "final since an earlier submission", body = Submitted),
        Refused, Plain,
    ),
)]
pub(crate) async fn submit(State(app): State<App>, request: Request) -> Result<Response, Problem> {
    let limit = HttpLimits::envelope_bytes(&app.node.genesis().limits);
    let _slot = enter_if_large(&app, &request)?;
    let bytes = json_body(request, limit).await?;
    let transaction = Transaction::from_json(&bytes).map_err(|rejection| rejected(&app, rejection))?;
    let id = transaction.id(app.chain.algorithm());
    let signer = signer(&transaction);
    let now_ms = app.node.now().0;
    if let Some(signer) = &signer {
        rate(app.accounts.check(signer, now_ms))?;
    }
    let verdict = app.node.submit(vec![transaction]).await.into_iter().next();
    match verdict {
        Some(Ok(id)) => {
            charge(&app, signer, now_ms);
            let answer = Submitted {
                id,
                status: TransactionStatus::Pending,
            };
            Ok((StatusCode::ACCEPTED, json(&answer)).into_response())
        }
        Some(Err(rejection)) if rejection.code == codes::TX_REPLAYED => {
            let status = settled(&app, vec![id]).await?.into_iter().next().flatten();
            let status = status.ok_or_else(|| rejected(&app, rejection))?;
            Ok(json(&Submitted { id, status }))
        }
        Some(Err(rejection)) => Err(rejected(&app, rejection)),
        None => Err(Problem::new(
            codes::API_UNAVAILABLE,
            "the node takes no transactions now",
        )),
    }
}

/// Submits many transactions at once.
///
/// The body is an array of at most 500 envelopes; one that is malformed refuses the array. Each transaction is judged for itself; the
/// answer holds one verdict for each, in order. A batch of which nothing was taken because the pool is full is a 503 problem.
#[utoipa::path(
    post, path = "/api/v1/transactions/batch", tag = "transactions",
    request_body = names::Batch,
    responses((status = 200, description = "one verdict for each", body = BatchAnswer), Refused, Plain),
)]
pub(crate) async fn submit_batch(
    State(app): State<App>,
    Extension(client): Extension<Client>,
    request: Request,
) -> Result<Response, Problem> {
    let _slot = enter(&app.batches, "batches")?;
    let bytes = json_body(request, app.limits.batch_bytes).await?;
    let envelopes: Vec<Envelope> = serde_json::from_slice(&bytes).map_err(|error| {
        Problem::new(
            codes::TX_MALFORMED,
            format!("the body is not an array of envelopes: {error}"),
        )
    })?;
    drop(bytes);
    let most = app.limits.batch_transactions;
    if envelopes.is_empty() || envelopes.len() > most {
        return Err(Problem::new(
            codes::API_REQUEST,
            format!("a batch holds 1 to {most} transactions"),
        ));
    }
    let now_ms = app.node.now().0;
    // The request itself has been counted as one already.
    rate(
        app.addresses
            .take(&client.address, envelopes.len().saturating_sub(1), now_ms),
    )?;
    let items = judge(
        &app,
        envelopes.into_iter().map(Transaction::from).collect(),
        now_ms,
    )
    .await?;
    Ok(json(&BatchAnswer { items }))
}

/// The verdicts on the transactions of a batch.
async fn judge(app: &App, transactions: Vec<Transaction>, now_ms: u64) -> Result<Vec<BatchItem>, Problem> {
    let mut named = Vec::with_capacity(transactions.len());
    let mut offered = Vec::with_capacity(transactions.len());
    for transaction in transactions {
        let signer = signer(&transaction);
        let allowed = signer
            .as_ref()
            .map_or(Ok(()), |signer| rate(app.accounts.check(signer, now_ms)));
        named.push((
            transaction.id(app.chain.algorithm()),
            signer,
            allowed.as_ref().err().cloned(),
        ));
        if allowed.is_ok() {
            offered.push(transaction);
        }
    }
    let mut verdicts = app.node.submit(offered).await.into_iter();
    let mut items = Vec::with_capacity(named.len());
    let mut replayed = Vec::new();
    for (id, signer, refused) in named {
        let verdict = match refused {
            Some(problem) => Err(problem),
            None => match verdicts.next() {
                Some(Ok(_)) => {
                    charge(app, signer, now_ms);
                    Ok(TransactionStatus::Pending)
                }
                Some(Err(rejection)) => {
                    if rejection.code == codes::TX_REPLAYED {
                        replayed.push((items.len(), id));
                    }
                    Err(rejected(app, rejection))
                }
                None => Err(Problem::new(
                    codes::API_UNAVAILABLE,
                    "the node takes no transactions now",
                )),
            },
        };
        items.push((id, verdict));
    }
    if items.iter().all(|(_, verdict)| {
        verdict
            .as_ref()
            .is_err_and(|problem| problem.is(codes::POOL_FULL))
    }) {
        return Err(Problem::new(
            codes::POOL_FULL,
            "no transaction of the batch was taken",
        ));
    }
    let statuses = if replayed.is_empty() {
        Vec::new()
    } else {
        settled(app, replayed.iter().map(|(_, id)| *id).collect()).await?
    };
    for ((position, _), status) in replayed.into_iter().zip(statuses) {
        if let (Some((_, verdict)), Some(status)) = (items.get_mut(position), status) {
            *verdict = Ok(status);
        }
    }
    let item = |(id, verdict): (Digest, Result<TransactionStatus, Problem>)| match verdict {
        Ok(status) => BatchItem {
            id,
            status: Some(status),
            problem: None,
        },
        Err(problem) => BatchItem {
            id,
            status: None,
            problem: Some(problem.into_body()),
        },
    };
    Ok(items.into_iter().map(item).collect())
}

/// The key whose rate a transaction uses up: the first signer's, who must be the account. Whether he is, and signed, is checked
/// later; so only what was accepted is charged, and nobody can use up another's rate.
fn signer(transaction: &Transaction) -> Option<PublicKey> {
    transaction.signatures.first().map(|first| first.key)
}

fn charge(app: &App, signer: Option<PublicKey>, now_ms: u64) {
    if let Some(signer) = signer {
        // A bucket that other requests emptied in the meantime refuses the next transaction, not this one.
        let _ = app.accounts.take(&signer, 1, now_ms);
    }
}

/// The final statuses of transactions that were executed before.
async fn settled(app: &App, ids: Vec<Digest>) -> Result<Vec<Option<TransactionStatus>>, Problem> {
    app.read(move |index| {
        ids.iter()
            .map(|id| Ok(index.transaction(id)?.value.map(|detail| status_of(&detail))))
            .collect()
    })
    .await
}

fn status_of(detail: &TransactionDetail) -> TransactionStatus {
    if detail.row.code == 0 {
        TransactionStatus::Committed
    } else {
        TransactionStatus::Rejected
    }
}

/// How long to wait for a final status.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wait {
    /// Milliseconds to wait for a final status, at most 10000.
    #[param(maximum = 10000)]
    wait_ms: Option<u64>,
}

/// What became of a transaction.
///
/// `unknown` is an answer about this node at this moment, not about the ledger's future.
#[utoipa::path(
    get, path = "/api/v1/transactions/{id}", tag = "transactions",
    params(("id" = names::Digest, Path, description = "Identifier of the transaction"), Wait),
    responses((status = 200, body = TransactionAnswer), Plain),
)]
pub(crate) async fn transaction(
    State(app): State<App>,
    PathOf(id): PathOf<Digest>,
    QueryOf(Wait { wait_ms }): QueryOf<Wait>,
) -> Result<Response, Problem> {
    let wait_ms = wait_ms.unwrap_or(0);
    if wait_ms > HttpLimits::WAIT_MS {
        return Err(Problem::new(
            codes::API_REQUEST,
            format!("`wait_ms` is at most {}", HttpLimits::WAIT_MS),
        ));
    }
    let answer = look_up(&app, id).await?;
    let open = matches!(
        answer.status,
        TransactionStatus::Unknown | TransactionStatus::Pending
    );
    if wait_ms == 0 || !open {
        return Ok(json(&answer));
    }
    let _slot = enter(&app.waiting, "waiting requests")?;
    app.node.wait_final(id, wait_ms).await;
    Ok(json(&look_up(&app, id).await?))
}

async fn look_up(app: &App, id: Digest) -> Result<TransactionAnswer, Problem> {
    // The pool is asked first: a transaction leaves it only after the index has it, so between the two it is never unknown.
    let waits = app.node.mempool().contains(&id);
    let At {
        height: at_height,
        value,
    } = app.read(move |index| index.transaction(&id)).await?;
    Ok(match value {
        Some(detail) => final_answer(app, id, detail, at_height),
        None => {
            let status = if waits {
                TransactionStatus::Pending
            } else {
                TransactionStatus::Unknown
            };
            TransactionAnswer {
                id,
                status,
                height: None,
                index: None,
                code: None,
                name: None,
                messages: None,
                outcome: None,
                at_height,
            }
        }
    })
}

fn final_answer(app: &App, id: Digest, detail: TransactionDetail, at_height: Height) -> TransactionAnswer {
    let status = status_of(&detail);
    let registry = app.node.registry();
    let rejection = if detail.row.code == 0 {
        None
    } else {
        registry.code(detail.row.code)
    };
    TransactionAnswer {
        id,
        status,
        height: Some(detail.height),
        index: Some(detail.row.index),
        code: Some(detail.row.code),
        name: rejection.map(|code| code.name.to_owned()),
        messages: rejection.map(|code| Messages::of(registry, code.name)),
        // A look that was refused has an outcome too: its access event.
        outcome: (status == TransactionStatus::Committed || !detail.outcome.is_null())
            .then_some(detail.outcome),
        at_height,
    }
}
