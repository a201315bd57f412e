//! Encryption keys and envelopes: one text for each key, opened by its holder, for its purpose and unchanged only; and
//! the vectors that other implementations open.
//!
//! `YINXIN_WRITE_VECTORS=1 cargo test -p yinxin-crypto --test suite envelopes` writes the vectors anew. That is an
//! approval of a changed format, not a way to make a test pass.

use std::path::PathBuf;

use proptest::prelude::*;
use serde_json::{Value, json};
use yinxin_crypto::envelope::{self, EnvelopeError, overhead};
use yinxin_crypto::{DecryptionKey, EncryptionAlgorithm, EncryptionKey, ParseError};

use crate::{array, bytes};

fn key(algorithm: EncryptionAlgorithm, secret: u8) -> DecryptionKey {
    DecryptionKey::from_bytes(algorithm, &[secret; 32]).unwrap()
}

fn algorithms() -> impl Strategy<Value = EncryptionAlgorithm> {
    prop::sample::select(EncryptionAlgorithm::ALL.as_slice())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn an_envelope_opens_for_its_holder_and_purpose_and_unchanged_only(
        algorithm in algorithms(),
        info in prop::collection::vec(any::<u8>(), 0..40),
        aad in prop::collection::vec(any::<u8>(), 0..40),
        message in prop::collection::vec(any::<u8>(), 0..100),
        place in any::<prop::sample::Index>(),
        bit in 0..8_u32,
    ) {
        let holder = key(algorithm, 7);
        let sealed = envelope::seal(&holder.encryption_key(), &info, &aad, &message).unwrap();
        prop_assert_eq!(sealed.len(), message.len() + overhead(algorithm));
        prop_assert_eq!(sealed[0], algorithm.tag());
        let opened = envelope::open(&holder, &info, &aad, &sealed).unwrap();
        prop_assert_eq!(opened.as_slice(), &message);
        let again = envelope::seal(&holder.encryption_key(), &info, &aad, &message).unwrap();
        prop_assert_ne!(&again, &sealed);

        let refused = |key: &DecryptionKey, info: &[u8], aad: &[u8], sealed: &[u8]| {
            envelope::open(key, info, aad, sealed).unwrap_err()
        };
        prop_assert_eq!(refused(&key(algorithm, 9), &info, &aad, &sealed), EnvelopeError::Refused);
        let longer = |bytes: &[u8]| [bytes, &[0]].concat();
        prop_assert_eq!(refused(&holder, &longer(&info), &aad, &sealed), EnvelopeError::Refused);
        prop_assert_eq!(refused(&holder, &info, &longer(&aad), &sealed), EnvelopeError::Refused);
        prop_assert_eq!(refused(&holder, &info, &aad, &longer(&sealed)), EnvelopeError::Refused);
        // Where purpose and associated data meet must not move.
        if let Some((first, rest)) = aad.split_first() {
            let info = [info.as_slice(), &[*first]].concat();
            prop_assert_eq!(refused(&holder, &info, rest, &sealed), EnvelopeError::Refused);
        }
        let mut changed = sealed;
        let place = place.index(changed.len());
        changed[place] ^= 1 << bit;
        prop_assert!(envelope::open(&holder, &info, &aad, &changed).is_err());
    }

    #[test]
    fn no_bytes_make_opening_panic(
        algorithm in algorithms(),
        mut bytes in prop::collection::vec(any::<u8>(), 0..300),
        first in 0..4_u8,
        second in 0..6_u8,
    ) {
        for (byte, value) in bytes.iter_mut().zip([first, second]) {
            *byte = value;
        }
        prop_assert!(envelope::open(&key(algorithm, 7), b"", b"", &bytes).is_err());
    }
}

#[test]
fn every_flipped_bit_of_an_envelope_is_refused() {
    for algorithm in EncryptionAlgorithm::ALL {
        let holder = key(algorithm, 7);
        let sealed = envelope::seal(&holder.encryption_key(), b"info", b"aad", b"m").unwrap();
        for place in 0..sealed.len() {
            for bit in 0..8 {
                let mut changed = sealed.clone();
                changed[place] ^= 1 << bit;
                assert!(envelope::open(&holder, b"info", b"aad", &changed).is_err());
            }
        }
        for length in 0..sealed.len() {
            assert!(envelope::open(&holder, b"info", b"aad", &sealed[..length]).is_err());
        }
    }
}

