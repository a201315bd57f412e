//! What the engine asks of the language of conditions.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::Value;

use crate::budget::Budget;
use crate::error::WorkflowError;

/// Variables (变量) of a case, by name. Everybody who sees the ledger sees them: they hold decisions and counts, never personal information.
pub type Variables = BTreeMap<String, Value>;

/// A language in which conditions are written. FEEL is the one that processes name.
pub trait Language {
    /// Reads an expression once, when the process is imported.
    ///
    /// # Errors
    /// A reason that names what is wrong with the text.
    fn parse(&self, text: &str) -> Result<Box<dyn Expression>, String>;
}

/// An expression that was read.
pub trait Expression: fmt::Debug + Send + Sync {
    /// What the expression gives: the same for the same variables, on every node.
    ///
    /// # Errors
    /// If it takes more than the budget, or has no value.
    fn evaluate(&self, variables: &Variables, budget: &mut Budget) -> Result<Value, Evaluation>;

    /// Which variables it reads, by name; none where the language cannot tell.
    fn reads(&self) -> Vec<Read> {
        Vec::new()
    }
}

/// A variable that an expression reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Read {
    /// Its name.
    pub name: String,
    /// The literals that it is compared with, of negative numbers without their sign.
    pub compared: Vec<Value>,
}

/// Why there is no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Evaluation {
    /// The budget is used up.
    Budget,
    /// Anything else, in words.
    Failed(String),
}

impl From<WorkflowError> for Evaluation {
    fn from(error: WorkflowError) -> Self {
        match error {
            WorkflowError::Budget => Self::Budget,
            other => Self::Failed(other.to_string()),
        }
    }
}

impl Evaluation {
    pub(crate) fn of(self, element: &str) -> WorkflowError {
        match self {
            Self::Budget => WorkflowError::Budget,
            Self::Failed(reason) => WorkflowError::Expression {
                element: element.to_owned(),
                reason,
            },
        }
    }
}
