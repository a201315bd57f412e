//! Why a trial case does not go on, in words for whoever drew it: with what the drawing calls its elements.

use yinxin_types::codes::{Code, Texts};
use yinxin_workflow::{Model, WorkflowError};

use crate::codes::{self, EN, ZH};
use crate::problem::{Messages, Problem};

/// How the reason begins where an expression reads a name that has no value.
const NAMELESS: &str = "NULL_NAME: `";

/// What stands in the places of a sentence.
#[derive(Default)]
struct Places<'a> {
    step: &'a str,
    earlier: &'a str,
    about: &'a str,
}

/// A drawing that cannot be tried at all.
pub(super) fn unread(detail: impl Into<String>) -> Problem {
    told(codes::TRIAL_DRAWING, detail.into(), &Places::default())
}

/// An event that a trial case does not take.
pub(super) fn refused(model: &Model, error: &WorkflowError) -> Problem {
    let detail = error.to_string();
    let called = |id| called(model, id);
    let (code, step, earlier, about) = match error {
        WorkflowError::SamePerson { step, earlier } => {
            (codes::TRIAL_SAME_PERSON, called(step), called(earlier), "")
        }
        WorkflowError::Outcome(step) => (codes::TRIAL_OUTCOME, called(step), "", ""),
        WorkflowError::Officers(step) => (codes::TRIAL_OFFICERS, called(step), "", ""),
        WorkflowError::NoWay(node) => (codes::TRIAL_NO_WAY, called(node), "", ""),
        WorkflowError::Expression { element, reason } => {
            let missing = reason
                .strip_prefix(NAMELESS)
                .and_then(|name| name.strip_suffix('`'));
            match missing {
                Some(name) => (codes::TRIAL_ANSWER, called(element), "", name),
                None => (codes::TRIAL_EXPRESSION, called(element), "", reason.as_str()),
            }
        }
        WorkflowError::Variable(name) => (codes::TRIAL_VARIABLE, "", "", name.as_str()),
        WorkflowError::Limit(_) | WorkflowError::Budget => (codes::TRIAL_LIMIT, "", "", detail.as_str()),
        WorkflowError::Damaged | WorkflowError::OtherProcess(_) => (codes::TRIAL_CASE, "", "", ""),
        _ => (codes::TRIAL_EVENT, "", "", ""),
    };
    let places = Places { step, earlier, about };
    told(code, detail.clone(), &places)
}

/// What the drawing writes on an element; its identifier where it writes nothing.
fn called<'a>(model: &'a Model, id: &'a str) -> &'a str {
    model.name_of(id).filter(|name| !name.is_empty()).unwrap_or(id)
}

/// A name that is drawn in both languages, in each: 受理 Accept. Any other is the same in both.
fn spoken(name: &str) -> (&str, &str) {
    let is_han = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
    let parts = name
        .find(|c: char| c.is_ascii_alphabetic())
        .and_then(|at| name.split_at_checked(at))
        .filter(|(zh, _)| zh.contains(is_han));
    parts.map_or((name, name), |(zh, en)| (zh.trim_end(), en))
}

fn told(code: Code, detail: String, places: &Places<'_>) -> Problem {
    let (step, earlier) = (spoken(places.step), spoken(places.earlier));
    let sentence = |texts: &Texts, step, earlier| {
        let about = places.about;
        let pattern = texts.get(code.name).unwrap_or(code.name);
        filled(pattern, &Places { step, earlier, about })
    };
    let messages = Messages {
        en: sentence(&EN, step.1, earlier.1),
        zh: sentence(&ZH, step.0, earlier.0),
    };
    Problem::in_words(code, detail, messages)
}

/// One pass, so that braces in a name are never taken for a place.
fn filled(pattern: &str, places: &Places<'_>) -> String {
    let mut sentence = String::new();
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once('{') {
        let (place, after) = after.split_once('}').unwrap_or((after, ""));
        sentence.push_str(before);
        sentence.push_str(match place {
            "step" => places.step,
            "earlier" => places.earlier,
            "about" => places.about,
            _ => "",
        });
        rest = after;
    }
    sentence.push_str(rest);
    sentence
}
