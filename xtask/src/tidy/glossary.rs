//! The glossary fixes each term once; documents, and the documentation of code, use no Chinese term that it does not know.

use super::{Finding, numbered, table};
use crate::project::SourceFile;
use std::collections::{BTreeMap, BTreeSet};

const DOCUMENT: &str = "docs/glossary.md";
const HEADER: &[&str] = &["English", "中文"];

/// Findings for terms explained twice, and for English documents that put an unknown Chinese term in parentheses.
pub fn check(files: &[SourceFile]) -> Vec<Finding> {
    let Some(glossary) = files.iter().find(|file| file.path == DOCUMENT) else {
        return vec![Finding::new(
            DOCUMENT,
            "is missing; it fixes the terms of both languages",
        )];
    };
    let Some(rows) = table::rows(&glossary.text, HEADER) else {
        return vec![Finding::new(
            DOCUMENT,
            format!("has no table with the columns {}", HEADER.join(", ")),
        )];
    };
    let mut findings = repeated(&rows);
    let known: BTreeSet<&str> = rows
        .iter()
        .filter_map(|row| row.get(1).copied())
        .flat_map(|cell| cell.split('、'))
        .collect();
    for file in files {
        for (number, line) in numbered(&file.text).filter(|(_, line)| is_english_prose(&file.path, line)) {
            for term in terms(line).filter(|term| !known.contains(term)) {
                findings.push(Finding::at_line(
                    &file.path,
                    number,
                    format!("the term `{term}` is not in {DOCUMENT}; use the word that is, or add it there"),
                ));
            }
        }
    }
    findings
}

fn repeated(rows: &[Vec<&str>]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for column in [0, 1] {
        let mut seen: BTreeMap<&str, u32> = BTreeMap::new();
        for cell in rows.iter().filter_map(|row| row.get(column)) {
            let count = seen.entry(cell).or_default();
            *count = count.saturating_add(1);
        }
        for (term, _) in seen.iter().filter(|(_, count)| **count > 1) {
            findings.push(Finding::new(
                DOCUMENT,
                format!("explains `{term}` more than once; keep one row"),
            ));
        }
    }
    findings
}

/// Whether the line belongs to an English document or to the documentation of Rust code.
fn is_english_prose(path: &str, line: &str) -> bool {
    let comment = line.trim_start();
    (path.ends_with(".md") && !path.ends_with(".zh-CN.md"))
        || (path.ends_with(".rs") && (comment.starts_with("//! ") || comment.starts_with("/// ")))
}

/// Chinese words in parentheses, as they follow an English term at its first use. In a Chinese sentence they are no terms.
fn terms(line: &str) -> impl Iterator<Item = &str> {
    line.match_indices('(').filter_map(|(start, _)| {
        let (before, rest) = line.split_at(start);
        let (inside, _) = rest.strip_prefix('(')?.split_once(')')?;
        let follows_english = before
            .trim_end()
            .chars()
            .next_back()
            .is_none_or(|character| character.is_ascii());
        // (一), (二) are items of an article, not terms.
        let is_item = inside
            .chars()
            .all(|character| "一二三四五六七八九十".contains(character));
        (follows_english && !is_item && inside.chars().all(is_han)).then_some(inside)
    })
}

fn is_han(character: char) -> bool {
    matches!(character, '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    const GLOSSARY: &str = "# G\n\n| English | 中文 | meaning |\n|---|---|---|\n| receipt | 回执 | proof |\n| block | 区块 | step |\n";

    fn findings(glossary: &str, document: &str) -> usize {
        let file = |path: &str, text: &str| SourceFile {
            path: path.to_owned(),
            text: text.to_owned(),
        };
        check(&[file(DOCUMENT, glossary), file("docs/a.md", document)]).len()
    }

    #[test]
    fn terms_in_parentheses_are_those_of_the_glossary() {
        assert_eq!(
            findings(
                GLOSSARY,
                "a receipt (回执) in a block (区块), see (GB 32100), items (一) to (十二), (印章 or not), (), 离线核验(收据)"
            ),
            0
        );
        assert_eq!(findings(GLOSSARY, "a receipt (收据)"), 1);
    }

    #[test]
    fn the_documentation_of_code_uses_the_same_terms() {
        let file = |text: &str| SourceFile {
            path: "a.rs".to_owned(),
            text: text.to_owned(),
        };
        let glossary = SourceFile {
            path: DOCUMENT.to_owned(),
            text: GLOSSARY.to_owned(),
        };
        assert_eq!(
            check(&[glossary.clone(), file("    /// A voucher (收据).")]).len(),
            1
        );
        assert_eq!(
            check(&[
                glossary,
                file("/// A receipt (回执).\nlet text = \"voucher (收据)\";")
            ])
            .len(),
            0
        );
    }

    #[test]
    fn each_term_is_explained_once() {
        assert_eq!(
            findings(&format!("{GLOSSARY}| receipt | 凭据 | again |\n"), ""),
            1
        );
        assert_eq!(
            findings(&format!("{GLOSSARY}| voucher | 回执 | again |\n"), ""),
            1
        );
        assert_eq!(findings("# G\n", ""), 1);
    }
}
