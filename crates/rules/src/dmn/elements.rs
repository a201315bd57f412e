//! Which elements and attributes DMN may have at a place, and what is kept for the drawing only. Nothing passes unseen.

use crate::code::{Code, Findings};
use crate::limits;
use crate::xml::{self, Vocabulary};

/// The namespace of a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Space {
    Plain,
    Dmn,
    Other(String),
}

pub(super) type Element = xml::Element<Space>;

/// DMN 1.3, 1.4 and 1.5.
const DMN: &[&str] = &[
    "https://www.omg.org/spec/DMN/20191111/MODEL/",
    "https://www.omg.org/spec/DMN/20211108/MODEL/",
    "https://www.omg.org/spec/DMN/20230324/MODEL/",
];

/// What FEEL is called in documents.
const FEEL: &[&str] = &[
    "feel",
    "FEEL",
    "http://www.omg.org/spec/FEEL/20140401",
    "https://www.omg.org/spec/DMN/20191111/FEEL/",
    "https://www.omg.org/spec/DMN/20211108/FEEL/",
    "https://www.omg.org/spec/DMN/20230324/FEEL/",
];

/// Namespaces of drawings and of tools' own notes: diagrams, bpmn.io, Camunda Modeler, Trisotech, Drools, the tests of the DMN TCK.
const DRAWN: &[&str] = &[
    "http://bpmn.io/schema/dmn/biodi/1.0",
    "http://bpmn.io/schema/dmn/biodi/2.0",
    "http://camunda.org/schema/1.0/dmn",
    "http://camunda.org/schema/modeler/1.0",
    "http://purl.org/rss/2.0/",
    "http://trisotech.com/feed",
    "http://www.drools.org/kie/dmn/1.1",
    "http://www.omg.org/spec/DMN/20160719/testcase",
    "http://www.omg.org/spec/DMN/20180521/DC/",
    "http://www.omg.org/spec/DMN/20180521/DI/",
    "http://www.trisotech.com/2015/triso/modeling",
    "http://www.trisotech.com/2016/triso/dmn",
    "http://www.w3.org/2001/XMLSchema-instance",
    "http://www.w3.org/XML/1998/namespace",
    "https://products.bfs-intra.net/milestones/vr/spec/20170328/dmndi.xsd",
    "https://www.omg.org/spec/DMN/20191111/DMNDI/",
    "https://www.omg.org/spec/DMN/20211108/DMNDI/",
    "https://www.omg.org/spec/DMN/20230324/DMNDI/",
];

impl Vocabulary for Space {
    const PLAIN: Self = Self::Plain;
    const MODEL: Self = Self::Dmn;

    fn of(namespace: &str) -> Self {
        if DMN.contains(&namespace) {
            Self::Dmn
        } else {
            Self::Other(namespace.to_owned())
        }
    }
}

/// Elements that say something to people: which law a decision rests on, who is responsible, what a drawing notes.
const TOLD: &[&str] = &[
    "allowedAnswers",
    "artifact",
    "association",
    "authorityRequirement",
    "decisionMaker",
    "decisionOwner",
    "description",
    "elementCollection",
    "group",
    "impactedPerformanceIndicator",
    "impactingDecision",
    "knowledgeSource",
    "organizationUnit",
    "performanceIndicator",
    "question",
    "supportedObjective",
    "textAnnotation",
    "usingProcess",
    "usingTask",
];

/// Of these a note is made; the others are words only.
const NOTED: &[&str] = &["knowledgeSource", "organizationUnit", "performanceIndicator"];

/// The expressions that stand in elements of their own.
pub(super) const EXPRESSIONS: &[&str] = &[
    "conditional",
    "context",
    "decisionTable",
    "every",
    "filter",
    "for",
    "functionDefinition",
    "invocation",
    "list",
    "literalExpression",
    "relation",
    "some",
];

