//! The table of rejection codes is the one that the code defines, and no number or name is given twice.

use super::Finding;
use crate::codes::{FILE, expected};
use crate::project::SourceFile;
use crate::tidy::table;
use std::collections::BTreeSet;

/// Findings for a stale table, and for numbers or names given twice.
pub fn check(files: &[SourceFile]) -> Vec<Finding> {
    let text = match expected(files) {
        Ok(text) => text,
        Err(failure) => return vec![Finding::new(FILE, failure.to_string())],
    };
    let mut findings = Vec::new();
    if !files.iter().any(|file| file.path == FILE && file.text == text) {
        findings.push(Finding::new(
            FILE,
            "is not what the code defines; run `cargo xtask codes`",
        ));
    }
    for column in [0, 1] {
        let mut seen = BTreeSet::new();
        for row in table::rows(&text, &["number", "name"]).unwrap_or_default() {
            if let Some(cell) = row.get(column)
                && !seen.insert(*cell)
            {
                findings.push(Finding::new(
                    FILE,
                    format!("{cell} is given twice; take a number and a name of its own"),
                ));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_given_twice_and_a_stale_table_are_found() {
        let file = |path: &str, text: &str| SourceFile {
            path: path.to_owned(),
            text: text.to_owned(),
        };
        let head = "| number | name | HTTP | what it says | 说明 | rests on |\n|---|---|---|---|---|---|\n";
        let files = [
            file(FILE, head),
            file(
                "crates/a/src/codes.rs",
                "A = 1, 400, \"x\";\nB = 1, 400, \"x\";\n",
            ),
            file("crates/a/locales/en.json", r#"{"A":"a","B":"b"}"#),
            file("crates/a/locales/zh-CN.json", r#"{"A":"a","B":"b"}"#),
        ];
        let messages: Vec<String> = check(&files).into_iter().map(|finding| finding.message).collect();
        assert_eq!(
            messages,
            [
                "is not what the code defines; run `cargo xtask codes`",
                "1 is given twice; take a number and a name of its own"
            ]
        );
    }
}
