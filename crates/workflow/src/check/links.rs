//! What a process needs of others: that the decisions it asks and the processes it calls are there, and that each input is known in time.

use std::collections::BTreeSet;

use crate::finding::{Code, Finding, Findings};
use crate::model::{Count, Kind, Library, Model, Node, is_variable};

/// Checks what a process asks and calls against what is enacted. It may be enacted if there is no finding.
#[must_use]
pub fn check_links(model: &Model, library: &Library) -> Vec<Finding> {
    let mut findings = Findings::default();
    if library.is_full() {
        findings.add(Code::TooManyElements, "process", &model.key, "");
    }
    for node in &model.nodes {
        let Kind::Decision(asks) = &node.kind else {
            continue;
        };
        let Some(decision) = library.decision(model, &node.id) else {
            let detail = format!("decision/{} v{}", asks.decision, asks.version);
            findings.add(Code::DecisionUnknown, node.element, &node.id, detail);
            continue;
        };
        for name in decision.input_names().filter(|name| !is_variable(name)) {
            findings.add(Code::DecisionInput, node.element, &node.id, name);
        }
        let nameless = |name: &&str| !is_variable(name);
        if asks.result.is_none()
            && let Some(name) = decision.output_names().into_iter().find(nameless)
        {
            findings.add(Code::DecisionOutput, node.element, &node.id, name);
        }
    }
    let mut found = findings.sorted();
    if let Err(calls) = model.linked(library) {
        found.extend(calls);
    }
    found
}

/// Checks that every input of a decision is known when its task is reached, in a process with everything that it calls in it. `known` is what
/// is known from the beginning, and what services answer.
#[must_use]
pub fn check_inputs(linked: &Model, library: &Library, known: &BTreeSet<String>) -> Vec<Finding> {
    let mut findings = Findings::default();
    let look = Look {
        model: linked,
        library,
        known,
    };
    for (place, node) in linked.nodes.iter().enumerate() {
        let Some(decision) = library.decision(linked, &node.id) else {
            continue;
        };
        let there = look.before(place);
        for name in decision.input_names().filter(|name| !there.contains(*name)) {
            findings.add(Code::DecisionInput, node.element, &node.id, name);
        }
    }
    findings.sorted()
}

struct Look<'a> {
    model: &'a Model,
    library: &'a Library,
    known: &'a BTreeSet<String>,
}

impl Look<'_> {
    /// What can be known when a node is reached: what any element on a way to it leaves behind. What is only done beside it does not count.
    fn before(&self, place: usize) -> BTreeSet<String> {
        let mut there = BTreeSet::new();
        let mut seen = BTreeSet::from([place]);
        let mut open = vec![place];
        if let Some(node) = self.model.nodes.get(place) {
            there.extend(one_of_several(node));
        }
        while let Some(node) = open.pop().and_then(|place| self.model.nodes.get(place)) {
            let mut earlier: Vec<usize> = node
                .incoming
                .iter()
                .filter_map(|flow| self.model.flows.get(*flow))
                .map(|flow| flow.source)
                .collect();
            if let Kind::Boundary(boundary) = &node.kind {
                earlier.push(boundary.host);
            }
            for place in earlier {
                if seen.insert(place) {
                    open.push(place);
                    there.extend(self.leaves(place));
                }
            }
        }
        there.extend(self.around(place));
        there
    }

    /// What is known where the scope of a node begins.
    fn around(&self, place: usize) -> BTreeSet<String> {
        let Some(scope) = self.model.nodes.get(place).map(|node| node.scope) else {
            return BTreeSet::new();
        };
        let outer = |node: &Node| matches!(node.kind, Kind::Sub { scope: inner } if inner == scope);
        let Some(sub) = self.model.nodes.iter().position(outer) else {
            return self.known.clone();
        };
        let mut there = self.before(sub);
        if let Some(passes) = self
            .model
            .scopes
            .get(scope)
            .and_then(|scope| scope.passes.as_ref())
        {
            there.retain(|name| passes.gives(name));
        }
        there
    }

    /// Which variables a node leaves behind.
    fn leaves(&self, place: usize) -> BTreeSet<String> {
        let Some(node) = self.model.nodes.get(place) else {
            return BTreeSet::new();
        };
        match &node.kind {
            Kind::Step(duty) => duty.result.iter().cloned().collect(),
            Kind::Decision(asks) => match (&asks.result, self.library.decision(self.model, &node.id)) {
                (Some(result), _) => BTreeSet::from([result.clone()]),
                (None, Some(decision)) => decision.output_names().into_iter().map(str::to_owned).collect(),
                (None, None) => BTreeSet::new(),
            },
            Kind::Sub { scope } => match self
                .model
                .scopes
                .get(*scope)
                .and_then(|scope| scope.passes.as_ref())
            {
                Some(passes) => passes.back.iter().cloned().collect(),
                None => self.inside(*scope),
            },
            _ => BTreeSet::new(),
        }
    }

    /// What everything in a sub-process leaves behind. Sub-processes nest, so this comes to an end.
    fn inside(&self, scope: usize) -> BTreeSet<String> {
        let nodes = self.model.nodes.iter().enumerate();
        let nodes = nodes.filter(|(_, node)| node.scope == scope);
        nodes.flat_map(|(place, _)| self.leaves(place)).collect()
    }
}

/// What one of several instances of an activity knows of itself.
fn one_of_several(node: &Node) -> Vec<String> {
    let Some(multi) = &node.multi else {
        return Vec::new();
    };
    let mut names = vec!["loopCounter".to_owned()];
    if let Count::Collection { item: Some(item), .. } = &multi.count {
        names.push(item.clone());
    }
    names
}
