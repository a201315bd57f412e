//! The identifiers: every rule kept once and broken once, and the shared fixtures.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::string_slice,
    clippy::print_stderr,
    reason = "a test may fail loudly, and says so when it is skipped"
)]

use std::path::Path;

use proptest::prelude::*;
use yinxin_types::identifiers::{
    CitizenNumber, DivisionCode, IdentifierError, IdentifierProblem, PropertyUnitCode, ServiceItemCode,
    SocialCreditCode,
};

/// What is wrong with a text, and under which code it is rejected.
fn fault<T: std::fmt::Debug>(result: Result<T, IdentifierError>) -> (IdentifierProblem, &'static str) {
    let error = result.unwrap_err();
    (error.problem, error.code())
}

const FORMAT: &str = "ID_FORMAT";
const CHECK_DIGIT: &str = "ID_CHECKDIGIT";

#[test]
fn citizen_numbers_of_the_fixtures_are_accepted() {
    for number in [
        "990101199003150015",
        "990101198808220020",
        "990201199512010139",
        "990201197911090245",
        "990201198501011019",
        "990201198501021022",
        "990201198501031036",
        "990101199205052018",
        "990101198906062038",
        "990101197507072058",
        "99010120000101009X",
    ] {
        assert_eq!(CitizenNumber::parse(number).unwrap().reveal(), number);
    }
}

#[test]
fn a_citizen_number_ends_in_a_capital_x_however_it_was_typed() {
    let typed = CitizenNumber::parse("99010120000101009x").unwrap();
    assert_eq!(typed, CitizenNumber::parse("99010120000101009X").unwrap());
    assert_eq!(typed.reveal(), "99010120000101009X");
}

#[test]
fn a_citizen_number_with_another_check_digit_is_refused() {
    for wrong in ["990101199003150014", "99010119900315001X", "990101200001010090"] {
        assert_eq!(
            fault(CitizenNumber::parse(wrong)),
            (IdentifierProblem::CheckDigit, CHECK_DIGIT),
            "{wrong}"
        );
    }
}

#[test]
fn every_single_changed_digit_of_a_citizen_number_is_noticed() {
    let number = "990101199003150015";
    for place in 0..number.len() {
        for digit in '0'..='9' {
            let mut changed: Vec<char> = number.chars().collect();
            changed[place] = digit;
            let changed: String = changed.into_iter().collect();
            assert_eq!(
                CitizenNumber::parse(&changed).is_ok(),
                changed == number,
                "{changed}"
            );
        }
    }
}

/// Completes seventeen digits with the check digit of GB 11643, computed from the powers of two of the standard.
fn citizen(first_seventeen: &str) -> String {
    let sum: u32 = first_seventeen
        .bytes()
        .zip((1..=17).rev())
        .map(|(digit, power)| u32::from(digit - b'0') * 2_u32.pow(power))
        .sum();
    format!(
        "{first_seventeen}{}",
        char::from(b"10X98765432"[usize::try_from(sum % 11).unwrap()])
    )
}

#[test]
fn a_birth_date_must_be_a_day_of_the_calendar() {
    for (date, exists) in [
        ("20000229", true),
        ("20010228", true),
        ("19960229", true),
        ("19001231", true),
        ("20010229", false),
        ("19000229", false),
        ("20000230", false),
        ("20000431", false),
        ("20001301", false),
        ("20000001", false),
        ("20000100", false),
        ("20000132", false),
        ("00000101", false),
    ] {
        let parsed = CitizenNumber::parse(&citizen(&format!("990101{date}001")));
        if exists {
            assert!(parsed.is_ok(), "{date}");
        } else {
            assert_eq!(fault(parsed), (IdentifierProblem::BirthDate, FORMAT), "{date}");
        }
    }
}

#[test]
fn a_citizen_number_has_eighteen_characters_of_which_only_the_last_may_be_x() {
    let length = (IdentifierProblem::Length { expected: 18 }, FORMAT);
    let character = (IdentifierProblem::Character, FORMAT);
    for (wrong, expected) in [
        ("", length),
        ("99010119900315001", length),
        ("9901011990031500150", length),
        (" 990101199003150015", length),
        ("99010119900315001x ", length),
        ("9901011990031500X5", character),
        ("99010119900315001Y", character),
        ("990101-99003150015", character),
        ("9901011990031500\u{ff11}5", character),
        ("9901011990031500\u{661}5", character),
    ] {
        assert_eq!(fault(CitizenNumber::parse(wrong)), expected, "{wrong}");
    }
    let division = citizen("00010119900315001");
    assert_eq!(
        fault(CitizenNumber::parse(&division)),
        (IdentifierProblem::Division, FORMAT)
    );
}

