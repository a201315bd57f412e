//! What an operator says of its service (服务档案), in the fields of the filing sheet.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use yinxin_types::{Code, Rejection};

use crate::codes;

/// The longest text of a profile, in bytes.
pub const MAX_TEXT_BYTES: usize = 512;
/// The most nodes, and the most algorithms, of one profile.
pub const MAX_LIST: usize = 128;

/// A text in Chinese and, where there is one, in English.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Label {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub en: Option<String>,
    pub zh: String,
}

/// A node of the service and where it stands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Node {
    pub name: String,
    pub place: String,
}

/// The profile. 区块链信息服务管理规定 §11 asks for name, category, form, field of use and the addresses of servers; R18 for the algorithms.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Profile {
    /// What the keys and ledgers rest on, such as `SM2`, `SM3`, `SM4`.
    pub algorithms: Vec<String>,
    /// The host name under which the public reaches it.
    pub domain: String,
    /// Form and field of the service.
    pub form: Label,
    pub name: Label,
    pub nodes: Vec<Node>,
}

/// `FILING_TEXT` for a text that is empty, longer than `limit` bytes or has control characters.
pub(crate) fn text(name: &str, text: &str, limit: usize) -> Result<(), Rejection> {
    if text.trim().is_empty() || text.len() > limit || text.chars().any(char::is_control) {
        let detail = format!("`{name}` has 1 to {limit} bytes and no control characters");
        return refuse(codes::FILING_TEXT, detail);
    }
    Ok(())
}

fn refuse<T>(code: Code, detail: impl Into<String>) -> Result<T, Rejection> {
    Err(Rejection::new(code, detail))
}

/// A host name (RFC 1123 §2.1): labels of letters, digits and hyphens.
fn is_host(text: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    text.len() <= 253 && text.contains('.') && text.split('.').all(label)
}

impl Profile {
    /// `FILING_TEXT`, `FILING_PROFILE`.
    pub fn check(&self) -> Result<(), Rejection> {
        for (name, label) in [("name", &self.name), ("form", &self.form)] {
            text(name, &label.zh, MAX_TEXT_BYTES)?;
            if let Some(en) = &label.en {
                text(name, en, MAX_TEXT_BYTES)?;
            }
        }
        if !is_host(&self.domain) {
            return refuse(codes::FILING_PROFILE, "`domain` is not a host name");
        }
        let listed = |length: usize| (1..=MAX_LIST).contains(&length);
        if !listed(self.nodes.len()) || !listed(self.algorithms.len()) {
            let detail = format!("1 to {MAX_LIST} nodes and 1 to {MAX_LIST} algorithms");
            return refuse(codes::FILING_PROFILE, detail);
        }
        for node in &self.nodes {
            text("nodes.name", &node.name, MAX_TEXT_BYTES)?;
            text("nodes.place", &node.place, MAX_TEXT_BYTES)?;
        }
        for algorithm in &self.algorithms {
            text("algorithms", algorithm, MAX_TEXT_BYTES)?;
        }
        let nodes: BTreeSet<&Node> = self.nodes.iter().collect();
        let algorithms: BTreeSet<&String> = self.algorithms.iter().collect();
        if nodes.len() != self.nodes.len() || algorithms.len() != self.algorithms.len() {
            return refuse(codes::FILING_PROFILE, "a node or an algorithm stands twice");
        }
        Ok(())
    }
}
