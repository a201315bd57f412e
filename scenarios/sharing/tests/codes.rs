//! The codes: own numbers, and sentences in both languages for each, for each problem of a field, and for nothing else.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test stops at the first surprise"
)]

use std::collections::{BTreeMap, BTreeSet};

use yinxin_sharing::certificate::Problem;
use yinxin_sharing::codes::{CERTIFICATES, EN, ZH};

#[test]
fn the_codes_of_certificates_are_numbered_from_2301_to_2339() {
    for code in CERTIFICATES {
        assert!((2301..=2339).contains(&code.number), "{}", code.name);
        assert!(!code.source.is_empty());
    }
}

#[test]
fn both_languages_have_a_sentence_for_each_code_and_problem_and_for_nothing_else() {
    let names: BTreeSet<&str> = CERTIFICATES
        .iter()
        .map(|code| code.name)
        .chain(Problem::ALL.map(Problem::code))
        .collect();
    for (catalogue, text) in [
        (&ZH, include_str!("../locales/zh-CN.json")),
        (&EN, include_str!("../locales/en.json")),
    ] {
        let sentences: BTreeMap<String, String> = serde_json::from_str(text).unwrap();
        assert!(sentences.keys().map(String::as_str).eq(names.iter().copied()));
        assert!(
            names
                .iter()
                .all(|name| catalogue.get(name).is_some_and(|text| !text.is_empty()))
        );
    }
}
