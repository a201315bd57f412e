//! Functions on ranges (DMN 1.5 §10.3.4.9, table 81) and the reading of one from a text.

use std::cmp::Ordering::{self, Equal, Greater, Less};

use super::text;
use crate::budget::Budget;
use crate::eval::Evaluation;
use crate::feel::{Arguments, Callee, Kind, Node, Parser, Scope};
use crate::value::{self, Context, Range, Value};

/// The range that a text writes, with both ends; what stands there is a value, not something to be computed from facts.
pub(super) fn range(a: &[Value]) -> Option<Value> {
    let text = text(super::one(a)?)?;
    let scope = Scope::default();
    let node = Parser::new(text, &scope).ok()?.whole().ok()?;
    match &node.kind {
        Kind::Range(Some((start, _)), Some((end, _))) if is_written(start) && is_written(end) => {}
        _ => return None,
    }
    let mut budget = Budget::new(256);
    let range = Evaluation::new(&Context::default(), &mut budget)
        .node(&node)
        .ok()?;
    match &range {
        Value::Range(ends) => {
            let (start, end) = (&ends.start.as_ref()?.0, &ends.end.as_ref()?.0);
            let ordered = value::order(start, end).is_some_and(|order| order != Greater);
            ordered.then_some(range)
        }
        _ => None,
    }
}

/// Whether an end is written out: a literal, or a function of literals that makes a date, a time or a duration.
fn is_written(node: &Node) -> bool {
    let literal = |node: &Node| match &node.kind {
        Kind::Literal(_) => true,
        Kind::Negate(inner) => matches!(inner.kind, Kind::Literal(_)),
        _ => false,
    };
    match &node.kind {
        Kind::Call(Callee::Builtin(builtin), Arguments::Positional(arguments)) => {
            matches!(builtin.name, "date" | "time" | "date and time" | "duration")
                && arguments.iter().all(literal)
        }
        _ => literal(node),
    }
}

