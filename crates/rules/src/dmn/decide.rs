//! Answering a decision from facts.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::Value as Json;

use super::{Document, Item, ItemKind};
use crate::budget::{Budget, Hit};
use crate::error::{NullReason, RuleError};
use crate::eval::Evaluation;
use crate::feel::{Function, Kind, Node, Type};
use crate::value::{Context, Value};

/// A decision, or a decision service, of a document.
#[derive(Clone, Copy, Debug)]
pub struct Decision<'a> {
    pub(super) document: &'a Document,
    pub(super) place: usize,
}

/// What came of a decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decided {
    /// The answer as variables hold it, see [`Value::to_json`].
    pub answer: Json,
    /// The rules that matched, in the order in which tables were looked at: why the answer is this one.
    pub hits: Vec<Hit>,
    /// Why something in it is null.
    pub nulls: Vec<NullReason>,
}

/// Decides from variables as a case holds them. Texts become numbers, dates, times and durations where the document says that an input is
/// one; an input that is not given, or is not what the document allows, is null.
///
/// # Errors
/// If the budget is used up, or a variable is no value of FEEL: [`crate::Code::Steps`], [`crate::Code::Size`], [`crate::Code::Depth`],
/// [`crate::Code::Value`].
pub fn decide(
    decision: &Decision<'_>,
    variables: &BTreeMap<String, Json>,
    budget: &mut Budget,
) -> Result<Decided, RuleError> {
    let (hits, nulls) = (budget.hits().len(), budget.nulls().len());
    let mut facts = BTreeMap::new();
    for (name, of) in decision.inputs() {
        let given = variables.get(&**name).unwrap_or(&Json::Null);
        let given = Value::from_json(given)?;
        let read = Evaluation::new(&Context::default(), budget).read_as(&Node::null(), given, of)?;
        facts.insert(Arc::clone(name), read);
    }
    let answer = decision.evaluate(&Context::new(facts)?, budget)?;
    Ok(Decided {
        answer: answer.to_json(),
        hits: budget.hits().get(hits..).unwrap_or_default().to_vec(),
        nulls: budget.nulls().get(nulls..).unwrap_or_default().to_vec(),
    })
}

impl<'a> Decision<'a> {
    fn item(&self) -> Option<&'a Item> {
        self.document.items.get(self.place)
    }

    /// Its identifier.
    #[must_use]
    pub fn id(&self) -> &'a str {
        self.item().map_or("", |item| &item.id)
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &'a str {
        self.item().map_or("", |item| &item.name)
    }

    /// The places of all that it requires, directly or through others, and its own.
    fn required(&self) -> BTreeSet<usize> {
        let mut found = BTreeSet::new();
        let mut open = vec![self.place];
        while let Some(place) = open.pop() {
            if found.insert(place)
                && let Some(item) = self.document.items.get(place)
            {
                open.extend(&item.requires);
            }
        }
        found
    }

    fn inputs(&self) -> Vec<(&'a Arc<str>, &'a Type)> {
        if let Some(ItemKind::Service(definition)) = self.item().map(|item| &item.kind) {
            return definition
                .parameters
                .iter()
                .map(|(name, of)| (name, of))
                .collect();
        }
        self.required()
            .into_iter()
            .filter_map(|place| self.document.items.get(place))
            .filter_map(|item| match &item.kind {
                ItemKind::Input(of) => Some((&item.name, of)),
                _ => None,
            })
            .collect()
    }

    /// The names of the inputs from which it is decided.
    pub fn input_names(&self) -> impl Iterator<Item = &'a str> {
        self.inputs().into_iter().map(|(name, _)| &**name)
    }

    /// The inputs from which it is decided, each with what FEEL calls its type; `Any` where the document does not say.
    pub fn facts(&self) -> impl Iterator<Item = (&'a str, &'static str)> {
        self.inputs().into_iter().map(|(name, of)| (&**name, of.name()))
    }

    /// The names of the variables that are given and are not what the document allows for the input; [`decide`] takes each of them for null.
    ///
    /// # Errors
    /// Only where the budget is used up: [`crate::Code::Steps`], [`crate::Code::Size`], [`crate::Code::Depth`].
    pub fn misread(
        &self,
        variables: &BTreeMap<String, Json>,
        budget: &mut Budget,
    ) -> Result<Vec<&'a str>, RuleError> {
        let mut found = Vec::new();
        for (name, of) in self.inputs() {
            let given = variables.get(&**name).map(Value::from_json);
            let read = match given {
                None | Some(Ok(Value::Null)) => true,
                Some(Err(_)) => false,
                Some(Ok(given)) => {
                    let read =
                        Evaluation::new(&Context::default(), budget).read_as(&Node::null(), given, of)?;
                    !read.is_null()
                }
            };
            if !read {
                found.push(&**name);
            }
        }
        Ok(found)
    }

    /// The names of what it gives: those of the columns of a table with several and of the members of a context, else its own.
    pub fn output_names(&self) -> Vec<&'a str> {
        let Some(ItemKind::Decision(node)) = self.item().map(|item| &item.kind) else {
            return vec![self.name()];
        };
        let mut node = node;
        while let Kind::Typed(inner, _) = &node.kind {
            node = inner;
        }
        match &node.kind {
            Kind::Table(table) if table.outputs.len() > 1 && table.policy.gives_one() => {
                table.outputs.iter().map(|output| &*output.name).collect()
            }
            Kind::Context(entries, None) => entries.iter().map(|(name, _)| &**name).collect(),
            _ => vec![self.name()],
        }
    }

    /// Decides from facts by the names of inputs. A fact with the name of a required decision takes its place, as in a decision service.
    ///
    /// # Errors
    /// Only where the budget is used up: [`crate::Code::Steps`], [`crate::Code::Size`], [`crate::Code::Depth`].
    pub fn evaluate(&self, facts: &Context, budget: &mut Budget) -> Result<Value, RuleError> {
        let mut values: BTreeMap<usize, Value> = BTreeMap::new();
        // Everything that is required stands before what requires it.
        for place in self.required() {
            let Some(item) = self.document.items.get(place) else {
                continue;
            };
            budget.step(item.requires.len().saturating_add(1), 0)?;
            let mut known = BTreeMap::new();
            for required in &item.requires {
                if let (Some(of), Some(value)) = (self.document.items.get(*required), values.get(required)) {
                    known.insert(Arc::clone(&of.name), value.clone());
                }
            }
            let known = Context::new(known)?;
            let value = match &item.kind {
                ItemKind::Input(of) => {
                    let given = facts.get(&item.name).cloned().unwrap_or(Value::Null);
                    Evaluation::new(&known, budget).fitted(&Node::null(), given, of)?
                }
                ItemKind::Knowledge(definition) | ItemKind::Service(definition) => {
                    let function = Function::new(Arc::clone(definition), known, Vec::new())?;
                    if place == self.place {
                        Evaluation::new(facts, budget).run_service(&function)?
                    } else {
                        Value::Function(function)
                    }
                }
                ItemKind::Decision(node) => match facts.get(&item.name).filter(|_| place != self.place) {
                    Some(given) => given.clone(),
                    None => Evaluation::new(&known, budget).node(node)?,
                },
            };
            values.insert(place, value);
        }
        Ok(values.remove(&self.place).unwrap_or(Value::Null))
    }
}
