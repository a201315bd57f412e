//! The tree of an expression. Boxed expressions of a document are trees of the same kinds, so that one evaluation runs both.

use std::sync::Arc;

use super::types::Type;
use crate::builtin::{self, Builtin};
use crate::code::Code;
use crate::error::RuleError;
use crate::limits;
use crate::value::{Context, Value};

/// An expression.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    /// Where in its text it stands, in bytes.
    pub position: usize,
    height: u16,
    /// Whether it speaks of the tested value itself, so that as a test its result is the answer.
    pub mentions_tested: bool,
    pub kind: Kind,
}

/// What joins two expressions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operator {
    Or,
    And,
    Equal,
    Unequal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Plus,
    Minus,
    Times,
    Over,
    Power,
}

impl Operator {
    fn compares(self) -> bool {
        matches!(
            self,
            Self::Equal
                | Self::Unequal
                | Self::Less
                | Self::LessOrEqual
                | Self::Greater
                | Self::GreaterOrEqual
        )
    }

    pub fn sign(self) -> &'static str {
        match self {
            Self::Or => "or",
            Self::And => "and",
            Self::Equal => "=",
            Self::Unequal => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::Plus => "+",
            Self::Minus => "-",
            Self::Times => "*",
            Self::Over => "/",
            Self::Power => "**",
        }
    }
}

/// One end of a range: the expression, and whether its value belongs to the range.
pub(crate) type RangeEnd = Option<(Box<Node>, bool)>;

/// One variable of `for`, `some` or `every`.
#[derive(Clone, Debug)]
pub(crate) struct Iterator {
    pub name: Arc<str>,
    pub from: Node,
    pub to: Option<Node>,
}

/// What is called.
#[derive(Clone, Debug)]
pub(crate) enum Callee {
    Builtin(&'static Builtin),
    Value(Box<Node>),
}

/// With what it is called.
#[derive(Clone, Debug)]
pub(crate) enum Arguments {
    Positional(Vec<Node>),
    Named(Vec<(Arc<str>, Node)>),
}

impl Arguments {
    /// Whether one is a text with `@` in it, which would name a time zone.
    pub fn has_zone(&self) -> bool {
        self.nodes()
            .iter()
            .any(|node| matches!(&node.kind, Kind::Literal(Value::String(text)) if text.contains('@')))
    }

    /// Whether one is a pattern that is not run.
    pub fn has_unsupported_pattern(&self) -> bool {
        self.nodes()
            .iter()
            .any(|node| matches!(&node.kind, Kind::Literal(Value::String(text)) if builtin::is_unsupported_pattern(text)))
    }

    fn nodes(&self) -> Vec<&Node> {
        match self {
            Self::Positional(nodes) => nodes.iter().collect(),
            Self::Named(nodes) => nodes.iter().map(|(_, node)| node).collect(),
        }
    }
}

/// A function that was written down.
#[derive(Clone, Debug)]
pub(crate) struct Definition {
    pub parameters: Vec<(Arc<str>, Type)>,
    pub result: Type,
    pub body: Node,
}

/// The tests in one cell of a decision table (DMN 1.5 §8.3.3): `-`, `not(…)`, or tests with commas between them, of which one must hold.
#[derive(Clone, Debug)]
pub(crate) struct Tests {
    pub negated: bool,
    /// `None` is `-`, which everything passes.
    pub tests: Option<Vec<Node>>,
}

/// Which of the rules that match decide (DMN 1.5 §8.2.8).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Policy {
    Unique,
    Any,
    Priority,
    First,
    RuleOrder,
    OutputOrder,
    Collect,
    Sum,
    Minimum,
    Maximum,
    Count,
}

impl Policy {
    /// Whether the answer is that of one rule, and no list of answers or number over them.
    pub const fn gives_one(self) -> bool {
        matches!(self, Self::Unique | Self::Any | Self::Priority | Self::First)
    }
}

/// A column of conditions.
#[derive(Clone, Debug)]
pub(crate) struct TableInput {
    pub expression: Node,
    pub allowed: Option<Tests>,
}

/// A column of results.
#[derive(Clone, Debug)]
pub(crate) struct TableOutput {
    pub name: Arc<str>,
    pub of: Type,
    /// The values that it may take, the most important first.
    pub values: Vec<Node>,
    pub default: Option<Node>,
}

