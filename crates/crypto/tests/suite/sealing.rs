//! Encryption: what was sealed opens, for the right key and unchanged only.

use proptest::prelude::*;
use yinxin_crypto::aead::{Aead, AeadError, AeadKey, Sealed};
use yinxin_crypto::sm2_encryption::{self, LONGEST_MESSAGE, OVERHEAD, Sm2EncryptionError};
use yinxin_crypto::{HashAlgorithm, PublicKey};
use yinxin_crypto::{PrivateKey, SignatureAlgorithm, hmac, random_bytes};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_sealed_message_opens_and_no_changed_byte_passes(
        cipher in prop::sample::select(Aead::ALL.as_slice()),
        nonce in any::<[u8; 12]>(),
        associated in prop::collection::vec(any::<u8>(), 0..40),
        message in prop::collection::vec(any::<u8>(), 0..100),
        place in any::<prop::sample::Index>(),
        bit in 0..8_u32,
    ) {
        let key = AeadKey::generate(cipher).unwrap();
        let sealed = key.seal(nonce, &associated, &message).unwrap();
        let opened = key.open(&associated, &sealed).unwrap();
        prop_assert_eq!(opened.as_slice(), &message);
        let mut bytes = sealed.to_bytes();
        prop_assert_eq!(bytes.len(), message.len() + 29);
        prop_assert_eq!(&Sealed::from_bytes(&bytes).unwrap(), &sealed);
        let place = place.index(bytes.len());
        bytes[place] ^= 1 << bit;
        let opened = Sealed::from_bytes(&bytes).and_then(|sealed| key.open(&associated, &sealed));
        prop_assert!(opened.is_err());
        let mut other = associated;
        other.push(0);
        prop_assert_eq!(key.open(&other, &sealed).unwrap_err(), AeadError::Refused);
        let stranger = AeadKey::generate(cipher).unwrap();
        prop_assert_eq!(stranger.open(&other, &sealed).unwrap_err(), AeadError::Refused);
    }
}

#[test]
fn a_key_has_the_length_of_its_cipher_and_opens_no_other() {
    for cipher in Aead::ALL {
        for length in [0, 15, 16, 24, 31, 32, 33] {
            let key = AeadKey::new(cipher, &vec![1; length]);
            assert_eq!(key.is_ok(), length == cipher.key_length());
        }
    }
    let [aes, sm4] = Aead::ALL.map(|cipher| AeadKey::generate(cipher).unwrap());
    let sealed = sm4.seal(random_bytes().unwrap(), &[], b"message").unwrap();
    assert_eq!(
        aes.open(&[], &sealed).unwrap_err(),
        AeadError::Algorithm {
            expected: Aead::Aes256Gcm,
            found: Aead::Sm4Gcm
        }
    );
}

#[test]
fn bytes_too_short_for_a_tag_are_no_sealed_message() {
    for length in 0..29 {
        assert_eq!(Sealed::from_bytes(&vec![1; length]), Err(AeadError::Malformed));
    }
    assert!(Sealed::from_bytes(&[1; 29]).is_ok());
    assert_eq!(Sealed::from_bytes(&[3; 29]), Err(AeadError::Malformed));
}

#[test]
fn a_secret_key_does_not_show_itself() {
    let key = AeadKey::new(Aead::Sm4Gcm, &[0x77; 16]).unwrap();
    assert_eq!(format!("{key:?}"), "AeadKey { cipher: sm4-gcm, .. }");
}

