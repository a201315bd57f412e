//! The rejections of service items, all named `ITEM_*`, 2551 to 2570.

use yinxin_types::Code;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $number:literal, $status:literal, $source:literal;)*) => {
        $($(#[$doc])* pub(crate) const $name: Code = Code { number: $number, name: stringify!($name), source: $source, status: $status };)*
        /// Every code of service items, by number.
        pub(crate) const ITEMS: &[Code] = &[$($name),*];
    };
}

codes! {
    /// There is no such item, or no such version of it.
    ITEM_UNKNOWN = 2551, 404, "scenarios/approval";
    /// The code of an item is malformed, or the check digit of its issuer is wrong.
    ITEM_CODE = 2552, 400, "GB/T 39554.1-2020; GB 32100-2015";
    /// The code is of another issuer than the department that acts.
    ITEM_ISSUER = 2553, 403, "GB/T 39554.1-2020";
    /// The item stands twice in one publication.
    ITEM_TWICE = 2554, 400, "scenarios/approval";
    /// A name, condition, event or another field is missing, repeated, too long or malformed.
    ITEM_FIELD = 2555, 400, "scenarios/approval; 行政许可法 §30";
    /// The item does not say on which law it rests.
    ITEM_BASIS = 2556, 400, "行政许可法 §4, §30";
    /// A period is missing, out of range, or promises more time than the law gives.
    ITEM_PERIOD = 2557, 400, "行政许可法 §42-43";
    /// A fee without a basis.
    ITEM_FEE = 2558, 400, "行政许可法 §58-59";
    /// A material is malformed or stands twice, or there is none in which the sealed answers of the form are handed in.
    ITEM_MATERIAL = 2559, 400, "行政许可法 §30-31";
    /// What is decided does not fit: a renewal without a licence that ends, renewal by lapse of what is no permit.
    ITEM_DECISION = 2560, 400, "行政许可法 §34, §39, §50";
    /// The process is not enacted in this version.
    ITEM_PROCESS = 2561, 409, "scenarios/approval";
    /// The form is not enacted in this version.
    ITEM_FORM = 2562, 409, "scenarios/approval";
    /// A material is to be had by sharing from somebody who does not offer it.
    ITEM_SOURCE = 2563, 409, "国务院令第716号 §7";
    /// The version does not follow the one in force.
    ITEM_VERSION = 2564, 409, "scenarios/approval";
    /// The version would change nothing.
    ITEM_UNCHANGED = 2565, 409, "scenarios/approval";
    /// The item has been withdrawn.
    ITEM_WITHDRAWN = 2566, 409, "scenarios/approval";
    /// More items, departments or versions than are kept.
    ITEM_LIMIT = 2567, 409, "scenarios/approval";
    /// A withdrawal without a reason.
    ITEM_NO_REASON = 2568, 400, "scenarios/approval; 行政许可法 §8";
}