/// One row.
#[derive(Clone, Debug)]
pub(crate) struct Rule {
    pub id: String,
    pub notes: Arc<[String]>,
    pub tests: Vec<Tests>,
    pub outputs: Vec<Node>,
}

/// A decision table.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    pub id: String,
    pub policy: Policy,
    pub inputs: Vec<TableInput>,
    pub outputs: Vec<TableOutput>,
    pub rules: Vec<Rule>,
}

/// What an expression is.
#[derive(Clone, Debug)]
pub(crate) enum Kind {
    Literal(Value),
    Name(Arc<str>),
    List(Vec<Node>),
    /// With a last entry without a name, a context is only the way to it.
    Context(Vec<(Arc<str>, Node)>, Option<Box<Node>>),
    Range(RangeEnd, RangeEnd),
    Negate(Box<Node>),
    Binary(Operator, Box<Node>, Box<Node>),
    Between(Box<Node>, Box<Node>, Box<Node>),
    In(Box<Node>, Vec<Node>),
    InstanceOf(Box<Node>, Type),
    Path(Box<Node>, Arc<str>),
    Filter(Box<Node>, Box<Node>),
    Call(Callee, Arguments),
    If(Box<Node>, Box<Node>, Box<Node>),
    /// Whether the body asks for the results so far comes last.
    For(Vec<Iterator>, Box<Node>, bool),
    Quantified(bool, Vec<Iterator>, Box<Node>),
    Function(Arc<Definition>),
    Table(Arc<Table>),
    /// A value that must be of a type, else it is null.
    Typed(Box<Node>, Type),
}

impl Kind {
    /// A loop.
    pub fn for_each(iterators: Vec<Iterator>, body: Box<Node>) -> Self {
        let mut names = std::collections::BTreeSet::new();
        body.names(&mut names);
        let partial = names.contains("partial");
        Self::For(iterators, body, partial)
    }

    /// All expressions directly in it.
    fn children(&self) -> Vec<&Node> {
        match self {
            Self::Literal(_) | Self::Name(_) => Vec::new(),
            Self::List(nodes) => nodes.iter().collect(),
            Self::Context(entries, last) => entries
                .iter()
                .map(|(_, node)| node)
                .chain(last.as_deref())
                .collect(),
            Self::Range(start, end) => [start, end]
                .into_iter()
                .flatten()
                .map(|(node, _)| &**node)
                .collect(),
            Self::Negate(node) | Self::Path(node, _) | Self::InstanceOf(node, _) | Self::Typed(node, _) => {
                vec![node]
            }
            Self::Binary(_, left, right) | Self::Filter(left, right) => vec![left, right],
            Self::Between(a, b, c) | Self::If(a, b, c) => vec![a, b, c],
            Self::In(node, tests) => std::iter::once(&**node).chain(tests).collect(),
            Self::Call(callee, arguments) => {
                let mut nodes = arguments.nodes();
                if let Callee::Value(node) = callee {
                    nodes.push(node);
                }
                nodes
            }
            Self::For(list, body, _) | Self::Quantified(_, list, body) => {
                let mut nodes = Vec::new();
                for iterator in list {
                    nodes.push(&iterator.from);
                    nodes.extend(&iterator.to);
                }
                nodes.push(body);
                nodes
            }
            Self::Function(definition) => vec![&definition.body],
            Self::Table(table) => table.nodes(),
        }
    }
}

impl Table {
    fn nodes(&self) -> Vec<&Node> {
        let mut nodes = Vec::new();
        for input in &self.inputs {
            nodes.push(&input.expression);
            nodes.extend(input.allowed.iter().flat_map(Tests::nodes));
        }
        for output in &self.outputs {
            nodes.extend(&output.values);
            nodes.extend(&output.default);
        }
        for rule in &self.rules {
            nodes.extend(rule.tests.iter().flat_map(Tests::nodes));
            nodes.extend(&rule.outputs);
        }
        nodes
    }
}

impl Tests {
    fn nodes(&self) -> impl std::iter::Iterator<Item = &Node> {
        self.tests.iter().flatten()
    }
}

