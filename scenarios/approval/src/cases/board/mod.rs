//! The board of supervision (监管看板): how many cases stand where, how long they take against what was promised, where they wait. Whoever
//! supervises sees every department, the head of a department its own (行政许可法 §60).
//!
//! Figures are running counters in the state: whatever happens to a case moves those of its department and of its item by one, so that a step
//! costs the same with a hundred open cases and with a hundred thousand, and an answer reads counters and no cases. A case keeps what was
//! counted of it ([`Counted`]); the difference to how it stands now is what moves. Lamps turn with time: an alarm comes when one does.
//!
//! | question | about | answer |
//! |---|---|---|
//! | `approval.board` | `for`, `period`?, `page`? | `departments` [{`department`, `standing`, `flows`, `year`}], `length`, `page_size`, `period` |
//! | `approval.board_items` | `for`, `department`, `period`?, `page`? | `items` [{`item`, `version`, `name`, `process`, `standing`, `flows`}], `length`, … |
//! | `approval.board_steps` | `for`, `item`, `version`, `period`? | of one item the same, and `steps` [{`step`, `name`, `waiting`, `late`, `taken`, …}] |
//!
//! `for` is the body in whose name is asked. A period is a month `2026-03` or a year `2026`; by default the month of the newest block. Nothing in
//! an answer is about a person.

mod count;
mod counted;
mod figures;
mod lamp;
mod questions;

use yinxin_execution::Question;

pub(crate) use count::count;
pub(crate) use counted::Counted;

/// What the policies call a look at the board.
pub(crate) const ACTION: &str = "approval.board";

/// How departments stand.
pub(crate) const DEPARTMENTS: Question = Question {
    id: ACTION,
    answer: questions::departments,
};

/// How the items of a department stand.
pub(crate) const ITEMS: Question = Question {
    id: "approval.board_items",
    answer: questions::items,
};

/// Where an item waits.
pub(crate) const STEPS: Question = Question {
    id: "approval.board_steps",
    answer: questions::steps,
};
