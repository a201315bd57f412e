//! What the receipt vectors are: receipts that hold, and for every reason receipts that do not.

mod broken_chain;
mod broken_deposit;
mod epochs;
mod occurrences;
mod passkeys;
mod valid;

use serde_json::{Value, json};
use yinxin_crypto::Digest;
use yinxin_types::ReceiptFile;

use crate::support::{Chain, text};

/// One question to a verifier and its answer.
pub struct Vector {
    pub name: String,
    pub chain: Digest,
    pub receipt: String,
    pub file: Option<Vec<u8>>,
    pub expected: &'static str,
}

pub fn all() -> Vec<Vector> {
    let mut all = valid::vectors();
    all.extend(broken_chain::vectors());
    all.extend(broken_deposit::vectors());
    all.extend(passkeys::vectors());
    all.extend(epochs::vectors());
    all.extend(occurrences::vectors());
    all
}

/// A vector with the receipt file as it is.
pub fn vector(
    name: &str,
    chain: Digest,
    file: &ReceiptFile,
    content: Option<&[u8]>,
    expected: &'static str,
) -> Vector {
    Vector {
        name: name.to_owned(),
        chain,
        receipt: text(file),
        file: content.map(<[u8]>::to_vec),
        expected,
    }
}

/// The text of a receipt file after some change of its document.
pub fn edited(file: &ReceiptFile, edit: impl FnOnce(&mut Value)) -> String {
    let mut value = serde_json::to_value(file).unwrap();
    edit(&mut value);
    // In one order, whichever `serde_json` is built to keep: that depends on what else is built.
    value.sort_all_objects();
    value.to_string()
}

/// Changes the last hexadecimal digit of a text at a place such as `/header/state_root`.
pub fn flip(value: &mut Value, place: &str) {
    let text = value.pointer_mut(place).unwrap_or_else(|| panic!("{place}"));
    let mut changed = text.as_str().unwrap().to_owned();
    let last = changed.pop().unwrap();
    changed.push(if last == '0' { '1' } else { '0' });
    *text = Value::String(changed);
}

/// One change of a document.
pub type Edit = Box<dyn FnOnce(&mut Value)>;

/// A vector with a receipt of any text and without file.
pub fn plain(name: &str, chain: Digest, receipt: String, expected: &'static str) -> Vector {
    Vector {
        name: name.to_owned(),
        chain,
        receipt,
        file: None,
        expected,
    }
}

/// Vectors that differ from one receipt file in one edit each.
pub fn edits(base: &(Chain, ReceiptFile), expected: &'static str, list: Vec<(&str, Edit)>) -> Vec<Vector> {
    let make = |(name, edit): (&str, Edit)| plain(name, base.0.id(), edited(&base.1, edit), expected);
    list.into_iter().map(make).collect()
}

pub fn set(place: &'static str, to: Value) -> Edit {
    Box::new(move |value| *value.pointer_mut(place).unwrap_or_else(|| panic!("{place}")) = to)
}

pub fn flipped(place: &'static str) -> Edit {
    Box::new(move |value| flip(value, place))
}

pub fn siblings(place: &'static str, edit: fn(&mut Vec<Value>)) -> Edit {
    Box::new(move |value| edit(value.pointer_mut(place).unwrap().as_array_mut().unwrap()))
}

pub fn one_more(list: &mut Vec<Value>) {
    list.push(json!("00".repeat(32)));
}

pub fn one_less(list: &mut Vec<Value>) {
    list.pop();
}

pub fn swapped(list: &mut [Value]) {
    list.swap(0, 1);
}
