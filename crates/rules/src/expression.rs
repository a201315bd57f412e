//! One expression by itself: a condition.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::budget::Budget;
use crate::builtin;
use crate::error::RuleError;
use crate::eval::Evaluation;
use crate::feel::{Node, Parser, Scope};
use crate::value::{Context, Value};

/// An expression that was read and found within the limits.
#[derive(Clone, Debug)]
pub struct Expression {
    root: Node,
    names: BTreeSet<Arc<str>>,
}

impl Expression {
    /// Reads an expression. Which facts there are is not known yet, so that a name takes all words up to the next sign or keyword.
    ///
    /// # Errors
    /// With the place in the text: [`crate::Code::Syntax`], [`crate::Code::TooLarge`], [`crate::Code::Unsupported`],
    /// [`crate::Code::Function`], [`crate::Code::Type`].
    pub fn parse(text: &str) -> Result<Self, RuleError> {
        let scope = Scope::default();
        let root = Parser::new(text, &scope)?.whole()?;
        let mut names = BTreeSet::new();
        root.names(&mut names);
        Ok(Self { root, names })
    }

    /// The names that stand in it, among them all facts that it can read.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(|name| &**name)
    }

    /// The names of the facts that it reads: those that it gives to values itself are none.
    pub fn facts(&self) -> impl Iterator<Item = &str> {
        let mut own = BTreeSet::new();
        self.root.own_names(&mut own);
        self.names().filter(move |name| !own.contains(*name))
    }

    /// Every comparison of a name with a literal, in the order of the text. Of a negative number the literal is the number without its sign.
    #[must_use]
    pub fn comparisons(&self) -> Vec<(&str, &Value)> {
        let mut found = Vec::new();
        self.root.comparisons(&mut found);
        found
    }

    /// Evaluates it over facts. Null, with the reason in the budget, is what FEEL gives where others give an error.
    ///
    /// # Errors
    /// Only where the budget is used up: [`crate::Code::Steps`], [`crate::Code::Size`], [`crate::Code::Depth`].
    pub fn evaluate(&self, facts: &Context, budget: &mut Budget) -> Result<Value, RuleError> {
        Evaluation::new(facts, budget).node(&self.root)
    }
}

/// The names of all functions that are built in, in the order of the standard.
pub fn functions() -> impl Iterator<Item = &'static str> {
    builtin::names()
}
