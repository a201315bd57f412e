//! The codes: own numbers by family, and sentences in both languages for each and for nothing else.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

use std::collections::BTreeMap;

use yinxin_identity::codes::{EN, IDENTITY, ZH};

#[test]
fn authority_codes_are_numbered_from_2101_and_identity_codes_from_2201() {
    for code in IDENTITY {
        let range = match code.name.split('_').next().unwrap() {
            "AUTH" => 2101..2200,
            "ID" => 2201..2300,
            other => panic!("{other} is no family of this scenario"),
        };
        assert!(
            range.contains(&code.number),
            "{} has the number {}",
            code.name,
            code.number
        );
        assert!(!code.source.is_empty());
    }
}

#[test]
fn both_languages_have_a_sentence_for_each_code_and_for_nothing_else() {
    for (catalogue, text) in [
        (&ZH, include_str!("../locales/zh-CN.json")),
        (&EN, include_str!("../locales/en.json")),
    ] {
        let names: BTreeMap<String, String> = serde_json::from_str(text).unwrap();
        assert_eq!(names.len(), IDENTITY.len());
        for code in IDENTITY {
            assert!(
                catalogue
                    .get(code.name)
                    .is_some_and(|sentence| !sentence.is_empty()),
                "{}",
                code.name
            );
        }
    }
}
