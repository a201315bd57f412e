//! Genesis (创世): the founding members of a chain, its suite and its limits.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use thiserror::Error;
use yinxin_crypto::{Digest, HashAlgorithm, PublicKey, SignatureAlgorithm};

use crate::canonical;
use crate::identifiers::SocialCreditCode;
use crate::units::BlockTime;

/// The hash suite of a chain, fixed at genesis.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Suite {
    /// SHA-256.
    Intl,
    /// SM3 (GB/T 32905), the suite of Chinese commercial cryptography (国密).
    Gm,
}

impl Suite {
    /// The algorithm of every digest the chain itself computes.
    pub fn hash(self) -> HashAlgorithm {
        match self {
            Self::Intl => HashAlgorithm::Sha256,
            Self::Gm => HashAlgorithm::Sm3,
        }
    }
}

/// Bounds every node enforces alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Bytes of all transactions of a block in wire form.
    pub block_bytes: u32,
    /// Transactions of a block.
    pub block_transactions: u32,
    /// Bytes of the body of one transaction.
    pub transaction_bytes: u32,
    /// How far ahead of block time `valid_until` may lie, in milliseconds.
    pub window_ms: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            block_bytes: 4 << 20,
            block_transactions: 8192,
            transaction_bytes: 512 << 10,
            window_ms: 600_000,
        }
    }
}

impl Limits {
    /// How many timers fire in one block at most: an eighth of the transactions it may hold, and one at least. They come on top of the
    /// transactions and nobody can leave them out, so there must be few enough for the slowest validator, beside a full block.
    pub fn block_timers(&self) -> usize {
        usize::try_from(self.block_transactions / 8).map_or(1, |timers| timers.max(1))
    }

    /// Limits within which a chain is known to work; outside them a genesis document is refused.
    fn check(&self) -> Result<(), GenesisError> {
        let sane = (1 << 16..=16 << 20).contains(&self.block_bytes)
            && (1..=65_536).contains(&self.block_transactions)
            && (1 << 10..=1 << 20).contains(&self.transaction_bytes)
            && self.transaction_bytes < self.block_bytes / 2
            && (10_000..=3_600_000).contains(&self.window_ms);
        if sane { Ok(()) } else { Err(GenesisError::Limits) }
    }
}

/// A founding department.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Member {
    /// The account with which the department itself signs transactions: its seal (印章), never a passkey.
    pub account: PublicKey,
    /// Unified social credit code (统一社会信用代码, GB 32100).
    pub code: SocialCreditCode,
    /// Full name, as on its seal.
    pub name: String,
    /// What the department may do beyond the common rights, for instance `court`.
    pub roles: Vec<String>,
    /// The key its node votes with.
    pub validator: PublicKey,
}

/// The founding document; its digest is the chain identifier (链标识).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Genesis {
    /// Always [`Genesis::FORMAT`].
    pub format: String,
    /// Bounds every node enforces.
    pub limits: Limits,
    /// Founders, sorted by the bytes of their validator keys.
    pub members: Vec<Member>,
    /// Name of the network for people.
    pub name: String,
    /// Hash suite of the chain.
    pub suite: Suite,
    /// Time of the genesis block.
    pub time: BlockTime,
}

/// Why a genesis document is refused.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum GenesisError {
    /// The format is not one this program knows.
    #[error("unknown format of the genesis document")]
    Format,
    /// Fewer than one or more than [`Genesis::MAX_MEMBERS`] members.
    #[error("a chain has 1 to {} members", Genesis::MAX_MEMBERS)]
    MemberCount,
    /// Members are not sorted by validator key, or one key, account or code stands twice.
    #[error("members are not sorted by validator key, or repeat a validator, account or code")]
    Members,
    /// A validator key that is not Ed25519.
    #[error("validators vote with Ed25519 keys")]
    ValidatorKey,
    /// A department's account that is a passkey: it is the department's seal, which no one person's device may hold.
    #[error("the account of a department is its seal and cannot be a passkey")]
    Passkey,
    /// A key that is not a point of its curve: nobody can ever sign with it.
    #[error("a key is not a point of its curve")]
    Curve,
    /// A name or role that is empty or too long.
    #[error("a name or role is empty or too long")]
    Name,
    /// Limits outside the range in which a chain works.
    #[error("limits are out of range")]
    Limits,
    /// The document has no canonical form.
    #[error("the genesis document has no canonical form")]
    NotCanonical,
}

