//! A process with the processes that it calls: each call becomes a sub-process (子流程) with variables of its own, so that steps, timers, errors
//! and joins of a called process are those of the case, by the same rules.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use yinxin_rules as rules;

use super::{Document, Flow, Kind, Model, Node, Scope};
use crate::finding::{Code, Finding, Findings};
use crate::limits;

/// What stands between the identifier of a call and that of an element of the process that it calls. No identifier has it.
const INSIDE: char = '/';

/// The processes that are called and the decisions that are asked, by key and version, as they were enacted.
#[derive(Clone, Debug, Default)]
pub struct Library {
    processes: BTreeMap<(String, u32), Arc<Document>>,
    decisions: BTreeMap<(String, u32), Arc<rules::Document>>,
    /// Whether there are more than a process may name.
    full: bool,
}

impl Library {
    /// Asks for everything that a process needs, also through others. What is not there is left out, and [`crate::check_links`] tells it.
    ///
    /// # Errors
    /// As whoever is asked.
    pub fn gather<E>(
        model: &Model,
        mut process: impl FnMut(&str, u32) -> Result<Option<Arc<Document>>, E>,
        mut decision: impl FnMut(&str, u32) -> Result<Option<Arc<rules::Document>>, E>,
    ) -> Result<Self, E> {
        let own = |of: (&str, u32)| (of.0.to_owned(), of.1);
        let mut library = Self::default();
        let mut calls: VecDeque<_> = model.calls().map(own).collect();
        let mut asks: BTreeSet<_> = model.decisions().map(own).collect();
        let mut seen = BTreeSet::new();
        while let Some((key, version)) = calls.pop_front() {
            if seen.contains(&(key.clone(), version)) {
                continue;
            }
            if seen.len() >= limits::LINKED {
                library.full = true;
                break;
            }
            seen.insert((key.clone(), version));
            let Some(document) = process(&key, version)? else {
                continue;
            };
            if let Some(called) = document.model(&key) {
                calls.extend(called.calls().map(own));
                asks.extend(called.decisions().map(own));
            }
            library.processes.insert((key, version), document);
        }
        library.full |= asks.len() > limits::LINKED;
        for (key, version) in asks.into_iter().take(limits::LINKED) {
            if let Some(document) = decision(&key, version)? {
                library.decisions.insert((key, version), document);
            }
        }
        Ok(library)
    }

    /// A process.
    pub(crate) fn process(&self, key: &str, version: u32) -> Option<&Model> {
        self.processes.get(&(key.to_owned(), version))?.model(key)
    }

    /// The decision that a business rule task of a process asks.
    #[must_use]
    pub fn decision(&self, model: &Model, task: &str) -> Option<rules::Decision<'_>> {
        let (key, version, id) = model.decision(task)?;
        self.decisions.get(&(key.to_owned(), version))?.decision(id)
    }

    pub(crate) fn is_full(&self) -> bool {
        self.full
    }
}

/// A call that is still to be followed, and the processes around it from outside in.
type Open = (usize, Vec<String>);

impl Model {
    /// The process with everything that it calls in it. An element of a called process has the identifier of the call before its own:
    /// `call/step`.
    ///
    /// # Errors
    /// What cannot be called, by the call on the drawing: a process that is not there or has no plain start, a circle, more than the limits.
    pub fn linked(&self, library: &Library) -> Result<Self, Vec<Finding>> {
        let mut linked = self.clone();
        let mut findings = Findings::default();
        let mut open = VecDeque::new();
        linked.calls_from(0, std::slice::from_ref(&self.key), &mut open);
        while let Some((place, chain)) = open.pop_front() {
            let from = linked.nodes.len();
            match linked.enter(place, &chain, library) {
                Ok(key) => {
                    let chain: Vec<String> = chain.into_iter().chain([key]).collect();
                    linked.calls_from(from, &chain, &mut open);
                }
                Err((code, detail)) => {
                    let id = linked.nodes.get(place).map_or("", |node| node.id.as_str());
                    told(&mut findings, code, id, &detail);
                }
            }
        }
        if let Some(id) = linked.too_deep() {
            told(&mut findings, Code::CallDeep, id, "");
        }
        match findings.sorted() {
            none if none.is_empty() => Ok(linked),
            found => Err(found),
        }
    }

    fn calls_from(&self, from: usize, chain: &[String], open: &mut VecDeque<Open>) {
        let calls = self.nodes.iter().enumerate().skip(from);
        let calls = calls.filter(|(_, node)| matches!(node.kind, Kind::Call { .. }));
        open.extend(calls.map(|(place, _)| (place, chain.to_vec())));
    }

