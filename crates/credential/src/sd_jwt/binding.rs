//! The holder's proof, the Key Binding JWT (RFC 9901, section 4.3): whoever presents is whom the credential was issued to, and
//! presents exactly this, to this receiver, now.

use serde_json::{Map, Value};

use super::SdJwt;
use crate::jwt::Jwt;
use crate::{Error, Jwk, Signer, json};

/// The type of the proof.
const TYPE: &str = "kb+jwt";
const AUDIENCE: &str = "aud";
const NONCE: &str = "nonce";
const ISSUED_AT: &str = "iat";
const SD_HASH: &str = "sd_hash";

/// What a receiver expects of a holder's proof.
#[derive(Clone, Copy, Debug)]
pub struct HolderProof<'a> {
    /// Who the receiver is.
    pub audience: &'a str,
    /// The nonce he gave out for this presentation.
    pub nonce: &'a str,
    /// His time.
    pub now_s: u64,
    /// How old a proof may be.
    pub max_age_s: u64,
    /// How far clocks may differ.
    pub leeway_s: u64,
}

impl SdJwt {
    /// Attaches a holder's proof for `audience` and `nonce`, made at `now_s` with the holder's key.
    ///
    /// # Errors
    /// [`Error::Signature`] where the keeper of the key refuses.
    pub fn prove(
        mut self,
        signer: &dyn Signer,
        audience: &str,
        nonce: &str,
        now_s: u64,
    ) -> Result<Self, Error> {
        let claims = Map::from_iter([
            (AUDIENCE.to_owned(), Value::from(audience)),
            (ISSUED_AT.to_owned(), Value::from(now_s)),
            (NONCE.to_owned(), Value::from(nonce)),
            (SD_HASH.to_owned(), Value::from(self.sd_hash())),
        ]);
        self.proof = Some(Jwt::sign(signer, TYPE, Map::new(), claims)?);
        Ok(self)
    }

    /// Verifies the holder's proof under the key that the credential names: section 7.3, step 5. The signature of the issuer is
    /// not looked at; see [`SdJwt::verify`].
    ///
    /// # Errors
    /// [`Error::Binding`] where it is missing, too old, from the future, for another receiver or presentation; [`Error::Nonce`];
    /// [`Error::Type`], [`Error::Algorithm`], [`Error::Signature`] of its token.
    pub fn verify_proof(&self, holder: &Jwk, expected: &HolderProof<'_>) -> Result<(), Error> {
        let proof = self
            .proof
            .as_ref()
            .ok_or(Error::Binding("the holder's proof is missing"))?;
        proof.verify(holder, TYPE)?;
        let claims = proof.claims();
        let text =
            |name| json::optional_text(claims, name, Error::Binding("the holder's proof is malformed"));
        if text(AUDIENCE)? != Some(expected.audience) {
            return Err(Error::Binding("the holder's proof is for another receiver"));
        }
        if text(NONCE)? != Some(expected.nonce) {
            return Err(Error::Nonce("the holder's proof has another nonce"));
        }
        if text(SD_HASH)? != Some(self.sd_hash().as_str()) {
            return Err(Error::Binding("the holder's proof is for another presentation"));
        }
        let made_s = claims
            .get(ISSUED_AT)
            .and_then(Value::as_u64)
            .ok_or(Error::Binding("the holder's proof does not say when it was made"))?;
        if made_s > expected.now_s.saturating_add(expected.leeway_s) {
            return Err(Error::Binding("the holder's proof was made in the future"));
        }
        let oldest_s = expected
            .now_s
            .saturating_sub(expected.max_age_s)
            .saturating_sub(expected.leeway_s);
        if made_s < oldest_s {
            return Err(Error::Binding("the holder's proof is too old"));
        }
        // Section 7.3, step 5.8: what RFC 7519 says of any token.
        json::check_times(claims, expected.now_s, expected.leeway_s)
            .map_err(|_| Error::Binding("the holder's proof does not hold at this time"))
    }
}
