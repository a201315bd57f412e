//! Processes (流程): read strictly, checked, and refused by element, identifier and finding.

use yinxin_execution::{Call, Failure, Records};
use yinxin_types::Rejection;
use yinxin_workflow::{Document, Feel, Finding, Severity, check_links};

use super::{PROCESSES, codes, enacted, listed};

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

/// What a process that was read needs of others: `PROC_LINKS` where a decision that it asks or a process that it calls is not enacted in that
/// version, or it would call itself.
pub(super) fn links(
    call: &Call<'_>,
    records: &Records<'_>,
    (name, version, text): (&str, u64, &str),
) -> Result<(), Failure> {
    let key = name.strip_prefix(PROCESSES).unwrap_or_default();
    let document = read(key, u32::try_from(version).unwrap_or_default(), text)?;
    for model in document.models() {
        let (library, _) = enacted::library(call, records, model)?;
        let findings = check_links(model, &library);
        if !findings.is_empty() {
            return Err(Rejection::new(codes::PROC_LINKS, told(&findings)).into());
        }
    }
    Ok(())
}

/// The errors among findings, the weightiest first: `ELEMENT_UNSUPPORTED <scriptTask> pay: …`.
pub(crate) fn told(findings: &[Finding]) -> String {
    let errors = findings
        .iter()
        .filter(|finding| finding.code.severity() == Severity::Error);
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
