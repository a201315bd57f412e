//! What enters the dependency tree: licences, sources and banned packages, as `deny.toml` says.

use super::Finding;
use crate::project::SourceFile;
use cargo_metadata::Metadata;
use std::collections::BTreeSet;

const DOCUMENT: &str = "deny.toml";
/// The one source of packages; the machine may read it through a mirror.
const SOURCE: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// Findings for packages whose licence is not allowed, that come from elsewhere, or that are banned.
pub fn check(files: &[SourceFile], metadata: &Metadata) -> Vec<Finding> {
    let Some(document) = files.iter().find(|file| file.path == DOCUMENT) else {
        return vec![Finding::new(
            DOCUMENT,
            "is missing; it lists the licences that may enter",
        )];
    };
    let allowed = strings(&document.text, "[licenses]", "allow");
    let banned = strings(&document.text, "[bans]", "deny");
    let mut findings = Vec::new();
    for package in &metadata.packages {
        let place = format!("Cargo.lock: {} {}", package.name, package.version);
        if banned.contains(package.name.as_str()) {
            findings.push(Finding::new(
                &place,
                format!("is banned by {DOCUMENT}; switch off the feature that brings it"),
            ));
        }
        if package
            .source
            .as_ref()
            .is_some_and(|source| source.repr != SOURCE)
        {
            findings.push(Finding::new(
                &place,
                "does not come from the public registry; publish it or vendor it",
            ));
        }
        let licence = package.license.as_deref().unwrap_or_default();
        if !permits(licence, &allowed) {
            findings.push(Finding::new(
                &place,
                format!("its licence `{licence}` is not allowed by {DOCUMENT}; choose another package"),
            ));
        }
    }
    findings
}

/// The strings of a list such as `allow = ["a", { name = "b" }]` within a section.
fn strings<'a>(document: &'a str, section: &str, list: &str) -> BTreeSet<&'a str> {
    document
        .lines()
        .skip_while(|line| line.trim() != section)
        .skip(1)
        .take_while(|line| !line.starts_with('['))
        .skip_while(|line| !line.starts_with(&format!("{list} = [")))
        .skip(1)
        .take_while(|line| line.trim() != "]")
        .filter(|line| !line.trim_start().starts_with('#'))
        .filter_map(|line| line.split('"').nth(1))
        .collect()
}

/// Whether an SPDX expression can be satisfied with allowed licences alone. Anything unreadable cannot.
fn permits(expression: &str, allowed: &BTreeSet<&str>) -> bool {
    let spaced = expression
        .replace('(', " ( ")
        .replace(')', " ) ")
        .replace('/', " OR ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut reader = Expression {
        words: &words,
        allowed,
    };
    reader.alternatives() == Some(true) && reader.words.is_empty()
}

/// Reads an SPDX expression from left to right: `OR` binds weaker than `AND`, `AND` weaker than `WITH`.
struct Expression<'a> {
    words: &'a [&'a str],
    allowed: &'a BTreeSet<&'a str>,
}

impl<'a> Expression<'a> {
    fn next(&mut self) -> Option<&'a str> {
        let (first, rest) = self.words.split_first()?;
        self.words = rest;
        Some(first)
    }

    fn follows(&mut self, word: &str) -> bool {
        let yes = self.words.first() == Some(&word);
        if yes {
            self.next();
        }
        yes
    }

    fn alternatives(&mut self) -> Option<bool> {
        let mut permitted = self.conjunction()?;
        while self.follows("OR") {
            permitted |= self.conjunction()?;
        }
        Some(permitted)
    }

    fn conjunction(&mut self) -> Option<bool> {
        let mut permitted = self.licence()?;
        while self.follows("AND") {
            permitted &= self.licence()?;
        }
        Some(permitted)
    }

    fn licence(&mut self) -> Option<bool> {
        if self.follows("(") {
            let inside = self.alternatives()?;
            return self.follows(")").then_some(inside);
        }
        let name = self.next()?;
        if self.follows("WITH") {
            let exception = self.next()?;
            return Some(self.allowed.contains(format!("{name} WITH {exception}").as_str()));
        }
        Some(self.allowed.contains(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DENY: &str = "\
[licenses]
# why
allow = [
  \"MIT\",
  \"Apache-2.0\",
  \"Apache-2.0 WITH LLVM-exception\",
]

[bans]
multiple = \"allow\"
deny = [
  # \"no\"
  { name = \"openssl\" },
]
";

    #[test]
    fn lists_are_read_from_their_section() {
        assert_eq!(strings(DENY, "[bans]", "deny"), BTreeSet::from(["openssl"]));
        assert_eq!(strings(DENY, "[licenses]", "allow").len(), 3);
        assert!(strings(DENY, "[sources]", "allow").is_empty());
    }

    #[test]
    fn expressions_that_allowed_licences_satisfy_are_permitted() {
        let allowed = strings(DENY, "[licenses]", "allow");
        for good in [
            "MIT",
            "GPL-3.0 OR MIT",
            "MIT/GPL-3.0",
            "(MIT OR GPL-3.0) AND Apache-2.0",
            "Apache-2.0 WITH LLVM-exception OR GPL-3.0",
        ] {
            assert!(permits(good, &allowed), "{good}");
        }
    }

    #[test]
    fn other_and_unreadable_expressions_are_not() {
        let allowed = strings(DENY, "[licenses]", "allow");
        for bad in [
            "",
            "GPL-3.0",
            "MIT AND GPL-3.0",
            "MIT WITH odd-exception",
            "(MIT",
            "MIT)",
            "MIT MIT",
            "MIT OR",
            "OR MIT",
            "( )",
        ] {
            assert!(!permits(bad, &allowed), "{bad}");
        }
    }
}