fn sm2(secret: u8) -> PrivateKey {
    PrivateKey::from_bytes(SignatureAlgorithm::Sm2, &[secret; 32]).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn an_sm2_ciphertext_opens_for_its_recipient_and_unchanged_only(
        message in prop::collection::vec(any::<u8>(), 1..80),
        place in any::<prop::sample::Index>(),
        bit in 0..8_u32,
    ) {
        let recipient = sm2(3);
        let mut ciphertext = sm2_encryption::encrypt(&recipient.public_key(), &message).unwrap();
        prop_assert_eq!(ciphertext.len(), message.len() + OVERHEAD);
        let opened = sm2_encryption::decrypt(&recipient, &ciphertext).unwrap();
        prop_assert_eq!(opened.as_slice(), &message);
        prop_assert_eq!(sm2_encryption::decrypt(&sm2(4), &ciphertext).unwrap_err(), Sm2EncryptionError::Refused);
        let place = place.index(ciphertext.len());
        ciphertext[place] ^= 1 << bit;
        prop_assert_eq!(sm2_encryption::decrypt(&recipient, &ciphertext).unwrap_err(), Sm2EncryptionError::Refused);
    }

    #[test]
    fn no_bytes_make_decryption_panic(mut bytes in prop::collection::vec(any::<u8>(), 0..200), first in 0..6_u8) {
        if let Some(byte) = bytes.first_mut() {
            *byte = first;
        }
        prop_assert_eq!(sm2_encryption::decrypt(&sm2(3), &bytes).unwrap_err(), Sm2EncryptionError::Refused);
    }
}

/// GB/T 32918.5-2017, annex C, gives an encryption on the standard's curve: private key, ciphertext, message.
#[test]
fn sm2_decrypts_the_example_of_gb_t_32918_5() {
    let key = PrivateKey::from_bytes(
        SignatureAlgorithm::Sm2,
        &crate::array("3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8"),
    )
    .unwrap();
    let ciphertext = crate::bytes(
        "04\
         04ebfc718e8d1798620432268e77feb6415e2ede0e073c0f4f640ecd2e149a73\
         e858f9d81e5430a57b36daab8f950a3c64e6ee6a63094d99283aff767e124df0\
         59983c18f809e262923c53aec295d30383b54e39d609d160afcb1908d0bd8766\
         21886ca989ca9c7d58087307ca93092d651efa",
    );
    let message = sm2_encryption::decrypt(&key, &ciphertext).unwrap();
    assert_eq!(message.as_slice(), b"encryption standard");
}

#[test]
fn sm2_encryption_takes_short_messages_and_sm2_keys_only() {
    let key = sm2(3).public_key();
    let encrypt = |length| sm2_encryption::encrypt(&key, &vec![0; length]);
    assert_eq!(encrypt(0), Err(Sm2EncryptionError::MessageLength));
    assert_eq!(
        encrypt(LONGEST_MESSAGE + 1),
        Err(Sm2EncryptionError::MessageLength)
    );
    assert!(encrypt(1).is_ok());
    assert!(encrypt(LONGEST_MESSAGE).is_ok());
    let ed25519 = PrivateKey::from_bytes(SignatureAlgorithm::Ed25519, &[1; 32]).unwrap();
    assert_eq!(
        sm2_encryption::encrypt(&ed25519.public_key(), b"m"),
        Err(Sm2EncryptionError::NotSm2)
    );
    assert_eq!(
        sm2_encryption::decrypt(&ed25519, &encrypt(1).unwrap()).unwrap_err(),
        Sm2EncryptionError::NotSm2
    );
    // x = 1 belongs to no point.
    let nowhere = (1..=u8::MAX)
        .map(|x| {
            let mut bytes = [0; 33];
            (bytes[0], bytes[32]) = (2, x);
            PublicKey::from_bytes(SignatureAlgorithm::Sm2, &bytes).unwrap()
        })
        .find(|key| !key.is_on_curve())
        .unwrap();
    assert_eq!(
        sm2_encryption::encrypt(&nowhere, b"m"),
        Err(Sm2EncryptionError::KeyNotOnCurve)
    );
}

#[test]
fn an_authentication_code_holds_for_its_key_and_message_only() {
    for algorithm in HashAlgorithm::ALL {
        let code = hmac::authenticate(algorithm, b"key", &[b"mes", b"sage"]);
        assert_eq!(hmac::verify(algorithm, b"key", &[b"message"], &code), Ok(()));
        assert_eq!(
            hmac::verify(algorithm, b"kex", &[b"message"], &code),
            Err(hmac::MacError)
        );
        assert_eq!(
            hmac::verify(algorithm, b"key", &[b"massage"], &code),
            Err(hmac::MacError)
        );
        let mut changed = code;
        changed[31] ^= 1;
        assert_eq!(
            hmac::verify(algorithm, b"key", &[b"message"], &changed),
            Err(hmac::MacError)
        );
    }
}
