//! Decisions in DMN documents: read strictly, kept as they came, answered from what they require.

mod boxed;
mod decide;
mod elements;
mod graph;
mod items;
mod read;
mod table;

use std::sync::Arc;

use crate::code::Finding;
use crate::feel::{Definition, Node, Type};

pub use decide::{Decided, Decision, decide};

/// A document that can be executed: nothing in it has a meaning that would be lost.
#[derive(Clone, Debug)]
pub struct Document {
    bytes: Vec<u8>,
    /// Inputs, knowledge, decisions and services; each after those that it requires.
    items: Vec<Item>,
    notes: Vec<Finding>,
}

/// Why a document is refused, element by element.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the document cannot be executed: {} findings", .findings.len())]
pub struct Refusal {
    /// What was found, notes included.
    pub findings: Vec<Finding>,
}

/// A named part of the requirements graph (DMN 1.5 §6).
#[derive(Clone, Debug)]
struct Item {
    id: String,
    name: Arc<str>,
    /// The items that it requires, by place; they stand before it.
    requires: Vec<usize>,
    kind: ItemKind,
}

#[derive(Clone, Debug)]
enum ItemKind {
    /// What comes from outside, and of which type it must be.
    Input(Type),
    Knowledge(Arc<Definition>),
    Decision(Node),
    /// A function of its inputs, and whether it has one output only.
    Service(Arc<Definition>),
}

impl Document {
    /// Reads a document of DMN 1.3, 1.4 or 1.5. Total: any bytes give a document or findings.
    ///
    /// # Errors
    /// If there is anything in it that cannot be executed and is not for the drawing only.
    pub fn read(bytes: &[u8]) -> Result<Self, Refusal> {
        read::document(bytes)
    }

    /// The document exactly as it was read, its drawing included.
    #[must_use]
    pub fn export(&self) -> &[u8] {
        &self.bytes
    }

    /// What is kept for the drawing only.
    #[must_use]
    pub fn notes(&self) -> &[Finding] {
        &self.notes
    }

    /// Its decisions and decision services, each after those that it requires.
    pub fn decisions(&self) -> impl Iterator<Item = Decision<'_>> {
        let asked = |item: &Item| matches!(item.kind, ItemKind::Decision(_) | ItemKind::Service(_));
        self.items
            .iter()
            .enumerate()
            .filter(move |(_, item)| asked(item))
            .map(|(place, _)| Decision {
                document: self,
                place,
            })
    }

    /// The decision or decision service with this identifier, else the one with this name.
    #[must_use]
    pub fn decision(&self, id_or_name: &str) -> Option<Decision<'_>> {
        self.decisions()
            .find(|decision| decision.id() == id_or_name)
            .or_else(|| self.decisions().find(|decision| decision.name() == id_or_name))
    }
}
