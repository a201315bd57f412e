//! Item definitions (DMN 1.5 §7.3.2): the types of a document.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::elements::{Element, Space};
use crate::code::{Code, Findings};
use crate::feel::{Scope, Tests, Type};
use crate::limits;

/// The types of a document, by name.
#[derive(Debug, Default)]
pub(super) struct Types {
    drafts: BTreeMap<String, Draft>,
    /// The tests on values, by the name of the type, or its way of components.
    tests: BTreeMap<String, Tests>,
    /// What was resolved, so that parts that many types share are built once; none while it is being built.
    resolved: RefCell<BTreeMap<String, Option<Type>>>,
}

#[derive(Clone, Debug)]
struct Draft {
    id: String,
    refers: Option<String>,
    components: Vec<(Arc<str>, Draft)>,
    function: Option<(Vec<String>, String)>,
    collection: bool,
    allowed: Option<String>,
    /// Its name with those of the types around it.
    way: String,
}

fn plain(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A type reference without the prefix of FEEL's namespace, which older tools write.
fn reference(name: &str) -> String {
    let name = plain(name);
    match name.split_once(':') {
        Some((_, local)) => local.to_owned(),
        None => name,
    }
}

impl Types {
    pub fn read(root: &Element, findings: &mut Findings) -> Self {
        let mut types = Self::default();
        let mut count = 0_usize;
        for element in root.named("itemDefinition") {
            let id = element.plain("id").unwrap_or_default();
            let name = plain(element.plain("name").unwrap_or_default());
            if name.is_empty() || types.drafts.contains_key(&name) {
                findings.add(Code::Name, "itemDefinition", id, name);
                continue;
            }
            let owner = if id.is_empty() { name.as_str() } else { id };
            if let Some(draft) = draft(element, owner, &name, &mut count, findings) {
                types.drafts.insert(name, draft);
            }
        }
        let names: Vec<(String, String)> = types
            .drafts
            .iter()
            .map(|(name, draft)| (name.clone(), draft.id.clone()))
            .collect();
        for (name, id) in names {
            if types.named(&name).is_none() {
                findings.add(Code::TypeUnknown, "itemDefinition", &id, name);
            }
        }
        types
    }

    /// The type of a name, or of several names with points between them.
    pub fn named(&self, name: &str) -> Option<Type> {
        self.resolve(&reference(name), 0)
    }

    fn resolve(&self, name: &str, depth: u16) -> Option<Type> {
        // A type that is defined by itself never ends; types nest no deeper than values.
        if depth > limits::VALUE_DEPTH {
            return None;
        }
        let Some(draft) = self.drafts.get(name) else {
            return Type::built_in(name);
        };
        if let Some(known) = self.resolved.borrow().get(name) {
            return known.clone();
        }
        self.resolved.borrow_mut().insert(name.to_owned(), None);
        let built = self.built(draft, depth.saturating_add(1));
        self.resolved.borrow_mut().insert(name.to_owned(), built.clone());
        built
    }

    fn built(&self, draft: &Draft, depth: u16) -> Option<Type> {
        if depth > limits::VALUE_DEPTH {
            return None;
        }
        let deeper = depth.saturating_add(1);
        let mut of = if let Some((parameters, result)) = &draft.function {
            let parameters: Option<Vec<Type>> =
                parameters.iter().map(|name| self.resolve(name, deeper)).collect();
            Type::Function(Arc::new((parameters?, self.resolve(result, deeper)?)))
        } else if let Some(name) = &draft.refers {
            self.resolve(name, deeper)?
        } else if draft.components.is_empty() {
            Type::Any
        } else {
            let mut members = BTreeMap::new();
            for (name, component) in &draft.components {
                members.insert(Arc::clone(name), self.built(component, deeper)?);
            }
            Type::Context(Arc::new(members))
        };
        // The tests are on the items of a collection (DMN 1.5 §7.3.3).
        if let Some(tests) = self.tests.get(&draft.way) {
            of = Type::Allowed(Arc::new((of, tests.clone())));
        }
        if draft.collection {
            of = Type::List(Arc::new(of));
        }
        Some(of)
    }

    /// The texts of all tests on values: the way of names, the text, the identifier to tell.
    pub fn tests(&self) -> Vec<(String, String, String)> {
        fn gather(draft: &Draft, found: &mut Vec<(String, String, String)>) {
            if let Some(text) = &draft.allowed {
                found.push((draft.way.clone(), text.clone(), draft.id.clone()));
            }
            for (_, component) in &draft.components {
                gather(component, found);
            }
        }
        let mut found = Vec::new();
        for draft in self.drafts.values() {
            gather(draft, &mut found);
        }
        found
    }

    pub fn constrain(&mut self, way: &str, tests: Tests) {
        self.tests.insert(way.to_owned(), tests);
        self.resolved.borrow_mut().clear();
    }

    /// What a type says of its values in the order of its tests: the text after `allowedValues`.
    pub fn allowed_text(&self, name: &str) -> Option<&str> {
        let draft = self.drafts.get(&reference(name))?;
        match (&draft.allowed, &draft.refers) {
            (Some(text), _) => Some(text),
            _ => None,
        }
    }

    /// All names of components, and all types.
    pub fn scope(&self) -> Scope {
        fn gather(draft: &Draft, scope: &mut Scope) {
            for (name, component) in &draft.components {
                scope.add(name);
                gather(component, scope);
            }
        }
        let mut scope = Scope::default();
        for (name, draft) in &self.drafts {
            gather(draft, &mut scope);
            if let Some(of) = self.resolve(name, 0) {
                scope.add_type(name, of);
            }
        }
        scope
    }
}

fn draft(
    element: &Element,
    owner: &str,
    way: &str,
    count: &mut usize,
    findings: &mut Findings,
) -> Option<Draft> {
    *count = count.saturating_add(1);
    if *count > limits::TYPES {
        findings.add(Code::TooManyElements, &element.local, owner, way);
        return None;
    }
    let text_of = |local: &str| {
        element
            .children
            .iter()
            .find(|child| child.space == Space::Dmn && child.local == local)
    };
    let refers = text_of("typeRef").map(|child| reference(&child.text));
    let tests = |local: &str| {
        text_of(local)
            .and_then(|child| child.named("text").next())
            .map(|text| text.text.trim().to_owned())
    };
    let mut components: Vec<(Arc<str>, Draft)> = Vec::new();
    for component in element.named("itemComponent") {
        let name = plain(component.plain("name").unwrap_or_default());
        if name.is_empty() || components.iter().any(|(other, _)| **other == *name) {
            findings.add(Code::Name, "itemComponent", owner, name);
            return None;
        }
        let below = format!("{way}\u{1}{name}");
        components.push((
            Arc::from(name.as_str()),
            draft(component, owner, &below, count, findings)?,
        ));
    }
    let function = element.named("functionItem").next().map(|item| {
        let parameters = item
            .named("parameters")
            .map(|parameter| reference(parameter.plain("typeRef").unwrap_or("Any")))
            .collect();
        (
            parameters,
            reference(item.plain("outputTypeRef").unwrap_or("Any")),
        )
    });
    let both = usize::from(refers.is_some())
        .saturating_add(usize::from(!components.is_empty()))
        .saturating_add(usize::from(function.is_some()));
    if both > 1 {
        findings.add(Code::Missing, &element.local, owner, "typeRef");
        return None;
    }
    let collection = match element.plain("isCollection") {
        None | Some("false" | "0") => false,
        Some("true" | "1") => true,
        Some(other) => {
            findings.add(
                Code::AttributeUnsupported,
                &element.local,
                owner,
                format!("isCollection=\"{other}\""),
            );
            return None;
        }
    };
    Some(Draft {
        id: owner.to_owned(),
        refers,
        components,
        function,
        collection,
        allowed: tests("allowedValues")
            .or_else(|| tests("typeConstraint"))
            .filter(|text| !text.is_empty()),
        way: way.to_owned(),
    })
}
