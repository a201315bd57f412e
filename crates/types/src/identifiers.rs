//! The identifiers of Chinese administration, checked as far as the number itself allows: form, embedded date and codes,
//! check digits. Whether a number was ever issued only its issuer knows.

use std::fmt;
use std::str::FromStr;

/// Which identifier a text was supposed to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Identifier {
    /// [`CitizenNumber`].
    CitizenNumber,
    /// [`SocialCreditCode`].
    SocialCreditCode,
    /// [`PropertyUnitCode`].
    PropertyUnitCode,
    /// [`DivisionCode`].
    DivisionCode,
    /// [`ServiceItemCode`].
    ServiceItemCode,
}

impl fmt::Display for Identifier {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::CitizenNumber => "citizen number (公民身份号码)",
            Self::SocialCreditCode => "unified social credit code (统一社会信用代码)",
            Self::PropertyUnitCode => "real-estate unit code (不动产单元号)",
            Self::DivisionCode => "division code (行政区划代码)",
            Self::ServiceItemCode => "service item code (事项实施编码)",
        })
    }
}

/// What is wrong with an identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IdentifierProblem {
    /// It has too few or too many characters.
    #[error("it must have {expected} characters")]
    Length {
        /// How many there must be.
        expected: usize,
    },
    /// A character does not belong where it stands.
    #[error("a character is not allowed at its place")]
    Character,
    /// The province in the division code is 00.
    #[error("its division code names no province")]
    Division,
    /// The birth date is no day of the calendar.
    #[error("its birth date does not exist")]
    BirthDate,
    /// A unit code says that there is no fixture and numbers one all the same.
    #[error("a unit without a fixture must end in W00000000")]
    Fixture,
    /// The last character does not follow from the others.
    #[error("its check digit is wrong")]
    CheckDigit,
    /// The check digit of the embedded organisation code (GB 11714) does not follow from the eight characters before it.
    #[error("the check digit of the organisation code in it is wrong")]
    BodyCheckDigit,
}

/// A text is not the identifier it was supposed to be. The text itself is not repeated: it may be about a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{identifier}: {problem}")]
pub struct IdentifierError {
    /// Which identifier was expected.
    pub identifier: Identifier,
    /// What is wrong with the text.
    pub problem: IdentifierProblem,
}

impl IdentifierError {
    /// The stable code of the rejection: `ID_CHECKDIGIT` or `ID_FORMAT`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self.problem {
            IdentifierProblem::CheckDigit | IdentifierProblem::BodyCheckDigit => "ID_CHECKDIGIT",
            _ => "ID_FORMAT",
        }
    }
}

/// The characters of a text, if it has exactly `N` and all are ASCII.
fn characters<const N: usize>(text: &str) -> Result<[u8; N], IdentifierProblem> {
    if !text.is_ascii() && text.chars().count() == N {
        return Err(IdentifierProblem::Character);
    }
    text.as_bytes()
        .try_into()
        .map_err(|_| IdentifierProblem::Length { expected: N })
}

/// Refuses anything but digits.
fn digits(characters: &[u8]) -> Result<(), IdentifierProblem> {
    if characters.iter().all(u8::is_ascii_digit) {
        Ok(())
    } else {
        Err(IdentifierProblem::Character)
    }
}

/// The value of a digit or a capital letter in base 36: `0` is 0, `A` is 10, `Z` is 35. Other characters count as 0;
/// callers have refused them.
fn value(character: u8) -> u32 {
    char::from(character).to_digit(36).unwrap_or_default()
}

/// The sum of `values`, each multiplied by the weight at its place.
fn weighted_sum(values: impl Iterator<Item = u32>, weights: &[u32]) -> u32 {
    values
        .zip(weights)
        .map(|(value, weight)| value.saturating_mul(*weight))
        .sum()
}

/// Refuses what is not six digits or names no province.
fn check_division(characters: &[u8]) -> Result<(), IdentifierProblem> {
    digits(characters)?;
    if characters.starts_with(b"00") {
        Err(IdentifierProblem::Division)
    } else {
        Ok(())
    }
}

