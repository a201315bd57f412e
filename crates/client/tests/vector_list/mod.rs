//! What the receipt vectors are: receipts that hold, and for every reason receipts that do not.

mod broken;
mod valid;

use serde_json::Value;
use yinxin_crypto::Digest;
use yinxin_types::ReceiptFile;

use crate::support::text;

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
    all.extend(broken::vectors());
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
