//! Proofs of presence and absence against the state root of a block.

use bytes::Bytes;
use commonware_codec::{Decode as _, Encode as _};
use commonware_runtime::Spawner;
use commonware_storage::merkle::mmr;
use commonware_storage::qmdb::Error as StoreError;
use commonware_storage::qmdb::any::value::VariableEncoding;
use commonware_storage::qmdb::current::ordered::proof::constant::{ExclusionProof, KeyValueProof};
use thiserror::Error;
use yinxin_crypto::Digest;
use yinxin_types::StateKey;

use crate::EngineDigest;
use crate::store::{CHUNK, Key, Store, Value, key};
use crate::suite::ChainHash;

type Family = mmr::Family;
type Present = KeyValueProof<Family, Key, EngineDigest, CHUNK>;
type Absent = ExclusionProof<Family, Key, VariableEncoding<Value>, EngineDigest, CHUNK>;

/// The most tree hashes a proof carries: far above what a tree of 2^63 operations needs.
const MAX_DIGESTS: usize = 256;

/// What a proof is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claim<'a> {
    /// The record exists and these are its bytes.
    Present(&'a [u8]),
    /// There is no such record.
    Absent,
}

/// Why a proof could not be made or proves nothing.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ProofError {
    /// The store could not be read.
    #[error("the state cannot be read: {0}")]
    Store(String),
    /// The bytes are not a proof.
    #[error("the bytes are not a proof of the state")]
    Malformed,
    /// The proof does not show the claim under the root.
    #[error("the proof does not show the claim under this root")]
    Refuted,
}

/// Proves what the store holds under `state_key` now: the value, if there is one, and the bytes of the proof.
pub async fn prove<E, H>(
    store: &Store<E, H>,
    state_key: &StateKey,
) -> Result<(Option<Vec<u8>>, Vec<u8>), ProofError>
where
    E: commonware_storage::Context + Spawner,
    H: ChainHash,
{
    let failed = |error: StoreError<Family>| ProofError::Store(error.to_string());
    let key = key(state_key);
    match store.get(&key).await.map_err(failed)? {
        Some(value) => {
            let proof: Present = store.key_value_proof(key).await.map_err(failed)?;
            Ok((Some(value.0), proof.encode().to_vec()))
        }
        None => {
            let proof: Absent = store.exclusion_proof(&key).await.map_err(failed)?;
            Ok((None, proof.encode().to_vec()))
        }
    }
}

/// Checks a proof against the state root of a header, by the hash function `H` of its suite.
pub fn verify<H: ChainHash>(
    root: &Digest,
    state_key: &StateKey,
    claim: Claim<'_>,
    proof: &[u8],
) -> Result<(), ProofError> {
    if root.algorithm() != H::ALGORITHM {
        return Err(ProofError::Refuted);
    }
    let root = commonware_cryptography::sha256::Digest(*root.bytes());
    let key = key(state_key);
    let shown = match claim {
        Claim::Present(value) => Present::decode_cfg(Bytes::copy_from_slice(proof), &(MAX_DIGESTS, ()))
            .map_err(|_| ProofError::Malformed)?
            .verify::<H, VariableEncoding<Value>>(key, Value(value.to_vec()), &root),
        Claim::Absent => Absent::decode_cfg(Bytes::copy_from_slice(proof), &(MAX_DIGESTS, ((), ()), ()))
            .map_err(|_| ProofError::Malformed)?
            .verify::<H>(&key, &root),
    };
    if shown { Ok(()) } else { Err(ProofError::Refuted) }
}
