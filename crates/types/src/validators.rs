//! The history of validator sets (验证者集合): who votes in which epoch (纪元), each set certified by the one before it.
//!
//! The header of the last block of an epoch names the set of the next one, and the old set certifies that header. So whoever
//! knows the founders follows one header and one certificate for each change to the set of any epoch.

use serde::{Deserialize, Serialize};
use thiserror::Error;
use yinxin_crypto::{Digest, HashAlgorithm, SignatureAlgorithm};

use crate::block::Header;
use crate::certificate::{Certificate, CertificateError};
use crate::genesis::{Genesis, ValidatorSet};

/// One change of validators, provable to whoever knows the set before it (formats section 5).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// Signatures of the old set over `header`.
    pub certificate: Certificate,
    /// The last block of the last epoch of the old set.
    pub header: Header,
    /// The new set, whose digest the header bears.
    pub validators: ValidatorSet,
}

/// Why a change of validators does not follow from what is known.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ChangeError {
    /// The header is of another chain, not the last of its epoch, or before the set that is known.
    #[error("the header is not the last of an epoch of this chain that the known validators vote in")]
    Header,
    /// The set is empty, too large, not in order, or not the one the header names from the next epoch on.
    #[error("the new validators are not those that the header names from the next epoch on")]
    Validators,
    /// The certificate is of another block or view.
    #[error("the certificate is of another block, epoch or view than the header")]
    Named,
    /// The certificate proves nothing.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
}

/// The validator sets of a chain from its founders on, as far as they are known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct History {
    algorithm: HashAlgorithm,
    /// By the number of the epoch in which each begins to vote; never empty.
    sets: Vec<ValidatorSet>,
}

impl History {
    /// The founders alone.
    pub fn of_founders(genesis: &Genesis) -> Self {
        Self {
            algorithm: genesis.suite.hash(),
            sets: vec![genesis.validators()],
        }
    }

    /// Sets known from elsewhere, by epoch; what does not come after the one before is left out.
    pub fn of_sets(genesis: &Genesis, sets: impl IntoIterator<Item = ValidatorSet>) -> Self {
        let mut history = Self::of_founders(genesis);
        sets.into_iter().for_each(|set| history.add(set));
        history
    }

    /// Adds a set that is known to follow. One that is known, or begins before the newest, changes nothing.
    pub fn add(&mut self, set: ValidatorSet) {
        if self.sets.last().is_none_or(|last| last.epoch < set.epoch) {
            self.sets.push(set);
        }
    }

    /// Every set, the founders first.
    pub fn sets(&self) -> &[ValidatorSet] {
        &self.sets
    }

    /// The set that votes in an epoch, if nothing changed since the newest that is known.
    pub fn at(&self, epoch: u64) -> Option<&ValidatorSet> {
        self.sets.iter().rfind(|set| set.epoch <= epoch)
    }

    /// Follows a change.
    ///
    /// # Errors
    /// [`ChangeError`]; nothing is added then.
    pub fn follow(&mut self, chain: &Digest, change: &Change) -> Result<(), ChangeError> {
        let Change {
            certificate,
            header,
            validators,
        } = change;
        let newest = self.sets.last().ok_or(ChangeError::Header)?;
        if header.chain != *chain
            || !header.height.ends_epoch()
            || header.epoch != header.height.epoch()
            || header.epoch < newest.epoch
        {
            return Err(ChangeError::Header);
        }
        if header.epoch.checked_add(1) != Some(validators.epoch)
            || !well_formed(validators)
            || validators.digest(self.algorithm) != header.validators
        {
            return Err(ChangeError::Validators);
        }
        if !certificate.names(header) {
            return Err(ChangeError::Named);
        }
        certificate.verify(chain, newest)?;
        self.sets.push(validators.clone());
        Ok(())
    }

    /// Whether a header names the validators it must: those of its own epoch, which also vote on the next block, or, in the last block of
    /// an epoch, any that the old ones certified.
    pub fn names(&self, header: &Header) -> bool {
        let set = self.at(header.epoch);
        header.epoch == header.height.epoch()
            && set.is_some_and(|set| {
                header.height.ends_epoch() || set.digest(self.algorithm) == header.validators
            })
    }
}

/// Whether a set has members, not too many, each an Ed25519 key that stands once, in their order.
fn well_formed(set: &ValidatorSet) -> bool {
    let ascending = set.validators.windows(2).all(|pair| match pair {
        [a, b] => a.as_bytes() < b.as_bytes(),
        _ => true,
    });
    (1..=Genesis::MAX_MEMBERS).contains(&set.validators.len())
        && ascending
        && set
            .validators
            .iter()
            .all(|key| key.algorithm() == SignatureAlgorithm::Ed25519)
}
