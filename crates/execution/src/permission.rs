//! Which policies (策略) are in force, and the question that operations ask them: [`Call::permit`].
//!
//! A scenario brings default policies with the program; governance may enact a document named `policy/<scenario>` whose policies come on
//! top. So it can narrow (what it forbids overrides what is permitted) and permit more, but a default that forbids stays in force until the
//! program changes, and so does what a law gives to whoever acts ([`Call::permit_by_right`]). The newest version of the document replaces the
//! one before; an empty one leaves the defaults.
//!
//! Policies speak about the operations of their own scenario only, and never about those of governance, which asks no policy: whatever is
//! enacted, the members can enact something else.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use serde::Deserialize;
use serde_json::json;
use yinxin_crypto::Digest;
use yinxin_policy::{Context, PolicyError, PolicySet, Request, Schema};
use yinxin_types::{Rejection, codes};

use crate::records::{Failure, Records};
use crate::registry::Registry;
use crate::scenario::{Call, DocumentClass, Operation, Scenario};
use crate::upgrades::Versions;

/// What the names of documents with policies begin with; the scenario follows.
pub const POLICY_DOCUMENTS: &str = "policy/";
/// The scenario that enacts. No policy speaks about it.
pub(crate) const GOVERNANCE: &str = "governance";
/// The question for the document in force.
const DOCUMENT: &str = "governance.document";
/// How many parsed documents are kept; more are read again when they are asked for.
const KEPT: usize = 32;

type Sources = &'static [(&'static str, &'static str)];
type Parsed = Result<Arc<PolicySet>, PolicyError>;

/// What one version of a scenario brings with it, and what it may speak about.
struct Defaults {
    sources: Sources,
    set: Arc<PolicySet>,
    operations: &'static [Operation],
    /// Questions that its policies decide about.
    decided: &'static [&'static str],
}

/// The policies of a chain.
pub(crate) struct Permissions {
    schema: Schema,
    /// By scenario and version.
    defaults: BTreeMap<&'static str, BTreeMap<u32, Defaults>>,
    enacted: Mutex<Kept>,
}

impl fmt::Debug for Permissions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Permissions")
            .field("scenarios", &self.defaults.keys())
            .finish_non_exhaustive()
    }
}

/// A scenario, its version, and the digest of a document.
type Named = (String, u32, Digest);

/// Parsed documents, the oldest leaving first. What is kept changes how long an answer takes, not the answer.
#[derive(Default)]
struct Kept {
    sets: BTreeMap<Named, Parsed>,
    order: VecDeque<Named>,
}

impl Kept {
    fn put(&mut self, key: Named, parsed: Parsed) {
        if self.sets.insert(key.clone(), parsed).is_none() {
            self.order.push_back(key);
        }
        while self.order.len() > KEPT {
            if let Some(oldest) = self.order.pop_front() {
                self.sets.remove(&oldest);
            }
        }
    }
}

/// What the question for a document answers, as far as it matters here.
#[derive(Deserialize)]
struct Document {
    content: Option<String>,
    digest: Digest,
}

impl Permissions {
    /// Reads the default policies of all versions of all scenarios, over the schema of all their operations and of the questions that policies
    /// decide about.
    pub fn new(scenarios: &[Arc<dyn Scenario>]) -> Result<Self, (&'static str, PolicyError)> {
        let operations = scenarios.iter().flat_map(|scenario| scenario.operations());
        let decided = scenarios.iter().flat_map(|scenario| scenario.decided_questions());
        let actions: BTreeSet<&'static str> = operations
            .map(|operation| operation.id)
            .chain(decided.copied())
            .collect();
        let schema = Schema::new(actions).map_err(|error| ("", error))?;
        let mut defaults: BTreeMap<&'static str, BTreeMap<u32, Defaults>> = BTreeMap::new();
        for scenario in scenarios {
            let (name, sources) = (scenario.name(), scenario.policies());
            let set = PolicySet::parse(&schema, sources).map_err(|error| (name, error))?;
            if let Some(foreign) = foreign(name, &set) {
                return Err((name, PolicyError::Unnamed(foreign)));
            }
            let brought = Defaults {
                sources,
                set: Arc::new(set),
                operations: scenario.operations(),
                decided: scenario.decided_questions(),
            };
            defaults
                .entry(name)
                .or_default()
                .insert(scenario.version(), brought);
        }
        Ok(Self {
            schema,
            defaults,
            enacted: Mutex::default(),
        })
    }

