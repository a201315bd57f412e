//! How long, how many, how deep. A text over a limit is refused when it is read; an evaluation over its budget ends with an error.

/// The longest text of one expression, in bytes.
pub const EXPRESSION_BYTES: usize = 16_384;
/// The most words and signs in one expression.
pub const TOKENS: usize = 4_096;
/// How deep brackets and the branches of `if`, `for`, `some` nest.
pub const NESTING: u16 = 24;
/// How high the tree of one expression, or of one boxed expression with all in it, may grow.
pub const HEIGHT: u16 = 64;
/// How deep evaluations nest, calls of functions included.
pub const DEPTH: u16 = 192;
/// How deep lists and contexts nest in one value, and in one type.
pub const VALUE_DEPTH: u16 = 32;
/// The most members of one context.
pub const CONTEXT_ENTRIES: usize = 1_024;
/// The longest pattern of `matches`, `replace` and `split`, in bytes.
pub const PATTERN_BYTES: usize = 256;
/// The largest compiled pattern, in bytes.
pub const PATTERN_COMPILED: usize = 256 * 1024;
/// How many reasons for nulls one evaluation keeps.
pub const NULL_REASONS: usize = 16;
/// How many rules that matched one evaluation keeps.
pub const HITS: usize = 256;
/// The largest year, before and after the common era, of a date.
pub const YEAR: i64 = 999_999_999;
/// The steps of an evaluation whose caller sets none. A typical condition takes less than twenty.
pub const DEFAULT_STEPS: u64 = 100_000;
/// The bytes that an evaluation may bring into being.
pub const BYTES: u64 = 1_048_576;

/// The longest document, in bytes.
pub const DOCUMENT_BYTES: usize = 512 * 1024;
/// The most elements of a document, those of its drawing included.
pub const ELEMENTS: usize = 20_000;
/// How deep elements nest.
pub const ELEMENT_DEPTH: usize = 64;
/// The most attributes of one element.
pub const ATTRIBUTES: usize = 64;
/// The longest name of a tag or attribute, and the longest identifier, in bytes.
pub const ID_BYTES: usize = 96;
/// The longest name of a decision, an input or a column, in bytes.
pub const NAME_BYTES: usize = 200;
/// The most annotations of one rule that are kept, its description among them; further ones are for the reader of the drawing.
pub const RULE_NOTES: usize = 8;
/// The most decisions, inputs, models of knowledge and services of one document together.
pub const DECISIONS: usize = 512;
/// The most types of one document, components included.
pub const TYPES: usize = 1_024;
/// The most rules of one table.
pub const RULES: usize = 1_000;
/// The most columns of one table, inputs and outputs together.
pub const COLUMNS: usize = 64;
/// The most findings that one reading lists.
pub const FINDINGS: usize = 500;
