//! Digests (摘要): SHA-256 (FIPS 180-4) and SM3 (GB/T 32905-2016), always with the name of the algorithm.

use std::fmt;
use std::str::FromStr;

use sha2::Digest as _;

use crate::text::{self, ParseError, text_form};

/// A hash function with a result of 32 bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HashAlgorithm {
    /// SHA-256 (FIPS 180-4), the hash of the `intl` suite.
    Sha256,
    /// SM3 (GB/T 32905-2016), the hash of the `gm` suite.
    Sm3,
}

impl HashAlgorithm {
    /// Every algorithm, in the order of the wire tags.
    pub const ALL: [Self; 2] = [Self::Sha256, Self::Sm3];

    /// The name in front of a digest's text: `sha256` or `sm3`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sha256 => "sha256",
            Self::Sm3 => "sm3",
        }
    }

    /// The byte that names the algorithm in binary encodings: 1 for SHA-256, 2 for SM3.
    #[must_use]
    pub const fn tag(self) -> u8 {
        match self {
            Self::Sha256 => 1,
            Self::Sm3 => 2,
        }
    }

    /// The algorithm a wire tag names, if any.
    #[must_use]
    pub const fn from_tag(tag: u8) -> Option<Self> {
        match tag {
            1 => Some(Self::Sha256),
            2 => Some(Self::Sm3),
            _ => None,
        }
    }

    /// The digest of the concatenation of `parts`.
    #[must_use]
    pub fn hash(self, parts: &[&[u8]]) -> Digest {
        let mut hasher = self.hasher();
        for part in parts {
            hasher.update(part);
        }
        hasher.finish()
    }

    /// `H(tag, data)` of formats.md, section 1: the digest of the bytes of `tag`, one zero byte, and the
    /// concatenation of `parts`. The tag keeps apart the documents that could otherwise be taken for one another.
    #[must_use]
    pub fn hash_tagged(self, tag: &str, parts: &[&[u8]]) -> Digest {
        let mut hasher = self.hasher();
        hasher.update(tag.as_bytes());
        hasher.update(&[0]);
        for part in parts {
            hasher.update(part);
        }
        hasher.finish()
    }

    /// A hasher for data that comes in pieces, such as a large file.
    #[must_use]
    pub fn hasher(self) -> Hasher {
        Hasher(match self {
            Self::Sha256 => State::Sha256(sha2::Sha256::new()),
            Self::Sm3 => State::Sm3(sm3::Sm3::new()),
        })
    }
}

impl fmt::Display for HashAlgorithm {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl FromStr for HashAlgorithm {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Self::ALL
            .into_iter()
            .find(|algorithm| algorithm.as_str() == text)
            .ok_or(ParseError::Algorithm)
    }
}

text_form!(HashAlgorithm, "`sha256` or `sm3`");

/// A hash computation in progress, made by [`HashAlgorithm::hasher`].
#[derive(Clone, Debug)]
pub struct Hasher(State);

#[derive(Clone, Debug)]
enum State {
    Sha256(sha2::Sha256),
    Sm3(sm3::Sm3),
}

impl Hasher {
    /// Appends `data` to what is hashed.
    pub fn update(&mut self, data: &[u8]) {
        match &mut self.0 {
            State::Sha256(state) => state.update(data),
            State::Sm3(state) => state.update(data),
        }
    }

    /// The digest of everything appended.
    #[must_use]
    pub fn finish(self) -> Digest {
        match self.0 {
            State::Sha256(state) => Digest::new(HashAlgorithm::Sha256, state.finalize().into()),
            State::Sm3(state) => Digest::new(HashAlgorithm::Sm3, state.finalize().into()),
        }
    }
}

/// A hash value and the algorithm that made it. As text, and in serde: `sha256:` or `sm3:` and 64 lower-case
/// hexadecimal digits (formats.md, section 1). Ordered by algorithm, then by bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest {
    algorithm: HashAlgorithm,
    bytes: [u8; Self::LENGTH],
}

impl Digest {
    /// The length of every digest in bytes.
    pub const LENGTH: usize = 32;

    /// Names the algorithm of bytes that were computed or stored elsewhere.
    #[must_use]
    pub const fn new(algorithm: HashAlgorithm, bytes: [u8; Self::LENGTH]) -> Self {
        Self { algorithm, bytes }
    }

    /// The algorithm that made the digest.
    #[must_use]
    pub const fn algorithm(&self) -> HashAlgorithm {
        self.algorithm
    }

    /// The 32 bytes: `raw(d)` of formats.md.
    #[must_use]
    pub const fn bytes(&self) -> &[u8; Self::LENGTH] {
        &self.bytes
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        text::write(formatter, self.algorithm.as_str(), &self.bytes)
    }
}

impl FromStr for Digest {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let (algorithm, digits) = text::split(text)?;
        Ok(Self::new(algorithm.parse()?, text::decode(digits)?))
    }
}

text_form!(Digest, "a digest such as `sha256:` and 64 hexadecimal digits");
