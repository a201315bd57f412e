//! The invariants that ARCHITECTURE.md prints: each names its proofs, and the proofs exist.

use super::{Finding, table};
use crate::project::SourceFile;

const DOCUMENT: &str = "ARCHITECTURE.md";
const HEADER: &[&str] = &["invariant", "proven by"];

/// Findings for invariants without a proof, and for proofs that are neither a file nor a test.
pub fn check(files: &[SourceFile]) -> Vec<Finding> {
    let rows = files
        .iter()
        .find(|file| file.path == DOCUMENT)
        .and_then(|file| table::rows(&file.text, HEADER));
    let Some(rows) = rows else {
        return vec![Finding::new(
            DOCUMENT,
            format!("has no table with the columns {}", HEADER.join(", ")),
        )];
    };
    let mut findings = Vec::new();
    for row in &rows {
        let [invariant, proofs, ..] = row.as_slice() else {
            continue;
        };
        if table::quoted(proofs).next().is_none() {
            findings.push(Finding::new(
                DOCUMENT,
                format!("nothing proves \"{invariant}\"; write the test and name it"),
            ));
        }
        for proof in table::quoted(proofs).filter(|proof| !exists(files, proof)) {
            findings.push(Finding::new(
                DOCUMENT,
                format!(
                    "`{proof}` is to prove \"{invariant}\", but there is no such file or test; mend the name"
                ),
            ));
        }
    }
    findings
}

/// A proof is a file or folder by its path from the root, or a test by the name of its function.
fn exists(files: &[SourceFile], proof: &str) -> bool {
    if proof.contains('/') || proof.contains('.') {
        let folder = format!("{}/", proof.trim_end_matches('/'));
        return files
            .iter()
            .any(|file| file.path == proof || file.path.starts_with(&folder));
    }
    let function = format!("fn {proof}(");
    files
        .iter()
        .any(|file| file.path.ends_with(".rs") && file.text.contains(&function))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(rows: &str) -> usize {
        let file = |path: &str, text: &str| SourceFile {
            path: path.to_owned(),
            text: text.to_owned(),
        };
        let document = format!("| invariant | proven by |\n|---|---|\n{rows}");
        check(&[
            file(DOCUMENT, &document),
            file("crates/a/tests/kept.rs", "fn a_rule_is_kept() {}"),
        ])
        .len()
    }

    #[test]
    fn proofs_are_files_or_tests_that_exist() {
        assert_eq!(
            findings("| One. | `a_rule_is_kept`, `crates/a/tests/kept.rs`, `crates/a` |\n"),
            0
        );
        assert_eq!(findings("| One. | `a_rule_is_broken` |\n"), 1);
        assert_eq!(findings("| One. | `crates/a/tests/none.rs` |\n"), 1);
        assert_eq!(findings("| One. | trust us |\n"), 1);
    }
}
