//! The rejections of this scenario, all named `FILING_*`, 2601 to 2649.

use std::sync::LazyLock;

use yinxin_types::Code;
use yinxin_types::codes::Texts;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $number:literal, $status:literal, $source:literal;)*) => {
        $($(#[$doc])* pub const $name: Code = Code { number: $number, name: stringify!($name), source: $source, status: $status };)*
        /// Every code of the scenario, by number.
        pub const FILING: &[Code] = &[$($name),*];
    };
}

codes! {
    /// The body runs no service on this chain.
    FILING_UNKNOWN = 2601, 404, "scenarios/filing";
    /// The body has registered its service.
    FILING_REGISTERED = 2602, 409, "scenarios/filing";
    /// A text is empty, too long or has control characters.
    FILING_TEXT = 2603, 400, "scenarios/filing";
    /// The profile names no node, no algorithm, too many, or one twice; or its address is none.
    FILING_PROFILE = 2604, 400, "区块链信息服务管理规定 §11";
    /// A date lies in the future, too far back, or before what it follows.
    FILING_DATE = 2605, 400, "scenarios/filing";
    /// No filing, change or cancellation waits for a number.
    FILING_NOTHING_DUE = 2606, 409, "区块链信息服务管理规定 §11, §12";
    /// The amendment would change nothing.
    FILING_UNCHANGED = 2607, 409, "scenarios/filing";
    /// New functions without a security assessment of their own.
    FILING_UNASSESSED = 2608, 409, "区块链信息服务管理规定 §9";
    /// Less than 30 working days between the announcement and the end of the service.
    FILING_STOP_SHORT = 2609, 409, "区块链信息服务管理规定 §11";
    /// The end of the service has been announced, or has not.
    FILING_STOP_STATE = 2610, 409, "scenarios/filing";
    /// The service has ended.
    FILING_STOPPED = 2611, 409, "区块链信息服务管理规定 §11";
    /// As many services, or orders about one content, as may be.
    FILING_LIMIT = 2612, 409, "scenarios/filing";
    /// The grade of a graded protection is missing or outside 1 to 5, or given with another assessment.
    FILING_GRADE = 2613, 400, "网络安全法 §21";
    /// The content is hidden already.
    FILING_HIDDEN = 2614, 409, "区块链信息服务管理规定 §16";
    /// The content is not hidden.
    FILING_NOT_HIDDEN = 2615, 404, "scenarios/filing";
}

/// The scenario's sentences in Chinese.
pub static ZH: LazyLock<Texts> = LazyLock::new(|| Texts::parse(include_str!("../locales/zh-CN.json")));
/// The scenario's sentences in English.
pub static EN: LazyLock<Texts> = LazyLock::new(|| Texts::parse(include_str!("../locales/en.json")));
