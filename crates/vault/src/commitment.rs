//! What the ledger holds of a material: a salted digest that tells nothing to whoever has not read the material.

use yinxin_crypto::{Digest, HashAlgorithm};

/// The domain of commitments to materials.
const DOMAIN: &str = "yinxin/material-commitment/1";

/// The length of the salt in bytes. It is random, lies inside the ciphertext, and is forgotten with it.
pub const SALT_LENGTH: usize = 32;

/// The commitment (formats.md, section 9): the algorithm's tag, the salt and the content, hashed under a domain of
/// their own. `content` is canonical where others must be able to write it again.
#[must_use]
pub fn commitment(algorithm: HashAlgorithm, salt: &[u8; SALT_LENGTH], content: &[u8]) -> Digest {
    algorithm.hash_tagged(DOMAIN, &[&[algorithm.tag()], salt, content])
}
