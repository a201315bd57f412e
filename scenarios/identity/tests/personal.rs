//! The net for personal data: what it must catch, and what it must let pass.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test stops at the first surprise"
)]

use proptest::prelude::*;
use serde_json::{Map, Value, json};
use yinxin_crypto::{HashAlgorithm, PrivateKey, SignatureAlgorithm};
use yinxin_identity::looks_personal;
use yinxin_types::identifiers::SocialCreditCode;

fn found(arguments: Value) -> Option<String> {
    looks_personal(arguments.as_object().unwrap())
}

fn caught(text: &str) -> bool {
    found(json!({ "note": text })).is_some()
}

/// A citizen number of the fictional divisions, its check digit computed here by the text of GB 11643: the weighted sum of all eighteen is
/// 1 modulo 11.
fn citizen(division: u32, day: (u32, u32, u32), serial: u32) -> String {
    let (year, month, day) = day;
    let head = format!("99{division:04}{year:04}{month:02}{day:02}{serial:03}");
    let weight = |place: usize| (0..17 - place).fold(1_u32, |power, _| power * 2 % 11);
    let sum: u32 = head
        .chars()
        .enumerate()
        .map(|(place, digit)| digit.to_digit(10).unwrap() * weight(place))
        .sum();
    let check = (12 - sum % 11) % 11;
    if check == 10 {
        format!("{head}X")
    } else {
        format!("{head}{check}")
    }
}

/// A number that begins with `head` and ends with its Luhn digit.
fn card(head: &str) -> String {
    let sum: u32 = head
        .chars()
        .rev()
        .enumerate()
        .map(|(place, digit)| {
            let digit = digit.to_digit(10).unwrap();
            if place % 2 == 1 {
                digit
            } else {
                digit * 2 / 10 + digit * 2 % 10
            }
        })
        .sum();
    format!("{head}{}", (10 - sum % 10) % 10)
}

#[test]
fn the_first_find_is_named_by_its_path_and_never_repeated() {
    let phone = "13800001234";
    assert_eq!(found(json!({ "a": 1, "note": phone })).unwrap(), "note");
    assert_eq!(
        found(json!({ "lines": ["x", { "to": phone }] })).unwrap(),
        "lines[1].to"
    );
    assert_eq!(found(json!({ "map": { (phone): true } })).unwrap(), "map.*");
    assert_eq!(
        found(json!({ "a": "x", "b": [null, true, 13_800_001_234_u64] })),
        None
    );
    assert_eq!(looks_personal(&Map::new()), None);
}

#[test]
fn numbers_are_found_as_people_write_them() {
    for text in [
        "990101199003150015",
        "99010120000101009X",
        "99010120000101009x",
        "身份证990101199003150015。",
        "id:990101199003150015;",
        "990101 19900315 0015",
        "990101-1990-0315-0015",
        "９９０１０１１９９００３１５００１５",
        "13800001234",
        "电话13800001234转1",
        "138 0000 1234",
        "138-0000-1234",
        "+8613800001234",
        "+86 138 0000 1234",
        "008613800001234",
        "call 19900001234, please",
        "4111111111111111",
        "4111 1111 1111 1111",
        "5555-5555-5555-4444",
    ] {
        assert!(caught(text), "{text}");
    }
}

#[test]
fn what_the_ledger_is_full_of_is_no_alarm() {
    for text in [
        "",
        "990101199003150014",
        "990101199013150015",
        "000101199003150015",
        "1990-03-15 to 2026-03-02",
        "2026-02-26T00:00:00Z",
        "1772064000000",
        "1772064000000000000",
        "12345678901",
        "11990100000002057U",
        "119901000000020229",
        "91990101MA000A012B",
        "990101001001GB00001F00010001",
        "1199010000000205703370117002011",
        "550e8400-e29b-41d4-a716-446655440000",
        "00000000000000000000000000013800",
        "LX-2026-0001",
        "4111111111111112",
        "9999999999999995",
        "a13800001234b",
        "1380000123",
        "138000012345",
        "138 00001 234",
    ] {
        assert!(!caught(text), "{text}");
    }
}

#[test]
fn a_social_credit_code_that_passes_for_a_citizen_number_is_public_all_the_same() {
    // Bodies registered under counties 19 and 20 can have such codes.
    let ambiguous = (0..3000_u32).find_map(|number| {
        let text = citizen(119, (1990, 1 + number % 12, 1 + number % 28), number % 1000);
        SocialCreditCode::parse(&text).is_ok().then_some(text)
    });
    assert!(!caught(&ambiguous.unwrap()));
}

proptest! {
    #[test]
    fn every_citizen_number_is_found(
        division in 1..9999_u32, year in 1900..2099_u32, month in 1..=12_u32, day in 1..=28_u32, serial in 0..1000_u32,
    ) {
        let number = citizen(division, (year, month, day), serial);
        let public = SocialCreditCode::parse(&number).is_ok();
        prop_assert_eq!(caught(&number), !public);
        prop_assert_eq!(caught(&format!("王小示 {number} 甲市")), !public);
        let longer = format!("a{number}");
        prop_assert!(!caught(&longer));
    }

    #[test]
    fn every_phone_number_is_found(second in 3..=9_u64, rest in 0..1_000_000_000_u64) {
        let text = format!("1{second}{rest:09}");
        prop_assert!(caught(&text));
        prop_assert_eq!(found(json!({ "fen": text.parse::<u64>().unwrap() })), None, "money is no phone");
    }

    #[test]
    fn every_card_is_found_and_none_with_a_wrong_check_digit(head in "(62|60)[0-9]{13,16}|(4[0-9]|5[1-5])[0-9]{13}") {
        let number = card(&head);
        prop_assert!(caught(&number), "{}", number);
        let last = number.chars().last().unwrap().to_digit(10).unwrap();
        let wrong = format!("{head}{}", (last + 1) % 10);
        prop_assert!(!caught(&wrong) || wrong.len() == 18);
    }

    #[test]
    fn digests_keys_salts_and_times_are_no_alarm(bytes: [u8; 32], time in 1_600_000_000_000..2_000_000_000_000_u64) {
        for algorithm in HashAlgorithm::ALL {
            let digest = algorithm.hash(&[&bytes]).to_string();
            prop_assert!(!caught(&digest));
            let salt: String = digest.chars().rev().take(32).collect();
            prop_assert!(!caught(&salt));
        }
        let key = PrivateKey::from_bytes(SignatureAlgorithm::Ed25519, &bytes).unwrap().public_key();
        prop_assert!(!caught(&key.to_string()));
        let digits = [2, 3].map(|first: u8| HashAlgorithm::Sha256.hash(&[&bytes, &[first]]).to_string());
        let digits = digits.map(|digest| digest.replace("sha256:", "")).concat();
        let passkey = format!("passkey:02{digits}");
        prop_assert!(!caught(&passkey));
        prop_assert!(!caught(&time.to_string()));
        let nanoseconds = format!("{time}000000");
        prop_assert!(!caught(&nanoseconds));
    }

    #[test]
    fn any_text_gives_an_answer(text: String, digits in "[0-9 xX-]{0,60}") {
        caught(&text);
        caught(&digits);
    }
}
