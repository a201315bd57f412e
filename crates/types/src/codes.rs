//! Numbered rejections. The number is part of a receipt and so of a block's root; a number is never used for another meaning.

use std::fmt;
use std::sync::LazyLock;

use serde_json::Value;

/// What a rejection is: a number for the ledger, a name for programs, a source in law or specification for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Code {
    /// Stable number; 0 is success and not a code.
    pub number: u16,
    /// Stable name, `FAMILY_MEANING`.
    pub name: &'static str,
    /// The rule this code enforces: article of law, standard or section of our formats.
    pub source: &'static str,
    /// HTTP status that fits the code where the API answers with it.
    pub status: u16,
}

/// A transaction or request that was refused: the code and, for people, what exactly was wrong. The detail never enters a root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejection {
    /// Which rule refused it.
    pub code: Code,
    /// What exactly was wrong, in English, without personal data.
    pub detail: String,
}

impl Rejection {
    /// A rejection by `code`.
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        Self {
            code,
            detail: detail.into(),
        }
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code.name, self.detail)
    }
}

impl std::error::Error for Rejection {}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $number:literal, $status:literal, $source:literal;)*) => {
        $($(#[$doc])* pub const $name: Code = Code { number: $number, name: stringify!($name), source: $source, status: $status };)*
        /// Every code of the platform, by number.
        pub const PLATFORM: &[Code] = &[$($name),*];
    };
}

codes! {
    /// The bytes are not an envelope.
    TX_MALFORMED = 1001, 400, "formats 3";
    /// The body is over the chain's limit.
    TX_TOO_LARGE = 1002, 413, "formats 2";
    /// The body is not canonical JSON.
    TX_NOT_CANONICAL = 1003, 400, "formats 1, RFC 8785";
    /// The body lacks a member, has one too many or one of the wrong type.
    TX_BODY = 1004, 400, "formats 3";
    /// The transaction was signed for another chain.
    TX_WRONG_CHAIN = 1005, 400, "formats 3";
    /// `valid_until` has passed.
    TX_EXPIRED = 1006, 400, "formats 3";
    /// `valid_until` is further ahead than the chain allows.
    TX_WINDOW = 1007, 400, "formats 3";
    /// No signature, too many, two by one key, or the first is not by the account.
    TX_SIGNERS = 1008, 400, "formats 3, 电子签名法 §13";
    /// A signature does not verify.
    TX_SIGNATURE = 1009, 400, "formats 3, 电子签名法 §13";
    /// No scenario of this chain has the operation.
    TX_OPERATION = 1010, 400, "formats 7";
    /// The arguments lack a member, have one too many, or one has a wrong type, form or length.
    TX_ARGUMENTS = 1011, 400, "formats 7";
    /// The transaction was executed before.
    TX_REPLAYED = 1012, 409, "formats 3";
    /// The records of a scenario are being migrated, and its operations are refused until that has ended.
    SCENARIO_MIGRATING = 1051, 503, "D33";
    /// The state needs a version of a scenario that this program does not have. The node stops before the block, or does not start.
    SCENARIO_VERSION_UNKNOWN = 1052, 503, "D33";
    /// The pool of waiting transactions is full.
    POOL_FULL = 1101, 503, "http-api";
    /// The account has too many transactions waiting.
    POOL_ACCOUNT = 1102, 429, "http-api";
    /// The request is not one the interface knows, or its parameters are malformed.
    API_REQUEST = 1201, 400, "http-api";
    /// The thing asked for does not exist, or does not exist yet.
    API_NOT_FOUND = 1202, 404, "http-api";
    /// The body of the request is over the limit.
    API_TOO_LARGE = 1203, 413, "http-api";
    /// Too many requests from one client.
    API_RATE = 1204, 429, "http-api";
    /// The node cannot answer now.
    API_UNAVAILABLE = 1205, 503, "http-api";
    /// The body of the request is not of the media type the interface takes.
    API_MEDIA_TYPE = 1206, 415, "http-api";
    /// The method is not one the resource has.
    API_METHOD = 1207, 405, "http-api";
    /// An order of an authority hides the content from the public; the ledger keeps it, and its proofs stay valid.
    API_WITHHELD = 1208, 451, "http-api, 区块链信息服务管理规定 §16, RFC 7725";
    /// No policy in force permits this, or one forbids it.
    POLICY_DENIED = 1451, 403, "个人信息保护法 §51, D17";
    /// A text is no list of policies that fit the schema, or is longer or more deeply nested than allowed.
    POLICY_MALFORMED = 1452, 400, "D17";
    /// A policy speaks about another scenario than its document does, or about governance.
    POLICY_SCOPE = 1453, 400, "D17";
    /// The client data of a passkey's assertion is not what a browser writes when it asks for one.
    PASSKEY_CLIENT_DATA = 1441, 400, "formats 3, WebAuthn Level 3 §5.8.1, §7.2";
    /// The assertion was made for another challenge, that is for another transaction.
    PASSKEY_CHALLENGE = 1442, 400, "formats 3, WebAuthn Level 3 §7.2, 电子签名法 §13";
    /// The assertion was asked for by a page that the passkey does not belong to, or that stood inside another.
    PASSKEY_ORIGIN = 1443, 400, "formats 3, WebAuthn Level 3 §7.2, §13.4.9";
    /// The authenticator's data is not in the form of an assertion, or of another relying party than the key.
    PASSKEY_AUTHENTICATOR = 1444, 400, "formats 3, WebAuthn Level 3 §6.1, §7.2";
    /// The authenticator did not find its user present, or did not verify him.
    PASSKEY_USER = 1445, 400, "formats 3, WebAuthn Level 3 §7.2, 电子签名法 §13";
    /// The request needs a signed-in account.
    SESSION_NEEDED = 1461, 401, "http-api, 个人信息保护法 §51";
    /// The challenge is unknown, was used, or is of another account.
    SESSION_CHALLENGE = 1462, 403, "http-api";
    /// The answer to the challenge is not signed by the account.
    SESSION_SIGNATURE = 1463, 403, "http-api, 电子签名法 §13";
    /// Whoever is signed in may not see or do this.
    SESSION_FORBIDDEN = 1464, 403, "http-api, 个人信息保护法 §51";
    /// This node keeps no keys of a department.
    DESK_CLOSED = 1465, 404, "http-api";
    /// The node that holds the content cannot be reached now.
    RELEASE_UNREACHABLE = 1466, 503, "formats 10";
    /// The transaction releases nothing: it is not final, was refused, or is no look.
    RELEASE_NOTHING = 1467, 404, "formats 10";
    /// More is asked of the node that holds the content than it answers at a time, or it has not recorded the look yet.
    RELEASE_BUSY = 1485, 503, "formats 10";
    /// The fields of a certificate or a licence are incomplete, malformed or do not fit together; the detail names each with what is wrong.
    DESK_FIELDS = 1469, 400, "http-api";
    /// A certificate was composed too often for one request.
    DESK_COMPOSED = 1470, 409, "http-api";
    /// A file is no table of rows that can be marked or compared.
    DESK_ROWS = 1476, 400, "http-api";
    /// The authority's node keeps no more applications now, or no more from where this one comes.
    APPLICATION_FULL = 1477, 503, "D23";
    /// The application is not signed by its own account for this authority, or not for this chain.
    APPLICATION_SIGNATURE = 1478, 403, "D23, 电子签名法 §13";
    /// The application ends too soon or too late.
    APPLICATION_TERM = 1479, 400, "D23";
    /// The check code is not that of the application.
    APPLICATION_CODE = 1480, 403, "D23, 区块链信息服务管理规定 §8";
    /// There is no such application, or it has ended.
    APPLICATION_UNKNOWN = 1481, 404, "D23";
    /// A newer application of this account is known, or its key is bound, or another application shows the same check code.
    APPLICATION_STALE = 1482, 409, "D23";
    /// What the person sealed cannot be read by the authority, or is no name and citizen number.
    APPLICATION_FACTS = 1483, 400, "D23";
    /// The department does not enrol persons.
    APPLICATION_AUTHORITY = 1484, 404, "D23";
    /// The arguments look like personal information.
    TX_PERSONAL = 1468, 400, "个人信息保护法 §47, §51";
    /// This node has no address where wallets reach it.
    WALLET_CLOSED = 1471, 404, "D20";
    /// The code of an offer is unknown, was used, or has ended.
    WALLET_CODE = 1472, 400, "OpenID4VCI 1.0 §6.3";
    /// What was typed in beside the code is missing or wrong.
    WALLET_TX_CODE = 1473, 400, "OpenID4VCI 1.0 §6.3";
    /// There is no access token, or it was used or has ended.
    WALLET_TOKEN = 1474, 401, "RFC 6750 §3.1";
    /// There is no such request to wallets under way at this node.
    WALLET_REQUEST = 1475, 404, "OpenID4VP 1.0 §8.2";
}

/// Sentences for people by code name, in one language.
#[derive(Debug)]
pub struct Texts(Value);

impl Texts {
    /// Reads a locale file; a broken file gives a catalogue without texts, which the tests refuse.
    pub fn parse(json: &str) -> Self {
        Self(serde_json::from_str(json).unwrap_or(Value::Null))
    }

    /// The sentence for a code.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.as_str()
    }
}

/// The platform's sentences in Chinese.
pub static ZH: LazyLock<Texts> = LazyLock::new(|| Texts::parse(include_str!("../locales/zh-CN.json")));
/// The platform's sentences in English.
pub static EN: LazyLock<Texts> = LazyLock::new(|| Texts::parse(include_str!("../locales/en.json")));

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_code_has_its_own_number_and_a_sentence_in_both_languages() {
        let numbers: BTreeSet<_> = PLATFORM.iter().map(|code| code.number).collect();
        assert_eq!(numbers.len(), PLATFORM.len());
        for code in PLATFORM {
            assert!(
                ZH.get(code.name).is_some_and(|text| !text.is_empty()),
                "{} has no Chinese text",
                code.name
            );
            assert!(
                EN.get(code.name).is_some_and(|text| !text.is_empty()),
                "{} has no English text",
                code.name
            );
        }
    }
}
