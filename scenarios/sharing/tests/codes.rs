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
use yinxin_sharing::codes::CERTIFICATES;
use yinxin_sharing::scenario;

#[test]
fn the_codes_of_certificates_are_numbered_from_2301_to_2339() {
    for code in CERTIFICATES {
        assert!((2301..=2339).contains(&code.number), "{}", code.name);
        assert!(!code.source.is_empty());
    }
}

#[test]
fn listings_are_numbered_2341_to_2369_the_catalogue_2371_to_2399_wallets_2421_to_2439() {
    for code in scenario().codes() {
        let range = match code.name.split('_').next().unwrap() {
            "LIST" => 2341..2370,
            "RES" => 2371..2400,
            "WALLET" => 2421..2440,
            _ => continue,
        };
        assert!(range.contains(&code.number), "{}", code.name);
        assert!(!code.source.is_empty());
    }
}

#[test]
fn both_languages_have_a_sentence_for_each_code_problem_and_field_and_for_nothing_else() {
    let scenario = scenario();
    let fields: BTreeSet<String> = yinxin_sharing::kinds::KINDS
        .iter()
        .flat_map(|kind| kind.fields)
        .map(|(field, _)| *field)
        .chain([yinxin_sharing::AGE_OVER_18])
        .map(|field| format!("field.{field}"))
        .collect();
    let names: BTreeSet<&str> = scenario
        .codes()
        .iter()
        .map(|code| code.name)
        .chain(Problem::ALL.map(Problem::code))
        .collect();
    for (catalogue, text) in [
        (scenario.zh(), include_str!("../locales/zh-CN.json")),
        (scenario.en(), include_str!("../locales/en.json")),
    ] {
        let sentences: BTreeMap<String, String> = serde_json::from_str(text).unwrap();
        let codes = sentences
            .keys()
            .map(String::as_str)
            .filter(|name| !name.contains('.'));
        assert!(codes.eq(names.iter().copied()));
        assert!(sentences.values().all(|text| !text.is_empty()));
        for field in &fields {
            assert!(catalogue.get(field).is_some(), "{field}");
        }
    }
}
