//! The rejections of this scenario. `SHARE_*` is about requests, certificates, cases and erasure, `LEASE_*` about what a person allowed,
//! `CRED_*` about the state of a certificate, `DEC_*` about decisions.

use std::sync::LazyLock;

use yinxin_types::Code;
use yinxin_types::codes::Texts;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $number:literal, $status:literal, $source:literal;)*) => {
        $($(#[$doc])* pub const $name: Code = Code { number: $number, name: stringify!($name), source: $source, status: $status };)*
        /// The codes of certificates, leases, loan decisions and erasure, by number.
        pub const CERTIFICATES: &[Code] = &[$($name),*];
    };
}

codes! {
    /// There is no such request.
    SHARE_REQUEST_UNKNOWN = 2301, 404, "scenarios/sharing";
    /// The request was answered or cancelled.
    SHARE_REQUEST_ENDED = 2302, 409, "scenarios/sharing";
    /// The person has an open request for the same at the same holder.
    SHARE_REQUEST_OPEN = 2303, 409, "国务院令第716号 §7";
    /// The signer is not a person.
    SHARE_NOT_PERSON = 2304, 403, "个人信息保护法 §45";
    /// The signer is not the person whose data it is.
    SHARE_NOT_SUBJECT = 2305, 403, "个人信息保护法 §13, §44";
    /// There is no such kind of certificate.
    SHARE_KIND = 2306, 400, "scenarios/sharing";
    /// A text is empty, too long, has control characters or characters that its kind of text has not.
    SHARE_TEXT = 2307, 400, "scenarios/sharing";
    /// There is no such certificate.
    SHARE_CERTIFICATE_UNKNOWN = 2308, 404, "scenarios/sharing";
    /// An end is not after now, or too far ahead.
    SHARE_TERM = 2309, 400, "个人信息保护法 §19";
    /// The place in the status list was given before, or does not exist.
    SHARE_STATUS_INDEX = 2310, 409, "IETF Token Status List §4";
    /// The lease that a loan case names is not of this applicant, this body and this case.
    SHARE_LOAN_LEASE = 2311, 409, "个人信息保护法 §6";
    /// The certificate is not suspended.
    SHARE_NOT_SUSPENDED = 2312, 409, "scenarios/sharing";
    /// The certificate is revoked.
    CRED_REVOKED = 2313, 409, "国务院令第716号 §10; revocation is final";
    /// The certificate is suspended.
    CRED_SUSPENDED = 2314, 409, "国务院令第716号 §10";
    /// The validity of the certificate has passed.
    SHARE_CERTIFICATE_EXPIRED = 2315, 409, "个人信息保护法 §19";
    /// The person asked for erasure; nothing is done with the certificate any more.
    SHARE_ERASED = 2316, 410, "个人信息保护法 §47";
    /// Erasure was not asked for, or was asked for or confirmed before.
    SHARE_ERASURE_STATE = 2317, 409, "个人信息保护法 §47";
    /// The grantee is neither an active member nor an enrolled body.
    SHARE_GRANTEE = 2318, 409, "个人信息保护法 §23";
    /// Fields are none, too many, repeated, unsorted, or not of the kind.
    SHARE_FIELDS = 2319, 400, "个人信息保护法 §6";
    /// The number of uses is outside its range.
    SHARE_USES = 2320, 400, "个人信息保护法 §6";
    /// The certificate has as many living leases, or as many bodies that hold parts of it, as it may have.
    SHARE_LEASE_LIMIT = 2321, 409, "scenarios/sharing";
    /// There is no such lease.
    LEASE_UNKNOWN = 2322, 404, "scenarios/sharing";
    /// The lease was granted to another body.
    LEASE_GRANTEE = 2323, 403, "个人信息保护法 §23";
    /// The person has ended the lease.
    LEASE_REVOKED = 2324, 403, "个人信息保护法 §15";
    /// The term of the lease has passed.
    LEASE_EXPIRED = 2325, 403, "个人信息保护法 §19";
    /// The lease has been used as often as it may be.
    LEASE_USED_UP = 2326, 403, "个人信息保护法 §6";
    /// No purpose is named.
    LEASE_PURPOSE_MISSING = 2327, 400, "个人信息保护法 §6; 国务院令第716号 §7";
    /// The lease was granted for another purpose or another case.
    LEASE_PURPOSE = 2328, 403, "个人信息保护法 §6, §14";
    /// A field is outside the lease.
    LEASE_FIELD = 2329, 403, "个人信息保护法 §6";
    /// The reader key is not in one of the two forms.
    SHARE_READER_KEY = 2330, 400, "scenarios/sharing";
    /// The officer who accepted would also decide.
    SHARE_SAME_OFFICER = 2332, 403, "行政许可法 §34, §48";
    /// The body has accepted a case with this number.
    SHARE_CASE_OPEN = 2333, 409, "住房公积金管理条例 §26";
    /// The body has accepted no such case.
    SHARE_CASE_UNKNOWN = 2334, 404, "住房公积金管理条例 §26";
    /// The case has been decided.
    SHARE_CASE_DECIDED = 2335, 409, "住房公积金管理条例 §26";
    /// A decision against somebody gives no reason.
    DEC_NO_REASON = 2336, 400, "行政许可法 §38";
    /// A decision against somebody names no remedy.
    DEC_NO_REMEDY = 2337, 400, "行政许可法 §38";
    /// The body is not one that holds the certificate.
    SHARE_NOT_HOLDER = 2338, 403, "个人信息保护法 §47";
}

/// The scenario's sentences in Chinese.
pub static ZH: LazyLock<Texts> = LazyLock::new(|| Texts::parse(include_str!("../locales/zh-CN.json")));
/// The scenario's sentences in English.
pub static EN: LazyLock<Texts> = LazyLock::new(|| Texts::parse(include_str!("../locales/en.json")));
