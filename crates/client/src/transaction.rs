//! Building and signing a transaction (formats.md, section 3).

use serde_json::{Map, Value};
use thiserror::Error;
use yinxin_crypto::{Digest, PrivateKey, PublicKey, RandomnessError, random_bytes};
use yinxin_types::transaction::{KeyedSignature, MAX_SIGNATURES};
use yinxin_types::{BlockTime, Body, Envelope, canonical};

/// Why a transaction cannot be built.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum BuildError {
    /// The arguments have no canonical form.
    #[error("the arguments have no canonical form: {0}")]
    NotCanonical(#[from] canonical::Reason),
    /// More signers than a transaction may have.
    #[error("at most {MAX_SIGNATURES} keys sign one transaction")]
    Signers,
    /// No random bytes for the salt.
    #[error(transparent)]
    Randomness(#[from] RandomnessError),
}

/// What is to be done, before it is signed.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// Operation identifier.
    pub operation: String,
    /// Its arguments.
    pub arguments: Map<String, Value>,
}

impl Request {
    /// Signs the request for a chain with a fresh salt, first by the acting account, then by each co-signer. It may be
    /// executed until block time `valid_until`.
    ///
    /// # Errors
    /// [`BuildError`].
    pub fn sign(
        &self,
        chain: Digest,
        valid_until: BlockTime,
        account: &PrivateKey,
        cosigners: &[&PrivateKey],
    ) -> Result<Envelope, BuildError> {
        self.sign_with_salt(chain, valid_until, account, cosigners, random_bytes()?)
    }

    /// [`Request::sign`] with a salt of the caller's. Two transactions that are equal up to the salt are the same one.
    ///
    /// # Errors
    /// [`BuildError`], but for [`BuildError::Randomness`].
    pub fn sign_with_salt(
        &self,
        chain: Digest,
        valid_until: BlockTime,
        account: &PrivateKey,
        cosigners: &[&PrivateKey],
        salt: [u8; 16],
    ) -> Result<Envelope, BuildError> {
        let keys = cosigners.iter().map(|key| key.public_key()).collect();
        let body = self.body(chain, valid_until, account.public_key(), keys, salt)?;
        let sign = |key| KeyedSignature::by(key, body.as_bytes());
        let signatures = std::iter::once(account)
            .chain(cosigners.iter().copied())
            .map(sign)
            .collect();
        Ok(Envelope { body, signatures })
    }

    /// The characters to be signed, for signers whose private keys are elsewhere, such as passkeys.
    ///
    /// # Errors
    /// [`BuildError`], but for [`BuildError::Randomness`].
    pub fn body(
        &self,
        chain: Digest,
        valid_until: BlockTime,
        account: PublicKey,
        cosigners: Vec<PublicKey>,
        salt: [u8; 16],
    ) -> Result<String, BuildError> {
        if cosigners.len() >= MAX_SIGNATURES {
            return Err(BuildError::Signers);
        }
        let body = Body {
            account,
            arguments: self.arguments.clone(),
            chain,
            cosigners,
            operation: self.operation.clone(),
            salt: salt.iter().map(|byte| format!("{byte:02x}")).collect(),
            valid_until,
        };
        // Canonical JSON is UTF-8 by construction: every byte of it came out of a `str`.
        Ok(String::from_utf8_lossy(&canonical::to_bytes(&body)?).into_owned())
    }
}
