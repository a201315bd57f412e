//! Finality certificates (终局证书): signatures of a quorum of validators over a block.

use serde::{Deserialize, Serialize};
use thiserror::Error;
use yinxin_crypto::{self as crypto, Digest, PublicKey, Signature, Signed};

use crate::block::Header;
use crate::genesis::ValidatorSet;

/// One validator's vote to finalise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vote {
    /// The signature over [`Certificate::message`].
    pub signature: Signature,
    /// The validator's key.
    pub validator: PublicKey,
}

/// Proof that a block and all its ancestors are final.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Certificate {
    /// Hash of the block.
    pub block: Digest,
    /// Epoch of the vote.
    pub epoch: u64,
    /// View of the block the proposal built on.
    pub parent_view: u64,
    /// Votes, sorted by the bytes of the validator keys, at most one of each.
    pub signatures: Vec<Vote>,
    /// View of the vote.
    pub view: u64,
}

/// Why a certificate proves nothing.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CertificateError {
    /// The validators did not vote in that epoch yet.
    #[error("the certificate is of epoch {found}, the validators vote from epoch {expected} on")]
    Epoch {
        /// Epoch in the certificate.
        found: u64,
        /// The first epoch of the set.
        expected: u64,
    },
    /// Votes are not in order, or one validator stands twice.
    #[error("votes are out of order or one signer is counted twice")]
    Order,
    /// A signer is not a validator.
    #[error("{0} is not a validator")]
    Stranger(PublicKey),
    /// Fewer signers than a quorum.
    #[error("{found} signers, {needed} are needed")]
    Quorum {
        /// Signers in the certificate.
        found: usize,
        /// Signers needed.
        needed: usize,
    },
    /// A signature does not verify.
    #[error("the signature of {0} does not verify")]
    Signature(PublicKey),
}

/// The namespace under which validators of `chain` vote; the engine appends a suffix for each kind of vote.
pub fn namespace(chain: &Digest) -> Vec<u8> {
    format!("yinxin/1/{chain}").into_bytes()
}

impl Certificate {
    /// The bytes each validator signed (formats section 4).
    pub fn message(&self, chain: &Digest) -> Vec<u8> {
        let mut namespace = namespace(chain);
        namespace.extend_from_slice(b"_FINALIZE");
        let mut message = Vec::with_capacity(namespace.len().saturating_add(64));
        put_leb128(&mut message, u64::try_from(namespace.len()).unwrap_or(u64::MAX));
        message.extend_from_slice(&namespace);
        for number in [self.epoch, self.view, self.parent_view] {
            put_leb128(&mut message, number);
        }
        message.extend_from_slice(self.block.bytes());
        message
    }

    /// Whether the certificate is of the block with this header. The last block of an epoch (纪元) is proposed again until it is final, so
    /// its certificate may be of a later view.
    pub fn names(&self, header: &Header) -> bool {
        let proposed = (self.view, self.parent_view) == (header.view, header.parent_view);
        let again = header.height.ends_epoch() && self.view > header.view;
        self.block == header.hash() && self.epoch == header.epoch && (proposed || again)
    }

    /// Checks that a quorum of distinct members of `set` signed. Every signature must be valid: a certificate with a bad one
    /// was not made by an honest node.
    pub fn verify(&self, chain: &Digest, set: &ValidatorSet) -> Result<(), CertificateError> {
        if self.epoch < set.epoch {
            return Err(CertificateError::Epoch {
                found: self.epoch,
                expected: set.epoch,
            });
        }
        let ascending = self.signatures.windows(2).all(|pair| match pair {
            [a, b] => a.validator.as_bytes() < b.validator.as_bytes(),
            _ => true,
        });
        if !ascending {
            return Err(CertificateError::Order);
        }
        for vote in &self.signatures {
            if !set.validators.contains(&vote.validator) {
                return Err(CertificateError::Stranger(vote.validator));
            }
        }
        let (found, needed) = (self.signatures.len(), set.quorum());
        if found < needed {
            return Err(CertificateError::Quorum { found, needed });
        }
        let message = self.message(chain);
        let items: Vec<_> = self
            .signatures
            .iter()
            .map(|vote| Signed {
                key: &vote.validator,
                message: &message,
                signature: &vote.signature,
            })
            .collect();
        let verdicts = crypto::verify_batch(&items);
        match self.signatures.iter().zip(verdicts).find(|(_, valid)| !valid) {
            Some((vote, _)) => Err(CertificateError::Signature(vote.validator)),
            None => Ok(()),
        }
    }
}

/// Unsigned LEB128: seven bits a byte, the lowest first, the high bit set on all but the last.
fn put_leb128(out: &mut Vec<u8>, mut number: u64) {
    loop {
        let low = u8::try_from(number & 0x7f).unwrap_or(0);
        number >>= 7;
        if number == 0 {
            out.push(low);
            return;
        }
        out.push(low | 0x80);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leb128_is_written_as_in_its_definition() {
        for (number, bytes) in [
            (0, vec![0]),
            (127, vec![127]),
            (128, vec![0x80, 1]),
            (624_485, vec![0xe5, 0x8e, 0x26]),
        ] {
            let mut out = Vec::new();
            put_leb128(&mut out, number);
            assert_eq!(out, bytes);
        }
    }
}
