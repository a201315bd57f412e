//! How long, how many, how deep. Each limit holds for one source, so that a source which was accepted alone is never refused later because of
//! another beside it.

/// The longest text of one source, in bytes.
pub const SOURCE_BYTES: usize = 32_768;
/// The most policies in one source.
pub const POLICIES: usize = 128;
/// The most words and signs in one policy. It also bounds how deep an expression nests without brackets.
pub const TOKENS: usize = 512;
/// How deep brackets nest.
pub const NESTING: usize = 16;
/// The most work to check one source: the sum, over its policies, of their words and signs times the operations they name.
pub const WORK: usize = 10_000;
/// The longest name of a policy or of an operation, in bytes.
pub const NAME_BYTES: usize = 64;
/// The longest text in a request, in bytes.
pub const TEXT_BYTES: usize = 1024;
/// The most roles in a request.
pub const ROLES: usize = 32;
/// The most operations of a schema.
pub const OPERATIONS: usize = 1024;

/// Where less stack than this is left, Cedar runs on one of its own. Its evaluator gives up below 100 KiB, which must never happen.
pub(crate) const STACK_LEFT: usize = 4 << 20;
/// The size of that stack. Expressions nest less than [`TOKENS`] deep, and each level takes a few KiB.
pub(crate) const STACK: usize = 16 << 20;
