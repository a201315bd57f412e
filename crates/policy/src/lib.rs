//! Graded permission (分级授权): policies (策略) in the language Cedar, which governance enacts and execution asks.
//!
//! A policy says, for operations that it names, who may (`permit`) or must not (`forbid`) under which circumstances: role × department ×
//! grade × case × lease × time. What no policy permits is denied, and one that forbids overrides all that permit.
//!
//! ```
//! use yinxin_policy::{Context, PolicySet, Principal, Request, Resource, Schema};
//!
//! let schema = Schema::new(["approval.decide"])?;
//! let policies = PolicySet::parse(&schema, &[(
//!     "approval/decide.cedar",
//!     r#"@id("head-decides")
//!        permit (principal is Officer, action == Action::"approval.decide", resource is Case)
//!        when { context.own && context.sealed && context has grade && context.grade >= 3 };"#,
//! )])?;
//! let mut request = Request {
//!     context: Context { grade: Some(3), own: true, sealed: true, ..Context::default() },
//!     operation: "approval.decide",
//!     principal: Principal::Officer("sha256:1a"),
//!     resource: Resource::Case("LX-2026-0001"),
//! };
//! assert!(policies.decide(&request).allowed);
//! request.context.grade = Some(2);
//! assert!(!policies.decide(&request).allowed);
//! # Ok::<(), yinxin_policy::PolicyError>(())
//! ```
//!
//! Policies run on the way to a state root, so the same request must get the same answer on every node:
//!
//! - The schema is fixed ([`Schema`]): a policy that reads what a request does not have is refused when it is parsed.
//! - None of Cedar's extensions is built in. Money is a whole number of fen, time a whole number of milliseconds; there are no floats.
//! - Everything is bounded ([`limits`]), so that no policy runs long, and Cedar is always given enough stack: how much of it a caller has
//!   left must not decide.
//! - An error in a policy that permits is no permission, an error in one that forbids forbids.

mod error;
pub mod limits;
mod request;
mod schema;
mod set;
mod text;

pub use error::PolicyError;
pub use request::{Context, Principal, Request, Resource};
pub use schema::Schema;
pub use set::{Decision, PolicyName, PolicySet};