/// Gives an identifier its text form everywhere: parsing, `FromStr` and serde. `Display` and `Debug` are written for
/// each, since one of them must not show what it holds.
macro_rules! identifier {
    ($type:ident, $check:path, $expecting:literal) => {
        impl $type {
            /// Reads and checks the text.
            ///
            /// # Errors
            /// [`IdentifierError`] names the identifier and what is wrong with it.
            pub fn parse(text: &str) -> Result<Self, IdentifierError> {
                $check(text).map(Self).map_err(|problem| IdentifierError {
                    identifier: Identifier::$type,
                    problem,
                })
            }
        }

        impl FromStr for $type {
            type Err = IdentifierError;

            fn from_str(text: &str) -> Result<Self, IdentifierError> {
                Self::parse(text)
            }
        }

        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Visitor;

                impl serde::de::Visitor<'_> for Visitor {
                    type Value = $type;

                    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                        formatter.write_str($expecting)
                    }

                    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<$type, E> {
                        $type::parse(text).map_err(E::custom)
                    }
                }

                deserializer.deserialize_str(Visitor)
            }
        }
    };
}

/// Lets an identifier that is public by nature be read as text and printed.
macro_rules! public_text {
    ($type:ident) => {
        impl $type {
            /// The code as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&self.0)
            }
        }

        impl fmt::Debug for $type {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&self.0)
            }
        }
    };
}

/// An administrative division code (行政区划代码, GB/T 2260): two digits each for province, prefecture and county. Only
/// the form is checked: divisions come and go, and old codes stay in old documents.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DivisionCode(String);

identifier!(DivisionCode, check_division_code, "a division code of 6 digits");
public_text!(DivisionCode);

fn check_division_code(text: &str) -> Result<String, IdentifierProblem> {
    check_division(&characters::<6>(text)?)?;
    Ok(text.to_owned())
}

/// A citizen number (公民身份号码, GB 11643-1999): division (6), birth date (8), serial (3), check digit. A lower-case
/// `x` at the end is read as `X`.
///
/// It never shows itself: `Display` and `Debug` print a mask. [`CitizenNumber::reveal`] and serde give the number, for
/// the places that may have it; it must not reach the ledger, a log or an index.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CitizenNumber(String);

identifier!(
    CitizenNumber,
    check_citizen_number,
    "a citizen number of 18 characters"
);

impl CitizenNumber {
    /// The number itself, for those who may see it.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CitizenNumber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("******************")
    }
}

impl fmt::Debug for CitizenNumber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

/// The weights of GB 11643: 2^(18-i) modulo 11.
const CITIZEN_WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/// The check digit for each remainder of the weighted sum modulo 11.
const CITIZEN_CHECK: [u8; 11] = *b"10X98765432";

fn check_citizen_number(text: &str) -> Result<String, IdentifierProblem> {
    let characters =
        characters::<18>(text)?.map(|character| if character == b'x' { b'X' } else { character });
    let [division @ .., y1, y2, y3, y4, m1, m2, d1, d2, _, _, _, check] = &characters;
    let [numbered @ .., _] = &characters;
    digits(numbered)?;
    if !check.is_ascii_digit() && *check != b'X' {
        return Err(IdentifierProblem::Character);
    }
    check_division(division)?;
    let number = |digits: &[u8]| {
        digits.iter().fold(0, |sum: u32, digit| {
            sum.saturating_mul(10).saturating_add(value(*digit))
        })
    };
    if !is_date(
        number(&[*y1, *y2, *y3, *y4]),
        number(&[*m1, *m2]),
        number(&[*d1, *d2]),
    ) {
        return Err(IdentifierProblem::BirthDate);
    }
    let sum = weighted_sum(numbered.iter().copied().map(value), &CITIZEN_WEIGHTS);
    let expected = CITIZEN_CHECK
        .iter()
        .zip(0_u32..)
        .find_map(|(digit, remainder)| (remainder == sum % 11).then_some(digit));
    if expected != Some(check) {
        return Err(IdentifierProblem::CheckDigit);
    }
    Ok(characters.iter().copied().map(char::from).collect())
}

/// Whether the Gregorian calendar has this day.
fn is_date(year: u32, month: u32, day: u32) -> bool {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => 0,
    };
    year > 0 && (1..=days).contains(&day)
}

/// A unified social credit code (统一社会信用代码, GB 32100-2015) of an organisation: registering department (1), kind
/// (1), division (6), organisation code (9, GB 11714), check digit.
///
/// Department and kind may be letters: `N2...` is an agricultural cooperative. The check digit may be `0`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SocialCreditCode(String);

identifier!(
    SocialCreditCode,
    check_social_credit_code,
    "a unified social credit code of 18 characters"
);
public_text!(SocialCreditCode);

/// The 31 characters of GB 32100, each worth its place: no I, O, S, V, Z.
const CREDIT_ALPHABET: [u8; 31] = *b"0123456789ABCDEFGHJKLMNPQRTUWXY";

