//! Names (DMN 1.5 §10.3.1.4): words with spaces, and signs such as `-` or `/` between them where a name of the document has them. Which
//! words belong together is decided by the names that are known at the place: the longest wins.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::lex::{Token, tokens};
use super::types::Type;

/// The names and types that are known where an expression stands.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scope {
    /// By first word, all names as their words and signs.
    names: BTreeMap<Arc<str>, Vec<Known>>,
    types: BTreeMap<Arc<str>, Type>,
    /// What is known around it.
    around: Option<Arc<Scope>>,
}

#[derive(Clone, Debug)]
struct Known {
    parts: Vec<Arc<str>>,
    name: Arc<str>,
}

/// A name with one space between words, as it is kept.
pub(crate) fn plain(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ")
}

impl Scope {
    /// A scope in which everything around is known too.
    pub fn within(around: &Arc<Self>) -> Self {
        Self {
            around: Some(Arc::clone(around)),
            ..Self::default()
        }
    }

    /// Makes a name known. False where it can be no name.
    pub fn add(&mut self, name: &str) -> bool {
        let Ok(tokens) = tokens(name) else {
            return false;
        };
        let parts: Vec<Arc<str>> = tokens
            .into_iter()
            .map(|token| token.raw)
            .filter(|raw| !raw.is_empty())
            .collect();
        let Some(first) = parts.first().cloned() else {
            return false;
        };
        let list = self.names.entry(first).or_default();
        if !list.iter().any(|known| known.parts == parts) {
            list.push(Known {
                parts,
                name: plain(name).into(),
            });
        }
        true
    }

    /// Makes a type known.
    pub fn add_type(&mut self, name: &str, of: Type) {
        self.types.insert(plain(name).into(), of);
    }

    /// The type of a name.
    pub fn type_of(&self, name: &str) -> Option<&Type> {
        self.types
            .get(name)
            .or_else(|| self.around.as_ref()?.type_of(name))
    }

    /// The longest known name at the front of these words and signs, and how many of them it takes.
    pub fn longest(&self, tokens: &[Token]) -> Option<(usize, Arc<str>)> {
        let around = self.around.as_ref().and_then(|around| around.longest(tokens));
        let own = self
            .names
            .get(&tokens.first()?.raw)
            .into_iter()
            .flatten()
            .filter(|known| {
                known.parts.len() <= tokens.len()
                    && known
                        .parts
                        .iter()
                        .zip(tokens)
                        .all(|(part, token)| *part == token.raw)
            })
            .max_by_key(|known| known.parts.len())
            .map(|known| (known.parts.len(), Arc::clone(&known.name)));
        [around, own]
            .into_iter()
            .flatten()
            .max_by_key(|(length, _)| *length)
    }

    /// Whether a name is known.
    pub fn knows(&self, name: &str) -> bool {
        tokens(name).is_ok_and(|tokens| {
            self.longest(&tokens)
                .is_some_and(|(length, _)| length.saturating_add(1) == tokens.len())
        })
    }
}
