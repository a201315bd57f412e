//! Cases (办件).

use yinxin_execution::{Operation, Question};
use yinxin_types::Code;

/// The operations of this module.
pub(crate) const OPERATIONS: &[Operation] = &[];
/// The questions of this module.
pub(crate) const QUESTIONS: &[Question] = &[];
/// The codes of this module.
pub(crate) const CODES: &[Code] = &[];
