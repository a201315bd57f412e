//! What reading and checking find, each by a stable code, an element and its identifier, in both languages.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::limits;

/// How much a finding weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The process is refused.
    Error,
    /// The process is allowed; somebody should look.
    Warning,
    /// Nothing to mend, said so that nothing goes unnoticed.
    Note,
}

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident => $text:literal, $severity:ident;)*) => {
        /// What kind of finding. The texts never change; their sentences may improve.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Code {
            $($(#[$doc])* $variant,)*
        }

        impl Code {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The stable text.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)*
                }
            }

            /// How much it weighs.
            #[must_use]
            pub const fn severity(self) -> Severity {
                match self {
                    $(Self::$variant => Severity::$severity,)*
                }
            }
        }
    };
}

codes! {
    /// The document has too many bytes.
    DocumentTooLong => "DOCUMENT_TOO_LONG", Error;
    /// The document has too many elements, nodes, flows or attributes.
    TooManyElements => "TOO_MANY_ELEMENTS", Error;
    /// Elements nest too deeply.
    TooDeep => "TOO_DEEP", Error;
    /// The bytes are not text in an encoding that is read.
    Encoding => "ENCODING", Error;
    /// Not well-formed XML.
    Syntax => "SYNTAX", Error;
    /// A document type, an entity or a processing instruction.
    Entity => "ENTITY", Error;
    /// A control character, or one that changes the direction of text.
    Character => "CHARACTER", Error;
    /// The root is not BPMN 2.0 definitions.
    NotBpmn => "NOT_BPMN", Error;
    /// The document has no process with steps.
    NoProcess => "NO_PROCESS", Error;
    /// An element of BPMN that cannot be executed here.
    ElementUnsupported => "ELEMENT_UNSUPPORTED", Error;
    /// An element that BPMN does not have at this place.
    ElementUnknown => "ELEMENT_UNKNOWN", Error;
    /// An attribute of BPMN with a value that cannot be executed here.
    AttributeUnsupported => "ATTRIBUTE_UNSUPPORTED", Error;
    /// An attribute that nobody defines.
    AttributeUnknown => "ATTRIBUTE_UNKNOWN", Error;
    /// An extension with a meaning for another engine.
    ExtensionUnsupported => "EXTENSION_UNSUPPORTED", Error;
    /// An extension of an unknown namespace.
    ExtensionUnknown => "EXTENSION_UNKNOWN", Error;
    /// An element without identifier.
    IdMissing => "ID_MISSING", Error;
    /// An identifier that is too long or has other characters than letters, digits, `_`, `-`, `.`.
    IdMalformed => "ID_MALFORMED", Error;
    /// An identifier given twice.
    IdTwice => "ID_TWICE", Error;
    /// A reference to what does not exist or cannot stand there.
    Reference => "REFERENCE", Error;
    /// An attribute of ours or a child with a value it cannot have.
    Value => "VALUE", Error;
    /// A condition in another language than FEEL.
    ConditionLanguage => "CONDITION_LANGUAGE", Error;
    /// A condition that cannot be read.
    ConditionSyntax => "CONDITION_SYNTAX", Error;
    /// A timer without a duration of one unit.
    Timer => "TIMER", Error;
    /// Something that sends or receives without a named message.
    MessageMissing => "MESSAGE_MISSING", Error;
    /// A service task that names no operation.
    OperationMissing => "OPERATION_MISSING", Error;
    /// A business-rule task that names no decision.
    DecisionMissing => "DECISION_MISSING", Error;
    /// A call activity that names no process or no version of it.
    CallMissing => "CALL_MISSING", Error;
    /// A business-rule task asks a decision that is not enacted, or that the document does not have.
    DecisionUnknown => "DECISION_UNKNOWN", Error;
    /// A business-rule task asks a decision with an input that is not known when it is reached, or that no variable can hold.
    DecisionInput => "DECISION_INPUT", Error;
    /// A business-rule task without a variable for an answer that needs one.
    DecisionOutput => "DECISION_OUTPUT", Error;
    /// A call activity calls a process that is not enacted.
    CallUnknown => "CALL_UNKNOWN", Error;
    /// A call activity calls a process that only begins with a message.
    CallStart => "CALL_START", Error;
    /// A call activity calls a process that it lies in.
    CallCycle => "CALL_CYCLE", Error;
    /// Processes call each other more deeply than allowed.
    CallDeep => "CALL_DEEP", Error;
    /// A multi-instance activity without a count.
    MultiInstance => "MULTI_INSTANCE", Error;
    /// An event with no definition, several, or one it cannot have.
    EventDefinition => "EVENT_DEFINITION", Error;
    /// A process or sub-process that does not begin clearly.
    StartMissing => "START_MISSING", Error;
    /// A sequence flow that may not begin or end where it does.
    FlowEnds => "FLOW_ENDS", Error;
    /// An event-based gateway followed by something else than events.
    EventGateway => "EVENT_GATEWAY", Error;
    /// A default flow that does not leave its element, or has a condition.
    DefaultFlow => "DEFAULT_FLOW", Error;
    /// A condition where none is asked.
    ConditionMisplaced => "CONDITION_MISPLACED", Error;
    /// An element that is kept for the drawing only.
    DrawnOnly => "DRAWN_ONLY", Note;
    /// An extension that is kept for the drawing only.
    ExtensionDrawn => "EXTENSION_DRAWN", Note;
    /// The modeller marks the process as not executable.
    NotExecutable => "NOT_EXECUTABLE", Note;
    /// No way leads from a start event to the element.
    Unreachable => "UNREACHABLE", Error;
    /// No way leads from the element to an end.
    NoEnd => "NO_END", Error;
    /// A path ends without an end event.
    PathEnds => "PATH_ENDS", Warning;
    /// The process can come to a stop before this join.
    Deadlock => "DEADLOCK", Error;
    /// From a situation that can arise, no end can be reached.
    NotCompleting => "NOT_COMPLETING", Error;
    /// Tokens can pile up without bound.
    Unbounded => "UNBOUNDED", Error;
    /// A path can be walked twice at a time.
    TwoTokens => "TWO_TOKENS", Warning;
    /// The element can be reached on the drawing but never in a case.
    NeverTaken => "NEVER_TAKEN", Error;
    /// The check did not end within its limit.
    TooComplex => "TOO_COMPLEX", Error;
    /// A loop in which nothing waits.
    Endless => "ENDLESS_LOOP", Error;
    /// A choice without a default flow.
    DefaultMissing => "DEFAULT_MISSING", Error;
    /// A flow of a choice without a condition.
    ConditionMissing => "CONDITION_MISSING", Error;
    /// A step that nobody may take.
    RoleMissing => "ROLE_MISSING", Error;
    /// A role that neither ready processes nor the posts of a new network have.
    RoleUnknown => "ROLE_UNKNOWN", Warning;
    /// A condition compares what comes out of a step with something that cannot come out of it.
    OutcomeUnknown => "OUTCOME_UNKNOWN", Error;
    /// A condition reads a name that no step gives, and that is nearly the name of one that a step gives.
    VariableUnknown => "VARIABLE_UNKNOWN", Warning;
    /// A step of no department.
    DepartmentMissing => "DEPARTMENT_MISSING", Error;
    /// A step without a form.
    FormMissing => "FORM_MISSING", Error;
    /// A step without a deadline.
    DeadlineMissing => "DEADLINE_MISSING", Error;
    /// A wait for a message or a service without a timer.
    WaitEndless => "WAIT_ENDLESS", Warning;
    /// Silence has a legal effect without a legal basis.
    BasisMissing => "BASIS_MISSING", Error;
    /// A step with outcomes that nobody can ask for.
    ResultMissing => "RESULT_MISSING", Error;
    /// One person could take every step.
    SeparationMissing => "SEPARATION_MISSING", Warning;
    /// There are more findings than are listed.
    FindingsCut => "FINDINGS_CUT", Error;
}