#[test]
fn a_citizen_number_does_not_show_itself() {
    let number = CitizenNumber::parse("990101199003150015").unwrap();
    for shown in [
        format!("{number}"),
        format!("{number:?}"),
        format!("{:#?}", Some(&number)),
    ] {
        assert!(
            !shown.contains(|character: char| character.is_ascii_digit()),
            "{shown}"
        );
    }
    let error = CitizenNumber::parse("990101199003150014").unwrap_err();
    assert_eq!(
        error.to_string(),
        "citizen number (公民身份号码): its check digit is wrong"
    );
    let error = serde_json::from_str::<CitizenNumber>("\"990101199003150014\"").unwrap_err();
    assert!(!error.to_string().contains("9901011990"), "{error}");
    assert_eq!(serde_json::to_string(&number).unwrap(), "\"990101199003150015\"");
}

const CREDIT_CODES: [&str; 22] = [
    "12990100000001011T",
    "1299020000000102XP",
    "11990100000002014E",
    "119901000000020229",
    "119901000000020304",
    "119901000000020491",
    "11990100000002057U",
    "11990100000002065N",
    "11990100000002073H",
    "11990100000002081C",
    "1199010000000209X4",
    "11990100000002102W",
    "11990100000002110P",
    "11990100000002129L",
    "91990101MA000A012B",
    "91990101MA000A0206",
    "91990101MA000A0393",
    "91990101MA000A047X",
    "91990100MA000A055A",
    "92990101MA000A063G",
    // The traps: a letter in front, and the check digit 0 (a sum divisible by 31).
    "N2990101MA000A071X",
    "91990101MB00002460",
];

#[test]
fn social_credit_codes_are_accepted_with_a_letter_in_front_and_with_the_check_digit_zero() {
    for code in CREDIT_CODES {
        assert_eq!(SocialCreditCode::parse(code).unwrap().as_str(), code);
    }
}

#[test]
fn every_single_changed_character_of_a_social_credit_code_is_noticed() {
    for code in CREDIT_CODES {
        for place in 0..code.len() {
            for character in "0123456789ABCDEFGHJKLMNPQRTUWXY".chars() {
                let mut changed: Vec<char> = code.chars().collect();
                changed[place] = character;
                let changed: String = changed.into_iter().collect();
                assert_eq!(
                    SocialCreditCode::parse(&changed).is_ok(),
                    changed == code,
                    "{changed}"
                );
            }
        }
    }
}

/// Completes seventeen characters with the check digit of GB 32100, computed from the powers of three of the standard.
fn credit(first_seventeen: &str) -> String {
    let alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    let sum: u64 = first_seventeen
        .chars()
        .zip(0..)
        .map(|(character, power)| {
            u64::try_from(alphabet.find(character).unwrap()).unwrap() * 3_u64.pow(power)
        })
        .sum();
    let check = usize::try_from((31 - sum % 31) % 31).unwrap();
    format!("{first_seventeen}{}", &alphabet[check..=check])
}

#[test]
fn the_organisation_code_inside_a_social_credit_code_has_its_own_check_digit() {
    // MA000A07 + 1 holds; + 2 does not, though the check digit of the whole is right.
    assert!(SocialCreditCode::parse(&credit("91990101MA000A071")).is_ok());
    let wrong = credit("91990101MA000A072");
    assert_eq!(
        fault(SocialCreditCode::parse(&wrong)),
        (IdentifierProblem::BodyCheckDigit, CHECK_DIGIT)
    );
    // A letter other than X is no check digit of an organisation code.
    let letter = credit("91990101MA000A07A");
    assert_eq!(
        fault(SocialCreditCode::parse(&letter)),
        (IdentifierProblem::BodyCheckDigit, CHECK_DIGIT)
    );
}

