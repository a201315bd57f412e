//! The published vector of RFC 9180 for the suite, sealed and opened.

use super::*;
use crate::aead::TAG_LENGTH;

fn bytes(hexadecimal: &str) -> Vec<u8> {
    hex::decode(hexadecimal).unwrap()
}

fn array(hexadecimal: &str) -> [u8; 32] {
    bytes(hexadecimal).try_into().unwrap()
}

/// From the test vectors published with RFC 9180: mode base (0), DHKEM(X25519, HKDF-SHA256) (0x0020), HKDF-SHA256 (1),
/// AES-256-GCM (2), the first encryption.
const INFO: &str = "4f6465206f6e2061204772656369616e2055726e";
const IKM_E: &str = "2cd7c601cefb3d42a62b04b7a9041494c06c7843818e0ce28a8f704ae7ab20f9";
const SK_R: &str = "497b4502664cfea5d5af0b39934dac72242a74f8480451e1aee7d6a53320333d";
const PK_R: &str = "430f4b9859665145a6b1ba274024487bd66f03a2dd577d7753c68d7d7d00c00c";
const ENC: &str = "6c93e09869df3402d7bf231bf540fadd35cd56be14f97178f0954db94b7fc256";
const AAD: &str = "436f756e742d30";
const CT: &str = "e5d84cd531cfb583096e7cfa9641bd3079cf3a91cda813c52deb5f512be9931980a41de125a925cdad859d5b7a";
const PT: &str = "4265617574792069732074727574682c20747275746820626561757479";

#[test]
fn the_x25519_form_is_hpke_as_the_vector_of_rfc_9180_gives_it() {
    let key = DecryptionKey::from_bytes(EncryptionAlgorithm::X25519, &array(SK_R)).unwrap();
    let recipient: EncryptionKey = format!("x25519:{PK_R}").parse().unwrap();
    assert_eq!(key.encryption_key(), recipient);
    let envelope = bytes(&format!("01{ENC}{CT}"));
    let opened = open(&key, &bytes(INFO), &bytes(AAD), &envelope).unwrap();
    assert_eq!(opened.as_slice(), bytes(PT));

    let PublicForm::X25519(public) = recipient.form().unwrap() else {
        panic!("the key is of X25519");
    };
    let mut sealed = vec![1];
    let drawn = Drawn(Zeroizing::new(array(IKM_E)));
    seal_hpke(&mut sealed, &public, &bytes(INFO), &bytes(AAD), &bytes(PT), drawn).unwrap();
    assert_eq!(sealed, envelope);
}

#[test]
fn bytes_drawn_beforehand_are_never_given_twice() {
    let mut drawn = Drawn(Zeroizing::new([7; 32]));
    let mut first = [0; 32];
    let mut more = [0; 80];
    drawn.try_fill_bytes(&mut first).unwrap();
    drawn.try_fill_bytes(&mut more).unwrap();
    assert_eq!(first, [7; 32]);
    assert_ne!(more[..32], first);
    assert_ne!(more[..32], more[32..64]);
    assert_ne!(drawn.try_next_u32(), drawn.try_next_u32());
    assert_ne!(drawn.try_next_u64(), drawn.try_next_u64());
}

#[test]
fn the_lengths_are_those_of_the_parts() {
    assert_eq!(
        overhead(EncryptionAlgorithm::X25519),
        1 + ENCAPSULATED_LENGTH + TAG_LENGTH
    );
    assert_eq!(
        WRAPPED_LENGTH,
        Aead::Sm4Gcm.key_length() + sm2_encryption::OVERHEAD
    );
    assert_eq!(
        overhead(EncryptionAlgorithm::Sm2),
        1 + WRAPPED_LENGTH + NONCE_LENGTH + TAG_LENGTH
    );
}
