//! The two languages a person may read.

use std::env;

use clap::ValueEnum;

/// A language of the texts for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Language {
    /// Chinese, the default.
    #[value(name = "zh-CN", alias = "zh")]
    Chinese,
    /// English.
    #[value(name = "en")]
    English,
}

impl Language {
    /// The language of the environment by the order of POSIX: `LC_ALL`, `LC_MESSAGES`, `LANG`. Chinese unless it says English.
    pub fn of_environment() -> Self {
        let set = |name| env::var(name).ok().filter(|value: &String| !value.is_empty());
        let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(set);
        Self::of_locale(locale.as_deref().unwrap_or_default())
    }

    fn of_locale(locale: &str) -> Self {
        let language = locale.split(['_', '.', '-', '@']).next().unwrap_or_default();
        if language == "en" {
            Self::English
        } else {
            Self::Chinese
        }
    }
}

/// One sentence in both languages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

impl Words {
    /// A text that is the same in both languages: a name, a number, an identifier.
    pub fn same(text: impl Into<String>) -> Self {
        let text = text.into();
        Self {
            zh: text.clone(),
            en: text,
        }
    }

    /// The sentence in a language.
    pub fn get(&self, language: Language) -> &str {
        match language {
            Language::Chinese => &self.zh,
            Language::English => &self.en,
        }
    }

    /// Both, as the HTTP interface writes them.
    pub fn json(&self) -> serde_json::Value {
        serde_json::json!({ "en": self.en, "zh-CN": self.zh })
    }
}

/// A sentence in both languages with the same values filled in, checked when the program is compiled.
macro_rules! words {
    ($zh:literal, $en:literal $(,)?) => {
        $crate::cli::language::Words {
            zh: format!($zh),
            en: format!($en),
        }
    };
}

pub(crate) use words;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_speaks_chinese_unless_it_says_english() {
        for (locale, language) in [
            ("", Language::Chinese),
            ("C.UTF-8", Language::Chinese),
            ("POSIX", Language::Chinese),
            ("zh_CN.UTF-8", Language::Chinese),
            ("en_GB.UTF-8", Language::English),
            ("en", Language::English),
        ] {
            assert_eq!(Language::of_locale(locale), language, "{locale}");
        }
    }
}
