//! Business rules (业务规则): FEEL, the expression language of DMN 1.5, and decisions (决策) in DMN documents, made to run on the way to a
//! state root.
//!
//! ```
//! use yinxin_rules::{Budget, Context, Expression};
//!
//! let rule = Expression::parse(r#"applicant.age >= 18 and area <= 120.5 and kind in ("new", "rebuilt")"#)?;
//! let facts = Context::from_json(&serde_json::json!({ "applicant": { "age": 30 }, "area": 99, "kind": "new" }))?;
//! assert_eq!(rule.evaluate(&facts, &mut Budget::default())?.as_bool(), Some(true));
//! # Ok::<(), yinxin_rules::RuleError>(())
//! ```
//!
//! - Numbers are decimals of 34 digits ([`Decimal`]); there are no floats, clocks, hash maps or calls outside.
//! - What FEEL calls an error is null, and a [`Budget`] keeps why, with a [`Code`] that has a sentence in both languages.
//! - Everything is bounded: texts by [`limits`] when they are read, evaluation by the budget, which ends it at the same step everywhere.
//! - What is not executed is refused when the text or document is read, with its place (docs/reference/rules.md).
//! - [`Document::read`] takes a DMN document, [`decide`] answers one decision of it and says which rules matched.

mod budget;
mod builtin;
mod code;
pub mod decimal;
mod dmn;
mod error;
mod eval;
mod expression;
mod feel;
pub mod limits;
pub mod time;
mod value;
pub mod xml;

pub use budget::{Budget, Hit};
pub use code::{Code, Finding, Locale};
pub use decimal::Decimal;
pub use dmn::{Decided, Decision, Document, Refusal, decide};
pub use error::{NullReason, RuleError};
pub use expression::{Expression, functions};
pub use feel::Function;
pub use value::{Context, List, Range, Value};
