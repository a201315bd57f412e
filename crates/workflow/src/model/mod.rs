//! Processes as they were read: typed, with every reference resolved, beside the document they came from.

mod attributes;
mod document;
mod events;
pub(crate) mod extension;
mod nodes;
mod resolve;
mod xml;

pub(crate) use attributes::is_variable;

use std::collections::BTreeMap;

pub use document::{Document, Refusal};
pub use extension::NAMESPACE;

use crate::language::Expression;
use crate::period::Period;

/// One process, ready to be checked and run.
#[derive(Debug)]
pub struct Model {
    /// The identifier of the `process` element.
    pub key: String,
    /// The version under which it was enacted. A running case keeps it.
    pub version: u32,
    /// Its name.
    pub name: String,
    /// Nodes in the order of the document.
    pub(crate) nodes: Vec<Node>,
    /// Sequence flows in the order of the document.
    pub(crate) flows: Vec<Flow>,
    /// The process itself and its sub-processes; the process is the first.
    pub(crate) scopes: Vec<Scope>,
    /// Where a node is, by its identifier.
    pub(crate) places: BTreeMap<String, usize>,
}

/// A process or sub-process.
#[derive(Debug)]
pub(crate) struct Scope {
    pub id: String,
    /// Name of its tag.
    pub element: &'static str,
    pub starts: Vec<usize>,
    /// Whether a start event was refused, so that its absence is no further finding.
    pub start_refused: bool,
}

/// A sequence flow.
#[derive(Debug)]
pub(crate) struct Flow {
    pub id: String,
    pub source: usize,
    pub target: usize,
    pub condition: Option<Condition>,
}

/// An expression with its text.
#[derive(Debug)]
pub(crate) struct Condition {
    pub parsed: Box<dyn Expression>,
}

/// An activity, event or gateway.
#[derive(Debug)]
pub(crate) struct Node {
    pub id: String,
    pub name: String,
    /// Name of its tag.
    pub element: &'static str,
    pub scope: usize,
    pub kind: Kind,
    pub incoming: Vec<usize>,
    pub outgoing: Vec<usize>,
    pub default: Option<usize>,
    pub multi: Option<Multi>,
    /// Boundary events attached to it.
    pub boundary: Vec<usize>,
}

#[derive(Debug)]
pub(crate) enum Kind {
    Start(Option<String>),
    End(End),
    Throw(Option<Throw>),
    Catch(Trigger),
    Boundary(Boundary),
    Step(Box<Duty>),
    Service { operation: String },
    Decision { decision: String, version: u32 },
    Send { message: String },
    Receive { message: String },
    Call { process: String, version: u32 },
    Sub { scope: usize },
    Exclusive,
    Parallel,
    Inclusive,
    EventBased,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Trigger {
    Timer(Period),
    Message(String),
}

#[derive(Debug)]
pub(crate) enum Throw {
    Message(String),
    Escalation(String),
}

#[derive(Debug)]
pub(crate) enum End {
    Plain,
    Throw(Throw),
    Error(String),
    Terminate,
}

#[derive(Debug)]
pub(crate) struct Boundary {
    pub host: usize,
    pub interrupting: bool,
    pub catches: Catches,
}

#[derive(Debug)]
pub(crate) enum Catches {
    Trigger(Trigger),
    /// A code, or whatever error there is.
    Error(Option<String>),
    Escalation(Option<String>),
}

#[derive(Debug)]
pub(crate) struct Multi {
    pub sequential: bool,
    pub count: Count,
    pub completion: Option<Condition>,
}

#[derive(Debug)]
pub(crate) enum Count {
    Cardinality(Condition),
    Collection { list: Condition, item: Option<String> },
}

/// What a person must do, and who may (P4, R6).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Duty {
    /// The role that may act.
    pub role: Option<String>,
    /// The department that may act; its code.
    pub department: Option<String>,
    /// The least grade of the mandate, 1 to 4.
    pub grade: Option<u8>,
    /// Whether two different officers must sign (行政许可法 §34).
    pub two_officers: bool,
    /// Steps whose actors must not act here.
    pub not_same_as: Vec<String>,
    /// The form that is shown.
    pub form: Option<String>,
    /// What may come out; empty where the step only is done.
    pub outcomes: Vec<String>,
    /// The variable that takes the outcome.
    pub result: Option<String>,
    /// The classes of materials that whoever acts may see.
    pub materials: Vec<String>,
    /// Until when it must be done.
    pub deadline: Option<Deadline>,
    /// The article of law that the step rests on.
    pub basis: Option<String>,
}

