//! ZIP 215 in its edge cases: a batch must judge every signature as single verification does.
//!
//! The tests work on bytes, below [`PublicKey`](crate::PublicKey), so that keys of small order reach the equations too.

#![expect(clippy::arithmetic_side_effects, reason = "a test may fail loudly")]

use curve25519_dalek::EdwardsPoint;
use curve25519_dalek::constants::{ED25519_BASEPOINT_POINT, EIGHT_TORSION};
use curve25519_dalek::scalar::Scalar;
use proptest::prelude::*;

use super::*;

/// A question to the verifier.
#[derive(Clone, Debug)]
struct Case {
    key: [u8; 32],
    message: Vec<u8>,
    signature: [u8; 64],
}

impl Case {
    fn verdict(&self) -> bool {
        verify(&self.key, &self.message, &self.signature).is_ok()
    }
}

fn batch_verdicts(cases: &[Case]) -> Vec<bool> {
    let mut batch = Batch::default();
    for (index, case) in cases.iter().enumerate() {
        batch.push(index, &case.key, &case.message, &case.signature);
    }
    let mut verdicts = vec![false; cases.len()];
    for index in batch.valid() {
        verdicts[index] = true;
    }
    verdicts
}

fn join(r: &[u8; 32], s: &Scalar) -> [u8; 64] {
    let mut signature = [0; 64];
    signature[..32].copy_from_slice(r);
    signature[32..].copy_from_slice(s.as_bytes());
    signature
}

fn challenge(r: &[u8; 32], key: &[u8; 32], message: &[u8]) -> Scalar {
    let hash: [u8; 64] = Sha512::new()
        .chain_update(r)
        .chain_update(key)
        .chain_update(message)
        .finalize()
        .into();
    Scalar::from_bytes_mod_order_wide(&hash)
}

/// The fourteen encodings of the eight points of small order, six of them not canonical.
fn small_order_encodings() -> Vec<[u8; 32]> {
    let canonical = EIGHT_TORSION.iter().map(|point| point.compress().to_bytes());
    let zero_plus_p = {
        let mut bytes = LARGEST;
        bytes[0] += 1;
        bytes
    };
    let one_plus_p = {
        let mut bytes = LARGEST;
        bytes[0] += 2;
        bytes
    };
    let negative = |mut bytes: [u8; 32]| {
        bytes[31] |= 0x80;
        bytes
    };
    let one = SMALL_ORDER[1];
    let others = [
        negative(one),
        negative(LARGEST),
        zero_plus_p,
        negative(zero_plus_p),
        one_plus_p,
        negative(one_plus_p),
    ];
    canonical.chain(others).collect()
}

/// A signature by the number `secret`, where multiples of a point of order 8 are added to the key and to R: valid by the
/// cofactored equation, not by the other.
fn with_torsion(secret: u64, nonce: u64, key_torsion: usize, r_torsion: usize, message: &[u8]) -> Case {
    let (secret, nonce) = (Scalar::from(secret), Scalar::from(nonce));
    let key = (ED25519_BASEPOINT_POINT * secret + EIGHT_TORSION[key_torsion])
        .compress()
        .to_bytes();
    let r = (ED25519_BASEPOINT_POINT * nonce + EIGHT_TORSION[r_torsion])
        .compress()
        .to_bytes();
    let s = nonce + challenge(&r, &key, message) * secret;
    Case {
        key,
        message: message.to_vec(),
        signature: join(&r, &s),
    }
}

fn honest(seed: [u8; 32], message: Vec<u8>) -> Case {
    let key = ed25519_zebra::SigningKey::from(seed);
    let signature = key.sign(&message).to_bytes();
    Case {
        key: VerificationKeyBytes::from(&key).into(),
        message,
        signature,
    }
}

/// Adds the order of the group to S: the same equation, but S is not reduced.
fn not_reduced(mut case: Case) -> Case {
    // The order is 2^252 + 27742317777372353535851937790883648493.
    let order: [u8; 32] = [
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
    ];
    let mut carry = 0_u16;
    for (digit, add) in case.signature[32..].iter_mut().zip(order) {
        carry += u16::from(*digit) + u16::from(add);
        *digit = carry.to_le_bytes()[0];
        carry >>= 8;
    }
    case
}

