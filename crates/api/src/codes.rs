//! Why a trial of a drawing does not go on: `TRIAL_*`. The sentences have places for what a drawing calls its elements.

use std::sync::LazyLock;

use yinxin_types::Code;
use yinxin_types::codes::Texts;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $number:literal, $status:literal, $source:literal;)*) => {
        $($(#[$doc])* pub(crate) const $name: Code = Code { number: $number, name: stringify!($name), source: $source, status: $status };)*
        /// Every code of trials, by number.
        #[cfg(test)]
        const TRIAL: &[Code] = &[$($name),*];
    };
}

codes! {
    /// A person took part in a step that the same person must not take part in.
    TRIAL_SAME_PERSON = 1301, 400, "行政许可法 §34, §48";
    /// The outcome is not one that the step offers.
    TRIAL_OUTCOME = 1302, 400, "processes";
    /// Nobody acts, fewer than must, or one name stands twice.
    TRIAL_OFFICERS = 1303, 400, "行政许可法 §34";
    /// No condition of a choice holds, and it has no default.
    TRIAL_NO_WAY = 1304, 400, "processes";
    /// A condition needs an answer that nothing has given.
    TRIAL_ANSWER = 1305, 400, "processes, rules";
    /// An expression gives no answer that can be used.
    TRIAL_EXPRESSION = 1306, 400, "processes, rules";
    /// A variable has a malformed name, too much in it, or a number that is not whole.
    TRIAL_VARIABLE = 1307, 400, "processes";
    /// Nothing in the case takes the event: it has not begun, has ended, or does not wait for it.
    TRIAL_EVENT = 1308, 400, "processes";
    /// The case would have too much of something, or the event takes more steps than allowed.
    TRIAL_LIMIT = 1309, 400, "processes";
    /// The case does not fit its process, which was changed since, or nobody's trial gave it.
    TRIAL_CASE = 1310, 400, "processes";
    /// The drawing cannot be read, or has no such process.
    TRIAL_DRAWING = 1311, 400, "processes";
}

/// The sentences in Chinese.
pub(crate) static ZH: LazyLock<Texts> = LazyLock::new(|| Texts::parse(include_str!("../locales/zh-CN.json")));
/// The sentences in English.
pub(crate) static EN: LazyLock<Texts> = LazyLock::new(|| Texts::parse(include_str!("../locales/en.json")));

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_code_of_trials_has_its_own_number_and_a_sentence_in_both_languages() {
        let numbers: BTreeSet<_> = TRIAL.iter().map(|code| code.number).collect();
        assert_eq!(numbers.len(), TRIAL.len());
        for code in TRIAL {
            assert!((1301..=1349).contains(&code.number), "{}", code.name);
            for texts in [&*ZH, &*EN] {
                assert!(
                    texts.get(code.name).is_some_and(|text| !text.is_empty()),
                    "{}",
                    code.name
                );
            }
        }
    }
}