/// A point, or a range with both ends.
enum Extent<'a> {
    Point(&'a Value),
    Range {
        start: (&'a Value, bool),
        end: (&'a Value, bool),
    },
}

impl<'a> Extent<'a> {
    fn of(value: &'a Value) -> Option<Self> {
        match value {
            Value::Range(range) => {
                let Range {
                    start: Some((start, start_in)),
                    end: Some((end, end_in)),
                } = &**range
                else {
                    return None;
                };
                Some(Self::Range {
                    start: (start, *start_in),
                    end: (end, *end_in),
                })
            }
            Value::Null => None,
            point => Some(Self::Point(point)),
        }
    }

    /// First and last, each with whether it belongs to it.
    fn ends(&self) -> ((&'a Value, bool), (&'a Value, bool)) {
        match self {
            Self::Point(point) => ((point, true), (point, true)),
            Self::Range { start, end } => (*start, *end),
        }
    }
}

type End<'a> = (&'a Value, bool);

fn order(left: End<'_>, right: End<'_>) -> Option<Ordering> {
    value::order(left.0, right.0)
}

fn two(a: &[Value]) -> Option<(Extent<'_>, Extent<'_>)> {
    match a {
        [left, right] => Some((Extent::of(left)?, Extent::of(right)?)),
        _ => None,
    }
}

fn both_ranges(a: &[Value]) -> Option<(Extent<'_>, Extent<'_>)> {
    let pair = two(a)?;
    matches!(pair, (Extent::Range { .. }, Extent::Range { .. })).then_some(pair)
}

fn second_range(a: &[Value]) -> Option<(Extent<'_>, Extent<'_>)> {
    let pair = two(a)?;
    matches!(pair, (_, Extent::Range { .. })).then_some(pair)
}

fn swapped(a: &[Value]) -> Option<[Value; 2]> {
    match a {
        [left, right] => Some([right.clone(), left.clone()]),
        _ => None,
    }
}

fn truth(value: bool) -> Option<Value> {
    Some(Value::Boolean(value))
}

pub(super) fn before(a: &[Value]) -> Option<Value> {
    let (left, right) = two(a)?;
    let (end, start) = (left.ends().1, right.ends().0);
    truth(match order(end, start)? {
        Less => true,
        Equal => !(end.1 && start.1),
        Greater => false,
    })
}

pub(super) fn after(a: &[Value]) -> Option<Value> {
    before(&swapped(a)?)
}

pub(super) fn meets(a: &[Value]) -> Option<Value> {
    let (left, right) = both_ranges(a)?;
    let (end, start) = (left.ends().1, right.ends().0);
    truth(order(end, start)? == Equal && end.1 && start.1)
}

pub(super) fn met_by(a: &[Value]) -> Option<Value> {
    meets(&swapped(a)?)
}

/// Whether the first ends where or after the second begins.
fn reaches(end: End<'_>, start: End<'_>) -> Option<bool> {
    Some(match order(end, start)? {
        Greater => true,
        Equal => end.1 && start.1,
        Less => false,
    })
}

pub(super) fn overlaps(a: &[Value]) -> Option<Value> {
    let (left, right) = both_ranges(a)?;
    let ((left_start, left_end), (right_start, right_end)) = (left.ends(), right.ends());
    truth(reaches(left_end, right_start)? && reaches(right_end, left_start)?)
}

pub(super) fn overlaps_before(a: &[Value]) -> Option<Value> {
    let (left, right) = both_ranges(a)?;
    let ((left_start, left_end), (right_start, right_end)) = (left.ends(), right.ends());
    let begins = match order(left_start, right_start)? {
        Less => true,
        Equal => left_start.1 && !right_start.1,
        Greater => false,
    };
    let ends = match order(left_end, right_end)? {
        Less => true,
        Equal => !left_end.1 || right_end.1,
        Greater => false,
    };
    truth(begins && ends && reaches(left_end, right_start)?)
}

pub(super) fn overlaps_after(a: &[Value]) -> Option<Value> {
    let (left, right) = both_ranges(a)?;
    let ((left_start, left_end), (right_start, right_end)) = (left.ends(), right.ends());
    let begins = match order(right_start, left_start)? {
        Less => true,
        Equal => right_start.1 && !left_start.1,
        Greater => false,
    };
    let ends = match order(right_end, left_end)? {
        Less => true,
        Equal => !right_end.1 || left_end.1,
        Greater => false,
    };
    truth(begins && ends && reaches(right_end, left_start)?)
}

/// Whether the first begins inside the second or with it.
fn begins_inside(inner: End<'_>, outer: End<'_>) -> Option<bool> {
    Some(match order(inner, outer)? {
        Greater => true,
        Equal => outer.1 || !inner.1,
        Less => false,
    })
}

fn ends_inside(inner: End<'_>, outer: End<'_>) -> Option<bool> {
    Some(match order(inner, outer)? {
        Less => true,
        Equal => outer.1 || !inner.1,
        Greater => false,
    })
}

fn same_end(left: End<'_>, right: End<'_>) -> Option<bool> {
    Some(order(left, right)? == Equal && left.1 == right.1)
}

pub(super) fn finishes(a: &[Value]) -> Option<Value> {
    let (left, right) = second_range(a)?;
    let ((left_start, left_end), (right_start, right_end)) = (left.ends(), right.ends());
    truth(same_end(left_end, right_end)? && begins_inside(left_start, right_start)?)
}

pub(super) fn finished_by(a: &[Value]) -> Option<Value> {
    finishes(&swapped(a)?)
}

pub(super) fn during(a: &[Value]) -> Option<Value> {
    let (left, right) = second_range(a)?;
    let ((left_start, left_end), (right_start, right_end)) = (left.ends(), right.ends());
    truth(begins_inside(left_start, right_start)? && ends_inside(left_end, right_end)?)
}

pub(super) fn includes(a: &[Value]) -> Option<Value> {
    during(&swapped(a)?)
}

pub(super) fn starts(a: &[Value]) -> Option<Value> {
    let (left, right) = second_range(a)?;
    let ((left_start, left_end), (right_start, right_end)) = (left.ends(), right.ends());
    truth(same_end(left_start, right_start)? && ends_inside(left_end, right_end)?)
}

pub(super) fn started_by(a: &[Value]) -> Option<Value> {
    starts(&swapped(a)?)
}

pub(super) fn coincides(a: &[Value]) -> Option<Value> {
    let (left, right) = two(a)?;
    match (&left, &right) {
        (Extent::Point(left), Extent::Point(right)) => truth(value::order(left, right)? == Equal),
        (Extent::Range { .. }, Extent::Range { .. }) => {
            let ((left_start, left_end), (right_start, right_end)) = (left.ends(), right.ends());
            truth(same_end(left_start, right_start)? && same_end(left_end, right_end)?)
        }
        _ => None,
    }
}
