//! SM2 signatures (GB/T 32918.2-2016) over SM3, with the default identity of GB/T 35276.
//!
//! Keys are made and messages signed by the `sm2` crate, in constant time. Verification handles public data only; it is
//! written here on that crate's points and numbers, so that the point of a key that signs often can be multiplied by a
//! table. The tests hold it against the crate's own verification.

#![expect(
    clippy::arithmetic_side_effects,
    reason = "points and numbers of the curve are added modulo a prime: nothing overflows"
)]

use std::sync::{Arc, LazyLock};

use sm2::dsa::SigningKey;
use sm2::dsa::signature::Signer as _;
use sm2::elliptic_curve::ops::Reduce as _;
use sm2::elliptic_curve::point::AffineCoordinates as _;
use sm2::elliptic_curve::sec1::ToSec1Point as _;
use sm2::elliptic_curve::{BatchNormalize as _, Group as _};
use sm2::{AffinePoint, FieldBytes, ProjectivePoint, Scalar, SecretKey};
use sm3::{Digest as _, Sm3};

use crate::sm2_cache;
use crate::sm2_table::{Table, Width};
use crate::text::ParseError;
use crate::verify::SignatureError;

/// The distinguishing identity of every signer. Other software must be told to use it: OpenSSL 3 takes the empty one
/// unless given `-pkeyopt distid:1234567812345678`.
const IDENTITY: &str = "1234567812345678";

/// The prime of the field, big-endian (GB/T 32918.5).
const PRIME: [u8; 32] = [
    0xff, 0xff, 0xff, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
];

/// The coefficients a and b of the curve, big-endian (GB/T 32918.5).
const COEFFICIENTS: [[u8; 32]; 2] = [
    [
        0xff, 0xff, 0xff, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
        0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfc,
    ],
    [
        0x28, 0xe9, 0xfa, 0x9e, 0x9d, 0x9f, 0x5e, 0x34, 0x4d, 0x5a, 0x9e, 0x4b, 0xcf, 0x65, 0x09, 0xa7, 0xf3,
        0x97, 0x89, 0xf5, 0x15, 0xab, 0x8f, 0x92, 0xdd, 0xbc, 0xbd, 0x41, 0x4d, 0x94, 0x0e, 0x93,
    ],
];

/// The multiples of the generator, computed at the first verification.
static GENERATOR: LazyLock<Table> = LazyLock::new(|| Table::new(ProjectivePoint::GENERATOR, Width::Eight));

/// Refuses the encodings of keys that [`PublicKey`](crate::PublicKey) does not admit.
pub(crate) fn check_encoding(bytes: &[u8; 33]) -> Result<(), ParseError> {
    match bytes {
        [2 | 3, x @ ..] if *x < PRIME => Ok(()),
        _ => Err(ParseError::NotCanonical),
    }
}

/// Whether the bytes encode a point of the curve.
pub(crate) fn is_on_curve(key: &[u8; 33]) -> bool {
    sm2::PublicKey::from_sec1_bytes(key).is_ok()
}

/// Reads the number d, from 1 to n-2 (GB/T 32918.1, section 6.1: `1 + d` must have an inverse).
pub(crate) fn secret_key(bytes: &[u8; 32]) -> Option<SecretKey> {
    let key = SecretKey::from_slice(bytes).ok()?;
    let is_largest = *key.to_nonzero_scalar() + Scalar::ONE == Scalar::ZERO;
    (!is_largest).then_some(key)
}

/// The compressed point of the public key.
pub(crate) fn public_key(key: &SecretKey) -> [u8; 33] {
    let mut encoding = [0; 33];
    for (to, from) in encoding
        .iter_mut()
        .zip(key.public_key().to_sec1_point(true).as_bytes())
    {
        *to = *from;
    }
    encoding
}

/// Signs with the nonce of RFC 6979.
pub(crate) fn sign(key: &SecretKey, message: &[u8]) -> [u8; 64] {
    #[expect(
        clippy::expect_used,
        reason = "fails where r = 0, r + k = n or s = 0: below 2^-250, and nobody can steer it without the key"
    )]
    let signature = SigningKey::new(IDENTITY, key)
        .and_then(|key| key.try_sign(message))
        .expect("the nonce of RFC 6979 fits");
    signature.to_bytes().into()
}

/// A public key made ready to verify.
#[derive(Clone)]
pub(crate) struct VerifyingKey {
    point: ProjectivePoint,
    /// ZA of GB/T 32918.2, section 5.5.
    identity_hash: [u8; 32],
    table: Option<Arc<Table>>,
}

impl VerifyingKey {
    /// Finds the point that the compressed form names.
    pub(crate) fn new(encoding: &[u8; 33]) -> Result<Self, SignatureError> {
        let key = sm2::PublicKey::from_sec1_bytes(encoding).map_err(|_| SignatureError::KeyNotOnCurve)?;
        let point = *key.as_affine();
        Ok(Self {
            point: point.into(),
            identity_hash: identity_hash(&point),
            table: None,
        })
    }