#[test]
fn a_social_credit_code_has_eighteen_characters_of_its_alphabet() {
    let length = (IdentifierProblem::Length { expected: 18 }, FORMAT);
    let character = (IdentifierProblem::Character, FORMAT);
    for (wrong, expected) in [
        ("91990101MA000A012", length),
        ("91990101MA000A012B1", length),
        ("91990101ma000a012b", character),
        ("91990101MA000A0I2B", character),
        ("91990101MA000O012B", character),
        ("91990101MA000S012B", character),
        ("91990101MA000V012B", character),
        ("91990101MA000Z012B", character),
        ("9199010AMA000A012B", character),
        ("91990101MA000A012*", character),
        ("甲1990101MA000A012B", character),
    ] {
        assert_eq!(fault(SocialCreditCode::parse(wrong)), expected, "{wrong}");
    }
    assert_eq!(
        fault(SocialCreditCode::parse(&credit("91000101MA000A012"))),
        (IdentifierProblem::Division, FORMAT)
    );
    assert_eq!(
        fault(SocialCreditCode::parse("91990101MA000A012C")),
        (IdentifierProblem::CheckDigit, CHECK_DIGIT)
    );
}

#[test]
fn property_unit_codes_keep_the_order_of_their_parts() {
    for code in [
        "990101001001GB00001F00010001",
        "990101001001GB00001F00010002",
        "990101001001GB00002W00000000",
        "990101001001JC00002L00000001",
        "990101001001ZX00002Q00000001",
    ] {
        assert_eq!(PropertyUnitCode::parse(code).unwrap().as_str(), code);
    }
    let character = (IdentifierProblem::Character, FORMAT);
    for (wrong, expected) in [
        (
            "990101001001GB00001F0001000",
            (IdentifierProblem::Length { expected: 28 }, FORMAT),
        ),
        (
            "990101001001GB00001F000100011",
            (IdentifierProblem::Length { expected: 28 }, FORMAT),
        ),
        ("99010100100AGB00001F00010001", character),
        ("990101001001AB00001F00010001", character),
        ("990101001001Gb00001F00010001", character),
        ("990101001001G100001F00010001", character),
        ("990101001001GB0000AF00010001", character),
        ("990101001001GB00001A00010001", character),
        ("990101001001GB00001F0001000A", character),
        (
            "000101001001GB00001F00010001",
            (IdentifierProblem::Division, FORMAT),
        ),
        (
            "990101001001GB00002W00000001",
            (IdentifierProblem::Fixture, FORMAT),
        ),
    ] {
        assert_eq!(fault(PropertyUnitCode::parse(wrong)), expected, "{wrong}");
    }
}

#[test]
fn division_codes_are_six_digits_that_name_a_province() {
    for code in ["990000", "990100", "990101", "110000"] {
        assert_eq!(DivisionCode::parse(code).unwrap().as_str(), code);
    }
    for (wrong, problem) in [
        ("99010", IdentifierProblem::Length { expected: 6 }),
        ("9901010", IdentifierProblem::Length { expected: 6 }),
        ("99010A", IdentifierProblem::Character),
        ("99010\u{ff11}", IdentifierProblem::Character),
        ("000101", IdentifierProblem::Division),
    ] {
        assert_eq!(fault(DivisionCode::parse(wrong)), (problem, FORMAT), "{wrong}");
    }
}

#[test]
fn service_item_codes_begin_with_the_code_of_the_body() {
    for code in [
        "11990100000002014E3990715001000",
        "1199010000000202293990117002011",
    ] {
        assert_eq!(ServiceItemCode::parse(code).unwrap().as_str(), code);
    }
    for (wrong, expected) in [
        (
            "11990100000002014E399071500100",
            (IdentifierProblem::Length { expected: 31 }, FORMAT),
        ),
        (
            "11990100000002014E39907150010000",
            (IdentifierProblem::Length { expected: 31 }, FORMAT),
        ),
        (
            "11990100000002014E399071500100A",
            (IdentifierProblem::Character, FORMAT),
        ),
        (
            "11990100000002014F3990715001000",
            (IdentifierProblem::CheckDigit, CHECK_DIGIT),
        ),
    ] {
        assert_eq!(fault(ServiceItemCode::parse(wrong)), expected, "{wrong}");
    }
}

