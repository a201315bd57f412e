//! Ed25519 by the rule of ZIP 215: single and batch verification accept exactly the same signatures.
//!
//! RFC 8032 leaves open which edge cases are valid, and implementations differ. A verdict that every node must share
//! cannot be left open, so the rule is: the cofactored equation `[8][S]B = [8]R + [8][k]A` holds, S is less than the
//! order of the group, and the encoding of R need not be canonical.

use ed25519_zebra::{Signature, VerificationKey, VerificationKeyBytes, batch};
use getrandom::rand_core::{Infallible, TryCryptoRng, TryRng};
use sha2::{Digest as _, Sha256, Sha512};

use crate::text::ParseError;
use crate::verify::SignatureError;

/// The largest coordinate, p - 1 = 2^255 - 20, little-endian.
const LARGEST: [u8; 32] = [
    0xec, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f,
];

/// The coordinates y of the eight points whose order divides 8: order 4, 1, 2, 8 and 8, little-endian.
const SMALL_ORDER: [[u8; 32]; 5] = [
    [0; 32],
    [
        1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    ],
    LARGEST,
    [
        0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98, 0xf0, 0xd5,
        0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05,
    ],
    [
        0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67, 0x0f, 0x2a,
        0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a,
    ],
];

/// Refuses the encodings of keys that [`PublicKey`](crate::PublicKey) does not admit.
pub(crate) fn check_encoding(bytes: &[u8; 32]) -> Result<(), ParseError> {
    // The highest bit is the sign of x.
    let mut y = *bytes;
    let [.., last] = &mut y;
    *last &= 0x7f;
    if y.iter().rev().gt(LARGEST.iter().rev()) {
        return Err(ParseError::NotCanonical);
    }
    if SMALL_ORDER.contains(&y) {
        return Err(ParseError::SmallOrder);
    }
    Ok(())
}

/// Whether the bytes encode a point of the curve.
pub(crate) fn is_on_curve(key: &[u8; 32]) -> bool {
    VerificationKey::try_from(*key).is_ok()
}

/// Verifies one signature.
pub(crate) fn verify(key: &[u8; 32], message: &[u8], signature: &[u8; 64]) -> Result<(), SignatureError> {
    let key = VerificationKey::try_from(*key).map_err(|_| SignatureError::KeyNotOnCurve)?;
    key.verify(&Signature::from_bytes(signature), message)
        .map_err(|_| SignatureError::Invalid)
}

/// Signatures that are verified together, each under an index of the caller's.
#[derive(Default)]
pub(crate) struct Batch(Vec<Entry>);

/// A signature of a batch, with the hash that binds key, signature and message together.
struct Entry {
    index: usize,
    item: batch::Item,
    binding: [u8; 32],
}

impl Batch {
    /// Adds a signature.
    pub(crate) fn push(&mut self, index: usize, key: &[u8; 32], message: &[u8], signature: &[u8; 64]) {
        let binding = Sha256::new()
            .chain_update(key)
            .chain_update(signature)
            .chain_update(message)
            .finalize()
            .into();
        let item = (
            VerificationKeyBytes::from(*key),
            Signature::from_bytes(signature),
            message,
        )
            .into();
        self.0.push(Entry { index, item, binding });
    }

    /// The indices of the valid signatures.
    ///
    /// One equation answers for all. If it fails, each group gets its own, and only the groups that fail are verified
    /// one by one. Halving again and again would find a single fault a little sooner, but would let whoever sends
    /// nothing but faults cost five times the price of verifying one by one; this costs him twice that price at most.
    pub(crate) fn valid(self) -> Vec<usize> {
        let entries = self.0;
        if batch_holds(&entries) {
            return entries.iter().map(|entry| entry.index).collect();
        }
        let mut valid = Vec::with_capacity(entries.len());
        for group in entries.chunks(GROUP) {
            let holds = entries.len() > GROUP && batch_holds(group);
            let group = group
                .iter()
                .filter(|entry| holds || entry.item.clone().verify_single().is_ok());
            valid.extend(group.map(|entry| entry.index));
        }
        valid
    }
}

/// How many signatures share an equation after that of the whole batch has failed.
const GROUP: usize = 32;

/// Verifies all entries with one equation.
fn batch_holds(entries: &[Entry]) -> bool {
    let mut verifier = batch::Verifier::new();
    for entry in entries {
        verifier.queue(entry.item.clone());
    }
    verifier.verify(Coefficients::new(entries)).is_ok()
}

/// The random coefficients of a batch equation, derived from everything in the batch.
///
/// Whoever makes the signatures must not know the coefficients while he makes them: otherwise two invalid signatures
/// could cancel out. Since the coefficients depend on every bit of every key, message and signature, he would have to
/// try about 2^128 batches. Taken from the batch rather than from the operating system they are the same on every
/// node and need no input from outside.
struct Coefficients {
    seed: [u8; 64],
    counter: u64,
}

impl Coefficients {
    fn new(entries: &[Entry]) -> Self {
        let mut hasher = Sha512::new_with_prefix(b"yinxin/ed25519-batch/1\0");
        for entry in entries {
            hasher.update(entry.binding);
        }
        Self {
            seed: hasher.finalize().into(),
            counter: 0,
        }
    }
}

impl TryRng for Coefficients {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, destination: &mut [u8]) -> Result<(), Infallible> {
        for chunk in destination.chunks_mut(64) {
            let block = Sha512::new()
                .chain_update(self.seed)
                .chain_update(self.counter.to_le_bytes())
                .finalize();
            self.counter = self.counter.wrapping_add(1);
            for (to, from) in chunk.iter_mut().zip(block) {
                *to = from;
            }
        }
        Ok(())
    }
}

impl TryCryptoRng for Coefficients {}

#[cfg(test)]
mod tests;
