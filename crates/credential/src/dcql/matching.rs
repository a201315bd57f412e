//! Whether one credential answers one query, and with which of its claims (section 6.4.1).

use std::collections::BTreeSet;

use serde_json::Value;

use super::{ClaimQuery, CredentialQuery, FORMAT};
use crate::{Jwk, Step};

impl CredentialQuery {
    /// The places of the claims that answer the query in a credential of type `vct` with these `claims`: those of the first claim
    /// set that can be met. `None` where it does not answer.
    pub(super) fn answer(
        &self,
        vct: &str,
        holder: Option<&Jwk>,
        claims: &Value,
    ) -> Option<BTreeSet<Vec<Step>>> {
        let fits = self.format == FORMAT
            && !self.trusted_authorities
            && self.vct_values.iter().any(|wanted| wanted == vct)
            && (holder.is_some() || !self.holder_binding);
        if !fits {
            return None;
        }
        let all: Vec<usize> = (0..self.claims.len()).collect();
        let mut sets = self
            .claim_sets
            .iter()
            .chain(self.claim_sets.is_empty().then_some(&all));
        sets.find_map(|set| {
            let mut places = BTreeSet::new();
            for index in set {
                places.extend(self.claims.get(*index)?.answer(claims)?);
            }
            Some(places)
        })
    }
}

impl ClaimQuery {
    /// Where the claim stands. With values to match, the elements that match; the claim counts as absent where none does.
    fn answer(&self, claims: &Value) -> Option<Vec<Vec<Step>>> {
        let places: Vec<_> = self
            .path
            .select(claims)?
            .into_iter()
            .filter(|(_, value)| self.values.is_empty() || self.values.contains(value))
            .map(|(place, _)| place)
            .collect();
        (!places.is_empty()).then_some(places)
    }
}
