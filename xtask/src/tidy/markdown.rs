//! Markdown documents: one title each, links that lead somewhere, also from the code.

use super::{Finding, numbered};
use crate::project::SourceFile;
use std::collections::BTreeSet;

/// Findings for documents without exactly one title, and for links into the repository that lead nowhere.
pub fn check(files: &[SourceFile]) -> Vec<Finding> {
    let paths = known_paths(files);
    let documents = files.iter().filter(|file| file.path.ends_with(".md"));
    let code = files
        .iter()
        .filter(|file| file.path.ends_with(".rs") || file.path.ends_with(".toml"));
    let mentions = code.flat_map(|file| mentions(file, &paths));
    documents
        .flat_map(|file| {
            let prose = without_code(&file.text);
            let mut findings = links(file, &prose, &paths);
            let titles = prose.iter().filter(|(_, line)| line.starts_with("# ")).count();
            if titles != 1 {
                findings.push(Finding::new(
                    &file.path,
                    format!("has {titles} titles (`# `); a document has exactly one"),
                ));
            }
            findings
        })
        .chain(mentions)
        .collect()
}

/// Every file, and every folder that holds one.
fn known_paths(files: &[SourceFile]) -> BTreeSet<String> {
    let mut paths = BTreeSet::from([String::new()]);
    for file in files {
        let mut path = file.path.as_str();
        paths.insert(path.to_owned());
        while let Some((folder, _)) = path.rsplit_once('/') {
            paths.insert(folder.to_owned());
            path = folder;
        }
    }
    paths
}

/// The lines outside fenced code, with their numbers.
fn without_code(text: &str) -> Vec<(usize, &str)> {
    let mut fenced = false;
    numbered(text)
        .filter(|(_, line)| {
            let fence = line.trim_start().starts_with("```");
            fenced ^= fence;
            !fenced && !fence
        })
        .collect()
}

fn links(file: &SourceFile, prose: &[(usize, &str)], paths: &BTreeSet<String>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (number, line) in prose {
        for target in targets(line) {
            let path = target.split(['#', '?']).next().unwrap_or_default();
            let is_outside = target.contains("://") || target.starts_with("mailto:");
            if is_outside || path.is_empty() {
                continue;
            }
            if !resolve(&file.path, path).is_some_and(|resolved| paths.contains(&resolved)) {
                findings.push(Finding::at_line(
                    &file.path,
                    *number,
                    format!("the link `{target}` leads nowhere; mend or remove it"),
                ));
            }
        }
    }
    findings
}

/// Documents to which comments refer their reader.
fn mentions(file: &SourceFile, paths: &BTreeSet<String>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let comments = numbered(&file.text).filter(|(_, line)| line.trim_start().starts_with(['/', '#']));
    for (number, line) in comments {
        let words = line.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '/' | '.' | '-' | '_')));
        for path in words.filter(|word| word.starts_with("docs/") && word.ends_with(".md")) {
            if !paths.contains(path) {
                findings.push(Finding::at_line(
                    &file.path,
                    number,
                    format!("`{path}` does not exist; mend the reference"),
                ));
            }
        }
    }
    findings
}

/// What stands in `](...)`.
fn targets(line: &str) -> impl Iterator<Item = &str> {
    line.split("](")
        .skip(1)
        .filter_map(|rest| Some(rest.split_once(')')?.0))
}

/// The path from the root that a link in `document` means; none when it leaves the repository.
fn resolve(document: &str, link: &str) -> Option<String> {
    let mut names: Vec<&str> = document.split('/').collect();
    names.pop();
    for name in link.split('/') {
        match name {
            "" | "." => {}
            ".." => drop(names.pop()?),
            other => names.push(other),
        }
    }
    Some(names.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(text: &str) -> Vec<String> {
        let file = |path: &str, text: &str| SourceFile {
            path: path.to_owned(),
            text: text.to_owned(),
        };
        let files = [
            file("docs/a.md", text),
            file("docs/guide/b.md", "# B\n"),
            file("README.md", "# R\n"),
        ];
        check(&files).into_iter().map(|finding| finding.message).collect()
    }

    #[test]
    fn a_document_has_exactly_one_title() {
        assert_eq!(findings("# A\n## Part\n"), [""; 0]);
        assert_eq!(findings("text\n").len(), 1);
        assert_eq!(findings("# A\n# B\n").len(), 1);
        assert_eq!(findings("# A\n```sh\n# a comment\n```\n"), [""; 0]);
    }

    #[test]
    fn links_into_the_repository_lead_somewhere() {
        assert_eq!(
            findings(
                "# A\n[b](guide/b.md) [r](../README.md#top) [f](guide/) [w](https://example.org/x) [h](#a)"
            ),
            [""; 0]
        );
        assert_eq!(findings("# A\n[c](guide/c.md)").len(), 1);
        assert_eq!(findings("# A\n[out](../../other/README.md)").len(), 1);
    }

    #[test]
    fn documents_that_code_mentions_exist() {
        let file = |path: &str, text: &str| SourceFile {
            path: path.to_owned(),
            text: text.to_owned(),
        };
        let document = file("docs/a.md", "# A\n");
        let findings = |text: &str| check(&[document.clone(), file("a.rs", text)]).len();
        assert_eq!(findings("//! See `docs/a.md`, section 2.\n"), 0);
        assert_eq!(findings("//! See `docs/none.md`.\n"), 1);
    }
}
