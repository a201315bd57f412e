//! The catalogue (数据目录): which body keeps which data, on what terms others may have it, and the requests for it. The owner answers within
//! its time, with reason and remedy where it refuses; it adds no condition to those it has published, and nobody collects again what
//! another body of the same division keeps (国务院令第809号, 政务数据共享条例).
//!
//! ```text
//! publish ─► version 1 ─publish─► version 2 … ─withdraw─► withdrawn      (refresh: the data itself is new)
//! request ─► Granted, where unconditional
//!         └► Open ──need more, once──► NeedMore ──supplement──► Open
//!              └──grant──► Granted    └──refuse──► Refused
//! complain (quality, of what was granted; dispute, of what was refused or is overdue) ─► answer: upheld or dismissed
//! ```
//!
//! A resource is named `<code of its owner>/<name>`, for example `12990100000001011T/hpf-deposit`.
//!
//! | operation | signed by | arguments | outcome |
//! |---|---|---|---|
//! | `sharing.resource_publish` | officer and seal of the owner | `class` {`kind`: `unconditional`, or `conditional` with `conditions`, or `not_shared` with `basis`}, `cycle`, `description`? digest, `fields` [{`grade` 1-4, `name`}], `for`, `item`, `on_platform`, `resource`, `steward` {`contact` code, `post` mandate} | `resource`, `version`, `concerns` |
//! | `sharing.resource_refresh` | the owner | `for`, `resource` | `resource`, `version`, `concerns` |
//! | `sharing.resource_withdraw` | the owner | `for`, `reason`, `resource` | `resource`, `version`, `concerns` |
//! | `sharing.resource_request` | officer and seal of another member | `basis`, `fields`, `for`, `from`, `need`, `purpose`, `resource`, `until` | `request`, `state`, `check_due`, `due`, `stale`, `concerns` |
//! | `sharing.resource_answer` | the owner | `answer` {`kind`: `grant` with `conditions`?, or `refuse` with `reason`, `remedy`, or `more` with `items`}, `for`, `request` | `request`, `state`, `late`, `concerns` |
//! | `sharing.resource_supplement` | the requester | `document` digest, `for`, `request` | `request`, `state`, `due`, `concerns` |
//! | `sharing.resource_complain` | the requester | `for`, `kind`: `quality` or `dispute`, `request`, `statement` digest | `complaint`, `due`, `concerns` |
//! | `sharing.resource_complaint_answer` | the owner; of a dispute a member with the role `data` that is no party to it | `complaint`, `document` digest, `finding`: `upheld` or `dismissed`, `for`, `reason`, `remedy`? | `complaint`, `finding`, `late`, `concerns` |
//!
//! | question | about | answer |
//! |---|---|---|
//! | `sharing.resource` | `resource`, `version`? | the resource, its version, whether it is stale |
//! | `sharing.resources` | `owner`, `offset`?, `limit`? | the resources of a body |
//! | `sharing.resource_request` | `request` | the request, its clocks, whether it is overdue or in force |
//! | `sharing.resource_requests` | `owner`, `offset`?, `limit`? | the requests that wait for the owner |
//! | `sharing.complaint` | `complaint` | the complaint |

mod arguments;
pub(crate) mod codes;
mod complaints;
mod questions;
mod records;
mod requests;
mod resources;

use yinxin_execution::{Operation, Question};

pub(crate) use codes::CATALOGUE as CODES;
pub use questions::MAX_PAGE;
pub(crate) use records::{Head, HeadState, Name, Request, RequestState};
pub use records::{MAX_OPEN_REQUESTS, MAX_RESOURCES};
pub(crate) use requests::known;

/// The operations of the catalogue.
pub(crate) const OPERATIONS: &[Operation] = &[
    Operation {
        id: "sharing.resource_publish",
        check: arguments::check_publish,
        reads: resources::reads,
        run: resources::publish,
    },
    Operation {
        id: "sharing.resource_refresh",
        check: arguments::check_refresh,
        reads: resources::reads,
        run: resources::refresh,
    },
    Operation {
        id: "sharing.resource_withdraw",
        check: arguments::check_withdraw,
        reads: resources::reads,
        run: resources::withdraw,
    },
    Operation {
        id: "sharing.resource_request",
        check: arguments::check_request,
        reads: resources::reads,
        run: requests::request,
    },
    Operation {
        id: "sharing.resource_answer",
        check: arguments::check_answer,
        reads: requests::reads,
        run: requests::answer,
    },
    Operation {
        id: "sharing.resource_supplement",
        check: arguments::check_supplement,
        reads: requests::reads,
        run: requests::supplement,
    },
    Operation {
        id: "sharing.resource_complain",
        check: arguments::check_complain,
        reads: requests::reads,
        run: complaints::complain,
    },
    Operation {
        id: "sharing.resource_complaint_answer",
        check: arguments::check_complaint_answer,
        reads: complaints::reads,
        run: complaints::answer,
    },
];

/// What the catalogue answers.
pub(crate) const QUESTIONS: &[Question] = &[
    Question {
        id: "sharing.resource",
        answer: questions::resource,
    },
    Question {
        id: "sharing.resources",
        answer: questions::resources,
    },
    Question {
        id: "sharing.resource_request",
        answer: questions::request,
    },
    Question {
        id: "sharing.resource_requests",
        answer: questions::requests,
    },
    Question {
        id: "sharing.complaint",
        answer: questions::complaint,
    },
];
