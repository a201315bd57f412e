//! FEEL as text: words and signs, names, the tree that stands for an expression.

mod ast;
mod lex;
mod names;
mod parse;
mod types;
mod words;

pub use ast::Function;
pub(crate) use ast::Policy;
pub(crate) use ast::{
    Arguments, Callee, Definition, Iterator, Kind, Node, Operator, RangeEnd, Rule, Table, TableInput,
    TableOutput, Tests,
};
pub(crate) use names::Scope;
pub(crate) use parse::Parser;
pub(crate) use types::Type;
