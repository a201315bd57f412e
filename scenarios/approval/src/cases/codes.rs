//! The rejections of cases. `STATE_*` is about order, `AUTH_*` about who, `CLOCK_*` about time, `MAT_*` about papers, `PROC_*` about the
//! process, `FUND_*` about money, `LICENCE_*` about what was issued, `DEC_*` about decisions,
//! `NOTICE_*` about notices. `AUTH_SAME_PERSON`, `AUTH_MANDATE_*`,
//! `DEC_NO_REASON` and `DEC_NO_REMEDY` are those of identity and sharing: one rule has one code.

use yinxin_types::Code;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $number:literal, $status:literal, $source:literal;)*) => {
        $($(#[$doc])* pub(crate) const $name: Code = Code { number: $number, name: stringify!($name), source: $source, status: $status };)*
        /// The codes of cases, by number.
        pub(crate) const CASES: &[Code] = &[$($name),*];
    };
}

codes! {
    /// The case is not in the state in which this can be done.
    STATE_ORDER = 2501, 409, "行政许可法 §32 to §44";
    /// The outcome is not one that the step has.
    STATE_OUTCOME = 2502, 400, "processes, yx:outcomes";
    /// There is no such case.
    CASE_UNKNOWN = 2503, 404, "scenarios/approval";
    /// Neither department, role nor grade of the officer reaches to this.
    AUTH_GRADE = 2504, 403, "行政许可法 §34; processes, yx:department, yx:grade";
    /// A second officer is missing.
    AUTH_TWO_OFFICERS = 2505, 403, "行政许可法 §34";
    /// The officer has withdrawn from the case, or was taken off it.
    AUTH_RECUSED = 2506, 403, "行政许可法 §48";
    /// The signer neither is nor represents the applicant.
    AUTH_NOT_APPLICANT = 2507, 403, "行政许可法 §29";
    /// The period was extended before.
    CLOCK_SECOND_EXTENSION = 2508, 409, "行政许可法 §42";
    /// The extension is not approved by the head.
    CLOCK_NO_APPROVER = 2509, 403, "行政许可法 §42";
    /// The clock stands already, or runs.
    CLOCK_SUSPENDED = 2510, 409, "行政许可法 §45";
    /// The number of days, or the procedure for which the clock would stand, is not one that is allowed.
    CLOCK_DAYS = 2511, 400, "行政许可法 §42, §45";
    /// Everything that was to be corrected was told before.
    MAT_SECOND_CORRECTION = 2512, 409, "行政许可法 §32";
    /// The material can be had by sharing and must not be asked for.
    MAT_SHARED_AVAILABLE = 2513, 409, "国务院令第716号 §7";
    /// A material is missing.
    MAT_MISSING = 2514, 409, "行政许可法 §31, §32";
    /// The item has no material of this class, or it is named twice.
    MAT_CLASS = 2515, 400, "行政许可法 §31";
    /// The materials are not those that the officer saw.
    MAT_CHANGED = 2516, 409, "行政许可法 §34; P6";
    /// The case runs under the version that was in force when it was submitted, and this names another.
    PROC_VERSION_FROZEN = 2517, 409, "行政许可法 §8; D7";
    /// The process of the item is not there, or needs what this chain does not run.
    PROC_UNKNOWN = 2518, 409, "D7";
    /// The process does not take this.
    PROC_FAILED = 2519, 409, "processes";
    /// An answer is malformed, or not one that the form makes public.
    CASE_FORM = 2520, 400, "行政许可法 §29";
    /// A text is empty, too long or has control characters.
    CASE_TEXT = 2521, 400, "scenarios/approval";
    /// The case, or the day, has as many of something as it may have.
    CASE_LIMIT = 2522, 409, "scenarios/approval";
    /// The dedicated account does not cover what is owed.
    FUND_SHORT = 2523, 409, "国有土地上房屋征收与补偿条例 §12";
    /// There is no such licence.
    LICENCE_UNKNOWN = 2524, 404, "scenarios/approval";
    /// The licence is not valid, is of another holder or item, or was issued for ever.
    LICENCE_STATE = 2525, 409, "行政许可法 §50";
    /// The decision or annulment is not in effect.
    DEC_NOT_EFFECTIVE = 2526, 409, "行政许可法 §69, §70; R14";
    /// The party cannot be delegated to, or the term is none.
    AUTH_DELEGATE = 2527, 403, "行政许可法 §34; P4";
    /// The item is not offered.
    CASE_ITEM = 2528, 404, "行政许可法 §30";
    /// The commitment is that of another applicant's material.
    MAT_CLAIMED = 2529, 409, "个人信息保护法 §51; P8";
    /// The case has no such notice.
    NOTICE_UNKNOWN = 2530, 404, "scenarios/approval";
    /// Notices are put down by the desk of the case's department.
    NOTICE_SENDER = 2531, 403, "行政许可法 §44; P15";
    /// This was put down before, or the notice is served.
    NOTICE_RECORDED = 2532, 409, "电子签名法 §11; P15";
    /// The moment is not between the notice and now, or too long ago.
    NOTICE_TIME = 2533, 409, "电子签名法 §11";
    /// The applicant has not agreed to be served by this.
    NOTICE_CHANNEL = 2534, 409, "电子签名法 §3, §11";
}
