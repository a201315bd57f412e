//! The heart: moves tokens until they rest.

use std::collections::VecDeque;

use super::event::{Closed, Effect, Event};
use super::instance::{Ending, Held, Instance, Scope, State};
use crate::budget::Budget;
use crate::error::WorkflowError;
use crate::language::Variables;
use crate::limits;
use crate::model::{Condition, End, Kind, Model, Node, Throw};

pub(super) struct Machine<'a> {
    pub model: &'a Model,
    pub case: Instance,
    pub budget: &'a mut Budget,
    pub effects: Vec<Effect>,
    queue: VecDeque<Move>,
}

/// What is still to be done before the case rests.
pub(super) enum Move {
    /// A token goes over a flow.
    Take { scope: u64, flow: usize },
    /// A token comes to a node other than by a flow: at the start of a scope, or out of an event.
    Leave { scope: u64, node: usize },
    /// A work that needs nobody is done.
    Done { work: u64 },
}

impl<'a> Machine<'a> {
    pub fn new(model: &'a Model, mut case: Instance, now_ms: u64, budget: &'a mut Budget) -> Self {
        case.at_ms = now_ms;
        Self {
            model,
            case,
            budget,
            effects: Vec::new(),
            queue: VecDeque::new(),
        }
    }

    pub fn apply(&mut self, event: Event) -> Result<(), WorkflowError> {
        let starts = matches!(event, Event::Started { .. });
        if starts != (self.case.history == 0) {
            return Err(WorkflowError::Started);
        }
        self.case.history = self.case.history.saturating_add(1);
        match event {
            Event::Started { message, variables } => self.started(message.as_deref(), variables),
            Event::Completed {
                work,
                actors,
                outcome,
                variables,
            } => self.completed(work, &actors, outcome, variables),
            Event::Message {
                message,
                to,
                variables,
            } => self.message(&message, to, variables),
            Event::TimerFired { timer } => self.timer_fired(timer),
            Event::Error { work, code } => self.failed(work, &code),
            Event::Escalation { work, code } => self.escalates(work, &code),
            Event::Cancelled => {
                self.end(Ending::Cancelled);
                Ok(())
            }
        }
    }

    /// Makes all moves; the case afterwards, and what followed.
    pub fn finish(mut self) -> Result<(Instance, Vec<Effect>), WorkflowError> {
        loop {
            while let Some(next) = self.queue.pop_front() {
                self.budget.take(1)?;
                match next {
                    Move::Take { scope, flow } => self.take(scope, flow)?,
                    // Whatever was on its way in a scope that ended is gone with it.
                    Move::Leave { scope, .. } if !self.case.scopes.contains_key(&scope) => {}
                    Move::Leave { scope, node } => self.leave(scope, node)?,
                    Move::Done { work } => self.done(work, Closed::Completed)?,
                }
            }
            if self.case.ending.is_some() || !(self.fire_inclusive()? || self.close_scope()?) {
                break;
            }
        }
        if self.case.ending.is_none() && self.is_stuck() {
            self.end(Ending::Stuck);
        }
        Ok((self.case, self.effects))
    }

    fn started(&mut self, message: Option<&str>, variables: Variables) -> Result<(), WorkflowError> {
        let model = self.model;
        let root = model.scopes.first().ok_or(WorkflowError::Damaged)?;
        let place = root
            .starts
            .iter()
            .copied()
            .find(|place| {
                let kind = model.nodes.get(*place).map(|node| &node.kind);
                matches!(kind, Some(Kind::Start(of)) if of.as_deref() == message)
            })
            .ok_or_else(|| WorkflowError::NoStart(message.unwrap_or_default().to_owned()))?;
        self.case.scopes.insert(
            0,
            Scope {
                work: None,
                depth: 0,
                locals: Variables::new(),
            },
        );
        self.learn(0, variables)?;
        self.push(Move::Leave {
            scope: 0,
            node: place,
        });
        Ok(())
    }

    pub fn push(&mut self, next: Move) {
        self.queue.push_back(next);
    }

