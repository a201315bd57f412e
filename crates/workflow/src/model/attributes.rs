//! Which attributes an element may have, and what the engine makes of extensions. Nothing passes unseen.

use super::document::Reader;
use super::extension::{self, Kind};
use super::xml::{Element, Space};
use crate::finding::Code;
use crate::limits;

/// What an attribute of BPMN may say.
enum Allowed {
    Any,
    /// Only this value, which is also what its absence means.
    Only(&'static str),
}

/// Elements that a person is given to do.
pub(super) const STEPS: &[&str] = &["userTask", "manualTask", "task"];

const ACTIVITIES: &[&str] = &[
    "userTask",
    "manualTask",
    "task",
    "serviceTask",
    "businessRuleTask",
    "sendTask",
    "receiveTask",
    "subProcess",
    "callActivity",
];

fn allowed(element: &str, attribute: &str) -> Option<Allowed> {
    use Allowed::{Any, Only};
    let activity = ACTIVITIES.contains(&element);
    let allowed = match (element, attribute) {
        (_, "id" | "name") => Any,
        (_, "default") if activity => Any,
        (_, "isForCompensation") if activity => Only("false"),
        (_, "startQuantity" | "completionQuantity") if activity => Only("1"),
        ("userTask" | "serviceTask" | "sendTask" | "receiveTask" | "businessRuleTask", "implementation") => {
            Any
        }
        ("serviceTask" | "sendTask" | "receiveTask", "operationRef") => Any,
        ("sendTask" | "receiveTask" | "messageEventDefinition", "messageRef") => Any,
        ("messageEventDefinition", "operationRef") => Any,
        ("receiveTask" | "eventBasedGateway", "instantiate") => Only("false"),
        ("exclusiveGateway" | "inclusiveGateway", "default") => Any,
        (
            "exclusiveGateway" | "inclusiveGateway" | "parallelGateway" | "eventBasedGateway",
            "gatewayDirection",
        ) => Any,
        ("eventBasedGateway", "eventGatewayType") => Only("Exclusive"),
        ("startEvent", "isInterrupting") => Any,
        ("startEvent" | "boundaryEvent" | "intermediateCatchEvent", "parallelMultiple") => Only("false"),
        ("boundaryEvent", "attachedToRef" | "cancelActivity") => Any,
        ("subProcess", "triggeredByEvent") => Only("false"),
        ("callActivity", "calledElement") => Any,
        ("process", "isExecutable" | "isClosed" | "processType" | "definitionalCollaborationRef") => Any,
        ("sequenceFlow", "sourceRef" | "targetRef" | "isImmediate") => Any,
        ("lane", "partitionElementRef") => Any,
        (
            "definitions",
            "targetNamespace" | "expressionLanguage" | "typeLanguage" | "exporter" | "exporterVersion",
        ) => Any,
        ("message", "itemRef") | ("error", "errorCode" | "structureRef") => Any,
        ("escalation", "escalationCode" | "structureRef") => Any,
        ("errorEventDefinition", "errorRef") | ("escalationEventDefinition", "escalationRef") => Any,
        ("multiInstanceLoopCharacteristics", "isSequential") => Any,
        ("multiInstanceLoopCharacteristics", "behavior") => Only("All"),
        (
            "conditionExpression" | "completionCondition" | "loopCardinality" | "timeDuration",
            "language" | "evaluatesToTypeRef",
        ) => Any,
        _ => return None,
    };
    Some(allowed)
}

/// Whether an element may have one of our attributes.
fn ours(element: &str, attribute: &str) -> bool {
    match attribute {
        "role" | "department" => element == "lane" || STEPS.contains(&element),
        "grade" | "twoOfficers" | "notSameAs" | "form" | "outcomes" | "materials" | "deadline"
        | "atExpiry" | "basis" => STEPS.contains(&element),
        "result" => element == "businessRuleTask" || STEPS.contains(&element),
        "operation" => element == "serviceTask",
        "decision" => element == "businessRuleTask",
        "in" | "out" => element == "callActivity",
        "version" => matches!(element, "businessRuleTask" | "callActivity"),
        "days" => element == "timerEventDefinition",
        "collection" | "item" => element == "multiInstanceLoopCharacteristics",
        _ => false,
    }
}

impl Reader<'_> {
    /// Finds attributes that an element may not have.
    pub(super) fn attributes(&mut self, element: &Element, id: &str) {
        for attribute in &element.attributes {
            let (local, value) = (attribute.local.as_str(), attribute.value.as_str());
            match &attribute.space {
                Space::Plain => match allowed(&element.local, local) {
                    Some(Allowed::Any) => {}
                    Some(Allowed::Only(only)) if value == only || (only == "false" && value == "0") => {}
                    Some(Allowed::Only(_)) => {
                        let detail = format!("{local}=\"{value}\"");
                        self.findings
                            .add(Code::AttributeUnsupported, &element.local, id, detail);
                    }
                    None => self
                        .findings
                        .add(Code::AttributeUnknown, &element.local, id, local),
                },
                Space::Ours if ours(&element.local, local) => {
                    if value.is_empty() || value.len() > limits::VALUE_BYTES {
                        self.value(element, id, local, value);
                    }
                }
                Space::Ours | Space::Bpmn => {
                    let told = extension::told(&attribute.space, local);
                    self.findings
                        .add(Code::AttributeUnknown, &element.local, id, told);
                }
                Space::Other(space) => {
                    self.extension(
                        extension::attribute(space, local),
                        element,
                        id,
                        &attribute.space,
                        local,
                    );
                }
            }
        }
    }