    /// The same key with the table that makes it fast.
    pub(crate) fn with_table(&self) -> Self {
        Self {
            table: Some(Arc::new(Table::new(self.point, Width::Four))),
            ..self.clone()
        }
    }

    fn multiply(&self, number: &Scalar) -> ProjectivePoint {
        match &self.table {
            Some(table) => table.multiply(number),
            None => self.point.mul_vartime(number),
        }
    }

    /// Steps B1 to B6 of GB/T 32918.2, section 7.1; the last step is [`Equation::holds`].
    fn equation(&self, message: &[u8], signature: &[u8; 64]) -> Result<Equation, SignatureError> {
        // B1, B2: r and s lie between 1 and n-1.
        let signature =
            sm2::dsa::Signature::from_bytes(&(*signature).into()).map_err(|_| SignatureError::Invalid)?;
        let (r, s) = (*signature.r(), *signature.s());
        // B3, B4
        let digest = Sm3::new()
            .chain_update(self.identity_hash)
            .chain_update(message)
            .finalize();
        let e = Scalar::reduce(&FieldBytes::from(<[u8; 32]>::from(digest)));
        // B5
        let t = r + s;
        if t == Scalar::ZERO {
            return Err(SignatureError::Invalid);
        }
        // B6. The point at infinity has no x.
        let point = GENERATOR.multiply(&s) + self.multiply(&t);
        if point.is_identity().into() {
            return Err(SignatureError::Invalid);
        }
        Ok(Equation {
            point,
            expected_x: r - e,
        })
    }
}

/// ZA: SM3 over the identity, the curve and the key (GB/T 32918.2, section 5.5).
fn identity_hash(point: &AffinePoint) -> [u8; 32] {
    let [a, b] = COEFFICIENTS;
    // The length of the identity in bits: 16 bytes.
    let mut hasher = Sm3::new_with_prefix(128_u16.to_be_bytes());
    hasher.update(IDENTITY);
    hasher.update(a);
    hasher.update(b);
    hasher.update(AffinePoint::GENERATOR.x());
    hasher.update(AffinePoint::GENERATOR.y());
    hasher.update(point.x());
    hasher.update(point.y());
    hasher.finalize().into()
}

/// What remains to be compared: x of the point against r - e, modulo n.
struct Equation {
    point: ProjectivePoint,
    expected_x: Scalar,
}

impl Equation {
    /// Step B7, given the affine form of `self.point`.
    fn holds(&self, affine: &AffinePoint) -> bool {
        Scalar::reduce(&affine.x()) == self.expected_x
    }
}

/// A key, and whether it already has a table.
fn prepare(encoding: &[u8; 33]) -> Result<(Arc<VerifyingKey>, bool), SignatureError> {
    match sm2_cache::find(encoding) {
        Some(key) => Ok((key, true)),
        None => Ok((Arc::new(VerifyingKey::new(encoding)?), false)),
    }
}

/// Verifies one signature.
pub(crate) fn verify(
    encoding: &[u8; 33],
    message: &[u8],
    signature: &[u8; 64],
) -> Result<(), SignatureError> {
    let (key, has_table) = prepare(encoding)?;
    let equation = key.equation(message, signature)?;
    if !equation.holds(&equation.point.to_affine()) {
        return Err(SignatureError::Invalid);
    }
    if !has_table {
        sm2_cache::record_valid(encoding, &key);
    }
    Ok(())
}

/// Signatures that are verified together, each under an index of the caller's. They share the inversion that turns
/// projective points into affine ones.
#[derive(Default)]
pub(crate) struct Batch(Vec<Entry>);

struct Entry {
    index: usize,
    encoding: [u8; 33],
    key: Arc<VerifyingKey>,
    has_table: bool,
    equation: Equation,
}

impl Batch {
    /// Adds a signature. One that cannot be valid is left out.
    pub(crate) fn push(&mut self, index: usize, encoding: &[u8; 33], message: &[u8], signature: &[u8; 64]) {
        let Ok((key, has_table)) = prepare(encoding) else {
            return;
        };
        let Ok(equation) = key.equation(message, signature) else {
            return;
        };
        self.0.push(Entry {
            index,
            encoding: *encoding,
            key,
            has_table,
            equation,
        });
    }

    /// The indices of the valid signatures.
    pub(crate) fn valid(self) -> Vec<usize> {
        let points: Vec<_> = self.0.iter().map(|entry| entry.equation.point).collect();
        let points = ProjectivePoint::batch_normalize(points.as_slice());
        let mut valid = Vec::with_capacity(self.0.len());
        for (entry, point) in self.0.iter().zip(&points) {
            if entry.equation.holds(point) {
                valid.push(entry.index);
                if !entry.has_table {
                    sm2_cache::record_valid(&entry.encoding, &entry.key);
                }
            }
        }
        valid
    }
}

#[cfg(test)]
mod tests;
