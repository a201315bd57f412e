//! How long, how many, how deep.

pub use yinxin_rules::limits::{DOCUMENT_BYTES, ID_BYTES};

/// The longest name of an element that is kept in the model, in characters; a longer one is cut.
pub const NAME_CHARACTERS: usize = 200;
/// The longest value of an attribute that means something here, and the longest condition, in bytes.
pub const VALUE_BYTES: usize = 1024;
/// The most entries of one list in an attribute, such as the outcomes of a step.
pub const LIST: usize = 16;
/// The most nodes of one process, those of its sub-processes included.
pub const NODES: usize = 512;
/// The most sequence flows of one process.
pub const FLOWS: usize = 1024;
/// How deep sub-processes nest.
pub const SCOPE_DEPTH: usize = 8;
/// The most findings that one reading or one check lists.
pub const FINDINGS: usize = 500;
/// The longest period, in its own unit.
pub const PERIOD: u32 = 10_000;

/// The most open works of one instance: steps, waits, sub-processes, multi-instances.
pub const WORKS: usize = 256;
/// The most tokens of one instance that wait before joins.
pub const HELD: usize = 256;
/// The most instances of one multi-instance activity.
pub const MULTI: usize = 64;
/// The most different persons that an instance remembers for one step.
pub const ACTORS: usize = 32;
/// The most variables of one instance.
pub const VARIABLES: usize = 128;
/// The most bytes of all variables of one instance, as JSON.
pub const VARIABLE_BYTES: usize = 16 * 1024;
/// How deep the value of a variable nests.
pub const VARIABLE_DEPTH: usize = 6;

/// The most states that the check visits in one scope, first with every order of steps.
pub const STATES_ALL_ORDERS: usize = 2_000;
/// The most states that the check visits in one scope, with one order of steps that do not touch each other.
pub const STATES: usize = 20_000;
/// The most work of the check in one scope: for each situation, the places that are looked at in it and in those that follow.
pub const CHECK_WORK: usize = 100_000_000;
/// How many tokens may meet on one flow before the check calls a process unbounded.
pub const TOKENS_PER_FLOW: u8 = 4;
