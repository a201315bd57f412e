//! Processes, their lanes and nodes, as they are drawn; references are resolved afterwards.

use std::collections::BTreeSet;

use super::attributes::{STEPS, boolean, is_name, is_variable, list};
use super::document::{DRAWN, Reader};
use super::events::local;
use super::xml::{Element, Ours, Space};
use super::{AtExpiry, Boundary, Catches, Condition, Count, Deadline, Duty, Kind, Model, Multi, Node, Scope};
use crate::finding::Code;
use crate::limits;
use crate::period::Period;

/// A process while it is read.
#[derive(Default)]
pub(super) struct Draft {
    pub scopes: Vec<Scope>,
    pub nodes: Vec<Node>,
    /// For each node, what it refers to by identifier.
    pub references: Vec<References>,
    pub flows: Vec<DraftFlow>,
    /// What lanes say.
    pub lanes: Vec<Lane>,
    /// Nodes that were refused; a flow to one is no further finding.
    pub refused: BTreeSet<String>,
    /// Nodes with a flow to or from one of those.
    pub beside_refused: BTreeSet<usize>,
}

#[derive(Default)]
pub(super) struct References {
    pub default: Option<String>,
    pub host: Option<String>,
    pub incoming: Vec<String>,
    pub outgoing: Vec<String>,
}

pub(super) struct DraftFlow {
    pub id: String,
    pub scope: usize,
    pub source: String,
    pub target: String,
    pub condition: Option<Condition>,
}

pub(super) struct Lane {
    pub node: String,
    /// How deep the lane lies in others.
    pub depth: usize,
    pub role: Option<String>,
    pub department: Option<String>,
}

/// The tags of nodes, as models keep them.
const NODES: &[&str] = &[
    "boundaryEvent",
    "businessRuleTask",
    "callActivity",
    "endEvent",
    "eventBasedGateway",
    "exclusiveGateway",
    "inclusiveGateway",
    "intermediateCatchEvent",
    "intermediateThrowEvent",
    "manualTask",
    "parallelGateway",
    "receiveTask",
    "sendTask",
    "serviceTask",
    "startEvent",
    "subProcess",
    "task",
    "userTask",
];

/// Children of nodes that are read with them.
const WITH_NODE: &[&str] = &[
    "documentation",
    "extensionElements",
    "incoming",
    "multiInstanceLoopCharacteristics",
    "outgoing",
];

