//! Verifiable credentials at the edge of the ledger: what a department hands to a person, and what a person shows to others.
//!
//! The forms are those of others: SD-JWT (RFC 9901), SD-JWT VC (draft-ietf-oauth-sd-jwt-vc), Token Status List
//! (draft-ietf-oauth-status-list), OpenID4VCI 1.0 and OpenID4VP 1.0 with DCQL. Wallets that know nothing of Yinxin read them.
//!
//! ```text
//!   Credential ──issue──► SdJwt ──► Held ──Query::select──► reveal, bind ──► vp_token ──► Verified ──► status
//!   (department)                  (person)                                              (who asked)
//! ```
//!
//! The crate does no input or output and reads no clock: times are arguments, in seconds (`_s`) since 1970 as in RFC 7519. Chance
//! enters by [`Salts::random`], [`Es256Key::random`] and [`random_nonce`] alone. Keys may lie elsewhere: whoever implements [`Signer`] signs.
//!
//! Signatures are ES256 or EdDSA with Ed25519. SM2 has no registered name in JOSE, so no wallet could check it: what must be
//! signed with SM2 is signed on the ledger.

pub mod codes;
mod error;

mod base64url;
mod json;

mod date;
mod jwk;
mod jwt;
mod nonce;
mod path;
mod signer;

pub mod dcql;
pub mod openid4vci;
pub mod openid4vp;
pub mod sd_jwt;
pub mod status_list;

mod credential;
mod held;

pub use credential::{
    AGE_OVER_18, Binding, Credential, Issuers, Policy, StatusReference, TYPE, Verified, verify,
};
pub use date::{Day, age_in_years};
pub use error::Error;
pub use held::Held;
pub use jwk::{Algorithm, Jwk};
pub use nonce::random_nonce;
pub use path::{ClaimPath, Step};
pub use sd_jwt::{Salts, SdJwt};
pub use signer::{Ed25519Signer, Es256Key, Signer};
pub use status_list::{Bits, Status, StatusList, StatusToken};
