//! Periods of the law, asked of `governance`: working days are the calendar's, which is published late, so that nothing here keeps a date.

use std::cell::RefCell;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::json;
use yinxin_execution::{Call, Failure, Records};
use yinxin_workflow::{Period, Unit};

pub(crate) const DAY_MS: u64 = 86_400_000;
/// The law's days are those of Asia/Shanghai, eight hours ahead of UTC.
const SHANGHAI_MS: u64 = 8 * 3_600_000;

/// Until when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Due {
    /// The last day on which one is in time.
    pub date: String,
    /// The first moment after it, in milliseconds UTC: in time is what happens before.
    pub ms_end: u64,
    /// Whether the calendar of a year on the way is not published yet, so that the day may still move.
    pub provisional: bool,
}

/// A time that does not count, from one moment to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pause {
    pub from_ms: u64,
    pub to_ms: u64,
}

#[derive(Clone, Deserialize)]
struct Span {
    to: String,
    working: u32,
}

/// The calendar as it stands in this block; the same question is asked once.
pub(crate) struct Calendar<'a> {
    call: &'a Call<'a>,
    records: &'a Records<'a>,
    asked: RefCell<BTreeMap<(u64, Period), Due>>,
}

impl<'a> Calendar<'a> {
    pub fn new(call: &'a Call<'a>, records: &'a Records<'a>) -> Self {
        Self {
            call,
            records,
            asked: RefCell::default(),
        }
    }

    /// The end of a period from a moment.
    pub fn end(&self, from_ms: u64, period: Period) -> Result<Due, Failure> {
        if let Some(due) = self.asked.borrow().get(&(from_ms, period)) {
            return Ok(due.clone());
        }
        let about = match period.unit {
            Unit::WorkingDays => json!({ "days": period.count, "from_ms": from_ms, "kind": "working" }),
            Unit::Days => json!({ "days": period.count, "from_ms": from_ms, "kind": "calendar" }),
            Unit::Months => json!({ "from_ms": from_ms, "months": period.count }),
            Unit::Seconds => {
                let ms_end = from_ms.saturating_add(u64::from(period.count).saturating_mul(1000));
                return self.moment(ms_end);
            }
        };
        let due: Due = self.call.ask(self.records, "governance.due", &about)?;
        self.asked.borrow_mut().insert((from_ms, period), due.clone());
        Ok(due)
    }

    /// A moment as an end.
    pub fn moment(&self, ms_end: u64) -> Result<Due, Failure> {
        let date = self.span(ms_end, ms_end)?.to;
        Ok(Due {
            date,
            ms_end,
            provisional: false,
        })
    }

    /// The end of a period of which some times do not count (行政许可法 §45). As the day of the beginning is not counted, the day on which a
    /// pause begins still counts, and the day on which it ends does not.
    pub fn end_with(&self, from_ms: u64, period: Period, pauses: &[Pause]) -> Result<Due, Failure> {
        let mut longer = 0_u32;
        for pause in pauses {
            let begin = pause.from_ms.max(from_ms);
            if pause.to_ms <= begin {
                continue;
            }
            let out = match period.unit {
                Unit::WorkingDays => self.span(begin, pause.to_ms)?.working,
                Unit::Days | Unit::Months => {
                    u32::try_from(day(pause.to_ms).saturating_sub(day(begin))).unwrap_or(u32::MAX)
                }
                Unit::Seconds => {
                    let ms = pause.to_ms.saturating_sub(begin);
                    u32::try_from(ms.div_ceil(1000)).unwrap_or(u32::MAX)
                }
            };
            longer = longer.saturating_add(out);
        }
        if longer == 0 {
            return self.end(from_ms, period);
        }
        if period.unit == Unit::Months {
            let unpaused = self.end(from_ms, period)?;
            let days = Period {
                count: longer,
                unit: Unit::Days,
            };
            return self.end(unpaused.ms_end.saturating_sub(1), days);
        }
        let count = period.count.saturating_add(longer);
        self.end(
            from_ms,
            Period {
                count,
                unit: period.unit,
            },
        )
    }

    /// The day of a moment, such as `2026-02-10`.
    pub fn date(&self, ms: u64) -> Result<String, Failure> {
        Ok(self.span(ms, ms)?.to)
    }

    /// How many working days there are after the day of a moment until that of another, none where it is earlier.
    pub fn working_days_between(&self, from_ms: u64, to_ms: u64) -> Result<u32, Failure> {
        Ok(match to_ms <= from_ms {
            true => 0,
            false => self.span(from_ms, to_ms)?.working,
        })
    }

    fn span(&self, from_ms: u64, to_ms: u64) -> Result<Span, Failure> {
        let about = json!({ "from_ms": from_ms, "to_ms": to_ms });
        self.call.ask(self.records, "governance.span", &about)
    }
}

fn day(ms: u64) -> u64 {
    ms.saturating_add(SHANGHAI_MS)
        .checked_div(DAY_MS)
        .unwrap_or_default()
}

/// So many working days.
pub(crate) const fn working_days(count: u32) -> Period {
    Period {
        count,
        unit: Unit::WorkingDays,
    }
}