    /// What the version of a scenario that acts now brings with it.
    fn of(
        &self,
        (registry, versions): (&Registry, &Versions),
        scenario: &str,
    ) -> Result<Option<(u32, &Defaults)>, Rejection> {
        let version = versions.at(registry, scenario)?;
        let found = self.defaults.get(scenario).and_then(|all| all.get(&version));
        Ok(found.map(|defaults| (version, defaults)))
    }

    /// What policies may name by the versions that act now.
    fn schema_of(&self, now: (&Registry, &Versions)) -> Result<Schema, Rejection> {
        let mut actions = BTreeSet::new();
        for name in self.defaults.keys() {
            if let Some((_, acting)) = self.of(now, name)? {
                actions.extend(acting.operations.iter().map(|operation| operation.id));
                actions.extend(acting.decided);
            }
        }
        let wrong = |error: PolicyError| Rejection::new(codes::POLICY_MALFORMED, error.to_string());
        Schema::new(actions).map_err(wrong)
    }

    /// Refuses a document with policies: `POLICY_SCOPE`, `POLICY_MALFORMED`, `SCENARIO_MIGRATING`.
    pub fn check(&self, now: (&Registry, &Versions), document: &str, text: &str) -> Result<(), Rejection> {
        let refuse = |code, detail| Err(Rejection::new(code, detail));
        let scenario = document.strip_prefix(POLICY_DOCUMENTS).unwrap_or_default();
        let known = self.of(now, scenario)?.filter(|_| scenario != GOVERNANCE);
        if known.is_none() {
            let detail =
                format!("`{document}` is not `{POLICY_DOCUMENTS}` and a scenario other than `{GOVERNANCE}`");
            return refuse(codes::POLICY_SCOPE, detail);
        }
        // By the versions in force and no others, so that a program which has later ones decides as one which has not.
        let schema = self.schema_of(now)?;
        let set = match PolicySet::parse(&schema, &[(document, text)]) {
            Ok(set) => set,
            Err(error) => return refuse(codes::POLICY_MALFORMED, error.to_string()),
        };
        match foreign(scenario, &set) {
            Some(policy) => {
                let detail = format!("policy `{policy}` names operations outside of `{scenario}`");
                refuse(codes::POLICY_SCOPE, detail)
            }
            None => Ok(()),
        }
    }

    /// The default policies of a scenario.
    fn defaults(&self, call: &Call<'_>, scenario: &str) -> Result<Parsed, Rejection> {
        Ok(match self.of((call.registry, call.versions), scenario)? {
            Some((_, defaults)) => Ok(Arc::clone(&defaults.set)),
            None => Err(PolicyError::Operation(scenario.to_owned())),
        })
    }

