//! The rejections of licences, 2541 to 2549. `LICENCE_UNKNOWN` and `LICENCE_STATE` are those of cases, `SHARE_STATUS_INDEX` that of
//! sharing, `AUTH_ISSUER_NOT_ACCREDITED` that of identity: one rule has one code.

use yinxin_types::Code;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $number:literal, $status:literal, $source:literal;)*) => {
        $($(#[$doc])* pub(crate) const $name: Code = Code { number: $number, name: stringify!($name), source: $source, status: $status };)*
        /// The codes of licences, by number.
        pub(crate) const LICENCES: &[Code] = &[$($name),*];
    };
}

codes! {
    /// The licence of this decision was issued before.
    LICENCE_ISSUED = 2541, 409, "行政许可法 §39";
    /// The licence has no such field, or it is named twice or out of order.
    LICENCE_FIELDS = 2542, 400, "scenarios/approval";
}
