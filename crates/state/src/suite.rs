//! The hash functions of the two suites, as the engine's trees use them.

use commonware_cryptography::{Hasher, sha256};
use commonware_parallel::Strategy;
use yinxin_crypto::HashAlgorithm;

/// A hash function the engine's trees can be built with, and the name under which the ledger knows it.
pub trait ChainHash: Hasher<Digest = sha256::Digest> + Clone {
    /// The algorithm as headers and receipts name it.
    const ALGORITHM: HashAlgorithm;
}

/// SHA-256, the suite `intl`.
#[derive(Debug, Default)]
pub struct Sha256(commonware_cryptography::Sha256);

impl Clone for Sha256 {
    /// A fresh hasher: the engine clones hashers only to make new ones.
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl Hasher for Sha256 {
    type Digest = sha256::Digest;

    fn hash(parts: &[&[u8]]) -> Self::Digest {
        <commonware_cryptography::Sha256 as Hasher>::hash(parts)
    }

    fn hash_pair(left: &[&[u8]], right: &[&[u8]], strategy: &impl Strategy) -> (Self::Digest, Self::Digest) {
        <commonware_cryptography::Sha256 as Hasher>::hash_pair(left, right, strategy)
    }

    fn update(&mut self, bytes: &[u8]) -> &mut Self {
        self.0.update(bytes);
        self
    }

    fn finalize(self) -> (Self, Self::Digest) {
        let (fresh, digest) = self.0.finalize();
        (Self(fresh), digest)
    }
}

impl ChainHash for Sha256 {
    const ALGORITHM: HashAlgorithm = HashAlgorithm::Sha256;
}

/// SM3 (GB/T 32905), the suite `gm`.
pub struct Sm3(yinxin_crypto::Hasher);

impl Default for Sm3 {
    fn default() -> Self {
        Self(HashAlgorithm::Sm3.hasher())
    }
}

impl Clone for Sm3 {
    /// A fresh hasher, as for [`Sha256`].
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl Hasher for Sm3 {
    type Digest = sha256::Digest;

    fn hash(parts: &[&[u8]]) -> Self::Digest {
        sha256::Digest(*HashAlgorithm::Sm3.hash(parts).bytes())
    }

    fn hash_pair(left: &[&[u8]], right: &[&[u8]], _: &impl Strategy) -> (Self::Digest, Self::Digest) {
        (Self::hash(left), Self::hash(right))
    }

    fn update(&mut self, bytes: &[u8]) -> &mut Self {
        self.0.update(bytes);
        self
    }

    fn finalize(self) -> (Self, Self::Digest) {
        (Self::default(), sha256::Digest(*self.0.finish().bytes()))
    }
}

impl ChainHash for Sm3 {
    const ALGORITHM: HashAlgorithm = HashAlgorithm::Sm3;
}
