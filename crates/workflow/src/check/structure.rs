//! The drawing as a graph: is everything on a way from a start to an end, do choices have a way out, does every loop wait somewhere.

use std::collections::BTreeSet;

use crate::finding::{Code, Findings};
use crate::model::{Kind, Model, Node};

/// Adds findings; whether every node is on a way from a start to an end.
pub(super) fn check(model: &Model, findings: &mut Findings) -> bool {
    let connected = reach(model, findings);
    choices(model, findings);
    loops(model, findings);
    for node in &model.nodes {
        let ends = node.outgoing.is_empty() && !matches!(node.kind, Kind::End(_));
        if ends {
            findings.add(Code::PathEnds, node.element, &node.id, "");
        }
    }
    connected
}

/// The nodes to which a token can go from one: over flows, and to the boundary events attached to it.
fn after<'a>(model: &'a Model, node: &'a Node) -> impl Iterator<Item = usize> + 'a {
    node.outgoing
        .iter()
        .filter_map(|flow| model.flows.get(*flow))
        .map(|flow| flow.target)
        .chain(node.boundary.iter().copied())
}

fn reach(model: &Model, findings: &mut Findings) -> bool {
    let mut forward = BTreeSet::new();
    let mut open: Vec<usize> = model
        .scopes
        .iter()
        .flat_map(|scope| &scope.starts)
        .copied()
        .collect();
    while let Some(place) = open.pop() {
        if forward.insert(place)
            && let Some(node) = model.nodes.get(place)
        {
            open.extend(after(model, node));
        }
    }
    let mut backward = BTreeSet::new();
    let last = |node: &Node| node.outgoing.is_empty();
    let mut open: Vec<usize> = (0..)
        .zip(&model.nodes)
        .filter(|(_, node)| last(node))
        .map(|(place, _)| place)
        .collect();
    while let Some(place) = open.pop() {
        if backward.insert(place)
            && let Some(node) = model.nodes.get(place)
        {
            let sources = node.incoming.iter().filter_map(|flow| model.flows.get(*flow));
            open.extend(sources.map(|flow| flow.source));
            if let Kind::Boundary(boundary) = &node.kind {
                open.push(boundary.host);
            }
        }
    }
    let mut connected = true;
    for (place, node) in (0..).zip(&model.nodes) {
        if !forward.contains(&place) {
            findings.add(Code::Unreachable, node.element, &node.id, "");
            connected = false;
        } else if !backward.contains(&place) {
            findings.add(Code::NoEnd, node.element, &node.id, "");
            connected = false;
        }
    }
    connected
}

fn choices(model: &Model, findings: &mut Findings) {
    for node in &model.nodes {
        let gateway = matches!(node.kind, Kind::Exclusive | Kind::Inclusive);
        let bare: Vec<usize> = node
            .outgoing
            .iter()
            .copied()
            .filter(|flow| Some(*flow) != node.default)
            .filter(|flow| {
                model
                    .flows
                    .get(*flow)
                    .is_some_and(|flow| flow.condition.is_none())
            })
            .collect();
        let conditions = node
            .outgoing
            .iter()
            .filter(|flow| {
                model
                    .flows
                    .get(**flow)
                    .is_some_and(|flow| flow.condition.is_some())
            })
            .count();
        if gateway && node.outgoing.len() > 1 {
            for flow in &bare {
                if let Some(flow) = model.flows.get(*flow) {
                    findings.add(Code::ConditionMissing, "sequenceFlow", &flow.id, node.id.as_str());
                }
            }
        }
        // Of an activity with conditions, a flow without one is always taken, so there is a way.
        let way = node.default.is_some() || !bare.is_empty();
        if conditions > 0 && !way {
            findings.add(Code::DefaultMissing, node.element, &node.id, "");
        }
    }
}

/// Whether a token rests at a node, or in its inside on every way through it.
fn rests(model: &Model, node: &Node) -> bool {
    match node.kind {
        // An inside in which something waits is taken to wait; one in which nothing does is a part of the loop.
        Kind::Sub { scope } => model
            .nodes
            .iter()
            .any(|inner| inner.scope == scope && rests(model, inner)),
        _ => node.waits(),
    }
}

/// Finds loops in which nothing waits: a token would run in them until the budget is used up.
fn loops(model: &Model, findings: &mut Findings) {
    for (start, node) in (0..).zip(&model.nodes) {
        if rests(model, node) {
            continue;
        }
        let mut seen = BTreeSet::new();
        let mut open: Vec<usize> = after(model, node).collect();
        while let Some(place) = open.pop() {
            let Some(next) = model.nodes.get(place).filter(|next| !rests(model, next)) else {
                continue;
            };
            if place == start {
                findings.add(Code::Endless, node.element, &node.id, "");
                break;
            }
            if seen.insert(place) {
                open.extend(after(model, next));
            }
        }
    }
}
