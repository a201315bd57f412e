//! Releasing content: only for a look that is final and allowed, only by its holder, only to the key that the look names.

use serde_json::{Value, json};
use yinxin_api::Node as _;
use yinxin_crypto::{Digest, PublicKey};
use yinxin_index::TransactionDetail;
use yinxin_types::{Rejection, codes};

use super::Core;
use super::desk::{seal_content, status_uri};
use super::messages::Ask;
use crate::platform::blocking;

/// How much later than another node this one may record a block before it says that it is behind.
const LAG_MS: u64 = 2_000;

/// A final, allowed look, as the ledger knows it.
pub(super) struct Look {
    /// The transaction.
    pub transaction: Digest,
    /// What its outcome says about where the content is and what of it is wanted.
    pub disclosure: Value,
    /// Height of its block.
    pub height: u64,
}

fn nothing(detail: &str) -> Rejection {
    Rejection::new(codes::RELEASE_NOTHING, detail)
}

impl Core {
    /// The look that a transaction is, from this node's own copy of the ledger. It must be final here: whoever holds content trusts nobody
    /// else's word for it.
    pub(super) async fn look(&self, transaction: Digest) -> Result<Look, Rejection> {
        let found = self.recorded(transaction).await?;
        Self::allowed(found.ok_or_else(|| nothing("there is no such final transaction"))?)
    }

    /// A final transaction, if it is recorded here.
    async fn recorded(&self, transaction: Digest) -> Result<Option<TransactionDetail>, Rejection> {
        let index = self.index.clone();
        let found = blocking(self.platform.as_ref(), move || index.transaction(&transaction)).await;
        let unavailable = || Rejection::new(codes::API_UNAVAILABLE, "the index cannot answer now");
        let found = found.ok_or_else(unavailable)?.map_err(|_| unavailable())?;
        Ok(found.value)
    }

    fn allowed(detail: TransactionDetail) -> Result<Look, Rejection> {
        let allowed = detail.outcome.pointer("/access/allowed") == Some(&Value::Bool(true));
        let disclosure = detail.outcome.get("disclosure").cloned();
        match disclosure.filter(|_| detail.row.code == 0 && allowed) {
            Some(disclosure) => Ok(Look {
                transaction: detail.row.id,
                disclosure,
                height: detail.height.0,
            }),
            None => Err(nothing("it is no look that was allowed")),
        }
    }

    /// The content that a look releases, from here or from the holder's node.
    pub(super) async fn release_from_holder(
        &self,
        transaction: Digest,
        part: u32,
    ) -> Result<Value, Rejection> {
        let look = self.look(transaction).await?;
        let holder = look
            .disclosure
            .get("holder")
            .and_then(Value::as_str)
            .ok_or_else(|| nothing("its outcome names no holder"))?;
        if holder == self.own_code() {
            return self.release_look(look, part).await;
        }
        let peer = self.validator_of(holder).await?;
        self.ask_peer(peer, &Ask::Release { part, transaction }).await
    }

    /// The same for a peer that asks; only what is held here.
    pub(super) async fn release_here(&self, transaction: Digest, part: u32) -> Result<Value, Rejection> {
        let mut found = self.recorded(transaction).await?;
        if found.is_none() {
            // Whoever asks has recorded a block that this node may be about to record.
            self.wait_final(transaction, LAG_MS).await;
            found = self.recorded(transaction).await?;
        }
        let behind = || Rejection::new(codes::RELEASE_BUSY, "the look is not recorded here yet");
        let look = Self::allowed(found.ok_or_else(behind)?)?;
        if look.disclosure.get("holder").and_then(Value::as_str) != Some(self.own_code()) {
            return Err(nothing("the content is not held here"));
        }
        self.release_look(look, part).await
    }

    async fn release_look(&self, look: Look, part: u32) -> Result<Value, Rejection> {
        let desk = self
            .desk
            .clone()
            .ok_or_else(|| nothing("no content is kept here"))?;
        let height = look.height;
        let transaction = look.transaction;
        // What a wallet showed lies in memory, what the department issued in its vault.
        let content = if let Some((reader, content)) = self.presented_content(&look)? {
            seal_content(&reader, &transaction, &content)?
        } else {
            let released = blocking(self.platform.as_ref(), move || desk.release(&look, part)).await;
            released.ok_or_else(|| nothing("the node is stopping"))??
        };
        Ok(json!({
            "content": content,
            "height": height,
            "holder": self.own_code(),
            "transaction": transaction,
        }))
    }

    /// The code of the department whose desk is here; empty where none is.
    pub(super) fn own_code(&self) -> &str {
        let desk = self.desk.as_ref();
        desk.map_or("", |desk| desk.department.as_str())
    }

    /// The validator key of a member, as governance knows it now.
    pub(super) async fn validator_of(&self, code: &str) -> Result<PublicKey, Rejection> {
        let member = self
            .inquire_one(None, "governance.member", json!({ "code": code }))
            .await?;
        let key = member.get("validator").and_then(Value::as_str);
        key.and_then(|key| key.parse().ok()).ok_or_else(|| {
            Rejection::new(
                codes::RELEASE_UNREACHABLE,
                format!("{code} runs no node that could be asked"),
            )
        })
    }

    /// A department's status list, from here or from its node.
    pub(super) async fn status_list_from_issuer(&self, issuer: &str, list: u32) -> Result<String, Rejection> {
        if issuer == self.own_code() {
            return self.status_list_here(list).await;
        }
        let peer = self.validator_of(issuer).await?;
        let answer = self.ask_peer(peer, &Ask::StatusList { list }).await?;
        let text = answer.as_str().map(str::to_owned);
        text.ok_or_else(|| nothing("the issuer's node answered something else"))
    }

    /// The status list of this node's department, signed now.
    pub(super) async fn status_list_here(&self, list: u32) -> Result<String, Rejection> {
        self.signed_status_list(list, status_uri(self.own_code(), list))
            .await
    }

    /// The same for those who know it by another name.
    pub(super) async fn signed_status_list(&self, list: u32, uri: String) -> Result<String, Rejection> {
        let desk = self
            .desk
            .clone()
            .ok_or_else(|| nothing("no credentials are issued here"))?;
        let issuer = self.own_code();
        let statuses = self
            .inquire_one(None, "sharing.status", json!({ "issuer": issuer, "list": list }))
            .await?;
        let now = self.platform.now();
        let signed = blocking(self.platform.as_ref(), move || {
            desk.status_list(&statuses, now, uri)
        });
        signed.await.ok_or_else(|| nothing("the node is stopping"))?
    }
}
