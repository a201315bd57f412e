//! What can be wrong with a rule, each by a stable code with a sentence in both languages.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::limits;

/// The two languages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Locale {
    /// Chinese as written in China.
    ZhCn,
    /// English.
    En,
}

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident => $text:literal;)*) => {
        /// What kind. The texts never change; their sentences may improve.
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
        }
    };
}

codes! {
    /// The text is no expression.
    Syntax => "RULE_SYNTAX";
    /// The text is longer than allowed, or nests deeper.
    TooLarge => "RULE_TOO_LARGE";
    /// The expression uses what exists in FEEL and is not executed here.
    Unsupported => "RULE_UNSUPPORTED";
    /// The expression calls a function that is neither built in nor defined.
    Function => "RULE_FUNCTION";
    /// The expression names a type that does not exist.
    Type => "RULE_TYPE";
    /// The evaluation took more steps than its budget.
    Steps => "RULE_STEPS";
    /// The evaluation made more or deeper values than its budget.
    Size => "RULE_SIZE";
    /// Calls nest too deeply.
    Depth => "RULE_DEPTH";
    /// A value from outside is none of FEEL: a number that is not whole, or nested too deeply.
    Value => "RULE_VALUE";
    /// A name that nothing stands for.
    NullName => "NULL_NAME";
    /// An operation on values of types it is not made for.
    NullType => "NULL_TYPE";
    /// A division by zero, or a number or date out of range.
    NullNumber => "NULL_NUMBER";
    /// A function with arguments that it does not take.
    NullArgument => "NULL_ARGUMENT";
    /// A place that the list does not have.
    NullIndex => "NULL_INDEX";
    /// A value that is not of the type, or not among the values, that the document allows.
    NullAllowed => "NULL_ALLOWED";
    /// Rules of a table contradict its hit policy.
    NullHits => "NULL_HITS";
    /// The document has too many bytes.
    DocumentTooLong => "DMN_DOCUMENT_TOO_LONG";
    /// The document has too many elements, rules, columns or attributes.
    TooManyElements => "DMN_TOO_MANY_ELEMENTS";
    /// Elements nest too deeply.
    TooDeep => "DMN_TOO_DEEP";
    /// The bytes are not text in an encoding that is read.
    Encoding => "DMN_ENCODING";
    /// Not well-formed XML.
    Xml => "DMN_XML";
    /// A document type, an entity or a processing instruction.
    Entity => "DMN_ENTITY";
    /// A control character, or one that changes the direction of text.
    Character => "DMN_CHARACTER";
    /// The root is not definitions of a version of DMN that is read.
    NotDmn => "DMN_NOT_DMN";
    /// The document has no decision.
    NoDecision => "DMN_NO_DECISION";
    /// An element that is not executed.
    ElementUnsupported => "DMN_ELEMENT_UNSUPPORTED";
    /// An attribute that is not executed, or with a value that is not.
    AttributeUnsupported => "DMN_ATTRIBUTE_UNSUPPORTED";
    /// An extension with a meaning that nobody knows here.
    Extension => "DMN_EXTENSION";
    /// Something that an element needs is missing or stands twice.
    Missing => "DMN_MISSING";
    /// A name or an identifier is missing, malformed, too long or given twice.
    Name => "DMN_NAME";
    /// A reference to what does not exist.
    Reference => "DMN_REFERENCE";
    /// A type that does not exist, or that is defined by itself.
    TypeUnknown => "DMN_TYPE";
    /// Decisions that need each other in a circle.
    Cycle => "DMN_CYCLE";
    /// An expression in another language than FEEL.
    Language => "DMN_LANGUAGE";
    /// An expression that cannot be read; the detail names the code and the place.
    Expression => "DMN_EXPRESSION";
    /// An element that is kept for the drawing only.
    DrawnOnly => "DMN_DRAWN_ONLY";
    /// There are more findings than are listed.
    FindingsCut => "DMN_FINDINGS_CUT";
}

static ZH: LazyLock<BTreeMap<String, String>> =
    LazyLock::new(|| serde_json::from_str(include_str!("../locales/zh-CN.json")).unwrap_or_default());
static EN: LazyLock<BTreeMap<String, String>> =
    LazyLock::new(|| serde_json::from_str(include_str!("../locales/en.json")).unwrap_or_default());

impl Code {
    /// What is said to people: what is wrong and what mends it.
    #[must_use]
    pub fn sentence(self, locale: Locale) -> &'static str {
        let texts: &'static BTreeMap<String, String> = match locale {
            Locale::ZhCn => &ZH,
            Locale::En => &EN,
        };
        texts.get(self.as_str()).map_or("", String::as_str)
    }

    /// Whether a document with it is read nevertheless: what is kept for the drawing is only told.
    #[must_use]
    pub const fn is_note(self) -> bool {
        matches!(self, Self::DrawnOnly)
    }
}

/// One thing that was found in a document.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// What kind.
    pub code: Code,
    /// The name of the element's tag, such as `decisionTable`; empty where a finding is about the whole document.
    pub element: String,
    /// The identifier of the element, or of the cell, rule, column, decision, model of knowledge, input or type around it that has one.
    pub id: String,
    /// What exactly: names, values, places. Not a sentence.
    pub detail: String,
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
        if self.list.len() < limits::FINDINGS {
            if !self.list.contains(&finding) {
                self.list.push(finding);
            }
        } else if self.list.len() == limits::FINDINGS {
            let none = String::new;
            self.list.push(Finding {
                code: Code::FindingsCut,
                element: none(),
                id: none(),
                detail: none(),
            });
        }
    }

    /// In the order of codes, then of elements.
    pub fn sorted(mut self) -> Vec<Finding> {
        self.list.sort();
        self.list
    }
}

/// No finding is longer than a screen.
fn cut(text: String) -> String {
    if text.chars().count() <= limits::NAME_BYTES {
        return text;
    }
    text.chars().take(limits::NAME_BYTES).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_a_sentence_in_both_languages_and_no_sentence_is_left_over() {
        for texts in [&*ZH, &*EN] {
            assert_eq!(texts.len(), Code::ALL.len());
        }
        for code in Code::ALL {
            for locale in [Locale::ZhCn, Locale::En] {
                assert!(!code.sentence(locale).is_empty(), "{}", code.as_str());
            }
        }
    }

    #[test]
    fn a_list_of_findings_is_bounded_and_says_that_it_was_cut() {
        let mut findings = Findings::default();
        for number in 0..limits::FINDINGS + 10 {
            findings.add(Code::Missing, "x", &number.to_string(), "y".repeat(1_000));
        }
        let list = findings.sorted();
        assert_eq!(list.len(), limits::FINDINGS + 1);
        assert!(list.iter().any(|finding| finding.code == Code::FindingsCut));
    }
}
