//! Parsed policies, found by operation, and their decisions.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use cedar_policy::{
    ActionConstraint, AuthorizationError, Authorizer, Effect, Entities, EntityUid, Policy, PolicyId,
    ValidationMode, ValidationWarning,
};

use crate::error::PolicyError;
use crate::request::Request;
use crate::schema::{Schema, Types};
use crate::{limits, text};

/// The annotations a policy may have: its name, the law it rests on, and what it says in both languages.
const ANNOTATIONS: &[&str] = &["en", "id", "law", "zh"];

/// The name of a policy: its source, a colon, its `@id`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PolicyName(String);

impl PolicyName {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PolicyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What the policies say to a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// Whether it is allowed.
    pub allowed: bool,
    /// The policies that decided, by name: those that permit where it is allowed, those that forbid where any does. Empty where nothing
    /// permits.
    pub determining: Vec<PolicyName>,
}

/// The policies that can match one operation.
struct Matching {
    action: EntityUid,
    policies: cedar_policy::PolicySet,
}

/// Policies of one or more sources, parsed and checked, found by operation: a request meets only those that name its operation.
pub struct PolicySet {
    authorizer: Authorizer,
    actions: Entities,
    types: Types,
    matching: BTreeMap<String, Matching>,
    /// Which operations each policy names, and whether it forbids them.
    named: BTreeMap<PolicyName, (bool, BTreeSet<String>)>,
}

impl fmt::Debug for PolicySet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PolicySet")
            .field("named", &self.named)
            .finish_non_exhaustive()
    }
}

impl PolicySet {
    /// Parses sources, each a name and a text, and checks them against the schema.
    ///
    /// # Errors
    /// The first thing found: see [`PolicyError`].
    pub fn parse(schema: &Schema, sources: &[(&str, &str)]) -> Result<Self, PolicyError> {
        let mut set = Self {
            authorizer: Authorizer::new(),
            actions: schema.actions.clone(),
            types: schema.types.clone(),
            matching: BTreeMap::new(),
            named: BTreeMap::new(),
        };
        let mut seen = BTreeSet::new();
        for (source, text) in sources {
            if !seen.insert(source) {
                return Err(PolicyError::Source((*source).to_owned()));
            }
            let tokens = text::measure(source, text)?;
            stacker::maybe_grow(limits::STACK_LEFT, limits::STACK, || {
                set.add_source(schema, source, text, &tokens)
            })?;
        }
        Ok(set)
    }

    fn add_source(
        &mut self,
        schema: &Schema,
        source: &str,
        text: &str,
        tokens: &[usize],
    ) -> Result<(), PolicyError> {
        let syntax = |detail: String| PolicyError::Syntax {
            source_name: source.to_owned(),
            detail,
        };
        let parsed: cedar_policy::PolicySet = text
            .parse()
            .map_err(|error: cedar_policy::ParseErrors| syntax(error.to_string()))?;
        if parsed.num_of_templates() > 0 || parsed.num_of_policies() != tokens.len() {
            return Err(syntax("a policy has a blank to be filled in".to_owned()));
        }
        let mut checked = cedar_policy::PolicySet::new();
        let mut work = 0_usize;
        for (place, tokens) in tokens.iter().enumerate() {
            // So Cedar names the policies of a text.
            let policy = parsed.policy(&PolicyId::new(format!("policy{place}")));
            let policy = policy.ok_or_else(|| syntax(format!("no policy {place}")))?;
            let name = name_of(source, policy)?;
            let operations = operations_of(schema, policy, &name)?;
            work = work.saturating_add(tokens.saturating_mul(operations.len()));
            if work > limits::WORK {
                return Err(PolicyError::Work(source.to_owned()));
            }
            let policy = policy.new_id(PolicyId::new(name.as_str()));
            let forbids = policy.effect() == Effect::Forbid;
            let twice = |_| PolicyError::Id(source.to_owned());
            checked.add(policy.clone()).map_err(twice)?;
            for operation in &operations {
                let Some(action) = schema.operations.get(operation) else {
                    return Err(PolicyError::Unnamed(name.0));
                };
                let matching = self
                    .matching
                    .entry(operation.clone())
                    .or_insert_with(|| Matching {
                        action: action.clone(),
                        policies: cedar_policy::PolicySet::new(),
                    });
                matching.policies.add(policy.clone()).map_err(twice)?;
            }
            self.named.insert(name, (forbids, operations));
        }
        validate(schema, &checked)
    }

