//! Content that an order hides (处置): the ledger and its proofs stay whole, and what a node shows the public says who ordered it on which law.
//!
//! Every node asks its own ledger, `filing.hidden`, at the moment of the answer; so an order is in force on all of them with its block, and ends
//! with the block that lifts it. A chain whose scenarios know no such question hides nothing.

use axum::http::HeaderMap;
use serde::{Deserialize, Serialize};
use serde_json::json;
use yinxin_crypto::Digest;
use yinxin_types::{BlockTime, codes};

use crate::app::App;
use crate::problem::Problem;
use crate::who::AUDIT;

/// The question that says which orders are in force.
const QUESTION: &str = "filing.hidden";
/// The roles of the bodies whose officers see hidden content: who supervises, and who may order or lift.
const STILL_SEE: [&str; 4] = [AUDIT, "court", "cyberspace", "police"];

/// An order in force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hidden {
    /// The law on which it rests.
    pub basis: String,
    /// Unified social credit code of the body that ordered it.
    pub by: String,
    /// Its number at that body.
    pub number: String,
    /// Since when.
    pub time: BlockTime,
}

#[derive(Deserialize)]
struct Answer {
    orders: Vec<Option<Hidden>>,
}

impl App {
    /// For each transaction the order that hides it.
    pub(crate) async fn hidden(&self, transactions: &[Digest]) -> Result<Vec<Option<Hidden>>, Problem> {
        if transactions.is_empty() || !self.node.registry().is_open(QUESTION) {
            return Ok(vec![None; transactions.len()]);
        }
        let asked = vec![(QUESTION.to_owned(), json!({ "transactions": transactions }))];
        let answer = self.inquire(None, asked).await?.answers.into_iter().next();
        let unread = || Problem::new(codes::API_UNAVAILABLE, "the orders in force cannot be read now");
        // Without an answer nothing is shown: what is hidden must not appear because something else failed.
        let value = answer.and_then(Result::ok).ok_or_else(unread)?;
        let answer = Answer::deserialize(value).map_err(|_| unread())?;
        if answer.orders.len() == transactions.len() {
            Ok(answer.orders)
        } else {
            Err(unread())
        }
    }

    /// Refuses whole documents of a hidden transaction with 451, but to who signed it and to officers who supervise or may order:
    /// `API_WITHHELD`.
    pub(crate) async fn not_withheld(&self, headers: &HeaderMap, transaction: Digest) -> Result<(), Problem> {
        let Some(order) = self.hidden(&[transaction]).await?.into_iter().flatten().next() else {
            return Ok(());
        };
        if let Some(account) = self.signed_in(headers) {
            let detail = self
                .read(move |index| index.transaction(&transaction))
                .await?
                .value;
            let signed = detail.is_some_and(|detail| detail.row.account == account);
            if signed || self.still_sees(headers).await? {
                return Ok(());
            }
        }
        let Hidden {
            basis, by, number, ..
        } = order;
        let detail =
            format!("hidden by order {number} of {by}, on the basis of {basis}; the ledger keeps it");
        Err(Problem::new(codes::API_WITHHELD, detail))
    }

    /// Whether whoever is signed in serves a body that supervises or may order.
    pub(crate) async fn still_sees(&self, headers: &HeaderMap) -> Result<bool, Problem> {
        let Some(account) = self.signed_in(headers) else {
            return Ok(false);
        };
        let who = self.who_is(account).await?;
        Ok(STILL_SEE.iter().any(|role| who.serves(role)))
    }
}
