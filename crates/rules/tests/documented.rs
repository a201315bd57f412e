//! What docs/reference/rules.md says of codes and functions is what there is.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::string_slice,
    clippy::print_stderr,
    reason = "a helper that fails has failed its test, and a test says that it is skipped"
)]

use std::path::PathBuf;

use yinxin_rules::{Code, Locale, functions};

fn document() -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/rules.md");
    std::fs::read_to_string(path).unwrap()
}

#[test]
fn every_code_stands_in_the_document_with_its_sentences() {
    let mut table = String::from("| code | what it says | 说明 |\n|---|---|---|\n");
    for code in Code::ALL {
        table.push_str(&format!(
            "| `{}` | {} | {} |\n",
            code.as_str(),
            code.sentence(Locale::En),
            code.sentence(Locale::ZhCn)
        ));
    }
    assert!(
        document().contains(&table),
        "docs/reference/rules.md must have this table:\n{table}"
    );
}

#[test]
fn every_function_stands_in_the_document() {
    let names: Vec<String> = functions().map(|name| format!("`{name}`")).collect();
    let line = names.join(", ");
    assert!(
        document().contains(&line),
        "docs/reference/rules.md must have this line:\n{line}"
    );
}
