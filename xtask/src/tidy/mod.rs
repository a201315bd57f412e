//! The rules of the house, as a check: each finding names the place and the remedy.
//!
//! `cargo test -p xtask` runs the same check, so that nobody can forget it. Each rule is one module with one entry:
//! it takes what is in the repository and gives its findings.

mod codes;
mod files;
mod glossary;
mod imports;
mod invariants;
mod licences;
mod locales;
mod markdown;
mod marks;
mod table;

use crate::failure::Failure;
use crate::project;
use crate::say;

/// One breach of a rule: where, what, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// A path from the root, with a line number where there is one.
    pub place: String,
    /// What is wrong and how it is mended.
    pub message: String,
}

impl Finding {
    fn new(place: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            place: place.into(),
            message: message.into(),
        }
    }

    fn at_line(file: &str, line: usize, message: impl Into<String>) -> Self {
        Self::new(format!("{file}:{line}"), message)
    }
}

/// Checks everything and prints the findings.
pub fn run(arguments: &[String]) -> Result<(), Failure> {
    if !arguments.is_empty() {
        return Err(Failure::usage("`tidy` takes no arguments", "cargo xtask tidy"));
    }
    let findings = findings()?;
    for Finding { place, message } in &findings {
        say::line(&format!("{place}: {message}"));
    }
    match findings.len() {
        0 => {
            say::line("tidy");
            Ok(())
        }
        count => Err(Failure::new(format!(
            "{count} breaches of the rules of the house (CONTRIBUTING.md)"
        ))),
    }
}

fn findings() -> Result<Vec<Finding>, Failure> {
    let files = project::files()?;
    let metadata = project::metadata()?;
    let mut findings = Vec::new();
    findings.extend(files::check(&files));
    findings.extend(marks::check(&files));
    findings.extend(markdown::check(&files));
    findings.extend(locales::check(&files));
    findings.extend(glossary::check(&files));
    findings.extend(codes::check(&files));
    findings.extend(imports::check(&files, &metadata));
    findings.extend(invariants::check(&files));
    findings.extend(licences::check(&files, &metadata));
    findings.sort();
    Ok(findings)
}

/// Numbers of lines, as editors count them.
fn numbered(text: &str) -> impl Iterator<Item = (usize, &str)> {
    (1..).zip(text.lines())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_repository_keeps_the_rules_of_the_house() {
        let findings = findings().unwrap();
        let list: Vec<String> = findings
            .iter()
            .map(|finding| format!("{}: {}", finding.place, finding.message))
            .collect();
        assert!(list.is_empty(), "\n{}", list.join("\n"));
    }
}
