//! The rejections of this scenario. `AUTH_*` says who may act, `EVID_*` what may be deposited.

use std::sync::LazyLock;

use yinxin_types::Code;
use yinxin_types::codes::Texts;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $number:literal, $status:literal, $source:literal;)*) => {
        $($(#[$doc])* pub const $name: Code = Code { number: $number, name: stringify!($name), source: $source, status: $status };)*
        /// Every code of the scenario, by number.
        pub const EVIDENCE: &[Code] = &[$($name),*];
    };
}

codes! {
    /// The operation is for members with a role the account has not.
    AUTH_ROLE = 2001, 403, "formats 7, 人民法院在线诉讼规则 §17";
    /// The court is itself the depositor or the challenger.
    AUTH_OWN_CASE = 2002, 403, "formats 7, 民事诉讼法 §47";
    /// A digest names an algorithm that evidence is not kept under.
    EVID_ALG_UNSUPPORTED = 4001, 400, "formats 6, 商用密码管理条例 §38";
    /// A text is empty, too long or has control characters.
    EVID_FIELD = 4002, 400, "formats 7";
    /// The size of the file is over 2^50 bytes.
    EVID_SIZE = 4003, 400, "formats 7";
    /// A batch has no item or more than a tree may have.
    EVID_BATCH_SIZE = 4004, 400, "formats 7";
    /// The capture ends before it begins, or after the time of the block.
    EVID_CAPTURE_TIME = 4005, 400, "formats 7, 最高人民法院关于互联网法院审理案件若干问题的规定 §11";
    /// An entry is linked to itself.
    EVID_LINK_SELF = 4006, 400, "formats 7";
    /// A deposit names, or an entry would have, more links than allowed.
    EVID_LINK_LIMIT = 4007, 400, "formats 7";
    /// There is no such entry under that commitment.
    EVID_ENTRY_UNKNOWN = 4008, 404, "formats 7";
    /// The account did not deposit the entry.
    EVID_NOT_DEPOSITOR = 4009, 403, "formats 7";
    /// There is no such challenge.
    EVID_CHALLENGE_UNKNOWN = 4010, 404, "formats 7";
    /// The account did not make the challenge it would withdraw.
    EVID_NOT_CHALLENGER = 4011, 403, "formats 7";
    /// The challenge has been decided or withdrawn.
    EVID_CHALLENGE_RESOLVED = 4012, 409, "formats 7";
}

/// The scenario's sentences in Chinese.
pub static ZH: LazyLock<Texts> = LazyLock::new(|| Texts::parse(include_str!("../locales/zh-CN.json")));
/// The scenario's sentences in English.
pub static EN: LazyLock<Texts> = LazyLock::new(|| Texts::parse(include_str!("../locales/en.json")));
