//! Where a record lies in the state: the hash of scenario, record kind and the parts of its name.

use yinxin_crypto::{Digest, HashAlgorithm};

/// The place of one record in the authenticated state (状态键), 32 bytes, spread evenly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StateKey(pub [u8; 32]);

impl StateKey {
    /// `H("yinxin/state/1", scenario || 0 || record || (0 || length as u32 || part)*)`: no two different names share their bytes.
    pub fn new(algorithm: HashAlgorithm, scenario: &str, record: &str, parts: &[&[u8]]) -> Self {
        let mut name = Vec::with_capacity(128);
        name.extend_from_slice(scenario.as_bytes());
        name.push(0);
        name.extend_from_slice(record.as_bytes());
        for part in parts {
            name.push(0);
            crate::wire::put_bytes(&mut name, part);
        }
        Self(*algorithm.hash_tagged("yinxin/state/1", &[&name]).bytes())
    }

    /// A key named by one digest, its algorithm included.
    pub fn of_digest(algorithm: HashAlgorithm, scenario: &str, record: &str, digest: &Digest) -> Self {
        Self::new(
            algorithm,
            scenario,
            record,
            &[digest.algorithm().as_str().as_bytes(), digest.bytes()],
        )
    }
}
