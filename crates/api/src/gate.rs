//! A bound on how many things happen at once. Whoever finds the gate full is turned away, not queued.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Lets at most a fixed number in.
#[derive(Clone, Debug)]
pub struct Gate {
    inside: Arc<AtomicUsize>,
    limit: usize,
}

/// A place inside a gate, given back when dropped.
#[derive(Debug)]
pub struct Slot(Arc<AtomicUsize>);

impl Gate {
    /// A gate for `limit` at once.
    pub fn new(limit: usize) -> Self {
        Self {
            inside: Arc::new(AtomicUsize::new(0)),
            limit,
        }
    }

    /// Enters, or `None` if the gate is full.
    pub fn enter(&self) -> Option<Slot> {
        let step = |inside: usize| (inside < self.limit).then(|| inside.saturating_add(1));
        self.inside
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, step)
            .ok()?;
        Some(Slot(Arc::clone(&self.inside)))
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gate_lets_in_as_many_as_it_was_made_for_and_again_when_one_leaves() {
        let gate = Gate::new(2);
        let first = gate.enter();
        let second = gate.enter();
        assert!(first.is_some() && second.is_some());
        assert!(gate.enter().is_none());
        drop(first);
        assert!(gate.enter().is_some());
    }
}
