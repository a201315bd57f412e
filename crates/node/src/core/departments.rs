//! Who votes, and what the departments behind the keys are called.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};
use yinxin_crypto::PublicKey;
use yinxin_types::ValidatorSet;

use super::Core;

/// The question whose answer names all members.
const MEMBERS: &str = "governance.members";

/// What is read of a member.
#[derive(Deserialize)]
struct Named {
    code: String,
    name: String,
    validator: Option<PublicKey>,
}

impl Core {
    /// Those who vote on the next block, as far as the node knows now.
    pub(super) fn voting(&self) -> ValidatorSet {
        let known = self.ledger.get().and_then(|ledger| ledger.validators());
        known.unwrap_or_else(|| self.genesis.validators())
    }

    /// Code and name of the department that votes with a key: of a founder as the genesis has them, of another as the members decided. A key
    /// that is not known yet stands for itself.
    pub(super) fn department(&self, key: &PublicKey) -> (String, String) {
        let mut founders = self.genesis.members.iter();
        if let Some(founder) = founders.find(|member| member.validator == *key) {
            return (founder.code.to_string(), founder.name.clone());
        }
        let known = self.departments.lock().get(key).cloned();
        known.unwrap_or_else(|| (String::new(), key.to_string()))
    }

    /// Learns the names of departments from the records. Keys that vote no more keep theirs.
    pub(super) async fn learn_departments(self: Arc<Self>) {
        if self.registry.question(MEMBERS).is_none() {
            return;
        }
        let answer = self.inquire_one(None, MEMBERS, json!({})).await;
        let members = answer.ok().and_then(|members| match members {
            Value::Array(members) => Some(members),
            _ => None,
        });
        let named = members.into_iter().flatten();
        let named = named.filter_map(|member| serde_json::from_value::<Named>(member).ok());
        let mut departments = self.departments.lock();
        for Named {
            code,
            name,
            validator,
        } in named
        {
            departments.extend(validator.map(|key| (key, (code, name))));
        }
    }
}
