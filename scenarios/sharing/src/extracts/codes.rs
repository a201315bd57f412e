//! The rejections of extracts, all named `EXTRACT_*`, 2401 to 2419.

use yinxin_types::Code;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $number:literal, $status:literal, $source:literal;)*) => {
        $($(#[$doc])* pub(crate) const $name: Code = Code { number: $number, name: stringify!($name), source: $source, status: $status };)*
        /// Every code of extracts, by number.
        pub(crate) const EXTRACTS: &[Code] = &[$($name),*];
    };
}

codes! {
    /// There is no such extract.
    EXTRACT_UNKNOWN = 2401, 404, "scenarios/sharing";
    /// A number, field or text is missing, repeated, too long or malformed.
    EXTRACT_FIELD = 2402, 400, "scenarios/sharing";
    /// There are no rows, too many, or too many or too few canary rows.
    EXTRACT_ROWS = 2403, 400, "个人信息保护法 §6";
    /// The owner has delivered an extract under this number.
    EXTRACT_REPEATED = 2404, 409, "scenarios/sharing";
    /// The request is not granted, its period has not begun or is over, or the resource was withdrawn.
    EXTRACT_NOT_GRANTED = 2405, 409, "政务数据共享条例; 个人信息保护法 §6";
    /// A field is outside the granted request.
    EXTRACT_FIELDS = 2406, 403, "政务数据共享条例 §25; 个人信息保护法 §6";
    /// The receiving officer has no mandate of the requesting body, or none any more.
    EXTRACT_RECEIVER = 2407, 409, "数据安全法 §27";
    /// The owner, or the grant, has as many extracts as are kept.
    EXTRACT_LIMIT = 2408, 409, "scenarios/sharing";
    /// The body is not the owner of the extract.
    EXTRACT_NOT_OWNER = 2409, 403, "政务数据共享条例";
    /// The extract was withdrawn.
    EXTRACT_WITHDRAWN = 2410, 410, "个人信息保护法 §46, §47";
    /// A body looks that is not the one to which the extract was delivered.
    EXTRACT_RECIPIENT = 2411, 403, "政务数据共享条例 §25; 个人信息保护法 §23";
    /// An officer looks who is not the one to whom the extract was delivered.
    EXTRACT_OFFICER = 2412, 403, "数据安全法 §27; 个人信息保护法 §51";
    /// No purpose is named, or another than that of the request.
    EXTRACT_PURPOSE = 2413, 403, "政务数据共享条例 §25; 个人信息保护法 §6";
    /// The extract has been fetched as often as it may be.
    EXTRACT_FETCHED = 2414, 403, "个人信息保护法 §6";
    /// The grant has given out as many rows as it may.
    EXTRACT_BULK = 2415, 403, "个人信息保护法 §6; 数据安全法 §27";
    /// The period of the grant is over.
    EXTRACT_EXPIRED = 2416, 403, "个人信息保护法 §19";
    /// The reader key is not in one of the two forms.
    EXTRACT_READER = 2417, 400, "scenarios/sharing";
}