    /// The policies in force for a scenario at this point of the block.
    fn in_force(&self, call: &Call<'_>, records: &Records<'_>, scenario: &str) -> Result<Parsed, Failure> {
        let known = self.of((call.registry, call.versions), scenario)?;
        let Some((version, Defaults { sources, set, .. })) = known else {
            return Ok(Err(PolicyError::Operation(scenario.to_owned())));
        };
        if call.registry.question(DOCUMENT).is_none() {
            return Ok(Ok(Arc::clone(set)));
        }
        let name = format!("{POLICY_DOCUMENTS}{scenario}");
        let about = json!({ "content": false, "name": name });
        let Some(Document { digest, .. }) = call.ask(records, DOCUMENT, &about)? else {
            return Ok(Ok(Arc::clone(set)));
        };
        let key = (scenario.to_owned(), version, digest);
        let kept = self.enacted.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(parsed) = kept.sets.get(&key) {
            return Ok(parsed.clone());
        }
        drop(kept);
        let whole: Option<Document> = call.ask(records, DOCUMENT, &json!({ "name": name }))?;
        let text = whole.and_then(|document| document.content).unwrap_or_default();
        let enacted = (name.as_str(), text.as_str());
        let all: Vec<(&str, &str)> = sources.iter().copied().chain([enacted]).collect();
        let parsed = PolicySet::parse(&self.schema, &all).map(Arc::new);
        let mut kept = self.enacted.lock().unwrap_or_else(PoisonError::into_inner);
        kept.put(key, parsed.clone());
        Ok(parsed)
    }
}

fn scenario_of<'a>(request: &Request<'a>) -> &'a str {
    request.operation.split_once('.').map_or("", |(name, _)| name)
}

/// The first policy that names an operation of another scenario, or one of governance.
fn foreign(scenario: &str, set: &PolicySet) -> Option<String> {
    let home = |operation: &String| {
        let named = operation.split_once('.').map(|(named, _)| named);
        named == Some(scenario) && scenario != GOVERNANCE
    };
    set.policies()
        .find(|(_, _, operations)| !operations.iter().all(home))
        .map(|(name, _, _)| name.to_string())
}

impl Call<'_> {
    /// [`Registry::check_policy`] by the versions of this block.
    ///
    /// # Errors
    /// The refusal.
    pub fn check_policy(&self, document: &str, text: &str) -> Result<(), Rejection> {
        self.registry.check_policy(document, text, self.versions)
    }

    /// The class of a document with this name, if a scenario of the chain reads it.
    ///
    /// # Errors
    /// `SCENARIO_MIGRATING` where the records of its reader are being migrated.
    pub fn document_class(&self, name: &str) -> Result<Option<DocumentClass>, Rejection> {
        self.registry.document_class_at(name, self.versions)
    }

    /// Asks the policies in force for the scenario of the requested operation, as they stand at this point of the block. The time of the
    /// request is that of the block, whatever it says. This comes on top of an operation's own checks, after them and before its writes.
    ///
    /// # Errors
    /// `POLICY_DENIED` with the names of the policies that decided in its detail; `POLICY_MALFORMED` where a document in force cannot be
    /// read by this program, which denies everything in its scenario until governance enacts another.
    pub fn permit(&self, records: &Records<'_>, request: &Request<'_>) -> Result<(), Failure> {
        let policies = self
            .registry
            .permissions()
            .in_force(self, records, scenario_of(request))?;
        Ok(self.decide(&policies, request)?)
    }

    /// Asks the default policies alone: for what a law gives to whoever acts, such as a person's look at its own data, and the members of a
    /// chain therefore cannot take away. Otherwise as [`Call::permit`].
    ///
    /// # Errors
    /// `POLICY_DENIED`.
    pub fn permit_by_right(&self, request: &Request<'_>) -> Result<(), Rejection> {
        let policies = self.registry.permissions().defaults(self, scenario_of(request))?;
        self.decide(&policies, request)
    }

    fn decide(&self, policies: &Parsed, request: &Request<'_>) -> Result<(), Rejection> {
        let policies = match policies {
            Ok(policies) => policies,
            Err(error) => return Err(Rejection::new(codes::POLICY_MALFORMED, error.to_string())),
        };
        let context = Context {
            time: self.block.time.0,
            ..request.context
        };
        let decision = policies.decide(&Request { context, ..*request });
        if decision.allowed {
            return Ok(());
        }
        let names: Vec<&str> = decision.determining.iter().map(|name| name.as_str()).collect();
        let detail = match names.as_slice() {
            [] => format!("no policy permits `{}` here", request.operation),
            names => format!("forbidden by {}", names.join(", ")),
        };
        Err(Rejection::new(codes::POLICY_DENIED, detail))
    }
}
