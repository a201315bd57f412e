//! From XML to a requirements graph.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::elements::{self, Element, Space};
use super::items::Types;
use super::{Document, Item, ItemKind, Refusal, graph};
use crate::code::{Code, Findings};
use crate::feel::{Definition, Kind, Node, Parser, Scope, Tests, Type};
use crate::limits;
use crate::xml::{self, Fault};

/// What reading gathers.
pub(super) struct Reader {
    pub findings: Findings,
    pub types: Types,
    /// All names of components of types, which can stand anywhere behind a point.
    pub base: Arc<Scope>,
    language: Option<String>,
}

impl From<Fault> for Code {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::TooLong => Self::DocumentTooLong,
            Fault::TooMany => Self::TooManyElements,
            Fault::TooDeep => Self::TooDeep,
            Fault::Encoding => Self::Encoding,
            Fault::Syntax => Self::Xml,
            Fault::Entity => Self::Entity,
            Fault::Character => Self::Character,
        }
    }
}

pub(super) fn document(bytes: &[u8]) -> Result<Document, Refusal> {
    let mut reader = Reader {
        findings: Findings::default(),
        types: Types::default(),
        base: Arc::default(),
        language: None,
    };
    let items = match xml::decode(bytes).and_then(|text| xml::read(&text)) {
        Ok(root) => reader.definitions(&root),
        Err(error) => {
            let place = format!("line {}", error.line);
            reader.findings.add(error.fault.into(), "", "", place);
            Vec::new()
        }
    };
    let findings = reader.findings.sorted();
    if findings.iter().any(|finding| !finding.code.is_note()) {
        return Err(Refusal { findings });
    }
    Ok(Document {
        bytes: bytes.to_vec(),
        items,
        notes: findings,
    })
}

/// A part of the graph before its expressions are read.
pub(super) struct Draft<'a> {
    pub element: &'a Element,
    pub id: String,
    pub name: Arc<str>,
    /// The name under which others see its value: that of its variable.
    pub requires: Vec<usize>,
}

/// The identifiers to which children of a name refer.
fn hrefs<'a>(element: &'a Element, local: &'a str) -> Vec<&'a str> {
    element
        .named(local)
        .filter_map(|child| child.plain("href"))
        .filter_map(|href| href.rsplit_once('#').map(|(_, id)| id))
        .collect()
}

/// What a service must see beside its parameters: the functions that its decisions call.
fn knowledge_of(decisions: &[usize], items: &[Item]) -> Vec<usize> {
    let is_function = |place: &usize| {
        items
            .get(*place)
            .is_some_and(|item| matches!(item.kind, ItemKind::Knowledge(_) | ItemKind::Service(_)))
    };
    let mut found: Vec<usize> = decisions
        .iter()
        .filter_map(|place| items.get(*place))
        .flat_map(|item| item.requires.iter().copied())
        .filter(is_function)
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}

impl Reader {
    fn definitions(&mut self, root: &Element) -> Vec<Item> {
        if root.space != Space::Dmn || root.local != "definitions" {
            self.findings.add(Code::NotDmn, &root.local, "", "");
            return Vec::new();
        }
        elements::check(root, "", &mut self.findings);
        self.language = root.plain("expressionLanguage").map(str::to_owned);
        self.types = Types::read(root, &mut self.findings);
        self.base = Arc::new(self.types.scope());
        self.constrain();
        let drafts = self.drafts(root);
        let Some(order) = graph::order(&drafts, &mut self.findings) else {
            return Vec::new();
        };
        let mut places = vec![0_usize; drafts.len()];
        for (new, old) in order.iter().enumerate() {
            if let Some(place) = places.get_mut(*old) {
                *place = new;
            }
        }
        let mut items: Vec<Item> = Vec::with_capacity(drafts.len());
        for old in order {
            let Some(draft) = drafts.get(old) else { continue };
            let requires: Vec<usize> = draft
                .requires
                .iter()
                .filter_map(|required| places.get(*required).copied())
                .collect();
            if let Some(kind) = self.item(draft, &requires, &items) {
                let requires = match &kind {
                    ItemKind::Service(_) => knowledge_of(&requires, &items),
                    _ => requires,
                };
                items.push(Item {
                    id: draft.id.clone(),
                    name: Arc::clone(&draft.name),
                    requires,
                    kind,
                });
            } else {
                // Its finding is told already; something must stand at its place.
                items.push(Item {
                    id: draft.id.clone(),
                    name: Arc::clone(&draft.name),
                    requires: Vec::new(),
                    kind: ItemKind::Input(Type::Any),
                });
            }
        }
        if !drafts.iter().any(|draft| draft.element.local == "decision") {
            self.findings.add(Code::NoDecision, "definitions", "", "");
        }
        items
    }