/// The weights of GB 32100: 3^(i-1) modulo 31.
const CREDIT_WEIGHTS: [u32; 17] = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];

/// The weights of GB 11714.
const BODY_WEIGHTS: [u32; 8] = [3, 7, 9, 10, 5, 8, 4, 2];

fn check_social_credit_code(text: &str) -> Result<String, IdentifierProblem> {
    let characters = characters::<18>(text)?;
    let [_, _, d1, d2, d3, d4, d5, d6, body @ .., body_check, check] = &characters;
    let [weighted @ .., _] = &characters;
    let worth = |character: &u8| {
        CREDIT_ALPHABET
            .iter()
            .zip(0_u32..)
            .find_map(|(known, worth)| (known == character).then_some(worth))
    };
    if !characters.iter().all(|character| worth(character).is_some()) {
        return Err(IdentifierProblem::Character);
    }
    check_division(&[*d1, *d2, *d3, *d4, *d5, *d6])?;
    // 31 - sum modulo 31, modulo 31: the sum and the check digit together are divisible by 31.
    let sum = weighted_sum(weighted.iter().filter_map(worth), &CREDIT_WEIGHTS);
    if !sum
        .saturating_add(worth(check).unwrap_or_default())
        .is_multiple_of(31)
    {
        return Err(IdentifierProblem::CheckDigit);
    }
    // 11 - sum modulo 11, where 10 is written X and 11 is written 0: again divisible by 11 together.
    let sum = weighted_sum(body.iter().copied().map(value), &BODY_WEIGHTS);
    let body_worth = match body_check {
        b'X' => Some(10),
        digit if digit.is_ascii_digit() => Some(value(*digit)),
        _ => None,
    };
    if body_worth.is_none_or(|worth| !sum.saturating_add(worth).is_multiple_of(11)) {
        return Err(IdentifierProblem::BodyCheckDigit);
    }
    Ok(text.to_owned())
}

/// A real-estate unit code (不动产单元号) of 28 characters: division (6), cadastral zone (3) and sub-zone (3), ownership
/// of the land (`G` state, `J` collective, `Z` undetermined), use of the parcel (a letter), parcel (5 digits), fixture (`F` house,
/// `L` forest, `Q` other, `W` none), unit (8 digits, all zero without a fixture).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PropertyUnitCode(String);

identifier!(
    PropertyUnitCode,
    check_property_unit_code,
    "a real-estate unit code of 28 characters"
);
public_text!(PropertyUnitCode);

fn check_property_unit_code(text: &str) -> Result<String, IdentifierProblem> {
    let characters = characters::<28>(text)?;
    let (place, rest) = characters.split_at(12);
    let [
        b'G' | b'J' | b'Z',
        b'A'..=b'Z',
        parcel @ ..,
        fixture,
        u1,
        u2,
        u3,
        u4,
        u5,
        u6,
        u7,
        u8,
    ] = rest
    else {
        return Err(IdentifierProblem::Character);
    };
    let unit = [*u1, *u2, *u3, *u4, *u5, *u6, *u7, *u8];
    digits(place)?;
    digits(parcel)?;
    digits(&unit)?;
    check_division(place.split_at(6).0)?;
    match fixture {
        b'F' | b'L' | b'Q' => {}
        b'W' if unit == *b"00000000" => {}
        b'W' => return Err(IdentifierProblem::Fixture),
        _ => return Err(IdentifierProblem::Character),
    }
    Ok(text.to_owned())
}

/// The code of an item of government service as one body implements it (事项实施编码, GB/T 39554.1-2020): the body's unified social
/// credit code (18) and 13 digits whose meaning is the issuer's.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ServiceItemCode(String);

identifier!(
    ServiceItemCode,
    check_service_item_code,
    "a service item code of 31 characters"
);
public_text!(ServiceItemCode);

impl ServiceItemCode {
    /// The body that issued the code.
    #[must_use]
    pub fn issuer(&self) -> SocialCreditCode {
        SocialCreditCode(self.0.chars().take(18).collect())
    }

    /// The 13 digits behind the issuer.
    #[must_use]
    pub fn digits(&self) -> &str {
        self.0.get(18..).unwrap_or_default()
    }
}

fn check_service_item_code(text: &str) -> Result<String, IdentifierProblem> {
    digits(characters::<31>(text)?.split_at(18).1)?;
    let (body, _) = text
        .split_at_checked(18)
        .ok_or(IdentifierProblem::Length { expected: 31 })?;
    check_social_credit_code(body)?;
    Ok(text.to_owned())
}
