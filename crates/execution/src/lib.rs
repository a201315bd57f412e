//! Run a block: permission, operation, writes, receipt.
//!
//! ```text
//! migrations (upgrades) ┐
//! timers that are due ──┤
//! transactions ─────────┴► Run ──wanted keys──► (whoever holds the state)
//!                           ▲ ◄──values────────┘
//!                           └─► Executed { receipts, occurrences, changes, history root }
//! ```
//!
//! Execution is a pure function: it reads no clock, no disk and no random number, iterates no hash map and knows no floats. What it
//! needs from the state it asks for by key ([`Progress::Wanted`]) and is handed by its driver, so the same code runs in a node, in the
//! simulator and in an offline audit.

pub mod access;
mod history;
mod inquiry;
mod moment;
mod permission;
mod records;
mod registry;
mod replay;
mod run;
mod scenario;
pub mod statuses;
mod timers;
mod upgrades;
mod validators;
pub mod who;
#[cfg(feature = "workbench")]
pub mod workbench;

pub use access::{Access, Basis, Withheld, disclose};
pub use history::ChainRecord;
pub use inquiry::Inquiry;
pub use moment::Moment;
pub use permission::POLICY_DOCUMENTS;
pub use records::{Denial, Failure, Records};
pub use registry::{Registry, RegistryError};
pub use replay::{ReplayId, ReplayWindow, SeenRecord, UnknownParent, replay_id};
pub use run::{BlockContext, Executed, Progress, Run};
pub use scenario::{Alarm, Call, DocumentClass, Links, Operation, Question, Scenario, arguments};
pub use timers::TIMER_GRANULE_MS;
pub use upgrades::{
    FIRST_VERSION, Inspection, Invariant, Migration, PART_RECORDS, Part, Planned, Running, Unsupported,
    Versions,
};
pub use validators::{Asked, ValidatorsAt};
/// What [`Call::permit`] is asked about.
pub use yinxin_policy as policy;
