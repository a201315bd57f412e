//! Fresh nonces for requests, responses and proofs.

use yinxin_crypto::{RandomnessError, random_bytes};

use crate::base64url;

/// 128 fresh random bits as a text: a `nonce`, a `state` or a `c_nonce`, for one use.
///
/// # Errors
/// [`RandomnessError`] where the operating system has none.
pub fn random_nonce() -> Result<String, RandomnessError> {
    Ok(base64url::encode(&random_bytes::<16>()?))
}
