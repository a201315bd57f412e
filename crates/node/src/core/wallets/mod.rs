//! Wallets (钱包): the department's node as an issuer for them (OpenID4VCI 1.0) and as a verifier (OpenID4VP 1.0). See D20.
//!
//! Whatever leaves, leaves for a transaction that is final in this node's own ledger: what a person took, the copy that came of it, the look
//! at what it showed. What is under way lies in [`tables`].

mod documents;
mod issue;
mod present;
mod tables;

use futures::future::BoxFuture;
use parking_lot::Mutex;
use serde_json::Value;
use yinxin_api::{TokenRequest, WalletAnswer, WalletDocument, WalletRefusal};
use yinxin_crypto::{Digest, PublicKey, RandomnessError};
use yinxin_types::{Rejection, codes};

use self::tables::Tables;
use super::Core;
use super::desk::Desk;

/// How long a transaction of the desk may take to become final, in milliseconds.
const FINAL_MS: u64 = 15_000;
/// How far the clocks of wallets may be off, in seconds.
const LEEWAY_S: u64 = 60;
/// How old a proof of a wallet's key may be, in seconds.
const PROOF_AGE_S: u64 = 300;
/// What the types of credentials begin with; the kind of certificate follows.
const TYPE: &str = "urn:yinxin:";

/// The side of a desk that wallets reach.
pub(super) struct Counter {
    /// Where they reach it: `https`, host and perhaps a port.
    address: String,
    tables: Mutex<Tables>,
}

impl Counter {
    /// Opens it at an address, which is `https://` with a host and perhaps a port, and nothing behind.
    pub(super) fn open(address: String) -> Result<Self, RandomnessError> {
        Ok(Self {
            address,
            tables: Mutex::new(Tables::new()?),
        })
    }

    /// The address of a status list, as credentials in wallets name it.
    fn status_uri(&self, issuer: &str, list: u32) -> String {
        format!("{}/wallets/status-lists/{issuer}/{list}", self.address)
    }

    /// What of a presentation is still here.
    pub(super) fn kept(&self, presentation: &Digest, now: u64) -> Option<String> {
        self.tables.lock().kept(presentation, now)
    }
}

/// What became of a transaction.
struct Settled {
    code: u16,
    outcome: Value,
}

fn unable(detail: &str) -> Rejection {
    Rejection::new(codes::API_UNAVAILABLE, detail)
}

fn full() -> Rejection {
    unable("too much is under way with wallets")
}

fn refused(error: &'static str) -> impl Fn(Rejection) -> WalletRefusal {
    move |rejection| WalletRefusal { error, rejection }
}

/// A refusal by a rule of credentials.
fn by_rule(error: &'static str) -> impl Fn(yinxin_credential::Error) -> WalletRefusal {
    move |reason| WalletRefusal {
        error,
        rejection: reason.into(),
    }
}

impl Core {
    /// The desk, and the side of it that wallets reach.
    fn counter(&self) -> Result<(&Desk, &Counter), Rejection> {
        let closed = || Rejection::new(codes::WALLET_CLOSED, "this node has no address for wallets");
        let desk = self.desk.as_deref().ok_or_else(closed)?;
        Ok((desk, desk.counter.as_ref().ok_or_else(closed)?))
    }

    /// The party whose key an account is, if it can act.
    pub(super) async fn party_of(&self, account: PublicKey) -> Result<Value, Rejection> {
        let about = serde_json::json!({ "account": account });
        let actor = self.inquire_one(None, "identity.actor", about).await?;
        let active = actor.get("state").and_then(Value::as_str) == Some("active");
        let party = actor.get("party").filter(|_| active).cloned();
        party.ok_or_else(|| Rejection::new(codes::SESSION_FORBIDDEN, "the key of the account cannot act"))
    }

    /// Has the seal act, and waits until it is final.
    async fn act_and_settle(
        &self,
        desk: &Desk,
        operation: &str,
        arguments: Value,
    ) -> Result<(Digest, Settled), Rejection> {
        use yinxin_api::Node as _;
        let id = self.act(desk, operation, arguments).await?;
        self.wait_final(id, FINAL_MS).await;
        let index = self.index.clone();
        let found = crate::platform::blocking(self.platform.as_ref(), move || index.transaction(&id)).await;
        let unanswered = || unable("the index cannot answer now");
        let detail = found
            .ok_or_else(unanswered)?
            .map_err(|_| unanswered())?
            .value
            .ok_or_else(|| unable("the ledger did not take it in time"))?;
        let settled = Settled {
            code: detail.row.code,
            outcome: detail.outcome,
        };
        Ok((id, settled))
    }

    /// The refusal behind the number of a receipt.
    fn refusal_of(&self, number: u16) -> Rejection {
        let code = self.registry.code(number).unwrap_or(codes::API_UNAVAILABLE);
        Rejection::new(code, "the ledger refuses it")
    }
}

impl yinxin_api::Wallets for Core {
    fn document(&self, which: WalletDocument) -> Result<Value, Rejection> {
        self.wallet_document(which)
    }

    fn offer(
        &self,
        account: PublicKey,
        take: Digest,
        code: String,
    ) -> BoxFuture<'_, Result<Value, Rejection>> {
        Box::pin(self.offer_to_wallet(account, take, code))
    }

    fn token(&self, request: TokenRequest) -> Result<Value, WalletRefusal> {
        self.access_for_wallet(request)
    }

    fn nonce(&self) -> Result<String, Rejection> {
        let (_, counter) = self.counter()?;
        let nonce = counter.tables.lock().nonce(self.platform.now().0);
        nonce.map_err(|_| unable("no random bytes"))
    }

    fn credential(&self, token: String, request: Vec<u8>) -> BoxFuture<'_, Result<Value, WalletRefusal>> {
        Box::pin(self.issue_to_wallet(token, request))
    }

    fn request(&self, account: PublicKey, ask: Digest) -> BoxFuture<'_, Result<Value, Rejection>> {
        Box::pin(self.open_request(account, ask))
    }

    fn request_state(&self, account: PublicKey, ask: Digest) -> BoxFuture<'_, Result<Value, Rejection>> {
        Box::pin(self.state_of_request(account, ask))
    }

    fn request_object(&self, id: &str) -> Result<String, WalletRefusal> {
        self.signed_request(id)
    }

    fn respond(&self, id: String, answer: WalletAnswer) -> BoxFuture<'_, Result<(), WalletRefusal>> {
        Box::pin(self.take_answer(id, answer))
    }

    fn status_list(&self, issuer: String, list: u32) -> BoxFuture<'_, Result<String, Rejection>> {
        Box::pin(async move {
            let (_, counter) = self.counter()?;
            if issuer != self.own_code() {
                return Err(Rejection::new(
                    codes::RELEASE_NOTHING,
                    "another department issues there",
                ));
            }
            let uri = counter.status_uri(&issuer, list);
            self.signed_status_list(list, uri).await
        })
    }
}
