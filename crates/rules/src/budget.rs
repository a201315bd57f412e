//! What an evaluation may use, counted so that every node stops at the same step.

use std::sync::Arc;

use crate::code::Code;
use crate::error::{NullReason, RuleError};
use crate::limits;

/// A rule of a decision table that matched, so that a person can be told why a decision came out as it did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// The identifier of the table, or of the decision around it where the table has none.
    pub table: String,
    /// The number of the rule, from 1.
    pub rule: usize,
    /// The identifier of the rule; empty where it has none.
    pub id: String,
    /// What stands in its annotations and its description, in the order of the document.
    pub notes: Arc<[String]>,
}

/// What an evaluation may still use, and what it had to say: why there are nulls, and which rules matched.
#[derive(Clone, Debug)]
pub struct Budget {
    steps: u64,
    bytes: u64,
    depth: u16,
    nulls: Vec<NullReason>,
    hits: Vec<Hit>,
}

impl Default for Budget {
    fn default() -> Self {
        Self::new(limits::DEFAULT_STEPS)
    }
}

impl Budget {
    /// So many steps, and [`limits::BYTES`] of new values.
    #[must_use]
    pub fn new(steps: u64) -> Self {
        Self {
            steps,
            bytes: limits::BYTES,
            depth: 0,
            nulls: Vec::new(),
            hits: Vec::new(),
        }
    }

    /// The steps that are left.
    #[must_use]
    pub fn steps(&self) -> u64 {
        self.steps
    }

    /// Why nulls arose, in the order in which they did; only the first are kept.
    #[must_use]
    pub fn nulls(&self) -> &[NullReason] {
        &self.nulls
    }

    /// The rules that matched, in the order in which tables were evaluated; only the first are kept.
    #[must_use]
    pub fn hits(&self) -> &[Hit] {
        &self.hits
    }

    pub(crate) fn step(&mut self, count: usize, position: usize) -> Result<(), RuleError> {
        match u64::try_from(count)
            .ok()
            .and_then(|count| self.steps.checked_sub(count))
        {
            Some(left) => {
                self.steps = left;
                Ok(())
            }
            None => {
                self.steps = 0;
                Err(RuleError::new(
                    Code::Steps,
                    position,
                    "the budget of steps is used up",
                ))
            }
        }
    }

    /// Counts what is brought into being; to make it takes steps too.
    pub(crate) fn allocate(&mut self, bytes: usize, position: usize) -> Result<(), RuleError> {
        self.step(bytes.checked_div(64).unwrap_or_default(), position)?;
        match u64::try_from(bytes)
            .ok()
            .and_then(|bytes| self.bytes.checked_sub(bytes))
        {
            Some(left) => {
                self.bytes = left;
                Ok(())
            }
            None => {
                self.bytes = 0;
                Err(RuleError::new(
                    Code::Size,
                    position,
                    "the budget of bytes is used up",
                ))
            }
        }
    }

    /// Goes one level deeper.
    pub(crate) fn enter(&mut self, position: usize) -> Result<(), RuleError> {
        if self.depth >= limits::DEPTH {
            return Err(RuleError::new(
                Code::Depth,
                position,
                "evaluations nest too deeply",
            ));
        }
        self.depth = self.depth.saturating_add(1);
        self.step(1, position)
    }

    pub(crate) fn leave(&mut self) {
        self.depth = self.depth.saturating_sub(1);
    }

    pub(crate) fn null(&mut self, code: Code, position: usize, about: &str) {
        if self.nulls.len() < limits::NULL_REASONS {
            let about = about.chars().take(64).collect();
            self.nulls.push(NullReason {
                code,
                position,
                about,
            });
        }
    }

    pub(crate) fn hit(&mut self, hit: impl FnOnce() -> Hit) {
        if self.hits.len() < limits::HITS {
            self.hits.push(hit());
        }
    }
}
