//! Activities: opened, done, cancelled; once or several times.

use serde_json::Value;

use super::event::{Closed, Effect};
use super::instance::{Awaited, Scope, State, Timer, Work};
use super::machine::{Machine, Move};
use super::variables::fits;
use crate::error::WorkflowError;
use crate::language::Variables;
use crate::limits;
use crate::model::{AtExpiry, Catches, Count, Duty, Kind, Multi, Node, Trigger};
use crate::period::Period;

impl Machine<'_> {
    /// A token comes to a node where it may rest.
    pub(super) fn activity(&mut self, scope: u64, node: &Node) -> Result<(), WorkflowError> {
        let work = match &node.multi {
            Some(multi) => self.open_multi(scope, node, multi)?,
            None => Some(self.open(scope, node, None, Variables::new())?),
        };
        let Some(work) = work else {
            return Ok(());
        };
        for place in &node.boundary {
            let event = self.place(*place)?;
            if let Kind::Boundary(boundary) = &event.kind
                && let Catches::Trigger(trigger) = &boundary.catches
            {
                self.watch(work, event, trigger);
            }
        }
        Ok(())
    }

    /// Opens one work.
    fn open(
        &mut self,
        scope: u64,
        node: &Node,
        multi: Option<u64>,
        locals: Variables,
    ) -> Result<u64, WorkflowError> {
        let work = self.number();
        let state = match &node.kind {
            Kind::Step(_) => State::Step { overdue: false },
            Kind::Service { .. } | Kind::Decision(_) | Kind::Call { .. } => State::Asked,
            Kind::Receive { .. } | Kind::Catch(_) | Kind::EventBased => State::Waiting,
            Kind::Send { .. } => State::Sending,
            Kind::Sub { .. } => State::Sub { scope: self.number() },
            _ => return Err(WorkflowError::Damaged),
        };
        let inner = match state {
            State::Sub { scope } => Some(scope),
            _ => None,
        };
        self.insert(work, scope, node, multi, state, locals.clone())?;
        let id = node.id.clone();
        match &node.kind {
            Kind::Step(duty) => {
                self.effects.push(Effect::StepOpened { work, node: id });
                if let Some(deadline) = duty.deadline {
                    self.set_timer(work, node, deadline.period);
                }
            }
            Kind::Service { operation } => self.effects.push(Effect::ServiceCalled {
                work,
                node: id,
                operation: operation.clone(),
            }),
            Kind::Decision(asks) => self.effects.push(Effect::DecisionAsked {
                work,
                node: id,
                decision: asks.decision.clone(),
                version: asks.version,
            }),
            Kind::Call { process, version, .. } => self.effects.push(Effect::ProcessCalled {
                work,
                node: id,
                process: process.clone(),
                version: *version,
            }),
            Kind::Send { message } => {
                self.effects.push(Effect::MessageSent {
                    node: id,
                    message: message.clone(),
                });
                self.push(Move::Done { work });
            }
            Kind::Receive { message } => self.wait_for(work, node, message),
            Kind::Catch(trigger) => self.watch(work, node, trigger),
            Kind::EventBased => self.open_event_gateway(work, node)?,
            Kind::Sub { scope: of } => self.open_scope(scope, work, inner, *of, locals)?,
            _ => {}
        }
        Ok(work)
    }

    fn insert(
        &mut self,
        work: u64,
        scope: u64,
        node: &Node,
        multi: Option<u64>,
        state: State,
        locals: Variables,
    ) -> Result<(), WorkflowError> {
        if self.case.works.len() >= limits::WORKS {
            return Err(WorkflowError::Limit("open works"));
        }
        self.case.works.insert(
            work,
            Work {
                scope,
                node: node.id.clone(),
                multi,
                opened_ms: self.case.at_ms,
                state,
                locals,
            },
        );
        Ok(())
    }

    fn open_scope(
        &mut self,
        around: u64,
        work: u64,
        inner: Option<u64>,
        of: usize,
        locals: Variables,
    ) -> Result<(), WorkflowError> {
        let number = inner.ok_or(WorkflowError::Damaged)?;
        let depth = self.case.scopes.get(&around).map_or(0, |scope| scope.depth);
        let start = self
            .model
            .scopes
            .get(of)
            .and_then(|scope| scope.starts.first())
            .copied()
            .ok_or(WorkflowError::Damaged)?;
        let passes = self.model.scopes.get(of).and_then(|scope| scope.passes.as_ref());
        let locals = match passes {
            // A copy: what a called process makes of it is its own until it gives it back.
            Some(passes) => {
                let mut given = self.sight(around, Some(work));
                given.retain(|name, _| passes.gives(name));
                given
            }
            None => locals,
        };
        self.case.scopes.insert(
            number,
            Scope {
                work: Some(work),
                depth: depth.saturating_add(1),
                locals,
            },
        );
        if passes.is_some() {
            self.bounded()?;
        }
        self.push(Move::Leave {
            scope: number,
            node: start,
        });
        Ok(())
    }

    fn open_event_gateway(&mut self, work: u64, node: &Node) -> Result<(), WorkflowError> {
        for flow in &node.outgoing {
            let target = self.model.flows.get(*flow).ok_or(WorkflowError::Damaged)?.target;
            let event = self.place(target)?;
            match &event.kind {
                Kind::Catch(trigger) => self.watch(work, event, trigger),
                Kind::Receive { message } => self.wait_for(work, event, message),
                _ => return Err(WorkflowError::Damaged),
            }
        }
        Ok(())
    }

    fn watch(&mut self, work: u64, event: &Node, trigger: &Trigger) {
        match trigger {
            Trigger::Timer(period) => self.set_timer(work, event, *period),
            Trigger::Message(message) => self.wait_for(work, event, message),
        }
    }

    fn set_timer(&mut self, work: u64, node: &Node, due: Period) {
        let timer = self.number();
        self.case.timers.insert(
            timer,
            Timer {
                work,
                node: node.id.clone(),
                due,
            },
        );
        self.effects.push(Effect::TimerSet {
            timer,
            node: node.id.clone(),
            due,
        });
    }

    fn wait_for(&mut self, work: u64, node: &Node, message: &str) {
        let number = self.number();
        self.case.awaited.insert(
            number,
            Awaited {
                work,
                node: node.id.clone(),
                message: message.to_owned(),
            },
        );
    }

    /// Opens an activity that is done several times; `None` if that is no time at all.
    fn open_multi(&mut self, scope: u64, node: &Node, multi: &Multi) -> Result<Option<u64>, WorkflowError> {
        let sight = self.sight(scope, None);
        let (Count::Cardinality(expression) | Count::Collection { list: expression, .. }) = &multi.count;
        self.budget.take(1)?;
        let value = expression
            .parsed
            .evaluate(&sight, self.budget)
            .map_err(|evaluation| evaluation.of(&node.id))?;
        let wrong = |reason: &str| WorkflowError::Expression {
            element: node.id.clone(),
            reason: reason.to_owned(),
        };
        let (count, items) = match (&multi.count, value) {
            (Count::Cardinality(_), value) => (
                value.as_u64().ok_or_else(|| wrong("no whole number"))?,
                Vec::new(),
            ),
            (Count::Collection { .. }, Value::Array(items)) => {
                if !items.iter().all(|item| fits(item, limits::VARIABLE_DEPTH)) {
                    return Err(wrong("an element cannot be kept"));
                }
                (u64::try_from(items.len()).unwrap_or(u64::MAX), items)
            }
            (Count::Collection { .. }, _) => return Err(wrong("no list")),
        };
        if usize::try_from(count).map_or(true, |count| count > limits::MULTI) {
            return Err(WorkflowError::Limit("instances of one activity"));
        }
        if count == 0 {
            let (place, _) = self.at(&node.id)?;
            self.leave(scope, place)?;
            return Ok(None);
        }
        let work = self.number();
        let state = State::Multi {
            count,
            started: 0,
            done: 0,
            items,
        };
        self.insert(work, scope, node, None, state, Variables::new())?;
        let first = if multi.sequential { 1 } else { count };
        for _ in 0..first {
            self.open_one_of(work, node, multi)?;
        }
        Ok(Some(work))
    }

    /// Opens the next instance of a multi-instance activity.
    fn open_one_of(&mut self, of: u64, node: &Node, multi: &Multi) -> Result<(), WorkflowError> {
        self.budget.take(1)?;
        let parent = self.case.works.get_mut(&of).ok_or(WorkflowError::Damaged)?;
        let scope = parent.scope;
        let State::Multi { started, items, .. } = &mut parent.state else {
            return Err(WorkflowError::Damaged);
        };
        let mut locals = Variables::new();
        if let Count::Collection { item: Some(item), .. } = &multi.count {
            let value = usize::try_from(*started).ok().and_then(|place| items.get(place));
            locals.insert(item.clone(), value.cloned().unwrap_or(Value::Null));
        }
        *started = started.saturating_add(1);
        locals.insert("loopCounter".to_owned(), Value::from(*started));
        self.open(scope, node, Some(of), locals)?;
        Ok(())
    }

    /// A person, a service, a decision or a called process has done what it was asked.
    pub(super) fn completed(
        &mut self,
        work: u64,
        actors: &[String],
        outcome: Option<String>,
        variables: Variables,
    ) -> Result<(), WorkflowError> {
        let open = self.case.works.get(&work).ok_or(WorkflowError::NoWork(work))?;
        let scope = open.scope;
        let (_, node) = self.at(&open.node)?;
        match (&open.state, &node.kind) {
            (State::Step { .. }, Kind::Step(duty)) => {
                self.acts(&node.id, duty, actors)?;
                self.outcome(scope, &node.id, duty, outcome)?;
            }
            (State::Asked, _) if actors.is_empty() && outcome.is_none() => {}
            (State::Asked, _) => return Err(WorkflowError::Outcome(node.id.clone())),
            _ => return Err(WorkflowError::NoWork(work)),
        }
        self.learn_from(work, scope, variables)?;
        self.done(work, Closed::Completed)
    }

    /// What a work that is one of several learns about its own variables dies with it.
    pub(super) fn learn_from(
        &mut self,
        work: u64,
        scope: u64,
        mut variables: Variables,
    ) -> Result<(), WorkflowError> {
        if let Some(work) = self.case.works.get(&work) {
            variables.retain(|name, _| !work.locals.contains_key(name));
        }
        self.learn(scope, variables)
    }

    fn acts(&mut self, step: &str, duty: &Duty, actors: &[String]) -> Result<(), WorkflowError> {
        let mut different: Vec<&String> = actors.iter().collect();
        different.sort();
        different.dedup();
        let needed = if duty.two_officers { 2 } else { 1 };
        if different.len() < needed || different.len() < actors.len() {
            return Err(WorkflowError::Officers(step.to_owned()));
        }
        // The rule holds in whichever order the two steps are done.
        let others = self.model.nodes.iter().filter_map(|node| match &node.kind {
            Kind::Step(of)
                if duty.not_same_as.contains(&node.id) || of.not_same_as.iter().any(|id| id == step) =>
            {
                Some(&node.id)
            }
            _ => None,
        });
        for earlier in others {
            let acted = self.case.acted.get(earlier);
            if actors
                .iter()
                .any(|actor| acted.is_some_and(|acted| acted.contains(actor)))
            {
                return Err(WorkflowError::SamePerson {
                    step: step.to_owned(),
                    earlier: earlier.clone(),
                });
            }
        }
        let acted = self.case.acted.entry(step.to_owned()).or_default();
        acted.extend(actors.iter().cloned());
        let short = actors.iter().all(|actor| actor.len() <= limits::VALUE_BYTES);
        if acted.len() > limits::ACTORS || !short {
            return Err(WorkflowError::Limit("actors of one step"));
        }
        Ok(())
    }

    fn outcome(
        &mut self,
        scope: u64,
        step: &str,
        duty: &Duty,
        outcome: Option<String>,
    ) -> Result<(), WorkflowError> {
        let known = match &outcome {
            None => duty.outcomes.is_empty(),
            Some(outcome) => duty.outcomes.contains(outcome),
        };
        if !known {
            return Err(WorkflowError::Outcome(step.to_owned()));
        }
        match (&duty.result, outcome) {
            (Some(result), Some(outcome)) => {
                self.learn(scope, Variables::from([(result.clone(), Value::from(outcome))]))
            }
            _ => Ok(()),
        }
    }

    /// A work is done: its token goes on, or the multi-instance counts it.
    pub(super) fn done(&mut self, work: u64, how: Closed) -> Result<(), WorkflowError> {
        // It may have been cancelled while it was on its way.
        let Some(open) = self.case.works.get(&work) else {
            return Ok(());
        };
        let (scope, multi) = (open.scope, open.multi);
        let (place, node) = self.at(&open.node)?;
        self.close(work, how);
        match multi {
            Some(of) => self.one_done(of, node),
            None => self.leave(scope, place),
        }
    }

    /// One instance of a multi-instance activity is done.
    fn one_done(&mut self, of: u64, node: &Node) -> Result<(), WorkflowError> {
        let multi = node.multi.as_ref().ok_or(WorkflowError::Damaged)?;
        let parent = self.case.works.get_mut(&of).ok_or(WorkflowError::Damaged)?;
        let scope = parent.scope;
        let State::Multi {
            count, started, done, ..
        } = &mut parent.state
        else {
            return Err(WorkflowError::Damaged);
        };
        *done = done.saturating_add(1);
        let (count, started, done) = (*count, *started, *done);
        let mut complete = done >= count;
        if let (false, Some(condition)) = (complete, &multi.completion) {
            let mut sight = self.sight(scope, None);
            for (name, value) in [
                ("numberOfInstances", count),
                ("numberOfActiveInstances", started.saturating_sub(done)),
                ("numberOfCompletedInstances", done),
                ("numberOfTerminatedInstances", 0),
            ] {
                sight.insert(name.to_owned(), Value::from(value));
            }
            complete = self.holds(condition, &node.id, &sight)?;
        }
        if complete {
            self.done(of, Closed::Completed)
        } else if started < count && multi.sequential {
            self.open_one_of(of, node, multi)
        } else {
            Ok(())
        }
    }

    /// Removes a work with all that hangs on it: timers, waits, a sub-process's inside, the instances of a multi-instance.
    pub(super) fn close(&mut self, work: u64, how: Closed) {
        let Some(closed) = self.case.works.remove(&work) else {
            return;
        };
        let timers: Vec<u64> = self
            .case
            .timers
            .iter()
            .filter(|(_, timer)| timer.work == work)
            .map(|(number, _)| *number)
            .collect();
        for timer in timers {
            self.case.timers.remove(&timer);
            self.effects.push(Effect::TimerCancelled { timer });
        }
        self.case.awaited.retain(|_, awaited| awaited.work != work);
        match closed.state {
            State::Step { .. } | State::Asked => self.effects.push(Effect::WorkClosed {
                work,
                node: closed.node,
                how,
            }),
            State::Sub { scope } => {
                self.empty_scope(scope);
                self.case.scopes.remove(&scope);
            }
            State::Multi { .. } => {
                let instances: Vec<u64> = self
                    .case
                    .works
                    .iter()
                    .filter(|(_, instance)| instance.multi == Some(work))
                    .map(|(number, _)| *number)
                    .collect();
                for instance in instances {
                    self.close(instance, Closed::Cancelled);
                }
            }
            State::Waiting | State::Sending => {}
        }
    }

    /// Takes every token out of a scope.
    fn empty_scope(&mut self, scope: u64) {
        let works: Vec<u64> = self
            .case
            .works
            .iter()
            .filter(|(_, work)| work.scope == scope)
            .map(|(number, _)| *number)
            .collect();
        for work in works {
            self.close(work, Closed::Cancelled);
        }
        self.case.held.retain(|held| held.scope != scope);
    }

    /// Takes every token out of a scope that ends by a terminate event, also those on their way.
    pub(super) fn empty(&mut self, scope: u64) -> Result<(), WorkflowError> {
        self.empty_scope(scope);
        self.drop_moves(scope);
        Ok(())
    }

    /// A message arrives.
    pub(super) fn message(
        &mut self,
        message: &str,
        to: Option<u64>,
        variables: Variables,
    ) -> Result<(), WorkflowError> {
        let nobody = || WorkflowError::NobodyWaits(message.to_owned());
        let (number, awaited) = self
            .case
            .awaited
            .iter()
            .find(|(number, awaited)| awaited.message == message && to.is_none_or(|to| to == **number))
            .ok_or_else(nobody)?;
        let (number, work, node) = (*number, awaited.work, awaited.node.clone());
        let scope = self.case.works.get(&work).ok_or(WorkflowError::Damaged)?.scope;
        self.learn_from(work, scope, variables)?;
        self.triggered(work, &node, Some(number))
    }

    /// A timer has run out.
    pub(super) fn timer_fired(&mut self, timer: u64) -> Result<(), WorkflowError> {
        let fired = self
            .case
            .timers
            .remove(&timer)
            .ok_or(WorkflowError::NoTimer(timer))?;
        let open = self
            .case
            .works
            .get_mut(&fired.work)
            .ok_or(WorkflowError::Damaged)?;
        let own = open.node == fired.node;
        if let (true, State::Step { overdue }) = (own, &mut open.state) {
            *overdue = true;
            return self.overdue(fired.work);
        }
        self.triggered(fired.work, &fired.node, None)
    }

    /// The deadline of a step has passed: what the law says of silence.
    fn overdue(&mut self, work: u64) -> Result<(), WorkflowError> {
        let open = self.case.works.get(&work).ok_or(WorkflowError::Damaged)?;
        let scope = open.scope;
        let (_, node) = self.at(&open.node)?;
        let Kind::Step(duty) = &node.kind else {
            return Err(WorkflowError::Damaged);
        };
        let at_expiry = duty
            .deadline
            .map_or(AtExpiry::Escalate, |deadline| deadline.at_expiry);
        match at_expiry.outcome() {
            None => self.raise_escalation(scope, Some(work), node, "deadline"),
            Some(outcome) => {
                if let Some(result) = &duty.result {
                    self.learn(scope, Variables::from([(result.clone(), Value::from(outcome))]))?;
                }
                self.done(work, Closed::Lapsed)
            }
        }
    }

    /// What a work was waiting for has happened at a node: at itself, behind its event-based gateway, or at its boundary.
    fn triggered(&mut self, work: u64, id: &str, awaited: Option<u64>) -> Result<(), WorkflowError> {
        let open = self.case.works.get(&work).ok_or(WorkflowError::Damaged)?;
        let scope = open.scope;
        let own = open.node == id;
        let (place, node) = self.at(id)?;
        match &node.kind {
            _ if own => self.done(work, Closed::Completed),
            Kind::Boundary(boundary) => {
                if boundary.interrupting {
                    self.close(work, Closed::Cancelled);
                }
                self.leave(scope, place)
            }
            _ => {
                // Behind an event-based gateway the first event decides, and the others are no longer waited for.
                if let Some(number) = awaited {
                    self.case.awaited.remove(&number);
                }
                self.close(work, Closed::Cancelled);
                self.leave(scope, place)
            }
        }
    }
}