#[test]
fn codes_are_strings_in_json() {
    let code: SocialCreditCode = serde_json::from_str("\"N2990101MA000A071X\"").unwrap();
    assert_eq!(serde_json::to_string(&code).unwrap(), "\"N2990101MA000A071X\"");
    assert_eq!(
        format!("{code} {code:?}"),
        "N2990101MA000A071X N2990101MA000A071X"
    );
    assert!(serde_json::from_str::<SocialCreditCode>("\"N2990101MA000A0710\"").is_err());
    assert!(serde_json::from_str::<DivisionCode>("990101").is_err());
    assert_eq!(
        "990101".parse::<DivisionCode>().unwrap(),
        DivisionCode::parse("990101").unwrap()
    );
}

#[test]
fn the_shared_fixtures_are_accepted() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/fixtures.json");
    let Ok(text) = std::fs::read_to_string(&path) else {
        eprintln!("skipped: {} is absent", path.display());
        return;
    };
    let fixtures: serde_json::Value = serde_json::from_str(&text).unwrap();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    for division in fixtures["divisions"].as_array().unwrap() {
        DivisionCode::parse(&text(&division[0])).unwrap();
    }
    for body in fixtures["orgs"].as_object().unwrap().values() {
        SocialCreditCode::parse(&text(&body["uscc"])).unwrap();
    }
    for person in fixtures["people"].as_object().unwrap().values() {
        CitizenNumber::parse(&text(&person["id"])).unwrap();
    }
    for unit in fixtures["bdc_units"].as_object().unwrap().values() {
        PropertyUnitCode::parse(&text(unit)).unwrap();
    }
    for item in fixtures["task_codes"].as_object().unwrap().values() {
        ServiceItemCode::parse(&text(item)).unwrap();
    }
    CitizenNumber::parse(&text(&fixtures["edge"]["citizen_id_check_X"])).unwrap();
    SocialCreditCode::parse(&text(&fixtures["edge"]["uscc_check_0"])).unwrap();
    SocialCreditCode::parse(&text(&fixtures["edge"]["uscc_letter_dept"])).unwrap();
}

proptest! {
    #[test]
    fn no_text_makes_a_parser_panic_and_what_is_accepted_is_kept(text in prop_oneof![
        any::<String>(),
        "[0-9A-Zx]{0,33}",
        "[0-9]{17}[0-9Xx]",
        "[0-9A-HJ-NPQRTUWXY]{18}",
        "[0-9]{12}[GJZ][A-Z][0-9]{5}[FLQW][0-9]{8}",
        "[0-9X]{6}",
    ]) {
        if let Ok(number) = CitizenNumber::parse(&text) {
            prop_assert_eq!(number.reveal(), text.to_uppercase());
        }
        if let Ok(code) = SocialCreditCode::parse(&text) {
            prop_assert_eq!(code.as_str(), &text);
        }
        if let Ok(code) = PropertyUnitCode::parse(&text) {
            prop_assert_eq!(code.as_str(), &text);
        }
        if let Ok(code) = DivisionCode::parse(&text) {
            prop_assert_eq!(code.as_str(), &text);
        }
        if let Ok(code) = ServiceItemCode::parse(&text) {
            prop_assert_eq!(code.as_str(), &text);
        }
    }

    #[test]
    fn a_citizen_number_completed_by_the_standard_is_accepted(
        division in "[1-9][0-9]{5}", year in 1900..2100_u32, month in 1..=12_u32, day in 1..=28_u32, serial in 0..1000_u32,
    ) {
        let number = citizen(&format!("{division}{year:04}{month:02}{day:02}{serial:03}"));
        prop_assert!(CitizenNumber::parse(&number).is_ok());
    }

    #[test]
    fn a_social_credit_code_has_exactly_one_check_digit(first in "[0-9A-HJ-NPQRTUWXY]{2}[1-9][0-9]{5}[0-9A-HJ-NPQRTUWXY]{8}", check in "[0-9X]") {
        let code = credit(&format!("{first}{check}"));
        let verdict = SocialCreditCode::parse(&code).map_err(|error| error.problem);
        prop_assert!(matches!(verdict, Ok(_) | Err(IdentifierProblem::BodyCheckDigit)));
    }
}
