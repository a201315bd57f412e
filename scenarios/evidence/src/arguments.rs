//! The arguments of the operations and the rules that need nothing but them (formats.md, section 7). These rules run at the
//! door of a node, before a transaction waits for a block, and again in the block.

use serde::{Deserialize, Deserializer};
use yinxin_crypto::{Digest, HashAlgorithm};
use yinxin_execution::arguments;
use yinxin_types::codes::TX_ARGUMENTS;
use yinxin_types::receipt::{CommitmentKind, entry_id};
use yinxin_types::{BlockTime, Body, Code, Rejection};

use crate::codes;
use crate::records::Relation;

/// The longest media type in bytes.
pub const MAX_MEDIA_TYPE_BYTES: usize = 127;
/// The longest description of the environment of a capture in bytes.
pub const MAX_ENVIRONMENT_BYTES: usize = 1024;
/// The longest name of a capture tool in bytes.
pub const MAX_TOOL_BYTES: usize = 128;
/// The longest version of a capture tool in bytes.
pub const MAX_TOOL_VERSION_BYTES: usize = 64;
/// The largest file in bytes: 1 PiB.
pub const MAX_FILE_BYTES: u64 = 1 << 50;
/// The most items in one batch: paths of at most 20 siblings.
pub const MAX_BATCH_ITEMS: u64 = 1 << 20;
/// The most links in one deposit.
pub const MAX_DEPOSIT_LINKS: usize = 16;

/// Arguments of `evidence.deposit`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Deposit<'a> {
    #[serde(borrow, default, deserialize_with = "present")]
    capture: Option<Capture<'a>>,
    pub commitment: Digest,
    #[serde(rename = "kind")]
    _kind: CommitmentKind,
    #[serde(default, deserialize_with = "present")]
    links: Option<Vec<Link>>,
    media_type: &'a str,
    size: u64,
}

impl Deposit<'_> {
    /// The links, where there are any.
    pub fn links(&self) -> &[Link] {
        self.links.as_deref().unwrap_or_default()
    }

    /// When the capture ended, where there was one.
    pub fn captured(&self) -> Option<BlockTime> {
        self.capture.as_ref().map(|capture| capture.to)
    }
}

/// Arguments of `evidence.deposit_batch`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DepositBatch<'a> {
    #[serde(borrow, default, deserialize_with = "present")]
    capture: Option<Capture<'a>>,
    items: u64,
    #[serde(rename = "kind")]
    _kind: CommitmentKind,
    pub root: Digest,
}

impl DepositBatch<'_> {
    /// When the capture ended, where there was one.
    pub fn captured(&self) -> Option<BlockTime> {
        self.capture.as_ref().map(|capture| capture.to)
    }
}

/// How the thing deposited was obtained (采集信息): the public part. The law asks for environment, subject, tool, time and
/// process of the capture (最高人民法院关于互联网法院审理案件若干问题的规定 §11); who captured and from where is committed in `details`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Capture<'a> {
    #[serde(rename = "details")]
    _details: Digest,
    environment: &'a str,
    from: BlockTime,
    to: BlockTime,
    tool: &'a str,
    #[serde(rename = "tool_digest", deserialize_with = "nullable")]
    _tool_digest: Option<Digest>,
    tool_version: &'a str,
}

/// One link of a deposit to an earlier entry, named by its identifier and the commitment it lies under.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Link {
    pub commitment: Digest,
    pub entry: Digest,
    pub relation: Relation,
}

/// Arguments of `evidence.link`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AddLink {
    pub commitment: Digest,
    pub entry: Digest,
    pub relation: Relation,
    pub target: Digest,
    pub target_commitment: Digest,
}

/// Why an entry is doubted, in the order of the court's questions (人民法院在线诉讼规则 §16-19).
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Grounds {
    /// The content was untrue before it was deposited.
    BeforeChain,
    /// The ledger or a tool failed technically.
    Technical,
    /// The depositor had no authority.
    Authority,
    /// Something else; the statement says what.
    Other,
}

/// Arguments of `evidence.challenge`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MakeChallenge {
    pub commitment: Digest,
    pub entry: Digest,
    #[serde(rename = "grounds")]
    _grounds: Grounds,
    #[serde(rename = "statement")]
    _statement: Digest,
}

/// Arguments of `evidence.resolve`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Resolve {
    pub challenge: Digest,
    pub finding: crate::records::Finding,
    #[serde(rename = "statement")]
    _statement: Digest,
}

/// For a member that may be absent but not null: one meaning has one spelling.
fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// For a member that may be null but not absent.
fn nullable<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    Option::deserialize(deserializer)
}

