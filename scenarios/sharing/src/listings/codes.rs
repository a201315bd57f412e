//! The rejections of listings, all named `LIST_*`, 2341 to 2369.

use yinxin_types::Code;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $number:literal, $status:literal, $source:literal;)*) => {
        $($(#[$doc])* pub(crate) const $name: Code = Code { number: $number, name: stringify!($name), source: $source, status: $status };)*
        /// Every code of listings, by number.
        pub(crate) const LISTINGS: &[Code] = &[$($name),*];
    };
}

codes! {
    /// There is no such entry, or it has ended.
    LIST_UNKNOWN = 2341, 404, "scenarios/sharing";
    /// There is no such kind of listing.
    LIST_KIND = 2342, 400, "scenarios/sharing, kinds";
    /// A code, number or text is empty, too long or has characters it may not have.
    LIST_FIELD = 2343, 400, "scenarios/sharing";
    /// The body is not an active member.
    LIST_NOT_MEMBER = 2344, 403, "政务数据共享条例 §2";
    /// Another body than the one that entered it.
    LIST_NOT_ENTERING_AUTHORITY = 2345, 403, "人社部令第45号 §4";
    /// The account does not act for the subject of the entry.
    LIST_NOT_SUBJECT = 2346, 403, "行政处罚法 §45";
    /// The officer or the authority is itself the subject.
    LIST_OWN_CASE = 2347, 403, "行政处罚法 §43";
    /// The officer who proposed it would decide it.
    LIST_SAME_OFFICER = 2348, 403, "行政处罚法 §57, §58";
    /// The step does not follow the present state of the entry.
    LIST_STATE = 2349, 409, "行政处罚法 §44";
    /// The entry has expired, was removed or annulled.
    LIST_ENDED = 2350, 409, "人社部令第45号";
    /// The time for statements runs.
    LIST_STATEMENT_OPEN = 2351, 409, "行政处罚法 §44, §45, §64";
    /// The time for statements has ended.
    LIST_STATEMENT_CLOSED = 2352, 409, "行政处罚法 §64, §85";
    /// The decision document is not named.
    LIST_NO_DECISION_DOC = 2353, 400, "人社部令第45号 §5; 行政处罚法 §59";
    /// An objection waits for its answer.
    LIST_OBJECTION_PENDING = 2354, 409, "scenarios/sharing";
    /// There is no objection to answer.
    LIST_NO_OBJECTION = 2355, 409, "scenarios/sharing";
    /// A correction that names nothing to correct, or changes nothing.
    LIST_CORRECTION = 2356, 400, "个人信息保护法 §46";
    /// The subject has made no written promise.
    LIST_NO_PROMISE = 2357, 409, "人社部令第45号";
    /// The time before an early removal has not passed.
    LIST_TOO_EARLY = 2358, 409, "人社部令第45号";
    /// The correction would lie in the future.
    LIST_CORRECTED_TIME = 2359, 400, "人社部令第45号";
    /// More entries, statements, objections or promises than are kept.
    LIST_LIMIT = 2360, 409, "scenarios/sharing";
    /// The query does not say what for.
    LIST_PURPOSE_MISSING = 2361, 403, "个人信息保护法 §6; 国务院令第716号 §7";
    /// The query does not say in which case.
    LIST_CASE_MISSING = 2362, 403, "个人信息保护法 §6, §34";
    /// The body or the officer has asked as often as is allowed in a day.
    LIST_QUOTA = 2363, 429, "个人信息保护法 §6, §51";
}
