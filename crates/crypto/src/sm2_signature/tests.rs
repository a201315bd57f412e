//! The worked example of GB/T 32918.5 step by step, and our verification against that of the `sm2` crate.

use proptest::prelude::*;
use sm2::dsa::signature::Verifier as _;
use sm2::elliptic_curve::PrimeField as _;

use super::*;

fn bytes<const N: usize>(hexadecimal: &str) -> [u8; N] {
    let mut bytes = [0; N];
    hex::decode_to_slice(hexadecimal, &mut bytes).unwrap();
    bytes
}

/// GB/T 32918.5-2017, annex A: private key, public key, nonce, ZA, e, r, s; the message is "message digest".
const D: &str = "3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8";
const P: &str = "0309f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020";
const K: &str = "59276e27d506861a16680f3ad9c02dccef3cc1fa3cdbe4ce6d54b80deac1bc21";
const ZA: &str = "b2e14c5c79c6df5b85f4fe7ed8db7a262b9da7e07ccb0ea9f4747b8ccda8a4f3";
const E: &str = "f0b43e94ba45accaace692ed534382eb17e6ab5a19ce7b31f4486fdfc0d28640";
const R: &str = "f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3";
const S: &str = "b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa";
const MESSAGE: &[u8] = b"message digest";

fn scalar(hexadecimal: &str) -> Scalar {
    Scalar::from_repr(bytes::<32>(hexadecimal).into()).unwrap()
}

#[test]
fn the_worked_example_of_the_standard_comes_out_at_every_step() {
    let secret = secret_key(&bytes(D)).unwrap();
    assert_eq!(hex::encode(public_key(&secret)), P);
    let key = VerifyingKey::new(&bytes(P)).unwrap();
    assert_eq!(hex::encode(key.identity_hash), ZA);
    let digest = Sm3::new()
        .chain_update(key.identity_hash)
        .chain_update(MESSAGE)
        .finalize();
    assert_eq!(hex::encode(digest), E);
    // r and s as section 6.1 computes them from the nonce the example chooses.
    let x = GENERATOR.multiply(&scalar(K)).to_affine().x();
    let r = scalar(E) + Scalar::reduce(&x);
    assert_eq!(hex::encode(r.to_repr()), R);
    let d = scalar(D);
    let s = (Scalar::ONE + d).invert().unwrap() * (scalar(K) - r * d);
    assert_eq!(hex::encode(s.to_repr()), S);
    assert_eq!(verify(&bytes(P), MESSAGE, &bytes(&format!("{R}{S}"))), Ok(()));
    assert_eq!(
        verify(&bytes(P), b"message digesT", &bytes(&format!("{R}{S}"))),
        Err(SignatureError::Invalid)
    );
}

#[test]
fn a_private_key_lies_between_one_and_two_below_the_order() {
    let order = "fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d541";
    assert!(secret_key(&[0; 32]).is_none());
    assert!(secret_key(&bytes(&format!("{:064x}", 1))).is_some());
    assert!(secret_key(&bytes(&format!("{order}21"))).is_some());
    assert!(secret_key(&bytes(&format!("{order}22"))).is_none());
    assert!(secret_key(&bytes(&format!("{order}23"))).is_none());
    assert!(secret_key(&[0xff; 32]).is_none());
}

#[test]
fn the_encoding_of_a_key_is_a_compressed_point_with_a_reduced_coordinate() {
    let mut key: [u8; 33] = bytes(P);
    assert_eq!(check_encoding(&key), Ok(()));
    for first in [0, 1, 4, 5, 6, 0xff] {
        key[0] = first;
        assert_eq!(check_encoding(&key), Err(ParseError::NotCanonical));
    }
    key[0] = 2;
    key[1..].copy_from_slice(&PRIME);
    assert_eq!(check_encoding(&key), Err(ParseError::NotCanonical));
    key[32] -= 1;
    assert_eq!(check_encoding(&key), Ok(()));
}

fn oracle(key: &[u8; 33], message: &[u8], signature: &[u8; 64]) -> bool {
    let Ok(key) = sm2::dsa::VerifyingKey::from_sec1_bytes(IDENTITY, key) else {
        return false;
    };
    let Ok(signature) = sm2::dsa::Signature::from_slice(signature) else {
        return false;
    };
    key.verify(message, &signature).is_ok()
}

