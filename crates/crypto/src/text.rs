//! The text form `algorithm:hex` that digests, keys and signatures share.

use std::fmt;

/// Why a text or a byte string is not a digest, a key or a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ParseError {
    /// The text has no `algorithm:` in front, or names an algorithm this crate does not know.
    #[error("the algorithm is missing or unknown")]
    Algorithm,
    /// The text after the colon is not the expected number of lower-case hexadecimal digits.
    #[error("expected {digits} lower-case hexadecimal digits after the algorithm")]
    Hex {
        /// How many digits the algorithm asks for.
        digits: usize,
    },
    /// The byte string has another length than the algorithm's.
    #[error("expected {expected} bytes, found {found}")]
    Length {
        /// The length the algorithm asks for.
        expected: usize,
        /// The length that was given.
        found: usize,
    },
    /// The bytes are no canonical encoding of a public key.
    #[error("the public key is not canonically encoded")]
    NotCanonical,
    /// The key is a point of small order: anyone could sign in its name, or read what is encrypted for it.
    #[error("the public key is a point of small order")]
    SmallOrder,
    /// The bytes of an encryption key encode no point of the curve: nobody could read what is encrypted for it.
    #[error("the public key is not a point of the curve")]
    NotOnCurve,
}

/// Splits `algorithm:hex` at the colon.
pub(crate) fn split(text: &str) -> Result<(&str, &str), ParseError> {
    text.split_once(':').ok_or(ParseError::Algorithm)
}

/// Reads exactly `N` bytes of lower-case hexadecimal, the only spelling accepted: one value has one text.
pub(crate) fn decode<const N: usize>(hexadecimal: &str) -> Result<[u8; N], ParseError> {
    let wrong = ParseError::Hex {
        digits: N.saturating_mul(2),
    };
    // The decoder would take capitals, and a leading `0x`.
    let digits = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    if hexadecimal.len() != N.saturating_mul(2) || !hexadecimal.bytes().all(digits) {
        return Err(wrong);
    }
    let mut bytes = [0; N];
    hex::decode_to_slice(hexadecimal, &mut bytes).map_err(|_| wrong)?;
    Ok(bytes)
}

/// Copies a slice into an array of the length the algorithm asks for.
pub(crate) fn exactly<const N: usize>(bytes: &[u8]) -> Result<[u8; N], ParseError> {
    bytes.try_into().map_err(|_| ParseError::Length {
        expected: N,
        found: bytes.len(),
    })
}

/// Writes `algorithm:hex`.
pub(crate) fn write(formatter: &mut fmt::Formatter<'_>, algorithm: &str, bytes: &[u8]) -> fmt::Result {
    write!(formatter, "{algorithm}:{}", hex::encode(bytes))
}

/// Gives a type that has `Display` and `FromStr` the same form in serde, and in `Debug` as well: the bytes of a digest
/// or a key as a list of decimal numbers help nobody.
macro_rules! text_form {
    ($type:ty, $expecting:literal) => {
        impl std::fmt::Debug for $type {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Display::fmt(self, formatter)
            }
        }

        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Visitor;

                impl serde::de::Visitor<'_> for Visitor {
                    type Value = $type;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        formatter.write_str($expecting)
                    }

                    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<$type, E> {
                        text.parse().map_err(E::custom)
                    }
                }

                deserializer.deserialize_str(Visitor)
            }
        }
    };
}

pub(crate) use text_form;