/// The elements that may stand in an element, expressions left out, and the attributes that it may have beside `id` and `label`.
fn known(element: &str) -> (&'static [&'static str], &'static [&'static str]) {
    match element {
        "definitions" => (
            &[
                "itemDefinition",
                "inputData",
                "decision",
                "businessKnowledgeModel",
                "decisionService",
            ],
            &[
                "name",
                "namespace",
                "expressionLanguage",
                "typeLanguage",
                "exporter",
                "exporterVersion",
            ],
        ),
        "inputData" => (&["variable"], &["name"]),
        "decision" => (
            &["variable", "informationRequirement", "knowledgeRequirement"],
            &["name"],
        ),
        "businessKnowledgeModel" => (
            &["variable", "encapsulatedLogic", "knowledgeRequirement"],
            &["name"],
        ),
        "decisionService" => (
            &[
                "variable",
                "outputDecision",
                "encapsulatedDecision",
                "inputDecision",
                "inputData",
            ],
            &["name"],
        ),
        "informationRequirement" => (&["requiredInput", "requiredDecision"], &[]),
        "knowledgeRequirement" => (&["requiredKnowledge"], &[]),
        "requiredInput"
        | "requiredDecision"
        | "requiredKnowledge"
        | "outputDecision"
        | "encapsulatedDecision"
        | "inputDecision" => (&[], &["href"]),
        "variable" | "parameter" | "formalParameter" | "column" => (&[], &["name", "typeRef"]),
        "itemDefinition" | "itemComponent" => (
            &[
                "typeRef",
                "allowedValues",
                "typeConstraint",
                "itemComponent",
                "functionItem",
            ],
            &["name", "isCollection", "typeLanguage"],
        ),
        "functionItem" => (&["parameters"], &["outputTypeRef"]),
        "parameters" => (&[], &["name", "typeRef"]),
        "allowedValues" | "typeConstraint" | "inputValues" | "outputValues" => {
            (&["text"], &["expressionLanguage", "constraintType", "typeRef"])
        }
        "literalExpression" | "inputExpression" | "defaultOutputEntry" | "outputEntry" => {
            (&["text"], &["expressionLanguage", "typeRef"])
        }
        "inputEntry" => (&["text"], &["expressionLanguage", "typeRef"]),
        "annotationEntry" => (&["text"], &[]),
        "annotation" => (&[], &["name"]),
        "decisionTable" => (
            &["input", "output", "annotation", "rule"],
            &[
                "hitPolicy",
                "aggregation",
                "preferredOrientation",
                "outputLabel",
                "typeRef",
            ],
        ),
        "input" => (&["inputExpression", "inputValues"], &[]),
        "output" => (&["outputValues", "defaultOutputEntry"], &["name", "typeRef"]),
        "rule" => (&["inputEntry", "outputEntry", "annotationEntry"], &[]),
        "context" => (&["contextEntry"], &["typeRef"]),
        "contextEntry" => (&["variable"], &[]),
        "invocation" => (&["binding"], &["typeRef"]),
        "binding" => (&["parameter"], &[]),
        "functionDefinition" | "encapsulatedLogic" => (&["formalParameter"], &["kind", "typeRef"]),
        "relation" => (&["column", "row"], &["typeRef"]),
        "conditional" => (&["if", "then", "else"], &["typeRef"]),
        "for" => (&["in", "return"], &["iteratorVariable", "typeRef"]),
        "every" | "some" => (&["in", "satisfies"], &["iteratorVariable", "typeRef"]),
        "filter" => (&["in", "match"], &["typeRef"]),
        "if" | "then" | "else" | "in" | "return" | "satisfies" | "match" => (&[], &["typeRef"]),
        "list" => (&[], &["typeRef"]),
        _ => (&[], &[]),
    }
}

/// Elements in which expressions stand.
fn holds_expressions(element: &str) -> bool {
    matches!(
        element,
        "decision"
            | "contextEntry"
            | "invocation"
            | "binding"
            | "functionDefinition"
            | "encapsulatedLogic"
            | "list"
            | "row"
            | "if"
            | "then"
            | "else"
            | "in"
            | "return"
            | "satisfies"
            | "match"
    )
}

/// Finds what an element, and all in it, may not have. The owner is the nearest element around with an identifier of the graph.
pub(super) fn check(element: &Element, owner: &str, findings: &mut Findings) {
    let local = element.local.as_str();
    let own = element.plain("id").filter(|id| id.len() <= limits::ID_BYTES);
    let owner = match (local, own) {
        (
            "decision" | "businessKnowledgeModel" | "inputData" | "decisionService" | "itemDefinition",
            Some(id),
        ) => id,
        _ => owner,
    };
    let (children, attributes) = known(local);
    for attribute in &element.attributes {
        match &attribute.space {
            Space::Plain
                if matches!(attribute.local.as_str(), "id" | "label")
                    || attributes.contains(&attribute.local.as_str()) => {}
            Space::Plain | Space::Dmn => {
                findings.add(Code::AttributeUnsupported, local, owner, attribute.local.as_str());
            }
            Space::Other(space) if DRAWN.contains(&space.as_str()) => {}
            Space::Other(space) => {
                findings.add(
                    Code::Extension,
                    local,
                    owner,
                    format!("{{{space}}}{}", attribute.local),
                );
            }
        }
    }
    for child in &element.children {
        let name = child.local.as_str();
        match &child.space {
            Space::Dmn if name == "extensionElements" => extensions(child, local, owner, findings),
            // In a service this is a reference, elsewhere the input itself.
            Space::Dmn if name == "inputData" && local == "decisionService" => {
                let only = child.attributes.iter().all(|attribute| attribute.local == "href");
                if !only || !child.children.is_empty() {
                    findings.add(Code::ElementUnsupported, name, owner, format!("in {local}"));
                }
            }
            Space::Dmn if children.contains(&name) => check(child, owner, findings),
            Space::Dmn if EXPRESSIONS.contains(&name) && holds_expressions(local) => {
                check(child, owner, findings)
            }
            Space::Dmn if TOLD.contains(&name) => {
                if NOTED.contains(&name) {
                    let id = child.plain("id").unwrap_or(owner);
                    findings.add(Code::DrawnOnly, name, id, "");
                }
            }
            Space::Other(space) if DRAWN.contains(&space.as_str()) => {}
            Space::Other(space) => {
                findings.add(Code::Extension, local, owner, format!("{{{space}}}{name}"));
            }
            Space::Dmn | Space::Plain => {
                let id = child.plain("id").filter(|_| owner.is_empty()).unwrap_or(owner);
                findings.add(Code::ElementUnsupported, name, id, format!("in {local}"));
            }
        }
    }
}

fn extensions(element: &Element, of: &str, owner: &str, findings: &mut Findings) {
    for child in &element.children {
        let drawn = matches!(&child.space, Space::Other(space) if DRAWN.contains(&space.as_str()));
        if !drawn {
            let space = match &child.space {
                Space::Other(space) => space.as_str(),
                Space::Plain | Space::Dmn => "",
            };
            findings.add(Code::Extension, of, owner, format!("{{{space}}}{}", child.local));
        }
    }
}

/// Whether a language is FEEL.
pub(super) fn is_feel(language: Option<&str>) -> bool {
    language.is_none_or(|language| language.is_empty() || FEEL.contains(&language))
}
