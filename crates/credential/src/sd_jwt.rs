//! SD-JWT (RFC 9901) in compact form: a signed token with digests, and beside it the disclosures the digests are of.
//!
//! ```text
//! <issuer-signed JWT>~<disclosure>~...~<disclosure>~[<key binding JWT>]
//! ```

mod binding;
mod disclosure;
mod issue;
mod process;

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use serde_json::{Map, Value};

use crate::jwt::Jwt;
use crate::{ClaimPath, Error, Jwk, Step, base64url};

pub use binding::HolderProof;
pub use disclosure::Disclosure;
pub use issue::{Claims, Salts};
pub use process::{Placed, Processed};

/// The longest SD-JWT that is read, in bytes.
pub const MAX_BYTES: usize = 131_072;
/// The most disclosures that are read or made.
pub const MAX_DISCLOSURES: usize = 512;
/// How deep claims may be nested, disclosures in disclosures included.
pub const MAX_DEPTH: usize = 32;
/// The longest holder's proof that is read, in bytes.
const MAX_PROOF_BYTES: usize = 8_192;

/// The name of the array of digests in an object.
const SD: &str = "_sd";
/// The name that stands for an element in an array.
const DOTS: &str = "...";
/// The name of the hash algorithm, at the top.
const SD_ALG: &str = "_sd_alg";
/// The one hash algorithm (its IANA name).
const SHA_256: &str = "sha-256";

/// An SD-JWT, with or without a holder's proof. It was read, not verified: see [`SdJwt::verify`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SdJwt {
    token: Jwt,
    disclosures: Vec<Disclosure>,
    proof: Option<Jwt>,
}

impl SdJwt {
    /// Reads the compact form (RFC 9901, section 4).
    ///
    /// # Errors
    /// [`Error::TooLarge`], [`Error::Malformed`], [`Error::Algorithm`] for a signature that is none.
    pub fn parse(text: &str) -> Result<Self, Error> {
        if text.len() > MAX_BYTES {
            return Err(Error::TooLarge("the SD-JWT is longer than accepted"));
        }
        // What stands after the last tilde is the holder's proof, or nothing.
        let (presented, proof) = text.rsplit_once('~').ok_or(Error::Malformed(
            "an SD-JWT ends in a tilde or in the holder's proof",
        ))?;
        let mut parts = presented.split('~');
        let token = Jwt::parse(parts.next().unwrap_or_default(), MAX_BYTES)?;
        let mut disclosures = Vec::new();
        for part in parts {
            if disclosures.len() >= MAX_DISCLOSURES {
                return Err(Error::TooLarge("the SD-JWT has more disclosures than accepted"));
            }
            disclosures.push(Disclosure::parse(part)?);
        }
        let proof = match proof {
            "" => None,
            text => Some(Jwt::parse(text, MAX_PROOF_BYTES)?),
        };
        Ok(Self {
            token,
            disclosures,
            proof,
        })
    }

    /// Checks type and signature of the issuer's token and processes the disclosures: all of RFC 9901, section 7.1, but the
    /// validity claims, whose meaning is the profile's. A holder's proof is not looked at; see [`SdJwt::verify_proof`].
    ///
    /// # Errors
    /// [`Error::Algorithm`], [`Error::Type`], [`Error::Signature`], [`Error::Disclosure`], [`Error::TooLarge`].
    pub fn verify(&self, key: &Jwk, typ: &str) -> Result<Processed, Error> {
        self.token.verify(key, typ)?;
        process::process(self.token.claims(), &self.disclosures)
    }

    /// What the issuer's token says in clear. Nothing of it is verified: it serves to find the key.
    #[must_use]
    pub const fn unverified(&self) -> &Map<String, Value> {
        self.token.claims()
    }

    /// The header of the issuer's token, as unverified as the rest.
    #[must_use]
    pub const fn header(&self) -> &Map<String, Value> {
        self.token.header()
    }

    /// The disclosures, in their order.
    #[must_use]
    pub fn disclosures(&self) -> &[Disclosure] {
        &self.disclosures
    }

    /// Whether a holder's proof is attached.
    #[must_use]
    pub const fn has_proof(&self) -> bool {
        self.proof.is_some()
    }

    /// The same credential with the disclosures that `paths` need and no others (section 7.2): what stands on the way to a claim,
    /// the claim itself, and what is hidden inside it. A proof that was attached is taken off.
    ///
    /// # Errors
    /// [`Error::Claim`] where a path leads to nothing; the errors of processing.
    pub fn reveal(&self, paths: &[ClaimPath]) -> Result<Self, Error> {
        let processed = process::process(self.token.claims(), &self.disclosures)?;
        let claims = Value::Object(processed.claims);
        let mut wanted = BTreeSet::new();
        for path in paths {
            let places = path
                .select(&claims)
                .ok_or(Error::Claim("the credential has no claim at a path"))?;
            wanted.extend(places.into_iter().map(|(place, _)| place));
        }
        Ok(self.reveal_places(&processed.placed, &wanted))
    }

    /// As [`SdJwt::reveal`], for places that were found before.
    pub(crate) fn reveal_places(&self, placed: &[Placed], wanted: &BTreeSet<Vec<Step>>) -> Self {
        let needed: BTreeSet<usize> = placed
            .iter()
            .filter(|one| {
                wanted
                    .iter()
                    .any(|place| place.starts_with(&one.place) || one.place.starts_with(place))
            })
            .map(|one| one.disclosure)
            .collect();
        let disclosures = self
            .disclosures
            .iter()
            .enumerate()
            .filter(|(index, _)| needed.contains(index))
            .map(|(_, disclosure)| disclosure.clone())
            .collect();
        Self {
            token: self.token.clone(),
            disclosures,
            proof: None,
        }
    }

    /// The part that the holder's proof covers: token and disclosures, each with its tilde.
    fn presented(&self) -> String {
        let mut text = self.token.text().to_owned();
        text.push('~');
        for disclosure in &self.disclosures {
            text.push_str(disclosure.encoded());
            text.push('~');
        }
        text
    }

    /// The hash that binds a holder's proof to exactly this token and these disclosures (section 4.3.1).
    #[must_use]
    pub fn sd_hash(&self) -> String {
        base64url::sha256(&self.presented())
    }
}

impl fmt::Display for SdJwt {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.presented())?;
        formatter.write_str(self.proof.as_ref().map_or("", Jwt::text))
    }
}

impl FromStr for SdJwt {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        Self::parse(text)
    }
}