impl Node {
    /// An expression, unless it is too high.
    pub fn new(position: usize, kind: Kind) -> Result<Self, RuleError> {
        let children = kind.children();
        let below = children.iter().map(|node| node.height).max();
        let mentions_tested = matches!(&kind, Kind::Name(name) if &**name == "?")
            || children.iter().any(|node| node.mentions_tested);
        let height = below.map_or(1, |below| below.saturating_add(1));
        if height > limits::HEIGHT {
            return Err(RuleError::new(
                Code::TooLarge,
                position,
                "the expression nests too deeply",
            ));
        }
        Ok(Self {
            position,
            height,
            mentions_tested,
            kind,
        })
    }

    /// Null.
    pub fn null() -> Self {
        Self {
            position: 0,
            height: 1,
            mentions_tested: false,
            kind: Kind::Literal(Value::Null),
        }
    }

    /// The names in it, those that it defines itself included.
    pub fn names(&self, found: &mut std::collections::BTreeSet<Arc<str>>) {
        if let Kind::Name(name) = &self.kind {
            found.insert(Arc::clone(name));
        }
        for child in self.kind.children() {
            child.names(found);
        }
    }

    /// The names that it gives to values itself: of loops, of contexts, of the parameters of functions.
    pub fn own_names(&self, found: &mut std::collections::BTreeSet<Arc<str>>) {
        match &self.kind {
            Kind::For(list, ..) | Kind::Quantified(_, list, _) => {
                found.extend(list.iter().map(|one| Arc::clone(&one.name)));
            }
            Kind::Context(entries, _) => found.extend(entries.iter().map(|(name, _)| Arc::clone(name))),
            Kind::Function(definition) => {
                found.extend(definition.parameters.iter().map(|(name, _)| Arc::clone(name)));
            }
            _ => {}
        }
        for child in self.kind.children() {
            child.own_names(found);
        }
    }

    /// Every comparison of a name with a literal, in the order of the text.
    pub fn comparisons<'a>(&'a self, found: &mut Vec<(&'a str, &'a Value)>) {
        match &self.kind {
            Kind::Binary(operator, left, right) if operator.compares() => {
                left.compared_with(right, found);
                right.compared_with(left, found);
            }
            Kind::Between(node, low, high) => {
                node.compared_with(low, found);
                node.compared_with(high, found);
            }
            Kind::In(node, tests) => {
                for test in tests {
                    node.compared_with(test, found);
                }
            }
            _ => {}
        }
        for child in self.kind.children() {
            child.comparisons(found);
        }
    }

    fn compared_with<'a>(&'a self, other: &'a Self, found: &mut Vec<(&'a str, &'a Value)>) {
        let Kind::Name(name) = &self.kind else {
            return;
        };
        match &other.kind {
            Kind::Literal(value) => found.push((name, value)),
            // What is negated is a number all the same.
            Kind::Negate(inner) => self.compared_with(inner, found),
            Kind::List(nodes) => {
                for node in nodes {
                    self.compared_with(node, found);
                }
            }
            _ => {}
        }
    }
}

/// A function as a value, with what it saw where it was written down.
#[derive(Clone, Debug)]
pub struct Function {
    pub(crate) definition: Arc<Definition>,
    pub(crate) facts: Context,
    pub(crate) locals: Arc<Vec<(Arc<str>, Value)>>,
    depth: u16,
}

impl Function {
    pub(crate) fn new(
        definition: Arc<Definition>,
        facts: Context,
        locals: Vec<(Arc<str>, Value)>,
    ) -> Result<Self, RuleError> {
        let own = locals.iter().map(|(_, value)| value.depth()).max();
        let depth = own
            .unwrap_or_default()
            .max(Value::Context(facts.clone()).depth())
            .saturating_add(1);
        if depth > limits::VALUE_DEPTH {
            return Err(RuleError::new(Code::Size, 0, "functions nest too deeply"));
        }
        Ok(Self {
            definition,
            facts,
            locals: Arc::new(locals),
            depth,
        })
    }

    pub(crate) fn depth(&self) -> u16 {
        self.depth
    }

    /// Whether this is the same function, written down at the same place.
    pub(crate) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.definition, &other.definition)
    }
}
