//! The rejections of wallets.

use yinxin_types::Code;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $number:literal, $status:literal, $source:literal;)*) => {
        $($(#[$doc])* pub(crate) const $name: Code = Code { number: $number, name: stringify!($name), source: $source, status: $status };)*
        /// The codes of wallets, by number.
        pub(crate) const WALLETS: &[Code] = &[$($name),*];
    };
}

codes! {
    /// Nothing was taken into a wallet with this transaction.
    WALLET_TAKE_UNKNOWN = 2421, 404, "D20";
    /// What was taken is in a wallet already, or was not fetched in time.
    WALLET_TAKE_ENDED = 2422, 409, "D20";
    /// The certificate is in as many wallets as it may be.
    WALLET_LIMIT = 2423, 409, "D20";
    /// The ledger knows of no such copy.
    WALLET_COPY_UNKNOWN = 2424, 404, "D20; 国务院令第716号 §10";
    /// The person has ended the copy.
    WALLET_COPY_ENDED = 2425, 409, "个人信息保护法 §15";
    /// The credential is not the one that the ledger has at its place, or of another kind than was asked for.
    WALLET_CREDENTIAL = 2426, 409, "电子签名法 §13";
    /// There is no such request to a wallet.
    WALLET_ASK_UNKNOWN = 2427, 404, "D20";
    /// The request to a wallet was answered, or was not in time.
    WALLET_ASK_ENDED = 2428, 409, "D20";
    /// A field is shown that was not asked for.
    WALLET_FIELD = 2429, 403, "个人信息保护法 §6";
}