/// The two languages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Locale {
    /// Chinese as written in China.
    ZhCn,
    /// English.
    En,
}

static ZH: LazyLock<BTreeMap<String, String>> =
    LazyLock::new(|| serde_json::from_str(include_str!("../locales/zh-CN.json")).unwrap_or_default());
static EN: LazyLock<BTreeMap<String, String>> =
    LazyLock::new(|| serde_json::from_str(include_str!("../locales/en.json")).unwrap_or_default());

/// What reasons say in English, and the same in Chinese.
const PHRASES: &[(&str, &str)] = &[
    (NO_VARIABLE, "变量不能这样命名"),
    ("a name is missing", "缺少名称"),
    ("a name stands twice in a context", "上下文中名称重复"),
    ("a text does not end", "文本没有结束的引号"),
    ("a text has a malformed escape", "文本中的转义有误"),
    ("a text is missing after", "此处之后缺少文本"),
    ("a type is missing", "缺少类型"),
    ("a value is missing", "缺少一个值"),
    ("an argument stands twice", "参数重复"),
    ("something stands after the end", "表达式之后还有多余内容"),
    ("the expression nests too deeply", "表达式嵌套过深"),
    ("the range does not end", "区间没有结束"),
    ("this is no date, time or duration", "这不是日期、时间或时长"),
    ("two parameters have one name", "两个参数同名"),
    ("are not executed", "不予执行"),
    ("is missing", "缺失"),
    (", at byte ", "，位于字节 "),
];

/// What stands between a text that cannot be read and the reason.
const BEFORE_REASON: &str = " – ";

/// A detail with its reason in Chinese. The text of the drawing before it stays as it is.
fn in_chinese(detail: &str) -> String {
    let Some((text, reason)) = detail.rsplit_once(BEFORE_REASON) else {
        return detail.to_owned();
    };
    let reason = PHRASES
        .iter()
        .fold(reason.to_owned(), |reason, (en, zh)| reason.replace(en, zh));
    format!("{text}{BEFORE_REASON}{reason}")
}

/// Why a condition with an impossible name is refused; the name follows.
pub(crate) const NO_VARIABLE: &str = "no variable can be called";

