//! Processes (流程): read strictly, checked, and refused by element, identifier and finding.

use std::fmt::Write as _;

use yinxin_types::Rejection;
use yinxin_workflow::{Document, Feel, Finding, Severity};

use super::{PROCESSES, codes};

/// How many findings a refusal lists; the modeller shows all of them.
const LISTED: usize = 8;

/// Reads a process as it was enacted: exactly one, under this key and version.
///
/// # Errors
/// `PROC_MALFORMED`, `PROC_NAME`.
pub fn read(key: &str, version: u32, text: &str) -> Result<Document, Rejection> {
    let document = Document::read(text.as_bytes(), version, &Feel)
        .map_err(|refusal| Rejection::new(codes::PROC_MALFORMED, told(&refusal.findings)))?;
    if document.models().len() == 1 && document.model(key).is_some() {
        return Ok(document);
    }
    let found: Vec<&str> = document.models().iter().map(|model| model.key.as_str()).collect();
    let detail = format!("the document has {} and is named after `{key}`", found.join(", "));
    Err(Rejection::new(codes::PROC_NAME, detail))
}

/// The check of a document `process/<key>`: as [`read`], then `PROC_UNSOUND`.
pub(crate) fn check(name: &str, version: u64, text: &str) -> Result<(), Rejection> {
    let key = name.strip_prefix(PROCESSES).unwrap_or_default();
    let Ok(version) = u32::try_from(version) else {
        return Err(Rejection::new(codes::PROC_NAME, "a version is below 2^32"));
    };
    let document = read(key, version, text)?;
    for model in document.models() {
        let mut findings = yinxin_workflow::check(model);
        findings.retain(|finding| finding.code.severity() == Severity::Error);
        if !findings.is_empty() {
            return Err(Rejection::new(codes::PROC_UNSOUND, told(&findings)));
        }
    }
    Ok(())
}

/// The errors among findings, the weightiest first: `ELEMENT_UNSUPPORTED <scriptTask> pay: …`.
fn told(findings: &[Finding]) -> String {
    let errors = findings
        .iter()
        .filter(|finding| finding.code.severity() == Severity::Error);
    let count = errors.clone().count();
    let mut text = String::new();
    for finding in errors.take(LISTED) {
        if !text.is_empty() {
            text.push_str("; ");
        }
        text.push_str(finding.code.as_str());
        // Writing to a text does not fail.
        if !finding.element.is_empty() {
            let _ = write!(text, " <{}>", finding.element);
        }
        if !finding.id.is_empty() {
            let _ = write!(text, " {}", finding.id);
        }
        if !finding.detail.is_empty() {
            let _ = write!(text, ": {}", finding.detail);
        }
    }
    if count > LISTED {
        let _ = write!(text, "; and {} more", count.saturating_sub(LISTED));
    }
    text
}
