//! The codes: numbers of their own, and sentences in both languages.

#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::collections::BTreeMap;

use yinxin_execution::Registry;
use yinxin_governance::codes::{EN, GOVERNANCE, ZH};

#[test]
fn codes_are_numbered_from_3001_without_gaps_and_fit_into_a_registry() {
    for (code, number) in GOVERNANCE.iter().zip(3001_u16..=3099) {
        assert_eq!(code.number, number);
        assert!(code.name.starts_with("GOV_") && !code.source.is_empty());
    }
    assert!(Registry::new(vec![yinxin_governance::scenario()]).is_ok());
}

#[test]
fn both_languages_have_a_sentence_for_each_code_and_for_nothing_else() {
    for (catalogue, text) in [
        (&ZH, include_str!("../locales/zh-CN.json")),
        (&EN, include_str!("../locales/en.json")),
    ] {
        let sentences: BTreeMap<String, String> = serde_json::from_str(text).unwrap();
        assert_eq!(sentences.len(), GOVERNANCE.len());
        for code in GOVERNANCE {
            assert!(catalogue.get(code.name).is_some(), "{}", code.name);
        }
    }
}
