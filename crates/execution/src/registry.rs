//! The scenarios a chain runs, found by operation identifier.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use thiserror::Error;
use yinxin_policy::PolicyError;
use yinxin_types::codes;
use yinxin_types::{Body, Code, Rejection};

use crate::permission::{POLICY_DOCUMENTS, Permissions};
use crate::scenario::{Alarm, DocumentClass, Operation, Question, Scenario};
use crate::timers::ALARM;

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
    /// The default policies of a scenario are not policies about its operations.
    #[error("policies of scenario `{0}`: {1}")]
    Policy(&'static str, PolicyError),
}

/// Every operation and code of a chain.
#[derive(Clone)]
pub struct Registry {
    scenarios: Arc<[Arc<dyn Scenario>]>,
    operations: Arc<BTreeMap<&'static str, Operation>>,
    questions: Arc<BTreeMap<&'static str, Question>>,
    codes: Arc<BTreeMap<u16, Code>>,
    documents: Arc<BTreeMap<&'static str, DocumentClass>>,
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
    /// Puts scenarios together, refusing any overlap.
    pub fn new(scenarios: Vec<Arc<dyn Scenario>>) -> Result<Self, RegistryError> {
        let mut operations = BTreeMap::new();
        let mut questions = BTreeMap::new();
        let mut numbers: BTreeMap<u16, Code> =
            codes::PLATFORM.iter().map(|code| (code.number, *code)).collect();
        for scenario in &scenarios {
            let home = |id: &str| {
                id.split_once('.')
                    .is_some_and(|(name, _)| name == scenario.name())
            };
            for question in scenario.questions() {
                if !home(question.id) || questions.insert(question.id, *question).is_some() {
                    return Err(RegistryError::Question(question.id));
                }
            }
            for operation in scenario.operations() {
                let alarm = operation
                    .id
                    .split_once('.')
                    .is_some_and(|(_, verb)| verb == ALARM);
                if !home(operation.id) || alarm || operations.insert(operation.id, *operation).is_some() {
                    return Err(RegistryError::Operation(operation.id));
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
        let documents = documents(&scenarios)?;
        let mut said = scenarios.iter().filter_map(|scenario| scenario.validators());
        let validators = said.next();
        let unknown = validators.filter(|question| !questions.contains_key(question));
        if let Some(question) = unknown.or_else(|| said.next()) {
            return Err(RegistryError::Validators(question));
        }
        let mut asked = scenarios.iter().flat_map(|scenario| scenario.asks());
        if let Some(question) = asked.find(|question| !questions.contains_key(**question)) {
            return Err(RegistryError::Unanswered(question));
        }
        let permissions = Permissions::new(&scenarios)
            .map_err(|(scenario, error)| RegistryError::Policy(scenario, error))?;
        Ok(Self {
            permissions: Arc::new(permissions),
            scenarios: scenarios.into(),
            operations: Arc::new(operations),
            questions: Arc::new(questions),
            codes: Arc::new(numbers),
            documents: Arc::new(documents),
            validators,
        })
    }

    /// The operation with this identifier.
    pub fn operation(&self, id: &str) -> Option<&Operation> {
        self.operations.get(id)
    }

    /// The question with this identifier.
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

    /// What a scenario does when its timers fall due.
    pub fn alarm(&self, scenario: &str) -> Option<Alarm> {
        let mut scenarios = self.scenarios.iter();
        scenarios.find(|one| one.name() == scenario)?.alarm()
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
    pub(crate) fn validators(&self) -> Option<&Question> {
        self.question(self.validators?)
    }

    /// Identifiers of all operations, in order.
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
    /// chain, or names operations of another or of governance; `POLICY_MALFORMED` where it is no list of policies that fit the schema.
    pub fn check_policy(&self, document: &str, text: &str) -> Result<(), Rejection> {
        self.permissions.check(document, text)
    }

    /// The class of a document with this name, if a scenario of the chain reads it.
    pub fn document_class(&self, name: &str) -> Option<&DocumentClass> {
        let slash = name.find('/')?;
        self.documents.get(name.get(..=slash)?)
    }

    pub(crate) fn permissions(&self) -> &Permissions {
        &self.permissions
    }

    /// Refuses, at the door, a body whose operation does not exist or whose arguments are malformed.
    pub fn check(&self, body: &Body) -> Result<(), Rejection> {
        let operation = self.operation(&body.operation);
        let operation = operation.ok_or_else(|| {
            Rejection::new(codes::TX_OPERATION, format!("no operation `{}`", body.operation))
        })?;
        (operation.check)(body)
    }
}

/// The classes of documents by prefix, each a part of a name and a slash.
fn documents(
    scenarios: &[Arc<dyn Scenario>],
) -> Result<BTreeMap<&'static str, DocumentClass>, RegistryError> {
    let mut classes = BTreeMap::new();
    for class in scenarios.iter().flat_map(|scenario| scenario.documents()) {
        let part = class.prefix.strip_suffix('/');
        let named = part.is_some_and(|part| !part.is_empty() && !part.contains('/'));
        if !named || class.prefix == POLICY_DOCUMENTS || classes.insert(class.prefix, *class).is_some() {
            return Err(RegistryError::Documents(class.prefix));
        }
    }
    Ok(classes)
}