    fn drafts<'a>(&mut self, root: &'a Element) -> Vec<Draft<'a>> {
        let mut drafts: Vec<Draft<'a>> = Vec::new();
        let mut by_id: BTreeMap<String, usize> = BTreeMap::new();
        for element in &root.children {
            let local = element.local.as_str();
            let part = matches!(
                local,
                "inputData" | "decision" | "businessKnowledgeModel" | "decisionService"
            );
            if element.space != Space::Dmn || !part {
                continue;
            }
            // Without an identifier nothing can refer to it, and its name says which it is.
            let id = element.plain("id").or(element.plain("name")).unwrap_or_default();
            let variable = element.named("variable").next();
            let name = variable
                .and_then(|variable| variable.plain("name"))
                .or(element.plain("name"))
                .unwrap_or_default();
            let Some(name) = self.name(local, id, name) else {
                continue;
            };
            if id.is_empty() || id.len() > limits::NAME_BYTES || by_id.contains_key(id) {
                self.findings.add(Code::Name, local, id, &*name);
                continue;
            }
            if drafts.iter().any(|other| other.name == name) {
                self.findings.add(Code::Name, local, id, &*name);
            }
            if drafts.len() >= limits::DECISIONS {
                self.findings.add(Code::TooManyElements, local, id, "");
                break;
            }
            by_id.insert(id.to_owned(), drafts.len());
            drafts.push(Draft {
                element,
                id: id.to_owned(),
                name,
                requires: Vec::new(),
            });
        }
        let namespace = root.plain("namespace").unwrap_or_default();
        for draft in &mut drafts {
            draft.requires = graph::requirements(draft.element, namespace, &by_id, &mut self.findings);
        }
        drafts
    }

    /// A name as it can stand in expressions.
    pub fn name(&mut self, element: &str, owner: &str, name: &str) -> Option<Arc<str>> {
        let mut scope = Scope::default();
        let plain = name.split_whitespace().collect::<Vec<_>>().join(" ");
        if plain.is_empty() || plain.len() > limits::NAME_BYTES || !scope.add(&plain) {
            self.findings.add(Code::Name, element, owner, name);
            return None;
        }
        Some(plain.into())
    }

    fn item(&mut self, draft: &Draft<'_>, requires: &[usize], items: &[Item]) -> Option<ItemKind> {
        let element = draft.element;
        let variable = element.named("variable").next();
        let of = match variable.and_then(|variable| variable.plain("typeRef")) {
            Some(name) => self.type_named(name, "variable", &draft.id)?,
            None => Type::Any,
        };
        let mut scope = Scope::within(&self.base);
        for required in requires.iter().filter_map(|place| items.get(*place)) {
            scope.add(&required.name);
        }
        match element.local.as_str() {
            "inputData" => Some(ItemKind::Input(of)),
            "decision" => {
                let node = self.only_expression(element, &draft.id, &scope)?;
                let node = self.typed(node, of, element, &draft.id)?;
                Some(ItemKind::Decision(node))
            }
            "businessKnowledgeModel" => {
                let logic = self.one(element, "encapsulatedLogic", &draft.id)?;
                let mut definition = self.definition(logic, &draft.id, &scope)?;
                // The type of a model of knowledge is that of a function, or of what it gives.
                match of {
                    Type::Function(of) => definition.result = of.1.clone(),
                    Type::Any => {}
                    other => definition.result = other,
                }
                Some(ItemKind::Knowledge(Arc::new(definition)))
            }
            _ => self.service(draft, requires, items, of).map(ItemKind::Service),
        }
    }

    /// A service is a function that decides what it encapsulates, in order, and then what it gives (DMN 1.5 §10.4).
    fn service(
        &mut self,
        draft: &Draft<'_>,
        requires: &[usize],
        items: &[Item],
        of: Type,
    ) -> Option<Arc<Definition>> {
        let element = draft.element;
        let find = |id: &str| items.iter().find(|item| item.id == id);
        let mut parameters = Vec::new();
        let given = hrefs(element, "inputData")
            .into_iter()
            .chain(hrefs(element, "inputDecision"));
        for item in given.filter_map(find) {
            let of = match &item.kind {
                ItemKind::Input(of) => of.clone(),
                ItemKind::Decision(Node {
                    kind: Kind::Typed(_, of),
                    ..
                }) => of.clone(),
                _ => Type::Any,
            };
            parameters.push((Arc::clone(&item.name), of));
        }
        let mut entries = Vec::new();
        for item in requires.iter().filter_map(|place| items.get(*place)) {
            let given = parameters.iter().any(|(name, _)| *name == item.name);
            if let (ItemKind::Decision(node), false) = (&item.kind, given) {
                entries.push((Arc::clone(&item.name), node.clone()));
            }
        }
        let mut outputs = Vec::new();
        for item in hrefs(element, "outputDecision").into_iter().filter_map(find) {
            outputs.push((
                Arc::clone(&item.name),
                self.kept(element, &draft.id, Kind::Name(Arc::clone(&item.name)))?,
            ));
        }
        let last = match outputs.as_slice() {
            [] => {
                self.findings
                    .add(Code::Missing, "decisionService", &draft.id, "outputDecision");
                return None;
            }
            [(_, only)] => only.clone(),
            _ => self.kept(element, &draft.id, Kind::Context(outputs, None))?,
        };
        let body = self.kept(element, &draft.id, Kind::Context(entries, Some(Box::new(last))))?;
        let result = match of {
            Type::Function(of) => of.1.clone(),
            other => other,
        };
        Some(Arc::new(Definition {
            parameters,
            result,
            body,
        }))
    }

    /// Adds the tests on values to the types, now that names are known.
    fn constrain(&mut self) {
        for (name, text, id) in self.types.tests() {
            if let Some(tests) = self.tests(&text, "allowedValues", &id, &Arc::clone(&self.base)) {
                self.types.constrain(&name, tests);
            }
        }
        self.base = Arc::new(self.types.scope());
    }

    /// The type of a name.
    pub fn type_named(&mut self, name: &str, element: &str, owner: &str) -> Option<Type> {
        let found = self.types.named(name);
        if found.is_none() {
            self.findings.add(Code::TypeUnknown, element, owner, name);
        }
        found
    }

    /// The only child of a name.
    pub fn one<'a>(&mut self, element: &'a Element, local: &str, owner: &str) -> Option<&'a Element> {
        let mut found = element
            .children
            .iter()
            .filter(|child| child.space == Space::Dmn && child.local == local);
        match (found.next(), found.next()) {
            (Some(child), None) => Some(child),
            _ => {
                self.findings.add(Code::Missing, &element.local, owner, local);
                None
            }
        }
    }

    /// The text in an element.
    pub fn text(&mut self, element: &Element, owner: &str) -> Option<String> {
        let language = element.plain("expressionLanguage").or(self.language.as_deref());
        if !elements::is_feel(language) {
            let language = language.unwrap_or_default().to_owned();
            self.findings.add(Code::Language, &element.local, owner, language);
            return None;
        }
        let mut texts = element.named("text");
        let text = texts.next().map_or("", |text| text.text.trim()).to_owned();
        if texts.next().is_some() {
            self.findings.add(Code::Missing, &element.local, owner, "text");
            return None;
        }
        Some(text)
    }

    /// An expression that was put together, unless it is too high.
    pub fn kept(&mut self, element: &Element, owner: &str, kind: Kind) -> Option<Node> {
        match Node::new(0, kind) {
            Ok(node) => Some(node),
            Err(error) => {
                self.findings
                    .add(Code::Expression, &element.local, owner, error.to_string());
                None
            }
        }
    }

    /// An expression whose value must be of a type.
    pub fn typed(&mut self, node: Node, of: Type, element: &Element, owner: &str) -> Option<Node> {
        match of {
            Type::Any => Some(node),
            of => self.kept(element, owner, Kind::Typed(Box::new(node), of)),
        }
    }

    fn refuse(&mut self, element: &str, owner: &str, text: &str, error: &crate::error::RuleError) {
        let detail = format!("{error}: {text}");
        self.findings.add(Code::Expression, element, owner, detail);
    }

    /// Reads the text of an expression.
    pub fn parse(&mut self, text: &str, element: &str, owner: &str, scope: &Scope) -> Option<Node> {
        let read = Parser::new(text, scope).and_then(Parser::whole);
        read.map_err(|error| self.refuse(element, owner, text, &error))
            .ok()
    }

    /// Reads tests.
    pub fn tests(&mut self, text: &str, element: &str, owner: &str, scope: &Scope) -> Option<Tests> {
        let read = Parser::new(text, scope).and_then(Parser::tests_to_end);
        read.map_err(|error| self.refuse(element, owner, text, &error))
            .ok()
    }

    /// Reads expressions with commas between them.
    pub fn several(&mut self, text: &str, element: &str, owner: &str, scope: &Scope) -> Option<Vec<Node>> {
        let read = Parser::new(text, scope).and_then(Parser::several);
        read.map_err(|error| self.refuse(element, owner, text, &error))
            .ok()
    }
}
