//! What the interface needs of a node for enrolment at home: applications of people whom the ledger does not know yet, and the queue of the
//! authority that decides about them (decision D23).

use futures::future::BoxFuture;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use yinxin_crypto::{Digest, PublicKey};
use yinxin_types::transaction::KeyedSignature;
use yinxin_types::{BlockTime, Rejection};

use crate::openapi::names;

/// What somebody signs at home to be enrolled by an authority.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Application {
    /// The key that is to be enrolled.
    #[schema(value_type = names::PublicKey)]
    pub account: PublicKey,
    /// Unified social credit code of the authority.
    pub authority: String,
    /// Name and citizen number, in an envelope for the authority's application key, in base64url.
    pub sealed: String,
    /// Over the statement of consent: canonical JSON of account, application (the digest of the envelope), authority, chain, purpose
    /// `yinxin/enrol/1` and until.
    #[schema(value_type = names::KeyedSignature)]
    pub signature: KeyedSignature,
    /// Until when the authority may use it.
    #[schema(value_type = names::Time)]
    pub until: BlockTime,
}

/// An application that its applicant takes back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Withdrawal {
    /// The digest of its envelope.
    #[schema(value_type = names::Digest)]
    pub application: Digest,
    /// Unified social credit code of the authority.
    pub authority: String,
    /// By the key of the application, over canonical JSON of account, application, authority, chain and purpose `yinxin/withdraw/1`.
    #[schema(value_type = names::KeyedSignature)]
    pub signature: KeyedSignature,
}

/// Applications for enrolment: from this node's people to any authority, and of this node's department if it is one.
pub trait Applications: Send + Sync {
    /// The key to which facts are sealed for an authority, and the bounds of an application.
    fn terms(&self, authority: String) -> BoxFuture<'_, Result<Value, Rejection>>;

    /// Brings an application to its authority.
    fn apply(&self, application: Application) -> BoxFuture<'_, Result<Value, Rejection>>;

    /// How the application of an account stands at an authority.
    fn standing(&self, authority: String, account: PublicKey) -> BoxFuture<'_, Result<Value, Rejection>>;

    /// Takes an application back.
    fn withdraw(&self, withdrawal: Withdrawal) -> BoxFuture<'_, Result<Value, Rejection>>;

    /// The queue of this node's department, for an officer who may enrol.
    fn queue(&self, officer: PublicKey) -> BoxFuture<'_, Result<Value, Rejection>>;

    /// What the applicant sealed, for the same officer.
    fn open(&self, officer: PublicKey, application: Digest) -> BoxFuture<'_, Result<Value, Rejection>>;

    /// What the officer signs to enrol the applicant, once the check code of the applicant's own device is given.
    fn confirm(
        &self,
        officer: PublicKey,
        application: Digest,
        code: String,
    ) -> BoxFuture<'_, Result<Value, Rejection>>;

    /// Refuses an application for one of the known reasons.
    fn refuse(
        &self,
        officer: PublicKey,
        application: Digest,
        reason: String,
    ) -> BoxFuture<'_, Result<Value, Rejection>>;
}
