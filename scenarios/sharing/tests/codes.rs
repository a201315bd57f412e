//! The codes of both parts: own numbers by family, and sentences in both languages for each and for nothing else.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

use std::collections::BTreeMap;

use yinxin_sharing::scenario;

#[test]
fn listings_are_numbered_2341_to_2369_and_the_catalogue_2371_to_2399() {
    for code in scenario().codes() {
        let range = match code.name.split('_').next().unwrap() {
            "LIST" => 2341..2370,
            "RES" => 2371..2400,
            _ => continue,
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
    let scenario = scenario();
    for (catalogue, text) in [
        (scenario.zh(), include_str!("../locales/zh-CN.json")),
        (scenario.en(), include_str!("../locales/en.json")),
    ] {
        let names: BTreeMap<String, String> = serde_json::from_str(text).unwrap();
        assert_eq!(names.len(), scenario.codes().len());
        for code in scenario.codes() {
            let sentence = catalogue.get(code.name);
            assert!(
                sentence.is_some_and(|sentence| !sentence.is_empty()),
                "{}",
                code.name
            );
        }
    }
}