impl Reader<'_> {
    /// Reads one process; `None` where there is nothing to do in it, or where it is refused.
    pub(super) fn process(&mut self, element: &Element, version: u32) -> Option<Model> {
        let id = self.id(element)?;
        self.attributes(element, &id);
        let bpmn = |child: &&Element| child.space == Space::Bpmn;
        let drawn = |child: &Element| {
            DRAWN.contains(&child.local.as_str())
                || matches!(
                    child.local.as_str(),
                    "documentation" | "extensionElements" | "laneSet"
                )
        };
        if element.children.iter().filter(bpmn).all(drawn) {
            self.findings.add(Code::DrawnOnly, "process", &id, "");
            return None;
        }
        if boolean(element.plain("isExecutable"), false) == Some(false) {
            self.findings.add(Code::NotExecutable, "process", &id, "");
        }
        let mut draft = Draft::default();
        draft.scopes.push(Scope {
            id: id.clone(),
            element: "process",
            starts: Vec::new(),
            start_refused: false,
        });
        self.foreign_children(element, &id);
        self.container(element, 0, 1, &mut draft);
        let name = element.plain("name").unwrap_or_default().to_owned();
        self.resolve(draft, id, version, name)
    }

    fn container(&mut self, element: &Element, scope: usize, depth: usize, draft: &mut Draft) {
        for child in element.children.iter().filter(|child| child.space == Space::Bpmn) {
            let tag = NODES.iter().find(|tag| **tag == child.local);
            match (child.local.as_str(), tag) {
                (_, Some(tag)) => self.node(child, tag, scope, depth, draft),
                ("sequenceFlow", _) => self.flow(child, scope, draft),
                ("laneSet", _) => self.lanes(child, None, None, draft, 1),
                (with, _) if WITH_NODE.contains(&with) => {}
                _ => {
                    draft
                        .refused
                        .insert(child.plain("id").unwrap_or_default().to_owned());
                    self.other(child);
                }
            }
        }
    }

    fn flow(&mut self, element: &Element, scope: usize, draft: &mut Draft) {
        let Some(id) = self.id(element) else {
            return;
        };
        self.attributes(element, &id);
        self.foreign_children(element, &id);
        let mut condition = None;
        for child in element.children.iter().filter(|child| child.space == Space::Bpmn) {
            match child.local.as_str() {
                "conditionExpression" if condition.is_none() => condition = self.expression(child, &id),
                "documentation" | "extensionElements" => {}
                _ => self.other(child),
            }
        }
        if draft.flows.len() >= limits::FLOWS {
            self.findings.add(
                Code::TooManyElements,
                "sequenceFlow",
                &id,
                limits::FLOWS.to_string(),
            );
            return;
        }
        draft.flows.push(DraftFlow {
            id,
            scope,
            source: element.plain("sourceRef").unwrap_or_default().to_owned(),
            target: element.plain("targetRef").unwrap_or_default().to_owned(),
            condition,
        });
    }

    fn lanes(
        &mut self,
        set: &Element,
        role: Option<&str>,
        department: Option<&str>,
        draft: &mut Draft,
        depth: usize,
    ) {
        let set_id = set.plain("id").unwrap_or_default();
        self.attributes(set, set_id);
        self.foreign_children(set, set_id);
        for lane in set.children.iter().filter(|child| child.space == Space::Bpmn) {
            if lane.local != "lane" {
                if !WITH_NODE.contains(&lane.local.as_str()) {
                    self.other(lane);
                }
                continue;
            }
            let Some(id) = self.id(lane) else {
                continue;
            };
            self.attributes(lane, &id);
            self.foreign_children(lane, &id);
            for name in ["role", "department"] {
                if let Some(value) = lane.ours(name).filter(|value| !is_name(value)) {
                    self.value(lane, &id, name, value);
                }
            }
            let role = lane.ours("role").or(role);
            let department = lane.ours("department").or(department);
            for child in lane.children.iter().filter(|child| child.space == Space::Bpmn) {
                match child.local.as_str() {
                    "childLaneSet" if depth < limits::SCOPE_DEPTH => {
                        self.lanes(child, role, department, draft, depth.saturating_add(1));
                    }
                    "flowNodeRef" => draft.lanes.push(Lane {
                        node: child.text.trim().to_owned(),
                        depth,
                        role: role.map(str::to_owned),
                        department: department.map(str::to_owned),
                    }),
                    "documentation" | "extensionElements" => {}
                    _ => self.other(child),
                }
            }
        }
    }

    fn node(&mut self, element: &Element, tag: &'static str, scope: usize, depth: usize, draft: &mut Draft) {
        let Some(id) = self.id(element) else {
            return;
        };
        if draft.nodes.len() >= limits::NODES {
            self.findings
                .add(Code::TooManyElements, tag, &id, limits::NODES.to_string());
            return;
        }
        self.attributes(element, &id);
        self.foreign_children(element, &id);
        let mut references = References {
            default: element.plain("default").map(str::to_owned),
            host: None,
            incoming: Vec::new(),
            outgoing: Vec::new(),
        };
        let mut multi = Ok(None);
        for child in element.children.iter().filter(|child| child.space == Space::Bpmn) {
            match child.local.as_str() {
                "incoming" => references.incoming.push(local(&child.text).to_owned()),
                "outgoing" => references.outgoing.push(local(&child.text).to_owned()),
                "multiInstanceLoopCharacteristics" => multi = self.multi(child, &id).map(Some),
                "documentation" | "extensionElements" => {}
                "eventDefinitionRef" => {}
                definition if definition.ends_with("EventDefinition") => {}
                _ if tag == "subProcess" => {}
                _ => self.other(child),
            }
        }
        let kind = match tag {
            "startEvent" => self.start(element, &id).map(Kind::Start),
            "endEvent" => self.end(element, &id).map(Kind::End),
            "intermediateThrowEvent" => self.throw(element, &id).map(Kind::Throw),
            "intermediateCatchEvent" => self.catch(element, &id).map(Kind::Catch),
            "boundaryEvent" => {
                references.host = Some(element.plain("attachedToRef").map_or("", local).to_owned());
                self.boundary(element, &id)
                    .map(|(catches, interrupting)| boundary(catches, interrupting))
            }
            "exclusiveGateway" => Ok(Kind::Exclusive),
            "parallelGateway" => Ok(Kind::Parallel),
            "inclusiveGateway" => Ok(Kind::Inclusive),
            "eventBasedGateway" => Ok(Kind::EventBased),
            "subProcess" => self.sub_process(element, &id, depth, draft),
            _ => self.task(element, &id, tag),
        };
        let (Ok(kind), Ok(multi)) = (kind, multi) else {
            if let (true, Some(scope)) = (tag == "startEvent", draft.scopes.get_mut(scope)) {
                scope.start_refused = true;
            }
            draft.refused.insert(id);
            return;
        };
        let mut name = element.plain("name").unwrap_or_default().to_owned();
        if name.chars().count() > limits::NAME_CHARACTERS {
            name = name.chars().take(limits::NAME_CHARACTERS).collect();
        }
        draft.references.push(references);
        draft.nodes.push(Node {
            id,
            name,
            element: tag,
            scope,
            kind,
            incoming: Vec::new(),
            outgoing: Vec::new(),
            default: None,
            multi,
            boundary: Vec::new(),
        });
    }

    fn sub_process(
        &mut self,
        element: &Element,
        id: &str,
        depth: usize,
        draft: &mut Draft,
    ) -> Result<Kind, ()> {
        if depth >= limits::SCOPE_DEPTH {
            let told = limits::SCOPE_DEPTH.to_string();
            self.findings.add(Code::TooDeep, &element.local, id, told);
            return Err(());
        }
        let scope = draft.scopes.len();
        draft.scopes.push(Scope {
            id: id.to_owned(),
            element: "subProcess",
            starts: Vec::new(),
            start_refused: false,
        });
        self.container(element, scope, depth.saturating_add(1), draft);
        Ok(Kind::Sub { scope })
    }

    fn task(&mut self, element: &Element, id: &str, tag: &str) -> Result<Kind, ()> {
        match tag {
            step if STEPS.contains(&step) => Ok(Kind::Step(Box::new(self.duty(element, id)?))),
            "sendTask" => {
                let message = self.message(element, element, id).ok_or(())?;
                Ok(Kind::Send { message })
            }
            "receiveTask" => {
                let message = self.message(element, element, id).ok_or(())?;
                Ok(Kind::Receive { message })
            }
            "serviceTask" => match element.ours("operation") {
                Some(operation) if is_name(operation) => Ok(Kind::Service {
                    operation: operation.to_owned(),
                }),
                _ => {
                    self.findings.add(Code::OperationMissing, tag, id, "");
                    Err(())
                }
            },
            "businessRuleTask" => {
                match (
                    element.ours("decision").filter(|name| is_name(name)),
                    version(element),
                ) {
                    (Some(decision), Some(version)) => Ok(Kind::Decision {
                        decision: decision.to_owned(),
                        version,
                    }),
                    _ => {
                        self.findings.add(Code::DecisionMissing, tag, id, "");
                        Err(())
                    }
                }
            }
            _ => match (
                element.plain("calledElement").filter(|key| is_name(key)),
                version(element),
            ) {
                (Some(process), Some(version)) => Ok(Kind::Call {
                    process: process.to_owned(),
                    version,
                }),
                _ => {
                    self.findings.add(Code::CallMissing, tag, id, "");
                    Err(())
                }
            },
        }
    }

    /// What a step asks of whom. Lanes are added when references are resolved.
    fn duty(&mut self, element: &Element, id: &str) -> Result<Duty, ()> {
        let mut right = true;
        let mut wrong = |reader: &mut Self, name: &str| {
            reader.value(
                element,
                id,
                &format!("yx:{name}"),
                element.ours(name).unwrap_or_default(),
            );
            right = false;
        };
        let mut name = |reader: &mut Self, attribute: &str| {
            let value = element.ours(attribute)?;
            if !is_name(value) {
                wrong(reader, attribute);
            }
            Some(value.to_owned())
        };
        let (role, department, form) = (name(self, "role"), name(self, "department"), name(self, "form"));
        let mut names = |reader: &mut Self, attribute: &str| match element.ours(attribute).map(list) {
            None => Vec::new(),
            Some(Some(names)) => names,
            Some(None) => {
                wrong(reader, attribute);
                Vec::new()
            }
        };
        let (not_same_as, outcomes, materials) = (
            names(self, "notSameAs"),
            names(self, "outcomes"),
            names(self, "materials"),
        );
        let grade = match element.ours("grade") {
            None => None,
            Some(text @ ("1" | "2" | "3" | "4")) => text.parse().ok(),
            Some(_) => {
                wrong(self, "grade");
                None
            }
        };
        let two_officers = boolean(element.ours("twoOfficers"), false).unwrap_or_else(|| {
            wrong(self, "twoOfficers");
            false
        });
        let at_expiry = match element.ours("atExpiry") {
            None => None,
            Some("escalate") => Some(AtExpiry::Escalate),
            Some("deem-accepted") => Some(AtExpiry::DeemAccepted),
            Some("renew-by-lapse") => Some(AtExpiry::RenewByLapse),
            Some(_) => {
                wrong(self, "atExpiry");
                None
            }
        };
        let period = element.ours("deadline").map(Period::from_words);
        let deadline = match (period, at_expiry) {
            (None, None) => None,
            (Some(Some(period)), Some(at_expiry)) => Some(Deadline { period, at_expiry }),
            (Some(None), _) => {
                wrong(self, "deadline");
                None
            }
            // One without the other says nothing.
            _ => {
                wrong(self, if period.is_none() { "deadline" } else { "atExpiry" });
                None
            }
        };
        let result = self.variable(element, id, "result")?;
        if !right {
            return Err(());
        }
        Ok(Duty {
            role,
            department,
            grade,
            two_officers,
            not_same_as,
            form,
            outcomes,
            result,
            materials,
            deadline,
            basis: element.ours("basis").map(str::to_owned),
        })
    }

    fn variable(&mut self, element: &Element, id: &str, attribute: &str) -> Result<Option<String>, ()> {
        match element.ours(attribute) {
            Some(name) if !is_variable(name) => {
                self.value(element, id, &format!("yx:{attribute}"), name);
                Err(())
            }
            name => Ok(name.map(str::to_owned)),
        }
    }

    fn multi(&mut self, element: &Element, owner: &str) -> Result<Multi, ()> {
        self.attributes(element, owner);
        self.foreign_children(element, owner);
        let sequential = boolean(element.plain("isSequential"), false).ok_or_else(|| {
            let value = element.plain("isSequential").unwrap_or_default();
            self.value(element, owner, "isSequential", value);
        })?;
        let mut cardinality = None;
        let mut completion = None;
        for child in element.children.iter().filter(|child| child.space == Space::Bpmn) {
            match child.local.as_str() {
                "loopCardinality" => cardinality = Some(self.expression(child, owner).ok_or(())?),
                "completionCondition" => completion = Some(self.expression(child, owner).ok_or(())?),
                "documentation" | "extensionElements" => {}
                _ => {
                    let own = child.plain("id").unwrap_or(owner);
                    self.findings.add(Code::ElementUnsupported, &child.local, own, "");
                }
            }
        }
        let item = self.variable(element, owner, "item")?;
        let list = match element.ours("collection") {
            Some(text) => Some(self.parse(text, &element.local, owner).ok_or(())?),
            None => None,
        };
        let count = match (cardinality, list) {
            (Some(cardinality), None) if item.is_none() => Count::Cardinality(cardinality),
            (None, Some(list)) => Count::Collection { list, item },
            _ => {
                self.findings.add(Code::MultiInstance, &element.local, owner, "");
                return Err(());
            }
        };
        Ok(Multi {
            sequential,
            count,
            completion,
        })
    }
}

fn boundary(catches: Catches, interrupting: bool) -> Kind {
    Kind::Boundary(Boundary {
        host: 0,
        interrupting,
        catches,
    })
}

/// A version: a whole number from 1.
fn version(element: &Element) -> Option<u32> {
    element
        .ours("version")?
        .parse()
        .ok()
        .filter(|version| *version > 0)
}
