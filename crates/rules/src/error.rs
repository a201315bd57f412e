//! Why an expression is refused, why its evaluation ended, and why it gave null.

use thiserror::Error;

use crate::code::Code;

/// Why an expression is refused or its evaluation ended.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{}: {detail}, at byte {position}", code.as_str())]
pub struct RuleError {
    /// Which rule.
    pub code: Code,
    /// Where in the text, in bytes from its beginning.
    pub position: usize,
    /// What exactly, in English.
    pub detail: String,
}

impl RuleError {
    pub(crate) fn new(code: Code, position: usize, detail: impl Into<String>) -> Self {
        Self {
            code,
            position,
            detail: detail.into(),
        }
    }
}

/// Why a null arose where FEEL gives null instead of an error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NullReason {
    /// Which kind of reason.
    pub code: Code,
    /// Where in the text, in bytes from its beginning.
    pub position: usize,
    /// The name or the sign that it is about.
    pub about: String,
}
