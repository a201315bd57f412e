//! What happens before the ledger: a citizen number (公民身份号码) is checked, normalised and turned into a keyed commitment (承诺) at
//! the department that may see it. Nothing here is called with a citizen number inside a block.

use yinxin_crypto::{Digest, HashAlgorithm, hmac};
use yinxin_types::Rejection;
use yinxin_types::identifiers::{CitizenNumber, IdentifierError, SocialCreditCode};

use crate::codes;

/// Length of a department's secret key for commitments, in bytes.
pub const SECRET_BYTES: usize = 32;

/// Reads a citizen number as somebody typed it; a small `x` at the end is read as `X` (GB 11643).
///
/// # Errors
/// `ID_CHECKDIGIT` or `ID_FORMAT`; the number itself is not repeated.
pub fn citizen_number(text: &str) -> Result<CitizenNumber, Rejection> {
    CitizenNumber::parse(text).map_err(rejection)
}

/// Reads a unified social credit code (统一社会信用代码, GB 32100).
///
/// # Errors
/// `ID_CHECKDIGIT` or `ID_FORMAT`.
pub fn social_credit_code(text: &str) -> Result<SocialCreditCode, Rejection> {
    SocialCreditCode::parse(text).map_err(rejection)
}

/// The commitment to a citizen number under the secret key of the enrolling department: an HMAC, so that nobody without the key can
/// try the 2.5 × 10^11 numbers there are (个人信息保护法 §51). `algorithm` is that of the chain's digests.
pub fn keyed_commitment(
    algorithm: HashAlgorithm,
    secret: &[u8; SECRET_BYTES],
    number: &CitizenNumber,
) -> Digest {
    let parts = [
        b"yinxin/identity/citizen/1\0".as_slice(),
        number.reveal().as_bytes(),
    ];
    Digest::new(algorithm, hmac::authenticate(algorithm, secret, &parts))
}

fn rejection(error: IdentifierError) -> Rejection {
    let checked = error.code() == codes::ID_CHECKDIGIT.name;
    let code = if checked {
        codes::ID_CHECKDIGIT
    } else {
        codes::ID_FORMAT
    };
    Rejection::new(code, error.to_string())
}
