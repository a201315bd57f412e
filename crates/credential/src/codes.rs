//! The refusals of credentials at the edge, `CRED_*`. Whether a certificate is revoked or suspended on the ledger is said by the
//! scenario `sharing`, in its own codes.

use std::sync::LazyLock;

use yinxin_types::Code;
use yinxin_types::codes::Texts;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $number:literal, $status:literal, $source:literal;)*) => {
        $($(#[$doc])* pub const $name: Code = Code { number: $number, name: stringify!($name), source: $source, status: $status };)*
        /// Every code of the crate, by number.
        pub const CREDENTIAL: &[Code] = &[$($name),*];
    };
}

codes! {
    /// The text is no credential, token or message of the form expected.
    CRED_MALFORMED = 1401, 400, "RFC 9901 §4, RFC 7515 §5.2";
    /// The text, a list in it, or its nesting is over the limit.
    CRED_TOO_LARGE = 1402, 413, "RFC 8725 §3";
    /// The algorithm of a signature or digest is none that is accepted, or not that of the key.
    CRED_ALGORITHM = 1403, 400, "RFC 8725 §3.1-3.2, RFC 9901 §7.1";
    /// The key is no public key of P-256 or Ed25519.
    CRED_KEY = 1404, 400, "RFC 7517 §4, RFC 7518 §6.2, RFC 8037 §2";
    /// The signature does not match, or could not be made.
    CRED_SIGNATURE = 1405, 400, "RFC 7515 §5.2, 电子签名法 §13";
    /// The token or the credential is of another type than the one expected.
    CRED_TYPE = 1406, 400, "RFC 8725 §3.11, SD-JWT VC §3.2";
    /// The issuer is not one whose keys are known.
    CRED_ISSUER = 1407, 403, "RFC 9901 §7.1, RFC 8725 §3.8";
    /// A disclosure has no place in the credential, or its place breaks a rule.
    CRED_DISCLOSURE = 1408, 400, "RFC 9901 §7.1";
    /// A claim is missing, malformed, reserved, or one that must always be shown.
    CRED_CLAIM = 1409, 400, "RFC 9901 §9.7, SD-JWT VC §3.2.2";
    /// The time of the credential or token has ended.
    CRED_EXPIRED = 1410, 400, "RFC 7519 §4.1.4";
    /// The time of the credential or token has not begun.
    CRED_NOT_YET = 1411, 400, "RFC 7519 §4.1.5";
    /// The proof of the holder is missing, or was made for another presentation, receiver or time.
    CRED_BINDING = 1412, 400, "RFC 9901 §7.3";
    /// The proof names another nonce than the one given out.
    CRED_NONCE = 1413, 400, "OpenID4VP 1.0 §14.1, OpenID4VCI 1.0 §8.2";
    /// The status list is damaged, of another address, or larger than accepted.
    CRED_STATUS_LIST = 1414, 400, "Token Status List §4-5";
    /// The status list has no entry at the index.
    CRED_STATUS_INDEX = 1415, 400, "Token Status List §8.3";
    /// The status list is too old to say anything.
    CRED_STATUS_STALE = 1416, 503, "Token Status List §8.3, §13.7";
    /// The query for credentials breaks a rule of its language.
    CRED_QUERY = 1417, 400, "OpenID4VP 1.0 §6-7";
    /// No credential, or not all that were asked for, answer the query.
    CRED_NO_MATCH = 1418, 404, "OpenID4VP 1.0 §6.4";
    /// The request for issuance or presentation lacks something or asks for something that is not offered.
    CRED_REQUEST = 1419, 400, "OpenID4VCI 1.0 §8.3, OpenID4VP 1.0 §5";
}

/// The crate's sentences in Chinese.
pub static ZH: LazyLock<Texts> = LazyLock::new(|| Texts::parse(include_str!("../locales/zh-CN.json")));
/// The crate's sentences in English.
pub static EN: LazyLock<Texts> = LazyLock::new(|| Texts::parse(include_str!("../locales/en.json")));

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_its_own_number_in_the_range_and_a_sentence_in_both_languages() {
        let mut previous = 1400;
        for code in CREDENTIAL {
            assert!(
                code.number > previous && code.number <= 1419,
                "{} is out of order or range",
                code.name
            );
            previous = code.number;
            assert!(code.name.starts_with("CRED_"));
            for texts in [&ZH, &EN] {
                assert!(
                    texts.get(code.name).is_some_and(|text| !text.is_empty()),
                    "{} lacks a text",
                    code.name
                );
            }
        }
    }
}
