//! Processes as they were read: typed, with every reference resolved, beside the document they came from.

mod attributes;
mod document;
mod events;
pub(crate) mod extension;
mod link;
mod nodes;
mod resolve;
mod xml;

pub(crate) use attributes::is_variable;

use std::collections::BTreeMap;
use std::sync::Arc;

pub use document::{Document, Refusal};
pub use extension::NAMESPACE;
pub use link::Library;

use crate::budget::Budget;
use crate::language::{Expression, Variables};
use crate::period::Period;

/// What reading a list in a drawing may cost.
const LIST_STEPS: u64 = 50_000;

/// One process, ready to be checked and run.
#[derive(Clone, Debug)]
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
#[derive(Clone, Debug)]
pub(crate) struct Scope {
    pub id: String,
    /// Name of its tag.
    pub element: &'static str,
    pub starts: Vec<usize>,
    /// Whether a start event was refused, so that its absence is no further finding.
    pub start_refused: bool,
    /// Of a called process: which variables it is given, and which it gives back. It sees no others.
    pub passes: Option<Passes>,
}

/// Which variables go into a called process, and which come out of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Passes {
    /// None where it is given whatever the call sees.
    pub given: Option<Vec<String>>,
    pub back: Vec<String>,
}

impl Passes {
    /// Whether a variable goes in.
    pub fn gives(&self, name: &str) -> bool {
        self.given
            .as_ref()
            .is_none_or(|given| given.iter().any(|one| one == name))
    }
}

/// A sequence flow.
#[derive(Clone, Debug)]
pub(crate) struct Flow {
    pub id: String,
    pub source: usize,
    pub target: usize,
    pub condition: Option<Condition>,
}

/// An expression that was read.
#[derive(Clone, Debug)]
pub(crate) struct Condition {
    pub parsed: Arc<dyn Expression>,
}

/// An activity, event or gateway.
#[derive(Clone, Debug)]
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

#[derive(Clone, Debug)]
pub(crate) enum Kind {
    Start(Option<String>),
    End(End),
    Throw(Option<Throw>),
    Catch(Trigger),
    Boundary(Boundary),
    Step(Box<Duty>),
    Service {
        operation: String,
    },
    Decision(Asks),
    Send {
        message: String,
    },
    Receive {
        message: String,
    },
    Call {
        process: String,
        version: u32,
        passes: Passes,
    },
    Sub {
        scope: usize,
    },
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

/// Which decision a business rule task asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Asks {
    /// The document, and after a `#` the decision in it where that has another identifier.
    pub decision: String,
    pub version: u32,
    /// The variable that takes the answer.
    pub result: Option<String>,
}

#[derive(Clone, Debug)]
pub(crate) enum Throw {
    Message(String),
    Escalation(String),
}

#[derive(Clone, Debug)]
pub(crate) enum End {
    Plain,
    Throw(Throw),
    Error(String),
    Terminate,
}

#[derive(Clone, Debug)]
pub(crate) struct Boundary {
    pub host: usize,
    pub interrupting: bool,
    pub catches: Catches,
}

#[derive(Clone, Debug)]
pub(crate) enum Catches {
    Trigger(Trigger),
    /// A code, or whatever error there is.
    Error(Option<String>),
    Escalation(Option<String>),
}

#[derive(Clone, Debug)]
pub(crate) struct Multi {
    pub sequential: bool,
    pub count: Count,
    pub completion: Option<Condition>,
}

#[derive(Clone, Debug)]
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

impl Asks {
    /// The key of the document.
    pub fn document(&self) -> &str {
        self.decision.split('#').next().unwrap_or_default()
    }

    /// The identifier, or the name, of the decision in it.
    pub fn id(&self) -> &str {
        self.decision.rsplit('#').next().unwrap_or_default()
    }
}

impl Node {
    /// Whether a case can rest here.
    pub(crate) fn waits(&self) -> bool {
        match self.kind {
            Kind::Step(_)
            | Kind::Service { .. }
            | Kind::Decision(_)
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

    /// What may stand for the department of a step: what the drawing says, or each element of the list over which a multi-instance of it runs.
    /// Empty where only variables of a case would say.
    #[must_use]
    pub fn departments(&self, id: &str) -> Vec<String> {
        let Some(said) = self.duty(id).and_then(|duty| duty.department.as_ref()) else {
            return Vec::new();
        };
        let lists: Vec<&Condition> = self
            .nodes
            .iter()
            .filter_map(|node| match &node.multi.as_ref()?.count {
                Count::Collection { list, item } if item.as_ref() == Some(said) => Some(list),
                _ => None,
            })
            .collect();
        if lists.is_empty() {
            return vec![said.clone()];
        }
        // The list stands in the drawing: no variable of a case is needed to read it.
        let elements = lists.into_iter().filter_map(|list| {
            let mut budget = Budget::new(LIST_STEPS);
            list.parsed.evaluate(&Variables::new(), &mut budget).ok()
        });
        elements
            .flat_map(|value| value.as_array().cloned().unwrap_or_default())
            .filter_map(|one| one.as_str().map(str::to_owned))
            .collect()
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
            Kind::Call { process, version, .. } => Some((process.as_str(), *version)),
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

    /// Which documents with decisions it asks: their key and version.
    pub fn decisions(&self) -> impl Iterator<Item = (&str, u32)> {
        self.nodes.iter().filter_map(|node| match &node.kind {
            Kind::Decision(asks) => Some((asks.document(), asks.version)),
            _ => None,
        })
    }

    /// The decision that the business rule task with this identifier asks: key of the document, version, and the decision in it.
    #[must_use]
    pub fn decision(&self, id: &str) -> Option<(&str, u32, &str)> {
        match &self.node(id)?.kind {
            Kind::Decision(asks) => Some((asks.document(), asks.version, asks.id())),
            _ => None,
        }
    }

    /// The variable that takes the answer to the business rule task with this identifier, where it names one.
    #[must_use]
    pub fn result(&self, id: &str) -> Option<&str> {
        match &self.node(id)?.kind {
            Kind::Decision(asks) => asks.result.as_deref(),
            _ => None,
        }
    }

    pub(crate) fn node(&self, id: &str) -> Option<&Node> {
        self.nodes.get(*self.places.get(id)?)
    }
}
