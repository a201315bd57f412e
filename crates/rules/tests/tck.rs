//! The public tests of the DMN TCK (levels 2 and 3): which cases pass, which are refused and why. The table stands in
//! docs/reference/rules.md and is compared with what happens.

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

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use yinxin_rules::xml::{self, Vocabulary};
use yinxin_rules::{Budget, Context, Decimal, Document, List, Value};

#[derive(Clone, Debug, PartialEq, Eq)]
enum Space {
    Plain,
    Test,
    Schema,
    Other,
}

impl Vocabulary for Space {
    const PLAIN: Self = Self::Plain;
    const MODEL: Self = Self::Test;

    fn of(namespace: &str) -> Self {
        match namespace {
            "http://www.omg.org/spec/DMN/20160719/testcase" => Self::Test,
            "http://www.w3.org/2001/XMLSchema-instance" => Self::Schema,
            _ => Self::Other,
        }
    }
}

type Element = xml::Element<Space>;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/vectors/dmn")
}

/// What an input, or an expected result, says.
fn value(element: &Element) -> Value {
    if let Some(list) = element.named("list").next() {
        let items = list.named("item").map(value).collect();
        return Value::List(List::new(items).unwrap());
    }
    if element.named("component").next().is_some() {
        let entries = element
            .named("component")
            .map(|component| (Arc::from(component.plain("name").unwrap()), value(component)))
            .collect();
        return Value::Context(Context::new(entries).unwrap());
    }
    let Some(simple) = element.named("value").next() else {
        return Value::Null;
    };
    if simple.attribute(&Space::Schema, "nil") == Some("true") {
        return Value::Null;
    }
    let text = simple.text.as_str();
    let kind = simple.attribute(&Space::Schema, "type").unwrap_or("xsd:string");
    let trimmed = text.trim();
    match kind.split_once(':').map_or(kind, |(_, local)| local) {
        "string" => Value::text(text),
        "boolean" => Value::Boolean(trimmed == "true"),
        "date" => Value::Date(trimmed.parse().unwrap()),
        "time" => trimmed.parse().map_or(Value::text(trimmed), Value::Time),
        "dateTime" => trimmed.parse().map_or(Value::text(trimmed), Value::DateTime),
        "duration" => trimmed
            .parse()
            .map(Value::Months)
            .unwrap_or_else(|_| Value::Days(trimmed.parse().unwrap())),
        _ => Value::Number(trimmed.trim_start_matches('+').parse().unwrap()),
    }
}

/// Equal, numbers to eight digits after the point as in the TCK's own runner.
fn agrees(found: &Value, expected: &Value) -> bool {
    match (found, expected) {
        (Value::Null, Value::Null) => true,
        (Value::Number(found), Value::Number(expected)) => {
            let near: Decimal = "0.00000001".parse().unwrap();
            let difference = found.minus(*expected).unwrap().absolute();
            difference <= near
        }
        (Value::List(found), Value::List(expected)) => {
            found.items().len() == expected.items().len()
                && found
                    .items()
                    .iter()
                    .zip(expected.items())
                    .all(|(found, expected)| agrees(found, expected))
        }
        (Value::Context(found), Value::Context(expected)) => {
            found.len() == expected.len()
                && expected
                    .iter()
                    .all(|(name, expected)| found.get(name).is_some_and(|found| agrees(found, expected)))
        }
        (found, expected) => found.to_string() == expected.to_string(),
    }
}

/// The document, and where it is refused, what was named and the document without exactly the named parts.
fn read(bytes: &[u8]) -> (Option<Document>, Vec<(String, String)>) {
    let mut refused = Vec::new();
    let mut text = String::from_utf8(bytes.to_vec()).unwrap();
    for _ in 0..8 {
        let findings = match Document::read(text.as_bytes()) {
            Ok(document) => return (Some(document), refused),
            Err(refusal) => refusal.findings,
        };
        for finding in findings.iter().filter(|finding| !finding.code.is_note()) {
            let why = if finding.code == yinxin_rules::Code::Expression {
                let code = finding.detail.split([':', ' ']).next().unwrap_or_default();
                format!("{} {code}", finding.code.as_str())
            } else {
                format!("{} {}", finding.code.as_str(), finding.element)
            };
            if std::env::var("TCK").is_ok() {
                eprintln!(
                    "    refused {} {}: {} {}",
                    finding.element,
                    finding.id,
                    finding.code.as_str(),
                    finding.detail
                );
            }
            if !refused.contains(&(finding.id.clone(), why.clone())) {
                refused.push((finding.id.clone(), why));
            }
            text = without(&text, &finding.id);
        }
    }
    (None, refused)
}