    /// Puts what a call calls into it, and answers its key.
    fn enter(&mut self, place: usize, chain: &[String], library: &Library) -> Result<String, (Code, String)> {
        let node = self.nodes.get(place);
        let Some((
            id,
            Kind::Call {
                process,
                version,
                passes,
            },
        )) = node.map(|node| (node.id.clone(), node.kind.clone()))
        else {
            return Err((Code::CallUnknown, String::new()));
        };
        let name = format!("process/{process} v{version}");
        if chain.contains(&process) {
            return Err((Code::CallCycle, format!("{} → {process}", chain.join(" → "))));
        }
        if chain.len() > limits::CALL_DEPTH {
            return Err((Code::CallDeep, name));
        }
        let called = library
            .process(&process, version)
            .ok_or((Code::CallUnknown, name.clone()))?;
        let root = called.scopes.first().ok_or((Code::CallUnknown, name.clone()))?;
        let plain = |start: &&usize| {
            let kind = called.nodes.get(**start).map(|node| &node.kind);
            matches!(kind, Some(Kind::Start(None)))
        };
        let starts: Vec<usize> = root.starts.iter().filter(plain).copied().collect();
        if starts.is_empty() {
            return Err((Code::CallStart, name));
        }
        let moved = Moved {
            nodes: self.nodes.len(),
            flows: self.flows.len(),
            scopes: self.scopes.len(),
            inside: format!("{id}{INSIDE}"),
        };
        if moved.nodes.saturating_add(called.nodes.len()) > limits::NODES
            || moved.flows.saturating_add(called.flows.len()) > limits::FLOWS
        {
            return Err((Code::TooManyElements, name));
        }
        for (number, scope) in called.scopes.iter().enumerate() {
            let mut scope = moved.scope(scope);
            if number == 0 {
                scope = Scope {
                    id: id.clone(),
                    element: "callActivity",
                    starts: starts.iter().map(|start| moved.node_at(*start)).collect(),
                    start_refused: false,
                    passes: Some(passes.clone()),
                };
            }
            self.scopes.push(scope);
        }
        self.flows
            .extend(called.flows.iter().map(|flow| moved.flow(flow)));
        for node in &called.nodes {
            let node = moved.node(node);
            self.places.insert(node.id.clone(), self.nodes.len());
            self.nodes.push(node);
        }
        if let Some(node) = self.nodes.get_mut(place) {
            node.kind = Kind::Sub { scope: moved.scopes };
        }
        Ok(process)
    }

    /// The element whose inside nests deeper than cases do.
    fn too_deep(&self) -> Option<&str> {
        // What lies in a scope has a greater number than the scope.
        let mut depths: BTreeMap<usize, usize> = BTreeMap::new();
        let mut inner: Vec<(usize, &Node)> = self
            .nodes
            .iter()
            .filter_map(|node| match node.kind {
                Kind::Sub { scope } => Some((scope, node)),
                _ => None,
            })
            .collect();
        inner.sort_by_key(|(scope, _)| *scope);
        for (scope, node) in inner {
            let depth = depths
                .get(&node.scope)
                .map_or(1, |around| around.saturating_add(1));
            if depth > limits::SCOPE_DEPTH {
                return Some(&node.id);
            }
            depths.insert(scope, depth);
        }
        None
    }
}

/// Tells something by the call that stands on the drawing; what lies deeper is told in the detail.
fn told(findings: &mut Findings, code: Code, id: &str, detail: &str) {
    let (drawn, inside) = id.split_once(INSIDE).unwrap_or((id, ""));
    let detail = match (inside, detail) {
        ("", detail) => detail.to_owned(),
        (inside, "") => inside.to_owned(),
        (inside, detail) => format!("{inside}: {detail}"),
    };
    findings.add(code, "callActivity", drawn, detail);
}

/// How far a called process is moved, and what its identifiers begin with.
struct Moved {
    nodes: usize,
    flows: usize,
    scopes: usize,
    inside: String,
}

impl Moved {
    fn node_at(&self, place: usize) -> usize {
        self.nodes.saturating_add(place)
    }

    fn flow_at(&self, place: usize) -> usize {
        self.flows.saturating_add(place)
    }

    fn scope_at(&self, place: usize) -> usize {
        self.scopes.saturating_add(place)
    }

    fn id(&self, id: &str) -> String {
        format!("{}{id}", self.inside)
    }

    fn scope(&self, scope: &Scope) -> Scope {
        Scope {
            id: self.id(&scope.id),
            element: scope.element,
            starts: scope.starts.iter().map(|start| self.node_at(*start)).collect(),
            start_refused: scope.start_refused,
            passes: scope.passes.clone(),
        }
    }

    fn flow(&self, flow: &Flow) -> Flow {
        Flow {
            id: self.id(&flow.id),
            source: self.node_at(flow.source),
            target: self.node_at(flow.target),
            condition: flow.condition.clone(),
        }
    }

    fn node(&self, node: &Node) -> Node {
        let mut kind = node.kind.clone();
        match &mut kind {
            Kind::Boundary(boundary) => boundary.host = self.node_at(boundary.host),
            Kind::Sub { scope } => *scope = self.scope_at(*scope),
            Kind::Step(duty) => {
                for other in &mut duty.not_same_as {
                    *other = self.id(other);
                }
            }
            _ => {}
        }
        let flows = |flows: &[usize]| flows.iter().map(|flow| self.flow_at(*flow)).collect();
        Node {
            id: self.id(&node.id),
            name: node.name.clone(),
            element: node.element,
            scope: self.scope_at(node.scope),
            kind,
            incoming: flows(&node.incoming),
            outgoing: flows(&node.outgoing),
            default: node.default.map(|flow| self.flow_at(flow)),
            multi: node.multi.clone(),
            boundary: node.boundary.iter().map(|place| self.node_at(*place)).collect(),
        }
    }
}