/// Stateless rules of `evidence.deposit`, in this order: `EVID_ALG_UNSUPPORTED`, `TX_ARGUMENTS`, `EVID_FIELD` (media type),
/// `EVID_SIZE`, the rules of the capture, those of the links.
pub(crate) fn check_deposit(body: &Body) -> Result<(), Rejection> {
    check_algorithm(body, "commitment")?;
    let deposit: Deposit<'_> = arguments(body)?;
    check_text("media_type", deposit.media_type, MAX_MEDIA_TYPE_BYTES)?;
    if deposit.size > MAX_FILE_BYTES {
        return refuse(
            codes::EVID_SIZE,
            format!("{} bytes of at most {MAX_FILE_BYTES}", deposit.size),
        );
    }
    check_capture(deposit.capture.as_ref())?;
    let links = deposit.links();
    if links.len() > MAX_DEPOSIT_LINKS {
        return refuse(
            codes::EVID_LINK_LIMIT,
            format!("{} links of at most {MAX_DEPOSIT_LINKS}", links.len()),
        );
    }
    let alike = |(position, link): (usize, &Link)| {
        links
            .iter()
            .skip(position.saturating_add(1))
            .any(|other| other == link)
    };
    if links.iter().enumerate().any(alike) {
        return refuse(TX_ARGUMENTS, "two links are alike");
    }
    let entry = entry_id(body.chain.algorithm(), &body.account, &deposit.commitment);
    if links.iter().any(|link| link.entry == entry) {
        return refuse(codes::EVID_LINK_SELF, "a link leads to the entry itself");
    }
    Ok(())
}

/// Stateless rules of `evidence.deposit_batch`, in this order: `EVID_ALG_UNSUPPORTED`, `TX_ARGUMENTS`, `EVID_BATCH_SIZE`, the
/// rules of the capture.
pub(crate) fn check_deposit_batch(body: &Body) -> Result<(), Rejection> {
    check_algorithm(body, "root")?;
    let batch: DepositBatch<'_> = arguments(body)?;
    if batch.items == 0 || batch.items > MAX_BATCH_ITEMS {
        return refuse(
            codes::EVID_BATCH_SIZE,
            format!("{} items, 1 to {MAX_BATCH_ITEMS} are allowed", batch.items),
        );
    }
    check_capture(batch.capture.as_ref())
}

/// Stateless rules of `evidence.link`: `TX_ARGUMENTS`, then `EVID_LINK_SELF`.
pub(crate) fn check_link(body: &Body) -> Result<(), Rejection> {
    let link: AddLink = arguments(body)?;
    if link.entry == link.target {
        return refuse(codes::EVID_LINK_SELF, "`entry` and `target` are the same");
    }
    Ok(())
}

/// Stateless rules of `evidence.challenge`: `TX_ARGUMENTS`.
pub(crate) fn check_challenge(body: &Body) -> Result<(), Rejection> {
    arguments::<MakeChallenge>(body).map(|_| ())
}

/// Stateless rules of `evidence.resolve`: `TX_ARGUMENTS`.
pub(crate) fn check_resolve(body: &Body) -> Result<(), Rejection> {
    arguments::<Resolve>(body).map(|_| ())
}

fn refuse(code: Code, detail: impl Into<String>) -> Result<(), Rejection> {
    Err(Rejection::new(code, detail))
}

/// Tells an algorithm that is not accepted from a digest that is malformed: the depositor must mend a different thing.
fn check_algorithm(body: &Body, name: &str) -> Result<(), Rejection> {
    let prefix = body
        .arguments
        .get(name)
        .and_then(|value| value.as_str()?.split_once(':'))
        .map(|(prefix, _)| prefix);
    match prefix.filter(|prefix| {
        HashAlgorithm::ALL
            .iter()
            .all(|algorithm| algorithm.as_str() != *prefix)
    }) {
        Some(_) => refuse(
            codes::EVID_ALG_UNSUPPORTED,
            format!("`{name}` is neither sha256 nor sm3"),
        ),
        None => Ok(()),
    }
}

fn check_text(name: &str, text: &str, limit: usize) -> Result<(), Rejection> {
    if text.is_empty() || text.len() > limit {
        return refuse(
            codes::EVID_FIELD,
            format!("`{name}` has {} bytes, 1 to {limit} are allowed", text.len()),
        );
    }
    if text.chars().any(char::is_control) {
        return refuse(codes::EVID_FIELD, format!("`{name}` has control characters"));
    }
    Ok(())
}

/// `EVID_FIELD` (environment, tool, version of the tool), then `EVID_CAPTURE_TIME`.
fn check_capture(capture: Option<&Capture<'_>>) -> Result<(), Rejection> {
    let Some(capture) = capture else { return Ok(()) };
    check_text("environment", capture.environment, MAX_ENVIRONMENT_BYTES)?;
    check_text("tool", capture.tool, MAX_TOOL_BYTES)?;
    check_text("tool_version", capture.tool_version, MAX_TOOL_VERSION_BYTES)?;
    if capture.from > capture.to {
        return refuse(
            codes::EVID_CAPTURE_TIME,
            format!("from {} to {}", capture.from, capture.to),
        );
    }
    Ok(())
}
