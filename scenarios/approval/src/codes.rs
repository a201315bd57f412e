//! The sentences of this scenario. Cases have the numbers 2501 to 2549, service items 2551 to 2599.

use std::sync::LazyLock;

use yinxin_types::codes::Texts;

/// The scenario's sentences in Chinese.
pub static ZH: LazyLock<Texts> = LazyLock::new(|| Texts::parse(include_str!("../locales/zh-CN.json")));
/// The scenario's sentences in English.
pub static EN: LazyLock<Texts> = LazyLock::new(|| Texts::parse(include_str!("../locales/en.json")));
