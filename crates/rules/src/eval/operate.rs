//! Arithmetic and comparison (DMN 1.5 §10.3.2.5, tables 45 to 55).

use std::cmp::Ordering;

use super::{Evaluated, Evaluation};
use crate::code::Code;
use crate::decimal::{Decimal, Rounding};
use crate::feel::{Node, Operator};
use crate::time::{Date, DateTime, Days, Months};
use crate::value::{self, Value};

/// What a power costs: as much as hundreds of sums.
pub(super) const POWER_STEPS: usize = 500;

impl Evaluation<'_> {
    pub(super) fn negate(&mut self, node: &Node, inner: &Node) -> Evaluated {
        match self.node(inner)? {
            Value::Number(number) => Ok(Value::Number(number.negated())),
            Value::Days(days) => Ok(Value::Days(days.negated())),
            Value::Months(months) => Ok(Value::Months(months.negated())),
            _ => self.null(Code::NullType, node, "-"),
        }
    }

    pub(super) fn binary(
        &mut self,
        node: &Node,
        operator: Operator,
        left: &Value,
        right: &Value,
    ) -> Evaluated {
        let looked_at = value::weight(left).min(value::weight(right));
        self.budget.step(looked_at, node.position)?;
        match operator {
            Operator::Equal | Operator::Unequal => {
                let equal = value::equal(left, right);
                let wanted = operator == Operator::Equal;
                let result = equal.map(|equal| Value::Boolean(equal == wanted));
                self.or_null(result, Code::NullType, node, operator.sign())
            }
            Operator::Less | Operator::LessOrEqual | Operator::Greater | Operator::GreaterOrEqual => {
                let result = value::order(left, right).map(|order| {
                    Value::Boolean(match operator {
                        Operator::Less => order == Ordering::Less,
                        Operator::LessOrEqual => order != Ordering::Greater,
                        Operator::Greater => order == Ordering::Greater,
                        _ => order != Ordering::Less,
                    })
                });
                self.or_null(result, Code::NullType, node, operator.sign())
            }
            _ => self.arithmetic(node, operator, left, right),
        }
    }

    fn arithmetic(&mut self, node: &Node, operator: Operator, left: &Value, right: &Value) -> Evaluated {
        if let (Value::String(left), Operator::Plus, Value::String(right)) = (left, operator, right) {
            self.budget
                .allocate(left.len().saturating_add(right.len()), node.position)?;
            return Ok(Value::String(format!("{left}{right}").into()));
        }
        if operator == Operator::Power {
            self.budget.step(POWER_STEPS, node.position)?;
        }
        match of(left, operator, right) {
            Some(result) => self.or_null(result, Code::NullNumber, node, operator.sign()),
            None => self.null(Code::NullType, node, operator.sign()),
        }
    }
}

/// The result; `None` where the operation is not made for the types, `Some(None)` where it has no result.
fn of(left: &Value, operator: Operator, right: &Value) -> Option<Option<Value>> {
    use Operator::{Minus, Over, Plus, Power, Times};
    use Value as V;
    Some(match (left, operator, right) {
        (V::Number(left), operator, V::Number(right)) => match operator {
            Plus => left.plus(*right),
            Minus => left.minus(*right),
            Times => left.times(*right),
            Over => left.over(*right),
            Power => left.power(*right),
            _ => return None,
        }
        .map(V::Number),
        (V::Days(left), Plus, V::Days(right)) => left.plus(*right).map(V::Days),
        (V::Days(left), Minus, V::Days(right)) => left.plus(right.negated()).map(V::Days),
        (V::Months(left), Plus, V::Months(right)) => left.plus(*right).map(V::Months),
        (V::Months(left), Minus, V::Months(right)) => left.plus(right.negated()).map(V::Months),
        (V::Days(days), Times, V::Number(by)) | (V::Number(by), Times, V::Days(days)) => nanos(*days)
            .and_then(|nanos| to_days(nanos.times(*by)?))
            .map(V::Days),
        (V::Days(days), Over, V::Number(by)) => nanos(*days)
            .and_then(|nanos| to_days(nanos.over(*by)?))
            .map(V::Days),
        (V::Days(left), Over, V::Days(right)) => nanos(*left)
            .and_then(|left| left.over(nanos(*right)?))
            .map(V::Number),
        (V::Months(months), Times, V::Number(by)) | (V::Number(by), Times, V::Months(months)) => {
            to_months(Decimal::from(months.count()).times(*by)).map(V::Months)
        }
        (V::Months(months), Over, V::Number(by)) => {
            to_months(Decimal::from(months.count()).over(*by)).map(V::Months)
        }
        (V::Months(left), Over, V::Months(right)) => Decimal::from(left.count())
            .over(Decimal::from(right.count()))
            .map(V::Number),
        (V::Date(left), Minus, V::Date(right)) => DateTime::midnight(*left)
            .minus(DateTime::midnight(*right))
            .map(V::Days),
        (V::DateTime(left), Minus, V::DateTime(right)) => left.minus(*right).map(V::Days),
        (V::DateTime(left), Minus, V::Date(right)) => left.minus(DateTime::midnight(*right)).map(V::Days),
        (V::Date(left), Minus, V::DateTime(right)) => DateTime::midnight(*left).minus(*right).map(V::Days),
        (V::Time(left), Minus, V::Time(right)) => left.minus(*right).map(V::Days),
        (V::Time(time), Plus, V::Days(days)) | (V::Days(days), Plus, V::Time(time)) => {
            time.plus(*days).map(V::Time)
        }
        (V::Time(time), Minus, V::Days(days)) => time.plus(days.negated()).map(V::Time),
        (V::DateTime(moment), Plus, V::Days(days)) | (V::Days(days), Plus, V::DateTime(moment)) => {
            moment.plus(*days).map(V::DateTime)
        }
        (V::DateTime(moment), Minus, V::Days(days)) => moment.plus(days.negated()).map(V::DateTime),
        (V::Date(date), Plus, V::Days(days)) | (V::Days(days), Plus, V::Date(date)) => later(*date, *days),
        (V::Date(date), Minus, V::Days(days)) => later(*date, days.negated()),
        (V::Date(date), Plus, V::Months(months)) | (V::Months(months), Plus, V::Date(date)) => {
            date.plus_months(*months).map(V::Date)
        }
        (V::Date(date), Minus, V::Months(months)) => date.plus_months(months.negated()).map(V::Date),
        (V::DateTime(moment), Plus, V::Months(months)) | (V::Months(months), Plus, V::DateTime(moment)) => {
            months_later(*moment, *months)
        }
        (V::DateTime(moment), Minus, V::Months(months)) => months_later(*moment, months.negated()),
        _ => return None,
    })
}

/// The day of the moment a duration after the first moment of a day.
fn later(date: Date, days: Days) -> Option<Value> {
    let moment = DateTime::midnight(date).plus(days)?;
    Some(Value::Date(moment.date))
}

fn months_later(moment: DateTime, months: Months) -> Option<Value> {
    Some(Value::DateTime(DateTime {
        date: moment.date.plus_months(months)?,
        time: moment.time,
    }))
}

fn nanos(days: Days) -> Option<Decimal> {
    Decimal::new(days.nanos(), 0)
}

fn to_days(nanos: Decimal) -> Option<Days> {
    Days::new(nanos.rounded(0, Rounding::HalfEven)?.to_i128()?)
}

fn to_months(count: Option<Decimal>) -> Option<Months> {
    Months::new(count?.rounded(0, Rounding::Down)?.to_i64()?)
}
