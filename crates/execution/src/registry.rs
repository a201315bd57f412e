//! The scenarios a chain runs, found by operation identifier.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use thiserror::Error;
use yinxin_policy::PolicyError;
use yinxin_types::codes;
use yinxin_types::{Body, Code, Rejection};

use crate::permission::{GOVERNANCE, POLICY_DOCUMENTS, Permissions};
use crate::scenario::{Alarm, DocumentClass, Operation, Question, Scenario};
use crate::timers::ALARM;
use crate::upgrades::{FIRST_VERSION, MIGRATE, Migration, Versions};

/// Why scenarios cannot run together. These are mistakes of whoever builds the program.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RegistryError {
    /// Two scenarios define the same operation, or one defines an operation outside its name, or one that is called as alarms are.
    #[error("operation `{0}` is defined twice, outside its scenario or in the place of its alarm")]
    Operation(&'static str),
    /// Two scenarios answer the same question, or one answers a question outside its name, or policies are to decide about one that it does not
    /// answer or that is called as an operation.
    #[error("question `{0}` is answered twice or outside its scenario")]
    Question(&'static str),
    /// A scenario asks what no scenario of the chain answers.
    #[error("nobody answers question `{0}`")]
    Unanswered(&'static str),
    /// Two codes share a number or a name.
    #[error("code {0} is defined twice")]
    Code(u16),
    /// Two scenarios say who votes on blocks, or one names a question that it does not answer.
    #[error("who votes is said by `{0}`, which is not the one question for it")]
    Validators(&'static str),
    /// A code lacks a sentence.
    #[error("code `{0}` lacks a sentence in Chinese or English")]
    Text(&'static str),
    /// Two scenarios read documents with this prefix, or it is no name and a slash, or the platform's own.
    #[error("documents `{0}` are read twice, or have no prefix of their own")]
    Documents(&'static str),
    /// The versions of a scenario are not numbered from 1, or bear different names, or the first has a migration; or one that everything rests
    /// on has a migration during which it would answer nobody.
    #[error("the versions of scenario `{0}` do not follow one another, or its migration stops the chain")]
    Versions(&'static str),
    /// The default policies of a scenario are not policies about its operations.
    #[error("policies of scenario `{0}`: {1}")]
    Policy(&'static str, PolicyError),
}

/// One version of a scenario, its operations and questions by identifier.
struct Tables {
    scenario: Arc<dyn Scenario>,
    operations: BTreeMap<&'static str, Operation>,
    questions: BTreeMap<&'static str, Question>,
}

/// Every operation and code of a chain, in every version.
#[derive(Clone)]
pub struct Registry {
    /// The newest version of each.
    scenarios: Arc<[Arc<dyn Scenario>]>,
    /// All versions by name, the first at the beginning.
    versions: Arc<BTreeMap<&'static str, Vec<Tables>>>,
    /// Those of the newest versions.
    operations: Arc<BTreeMap<&'static str, Operation>>,
    /// Those of the newest versions.
    questions: Arc<BTreeMap<&'static str, Question>>,
    codes: Arc<BTreeMap<u16, Code>>,
    permissions: Arc<Permissions>,
    validators: Option<&'static str>,
}

impl fmt::Debug for Registry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Registry")
            .field("operations", &self.operations.keys())
            .finish_non_exhaustive()
    }
}

impl Registry {
    /// Puts scenarios together, each in its newest version, refusing any overlap.
    pub fn new(scenarios: Vec<Arc<dyn Scenario>>) -> Result<Self, RegistryError> {
        let mut operations = BTreeMap::new();
        let mut questions = BTreeMap::new();
        let mut versions = BTreeMap::new();
        let mut numbers: BTreeMap<u16, Code> =
            codes::PLATFORM.iter().map(|code| (code.number, *code)).collect();
        for scenario in &scenarios {
            let tables = tables(scenario)?;
            if let Some(newest) = tables.last() {
                for question in newest.questions.values() {
                    if questions.insert(question.id, *question).is_some() {
                        return Err(RegistryError::Question(question.id));
                    }
                }
                for operation in newest.operations.values() {
                    if operations.insert(operation.id, *operation).is_some() {
                        return Err(RegistryError::Operation(operation.id));
                    }
                }
            }
            for decided in scenario.decided_questions() {
                if !scenario
                    .questions()
                    .iter()
                    .any(|question| question.id == *decided)
                    || operations.contains_key(decided)
                {
                    return Err(RegistryError::Question(decided));
                }
            }
            versions.insert(scenario.name(), tables);
            for code in scenario.codes() {
                let named_twice = numbers.values().any(|other| other.name == code.name);
                if code.number == 0 || named_twice || numbers.insert(code.number, *code).is_some() {
                    return Err(RegistryError::Code(code.number));
                }
                if scenario.zh().get(code.name).is_none() || scenario.en().get(code.name).is_none() {
                    return Err(RegistryError::Text(code.name));
                }
            }
        }
        let all: Vec<Arc<dyn Scenario>> = versions
            .values()
            .flatten()
            .map(|tables: &Tables| tables.scenario.clone())
            .collect();
        // Receipts of earlier versions bear their codes for ever.
        let mut kept = all.iter().flat_map(|scenario| scenario.codes());
        if let Some(code) = kept.find(|code| numbers.get(&code.number) != Some(code)) {
            return Err(RegistryError::Code(code.number));
        }
        check_documents(&scenarios)?;
        let mut said = scenarios.iter().filter_map(|scenario| scenario.validators());
        let validators = said.next();
        let unknown = validators.filter(|question| !questions.contains_key(question));
        if let Some(question) = unknown.or_else(|| said.next()) {
            return Err(RegistryError::Validators(question));
        }
        if let Some(scenario) = all.iter().find(|scenario| stops_the_chain(scenario.as_ref())) {
            return Err(RegistryError::Versions(scenario.name()));
        }
        let mut asked = all.iter().flat_map(|scenario| scenario.asks());
        if let Some(question) = asked.find(|question| !questions.contains_key(**question)) {
            return Err(RegistryError::Unanswered(question));
        }
        let permissions =
            Permissions::new(&all).map_err(|(scenario, error)| RegistryError::Policy(scenario, error))?;
        Ok(Self {
            permissions: Arc::new(permissions),
            scenarios: scenarios.into(),
            versions: Arc::new(versions),
            operations: Arc::new(operations),
            questions: Arc::new(questions),
            codes: Arc::new(numbers),
            validators,
        })
    }

    /// The scenarios with the newest version that this program has of each, in order.
    pub fn newest_versions(&self) -> impl Iterator<Item = (&'static str, u32)> + '_ {
        self.versions.keys().map(|name| (*name, self.newest(name)))
    }

    /// The newest version of a scenario that this program has, 0 where it does not know the scenario.
    pub fn newest(&self, scenario: &str) -> u32 {
        let count = self.versions.get(scenario).map_or(0, Vec::len);
        u32::try_from(count).unwrap_or(u32::MAX)
    }

    /// What takes the records of a scenario to this version, if they change.
    pub fn migration(&self, scenario: &str, to: u32) -> Option<Migration> {
        self.tables(scenario, to)?.scenario.migration()
    }

    fn tables(&self, scenario: &str, version: u32) -> Option<&Tables> {
        let place = usize::try_from(version.checked_sub(FIRST_VERSION)?).ok()?;
        self.versions.get(scenario)?.get(place)
    }

    fn tables_at(&self, scenario: &str, versions: &Versions) -> Result<Option<&Tables>, Rejection> {
        Ok(self.tables(scenario, versions.at(self, scenario)?))
    }

    /// The operation with this identifier, of the version that acts now. Refused with `SCENARIO_MIGRATING`.
    pub(crate) fn operation_at(
        &self,
        id: &str,
        versions: &Versions,
    ) -> Result<Option<&Operation>, Rejection> {
        let tables = self.tables_at(home(id), versions)?;
        Ok(tables.and_then(|tables| tables.operations.get(id)))
    }

    /// The question with this identifier, of the version that answers now. Refused with `SCENARIO_MIGRATING`.
    pub(crate) fn question_at(&self, id: &str, versions: &Versions) -> Result<Option<&Question>, Rejection> {
        let tables = self.tables_at(home(id), versions)?;
        Ok(tables.and_then(|tables| tables.questions.get(id)))
    }

    /// The operation with this identifier, of the newest version.
    pub fn operation(&self, id: &str) -> Option<&Operation> {
        self.operations.get(id)
    }

    /// The question with this identifier, of the newest version.
    pub fn question(&self, id: &str) -> Option<&Question> {
        self.questions.get(id)
    }

    /// Whether anybody may ask this question at a node.
    pub fn is_open(&self, question: &str) -> bool {
        let mut open = self
            .scenarios
            .iter()
            .flat_map(|scenario| scenario.open_questions());
        open.any(|one| *one == question)
    }

    /// Whether a question is answered only to whom the answer names, and to auditors.
    pub fn is_personal(&self, question: &str) -> bool {
        let mut personal = self
            .scenarios
            .iter()
            .flat_map(|scenario| scenario.personal_questions());
        personal.any(|one| *one == question)
    }

    /// Whether an operation is done by a right that a law gives.
    pub fn is_right(&self, operation: &str) -> bool {
        let mut rights = self.scenarios.iter().flat_map(|scenario| scenario.rights());
        rights.any(|one| *one == operation)
    }

    /// What a scenario does when its timers fall due, in the version that acts now. Refused with `SCENARIO_MIGRATING`.
    pub(crate) fn alarm_at(&self, scenario: &str, versions: &Versions) -> Result<Option<Alarm>, Rejection> {
        let tables = self.tables_at(scenario, versions)?;
        Ok(tables.and_then(|tables| tables.scenario.alarm()))
    }

    /// Whether a node lists this operation's transactions to anybody.
    pub fn is_listed(&self, operation: &str) -> bool {
        self.lists(operation.split('.').next().unwrap_or_default())
    }

    /// Whether a node lists to anybody what happens in a scenario, its occurrences (到期事件) included.
    pub fn lists(&self, scenario: &str) -> bool {
        let mut scenarios = self.scenarios.iter();
        scenarios.any(|one| one.name() == scenario && one.listed())
    }

    /// The question that says who votes on blocks, if a scenario of the chain does.
    pub(crate) fn validators(&self) -> Option<&'static str> {
        self.validators
    }

    /// Identifiers of all operations of the newest versions, in order.
    pub fn operations(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.operations.keys().copied()
    }

    /// The code with this number.
    pub fn code(&self, number: u16) -> Option<Code> {
        self.codes.get(&number).copied()
    }

    /// All codes, by number.
    pub fn codes(&self) -> impl Iterator<Item = Code> + '_ {
        self.codes.values().copied()
    }

    /// The texts of a code or of another word of the scenarios, such as `class.listing`: Chinese, English.
    pub fn texts(&self, name: &str) -> Option<(&str, &str)> {
        let platform = codes::ZH.get(name).zip(codes::EN.get(name));
        platform.or_else(|| {
            self.scenarios
                .iter()
                .find_map(|scenario| scenario.zh().get(name).zip(scenario.en().get(name)))
        })
    }

    /// Refuses the text of a document `policy/<scenario>` that cannot be put in force: `POLICY_SCOPE` where it is for no scenario of the
    /// chain, or names operations of another or of governance; `POLICY_MALFORMED` where it is no list of policies that fit the schema;
    /// `SCENARIO_MIGRATING`.
    ///
    /// # Errors
    /// The refusal.
    pub fn check_policy(&self, document: &str, text: &str, versions: &Versions) -> Result<(), Rejection> {
        self.permissions.check((self, versions), document, text)
    }

    /// The class of a document with this name, if a scenario of the chain reads it in its newest version.
    pub fn document_class(&self, name: &str) -> Option<DocumentClass> {
        let mut scenarios = self.scenarios.iter();
        scenarios.find_map(|scenario| class_of(scenario.as_ref(), name))
    }

    /// The class of a document with this name, in the versions that act now. Refused with `SCENARIO_MIGRATING` where its reader is being migrated.
    pub(crate) fn document_class_at(
        &self,
        name: &str,
        versions: &Versions,
    ) -> Result<Option<DocumentClass>, Rejection> {
        for (scenario, all) in self.versions.iter() {
            if !all
                .iter()
                .any(|one| class_of(one.scenario.as_ref(), name).is_some())
            {
                continue;
            }
            let now = self.tables_at(scenario, versions)?;
            if let Some(class) = now.and_then(|tables| class_of(tables.scenario.as_ref(), name)) {
                return Ok(Some(class));
            }
        }
        Ok(None)
    }

    pub(crate) fn permissions(&self) -> &Permissions {
        &self.permissions
    }

    /// Refuses, at the door, what [`Registry::check`] refuses, by the versions that act now; `SCENARIO_MIGRATING` where the records of the scenario are
    /// being migrated.
    ///
    /// # Errors
    /// The refusal.
    pub fn check_by(&self, body: &Body, versions: &Versions) -> Result<(), Rejection> {
        let operation = self.operation_at(&body.operation, versions)?;
        let operation = operation.ok_or_else(|| {
            Rejection::new(codes::TX_OPERATION, format!("no operation `{}`", body.operation))
        })?;
        (operation.check)(body)
    }

    /// Refuses a body whose operation does not exist or whose arguments are malformed, by the newest version.
    pub fn check(&self, body: &Body) -> Result<(), Rejection> {
        let operation = self.operation(&body.operation);
        let operation = operation.ok_or_else(|| {
            Rejection::new(codes::TX_OPERATION, format!("no operation `{}`", body.operation))
        })?;
        (operation.check)(body)
    }
}

/// The scenario to which an operation or a question belongs.
fn home(id: &str) -> &str {
    id.split_once('.').map_or("", |(name, _)| name)
}

/// Every version of a scenario, the first at the beginning.
fn tables(newest: &Arc<dyn Scenario>) -> Result<Vec<Tables>, RegistryError> {
    let mut all = Vec::new();
    let mut next = Some(newest.clone());
    while let Some(scenario) = next {
        next = scenario.before();
        let first = scenario.version() == FIRST_VERSION;
        let follows = next.as_ref().map_or(first, |before| {
            before.name() == scenario.name() && before.version().checked_add(1) == Some(scenario.version())
        });
        if !follows || (first && scenario.migration().is_some()) {
            return Err(RegistryError::Versions(scenario.name()));
        }
        let (mut operations, mut questions) = (BTreeMap::new(), BTreeMap::new());
        for question in scenario.questions() {
            if home(question.id) != scenario.name() || questions.insert(question.id, *question).is_some() {
                return Err(RegistryError::Question(question.id));
            }
        }
        for operation in scenario.operations() {
            let verb = operation.id.split_once('.').map_or("", |(_, verb)| verb);
            let foreign = home(operation.id) != scenario.name();
            let taken = verb == ALARM || verb == MIGRATE;
            if foreign || taken || operations.insert(operation.id, *operation).is_some() {
                return Err(RegistryError::Operation(operation.id));
            }
        }
        all.push(Tables {
            scenario,
            operations,
            questions,
        });
    }
    all.reverse();
    Ok(all)
}

/// Whether nobody could say who votes, or which policies are in force, while the migration of this version runs.
fn stops_the_chain(scenario: &dyn Scenario) -> bool {
    let needed = scenario.validators().is_some() || scenario.name() == GOVERNANCE;
    needed
        && scenario
            .migration()
            .is_some_and(|migration| !migration.both_shapes)
}

/// The class of documents with this name, if a scenario reads it.
fn class_of(scenario: &dyn Scenario, name: &str) -> Option<DocumentClass> {
    let prefix = name.get(..=name.find('/')?)?;
    let mut classes = scenario.documents().iter();
    classes.find(|class| class.prefix == prefix).copied()
}

/// Refuses classes of documents whose prefixes are not each a part of a name and a slash, or that two scenarios read.
fn check_documents(scenarios: &[Arc<dyn Scenario>]) -> Result<(), RegistryError> {
    let mut prefixes = BTreeSet::new();
    for class in scenarios.iter().flat_map(|scenario| scenario.documents()) {
        let part = class.prefix.strip_suffix('/');
        let named = part.is_some_and(|part| !part.is_empty() && !part.contains('/'));
        if !named || class.prefix == POLICY_DOCUMENTS || !prefixes.insert(class.prefix) {
            return Err(RegistryError::Documents(class.prefix));
        }
    }
    Ok(())
}
