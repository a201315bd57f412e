//! Decisions (决策): DMN documents, read strictly, and refused by element, identifier and finding.

use yinxin_rules::{Document, Finding};
use yinxin_types::Rejection;

use super::{DECISIONS, LISTED, codes, listed};

/// Reads decisions as they were enacted: the one with the identifier `key`, and whatever it requires or others ask.
///
/// # Errors
/// `DECISION_MALFORMED`, `DECISION_NAME`.
pub fn read(key: &str, text: &str) -> Result<Document, Rejection> {
    let document = Document::read(text.as_bytes())
        .map_err(|refusal| Rejection::new(codes::DECISION_MALFORMED, told(&refusal.findings)))?;
    if document.decisions().any(|decision| decision.id() == key) {
        return Ok(document);
    }
    let found: Vec<&str> = document
        .decisions()
        .take(LISTED)
        .map(|decision| decision.id())
        .collect();
    let detail = format!("the document has {} and is named after `{key}`", found.join(", "));
    Err(Rejection::new(codes::DECISION_NAME, detail))
}

/// The check of a document `decision/<key>`: as [`read`].
pub(super) fn check(name: &str, version: u64, text: &str) -> Result<(), Rejection> {
    if u32::try_from(version).is_err() {
        return Err(Rejection::new(codes::DECISION_NAME, "a version is below 2^32"));
    }
    read(name.strip_prefix(DECISIONS).unwrap_or_default(), text).map(drop)
}

/// What was found, notes for the drawing left out: `DMN_REFERENCE <informationRequirement> fee: …`.
fn told(findings: &[Finding]) -> String {
    let errors = findings.iter().filter(|finding| !finding.code.is_note());
    listed(errors.map(|finding| {
        let Finding {
            code,
            element,
            id,
            detail,
        } = finding;
        (code.as_str(), element.as_str(), id.as_str(), detail.as_str())
    }))
}
