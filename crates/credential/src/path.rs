//! The claims path pointer (OpenID4VP 1.0, section 7): where a claim stands in a credential.

use serde_json::Value;

use crate::Error;
use crate::sd_jwt::MAX_DEPTH;

/// The longest path that is read.
const MAX_STEPS: usize = MAX_DEPTH;

/// One component of a path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// The member of that name.
    Name(String),
    /// The element at that index.
    Index(usize),
    /// Every element.
    All,
}

/// A path to one or more claims, never empty.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ClaimPath(Vec<Step>);

impl ClaimPath {
    /// The path of these steps.
    ///
    /// # Errors
    /// [`Error::Query`] where it is empty or over [`MAX_DEPTH`] steps long.
    pub fn new(steps: Vec<Step>) -> Result<Self, Error> {
        if steps.is_empty() || steps.len() > MAX_STEPS {
            return Err(Error::Query("a path has from one to 32 components"));
        }
        Ok(Self(steps))
    }

    /// The claim of that name at the top of a credential.
    #[must_use]
    pub fn top(name: &str) -> Self {
        Self(vec![Step::Name(name.to_owned())])
    }

    /// The member `name` of what this path leads to.
    #[must_use]
    pub fn then(mut self, step: Step) -> Self {
        self.0.push(step);
        self
    }

    /// Reads the JSON array of texts, non-negative integers and nulls.
    ///
    /// # Errors
    /// [`Error::Query`].
    pub fn parse(value: &Value) -> Result<Self, Error> {
        const WRONG: Error = Error::Query("a path is an array of texts, indices and nulls");
        let steps = value
            .as_array()
            .ok_or(WRONG)?
            .iter()
            .map(|step| match step {
                Value::String(name) => Ok(Step::Name(name.clone())),
                Value::Null => Ok(Step::All),
                Value::Number(number) => number
                    .as_u64()
                    .and_then(|index| usize::try_from(index).ok())
                    .map(Step::Index)
                    .ok_or(WRONG),
                _ => Err(WRONG),
            })
            .collect::<Result<_, _>>()?;
        Self::new(steps)
    }

    /// The JSON array.
    #[must_use]
    pub fn to_value(&self) -> Value {
        self.0
            .iter()
            .map(|step| match step {
                Step::Name(name) => Value::from(name.as_str()),
                Step::Index(index) => Value::from(*index),
                Step::All => Value::Null,
            })
            .collect()
    }

    /// The steps.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.0
    }

    /// The name of the top-level claim that the path goes into.
    #[must_use]
    pub fn claim(&self) -> Option<&str> {
        match self.0.first() {
            Some(Step::Name(name)) => Some(name),
            _ => None,
        }
    }

    /// The places the path leads to in a credential, each with its value: section 7.1.1. `None` where that is an error: a step
    /// that does not fit what it is applied to, or nothing left at the end.
    pub(crate) fn select<'a>(&self, root: &'a Value) -> Option<Vec<(Vec<Step>, &'a Value)>> {
        let mut selected: Vec<(Vec<Step>, &Value)> = vec![(Vec::new(), root)];
        for step in &self.0 {
            let mut next = Vec::new();
            for (place, value) in selected {
                let mut take = |step: Step, value| {
                    let mut place = place.clone();
                    place.push(step);
                    next.push((place, value));
                };
                match step {
                    Step::Name(name) => {
                        if let Some(member) = value.as_object()?.get(name) {
                            take(step.clone(), member);
                        }
                    }
                    Step::Index(index) => {
                        if let Some(element) = value.as_array()?.get(*index) {
                            take(step.clone(), element);
                        }
                    }
                    Step::All => {
                        for (index, element) in value.as_array()?.iter().enumerate() {
                            take(Step::Index(index), element);
                        }
                    }
                }
            }
            selected = next;
        }
        (!selected.is_empty()).then_some(selected)
    }
}
