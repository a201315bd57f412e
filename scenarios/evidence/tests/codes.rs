//! The codes: own numbers, sentences in both languages, and the table in the reference equal to what the program has.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test stops at the first surprise"
)]

use yinxin_evidence::codes::{EN, EVIDENCE, ZH};
use yinxin_execution::Registry;
use yinxin_types::Code;

/// The rows of `docs/reference/codes.md` that the registry with this scenario alone gives.
fn rows() -> Vec<String> {
    let registry = Registry::new(vec![yinxin_evidence::scenario()]).unwrap();
    let row = |code: Code| {
        let (zh, en) = registry.texts(code.name).unwrap();
        format!(
            "| {} | `{}` | {} | {en} | {zh} | {} |",
            code.number, code.name, code.status, code.source
        )
    };
    registry.codes().map(row).collect()
}

#[test]
fn the_reference_has_every_code_of_the_registry() {
    // That it has no others than those of all scenarios is a rule of the house, which `cargo xtask tidy` checks.
    let page = include_str!("../../../docs/reference/codes.md");
    for row in rows() {
        assert!(
            page.lines().any(|line| line == row),
            "docs/reference/codes.md lacks {row}"
        );
    }
}

#[test]
fn authority_codes_are_numbered_from_2001_and_evidence_codes_from_4001() {
    for code in EVIDENCE {
        let family = code.name.split('_').next().unwrap();
        let range = match family {
            "AUTH" => 2001..3000,
            "EVID" => 4001..5000,
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
        let names: std::collections::BTreeMap<String, String> = serde_json::from_str(text).unwrap();
        assert_eq!(names.len(), EVIDENCE.len());
        for code in EVIDENCE {
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
