//! Why something about a credential is refused: a closed list, each with its code.

use yinxin_types::{Code, Rejection};

use crate::codes;

/// A refusal. The text says what exactly was wrong, in English, and never repeats what a credential says about a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The bytes are not of the form expected.
    #[error("{0}")]
    Malformed(&'static str),
    /// A limit on size, number or depth.
    #[error("{0}")]
    TooLarge(&'static str),
    /// An algorithm that is not accepted, or not that of the key.
    #[error("{0}")]
    Algorithm(&'static str),
    /// No usable public key.
    #[error("{0}")]
    Key(&'static str),
    /// The signature does not match, or its maker refused to make one.
    #[error("{0}")]
    Signature(&'static str),
    /// Another type of token or credential than the one expected.
    #[error("{0}")]
    Type(&'static str),
    /// An issuer whose keys are not known.
    #[error("{0}")]
    Issuer(&'static str),
    /// A disclosure that breaks a rule of RFC 9901, section 7.1.
    #[error("{0}")]
    Disclosure(&'static str),
    /// A claim that is missing, malformed, reserved, or hidden where it must not be.
    #[error("{0}")]
    Claim(&'static str),
    /// After `exp`.
    #[error("{0}")]
    Expired(&'static str),
    /// Before `nbf`, or made in the future.
    #[error("{0}")]
    NotYet(&'static str),
    /// The holder's proof is missing or is for something else.
    #[error("{0}")]
    Binding(&'static str),
    /// Another nonce than the one given out.
    #[error("{0}")]
    Nonce(&'static str),
    /// A status list that cannot be read.
    #[error("{0}")]
    StatusList(&'static str),
    /// An index beyond the end of a status list.
    #[error("{0}")]
    StatusIndex(&'static str),
    /// A status list that is too old.
    #[error("{0}")]
    StatusStale(&'static str),
    /// A query that breaks a rule of DCQL.
    #[error("{0}")]
    Query(&'static str),
    /// Nothing answers the query.
    #[error("{0}")]
    NoMatch(&'static str),
    /// A request that is incomplete or asks for what is not offered.
    #[error("{0}")]
    Request(&'static str),
}

impl Error {
    /// The number and name under which people and programs meet it.
    #[must_use]
    pub const fn code(&self) -> Code {
        match self {
            Self::Malformed(_) => codes::CRED_MALFORMED,
            Self::TooLarge(_) => codes::CRED_TOO_LARGE,
            Self::Algorithm(_) => codes::CRED_ALGORITHM,
            Self::Key(_) => codes::CRED_KEY,
            Self::Signature(_) => codes::CRED_SIGNATURE,
            Self::Type(_) => codes::CRED_TYPE,
            Self::Issuer(_) => codes::CRED_ISSUER,
            Self::Disclosure(_) => codes::CRED_DISCLOSURE,
            Self::Claim(_) => codes::CRED_CLAIM,
            Self::Expired(_) => codes::CRED_EXPIRED,
            Self::NotYet(_) => codes::CRED_NOT_YET,
            Self::Binding(_) => codes::CRED_BINDING,
            Self::Nonce(_) => codes::CRED_NONCE,
            Self::StatusList(_) => codes::CRED_STATUS_LIST,
            Self::StatusIndex(_) => codes::CRED_STATUS_INDEX,
            Self::StatusStale(_) => codes::CRED_STATUS_STALE,
            Self::Query(_) => codes::CRED_QUERY,
            Self::NoMatch(_) => codes::CRED_NO_MATCH,
            Self::Request(_) => codes::CRED_REQUEST,
        }
    }
}

impl From<Error> for Rejection {
    fn from(error: Error) -> Self {
        Self::new(error.code(), error.to_string())
    }
}
