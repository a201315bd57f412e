//! A BPMN document: the bytes as they came, and the processes in it.

use std::collections::{BTreeMap, BTreeSet};

use super::xml::{self, Element, Space};
use super::{Condition, Model};
use crate::finding::{Code, Finding, Findings, Severity};
use crate::language::Language;
use crate::limits;

/// A document that can be executed: nothing in it has a meaning that would be lost.
#[derive(Debug)]
pub struct Document {
    bytes: Vec<u8>,
    models: Vec<Model>,
    notes: Vec<Finding>,
}

/// Why a document is refused, element by element; notes and warnings are among the findings.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the document cannot be executed: {} findings", .findings.len())]
pub struct Refusal {
    /// What was found, the weightiest first.
    pub findings: Vec<Finding>,
}

impl Document {
    /// Reads a document that is enacted under a version. Total: any bytes give a document or findings.
    ///
    /// # Errors
    /// If there is anything in it that cannot be executed and is not for the drawing only.
    pub fn read(bytes: &[u8], version: u32, language: &dyn Language) -> Result<Self, Refusal> {
        let mut reader = Reader::new(language);
        let models = match xml::decode(bytes).and_then(|text| xml::read(&text)) {
            Ok(root) => reader.definitions(&root, version),
            Err(error) => {
                reader
                    .findings
                    .add(error.fault.into(), "", "", format!("line {}", error.line));
                Vec::new()
            }
        };
        let findings = reader.findings.sorted();
        if findings
            .iter()
            .any(|finding| finding.code.severity() == Severity::Error)
        {
            return Err(Refusal { findings });
        }
        Ok(Self {
            bytes: bytes.to_vec(),
            models,
            notes: findings,
        })
    }

    /// The document exactly as it was read, its drawing included.
    #[must_use]
    pub fn export(&self) -> &[u8] {
        &self.bytes
    }

    /// Its processes, in their order.
    #[must_use]
    pub fn models(&self) -> &[Model] {
        &self.models
    }

    /// The process with this key.
    #[must_use]
    pub fn model(&self, key: &str) -> Option<&Model> {
        self.models.iter().find(|model| model.key == key)
    }

    /// What is kept for the drawing only, and what else should be known.
    #[must_use]
    pub fn notes(&self) -> &[Finding] {
        &self.notes
    }
}

/// What reading gathers.
pub(super) struct Reader<'a> {
    pub findings: Findings,
    pub language: &'a dyn Language,
    /// Names of messages, codes of errors and of escalations, by identifier.
    pub messages: BTreeMap<String, String>,
    pub errors: BTreeMap<String, String>,
    pub escalations: BTreeMap<String, String>,
    /// Every identifier that was seen.
    pub ids: BTreeSet<String>,
    /// The language of expressions that name none.
    pub expression_language: String,
}

/// What FEEL is called in documents.
const FEEL: &[&str] = &[
    "feel",
    "http://www.omg.org/spec/DMN/20151101/FEEL/",
    "http://www.omg.org/spec/DMN/20180521/FEEL/",
    "http://www.omg.org/spec/FEEL/20140401",
    "https://www.omg.org/spec/DMN/20191111/FEEL/",
    "https://www.omg.org/spec/DMN/20211108/FEEL/",
    "https://www.omg.org/spec/DMN/20230324/FEEL/",
];

/// Elements that say something to people or to tools. What they say of data and of who acts is said here by variables and by our
/// attributes, which the check demands.
pub(super) const DRAWN: &[&str] = &[
    "association",
    "auditing",
    "category",
    "collaboration",
    "dataInput",
    "dataInputAssociation",
    "dataObject",
    "dataObjectReference",
    "dataOutput",
    "dataOutputAssociation",
    "dataStore",
    "dataStoreReference",
    "group",
    "humanPerformer",
    "import",
    "inputSet",
    "interface",
    "ioSpecification",
    "itemDefinition",
    "monitoring",
    "outputSet",
    "performer",
    "potentialOwner",
    "property",
    "relationship",
    "rendering",
    "resource",
    "signal",
    "textAnnotation",
];

/// Below a drawn element, what would compute something.
const COMPUTING: &[&str] = &["transformation", "assignment"];

impl<'a> Reader<'a> {
    fn new(language: &'a dyn Language) -> Self {
        Self {
            findings: Findings::default(),
            language,
            messages: BTreeMap::new(),
            errors: BTreeMap::new(),
            escalations: BTreeMap::new(),
            ids: BTreeSet::new(),
            expression_language: String::new(),
        }
    }

