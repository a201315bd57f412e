//! The rejections of this scenario, all named `GOV_*`. A number is also what a proposal that failed keeps, so it is never given again.

use std::sync::LazyLock;

use yinxin_types::Code;
use yinxin_types::codes::Texts;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $number:literal, $status:literal, $source:literal;)*) => {
        $($(#[$doc])* pub const $name: Code = Code { number: $number, name: stringify!($name), source: $source, status: $status };)*
        /// Every code of the scenario, by number.
        pub const GOVERNANCE: &[Code] = &[$($name),*];
    };
}

codes! {
    /// The account is not that of an active member.
    GOV_NOT_MEMBER = 3001, 403, "governance, members";
    /// The deadline is not after the block, or further ahead than the parameter allows.
    GOV_DEADLINE = 3002, 400, "governance, proposals";
    /// The member has as many open proposals as the parameter allows.
    GOV_OPEN_LIMIT = 3003, 409, "governance, proposals";
    /// There is no such proposal.
    GOV_PROPOSAL_UNKNOWN = 3004, 404, "governance, proposals";
    /// The proposal has been enacted, rejected or withdrawn, or has failed.
    GOV_PROPOSAL_DECIDED = 3005, 409, "governance, proposals";
    /// The deadline of the proposal has passed.
    GOV_PROPOSAL_EXPIRED = 3006, 409, "governance, proposals";
    /// The member voted otherwise before.
    GOV_VOTE_CHANGED = 3007, 409, "governance, votes";
    /// The account is not that of the member that made the proposal.
    GOV_NOT_PROPOSER = 3008, 403, "governance, proposals";
    /// Others have voted, and the parameter does not allow to withdraw then.
    GOV_WITHDRAWAL = 3009, 409, "governance, proposals";
    /// A name, role or title is empty, too long, repeated or has control characters.
    GOV_FIELD = 3010, 400, "governance, members";
    /// The body is a member already.
    GOV_MEMBER_EXISTS = 3011, 409, "governance, members";
    /// There is no member with this code.
    GOV_MEMBER_UNKNOWN = 3012, 404, "governance, members";
    /// The member's status does not allow it.
    GOV_MEMBER_STATUS = 3013, 409, "governance, members";
    /// A threshold names the member: it must vote for something.
    GOV_MEMBER_REQUIRED = 3014, 409, "governance, thresholds";
    /// There would be too many members or validators.
    GOV_MEMBER_LIMIT = 3015, 409, "governance, members";
    /// The account belongs or belonged to another member.
    GOV_ACCOUNT_TAKEN = 3016, 409, "governance, members; 电子签名法 §13";
    /// A key is not on its curve, not of the algorithm of validators, both account and validator, or a passkey as an account.
    GOV_KEY = 3017, 400, "governance, members; 电子签名法 §13";
    /// The validator key was used before; a node that lost its votes must not vote with it again.
    GOV_KEY_TAKEN = 3018, 409, "governance, members";
    /// The height is missing, not needed, too near or too far.
    GOV_HEIGHT = 3019, 409, "governance, validators, upgrades";
    /// Changes of the validator set wait for too many heights.
    GOV_SCHEDULE_LIMIT = 3020, 409, "governance, validators";
    /// Fewer than four validators would remain.
    GOV_VALIDATORS_FEW = 3021, 409, "governance, validators";
    /// More than a third of the validators would change at one height.
    GOV_VALIDATORS_THIRD = 3022, 409, "governance, validators";
    /// The threshold cannot be reached by the members there are, or names a member twice or one that does not vote.
    GOV_THRESHOLD = 3023, 409, "governance, thresholds";
    /// There is no such parameter.
    GOV_PARAMETER_UNKNOWN = 3024, 404, "governance, parameters";
    /// The value is not of the parameter's type or outside its range.
    GOV_PARAMETER_VALUE = 3025, 400, "governance, parameters";
    /// The proposal would change nothing.
    GOV_UNCHANGED = 3026, 409, "governance, proposals";
    /// The calendar year breaks a rule of its form.
    GOV_CALENDAR = 3027, 400, "governance, calendar; 全国年节及纪念日放假办法";
    /// The edition does not follow the one in force.
    GOV_CALENDAR_EDITION = 3028, 409, "governance, calendar";
    /// The name of a document is malformed.
    GOV_DOCUMENT_NAME = 3029, 400, "governance, documents";
    /// The digest is not that of the content.
    GOV_DOCUMENT_DIGEST = 3030, 400, "governance, documents";
    /// The content is longer than the parameter allows.
    GOV_DOCUMENT_SIZE = 3031, 413, "governance, documents";
    /// The version is not higher than the one in force.
    GOV_DOCUMENT_VERSION = 3032, 409, "governance, documents";
    /// The length of a period is outside its range.
    GOV_PERIOD = 3033, 400, "governance, calendar; 民法典 §201-203";
    /// A document that a scenario reads has another class than `catalogue`, or no text.
    GOV_DOCUMENT_CLASS = 3034, 400, "governance, documents";
    /// No scenario of the chain has the name.
    GOV_UPGRADE_SCENARIO = 3035, 404, "governance, upgrades; D33";
    /// The version is not the one after that in force.
    GOV_UPGRADE_STEP = 3036, 409, "governance, upgrades; D33";
    /// An upgrade of the scenario waits for its height, or its migration runs.
    GOV_UPGRADE_PENDING = 3037, 409, "governance, upgrades; D33";
    /// No upgrade of the scenario to this version waits, so none can be withdrawn.
    GOV_UPGRADE_NONE = 3038, 409, "governance, upgrades; D33";
}

/// The scenario's sentences in Chinese.
pub static ZH: LazyLock<Texts> = LazyLock::new(|| Texts::parse(include_str!("../locales/zh-CN.json")));
/// The scenario's sentences in English.
pub static EN: LazyLock<Texts> = LazyLock::new(|| Texts::parse(include_str!("../locales/en.json")));
