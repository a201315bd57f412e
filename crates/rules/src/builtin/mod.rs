//! The functions that are built in (DMN 1.5 §10.3.4). `None` is an argument that a function does not take: its result is null.

mod contexts;
mod lists;
mod numbers;
mod patterns;
mod ranges;
mod strings;
mod times;

use crate::decimal::Decimal;
use crate::value::{self, Value};

pub(crate) use patterns::is_unsupported as is_unsupported_pattern;
pub(crate) use times::at_literal;

/// How many steps a call takes, by how much it looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cost {
    /// Once at each argument.
    Linear,
    /// At each argument for each other.
    Square,
    /// As much as a power.
    Power,
    /// As much as a pattern takes to be read and to run.
    Pattern,
}

/// A function with its name.
#[derive(Debug)]
pub(crate) struct Builtin {
    pub name: &'static str,
    /// The names of its parameters, in each way in which it can be called; those that may be left out end in `?`.
    signatures: &'static [&'static [&'static str]],
    pub cost: Cost,
    /// The most bytes of its result.
    pub size: fn(&[Value]) -> usize,
    pub run: fn(&[Value]) -> Option<Value>,
}

impl Builtin {
    /// How many parameters there are, and at which places arguments with these names stand.
    pub fn places(&self, names: &[&str]) -> Option<(usize, Vec<usize>)> {
        self.signatures.iter().find_map(|signature| {
            let places: Option<Vec<usize>> = names
                .iter()
                .map(|name| {
                    signature
                        .iter()
                        .position(|parameter| parameter.trim_end_matches('?') == *name)
                })
                .collect();
            let places = places?;
            let needed = signature
                .iter()
                .filter(|parameter| !parameter.ends_with('?'))
                .count();
            let last = places.iter().max().map_or(0, |last| last.saturating_add(1));
            Some((needed.max(last), places))
        })
    }
}

/// Three times what the arguments are long: upper case makes a text at most so much longer.
fn threefold(arguments: &[Value]) -> usize {
    arguments
        .iter()
        .map(value::weight)
        .fold(1, usize::saturating_add)
        .saturating_mul(3 * 64)
}

macro_rules! table {
    ($($name:literal $([$($parameter:literal),*])* $cost:ident $(~ $size:path)? => $run:expr;)*) => {
        static TABLE: &[Builtin] = &[$(Builtin {
            name: $name,
            signatures: &[$(&[$($parameter),*]),*],
            cost: Cost::$cost,
            size: table!(@size $($size)?),
            run: $run,
        }),*];
    };
    (@size $size:path) => { $size };
    (@size) => { threefold };
}

table! {
    // Conversion, §10.3.4.1.
    "date" ["from"] ["year", "month", "day"] Linear => times::date;
    "time" ["from"] ["hour", "minute", "second", "offset?"] Linear => times::time;
    "date and time" ["from"] ["date", "time"] Linear => times::date_and_time;
    "duration" ["from"] Linear => times::duration;
    "years and months duration" ["from", "to"] Linear => times::years_and_months;
    "number" ["from", "grouping separator?", "decimal separator?"] Linear => numbers::number;
    "string" ["from"] Linear ~ strings::text_size => strings::string;
    "range" ["from"] Pattern => ranges::range;
    "context" ["entries"] Linear => contexts::context;
    // Truth values, §10.3.4.2.
    "not" ["negand"] Linear => numbers::not;
    // Texts, §10.3.4.3.
    "substring" ["string", "start position", "length?"] Linear => strings::substring;
    "string length" ["string"] Linear => strings::string_length;
    "upper case" ["string"] Linear => strings::upper_case;
    "lower case" ["string"] Linear => strings::lower_case;
    "substring before" ["string", "match"] Linear => strings::substring_before;
    "substring after" ["string", "match"] Linear => strings::substring_after;
    "contains" ["string", "match"] Linear => |a| strings::pair(a, |text, part| text.contains(part));
    "starts with" ["string", "match"] Linear => |a| strings::pair(a, |text, part| text.starts_with(part));
    "ends with" ["string", "match"] Linear => |a| strings::pair(a, |text, part| text.ends_with(part));
    "replace" ["input", "pattern", "replacement", "flags?"] Pattern ~ patterns::replaced_size => patterns::replace;
    "matches" ["input", "pattern", "flags?"] Pattern => patterns::matches;
    "split" ["string", "delimiter"] Pattern ~ patterns::split_size => patterns::split;
    "string join" ["list", "delimiter?"] Linear ~ strings::joined_size => strings::string_join;
    // Lists, §10.3.4.4.
    "list contains" ["list", "element"] Square => lists::list_contains;
    "list replace" ["list", "position", "newItem"] Linear => lists::list_replace;
    "count" ["list"] Linear => lists::count;
    "min" ["list"] Linear => |a| lists::extreme(a, std::cmp::Ordering::Less);
    "max" ["list"] Linear => |a| lists::extreme(a, std::cmp::Ordering::Greater);
    "sum" ["list"] Linear => lists::sum;
    "product" ["list"] Linear => lists::product;
    "mean" ["list"] Linear => lists::mean;
    "median" ["list"] Square => lists::median;
    "stddev" ["list"] Power => lists::stddev;
    "mode" ["list"] Square => lists::mode;
    "all" ["list"] Linear => |a| lists::logic(a, false);
    "any" ["list"] Linear => |a| lists::logic(a, true);
    "sublist" ["list", "start position", "length?"] Linear => lists::sublist;
    "append" ["list", "item"] Linear => lists::append;
    "concatenate" Linear => lists::concatenate;
    "insert before" ["list", "position", "newItem"] Linear => lists::insert_before;
    "remove" ["list", "position"] Linear => lists::remove;
    "reverse" ["list"] Linear => lists::reverse;
    "index of" ["list", "match"] Square => lists::index_of;
    "union" Square => lists::union;
    "distinct values" ["list"] Square => lists::distinct_values;
    "flatten" ["list"] Linear => lists::flatten;
    "sort" ["list", "precedes?"] Linear => |_| None;
    // Numbers, §10.3.4.5.
    "decimal" ["n", "scale"] Linear => numbers::decimal;
    "floor" ["n", "scale?"] Linear => numbers::floor;
    "ceiling" ["n", "scale?"] Linear => numbers::ceiling;
    "round up" ["n", "scale"] Linear => numbers::round_up;
    "round down" ["n", "scale"] Linear => numbers::round_down;
    "round half up" ["n", "scale"] Linear => numbers::round_half_up;
    "round half down" ["n", "scale"] Linear => numbers::round_half_down;
    "abs" ["n"] Linear => numbers::abs;
    "modulo" ["dividend", "divisor"] Linear => numbers::modulo;
    "sqrt" ["number"] Power => numbers::sqrt;
    "log" ["number"] Power => numbers::log;
    "exp" ["number"] Power => numbers::exp;
    "odd" ["number"] Linear => |a| numbers::parity(a, 1);
    "even" ["number"] Linear => |a| numbers::parity(a, 0);
    // Dates, §10.3.4.6 and §10.3.4.7.
    "is" ["value1", "value2"] Linear => times::is;
    "day of year" ["date"] Linear => times::day_of_year;
    "day of week" ["date"] Linear => times::day_of_week;
    "month of year" ["date"] Linear => times::month_of_year;
    "week of year" ["date"] Linear => times::week_of_year;
    // Ranges, §10.3.4.9.
    "before" ["point1", "point2"] ["point", "range"] ["range", "point"] ["range1", "range2"] Linear => ranges::before;
    "after" ["point1", "point2"] ["point", "range"] ["range", "point"] ["range1", "range2"] Linear => ranges::after;
    "meets" ["range1", "range2"] Linear => ranges::meets;
    "met by" ["range1", "range2"] Linear => ranges::met_by;
    "overlaps" ["range1", "range2"] Linear => ranges::overlaps;
    "overlaps before" ["range1", "range2"] Linear => ranges::overlaps_before;
    "overlaps after" ["range1", "range2"] Linear => ranges::overlaps_after;
    "finishes" ["point", "range"] ["range1", "range2"] Linear => ranges::finishes;
    "finished by" ["range", "point"] ["range1", "range2"] Linear => ranges::finished_by;
    "includes" ["range", "point"] ["range1", "range2"] Linear => ranges::includes;
    "during" ["point", "range"] ["range1", "range2"] Linear => ranges::during;
    "starts" ["point", "range"] ["range1", "range2"] Linear => ranges::starts;
    "started by" ["range", "point"] ["range1", "range2"] Linear => ranges::started_by;
    "coincides" ["point1", "point2"] ["range1", "range2"] Linear => ranges::coincides;
    // Contexts, §10.3.4.10.
    "get value" ["m", "key"] Linear => contexts::get_value;
    "get entries" ["m"] Linear => contexts::get_entries;
    "context put" ["context", "key", "value"] ["context", "keys", "value"] Linear => contexts::context_put;
    "context merge" ["contexts"] Linear => contexts::context_merge;
}

/// The function of a name.
pub(crate) fn find(name: &str) -> Option<&'static Builtin> {
    TABLE.iter().find(|builtin| builtin.name == name)
}

/// Functions of FEEL that are not the same on every node.
pub(crate) fn needs_clock(name: &str) -> bool {
    matches!(name, "now" | "today")
}

/// The names of all functions, in the order of the standard.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    TABLE.iter().map(|builtin| builtin.name)
}

fn one(arguments: &[Value]) -> Option<&Value> {
    match arguments {
        [argument] => Some(argument),
        _ => None,
    }
}

fn number(value: &Value) -> Option<Decimal> {
    match value {
        Value::Number(number) => Some(*number),
        _ => None,
    }
}

fn text(value: &Value) -> Option<&str> {
    match value {
        Value::String(text) => Some(text),
        _ => None,
    }
}

fn counted(length: usize) -> Option<Value> {
    Decimal::try_from(length).ok().map(Value::Number)
}
