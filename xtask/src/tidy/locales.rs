//! The two languages say the same things: equal keys, nothing empty.

use super::Finding;
use crate::project::SourceFile;
use serde_json::Value;
use std::collections::BTreeMap;

const CHINESE: &str = "locales/zh-CN.json";
const ENGLISH: &str = "locales/en.json";

/// Findings for keys that one language lacks, and for empty texts.
pub fn check(files: &[SourceFile]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let by_path: BTreeMap<&str, &SourceFile> = files.iter().map(|file| (file.path.as_str(), file)).collect();
    for file in files {
        let (folder, other) = match (file.path.strip_suffix(CHINESE), file.path.strip_suffix(ENGLISH)) {
            (Some(folder), _) => (folder, ENGLISH),
            (_, Some(folder)) => (folder, CHINESE),
            _ => continue,
        };
        let other = format!("{folder}{other}");
        let Some(twin) = by_path.get(other.as_str()) else {
            findings.push(Finding::new(
                &file.path,
                format!("has no twin {other}; both languages come together"),
            ));
            continue;
        };
        let (Ok(texts), Ok(twin_texts)) = (texts(file), texts(twin)) else {
            findings.push(Finding::new(
                &file.path,
                "this file or its twin is not a JSON object of texts",
            ));
            continue;
        };
        for key in texts.keys().filter(|key| !twin_texts.contains_key(*key)) {
            findings.push(Finding::new(
                &other,
                format!("lacks `{key}`, which {} has; translate it", file.path),
            ));
        }
        for (key, _) in texts.iter().filter(|(_, text)| text.trim().is_empty()) {
            findings.push(Finding::new(
                &file.path,
                format!("`{key}` is empty; write the text"),
            ));
        }
    }
    findings
}

/// All texts by their path of names.
fn texts(file: &SourceFile) -> Result<BTreeMap<String, String>, serde_json::Error> {
    let mut texts = BTreeMap::new();
    collect(&serde_json::from_str(&file.text)?, String::new(), &mut texts);
    Ok(texts)
}

fn collect(value: &Value, path: String, texts: &mut BTreeMap<String, String>) {
    let join = |name: &str| {
        if path.is_empty() {
            name.to_owned()
        } else {
            format!("{path}.{name}")
        }
    };
    match value {
        Value::Object(names) => names
            .iter()
            .for_each(|(name, inner)| collect(inner, join(name), texts)),
        Value::Array(items) => {
            (0_usize..)
                .zip(items)
                .for_each(|(index, inner)| collect(inner, join(&index.to_string()), texts));
        }
        Value::String(text) => drop(texts.insert(path, text.clone())),
        other => drop(texts.insert(path, other.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(chinese: &str, english: &str) -> usize {
        let file = |path: &str, text: &str| SourceFile {
            path: path.to_owned(),
            text: text.to_owned(),
        };
        check(&[
            file("a/locales/zh-CN.json", chinese),
            file("a/locales/en.json", english),
        ])
        .len()
    }

    #[test]
    fn both_languages_have_the_same_keys() {
        assert_eq!(findings(r#"{"a":{"b":"是"}}"#, r#"{"a":{"b":"yes"}}"#), 0);
        assert_eq!(findings(r#"{"a":{"b":"是"}}"#, r#"{"a":{"c":"yes"}}"#), 2);
        assert_eq!(findings(r#"{"a":["一","二"]}"#, r#"{"a":["one"]}"#), 1);
    }

    #[test]
    fn empty_texts_broken_files_and_lonely_files_are_found() {
        assert_eq!(findings(r#"{"a":" "}"#, r#"{"a":"x"}"#), 1);
        assert_eq!(findings("{", r#"{"a":"x"}"#), 2);
        let lonely = SourceFile {
            path: "b/locales/en.json".to_owned(),
            text: "{}".to_owned(),
        };
        assert_eq!(check(&[lonely]).len(), 1);
    }
}