impl Genesis {
    /// The format this program writes and reads.
    pub const FORMAT: &'static str = "yinxin-genesis/1";
    /// The most members a chain may be founded with.
    pub const MAX_MEMBERS: usize = 64;

    /// Founds a chain: sorts the members and checks every rule.
    pub fn new(
        name: String,
        suite: Suite,
        time: BlockTime,
        mut members: Vec<Member>,
        limits: Limits,
    ) -> Result<Self, GenesisError> {
        members.sort_by(|a, b| a.validator.as_bytes().cmp(b.validator.as_bytes()));
        let genesis = Self {
            format: Self::FORMAT.to_owned(),
            limits,
            members,
            name,
            suite,
            time,
        };
        genesis.check()?;
        Ok(genesis)
    }

    /// Checks every rule of the document; a document that was read must pass before it is used.
    pub fn check(&self) -> Result<(), GenesisError> {
        if self.format != Self::FORMAT {
            return Err(GenesisError::Format);
        }
        if !(1..=Self::MAX_MEMBERS).contains(&self.members.len()) {
            return Err(GenesisError::MemberCount);
        }
        if self
            .members
            .iter()
            .any(|member| member.validator.algorithm() != SignatureAlgorithm::Ed25519)
        {
            return Err(GenesisError::ValidatorKey);
        }
        if self
            .members
            .iter()
            .any(|member| member.account.algorithm() == SignatureAlgorithm::Passkey)
        {
            return Err(GenesisError::Passkey);
        }
        if !self
            .members
            .iter()
            .all(|member| member.validator.is_on_curve() && member.account.is_on_curve())
        {
            return Err(GenesisError::Curve);
        }
        let sorted = self.members.windows(2).all(|pair| match pair {
            [a, b] => a.validator.as_bytes() < b.validator.as_bytes(),
            _ => true,
        });
        let accounts: BTreeSet<_> = self.members.iter().map(|member| &member.account).collect();
        let codes: BTreeSet<_> = self.members.iter().map(|member| member.code.as_str()).collect();
        if !sorted || accounts.len() != self.members.len() || codes.len() != self.members.len() {
            return Err(GenesisError::Members);
        }
        let named = |text: &str| !text.is_empty() && text.len() <= 200;
        let words = self
            .members
            .iter()
            .all(|m| named(&m.name) && m.roles.len() <= 8 && m.roles.iter().all(|r| named(r)));
        if !words || !named(&self.name) {
            return Err(GenesisError::Name);
        }
        self.limits.check()
    }

    /// The chain identifier: `H("yinxin/genesis/1", JCS(genesis))`.
    pub fn chain(&self) -> Result<Digest, GenesisError> {
        let bytes = canonical::to_bytes(self).map_err(|_| GenesisError::NotCanonical)?;
        Ok(self.suite.hash().hash_tagged("yinxin/genesis/1", &[&bytes]))
    }

    /// The founding validators, from epoch 0 on.
    pub fn validators(&self) -> ValidatorSet {
        ValidatorSet {
            epoch: 0,
            validators: self.members.iter().map(|member| member.validator).collect(),
        }
    }
}

/// The keys whose certificates finalise blocks, from one epoch (纪元) on until another set follows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ValidatorSet {
    /// The first epoch in which they vote; 0 for the founders.
    pub epoch: u64,
    /// Ed25519 keys, sorted by their bytes.
    pub validators: Vec<PublicKey>,
}

impl ValidatorSet {
    /// How many distinct signers a certificate needs: `n - floor((n - 1) / 3)`.
    pub fn quorum(&self) -> usize {
        Self::quorum_of(self.validators.len())
    }

    /// The same for a number of validators.
    pub fn quorum_of(n: usize) -> usize {
        n.saturating_sub(n.saturating_sub(1) / 3)
    }

    /// `H("yinxin/validators/1", JCS(set))`, as headers carry it.
    pub fn digest(&self, algorithm: HashAlgorithm) -> Digest {
        // A set of keys and a number always has a canonical form; the fallback can only make a digest nobody expects.
        let bytes = canonical::to_bytes(self).unwrap_or_default();
        algorithm.hash_tagged("yinxin/validators/1", &[&bytes])
    }
}