    /// Forgets tokens that are on their way in a scope.
    pub fn drop_moves(&mut self, scope: u64) {
        self.queue.retain(|next| match next {
            Move::Take { scope: of, .. } | Move::Leave { scope: of, .. } => *of != scope,
            Move::Done { .. } => true,
        });
    }

    /// A number that was never given.
    pub fn number(&mut self) -> u64 {
        let number = self.case.next;
        self.case.next = number.saturating_add(1);
        number
    }

    pub fn at(&self, id: &str) -> Result<(usize, &'a Node), WorkflowError> {
        let place = *self.model.places.get(id).ok_or(WorkflowError::Damaged)?;
        Ok((place, self.place(place)?))
    }

    pub fn place(&self, place: usize) -> Result<&'a Node, WorkflowError> {
        let model: &'a Model = self.model;
        model.nodes.get(place).ok_or(WorkflowError::Damaged)
    }

    /// A token arrives at the end of a flow.
    fn take(&mut self, scope: u64, flow: usize) -> Result<(), WorkflowError> {
        // Whatever was on its way in a scope that ended is gone with it.
        if !self.case.scopes.contains_key(&scope) {
            return Ok(());
        }
        let arrived = self.model.flows.get(flow).ok_or(WorkflowError::Damaged)?;
        let node = self.place(arrived.target)?;
        match &node.kind {
            Kind::Parallel if node.incoming.len() > 1 => {
                self.hold(scope, &arrived.id)?;
                self.fire_parallel(scope, node)
            }
            Kind::Inclusive if node.incoming.len() > 1 => self.hold(scope, &arrived.id),
            Kind::End(end) => self.ends(scope, node, end),
            Kind::Throw(throw) => {
                self.throw(scope, node, throw.as_ref())?;
                self.leave(scope, arrived.target)
            }
            Kind::Exclusive | Kind::Parallel | Kind::Inclusive => self.leave(scope, arrived.target),
            _ => self.activity(scope, node),
        }
    }

    /// A token waits before a join.
    fn hold(&mut self, scope: u64, flow: &str) -> Result<(), WorkflowError> {
        let held = &mut self.case.held;
        let place = held
            .iter()
            .position(|held| held.scope == scope && held.flow == flow);
        if let Some(held) = place.and_then(|place| held.get_mut(place)) {
            held.count = held.count.checked_add(1).ok_or(WorkflowError::Limit("tokens"))?;
        } else if held.len() < limits::HELD {
            held.push(Held {
                scope,
                flow: flow.to_owned(),
                count: 1,
            });
        } else {
            return Err(WorkflowError::Limit("tokens"));
        }
        Ok(())
    }

    fn ends(&mut self, scope: u64, node: &Node, end: &End) -> Result<(), WorkflowError> {
        match end {
            End::Plain => Ok(()),
            End::Throw(throw) => self.throw(scope, node, Some(throw)),
            End::Error(code) => self.raise_error(scope, None, code),
            End::Terminate => {
                self.empty(scope)?;
                self.scope_done(scope)
            }
        }
    }

    fn throw(&mut self, scope: u64, node: &Node, throw: Option<&Throw>) -> Result<(), WorkflowError> {
        match throw {
            None => Ok(()),
            Some(Throw::Message(message)) => {
                self.effects.push(Effect::MessageSent {
                    node: node.id.clone(),
                    message: message.clone(),
                });
                Ok(())
            }
            Some(Throw::Escalation(code)) => self.raise_escalation(scope, None, node, code),
        }
    }

    /// Tokens go on from a node.
    pub fn leave(&mut self, scope: u64, place: usize) -> Result<(), WorkflowError> {
        let node = self.place(place)?;
        let flows = match node.kind {
            Kind::Exclusive => self.choose(scope, node, true)?,
            _ => self.choose(scope, node, false)?,
        };
        for flow in flows {
            self.push(Move::Take { scope, flow });
        }
        Ok(())
    }

    /// The flows that are taken: of an exclusive gateway the first whose condition holds, in the order of the document; otherwise all that
    /// have no condition or whose condition holds; the default flow where no condition does.
    fn choose(&mut self, scope: u64, node: &Node, one: bool) -> Result<Vec<usize>, WorkflowError> {
        let model = self.model;
        let mut taken = Vec::new();
        let mut asked = false;
        let mut held = false;
        let sight = self.sight(scope, None);
        for number in node
            .outgoing
            .iter()
            .copied()
            .filter(|flow| Some(*flow) != node.default)
        {
            let flow = model.flows.get(number).ok_or(WorkflowError::Damaged)?;
            if let Some(condition) = &flow.condition {
                asked = true;
                if !self.holds(condition, &flow.id, &sight)? {
                    continue;
                }
                held = true;
            }
            taken.push(number);
            if one {
                break;
            }
        }
        match node.default {
            Some(default) if !held && (!one || taken.is_empty()) => taken.push(default),
            _ if taken.is_empty() && asked => return Err(WorkflowError::NoWay(node.id.clone())),
            _ => {}
        }
        Ok(taken)
    }

    /// Whether a condition holds. One that is neither true nor false decides nothing, and the event is refused: nobody guesses.
    pub fn holds(
        &mut self,
        condition: &Condition,
        element: &str,
        sight: &Variables,
    ) -> Result<bool, WorkflowError> {
        self.budget.take(1)?;
        let value = condition
            .parsed
            .evaluate(sight, self.budget)
            .map_err(|evaluation| evaluation.of(element))?;
        value.as_bool().ok_or_else(|| WorkflowError::Expression {
            element: element.to_owned(),
            reason: "neither true nor false".to_owned(),
        })
    }

    /// Ends one scope in which nothing is left; whether there was one.
    fn close_scope(&mut self) -> Result<bool, WorkflowError> {
        let done = self.case.scopes.keys().rev().copied().find(|scope| {
            !self.case.works.values().any(|work| work.scope == *scope)
                && !self.case.held.iter().any(|held| held.scope == *scope)
        });
        match done {
            Some(scope) => self.scope_done(scope).map(|()| true),
            None => Ok(false),
        }
    }

    /// A scope has come to its end.
    fn scope_done(&mut self, scope: u64) -> Result<(), WorkflowError> {
        let work = self.case.scopes.get(&scope).ok_or(WorkflowError::Damaged)?.work;
        match work {
            Some(work) => {
                self.give_back(scope, work)?;
                self.done(work, Closed::Completed)
            }
            None => {
                self.end(Ending::Completed);
                Ok(())
            }
        }
    }

    /// What a called process gives back becomes known where it was called.
    fn give_back(&mut self, scope: u64, work: u64) -> Result<(), WorkflowError> {
        let Some(passes) = self.case.passes(self.model, scope) else {
            return Ok(());
        };
        let around = self.case.works.get(&work).ok_or(WorkflowError::Damaged)?.scope;
        let mut back = match self.case.scopes.get_mut(&scope) {
            // They are kept once: taken out before they are put in.
            Some(own) => std::mem::take(&mut own.locals),
            None => return Err(WorkflowError::Damaged),
        };
        back.retain(|name, _| passes.back.contains(name));
        self.learn_from(work, around, back)
    }

    /// The whole case is over.
    pub fn end(&mut self, ending: Ending) {
        let works: Vec<u64> = self.case.works.keys().copied().collect();
        for work in works {
            self.close(work, Closed::Cancelled);
        }
        self.queue.clear();
        self.case.scopes.clear();
        self.case.held.clear();
        self.effects.push(Effect::CaseEnded {
            ending: ending.clone(),
        });
        self.case.ending = Some(ending);
    }

    /// Whether nothing can ever happen any more although tokens are left.
    fn is_stuck(&self) -> bool {
        let rests = |state: &State| !matches!(state, State::Sub { .. } | State::Multi { .. });
        self.case.timers.is_empty()
            && self.case.awaited.is_empty()
            && !self.case.works.values().any(|work| rests(&work.state))
    }
}
