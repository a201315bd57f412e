//! What one event may cost.

use crate::error::WorkflowError;

/// How many small steps may still be taken. The same event costs the same on every node; whoever runs blocks gives each event its share, so
/// that no process holds up a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    left: u64,
}

impl Budget {
    /// A budget of so many steps. A token that moves over one element costs one, an evaluation what its language takes.
    #[must_use]
    pub const fn new(steps: u64) -> Self {
        Self { left: steps }
    }

    /// What is left.
    #[must_use]
    pub const fn left(&self) -> u64 {
        self.left
    }

    /// Takes some.
    ///
    /// # Errors
    /// If less is left; then nothing is.
    pub fn take(&mut self, steps: u64) -> Result<(), WorkflowError> {
        match self.left.checked_sub(steps) {
            Some(left) => {
                self.left = left;
                Ok(())
            }
            None => {
                self.left = 0;
                Err(WorkflowError::Budget)
            }
        }
    }
}
