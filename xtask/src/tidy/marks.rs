//! Words that must not stay in a finished file: marks of unfinished work, skipped tests, this machine's paths.

use super::{Finding, numbered};
use crate::project::SourceFile;

/// A word, how it is recognised, and the remedy. The words are split so that this file does not contain them.
const MARKS: &[(&str, Match, &str)] = &[
    (
        concat!("TO", "DO"),
        Match::Word,
        "finish the work, or open an issue and remove the mark",
    ),
    (
        concat!("FIX", "ME"),
        Match::Word,
        "mend it now, or open an issue and remove the mark",
    ),
    (
        concat!("XX", "X"),
        Match::Word,
        "finish the work, or open an issue and remove the mark",
    ),
    (concat!("to", "do!("), Match::Anywhere, "write the code"),
    (
        concat!("#[ig", "nore"),
        Match::Anywhere,
        "mend the test or remove it; a test that does not run proves nothing",
    ),
    (
        concat!("#[should", "_panic"),
        Match::Anywhere,
        "return an error and assert on it",
    ),
    (
        concat!(".sk", "ip("),
        Match::PortalTest,
        "mend the test or remove it; a test that does not run proves nothing",
    ),
    (
        concat!("/wo", "rk/"),
        Match::Anywhere,
        "name no place of one machine; use a path from the root",
    ),
    (
        concat!("/ro", "ot/"),
        Match::Anywhere,
        "name no place of one machine; use a path from the root",
    ),
    (
        concat!("/ho", "me/"),
        Match::Anywhere,
        "name no place of one machine; use a path from the root",
    ),
    (
        concat!("replace-", "with"),
        Match::Anywhere,
        "a mirror of a registry belongs to the machine, not to the repository",
    ),
];

/// Files of settings that hold the address of a registry; each machine has its own.
const REGISTRY_FILES: &[&str] = &[".npmrc", ".yarnrc", ".yarnrc.yml", "pip.conf"];
/// Generated lists of packages; not ours to word.
const LOCK_FILES: &[&str] = &["Cargo.lock", "package-lock.json"];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Match {
    /// Where no letter, digit or underscore touches it.
    Word,
    /// Wherever it stands.
    Anywhere,
    /// In tests of the portal.
    PortalTest,
}

/// Findings for every mark that stays.
pub fn check(files: &[SourceFile]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in files {
        let name = file.path.rsplit('/').next().unwrap_or(&file.path);
        if LOCK_FILES.contains(&name) {
            continue;
        }
        if REGISTRY_FILES.contains(&name) {
            findings.push(Finding::new(
                &file.path,
                "a registry belongs to the machine; keep this file out of the repository",
            ));
        }
        for (number, line) in numbered(&file.text) {
            for (mark, kind, remedy) in MARKS {
                if kind.applies(&file.path) && kind.finds(mark, line) {
                    findings.push(Finding::at_line(
                        &file.path,
                        number,
                        format!("`{mark}`: {remedy}"),
                    ));
                }
            }
        }
    }
    findings
}

impl Match {
    fn applies(self, path: &str) -> bool {
        let is_test = [".test.ts", ".test.tsx", ".test.mjs", ".spec.ts"]
            .iter()
            .any(|ending| path.ends_with(ending));
        self != Self::PortalTest || is_test
    }

    fn finds(self, mark: &str, line: &str) -> bool {
        if self != Self::Word {
            return line.contains(mark);
        }
        let joins =
            |neighbour: Option<char>| neighbour.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_');
        line.match_indices(mark).any(|(start, _)| {
            let (before, rest) = line.split_at(start);
            let after = rest.strip_prefix(mark).unwrap_or_default();
            !joins(before.chars().next_back()) && !joins(after.chars().next())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(path: &str, text: &str) -> usize {
        check(&[SourceFile {
            path: path.to_owned(),
            text: text.to_owned(),
        }])
        .len()
    }

    #[test]
    fn every_mark_is_found() {
        for (mark, _, _) in MARKS {
            assert_eq!(
                findings("portal/src/a.test.ts", &format!("// {mark} later")),
                1,
                "{mark}"
            );
        }
    }

    #[test]
    fn words_that_only_contain_a_mark_are_left_alone() {
        assert_eq!(
            findings("a.rs", concat!("mktemp XX", "XXXX; METHO", "DO; TO", "DOS")),
            0
        );
        assert_eq!(findings("a.rs", "iterator.skip(1)"), 0);
    }

    #[test]
    fn lock_files_are_not_read_and_registry_settings_are_refused() {
        assert_eq!(findings("Cargo.lock", concat!("TO", "DO")), 0);
        assert_eq!(findings("portal/.npmrc", ""), 1);
    }
}