/// Until when a step must be done, and what happens otherwise (P5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deadline {
    /// How long, from when the step opens.
    pub period: Period,
    /// What happens when it has passed.
    pub at_expiry: AtExpiry,
}

/// What the law says of silence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AtExpiry {
    /// Nothing is decided: the step stays open, and its superiors are told.
    Escalate,
    /// The application counts as accepted (行政许可法 §32).
    DeemAccepted,
    /// The licence counts as renewed (行政许可法 §50).
    RenewByLapse,
}

impl AtExpiry {
    /// As `yx:atExpiry` has it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Escalate => "escalate",
            Self::DeemAccepted => "deem-accepted",
            Self::RenewByLapse => "renew-by-lapse",
        }
    }

    /// The outcome that a step has when silence decides it; `None` where it does not.
    #[must_use]
    pub const fn outcome(self) -> Option<&'static str> {
        match self {
            Self::Escalate => None,
            Self::DeemAccepted => Some("deemed-accepted"),
            Self::RenewByLapse => Some("renewed-by-lapse"),
        }
    }
}

impl Node {
    /// Whether a case can rest here.
    pub(crate) fn waits(&self) -> bool {
        match self.kind {
            Kind::Step(_)
            | Kind::Service { .. }
            | Kind::Decision { .. }
            | Kind::Receive { .. }
            | Kind::Call { .. }
            | Kind::Catch(_)
            | Kind::EventBased => true,
            Kind::Start(_)
            | Kind::End(_)
            | Kind::Throw(_)
            | Kind::Boundary(_)
            | Kind::Send { .. }
            | Kind::Sub { .. }
            | Kind::Exclusive
            | Kind::Parallel
            | Kind::Inclusive => false,
        }
    }
}

impl Model {
    /// What the step with this identifier asks of whom; `None` where it is no step of a person.
    #[must_use]
    pub fn duty(&self, id: &str) -> Option<&Duty> {
        match &self.node(id)?.kind {
            Kind::Step(duty) => Some(duty),
            _ => None,
        }
    }

    /// The name of the element with this identifier.
    #[must_use]
    pub fn name_of(&self, id: &str) -> Option<&str> {
        Some(&self.node(id)?.name)
    }

    /// The identifiers of all steps of persons, in the order of the document.
    pub fn steps(&self) -> impl Iterator<Item = &str> {
        self.nodes
            .iter()
            .filter(|node| matches!(node.kind, Kind::Step(_)))
            .map(|node| node.id.as_str())
    }

    /// Which processes it calls: key and version.
    pub fn calls(&self) -> impl Iterator<Item = (&str, u32)> {
        self.nodes.iter().filter_map(|node| match &node.kind {
            Kind::Call { process, version } => Some((process.as_str(), *version)),
            _ => None,
        })
    }

    /// Which operations its service tasks ask for.
    pub fn services(&self) -> impl Iterator<Item = &str> {
        self.nodes.iter().filter_map(|node| match &node.kind {
            Kind::Service { operation } => Some(operation.as_str()),
            _ => None,
        })
    }

    /// The operation that the service task with this identifier asks for.
    #[must_use]
    pub fn service(&self, id: &str) -> Option<&str> {
        match &self.node(id)?.kind {
            Kind::Service { operation } => Some(operation),
            _ => None,
        }
    }

    /// Which decisions it asks: name and version.
    pub fn decisions(&self) -> impl Iterator<Item = (&str, u32)> {
        self.nodes.iter().filter_map(|node| match &node.kind {
            Kind::Decision { decision, version } => Some((decision.as_str(), *version)),
            _ => None,
        })
    }

    pub(crate) fn node(&self, id: &str) -> Option<&Node> {
        self.nodes.get(*self.places.get(id)?)
    }
}
