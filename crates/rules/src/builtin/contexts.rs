//! Functions on contexts (DMN 1.5 §10.3.4.10).

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{one, text};
use crate::value::{Context, List, Value};

fn made(entries: BTreeMap<Arc<str>, Value>) -> Option<Value> {
    Context::new(entries).ok().map(Value::Context)
}

fn items(value: &Value) -> Option<&[Value]> {
    match value {
        Value::List(list) => Some(list.items()),
        Value::Context(_) => Some(std::slice::from_ref(value)),
        _ => None,
    }
}

pub(super) fn get_value(a: &[Value]) -> Option<Value> {
    match a {
        [Value::Context(context), key] => context.get(text(key)?).cloned(),
        _ => None,
    }
}

pub(super) fn get_entries(a: &[Value]) -> Option<Value> {
    let Value::Context(context) = one(a)? else {
        return None;
    };
    let entry = |(name, value): (&Arc<str>, &Value)| {
        let members = [
            (Arc::from("key"), Value::String(Arc::clone(name))),
            (Arc::from("value"), value.clone()),
        ];
        made(members.into_iter().collect())
    };
    let entries: Option<Vec<Value>> = context.iter().map(entry).collect();
    List::new(entries?).ok().map(Value::List)
}

/// From a list of `{key: …, value: …}`; no key twice.
pub(super) fn context(a: &[Value]) -> Option<Value> {
    let mut entries = BTreeMap::new();
    for entry in items(one(a)?)? {
        let Value::Context(entry) = entry else {
            return None;
        };
        let (Value::String(key), value) = (entry.get("key")?, entry.get("value")?) else {
            return None;
        };
        if entries.insert(Arc::clone(key), value.clone()).is_some() {
            return None;
        }
    }
    made(entries)
}

/// With one member set, at a name or at the end of a way of names.
pub(super) fn context_put(a: &[Value]) -> Option<Value> {
    match a {
        [Value::Context(context), Value::String(key), value] => {
            let mut entries = context.to_map();
            entries.insert(Arc::clone(key), value.clone());
            made(entries)
        }
        [context @ Value::Context(_), Value::List(keys), value] => put(context, keys.items(), value),
        _ => None,
    }
}

/// Contexts nest less deep than a value may; so does the way.
fn put(context: &Value, keys: &[Value], value: &Value) -> Option<Value> {
    let (first, rest) = keys.split_first()?;
    if rest.len() > usize::from(crate::limits::VALUE_DEPTH) {
        return None;
    }
    let (Value::Context(context), Value::String(key)) = (context, first) else {
        return None;
    };
    let mut entries = context.to_map();
    let new = if rest.is_empty() {
        value.clone()
    } else {
        put(context.get(key)?, rest, value)?
    };
    entries.insert(Arc::clone(key), new);
    made(entries)
}

/// Later ones win.
pub(super) fn context_merge(a: &[Value]) -> Option<Value> {
    let mut entries = BTreeMap::new();
    for context in items(one(a)?)? {
        let Value::Context(context) = context else {
            return None;
        };
        entries.extend(context.to_map());
    }
    made(entries)
}
