//! What a wallet keeps: a credential with all its disclosures, checked when it came.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::credential::{self, Policy, Verified};
use crate::sd_jwt::Placed;
use crate::{Error, Jwk, SdJwt, Signer, Step};

/// A credential in the hands of its holder.
#[derive(Clone, Debug)]
pub struct Held {
    sd_jwt: SdJwt,
    verified: Verified,
    /// The processed claims, as the value that paths go into.
    root: Value,
    placed: Vec<Placed>,
}

impl Held {
    /// Takes a credential from its issuer (RFC 9901, section 7.2). What `policy` asks of the holder does not matter here.
    ///
    /// # Errors
    /// Those of [`verify`](crate::verify); [`Error::Malformed`] for a presentation, which is no credential to keep.
    pub fn accept(text: &str, policy: &Policy<'_>) -> Result<Self, Error> {
        let sd_jwt = SdJwt::parse(text)?;
        if sd_jwt.has_proof() {
            return Err(Error::Malformed(
                "this is a presentation by its holder, not a credential from its issuer",
            ));
        }
        let policy = Policy {
            binding: None,
            ..*policy
        };
        let (verified, processed) = credential::verify_read(&sd_jwt, &policy)?;
        Ok(Self {
            sd_jwt,
            verified,
            root: Value::Object(processed.claims),
            placed: processed.placed,
        })
    }

    /// The credential as it was issued.
    #[must_use]
    pub const fn sd_jwt(&self) -> &SdJwt {
        &self.sd_jwt
    }

    /// What it says, everything shown.
    #[must_use]
    pub const fn verified(&self) -> &Verified {
        &self.verified
    }

    /// The value that paths go into.
    pub(crate) const fn root(&self) -> &Value {
        &self.root
    }

    /// The credential showing what `wanted` needs, without a proof.
    pub(crate) fn reveal(&self, wanted: &BTreeSet<Vec<Step>>) -> SdJwt {
        self.sd_jwt.reveal_places(&self.placed, wanted)
    }
}

/// The signer among `signers` whose key the credential names.
pub(crate) fn signer_of<'a>(
    holder: Option<Jwk>,
    signers: &[&'a dyn Signer],
) -> Result<&'a dyn Signer, Error> {
    let key = holder.ok_or(Error::Binding("the credential names no holder's key"))?;
    signers
        .iter()
        .find(|signer| signer.key() == key)
        .copied()
        .ok_or(Error::Binding("the key that the credential names is not at hand"))
}
