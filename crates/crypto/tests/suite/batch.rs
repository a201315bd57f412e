//! Verification as callers see it: one verdict for each item, the same alone and in a batch.

use proptest::prelude::*;
use yinxin_crypto::{
    PrivateKey, PublicKey, Signature, SignatureAlgorithm, SignatureError, Signed, verify, verify_batch,
};

/// A few keys of each algorithm, so that a batch repeats some.
fn key(algorithm: SignatureAlgorithm, number: u8) -> PrivateKey {
    PrivateKey::from_bytes(algorithm, &[number + 1; 32]).unwrap()
}

#[derive(Clone, Debug)]
struct Item {
    key: PublicKey,
    message: Vec<u8>,
    signature: Signature,
}

fn item() -> impl Strategy<Value = Item> {
    let algorithm = prop::sample::select(PrivateKey::ALGORITHMS.as_slice());
    let message = prop::collection::vec(any::<u8>(), 0..60);
    (algorithm, 0..4_u8, message, prop::option::weighted(0.3, 0..4_u8)).prop_map(
        |(algorithm, number, message, fault)| {
            let signer = key(algorithm, number);
            let mut item = Item {
                key: signer.public_key(),
                signature: signer.sign(&message),
                message,
            };
            match fault {
                Some(0) => item.message.push(1),
                Some(1) => item.key = key(algorithm, number + 1).public_key(),
                Some(2) => {
                    let mut bytes = *item.signature.as_bytes();
                    bytes[63] ^= 1;
                    item.signature = Signature::new(algorithm, bytes);
                }
                Some(_) => {
                    // The same bytes under the name of the other algorithm.
                    let other = SignatureAlgorithm::ALL
                        .into_iter()
                        .find(|other| *other != algorithm)
                        .unwrap();
                    item.signature = Signature::new(other, *item.signature.as_bytes());
                }
                None => {}
            }
            item
        },
    )
}

fn verdicts(items: &[Item]) -> Vec<bool> {
    let signed: Vec<_> = items
        .iter()
        .map(|item| Signed {
            key: &item.key,
            message: &item.message,
            signature: &item.signature,
        })
        .collect();
    verify_batch(&signed)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_batch_gives_each_item_the_verdict_it_gets_alone(items in prop::collection::vec(item(), 0..60)) {
        let alone: Vec<_> = items.iter().map(|item| verify(&item.key, &item.message, &item.signature).is_ok()).collect();
        prop_assert_eq!(verdicts(&items), alone);
    }
}

#[test]
fn a_batch_longer_than_one_equation_keeps_its_order() {
    let signer = key(SignatureAlgorithm::Ed25519, 0);
    let mut items: Vec<_> = (0..1_100_u32)
        .map(|number| {
            let message = number.to_be_bytes().to_vec();
            Item {
                key: signer.public_key(),
                signature: signer.sign(&message),
                message,
            }
        })
        .collect();
    for spoiled in [0, 1_023, 1_024, 1_099] {
        items[spoiled].message.push(0);
    }
    let found: Vec<_> = (0..)
        .zip(verdicts(&items))
        .filter_map(|(index, valid)| (!valid).then_some(index))
        .collect();
    assert_eq!(found, [0, 1_023, 1_024, 1_099]);
}

#[test]
fn the_reason_of_a_refusal_is_named() {
    let ed25519 = key(SignatureAlgorithm::Ed25519, 0);
    let sm2 = key(SignatureAlgorithm::Sm2, 0);
    for signer in [&ed25519, &sm2] {
        let signature = signer.sign(b"deposit");
        assert_eq!(verify(&signer.public_key(), b"deposit", &signature), Ok(()));
        assert_eq!(
            verify(&signer.public_key(), b"deposits", &signature),
            Err(SignatureError::Invalid)
        );
        let zero = Signature::new(signer.algorithm(), [0; 64]);
        assert_eq!(
            verify(&signer.public_key(), b"deposit", &zero),
            Err(SignatureError::Invalid)
        );
    }
    assert_eq!(
        verify(&ed25519.public_key(), b"deposit", &sm2.sign(b"deposit")),
        Err(SignatureError::AlgorithmMismatch)
    );
    // Of the coordinates, about half belong to no point: y = 2 is one for Ed25519.
    let mut nowhere = [0; 32];
    nowhere[0] = 2;
    let nowhere = PublicKey::from_bytes(SignatureAlgorithm::Ed25519, &nowhere).unwrap();
    assert!(!nowhere.is_on_curve());
    assert_eq!(
        verify(&nowhere, b"deposit", &ed25519.sign(b"deposit")),
        Err(SignatureError::KeyNotOnCurve)
    );
}

#[test]
fn any_changed_bit_of_a_signature_is_refused() {
    for algorithm in PrivateKey::ALGORITHMS {
        let signer = key(algorithm, 0);
        let signature = signer.sign(b"deposit");
        let items: Vec<_> = (0..512)
            .map(|bit| {
                let mut bytes = *signature.as_bytes();
                bytes[bit / 8] ^= 1 << (bit % 8);
                let signature = Signature::new(algorithm, bytes);
                Item {
                    key: signer.public_key(),
                    message: b"deposit".to_vec(),
                    signature,
                }
            })
            .collect();
        assert!(verdicts(&items).into_iter().all(|valid| !valid));
    }
}
