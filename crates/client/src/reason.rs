//! The verdicts of a verifier as names for programs and as sentences for people.

use std::fmt;
use std::sync::LazyLock;

use yinxin_types::codes::Texts;

static ZH: LazyLock<Texts> = LazyLock::new(|| Texts::parse(include_str!("../locales/zh-CN.json")));
static EN: LazyLock<Texts> = LazyLock::new(|| Texts::parse(include_str!("../locales/en.json")));

/// Why a receipt is refuted: the first step of formats.md section 5 that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// Step 1: not a receipt file of a known format.
    Format,
    /// Step 2: of another chain than the trusted one.
    Chain,
    /// Step 3: the validators of its epoch do not follow from the founders, or the header does not name them.
    Validators,
    /// Step 4: the certificate is not by a quorum of them over this block.
    Certificate,
    /// Step 5: the block is not an ancestor of the certified one.
    Ancestry,
    /// Step 6: the receipt is not in the block.
    Path,
    /// Step 7: the transaction is not the one the receipt is about, or was not signed by the account.
    Transaction,
    /// Step 8: the receipt is of a rejection.
    Rejected,
    /// Step 9: the item is not in the batch.
    Item,
    /// Step 10: the opening does not open the commitment.
    Opening,
    /// Step 11: the file is not the one deposited.
    File,
}

impl Reason {
    /// Every reason in the order of the steps.
    pub const ALL: [Self; 11] = [
        Self::Format,
        Self::Chain,
        Self::Validators,
        Self::Certificate,
        Self::Ancestry,
        Self::Path,
        Self::Transaction,
        Self::Rejected,
        Self::Item,
        Self::Opening,
        Self::File,
    ];

    /// The stable name, `RECEIPT_…`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Format => "RECEIPT_FORMAT",
            Self::Chain => "RECEIPT_CHAIN",
            Self::Validators => "RECEIPT_VALIDATORS",
            Self::Certificate => "RECEIPT_CERTIFICATE",
            Self::Ancestry => "RECEIPT_ANCESTRY",
            Self::Path => "RECEIPT_PATH",
            Self::Transaction => "RECEIPT_TRANSACTION",
            Self::Rejected => "RECEIPT_REJECTED",
            Self::Item => "RECEIPT_ITEM",
            Self::Opening => "RECEIPT_OPENING",
            Self::File => "RECEIPT_FILE",
        }
    }

    /// What it means, in Chinese.
    pub fn zh(self) -> &'static str {
        ZH.get(self.code()).unwrap_or_default()
    }

    /// What it means, in English.
    pub fn en(self) -> &'static str {
        EN.get(self.code()).unwrap_or_default()
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_has_a_sentence_in_both_languages_and_no_sentence_is_left_over() {
        for text in [
            include_str!("../locales/zh-CN.json"),
            include_str!("../locales/en.json"),
        ] {
            let names: std::collections::BTreeMap<String, String> = serde_json::from_str(text).unwrap();
            assert_eq!(names.len(), Reason::ALL.len());
        }
        for reason in Reason::ALL {
            assert!(!reason.zh().is_empty() && !reason.en().is_empty(), "{reason}");
        }
    }
}