/// Our verdict by every way there is: without and with a table, alone and in a batch, before and after the key has
/// earned its place in the cache.
fn verdicts(key: &[u8; 33], message: &[u8], signature: &[u8; 64]) -> Vec<bool> {
    let by = |key: &VerifyingKey| {
        let equation = key.equation(message, signature);
        equation.is_ok_and(|equation| equation.holds(&equation.point.to_affine()))
    };
    let batch = || {
        let mut batch = Batch::default();
        batch.push(7, key, message, signature);
        batch.push(8, key, message, signature);
        let valid = batch.valid();
        assert!(valid.is_empty() || valid == [7, 8]);
        !valid.is_empty()
    };
    let mut verdicts = match VerifyingKey::new(key) {
        Ok(key) => vec![by(&key), by(&key.with_table())],
        Err(_) => vec![false, false],
    };
    verdicts.extend((0..3).flat_map(|_| [verify(key, message, signature).is_ok(), batch()]));
    verdicts
}

/// How a good signature is spoiled.
#[derive(Clone, Debug)]
enum Fault {
    None,
    SignatureBit(usize, u32),
    KeyBit(usize, u32),
    Message,
    Random([u8; 32], [u8; 32]),
    RZero,
    SZero,
    ROrder,
    SOrder,
    /// r + s = 0 modulo n (step B5).
    TZero,
    /// [s]G + [t]P is the point at infinity (step B6).
    Infinity,
}

fn fault() -> impl Strategy<Value = Fault> {
    prop_oneof![
        3 => Just(Fault::None),
        2 => (0..64_usize, 0..8_u32).prop_map(|(byte, bit)| Fault::SignatureBit(byte, bit)),
        2 => (0..33_usize, 0..8_u32).prop_map(|(byte, bit)| Fault::KeyBit(byte, bit)),
        1 => Just(Fault::Message),
        1 => (any::<[u8; 32]>(), any::<[u8; 32]>()).prop_map(|(r, s)| Fault::Random(r, s)),
        1 => Just(Fault::RZero),
        1 => Just(Fault::SZero),
        1 => Just(Fault::ROrder),
        1 => Just(Fault::SOrder),
        1 => Just(Fault::TZero),
        1 => Just(Fault::Infinity),
    ]
}

const ORDER: &str = "fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123";

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn our_verdict_is_that_of_the_library(
        secret in any::<[u8; 32]>(),
        mut message in prop::collection::vec(any::<u8>(), 0..80),
        fault in fault(),
    ) {
        let Some(secret) = secret_key(&secret) else { return Ok(()) };
        let mut key = public_key(&secret);
        let mut signature = sign(&secret, &message);
        let d = *secret.to_nonzero_scalar();
        let (r, s) = signature.split_at_mut(32);
        let r_scalar = Scalar::from_repr(<[u8; 32]>::try_from(&*r).unwrap().into()).unwrap();
        match &fault {
            Fault::None => {}
            Fault::SignatureBit(byte, bit) => signature[*byte] ^= 1 << bit,
            Fault::KeyBit(byte, bit) => key[*byte] ^= 1 << bit,
            Fault::Message => message.push(0),
            Fault::Random(new_r, new_s) => {
                r.copy_from_slice(new_r);
                s.copy_from_slice(new_s);
            }
            Fault::RZero => r.fill(0),
            Fault::SZero => s.fill(0),
            Fault::ROrder => r.copy_from_slice(&bytes::<32>(ORDER)),
            Fault::SOrder => s.copy_from_slice(&bytes::<32>(ORDER)),
            Fault::TZero => s.copy_from_slice(&(-r_scalar).to_repr()),
            Fault::Infinity => {
                let new_s = -(r_scalar * d) * (Scalar::ONE + d).invert().unwrap();
                s.copy_from_slice(&new_s.to_repr());
            }
        }
        let expected = oracle(&key, &message, &signature);
        prop_assert_eq!(expected, matches!(fault, Fault::None));
        for verdict in verdicts(&key, &message, &signature) {
            prop_assert_eq!(verdict, expected);
        }
    }

    #[test]
    fn a_table_multiplies_as_the_library_does(factor in any::<[u8; 32]>(), base in any::<[u8; 32]>()) {
        let [factor, base] = [factor, base].map(|number| Scalar::reduce(&FieldBytes::from(number)));
        let point = ProjectivePoint::GENERATOR * base;
        let table = Table::new(point, Width::Four);
        for factor in [factor, Scalar::ZERO, Scalar::ONE, -Scalar::ONE] {
            prop_assert_eq!(table.multiply(&factor), point * factor);
            prop_assert_eq!(GENERATOR.multiply(&factor), ProjectivePoint::GENERATOR * factor);
        }
    }

    #[test]
    fn a_key_that_is_no_point_is_refused_by_name(x in any::<[u8; 32]>(), odd in any::<bool>()) {
        let mut key = [2 + u8::from(odd); 33];
        key[1..].copy_from_slice(&x);
        let verdict = verify(&key, b"", &[1; 64]);
        let expected = if is_on_curve(&key) { SignatureError::Invalid } else { SignatureError::KeyNotOnCurve };
        prop_assert_eq!(verdict, Err(expected));
    }
}
