//! The fields of the certificate: forms and arithmetic, and that an error never repeats a value.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test stops at the first surprise"
)]

use proptest::prelude::*;
use serde_json::{Map, Value, json};
use yinxin_sharing::certificate::{
    FIELDS, FieldErrors, check, check_disclosed, is_date, is_month, money, monthly, rate,
};
use yinxin_types::Fen;

fn whole() -> Map<String, Value> {
    let fields = json!({
        "accname": "王小示", "accnum": "0238557595", "addr": "无", "amt": "0.00", "bal": "4408.76", "basenum": "6000.00",
        "beginmonth": "2020-05", "center_id": "00057400", "certinum": "990101199003150015", "endmonth": "2020-08", "flag": "0",
        "indiaccstate": "0", "indipaysum": "960.00", "indiprop": "8.000", "linkman": "经办人", "linkphone": "0990-1234567",
        "loancontrnum": "", "opnaccdate": "2020-05-13", "projectname": "乙市中心", "transdate": "2020-12-22",
        "unitaccname": "甲市示例公司", "unitprop": "8.000",
    });
    fields.as_object().unwrap().clone()
}

fn set(pairs: &[(&str, &str)]) -> Map<String, Value> {
    let mut fields = whole();
    for (name, value) in pairs {
        fields.insert((*name).to_owned(), json!(value));
    }
    fields
}

fn said(result: Result<(), FieldErrors>) -> String {
    result.map_or_else(|errors| errors.to_string(), |()| String::new())
}

#[test]
fn a_certificate_as_a_city_prints_it_is_good() {
    assert_eq!(check(&whole()), Ok(()));
    assert_eq!(whole().len(), FIELDS.len());
    assert!(FIELDS.is_sorted_by(|a, b| a.0 < b.0));
}

#[test]
fn every_field_is_kept_to_its_form() {
    for (name, value, wrong) in [
        ("accname", "", "accname FIELD_TEXT"),
        ("accname", "a\u{0}", "accname FIELD_TEXT"),
        ("accnum", "238557595", "accnum FIELD_DIGITS"),
        ("accnum", "023855759x", "accnum FIELD_DIGITS"),
        ("amt", "-1.00", "amt FIELD_MONEY"),
        ("bal", "4408.7", "bal FIELD_MONEY"),
        ("bal", "04408.76", "bal FIELD_MONEY"),
        ("basenum", "6,000.00", "basenum FIELD_MONEY"),
        ("beginmonth", "2020-13", "beginmonth FIELD_MONTH"),
        ("center_id", "57400", "center_id FIELD_DIGITS"),
        ("certinum", "990101199003150014", "certinum FIELD_CHECKDIGIT"),
        ("certinum", "99010119900315001", "certinum FIELD_CITIZEN"),
        ("certinum", "990101199013150015", "certinum FIELD_CITIZEN"),
        ("flag", "yes", "flag FIELD_DIGITS"),
        ("indiaccstate", "", "indiaccstate FIELD_DIGITS"),
        ("indiprop", "8.00", "indiprop FIELD_RATE"),
        (
            "indiprop",
            "4.999",
            "indipaysum FIELD_SUM, indiprop FIELD_RATE_LOW",
        ),
        (
            "unitprop",
            "12.001",
            "indipaysum FIELD_SUM, unitprop FIELD_RATE_HIGH",
        ),
        ("linkphone", "call me", "linkphone FIELD_TEXT"),
        ("opnaccdate", "2020-02-30", "opnaccdate FIELD_DATE"),
        ("transdate", "20201222", "transdate FIELD_DATE"),
    ] {
        assert_eq!(said(check(&set(&[(name, value)]))), wrong, "{name} {value}");
    }
    assert!(check(&set(&[("certinum", "99010119880822002X")])).is_err());
    assert_eq!(check(&set(&[("loancontrnum", "20201222nbbj02")])), Ok(()));
}

#[test]
fn a_missing_field_an_unknown_one_and_one_that_is_no_text_are_told_apart() {
    let mut fields = whole();
    fields.remove("bal");
    fields.insert("flag".to_owned(), json!(0));
    fields.insert("990101199003150015".to_owned(), json!("x"));
    assert_eq!(
        said(check(&fields)),
        " FIELD_UNKNOWN, bal FIELD_MISSING, flag FIELD_TEXT"
    );
}

