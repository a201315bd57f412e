//! Variables: who sees which, and how much of them a case keeps.

use serde_json::Value;

use super::instance::Instance;
use super::machine::Machine;
use crate::error::WorkflowError;
use crate::language::Variables;
use crate::limits;
use crate::model::{Kind, Model, Passes, is_variable};

impl Instance {
    /// What an open work sees: what conditions behind it would read, and what is its own.
    #[must_use]
    pub fn seen_by(&self, model: &Model, work: u64) -> Option<Variables> {
        let scope = self.works.get(&work)?.scope;
        Some(self.sight(model, scope, Some(work)))
    }

    fn sight(&self, model: &Model, scope: u64, work: Option<u64>) -> Variables {
        let mut layers = Vec::new();
        let mut next = Some(scope);
        let mut called = false;
        // Scopes nest less deep than this; a damaged case must not turn in a circle.
        for _ in 0..=limits::SCOPE_DEPTH {
            let Some(around) = next.and_then(|number| self.scopes.get(&number)) else {
                break;
            };
            layers.push(&around.locals);
            // A called process sees what it was given, and nothing around it.
            called = next.is_some_and(|number| self.passes(model, number).is_some());
            if called {
                break;
            }
            next = around
                .work
                .and_then(|number| self.works.get(&number))
                .map(|work| work.scope);
        }
        let mut sight = match called {
            true => Variables::new(),
            false => self.variables.clone(),
        };
        for layer in layers.into_iter().rev() {
            sight.extend(layer.clone());
        }
        if let Some(work) = work.and_then(|number| self.works.get(&number)) {
            sight.extend(work.locals.clone());
        }
        sight
    }

    /// What goes into a scope and comes out of it, where it is that of a called process.
    pub(super) fn passes<'a>(&self, model: &'a Model, scope: u64) -> Option<&'a Passes> {
        let work = self.works.get(&self.scopes.get(&scope)?.work?)?;
        match model.node(&work.node)?.kind {
            Kind::Sub { scope } => model.scopes.get(scope)?.passes.as_ref(),
            _ => None,
        }
    }

    /// How many variables there are and how many bytes they take, those of called processes included.
    fn kept(&self, model: &Model) -> (usize, usize) {
        let called = self
            .scopes
            .iter()
            .filter(|(number, _)| self.passes(model, **number).is_some());
        let all = called.map(|(_, scope)| &scope.locals).chain([&self.variables]);
        all.fold((0, 0), |(count, bytes), variables| {
            let more = serde_json::to_vec(variables).map_or(usize::MAX, |text| text.len());
            (count.saturating_add(variables.len()), bytes.saturating_add(more))
        })
    }
}

/// The largest whole number that canonical JSON writes, 2^53 - 1.
const INTEGER_MAX: u64 = 9_007_199_254_740_991;

impl Machine<'_> {
    /// What a work sees: the case's variables, overlaid by those of the scopes around it from outside in, then by its own.
    pub(super) fn sight(&self, scope: u64, work: Option<u64>) -> Variables {
        self.case.sight(self.model, scope, work)
    }

    /// Takes over what an event says: into the innermost scope that has the name, else into the case.
    pub(super) fn learn(&mut self, scope: u64, variables: Variables) -> Result<(), WorkflowError> {
        for (name, value) in variables {
            if !is_variable(&name) || !fits(&value, limits::VARIABLE_DEPTH) {
                return Err(WorkflowError::Variable(name));
            }
            let owner = self.owner(scope, &name);
            let layer = match owner {
                Some(number) => self.case.scopes.get_mut(&number).map(|scope| &mut scope.locals),
                None => None,
            };
            layer.unwrap_or(&mut self.case.variables).insert(name, value);
        }
        self.bounded()?;
        self.budget.take(1)
    }

    /// That the case does not keep more variables than it may.
    pub(super) fn bounded(&self) -> Result<(), WorkflowError> {
        let (count, bytes) = self.case.kept(self.model);
        if count > limits::VARIABLES || bytes > limits::VARIABLE_BYTES {
            return Err(WorkflowError::Limit("variables"));
        }
        Ok(())
    }

    fn owner(&self, scope: u64, name: &str) -> Option<u64> {
        let mut next = Some(scope);
        for _ in 0..=limits::SCOPE_DEPTH {
            let number = next?;
            let around = self.case.scopes.get(&number)?;
            if around.locals.contains_key(name) || self.case.passes(self.model, number).is_some() {
                return Some(number);
            }
            next = Some(self.case.works.get(&around.work?)?.scope);
        }
        None
    }
}

/// Whether canonical JSON can write the value: whole numbers only, plain names, bounded nesting.
pub(super) fn fits(value: &Value, depth: usize) -> bool {
    let Some(inner) = depth.checked_sub(1) else {
        return false;
    };
    match value {
        Value::Null | Value::Bool(_) | Value::String(_) => true,
        Value::Number(number) => {
            let size = number.as_u64().or_else(|| number.as_i64().map(i64::unsigned_abs));
            size.is_some_and(|size| size <= INTEGER_MAX)
        }
        Value::Array(items) => items.iter().all(|item| fits(item, inner)),
        Value::Object(members) => members
            .iter()
            .all(|(name, value)| is_variable(name) && fits(value, inner)),
    }
}
