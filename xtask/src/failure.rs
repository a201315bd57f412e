//! Why a chore stopped, and what to do about it.

use std::fmt;
use std::process::ExitCode;

/// A chore that did not succeed: what happened and, where we know it, the remedy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    what: String,
    remedy: Option<String>,
    code: u8,
}

impl Failure {
    /// A check failed or a program could not be run (exit code 1).
    pub fn new(what: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            remedy: None,
            code: 1,
        }
    }

    /// The command line is wrong (exit code 2); `remedy` shows the right one.
    pub fn usage(what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            remedy: Some(remedy.into()),
            code: 2,
        }
    }

    /// Adds what the reader should do now.
    pub fn remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = Some(remedy.into());
        self
    }

    /// Takes over the exit code of a program that was run for the user.
    pub fn with_code(mut self, code: u8) -> Self {
        self.code = code;
        self
    }

    /// The exit code of the chore.
    pub fn exit_code(&self) -> ExitCode {
        ExitCode::from(self.code)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.what)?;
        match &self.remedy {
            Some(remedy) => write!(out, "\n{remedy}"),
            None => Ok(()),
        }
    }
}

/// Adds to an I/O error what was being done, which the error itself does not say.
pub trait During<T> {
    /// `doing` completes the sentence "cannot ...".
    fn during(self, doing: impl FnOnce() -> String) -> Result<T, Failure>;
}

impl<T> During<T> for std::io::Result<T> {
    fn during(self, doing: impl FnOnce() -> String) -> Result<T, Failure> {
        self.map_err(|error| Failure::new(format!("cannot {}: {error}", doing())))
    }
}
