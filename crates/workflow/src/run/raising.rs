//! Errors and escalations: from where they arise outwards, until something catches them.

use super::event::{Closed, Effect};
use super::instance::{Ending, Instance, State};
use super::machine::Machine;
use crate::error::WorkflowError;
use crate::limits;
use crate::model::{Catches, Kind, Model, Node};

impl Instance {
    /// Whether a boundary event would catch an error of this code from an open work.
    #[must_use]
    pub fn catches(&self, model: &Model, work: u64, code: &str) -> bool {
        let Some(scope) = self.works.get(&work).map(|open| open.scope) else {
            return false;
        };
        let fits = |place: &usize| match model.nodes.get(*place).map(|node| &node.kind) {
            Some(Kind::Boundary(boundary)) => match &boundary.catches {
                Catches::Error(of) => of.as_ref().is_none_or(|of| of == code),
                Catches::Trigger(_) | Catches::Escalation(_) => false,
            },
            _ => false,
        };
        let around = self.carriers(model, scope, Some(work)).unwrap_or_default();
        around.iter().any(|(_, node)| node.boundary.iter().any(fits))
    }

    fn carriers<'a>(
        &self,
        model: &'a Model,
        scope: u64,
        work: Option<u64>,
    ) -> Result<Vec<(u64, &'a Node)>, WorkflowError> {
        let mut carriers = Vec::new();
        let mut next = match work {
            Some(work) => Some(work),
            None => self.scopes.get(&scope).and_then(|scope| scope.work),
        };
        while let Some(number) = next {
            if carriers.len() > limits::SCOPE_DEPTH {
                return Err(WorkflowError::Damaged);
            }
            let open = self.works.get(&number).ok_or(WorkflowError::Damaged)?;
            let node = model.node(&open.node).ok_or(WorkflowError::Damaged)?;
            carriers.push((open.multi.unwrap_or(number), node));
            next = self.scopes.get(&open.scope).and_then(|scope| scope.work);
        }
        Ok(carriers)
    }
}

impl<'a> Machine<'a> {
    /// A work failed.
    pub(super) fn failed(&mut self, work: u64, code: &str) -> Result<(), WorkflowError> {
        let scope = self.raiser(work, code)?;
        self.raise_error(scope, Some(work), code)
    }

    /// A work calls its superiors.
    pub(super) fn escalates(&mut self, work: u64, code: &str) -> Result<(), WorkflowError> {
        let scope = self.raiser(work, code)?;
        let open = self.case.works.get(&work).ok_or(WorkflowError::NoWork(work))?;
        let (_, node) = self.at(&open.node)?;
        self.raise_escalation(scope, Some(work), node, code)
    }

    /// Only what acts can raise something: a step, a service, a decision, a called process.
    fn raiser(&self, work: u64, code: &str) -> Result<u64, WorkflowError> {
        if code.is_empty() || code.len() > limits::ID_BYTES {
            return Err(WorkflowError::Limit("bytes in a code"));
        }
        match self.case.works.get(&work) {
            Some(open) if matches!(open.state, State::Step { .. } | State::Asked) => Ok(open.scope),
            _ => Err(WorkflowError::NoWork(work)),
        }
    }

    /// An error arises in a work, or in a scope as such. What nothing catches fails the case.
    pub(super) fn raise_error(
        &mut self,
        scope: u64,
        work: Option<u64>,
        code: &str,
    ) -> Result<(), WorkflowError> {
        for (carrier, node) in self.carriers(scope, work)? {
            let exact = self.boundary(
                node,
                |catches| matches!(catches, Catches::Error(Some(of)) if of == code),
            )?;
            let any = self.boundary(node, |catches| matches!(catches, Catches::Error(None)))?;
            if let Some(place) = exact.or(any) {
                let around = self.case.works.get(&carrier).ok_or(WorkflowError::Damaged)?.scope;
                self.close(carrier, Closed::Cancelled);
                return self.leave(around, place);
            }
        }
        self.end(Ending::Failed {
            code: code.to_owned(),
        });
        Ok(())
    }

    /// An escalation arises. What nothing catches is told to people; either way, what raised it goes on unless it is interrupted.
    pub(super) fn raise_escalation(
        &mut self,
        scope: u64,
        work: Option<u64>,
        origin: &Node,
        code: &str,
    ) -> Result<(), WorkflowError> {
        for (carrier, node) in self.carriers(scope, work)? {
            let exact = self.boundary(
                node,
                |catches| matches!(catches, Catches::Escalation(Some(of)) if of == code),
            )?;
            let any = self.boundary(node, |catches| matches!(catches, Catches::Escalation(None)))?;
            let Some(place) = exact.or(any) else {
                continue;
            };
            let event = self.place(place)?;
            self.effects.push(Effect::Escalated {
                node: origin.id.clone(),
                code: code.to_owned(),
                caught: Some(event.id.clone()),
            });
            let around = self.case.works.get(&carrier).ok_or(WorkflowError::Damaged)?.scope;
            if matches!(&event.kind, Kind::Boundary(boundary) if boundary.interrupting) {
                self.close(carrier, Closed::Cancelled);
            }
            return self.leave(around, place);
        }
        self.effects.push(Effect::Escalated {
            node: origin.id.clone(),
            code: code.to_owned(),
            caught: None,
        });
        Ok(())
    }

    /// The works around a place, from inside out: the work itself, then the sub-processes. An instance of a multi-instance activity is
    /// stood for by the whole, to which boundary events are attached.
    fn carriers(&self, scope: u64, work: Option<u64>) -> Result<Vec<(u64, &'a Node)>, WorkflowError> {
        self.case.carriers(self.model, scope, work)
    }

    /// The boundary event of a node that catches something.
    fn boundary(
        &self,
        node: &Node,
        catches: impl Fn(&Catches) -> bool,
    ) -> Result<Option<usize>, WorkflowError> {
        for place in &node.boundary {
            if matches!(&self.place(*place)?.kind, Kind::Boundary(boundary) if catches(&boundary.catches)) {
                return Ok(Some(*place));
            }
        }
        Ok(None)
    }
}
