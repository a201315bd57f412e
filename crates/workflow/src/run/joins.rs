//! Joins: parallel ones wait for every flow, inclusive ones for every token that can still come.

use std::collections::BTreeSet;

use super::machine::Machine;
use crate::error::WorkflowError;
use crate::model::{Kind, Model, Node};

impl Machine<'_> {
    /// Fires a parallel join if every incoming flow holds a token.
    pub(super) fn fire_parallel(&mut self, scope: u64, node: &Node) -> Result<(), WorkflowError> {
        self.budget
            .take(u64::try_from(node.incoming.len()).unwrap_or(u64::MAX))?;
        if node.incoming.iter().all(|flow| self.is_held(scope, *flow)) {
            let (place, _) = self.at(&node.id)?;
            self.release(scope, &node.incoming)?;
            self.leave(scope, place)?;
        }
        Ok(())
    }

    /// Fires one inclusive join for which no token can come any more; whether there was one (BPMN 2.0.2, 13.4.3).
    pub(super) fn fire_inclusive(&mut self) -> Result<bool, WorkflowError> {
        let model = self.model;
        let mut looked = BTreeSet::new();
        let held: Vec<(u64, usize)> = self
            .case
            .held
            .iter()
            .filter_map(|held| {
                let flow = model.flows.iter().find(|flow| flow.id == held.flow)?;
                Some((held.scope, flow.target))
            })
            .collect();
        for (scope, place) in held {
            let node = self.place(place)?;
            if !matches!(node.kind, Kind::Inclusive) || !looked.insert((scope, place)) {
                continue;
            }
            self.budget
                .take(u64::try_from(model.flows.len()).unwrap_or(u64::MAX))?;
            let filled: Vec<usize> = node
                .incoming
                .iter()
                .copied()
                .filter(|flow| self.is_held(scope, *flow))
                .collect();
            let tokens = self.token_places(scope, place);
            if inclusive_ready(model, place, &filled, &tokens) {
                self.release(scope, &filled)?;
                self.leave(scope, place)?;
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The nodes of a scope in which, or before which, tokens are; those before the join itself excepted.
    fn token_places(&self, scope: u64, join: usize) -> BTreeSet<usize> {
        let works = self
            .case
            .works
            .values()
            .filter(|work| work.scope == scope)
            .filter_map(|work| self.model.places.get(&work.node).copied());
        let held = self
            .case
            .held
            .iter()
            .filter(|held| held.scope == scope)
            .filter_map(|held| self.model.flows.iter().find(|flow| flow.id == held.flow))
            .map(|flow| flow.target);
        works.chain(held).filter(|place| *place != join).collect()
    }

    fn is_held(&self, scope: u64, flow: usize) -> bool {
        self.model.flows.get(flow).is_some_and(|flow| {
            self.case
                .held
                .iter()
                .any(|held| held.scope == scope && held.flow == flow.id)
        })
    }

    /// Takes one token from each of these flows.
    fn release(&mut self, scope: u64, flows: &[usize]) -> Result<(), WorkflowError> {
        for flow in flows {
            let id = &self.model.flows.get(*flow).ok_or(WorkflowError::Damaged)?.id;
            if let Some(held) = self
                .case
                .held
                .iter_mut()
                .find(|held| held.scope == scope && held.flow == *id)
            {
                held.count = held.count.saturating_sub(1);
            }
        }
        self.case.held.retain(|held| held.count > 0);
        Ok(())
    }
}

/// Whether an inclusive join may fire: no token can come to an empty incoming flow, unless it can come to a filled one as well; ways through
/// the join itself do not count.
pub(crate) fn inclusive_ready(
    model: &Model,
    join: usize,
    filled: &[usize],
    tokens: &BTreeSet<usize>,
) -> bool {
    let Some(node) = model.nodes.get(join).filter(|_| !filled.is_empty()) else {
        return false;
    };
    let empty: Vec<usize> = node
        .incoming
        .iter()
        .copied()
        .filter(|flow| !filled.contains(flow))
        .collect();
    let to_filled = before(model, join, filled);
    let to_empty = before(model, join, &empty);
    !tokens
        .iter()
        .any(|token| to_empty.contains(token) && !to_filled.contains(token))
}

/// The nodes from which a token can come to one of these flows without passing the join.
fn before(model: &Model, join: usize, flows: &[usize]) -> BTreeSet<usize> {
    let mut found = BTreeSet::new();
    let mut open: Vec<usize> = flows
        .iter()
        .filter_map(|flow| model.flows.get(*flow))
        .map(|flow| flow.source)
        .collect();
    while let Some(place) = open.pop() {
        if place == join || !found.insert(place) {
            continue;
        }
        let Some(node) = model.nodes.get(place) else {
            continue;
        };
        open.extend(
            node.incoming
                .iter()
                .filter_map(|flow| model.flows.get(*flow))
                .map(|flow| flow.source),
        );
        if let Kind::Boundary(boundary) = &node.kind {
            open.push(boundary.host);
        }
    }
    found
}
