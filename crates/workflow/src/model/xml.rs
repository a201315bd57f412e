//! The namespaces of a BPMN document; XML itself is read by `yinxin_rules::xml`.

use yinxin_rules::xml::{self, Fault, Vocabulary};

use crate::finding::Code;

pub(super) use xml::{decode, read};

/// The namespace of a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Space {
    /// None.
    Plain,
    /// BPMN 2.0, the semantic model.
    Bpmn,
    /// Ours, [`super::extension::NAMESPACE`].
    Ours,
    /// Any other.
    Other(String),
}

const BPMN: &str = "http://www.omg.org/spec/BPMN/20100524/MODEL";

/// An element with all below it.
pub(super) type Element = xml::Element<Space>;

impl Vocabulary for Space {
    const PLAIN: Self = Self::Plain;
    const MODEL: Self = Self::Bpmn;

    fn of(namespace: &str) -> Self {
        match namespace {
            BPMN => Self::Bpmn,
            super::extension::NAMESPACE => Self::Ours,
            other => Self::Other(other.to_owned()),
        }
    }
}

/// Our attributes.
pub(super) trait Ours {
    /// The value of one of our attributes.
    fn ours(&self, local: &str) -> Option<&str>;
}

impl Ours for Element {
    fn ours(&self, local: &str) -> Option<&str> {
        self.attribute(&Space::Ours, local)
    }
}

impl From<Fault> for Code {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::TooLong => Self::DocumentTooLong,
            Fault::TooMany => Self::TooManyElements,
            Fault::TooDeep => Self::TooDeep,
            Fault::Encoding => Self::Encoding,
            Fault::Syntax => Self::Syntax,
            Fault::Entity => Self::Entity,
            Fault::Character => Self::Character,
        }
    }
}