#[test]
fn an_envelope_of_the_other_algorithm_says_so() {
    let [x25519, sm2] = EncryptionAlgorithm::ALL.map(|algorithm| key(algorithm, 7));
    let sealed = envelope::seal(&sm2.encryption_key(), b"", b"", b"message").unwrap();
    assert_eq!(
        envelope::open(&x25519, b"", b"", &sealed).unwrap_err(),
        EnvelopeError::Algorithm {
            expected: EncryptionAlgorithm::X25519,
            found: EncryptionAlgorithm::Sm2
        }
    );
    assert_eq!(
        envelope::open(&sm2, b"", b"", &[3; 200]).unwrap_err(),
        EnvelopeError::Malformed
    );
    assert_eq!(
        envelope::open(&sm2, b"", b"", &[]).unwrap_err(),
        EnvelopeError::Malformed
    );
}

#[test]
fn a_key_is_exported_and_read_again() {
    for algorithm in EncryptionAlgorithm::ALL {
        let made = DecryptionKey::generate(algorithm).unwrap();
        let read = DecryptionKey::from_bytes(algorithm, &made.export_bytes()).unwrap();
        assert_eq!(read.encryption_key(), made.encryption_key());
        assert_eq!(*read.export_bytes(), *made.export_bytes());
        let sealed = envelope::seal(&made.encryption_key(), b"", b"", b"message").unwrap();
        assert_eq!(
            envelope::open(&read, b"", b"", &sealed).unwrap().as_slice(),
            b"message"
        );
        assert_eq!(
            format!("{made:?}"),
            format!("DecryptionKey {{ public: {}, .. }}", made.encryption_key())
        );
        let other = DecryptionKey::generate(algorithm).unwrap();
        assert_ne!(other.encryption_key(), made.encryption_key());
    }
}

#[test]
fn the_text_of_an_encryption_key_is_pinned_and_the_only_one() {
    for algorithm in EncryptionAlgorithm::ALL {
        let public = key(algorithm, 7).encryption_key();
        let text = public.to_string();
        assert_eq!(text.parse(), Ok(public));
        assert_eq!(serde_json::to_string(&public).unwrap(), format!("\"{text}\""));
        assert_eq!(
            serde_json::from_str::<EncryptionKey>(&format!("\"{text}\"")).unwrap(),
            public
        );
        assert_eq!(format!("{public:?}"), text);
        assert_eq!(EncryptionAlgorithm::from_tag(algorithm.tag()), Some(algorithm));
        assert_eq!(algorithm.as_str().parse(), Ok(algorithm));
        assert_eq!(public.as_bytes().len(), algorithm.key_length());
        assert!(text.to_uppercase().parse::<EncryptionKey>().is_err());
        assert!(text.replace(':', "").parse::<EncryptionKey>().is_err());
        assert!(format!("{text}00").parse::<EncryptionKey>().is_err());
        let shorter: String = text.chars().take(text.len() - 2).collect();
        assert!(shorter.parse::<EncryptionKey>().is_err());
    }
    for (algorithm, text) in [
        (
            EncryptionAlgorithm::X25519,
            "x25519:13be4feaeaf204c7fd3358fc9c00721881d174278128227ec674f37f7fe97b6d",
        ),
        (
            EncryptionAlgorithm::Sm2,
            "sm2:02df07dc0b31591dfb63ec895516e5bb4ad05a09c2feba6d496ce523f7303fffcd",
        ),
    ] {
        assert_eq!(key(algorithm, 7).encryption_key().to_string(), text);
    }
    assert_eq!(
        "ed25519:ea4a6c63e29c520abef5507b132ec5f9954776aebebe7b92421eea691446d22c".parse::<EncryptionKey>(),
        Err(ParseError::Algorithm)
    );
}

