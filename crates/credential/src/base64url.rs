//! Base64url without padding (RFC 7515, section 2), one spelling for each value.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use yinxin_crypto::HashAlgorithm;

use crate::Error;

/// The text of `bytes`.
pub(crate) fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The bytes of `text`. Padding, other alphabets and stray bits at the end are refused.
pub(crate) fn decode(text: &str) -> Result<Vec<u8>, Error> {
    URL_SAFE_NO_PAD
        .decode(text)
        .map_err(|_| Error::Malformed("a part is not base64url without padding"))
}

/// The bytes of `text` where exactly `N` are expected.
pub(crate) fn decode_exactly<const N: usize>(text: &str) -> Result<[u8; N], Error> {
    decode(text)?
        .try_into()
        .map_err(|_| Error::Malformed("a part has another length than its algorithm asks for"))
}

/// The base64url of the SHA-256 of a text's bytes, as RFC 9901 hashes disclosures and presentations.
pub(crate) fn sha256(text: &str) -> String {
    encode(HashAlgorithm::Sha256.hash(&[text.as_bytes()]).bytes())
}