/// Every kind of signature, with the verdict that ZIP 215 demands where it is known beforehand.
fn case() -> impl Strategy<Value = (Case, Option<bool>)> {
    let message = || prop::collection::vec(any::<u8>(), 0..80);
    prop_oneof![
        4 => (any::<[u8; 32]>(), message()).prop_map(|(seed, message)| (honest(seed, message), Some(true))),
        1 => (any::<[u8; 32]>(), message(), 0..64_usize, 0..8_u32).prop_map(|(seed, message, byte, bit)| {
            let mut case = honest(seed, message);
            case.signature[byte] ^= 1 << bit;
            (case, Some(false))
        }),
        1 => (any::<[u8; 32]>(), message()).prop_map(|(seed, message)| {
            let mut case = honest(seed, message);
            case.message.push(0);
            (case, Some(false))
        }),
        1 => (any::<[u8; 32]>(), message()).prop_map(|(seed, message)| {
            (not_reduced(honest(seed, message)), Some(false))
        }),
        2 => (1..u64::MAX, 1..u64::MAX, 0..8_usize, 0..8_usize, message()).prop_map(|(secret, nonce, key, r, message)| {
            (with_torsion(secret, nonce, key, r, &message), Some(true))
        }),
        2 => (0..14_usize, 0..14_usize, message()).prop_map(|(key, r, message)| {
            let encodings = small_order_encodings();
            let signature = join(&encodings[r], &Scalar::ZERO);
            (Case { key: encodings[key], message, signature }, Some(true))
        }),
        1 => (1..u64::MAX, 0..14_usize, message()).prop_map(|(secret, r, message)| {
            let key = (ED25519_BASEPOINT_POINT * Scalar::from(secret)).compress().to_bytes();
            let r = small_order_encodings()[r];
            let s = challenge(&r, &key, &message) * Scalar::from(secret);
            (Case { key, message, signature: join(&r, &s) }, Some(true))
        }),
        1 => (any::<[u8; 32]>(), message(), any::<[u8; 32]>(), any::<[u8; 32]>()).prop_map(|(key, message, r, s)| {
            let mut signature = [0; 64];
            signature[..32].copy_from_slice(&r);
            signature[32..].copy_from_slice(&s);
            (Case { key, message, signature }, None)
        }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn a_batch_judges_every_signature_as_single_verification_does(cases in prop::collection::vec(case(), 0..100)) {
        let (cases, expected): (Vec<_>, Vec<_>) = cases.into_iter().unzip();
        let single: Vec<_> = cases.iter().map(Case::verdict).collect();
        for (verdict, expected) in single.iter().zip(&expected) {
            prop_assert!(expected.is_none_or(|expected| expected == *verdict));
        }
        prop_assert_eq!(batch_verdicts(&cases), single);
    }
}

#[test]
fn signatures_of_small_order_keys_hold_in_every_encoding_as_zip_215_demands() {
    let encodings = small_order_encodings();
    assert_eq!(encodings.len(), 14);
    let mut cases = Vec::new();
    for key in &encodings {
        for r in &encodings {
            let signature = join(r, &Scalar::ZERO);
            cases.push(Case {
                key: *key,
                message: b"Zcash".to_vec(),
                signature,
            });
        }
    }
    assert!(cases.iter().all(Case::verdict));
    assert!(batch_verdicts(&cases).into_iter().all(|verdict| verdict));
}

#[test]
fn no_encoding_of_a_point_of_small_order_is_a_key() {
    for encoding in small_order_encodings() {
        assert!(check_encoding(&encoding).is_err(), "{encoding:02x?}");
    }
    // The five coordinates are those of the eight points, no more and no fewer.
    let mut expected: Vec<_> = EIGHT_TORSION
        .iter()
        .map(|point: &EdwardsPoint| {
            let mut y = point.compress().to_bytes();
            y[31] &= 0x7f;
            y
        })
        .collect();
    expected.sort_unstable();
    expected.dedup();
    let mut known = SMALL_ORDER.to_vec();
    known.sort_unstable();
    assert_eq!(known, expected);
}

#[test]
fn a_key_is_read_in_one_encoding_only() {
    // y = p + 3 and y = 3 would be the same coordinate.
    let mut three = [0; 32];
    three[0] = 3;
    assert_eq!(check_encoding(&three), Ok(()));
    let mut three_plus_p = LARGEST;
    three_plus_p[0] += 4;
    assert_eq!(check_encoding(&three_plus_p), Err(ParseError::NotCanonical));
    let mut below = LARGEST;
    below[0] -= 1;
    assert_eq!(check_encoding(&below), Ok(()));
}

#[test]
fn faults_are_found_wherever_they_are_in_a_large_batch() {
    let cases: Vec<_> = (0..200_u8)
        .map(|number| honest([number; 32], vec![number]))
        .collect();
    for spoiled in [
        vec![0],
        vec![199],
        vec![31, 32],
        vec![5, 64, 65, 66, 130],
        (0..200).collect(),
    ] {
        let mut cases = cases.clone();
        for index in &spoiled {
            cases[*index].signature[0] ^= 1;
        }
        let expected: Vec<_> = (0..cases.len()).map(|index| !spoiled.contains(&index)).collect();
        assert_eq!(batch_verdicts(&cases), expected);
    }
}

#[test]
fn faults_that_would_cancel_out_without_coefficients_are_found() {
    // Two signatures whose errors are opposite: their sum is valid.
    let first = honest([1; 32], b"first".to_vec());
    let second = honest([2; 32], b"second".to_vec());
    let shift = |case: &Case, by: Scalar| {
        let s = Scalar::from_canonical_bytes(case.signature[32..].try_into().unwrap()).unwrap() + by;
        let mut signature = case.signature;
        signature[32..].copy_from_slice(s.as_bytes());
        Case {
            signature,
            ..case.clone()
        }
    };
    let cases = [shift(&first, Scalar::ONE), shift(&second, -Scalar::ONE)];
    assert_eq!(batch_verdicts(&cases), [false, false]);
}