/// One thing that was found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// What kind.
    pub code: Code,
    /// The name of the element's tag, such as `userTask`; empty where a finding is about the whole document.
    pub element: String,
    /// The element's identifier; empty where it has none.
    pub id: String,
    /// What exactly: names, values, places. Not a sentence.
    pub detail: String,
}

impl Finding {
    /// The sentence for people: what is wrong, and what mends it.
    #[must_use]
    pub fn sentence(&self, locale: Locale) -> String {
        let texts = match locale {
            Locale::ZhCn => &ZH,
            Locale::En => &EN,
        };
        let pattern = texts.get(self.code.as_str()).map_or("", String::as_str);
        let detail = match locale {
            Locale::ZhCn => in_chinese(&self.detail),
            Locale::En => self.detail.clone(),
        };
        // One pass, so that braces in a detail are never taken for a place.
        let mut sentence = String::new();
        let mut rest = pattern;
        while let Some((before, after)) = rest.split_once('{') {
            sentence.push_str(before);
            let (place, after) = after.split_once('}').unwrap_or((after, ""));
            sentence.push_str(match place {
                "element" => &self.element,
                "id" => &self.id,
                "detail" => &detail,
                _ => "",
            });
            rest = after;
        }
        sentence.push_str(rest);
        sentence
    }
}

/// A bounded list of findings.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    list: Vec<Finding>,
}

impl Findings {
    pub fn add(&mut self, code: Code, element: &str, id: &str, detail: impl Into<String>) {
        let finding = Finding {
            code,
            element: cut(element.to_owned()),
            id: cut(id.to_owned()),
            detail: cut(detail.into()),
        };
        if self.list.contains(&finding) {
            return;
        }
        if self.list.len() < limits::FINDINGS {
            self.list.push(finding);
        } else if self.list.last().is_none_or(|last| last.code != Code::FindingsCut) {
            self.list.push(Finding {
                code: Code::FindingsCut,
                element: String::new(),
                id: String::new(),
                detail: String::new(),
            });
        }
    }

    /// Sorted by weight, then code, then element, without repetitions.
    pub fn sorted(mut self) -> Vec<Finding> {
        self.list
            .sort_by(|a, b| (a.code.severity(), a).cmp(&(b.code.severity(), b)));
        self.list.dedup();
        self.list
    }
}

/// No finding is longer than a screen.
fn cut(text: String) -> String {
    if text.chars().count() <= limits::NAME_CHARACTERS {
        return text;
    }
    text.chars().take(limits::NAME_CHARACTERS).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_a_sentence_in_both_languages_and_no_sentence_is_left_over() {
        for texts in [&*ZH, &*EN] {
            assert_eq!(texts.len(), Code::ALL.len());
            for code in Code::ALL {
                assert!(texts.contains_key(code.as_str()), "{}", code.as_str());
            }
        }
    }

    #[test]
    fn a_sentence_names_element_id_and_detail_and_takes_braces_as_they_are() {
        let finding = Finding {
            code: Code::AttributeUnknown,
            element: "userTask".to_owned(),
            id: "review".to_owned(),
            detail: "{id}".to_owned(),
        };
        let english = finding.sentence(Locale::En);
        assert_eq!(
            english,
            "<userTask> “review” has the attribute {id}, which it may not have. Remove it."
        );
        assert!(finding.sentence(Locale::ZhCn).contains("review"));
    }

    #[test]
    fn a_reason_inside_a_chinese_sentence_is_chinese_too_and_the_text_stays() {
        use crate::{Feel, Language};
        for text in [
            "a b > 1",
            "days >",
            "\"is missing",
            "days > 1 )",
            "if days then 1",
            "[1..2",
        ] {
            let reason = Feel.parse(text).unwrap_err();
            let finding = Finding {
                code: Code::ConditionSyntax,
                element: "sequenceFlow".to_owned(),
                id: "on".to_owned(),
                detail: format!("{text} – {reason}"),
            };
            let chinese = finding.sentence(Locale::ZhCn);
            let (before, told) = chinese.rsplit_once(BEFORE_REASON).unwrap();
            assert!(before.ends_with(text), "{chinese}");
            let told = told.replace('`', " ").replace("a b", "");
            let english = told
                .split_whitespace()
                .find(|word| word.len() > 2 && word.bytes().all(|byte| byte.is_ascii_lowercase()));
            assert!(
                english.is_none_or(|word| ["then", "else"].contains(&word)),
                "{chinese}"
            );
            assert!(finding.sentence(Locale::En).contains(&reason));
        }
    }

    #[test]
    fn a_list_of_findings_is_bounded_and_says_that_it_was_cut() {
        let mut findings = Findings::default();
        for number in 0..limits::FINDINGS + 10 {
            findings.add(Code::Value, "x", &number.to_string(), "y".repeat(1000));
        }
        let list = findings.sorted();
        assert_eq!(list.len(), limits::FINDINGS + 1);
        assert!(list.iter().any(|finding| finding.code == Code::FindingsCut));
        assert!(
            list.iter()
                .all(|finding| finding.detail.chars().count() <= limits::NAME_CHARACTERS + 1)
        );
    }
}