    fn definitions(&mut self, root: &Element, version: u32) -> Vec<Model> {
        if root.space != Space::Bpmn || root.local != "definitions" {
            self.findings.add(Code::NotBpmn, &root.local, "", "");
            return Vec::new();
        }
        let id = root.plain("id").unwrap_or_default();
        self.attributes(root, id);
        self.foreign_children(root, id);
        if let Some(language) = root.plain("expressionLanguage") {
            language.clone_into(&mut self.expression_language);
        }
        for child in root.children.iter().filter(|child| child.space == Space::Bpmn) {
            match child.local.as_str() {
                "message" => self.named(child, "name"),
                "error" => self.named(child, "errorCode"),
                "escalation" => self.named(child, "escalationCode"),
                _ => {}
            }
        }
        let mut models = Vec::new();
        for child in root.children.iter().filter(|child| child.space == Space::Bpmn) {
            match child.local.as_str() {
                "message" | "error" | "escalation" | "extensionElements" => {}
                "documentation" => {}
                "process" => models.extend(self.process(child, version)),
                "extension" => self.must_understand(child),
                _ => self.other(child),
            }
        }
        if models.is_empty() {
            self.findings.add(Code::NoProcess, "definitions", id, "");
        }
        models
    }

    /// A message, error or escalation that others refer to.
    fn named(&mut self, element: &Element, attribute: &str) {
        let Some(id) = self.id(element) else {
            return;
        };
        self.attributes(element, &id);
        self.foreign_children(element, &id);
        let name = element.plain(attribute).unwrap_or_default().trim();
        if name.is_empty() {
            return;
        }
        if name.len() > limits::ID_BYTES {
            self.value(element, &id, attribute, name);
            return;
        }
        let names = match element.local.as_str() {
            "message" => &mut self.messages,
            "error" => &mut self.errors,
            _ => &mut self.escalations,
        };
        names.insert(id, name.to_owned());
    }

    fn must_understand(&mut self, element: &Element) {
        if element.plain("mustUnderstand") == Some("true") {
            let definition = element.plain("definition").unwrap_or_default();
            self.findings
                .add(Code::ExtensionUnknown, "extension", definition, definition);
        }
    }

    /// An element that has no meaning of its own here: one for the drawing is noted, any other refused by name.
    pub(super) fn other(&mut self, element: &Element) {
        let id = element.plain("id").unwrap_or_default();
        if DRAWN.contains(&element.local.as_str()) {
            self.findings.add(Code::DrawnOnly, &element.local, id, "");
            self.computing(element);
        } else {
            self.findings
                .add(Code::ElementUnsupported, &element.local, id, "");
        }
        if !id.is_empty() {
            self.ids.insert(id.to_owned());
        }
    }

    fn computing(&mut self, element: &Element) {
        for child in element.children.iter().filter(|child| child.space == Space::Bpmn) {
            if COMPUTING.contains(&child.local.as_str()) {
                // Such an element has no identifier; the association around it has.
                let id = child.plain("id").or(element.plain("id")).unwrap_or_default();
                self.findings.add(Code::ElementUnsupported, &child.local, id, "");
            }
            self.computing(child);
        }
    }

    /// The identifier of an element that needs one of its own.
    pub(super) fn id(&mut self, element: &Element) -> Option<String> {
        let Some(id) = element.plain("id") else {
            let name = element.plain("name").unwrap_or_default();
            self.findings.add(Code::IdMissing, &element.local, "", name);
            return None;
        };
        let right = id.len() <= limits::ID_BYTES
            && id.starts_with(|c: char| c == '_' || c.is_ascii_alphabetic())
            && id
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'));
        if !right {
            self.findings.add(Code::IdMalformed, &element.local, id, "");
            return None;
        }
        if !self.ids.insert(id.to_owned()) {
            self.findings.add(Code::IdTwice, &element.local, id, "");
            return None;
        }
        Some(id.to_owned())
    }

    /// Reads an expression of the element with this identifier.
    pub(super) fn expression(&mut self, element: &Element, owner: &str) -> Option<Condition> {
        self.attributes(element, owner);
        self.foreign_children(element, owner);
        for child in element.named("documentation") {
            // An expression is text; documentation in it would be read as part of it by some tools.
            self.findings
                .add(Code::ElementUnsupported, &child.local, owner, "");
        }
        let language = element.plain("language").unwrap_or(&self.expression_language);
        if !language.is_empty() && !FEEL.contains(&language) {
            let told = language.to_owned();
            self.findings
                .add(Code::ConditionLanguage, &element.local, owner, told);
            return None;
        }
        self.parse(&element.text, &element.local, owner)
    }

    /// Reads the text of an expression.
    pub(super) fn parse(&mut self, text: &str, element: &str, owner: &str) -> Option<Condition> {
        let text = text.trim();
        // Camunda marks FEEL with a leading equals sign.
        let text = text.strip_prefix('=').unwrap_or(text).trim();
        if text.is_empty() || text.len() > limits::VALUE_BYTES {
            let told = format!("{} bytes", text.len());
            self.findings.add(Code::ConditionSyntax, element, owner, told);
            return None;
        }
        match self.language.parse(text) {
            Ok(parsed) => Some(Condition { parsed }),
            Err(reason) => {
                self.findings.add(
                    Code::ConditionSyntax,
                    element,
                    owner,
                    format!("{text} – {reason}"),
                );
                None
            }
        }
    }
}