/// The text without the part of the graph that has an identifier, or without references to what is not in it.
fn without(text: &str, id: &str) -> String {
    for tag in ["decision", "businessKnowledgeModel", "decisionService"] {
        for prefix in ["", "semantic:"] {
            let (open, close) = (format!("<{prefix}{tag} "), format!("</{prefix}{tag}>"));
            for (start, _) in text.match_indices(&open) {
                let part = &text[start..start + text[start..].find(&close).unwrap() + close.len()];
                let head = &part[..part.find('>').unwrap()];
                let unnamed = !head.contains("id=\"") && head.contains(&format!("name=\"{id}\""));
                if unnamed || head.contains(&format!("id=\"{id}\"")) {
                    return text.replace(part, "");
                }
            }
        }
    }
    text.to_owned()
}

struct Outcome {
    passed: usize,
    all: usize,
    failed: Vec<String>,
    refused: BTreeMap<String, usize>,
}

fn run(folder: &Path) -> Outcome {
    let mut outcome = Outcome {
        passed: 0,
        all: 0,
        failed: Vec::new(),
        refused: BTreeMap::new(),
    };
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    for file in files
        .iter()
        .filter(|file| file.extension().is_some_and(|ext| ext == "xml"))
    {
        let root: Element = xml::read(&std::fs::read_to_string(file).unwrap()).unwrap();
        let model = root.named("modelName").next().unwrap().text.trim().to_owned();
        let (document, refused) = read(&std::fs::read(folder.join(&model)).unwrap());
        for case in root.named("testCase") {
            for node in case.named("resultNode") {
                outcome.all += 1;
                let asked = case
                    .plain("invocableName")
                    .filter(|_| case.plain("type") == Some("decisionService"))
                    .unwrap_or(node.plain("name").unwrap());
                let decision = document.as_ref().and_then(|document| document.decision(asked));
                let Some(decision) = decision else {
                    let by_id = refused
                        .iter()
                        .find(|(id, _)| id.trim_start_matches('_') == asked.trim_start_matches('_'));
                    let why = by_id.or(refused.first()).map_or("missing", |(_, why)| why);
                    *outcome.refused.entry(why.to_owned()).or_default() += 1;
                    continue;
                };
                let facts: BTreeMap<Arc<str>, Value> = case
                    .named("inputNode")
                    .map(|node| (Arc::from(node.plain("name").unwrap()), value(node)))
                    .collect();
                let facts = Context::new(facts).unwrap();
                let mut budget = Budget::default();
                let found = decision.evaluate(&facts, &mut budget);
                let again = decision.evaluate(&facts, &mut Budget::default());
                assert_eq!(
                    format!("{found:?}"),
                    format!("{again:?}"),
                    "another result when asked again"
                );
                let expected = node.named("expected").next().map_or(Value::Null, value);
                let found = found.map(|found| match &found {
                    Value::Context(context) if asked != node.plain("name").unwrap() => {
                        context.get(node.plain("name").unwrap()).cloned().unwrap_or(found)
                    }
                    _ => found,
                });
                if found.as_ref().is_ok_and(|found| agrees(found, &expected)) {
                    outcome.passed += 1;
                } else {
                    if std::env::var("TCK").is_ok() {
                        let found = found.map(|found| found.to_string());
                        eprintln!(
                            "    {} {asked}: {found:?} for {expected}; {:?}",
                            case.plain("id").unwrap(),
                            budget.nulls().first()
                        );
                    }
                    outcome.failed.push(asked.to_owned());
                }
            }
        }
    }
    outcome
}

fn table() -> Option<String> {
    let mut table = String::from("| tests | passed | refused | fails |\n|---|---|---|---|\n");
    let (mut passed, mut all) = (0, 0);
    for level in ["compliance-level-2", "compliance-level-3"] {
        let mut folders: Vec<PathBuf> = std::fs::read_dir(folder().join(level))
            .ok()?
            .map(|entry| entry.unwrap().path())
            .collect();
        folders.sort();
        for tests in folders {
            let name = tests.file_name().unwrap().to_string_lossy().into_owned();
            if std::env::var("TCK").is_ok() {
                eprintln!("{name}");
            }
            let outcome = run(&tests);
            passed += outcome.passed;
            all += outcome.all;
            let refused: Vec<String> = outcome
                .refused
                .iter()
                .map(|(why, count)| format!("{count}: {why}"))
                .collect();
            let _ = writeln!(
                table,
                "| {name} | {} of {} | {} | {} |",
                outcome.passed,
                outcome.all,
                refused.join("; "),
                outcome.failed.join(" ")
            );
        }
    }
    let _ = writeln!(table, "| all | {passed} of {all} | | |");
    Some(table)
}

#[test]
fn every_public_test_passes_or_stands_in_the_table_of_those_that_do_not() {
    let Some(table) = table() else {
        eprintln!("skipped: the public tests of the DMN TCK are not here");
        return;
    };
    let document = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/rules.md");
    let document = std::fs::read_to_string(document).unwrap_or_default();
    assert!(
        document.contains(&table),
        "docs/reference/rules.md must have this table:\n{table}"
    );
}
