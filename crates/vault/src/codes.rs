//! The rejections of the vault: `MAT_*` says what became of a material.

use std::sync::LazyLock;

use yinxin_types::Code;
use yinxin_types::codes::Texts;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $number:literal, $status:literal, $source:literal;)*) => {
        $($(#[$doc])* pub const $name: Code = Code { number: $number, name: stringify!($name), source: $source, status: $status };)*
        /// Every code of the vault, by number.
        pub const VAULT: &[Code] = &[$($name),*];
    };
}

codes! {
    /// The bytes of a material, or of its keys, are not those that were written.
    MAT_DAMAGED = 1421, 500, "formats 9, 数据安全法 §27";
    /// No material has this address.
    MAT_UNKNOWN = 1422, 404, "formats 9";
    /// The data key is wrapped for others only.
    MAT_NOT_ENTITLED = 1423, 403, "个人信息保护法 §51, 数据安全法 §38";
    /// The material was erased; what it held cannot be had again.
    MAT_ERASED = 1424, 410, "个人信息保护法 §47";
    /// The content is longer than a material may be.
    MAT_TOO_LARGE = 1425, 413, "formats 9";
    /// The disk or the object store did not do what was asked.
    MAT_STORAGE = 1426, 503, "数据安全法 §27";
    /// Nobody, or more than may, would be entitled to a material.
    MAT_RECIPIENTS = 1427, 400, "formats 9";
    /// The data directory of the vault is used by another program.
    MAT_IN_USE = 1428, 503, "formats 9";
}

/// The vault's sentences in Chinese.
pub static ZH: LazyLock<Texts> = LazyLock::new(|| Texts::parse(include_str!("../locales/zh-CN.json")));
/// The vault's sentences in English.
pub static EN: LazyLock<Texts> = LazyLock::new(|| Texts::parse(include_str!("../locales/en.json")));

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_code_is_of_the_vaults_range_and_has_a_sentence_in_both_languages() {
        let numbers: BTreeSet<_> = VAULT.iter().map(|code| code.number).collect();
        assert_eq!(numbers.len(), VAULT.len());
        for code in VAULT {
            assert!((1421..=1439).contains(&code.number), "{}", code.name);
            for texts in [&*ZH, &*EN] {
                assert!(
                    texts.get(code.name).is_some_and(|text| !text.is_empty()),
                    "{} has no sentence",
                    code.name
                );
            }
        }
    }
}
