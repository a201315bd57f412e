//! The rejections of the catalogue, all named `RES_*`, 2371 to 2399.

use yinxin_types::Code;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $number:literal, $status:literal, $source:literal;)*) => {
        $($(#[$doc])* pub(crate) const $name: Code = Code { number: $number, name: stringify!($name), source: $source, status: $status };)*
        /// Every code of the catalogue, by number.
        pub(crate) const CATALOGUE: &[Code] = &[$($name),*];
    };
}

codes! {
    /// There is no such resource, or no such version of it.
    RES_UNKNOWN = 2371, 404, "scenarios/sharing";
    /// The name of a resource or item is malformed.
    RES_NAME = 2372, 400, "scenarios/sharing";
    /// A field, grade or text is missing, repeated, too long or malformed.
    RES_FIELD = 2373, 400, "scenarios/sharing";
    /// Data is kept back, or shared on conditions, without saying on which basis.
    RES_CLASS = 2374, 400, "政务数据共享条例";
    /// Sensitive fields are to be shared without conditions.
    RES_GRADE = 2375, 400, "数据安全法 §21; 个人信息保护法 §28";
    /// The body is not an active member.
    RES_NOT_MEMBER = 2376, 403, "政务数据共享条例 §2";
    /// The body is not the owner of the resource.
    RES_NOT_OWNER = 2377, 403, "政务数据共享条例";
    /// More resources, requests or complaints than are kept.
    RES_LIMIT = 2378, 409, "scenarios/sharing";
    /// Another body of the division keeps this item.
    RES_COLLECTED = 2379, 409, "政务数据共享条例; 国务院令第716号 §7";
    /// The resource has been withdrawn.
    RES_WITHDRAWN = 2380, 409, "scenarios/sharing";
    /// The resource is not shared, on the basis that its owner has published.
    RES_NOT_SHARED = 2381, 403, "政务数据共享条例";
    /// A body asks for its own resource.
    RES_OWN = 2382, 400, "scenarios/sharing";
    /// The request names a field that the resource has not.
    RES_FIELDS_UNKNOWN = 2383, 400, "个人信息保护法 §6";
    /// The request does not say what for.
    RES_PURPOSE_MISSING = 2384, 400, "政务数据共享条例 §25; 个人信息保护法 §6";
    /// The request does not name its legal basis.
    RES_BASIS_MISSING = 2385, 400, "个人信息保护法 §13, §34";
    /// The period is empty, past or longer than is allowed.
    RES_PERIOD = 2386, 400, "个人信息保护法 §19";
    /// The same fields are asked for again while a request waits or a grant is in force.
    RES_REPEATED = 2387, 409, "政务数据共享条例";
    /// There is no such request.
    RES_REQUEST_UNKNOWN = 2388, 404, "scenarios/sharing";
    /// The request or the complaint has been answered, or does not wait for this.
    RES_ANSWERED = 2389, 409, "scenarios/sharing";
    /// The owner would add a condition to those it has published.
    RES_CONDITION = 2390, 409, "政务数据共享条例";
    /// A refusal without reason.
    RES_NO_REASON = 2391, 400, "政务数据共享条例; 行政许可法 §38";
    /// A refusal that names no remedy.
    RES_NO_REMEDY = 2392, 400, "政务数据共享条例; 行政许可法 §38";
    /// The time for the compliance check has ended.
    RES_CHECK_OVER = 2393, 409, "行政许可法 §32; local rule of 2 working days";
    /// The owner would ask for more a second time.
    RES_SECOND_NEED = 2394, 409, "行政许可法 §32";
    /// The owner asks for what the catalogue already offers to it.
    RES_SHARED_AVAILABLE = 2395, 409, "国务院令第716号 §7; 政务数据共享条例";
    /// Another body than the one that made the request.
    RES_NOT_REQUESTER = 2396, 403, "scenarios/sharing";
    /// The request gives no ground for this complaint, or one of its complaints waits for an answer.
    RES_COMPLAINT = 2397, 409, "政务数据共享条例";
    /// There is no such complaint.
    RES_COMPLAINT_UNKNOWN = 2398, 404, "scenarios/sharing";
    /// The body is not the one that answers this complaint.
    RES_NOT_COMPETENT = 2399, 403, "政务数据共享条例; 行政许可法 §48";
}
