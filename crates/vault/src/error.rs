//! What can go wrong with a material, in one closed list. No error holds content.

use std::io;

use yinxin_crypto::{Digest, RandomnessError};
use yinxin_types::{Code, Rejection};

use crate::codes;
use crate::keys::RECIPIENTS_MAX;
use crate::object::CONTENT_MAX;
use crate::store::DamageKind;

/// Why the vault could not do what was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum VaultError {
    /// What is stored is not what was written. Nothing of it is handed out.
    #[error("material {material} is damaged: {kind}")]
    Damaged {
        /// Address of the material.
        material: Digest,
        /// What is wrong with it.
        kind: DamageKind,
    },
    /// Bytes from elsewhere are neither a material nor a keys record.
    #[error("the bytes are no {0}")]
    Malformed(&'static str),
    /// The vault holds no material with this address.
    #[error("material {0} is not in this vault")]
    Unknown(Digest),
    /// The data key is not wrapped for the key that asks.
    #[error("the key is not entitled to material {0}")]
    NotEntitled(Digest),
    /// The material was erased.
    #[error("material {0} was erased")]
    Erased(Digest),
    /// The content is over the limit.
    #[error("the content has {0} bytes, a material holds at most {CONTENT_MAX}")]
    TooLarge(usize),
    /// A material would be wrapped for nobody, or for too many.
    #[error("a material is for 1 to {RECIPIENTS_MAX} parties, not for {0}")]
    Recipients(usize),
    /// The keys record is of another material.
    #[error("the keys are of material {found}, not of {expected}")]
    OtherKeys {
        /// Address of the material.
        expected: Digest,
        /// Address that the keys name.
        found: Digest,
    },
    /// The disk or the object store failed.
    #[error("could not {action}: {source}")]
    Storage {
        /// What was being done, and to which file or object.
        action: String,
        /// What the system said.
        source: io::Error,
    },
    /// Another program holds the lock of the vault.
    #[error("the vault is in use by another program")]
    InUse,
    /// There were no random bytes to encrypt with.
    #[error(transparent)]
    Randomness(#[from] RandomnessError),
}

impl VaultError {
    /// The code to answer with.
    #[must_use]
    pub const fn code(&self) -> Code {
        match self {
            Self::Damaged { .. } | Self::Malformed(_) | Self::OtherKeys { .. } => codes::MAT_DAMAGED,
            Self::Unknown(_) => codes::MAT_UNKNOWN,
            Self::NotEntitled(_) => codes::MAT_NOT_ENTITLED,
            Self::Erased(_) => codes::MAT_ERASED,
            Self::TooLarge(_) => codes::MAT_TOO_LARGE,
            Self::Recipients(_) => codes::MAT_RECIPIENTS,
            Self::Storage { .. } | Self::Randomness(_) => codes::MAT_STORAGE,
            Self::InUse => codes::MAT_IN_USE,
        }
    }

    /// The refusal to answer with: the code, and this error's own words as the detail.
    #[must_use]
    pub fn rejection(&self) -> Rejection {
        Rejection::new(self.code(), self.to_string())
    }

    /// Damage of a known material.
    pub(crate) const fn damaged(material: Digest, kind: DamageKind) -> Self {
        Self::Damaged { material, kind }
    }

    /// A failure of the disk or the object store while doing `action`.
    pub(crate) fn storage(action: impl Into<String>, source: impl Into<io::Error>) -> Self {
        Self::Storage {
            action: action.into(),
            source: source.into(),
        }
    }
}
