//! The rejections of this scenario. `AUTH_*` says who may act, `ID_*` what is wrong with a party, a key, a mandate or a recovery.

use std::sync::LazyLock;

use yinxin_types::Code;
use yinxin_types::codes::Texts;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $number:literal, $status:literal, $source:literal;)*) => {
        $($(#[$doc])* pub const $name: Code = Code { number: $number, name: stringify!($name), source: $source, status: $status };)*
        /// Every code of the scenario, by number.
        pub const IDENTITY: &[Code] = &[$($name),*];
    };
}

codes! {
    /// No party is bound to the key.
    AUTH_KEY_UNKNOWN = 2101, 403, "电子签名法 §13";
    /// The key was rotated or revoked.
    AUTH_KEY_REVOKED = 2102, 403, "电子签名法 §13, §15";
    /// The key's validity has passed.
    AUTH_KEY_EXPIRED = 2103, 403, "电子签名法 §13";
    /// A key that the arguments name did not sign.
    AUTH_KEY_UNPROVEN = 2104, 403, "电子签名法 §13";
    /// Neither the key's party nor one that may act on its keys.
    AUTH_KEY_NOT_YOURS = 2105, 403, "电子签名法 §13";
    /// An officer acts for a body whose seal did not sign.
    AUTH_SEAL_MISSING = 2106, 403, "电子签名法 §13, 国务院令第716号 §9";
    /// Nobody gave the signer a mandate for this.
    AUTH_MANDATE_MISSING = 2107, 403, "民法典 §161, §170";
    /// The signer's mandate for this is over.
    AUTH_MANDATE_ENDED = 2108, 403, "民法典 §173";
    /// Two who must be different persons are one.
    AUTH_SAME_PERSON = 2109, 403, "行政许可法 §34";
    /// The signer is not the one who may grant or end this.
    AUTH_NOT_GRANTOR = 2110, 403, "民法典 §165, §173";
    /// The department is not accredited for the type at the time.
    AUTH_ISSUER_NOT_ACCREDITED = 2111, 403, "居民身份证法 §8, 国务院令第716号 §10";
    /// The registry of trusted issuers did not sign.
    AUTH_NOT_REGISTRY = 2112, 403, "国务院令第716号 §10";
    /// A check digit does not follow from the other characters.
    ID_CHECKDIGIT = 2201, 400, "GB 11643, GB 32100";
    /// An identifier has a wrong length, a wrong character, or a date or division that does not exist.
    ID_FORMAT = 2202, 400, "GB 11643, GB 32100";
    /// There is no such party.
    ID_PARTY_UNKNOWN = 2203, 404, "scenarios/identity";
    /// The commitment or the code is that of a party already enrolled.
    ID_ENROLLED = 2204, 409, "居民身份证法 §3, GB 32100";
    /// The key belongs or belonged to a party, or is kept for a recovery.
    ID_KEY_BOUND = 2205, 409, "电子签名法 §13";
    /// The party has as many active keys as it may have.
    ID_KEY_LIMIT = 2206, 409, "scenarios/identity";
    /// A beginning lies in the past, or an end is not after the beginning or too far from it.
    ID_TERM = 2207, 400, "民法典 §165, 个人信息保护法 §31";
    /// A party of this kind cannot stand in this place.
    ID_KIND = 2208, 400, "民法典 §61, §162, §27";
    /// A scope has no prefix, too many, one twice or one that cannot begin an operation.
    ID_SCOPE = 2209, 400, "民法典 §165";
    /// There is no such mandate.
    ID_MANDATE_UNKNOWN = 2210, 404, "scenarios/identity";
    /// The holder has as many living mandates of one party as he may have.
    ID_MANDATE_LIMIT = 2211, 409, "scenarios/identity";
    /// There is no such recovery.
    ID_RECOVERY_UNKNOWN = 2212, 404, "scenarios/identity";
    /// A recovery of the party is under way.
    ID_RECOVERY_PENDING = 2213, 409, "scenarios/identity";
    /// The recovery was stopped or completed, or its silence period is over.
    ID_RECOVERY_ENDED = 2214, 409, "scenarios/identity";
    /// The silence period of the recovery has not passed.
    ID_RECOVERY_SILENCE = 2215, 409, "scenarios/identity";
    /// The silence period is shorter or longer than allowed.
    ID_SILENCE_RANGE = 2216, 400, "scenarios/identity";
    /// The department has no accreditation for the type that could be withdrawn.
    ID_ACCREDITATION_UNKNOWN = 2217, 404, "scenarios/identity";
    /// The department was accredited for the type as often as is kept.
    ID_ACCREDITATION_LIMIT = 2218, 409, "scenarios/identity";
}

/// The scenario's sentences in Chinese.
pub static ZH: LazyLock<Texts> = LazyLock::new(|| Texts::parse(include_str!("../locales/zh-CN.json")));
/// The scenario's sentences in English.
pub static EN: LazyLock<Texts> = LazyLock::new(|| Texts::parse(include_str!("../locales/en.json")));
