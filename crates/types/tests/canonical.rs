//! Canonical JSON: one document has one spelling, and every other spelling has its reason.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test stops at the first surprise, and says so when it is skipped"
)]

use proptest::prelude::*;
use serde_json::{Map, Value, json};
use yinxin_types::canonical::{MAX_DEPTH, Reason, parse, value_to_bytes};
use yinxin_types::units::MAX_SAFE_INTEGER;

/// Any document that has a canonical form.
fn documents() -> impl Strategy<Value = Value> {
    let limit = i64::try_from(MAX_SAFE_INTEGER).unwrap();
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-limit..=limit).prop_map(Value::from),
        prop_oneof![Just(limit), Just(-limit), Just(0)].prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        "[\\x00-\\x24\"\\\\/]{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(8, 64, 6, |inner| {
        let name = prop_oneof!["[a-z_]{0,6}", "[\\x00-\\x7f]{0,4}"];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map(name, inner, 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

proptest! {
    #[test]
    fn what_was_written_is_read_as_the_same_document(document in documents()) {
        let bytes = value_to_bytes(&document).unwrap();
        prop_assert_eq!(parse(&bytes).unwrap(), document);
    }

    #[test]
    fn only_the_bytes_that_would_be_written_are_read(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
        if let Ok(document) = parse(&bytes) {
            prop_assert_eq!(value_to_bytes(&document).unwrap(), bytes);
        }
    }

    #[test]
    fn only_the_bytes_that_would_be_written_are_read_also_near_a_document(
        document in documents(), at: prop::sample::Index, with: u8, insert: bool,
    ) {
        let mut bytes = value_to_bytes(&document).unwrap();
        let at = at.index(bytes.len());
        if insert { bytes.insert(at, with) } else { bytes[at] = with }
        if let Ok(document) = parse(&bytes) {
            prop_assert_eq!(value_to_bytes(&document).unwrap(), bytes);
        }
    }

    #[test]
    fn any_text_of_json_tokens_gives_a_document_or_a_reason(text in "[\\[\\]{}\",:0-9a-z\\\\ .-]{0,40}") {
        if let Ok(document) = parse(text.as_bytes()) {
            prop_assert_eq!(value_to_bytes(&document).unwrap(), text.as_bytes());
        }
    }

    #[test]
    fn a_reading_reader_agrees_with_an_ordinary_one(document in documents()) {
        let bytes = value_to_bytes(&document).unwrap();
        prop_assert_eq!(serde_json::from_slice::<Value>(&bytes).unwrap(), document);
    }
}

#[test]
fn every_other_spelling_has_its_reason_and_place() {
    let deep = "[".repeat(MAX_DEPTH + 1);
    let deep_object = "{\"a\":".repeat(MAX_DEPTH + 1);
    let cases: &[(&[u8], Reason, usize)] = &[
        (b"", Reason::Syntax, 0),
        (b"nul", Reason::Syntax, 3),
        (b"True", Reason::Syntax, 0),
        (b"[1", Reason::Syntax, 2),
        (b"[1,]", Reason::Syntax, 3),
        (b"{\"a\"}", Reason::Syntax, 4),
        (b"{1:2}", Reason::Syntax, 1),
        (b"\"abc", Reason::Syntax, 4),
        (b"\"\\", Reason::Syntax, 2),
        (b"\"\\u00", Reason::Syntax, 3),
        (b"'a'", Reason::Syntax, 0),
        (b"{}{}", Reason::Trailing, 2),
        (b"1,", Reason::Trailing, 1),
        (b" 1", Reason::WhiteSpace, 0),
        (b"1\n", Reason::WhiteSpace, 1),
        (b"[1, 2]", Reason::WhiteSpace, 3),
        (b"[1 ,2]", Reason::WhiteSpace, 2),
        (b"{\"a\" :1}", Reason::WhiteSpace, 4),
        (b"{\"a\":\t1}", Reason::WhiteSpace, 5),
        (b"{\"a\":1,\"a\":1}", Reason::DuplicateName, 7),
        (b"{\"a\":1,\"b\":2,\"a\":1}", Reason::DuplicateName, 13),
        (b"{\"b\":1,\"a\":1}", Reason::NameOrder, 7),
        (b"{\"aa\":1,\"a\":1}", Reason::NameOrder, 8),
        ("{\"é\":1}".as_bytes(), Reason::NameCharacters, 1),
        (b"-0", Reason::Number, 0),
        (b"01", Reason::Number, 0),
        (b"1.0", Reason::Number, 0),
        (b"1e2", Reason::Number, 0),
        (b"1E2", Reason::Number, 0),
        (b"-", Reason::Number, 0),
        (b"--1", Reason::Number, 0),
        (b"9007199254740992", Reason::Number, 0),
        (b"-9007199254740992", Reason::Number, 0),
        (b"18446744073709551616", Reason::Number, 0),
        (b"+1", Reason::Syntax, 0),
        (b"\"\\/\"", Reason::Escape, 1),
        (b"\"\\u0041\"", Reason::Escape, 1),
        (b"\"\\u000A\"", Reason::Escape, 1),
        (b"\"\\u000a\"", Reason::Escape, 1),
        (b"\"\\u001F\"", Reason::Escape, 1),
        (b"\"\\u+01f\"", Reason::Escape, 1),
        (b"\"\\ud83d\\ude00\"", Reason::Escape, 1),
        (b"\"\\x\"", Reason::Escape, 1),
        (b"\"\n\"", Reason::Escape, 1),
        (b"\"\xff\"", Reason::Encoding, 1),
        (b"\"\xed\xa0\x80\"", Reason::Encoding, 1),
        (deep.as_bytes(), Reason::Depth, MAX_DEPTH),
        (deep_object.as_bytes(), Reason::Depth, 5 * MAX_DEPTH),
    ];
    for (bytes, reason, offset) in cases {
        let error = parse(bytes).expect_err(&String::from_utf8_lossy(bytes));
        assert_eq!(
            (error.reason, error.offset),
            (*reason, *offset),
            "{}",
            String::from_utf8_lossy(bytes)
        );
    }
}

#[test]
fn a_byte_order_mark_is_not_part_of_a_document() {
    assert_eq!(parse("\u{feff}{}".as_bytes()).unwrap_err().reason, Reason::Syntax);
}

#[test]
fn what_has_no_canonical_form_cannot_be_written() {
    let deep = |levels: usize| (1..levels).fold(json!([]), |inner, _| json!([inner]));
    for (document, reason) in [
        (json!(1.5), Reason::Number),
        (json!(MAX_SAFE_INTEGER + 1), Reason::Number),
        (json!(-9_007_199_254_740_992_i64), Reason::Number),
        (json!({ "é": 1 }), Reason::NameCharacters),
        (deep(MAX_DEPTH + 1), Reason::Depth),
    ] {
        assert_eq!(value_to_bytes(&document), Err(reason), "{document}");
    }
    assert!(value_to_bytes(&deep(MAX_DEPTH)).is_ok());
    assert!(parse(&value_to_bytes(&deep(MAX_DEPTH)).unwrap()).is_ok());
}

#[test]
fn strings_are_escaped_as_in_rfc_8785_section_3_2_4() {
    // The parts of the RFC's example that our narrower rules allow: everything but the numbers.
    let document = json!({ "string": "€$\u{f}\nA'B\"\\\\\"/", "literals": [null, true, false] });
    let expected = "7b226c69746572616c73223a5b6e756c6c2c747275652c66616c73655d2c22737472696e67223a22e282ac245c753030\
                    30665c6e4127425c225c5c5c5c5c222f227d";
    assert_eq!(hex::encode(value_to_bytes(&document).unwrap()), expected);
    assert_eq!(parse(&hex::decode(expected).unwrap()).unwrap(), document);
}

#[test]
fn every_control_character_has_its_one_escape() {
    let all: String = (0..0x20_u8)
        .map(char::from)
        .chain(['\u{7f}', '\u{2028}'])
        .collect();
    let written = String::from_utf8(value_to_bytes(&json!(all)).unwrap()).unwrap();
    assert_eq!(
        written,
        "\"\\u0000\\u0001\\u0002\\u0003\\u0004\\u0005\\u0006\\u0007\\b\\t\\n\\u000b\\f\\r\\u000e\\u000f\\u0010\\u0011\\u0012\
         \\u0013\\u0014\\u0015\\u0016\\u0017\\u0018\\u0019\\u001a\\u001b\\u001c\\u001d\\u001e\\u001f\u{7f}\u{2028}\""
    );
    assert_eq!(parse(written.as_bytes()).unwrap(), json!(all));
}

#[test]
fn names_are_sorted_by_their_bytes() {
    let written = value_to_bytes(&json!({ "b": 1, "a": 2, "B": 3, "": 4, "a1": 5, "a\t": 6 })).unwrap();
    assert_eq!(written, br#"{"":4,"B":3,"a":2,"a\t":6,"a1":5,"b":1}"#);
    assert!(parse(&written).is_ok());
}

#[test]
fn the_largest_and_smallest_integers_are_read_exactly() {
    for text in ["9007199254740991", "-9007199254740991", "0", "-1"] {
        assert_eq!(parse(text.as_bytes()).unwrap().to_string(), text);
    }
}

#[test]
fn an_error_says_what_and_where() {
    assert_eq!(
        parse(b"[1, 2]").unwrap_err().to_string(),
        "white space between tokens at byte 3"
    );
}