    /// The policies, whether each forbids, and which operations it names.
    pub fn policies(&self) -> impl Iterator<Item = (&PolicyName, bool, &BTreeSet<String>)> {
        let named = self.named.iter();
        named.map(|(name, (forbids, operations))| (name, *forbids, operations))
    }

    /// What the policies say. A request with a text that is longer than allowed is denied.
    pub fn decide(&self, request: &Request<'_>) -> Decision {
        let denied = |determining: BTreeSet<PolicyName>| Decision {
            allowed: false,
            determining: determining.into_iter().collect(),
        };
        let Some(matching) = self.matching.get(request.operation) else {
            return denied(BTreeSet::new());
        };
        let asked = stacker::maybe_grow(limits::STACK_LEFT, limits::STACK, || {
            let asked = request.cedar(&self.types, &matching.action)?;
            Some(
                self.authorizer
                    .is_authorized(&asked, &matching.policies, &self.actions),
            )
        });
        let Some(response) = asked else {
            return denied(BTreeSet::new());
        };
        // What could not be evaluated and would forbid, forbids; Cedar alone would pass over it.
        let failed = response.diagnostics().errors().map(|error| match error {
            AuthorizationError::PolicyEvaluationError(error) => error.policy_id(),
        });
        let mut forbidding: BTreeSet<PolicyName> = failed
            .map(named)
            .filter(|name| self.named.get(name).is_none_or(|(forbids, _)| *forbids))
            .collect();
        let decided = response.diagnostics().reason().map(named);
        if response.decision() == cedar_policy::Decision::Allow && forbidding.is_empty() {
            let permitting: BTreeSet<PolicyName> = decided.collect();
            return Decision {
                allowed: true,
                determining: permitting.into_iter().collect(),
            };
        }
        if response.decision() == cedar_policy::Decision::Deny {
            forbidding.extend(decided);
        }
        denied(forbidding)
    }
}

fn named(id: &PolicyId) -> PolicyName {
    PolicyName(AsRef::<str>::as_ref(id).to_owned())
}

fn name_of(source: &str, policy: &Policy) -> Result<PolicyName, PolicyError> {
    let id = policy.annotation("id").filter(|id| text::is_name(id, b'-'));
    let id = id.ok_or_else(|| PolicyError::Id(source.to_owned()))?;
    let name = format!("{source}:{id}");
    match policy
        .annotations()
        .find(|(annotation, _)| !ANNOTATIONS.contains(annotation))
    {
        Some(_) => Err(PolicyError::Annotation(name)),
        None => Ok(PolicyName(name)),
    }
}

/// The operations in the head of a policy, those of a scenario where it names the scenario.
fn operations_of(
    schema: &Schema,
    policy: &Policy,
    name: &PolicyName,
) -> Result<BTreeSet<String>, PolicyError> {
    let unnamed = || PolicyError::Unnamed(name.0.clone());
    let heads = match policy.action_constraint() {
        ActionConstraint::Any => return Err(unnamed()),
        ActionConstraint::Eq(one) => vec![one],
        ActionConstraint::In(some) => some,
    };
    let mut operations = BTreeSet::new();
    for head in heads {
        let id = head.id().unescaped();
        let before = operations.len();
        let meant = |operation: &&String| {
            operation.as_str() == id || operation.split_once('.').is_some_and(|(group, _)| group == id)
        };
        operations.extend(schema.operations.keys().filter(meant).cloned());
        if operations.len() == before && !operations.contains(id) {
            return Err(unnamed());
        }
    }
    match operations.is_empty() {
        true => Err(unnamed()),
        false => Ok(operations),
    }
}

/// That no policy reads what no request has or compares what cannot be compared, that each can apply, and that none looks like what it is
/// not. The mixture of scripts in one text is no fault here: Chinese texts have Latin letters in them.
fn validate(schema: &Schema, policies: &cedar_policy::PolicySet) -> Result<(), PolicyError> {
    let result = schema.validator.validate(policies, ValidationMode::Strict);
    let errors = result
        .validation_errors()
        .map(|error| (error.policy_id().to_string(), error.to_string()));
    let warnings = result
        .validation_warnings()
        .filter(|warning| !matches!(warning, ValidationWarning::MixedScriptString(_)))
        .map(|warning| (warning.policy_id().to_string(), warning.to_string()));
    match errors.chain(warnings).min() {
        Some((policy, detail)) => Err(PolicyError::Invalid { policy, detail }),
        None => Ok(()),
    }
}