#[test]
fn a_key_that_nobody_or_everybody_holds_is_refused() {
    let x25519 = |hexadecimal: &str| format!("x25519:{hexadecimal}").parse::<EncryptionKey>();
    for small in [
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
        "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    ] {
        assert_eq!(x25519(small), Err(ParseError::SmallOrder));
        // The curve agrees: whatever the private key, the shared secret is zero.
        let point = curve25519_dalek::MontgomeryPoint(array(small));
        assert_eq!(point.mul_clamped([9; 32]).0, [0; 32]);
    }
    for not_canonical in [
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "0900000000000000000000000000000000000000000000000000000000000080",
        "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    ] {
        assert_eq!(x25519(not_canonical), Err(ParseError::NotCanonical));
    }
    assert!(x25519("0900000000000000000000000000000000000000000000000000000000000000").is_ok());
    assert!(x25519("ebffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f").is_ok());

    let sm2 = |hexadecimal: &str| format!("sm2:{hexadecimal}").parse::<EncryptionKey>();
    let results: Vec<_> = (1..40)
        .map(|x| sm2(&format!("02{}{x:02x}", "00".repeat(31))))
        .collect();
    assert!(results.contains(&Err(ParseError::NotOnCurve)));
    assert!(results.iter().any(Result::is_ok));
    assert_eq!(
        sm2(&format!("04{}", "00".repeat(32))),
        Err(ParseError::NotCanonical)
    );
    for algorithm in EncryptionAlgorithm::ALL {
        for length in [0, 31, 34, 65] {
            assert_eq!(
                EncryptionKey::from_bytes(algorithm, &vec![2; length]),
                Err(ParseError::Length {
                    expected: algorithm.key_length(),
                    found: length
                })
            );
        }
    }
    assert!(DecryptionKey::from_bytes(EncryptionAlgorithm::Sm2, &[0; 32]).is_err());
    assert!(DecryptionKey::from_bytes(EncryptionAlgorithm::Sm2, &[0xff; 32]).is_err());
}

fn vectors_file() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/vectors/envelopes.json")
}

/// Two envelopes of each algorithm: a short text in both languages with purpose and associated data, and nothing at all.
fn write_vectors() {
    let mut vectors = Vec::new();
    for algorithm in EncryptionAlgorithm::ALL {
        let cases = [
            ("text", 0x21, "yinxin/example/1", "公积金", "余额 balance 4408.76"),
            ("empty", 0x42, "", "", ""),
        ];
        for (name, secret, info, aad, plaintext) in cases {
            let key = key(algorithm, secret);
            let sealed = envelope::seal(
                &key.encryption_key(),
                info.as_bytes(),
                aad.as_bytes(),
                plaintext.as_bytes(),
            )
            .unwrap();
            vectors.push(json!({
                "aad_hex": hex::encode(aad),
                "envelope_hex": hex::encode(sealed),
                "info_hex": hex::encode(info),
                "key": key.encryption_key(),
                "name": format!("{algorithm}-{name}"),
                "plaintext_hex": hex::encode(plaintext),
                "private_hex": hex::encode(*key.export_bytes()),
            }));
        }
    }
    std::fs::write(vectors_file(), format!("{:#}\n", Value::from(vectors))).unwrap();
}

#[test]
fn the_published_vectors_open() {
    if std::env::var_os("YINXIN_WRITE_VECTORS").is_some() {
        write_vectors();
    }
    let text = std::fs::read_to_string(vectors_file()).unwrap();
    let vectors: Vec<Value> = serde_json::from_str(&text).unwrap();
    assert_eq!(vectors.len(), 4);
    for vector in &vectors {
        let field = |name: &str| bytes(vector[name].as_str().unwrap());
        let public: EncryptionKey = vector["key"].as_str().unwrap().parse().unwrap();
        let private = array(vector["private_hex"].as_str().unwrap());
        let key = DecryptionKey::from_bytes(public.algorithm(), &private).unwrap();
        assert_eq!(key.encryption_key(), public);
        let opened = envelope::open(
            &key,
            &field("info_hex"),
            &field("aad_hex"),
            &field("envelope_hex"),
        );
        assert_eq!(
            opened.unwrap().as_slice(),
            field("plaintext_hex"),
            "{}",
            vector["name"]
        );
    }
}