#[test]
fn the_monthly_sum_is_the_base_times_both_rates_rounded_once_half_a_fen_upwards() {
    assert_eq!(monthly(Fen(600_000), 8_000, 8_000), Some(Fen(96_000)));
    // 33.33 × 10.5 % = 3.49965; 0.01 × 50 % = 0.005.
    assert_eq!(monthly(Fen(3_333), 5_250, 5_250), Some(Fen(350)));
    assert_eq!(monthly(Fen(1), 25_000, 25_000), Some(Fen(1)));
    assert_eq!(monthly(Fen(1), 25_000, 24_999), Some(Fen(0)));
    assert_eq!(monthly(Fen(i64::MAX), 5_000, 5_000), None);
    assert_eq!(
        said(check(&set(&[("indipaysum", "960.01")]))),
        "indipaysum FIELD_SUM"
    );
    assert_eq!(
        check(&set(&[
            ("unitprop", "5.000"),
            ("indiprop", "12.000"),
            ("indipaysum", "1020.00")
        ])),
        Ok(())
    );
}

#[test]
fn days_and_months_follow_each_other() {
    for (pairs, wrong) in [
        ([("opnaccdate", "2020-12-23")], "transdate FIELD_ORDER"),
        ([("beginmonth", "2020-09")], "endmonth FIELD_ORDER"),
        ([("endmonth", "2021-01")], "endmonth FIELD_ORDER"),
    ] {
        assert_eq!(said(check(&set(&pairs))), wrong);
    }
    assert_eq!(
        check(&set(&[
            ("beginmonth", "2020-12"),
            ("endmonth", "2020-12"),
            ("opnaccdate", "2020-12-22")
        ])),
        Ok(())
    );
}

#[test]
fn a_reader_checks_the_fields_it_got() {
    let some = |names: &[&str]| -> Map<String, Value> {
        let mut fields = set(&[("indipaysum", "961.00")]);
        fields.retain(|name, _| names.contains(&name.as_str()));
        fields
    };
    assert_eq!(check_disclosed(&some(&["bal", "basenum", "indipaysum"])), Ok(()));
    assert_eq!(
        said(check_disclosed(&some(&[
            "basenum",
            "indipaysum",
            "indiprop",
            "unitprop"
        ]))),
        "indipaysum FIELD_SUM"
    );
    assert_eq!(check_disclosed(&Map::new()), Ok(()));
}

#[test]
fn dates_are_those_of_the_calendar() {
    for good in ["2024-02-29", "2000-02-29", "2026-12-31"] {
        assert!(is_date(good), "{good}");
    }
    for bad in [
        "2026-02-29",
        "1900-02-29",
        "2026-00-10",
        "2026-04-31",
        "2026-4-01",
        "2026-04-1",
        "2026-04-00",
        "-2026-04-01",
        "2026-04-01 ",
        "+026-04-01",
        "",
    ] {
        assert!(!is_date(bad), "{bad}");
    }
    assert!(is_month("2026-09") && !is_month("2026-9") && !is_month("2026-09-01"));
}

proptest! {
    #[test]
    fn money_and_rates_are_read_back_as_they_are_written(fen in 0..1_000_000_000_000_i64, thousandths in 0..1_000_000_i64) {
        prop_assert_eq!(money(&Fen(fen).to_string()), Some(Fen(fen)));
        let text = format!("{}.{:03}", thousandths / 1000, thousandths % 1000);
        prop_assert_eq!(rate(&text), Some(thousandths));
    }

    #[test]
    fn no_text_stops_the_program_and_no_error_repeats_it(name in 0..FIELDS.len(), value in "\\PC{0,40}|[0-9.-]{0,30}") {
        let name = FIELDS[name].0;
        let fields = set(&[(name, &value)]);
        if let Err(errors) = check(&fields) {
            for error in errors.errors() {
                prop_assert!(FIELDS.iter().any(|(field, _)| *field == error.field));
            }
        }
        let unknown: Map<String, Value> = [(value, json!("x"))].into_iter().collect();
        if !FIELDS.iter().any(|(field, _)| unknown.contains_key(*field)) {
            prop_assert_eq!(said(check_disclosed(&unknown)), " FIELD_UNKNOWN");
        }
    }

    #[test]
    fn whatever_is_a_number_of_money_has_one_spelling(text in "[0-9]{0,12}[.]?[0-9]{0,3}") {
        if let Some(fen) = money(&text) {
            prop_assert_eq!(fen.to_string(), text);
        }
    }
}
