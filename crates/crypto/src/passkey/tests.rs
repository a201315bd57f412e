//! ECDSA at its edges: both halves of s, numbers outside the order, points off the curve.

use p256::Scalar;
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{Signature, SigningKey};
use p256::elliptic_curve::scalar::IsHigh as _;

use super::{PRIME, check_encoding, is_on_curve, verify};
use crate::text::ParseError;
use crate::verify::SignatureError;

fn signer(seed: u8) -> (SigningKey, [u8; 65]) {
    let key = SigningKey::from_slice(&[seed; 32]).unwrap();
    let mut bytes = [7; 65];
    bytes[..33].copy_from_slice(key.verifying_key().to_sec1_point(true).as_bytes());
    (key, bytes)
}

#[test]
fn a_signature_holds_for_its_key_and_message_only() {
    let (key, public) = signer(1);
    let signature: Signature = key.sign(b"assertion");
    let signature: [u8; 64] = signature.to_bytes().into();
    assert_eq!(verify(&public, b"assertion", &signature), Ok(()));
    assert_eq!(
        verify(&public, b"assertions", &signature),
        Err(SignatureError::Invalid)
    );
    assert_eq!(
        verify(&signer(2).1, b"assertion", &signature),
        Err(SignatureError::Invalid)
    );
}

#[test]
fn both_values_of_s_are_valid() {
    let (key, public) = signer(1);
    let (mut high, mut low) = (0, 0);
    for message in 0..16_u8 {
        let signature: Signature = key.sign(&[message]);
        let (r, s): (Scalar, Scalar) = (*signature.r(), *signature.s());
        for s in [s, -s] {
            if bool::from(s.is_high()) {
                high += 1;
            } else {
                low += 1;
            }
            let signature = Signature::from_scalars(r, s).unwrap().to_bytes().into();
            assert_eq!(verify(&public, &[message], &signature), Ok(()));
        }
    }
    assert_eq!((high, low), (16, 16));
}

#[test]
fn numbers_outside_the_order_are_no_signature() {
    let (key, public) = signer(1);
    let signature: Signature = key.sign(b"assertion");
    let signature: [u8; 64] = signature.to_bytes().into();
    for half in [0, 32] {
        for filler in [0x00, 0xff] {
            let mut changed = signature;
            changed[half..half + 32].fill(filler);
            assert_eq!(
                verify(&public, b"assertion", &changed),
                Err(SignatureError::Invalid)
            );
        }
    }
}

#[test]
fn a_key_has_one_encoding_and_need_not_be_on_the_curve() {
    let (_, public) = signer(1);
    assert_eq!(check_encoding(&public), Ok(()));
    assert!(is_on_curve(&public));
    for first in [0, 1, 4, 6, 0xff] {
        let mut changed = public;
        changed[0] = first;
        assert_eq!(check_encoding(&changed), Err(ParseError::NotCanonical));
    }
    let mut changed = public;
    changed[1..33].copy_from_slice(&PRIME);
    assert_eq!(check_encoding(&changed), Err(ParseError::NotCanonical));
    changed[32] -= 1;
    assert_eq!(check_encoding(&changed), Ok(()));
    let off_curve = (0..=u8::MAX).find(|last| {
        changed[1..33].fill(0);
        changed[32] = *last;
        !is_on_curve(&changed)
    });
    assert!(off_curve.is_some());
    assert_eq!(
        verify(&changed, b"", &[1; 64]),
        Err(SignatureError::KeyNotOnCurve)
    );
}