    /// Finds children in other namespaces, those of `extensionElements` included.
    pub(super) fn foreign_children(&mut self, element: &Element, id: &str) {
        for child in &element.children {
            match &child.space {
                Space::Bpmn if child.local == "extensionElements" => {
                    self.extension_elements(child, &element.local, id)
                }
                Space::Bpmn => {}
                Space::Other(space) => {
                    self.extension(extension::element(space), element, id, &child.space, &child.local);
                }
                Space::Plain | Space::Ours => {
                    let told = extension::told(&child.space, &child.local);
                    self.findings.add(Code::ElementUnknown, &element.local, id, told);
                }
            }
        }
    }

    fn extension_elements(&mut self, extensions: &Element, element: &str, id: &str) {
        for child in &extensions.children {
            let kind = match &child.space {
                Space::Other(space) => extension::element(space),
                Space::Plain | Space::Ours | Space::Bpmn => Kind::Unknown,
            };
            self.extension_told(kind, element, id, &extension::told(&child.space, &child.local));
        }
    }

    fn extension(&mut self, kind: Kind, element: &Element, id: &str, space: &Space, local: &str) {
        // What every document has, such as its diagram and the type of an expression, is not worth a word.
        let silent = matches!(space, Space::Other(space)
            if space.starts_with("http://www.w3.org/") || space == extension::DIAGRAM);
        if !silent {
            self.extension_told(kind, &element.local, id, &extension::told(space, local));
        }
    }

    fn extension_told(&mut self, kind: Kind, element: &str, id: &str, told: &str) {
        let code = match kind {
            Kind::Drawn => Code::ExtensionDrawn,
            Kind::Engine => Code::ExtensionUnsupported,
            Kind::Unknown => Code::ExtensionUnknown,
        };
        self.findings.add(code, element, id, told);
    }

    /// Tells that an attribute of ours, or a child, has a value it cannot have.
    pub(super) fn value(&mut self, element: &Element, id: &str, name: &str, value: &str) {
        self.findings
            .add(Code::Value, &element.local, id, format!("{name}=\"{value}\""));
    }
}

/// The boolean that an attribute says; `default` where it is absent.
pub(super) fn boolean(value: Option<&str>, default: bool) -> Option<bool> {
    match value {
        None => Some(default),
        Some("true" | "1") => Some(true),
        Some("false" | "0") => Some(false),
        Some(_) => None,
    }
}

/// A plain name such as that of a role, a form, a message's operation: what can be told apart at sight.
pub(super) fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= limits::ID_BYTES
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'))
}

/// The document of a decision, and after a `#` the decision in it.
pub(super) fn is_decision(text: &str) -> bool {
    let (document, decision) = text.split_once('#').unwrap_or((text, text));
    is_name(document) && is_name(decision)
}

/// A name that conditions can use for a variable.
pub(crate) fn is_variable(text: &str) -> bool {
    text.len() <= 64
        && text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// The names that stand in an attribute with spaces between them, without repetition.
pub(super) fn list(text: &str) -> Option<Vec<String>> {
    let mut names = Vec::new();
    for name in text.split(' ') {
        if !is_name(name) || names.len() >= limits::LIST || names.iter().any(|earlier| earlier == name) {
            return None;
        }
        names.push(name.to_owned());
    }
    Some(names)
}
