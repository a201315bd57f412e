//! `cargo xtask codes`: the table of rejection codes, written from the code and the locales that define them.

use crate::failure::{During, Failure};
use crate::project::{self, SourceFile};
use crate::say;
use serde_json::Value;
use std::collections::BTreeMap;

/// The document with the table, from the root.
pub const FILE: &str = "docs/reference/codes.md";

const HEADER: &str = "| number | name | HTTP | what it says | 说明 | rests on |\n|---|---|---|---|---|---|\n";

/// A code as its definition gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Code<'a> {
    number: u16,
    name: &'a str,
    status: &'a str,
    source: &'a str,
    /// The folder of the crate, whose `locales/` hold the sentences.
    folder: &'a str,
}

/// Writes the table into its document.
pub fn run(arguments: &[String]) -> Result<(), Failure> {
    if !arguments.is_empty() {
        return Err(Failure::usage("`codes` takes no arguments", "cargo xtask codes"));
    }
    let files = project::files()?;
    let text = expected(&files)?;
    std::fs::write(project::root().join(FILE), text).during(|| format!("write {FILE}"))?;
    say::line(&format!("{FILE} written"));
    Ok(())
}

/// What the document must be: its own words, with the table as the code defines it.
pub fn expected(files: &[SourceFile]) -> Result<String, Failure> {
    let by_path: BTreeMap<&str, &str> = files
        .iter()
        .map(|file| (file.path.as_str(), file.text.as_str()))
        .collect();
    let document = by_path.get(FILE).copied().unwrap_or_default();
    let Some((before, table)) = document.split_once(HEADER) else {
        return Err(Failure::new(format!("{FILE} has no table of codes"))
            .remedy(format!("Its head must be:\n{HEADER}")));
    };
    let after: Vec<&str> = table.lines().skip_while(|line| line.starts_with('|')).collect();
    let mut text = format!("{before}{HEADER}");
    for code in definitions(files) {
        let sentence = |language: &str| sentence(&by_path, &code, language);
        let row = [
            code.number.to_string(),
            format!("`{}`", code.name),
            code.status.to_owned(),
            sentence("en")?,
            sentence("zh-CN")?,
            code.source.to_owned(),
        ];
        text.push_str(&format!("| {} |\n", row.join(" | ")));
    }
    for line in after {
        text.push_str(line);
        text.push('\n');
    }
    Ok(text)
}

/// All definitions of the form `NAME = 1001, 400, "source";`, by number.
fn definitions(files: &[SourceFile]) -> Vec<Code<'_>> {
    let mut codes: Vec<Code<'_>> = files
        .iter()
        .filter_map(|file| Some((holder(&file.path)?, file)))
        .flat_map(|(folder, file)| file.text.lines().filter_map(move |line| definition(folder, line)))
        .collect();
    codes.sort_by_key(|code| code.number);
    codes
}

/// The folder of the crate whose codes a file defines: `src/codes.rs`, or `codes.rs` of a module below.
fn holder(path: &str) -> Option<&str> {
    let (folder, file) = path.split_once("/src/")?;
    (file == "codes.rs" || file.ends_with("/codes.rs")).then_some(folder)
}

fn definition<'a>(folder: &'a str, line: &'a str) -> Option<Code<'a>> {
    let (name, rest) = line.trim().strip_suffix("\";")?.split_once(" = ")?;
    let (numbers, source) = rest.split_once(", \"")?;
    let (number, status) = numbers.split_once(", ")?;
    let is_name = name
        .chars()
        .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
    is_name.then_some(Code {
        number: number.parse().ok()?,
        name,
        status,
        source,
        folder,
    })
}

fn sentence(files: &BTreeMap<&str, &str>, code: &Code<'_>, language: &str) -> Result<String, Failure> {
    let path = format!("{}/locales/{language}.json", code.folder);
    let texts: Option<Value> = files
        .get(path.as_str())
        .and_then(|text| serde_json::from_str(text).ok());
    match texts
        .as_ref()
        .and_then(|texts| texts.get(code.name))
        .and_then(Value::as_str)
    {
        Some(text) => Ok(text.to_owned()),
        None => Err(
            Failure::new(format!("{path} has no sentence for `{}`", code.name))
                .remedy("Write one in both languages."),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(document: &str) -> Vec<SourceFile> {
        let file = |path: &str, text: &str| SourceFile {
            path: path.to_owned(),
            text: text.to_owned(),
        };
        vec![
            file(FILE, document),
            file(
                "crates/a/src/codes.rs",
                "codes! {\n    /// Why.\n    B_TWO = 2, 404, \"law 2\";\n    A_ONE = 1, 400, \"law 1\";\n}\n",
            ),
            file("crates/a/locales/en.json", r#"{"A_ONE":"One.","B_TWO":"Two."}"#),
            file(
                "crates/a/locales/zh-CN.json",
                r#"{"A_ONE":"一。","B_TWO":"二。"}"#,
            ),
        ]
    }

    #[test]
    fn the_table_is_written_by_number_between_the_words_around_it() {
        let old = format!("# Codes\n\n{HEADER}| 9 | `OLD` | 400 | x | x | x |\n\nAfter.\n");
        let text = expected(&files(&old)).unwrap();
        let rows =
            "| 1 | `A_ONE` | 400 | One. | 一。 | law 1 |\n| 2 | `B_TWO` | 404 | Two. | 二。 | law 2 |\n";
        assert_eq!(text, format!("# Codes\n\n{HEADER}{rows}\nAfter.\n"));
        assert_eq!(
            expected(&files(&text)).unwrap(),
            text,
            "written twice it stays the same"
        );
    }

    #[test]
    fn a_code_without_a_sentence_or_a_document_without_a_table_is_refused() {
        let mut lacking = files(&format!("# Codes\n\n{HEADER}"));
        lacking.pop();
        assert!(
            expected(&lacking)
                .unwrap_err()
                .to_string()
                .contains("no sentence for `A_ONE`")
        );
        assert!(
            expected(&files("# Codes\n"))
                .unwrap_err()
                .to_string()
                .contains("no table")
        );
    }

    #[test]
    fn modules_may_define_codes_of_their_own() {
        for (path, folder) in [
            ("crates/a/src/codes.rs", Some("crates/a")),
            ("scenarios/a/src/b/codes.rs", Some("scenarios/a")),
            ("scenarios/a/src/barcodes.rs", None),
            ("scenarios/a/tests/codes.rs", None),
        ] {
            assert_eq!(holder(path), folder, "{path}");
        }
    }

    #[test]
    fn lines_that_define_no_code_are_passed_over() {
        for line in [
            "",
            "let a = \"x\";",
            "name = 1, 400, \"x\";",
            "A = x, 400, \"y\";",
            "/// A = 1, 400",
        ] {
            assert_eq!(definition("crates/a", line), None, "{line}");
        }
    }
}
