//! A net for personal data in arguments (个人信息): what looks like a citizen number, a mobile phone number or the number of a bank card
//! does not enter the ledger (个人信息保护法 §47, §51). It catches accidents and carelessness. It is no proof: whoever wants to write a
//! number in words will.
//!
//! Only texts and names are looked at. Numbers of JSON are times, counts and money: a citizen number does not fit into one (2^53), and a sum
//! in fen is easily as long as a phone number.

use serde_json::{Map, Value};
use yinxin_types::identifiers::{CitizenNumber, SocialCreditCode};

/// The path of the first text, in the order of the arguments, that looks like personal data, such as `capture.note` or `lines[2]`;
/// the path never repeats the data. Only what is plausible is reported: numbers with wrong check digits, digits within longer words such
/// as digests, and social credit codes are passed over.
pub fn looks_personal(arguments: &Map<String, Value>) -> Option<String> {
    in_object("", arguments)
}

/// Nesting is bounded by the canonical form of bodies.
fn in_value(path: &str, value: &Value) -> Option<String> {
    match value {
        Value::String(text) => is_personal(text).then(|| path.to_owned()),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .find_map(|(place, item)| in_value(&format!("{path}[{place}]"), item)),
        Value::Object(members) => in_object(path, members),
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}

fn in_object(path: &str, members: &Map<String, Value>) -> Option<String> {
    let within = |name: &str| {
        if path.is_empty() {
            name.to_owned()
        } else {
            format!("{path}.{name}")
        }
    };
    members.iter().find_map(|(name, value)| {
        if is_personal(name) {
            // The name is the data: the path leads to the object that has it.
            return Some(within("*"));
        }
        in_value(&within(name), value)
    })
}

fn is_personal(text: &str) -> bool {
    // Eleven digits are the fewest that can tell anything; most texts end here.
    let plain: Vec<char> = text.chars().map(narrow).collect();
    if plain.iter().filter(|one| one.is_ascii_digit()).count() < 11 {
        return false;
    }
    let words = plain.split(|one| !one.is_ascii_alphanumeric());
    words.into_iter().any(is_personal_word) || is_grouped(&plain)
}

/// Digits, letters, hyphens and spaces of full width are the same to a reader.
fn narrow(one: char) -> char {
    match one {
        '\u{3000}' => ' ',
        '\u{ff01}'..='\u{ff5e}' => u32::from(one)
            .checked_sub(0xfee0)
            .and_then(char::from_u32)
            .unwrap_or(one),
        _ => one,
    }
}

fn is_personal_word(word: &[char]) -> bool {
    let word: String = word.iter().collect();
    match word.len() {
        11 => is_phone(&word),
        13 => word.strip_prefix("86").is_some_and(is_phone),
        15 => word.strip_prefix("0086").is_some_and(is_phone),
        18 => is_citizen_number(&word) || is_bank_card(&word),
        16..=19 => is_bank_card(&word),
        _ => false,
    }
}

/// A number with a check digit and a birth date that a living person can have, and not at the same time a social credit code: those are
/// public, and a few of them pass the check.
fn is_citizen_number(word: &str) -> bool {
    let born = word
        .get(6..8)
        .is_some_and(|century| matches!(century, "19" | "20"));
    born && CitizenNumber::parse(word).is_ok() && SocialCreditCode::parse(word).is_err()
}

/// A mobile number of the mainland: 11 digits, the first 1, the second 3 to 9.
fn is_phone(word: &str) -> bool {
    let bytes = word.as_bytes();
    bytes.len() == 11
        && bytes.iter().all(u8::is_ascii_digit)
        && bytes.first() == Some(&b'1')
        && matches!(bytes.get(1), Some(b'3'..=b'9'))
}

/// What the numbers of the cards in use begin with, and how long those are: UnionPay (62, 60, and the older 9558), Visa (4), Mastercard
/// (51 to 55), JCB (35).
const CARDS: [(&str, std::ops::RangeInclusive<usize>); 10] = [
    ("35", 16..=16),
    ("62", 16..=19),
    ("60", 16..=19),
    ("9558", 16..=19),
    ("4", 16..=16),
    ("51", 16..=16),
    ("52", 16..=16),
    ("53", 16..=16),
    ("54", 16..=16),
    ("55", 16..=16),
];

fn is_bank_card(word: &str) -> bool {
    let known = || {
        CARDS
            .iter()
            .any(|(prefix, lengths)| word.starts_with(prefix) && lengths.contains(&word.len()))
    };
    word.bytes().all(|byte| byte.is_ascii_digit()) && known() && luhn(word)
}

/// The check digit of ISO/IEC 7812: every second digit from the right counts twice, and the sum ends in 0.
fn luhn(digits: &str) -> bool {
    let sum: u32 = digits
        .chars()
        .rev()
        .filter_map(|one| one.to_digit(10))
        .zip([false, true].into_iter().cycle())
        .map(|(digit, twice)| match (twice, digit) {
            (false, digit) => digit,
            (true, 0..=4) => digit.saturating_mul(2),
            (true, _) => digit.saturating_mul(2).saturating_sub(9),
        })
        .sum();
    sum.is_multiple_of(10)
}

/// The ways in which people group these numbers. Other groupings, those of dates and of universal identifiers among them, are passed over.
const PHONE_GROUPS: [&[usize]; 2] = [&[3, 4, 4], &[2, 3, 4, 4]];
const CITIZEN_GROUPS: [&[usize]; 2] = [&[6, 8, 4], &[6, 4, 4, 4]];
const CARD_GROUPS: [&[usize]; 5] = [
    &[4, 4, 4, 4],
    &[4, 4, 4, 4, 1],
    &[4, 4, 4, 4, 2],
    &[4, 4, 4, 4, 3],
    &[6, 13],
];

/// Whether groups of digits, each parted from the next by one space or hyphen, make up such a number.
fn is_grouped(plain: &[char]) -> bool {
    let part = |one: &char| matches!(one, ' ' | '-');
    let runs = plain.split(|one| !one.is_ascii_alphanumeric() && !part(one));
    runs.into_iter().any(|run| {
        let groups: Vec<&[char]> = run.split(part).filter(|group| !group.is_empty()).collect();
        (0..groups.len()).any(|start| {
            let rest = groups.get(start..).unwrap_or_default();
            grouped_as(rest, &PHONE_GROUPS, |word| {
                is_phone(word.strip_prefix("86").unwrap_or(word))
            }) || grouped_as(rest, &CITIZEN_GROUPS, is_citizen_number)
                || grouped_as(rest, &CARD_GROUPS, is_bank_card)
        })
    })
}

fn grouped_as(groups: &[&[char]], shapes: &[&[usize]], test: impl Fn(&str) -> bool) -> bool {
    shapes.iter().any(|shape| {
        groups.get(..shape.len()).is_some_and(|groups| {
            groups
                .iter()
                .zip(*shape)
                .all(|(group, length)| group.len() == *length)
                && test(&groups.iter().copied().flatten().collect::<String>())
        })
    })
}
