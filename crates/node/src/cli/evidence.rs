//! `yinxin evidence`: depositing, and everything that may happen to an entry afterwards.

use std::fs;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand, ValueEnum};
use serde_json::{Map, Value, json};
use yinxin_client::deposit::measure;
use yinxin_client::http::{Client, TransactionStatus};
use yinxin_client::transaction::Request;
use yinxin_crypto::{Digest, HashAlgorithm, PrivateKey, PublicKey};

use crate::cli::chain::Connection;
use crate::cli::console::Console;
use crate::cli::deposit::{self, write_new};
use crate::cli::failure::{Exit, Failure};
use crate::cli::language::{Words, words};
use crate::cli::network::{list, text};
use crate::cli::{NodeAddress, account};

/// Commands about evidence.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// 存证 · deposit files
    Deposit(deposit::Arguments),
    /// 对条目提出质疑 · challenge an entry
    Challenge {
        /// 条目标识 · identifier of the entry
        entry: Digest,
        /// 理由 · the grounds
        #[arg(long, value_enum)]
        grounds: Grounds,
        /// 质疑书文件(只有摘要上链) · the written challenge; only its digest reaches the ledger
        #[arg(long, value_name = "FILE")]
        statement: PathBuf,
        #[command(flatten)]
        actor: Actor,
    },
    /// 处理质疑(法院认定,或质疑人撤回) · resolve a challenge
    Resolve {
        /// 质疑标识 · identifier of the challenge
        challenge: Digest,
        /// 认定 · the finding
        #[arg(long, value_enum)]
        finding: Finding,
        /// 认定文书(只有摘要上链) · the written finding; only its digest reaches the ledger
        #[arg(long, value_name = "FILE")]
        statement: PathBuf,
        #[command(flatten)]
        actor: Actor,
    },
    /// 把自己的条目与另一条目关联 · link an entry of yours to another
    Link {
        /// 自己的条目 · your entry
        entry: Digest,
        /// 另一条目 · the other entry
        target: Digest,
        /// 关系 · how your entry stands to it
        #[arg(long, value_enum)]
        relation: Relation,
        #[command(flatten)]
        actor: Actor,
    },
    /// 查看一个条目 · show one entry
    Show {
        /// 条目标识 · identifier of the entry
        entry: Digest,
        #[command(flatten)]
        node: NodeAddress,
    },
    /// 查询条目 · search entries
    Search {
        #[command(flatten)]
        search: Conditions,
        #[command(flatten)]
        node: NodeAddress,
    },
}

/// Who acts, through which node.
#[derive(Debug, Args)]
pub(super) struct Actor {
    #[command(flatten)]
    node: NodeAddress,
    /// 账户密钥文件 · the account key; by default your own
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    /// 必须属于此链 · refuse a node of another chain
    #[arg(long, value_name = "ID")]
    chain: Option<Digest>,
    /// 回执写入的文件 · where to write the receipt; not written if not given
    #[arg(long, value_name = "FILE")]
    receipt: Option<PathBuf>,
}

/// Conditions of a search; every one that is given must hold.
#[derive(Debug, Args)]
pub(super) struct Conditions {
    /// 承诺 · the commitment
    #[arg(long, conflicts_with = "file")]
    commitment: Option<Digest>,
    /// 公开存证的文件 · a file that was deposited openly
    #[arg(long)]
    file: Option<PathBuf>,
    /// 存证人账户 · account of the depositor
    #[arg(long)]
    account: Option<PublicKey>,
    /// 类别 · the kind
    #[arg(long, value_enum)]
    kind: Option<Kind>,
    /// 条数 · how many
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=100))]
    limit: u32,
    /// 上一页给出的 next · `next` of the page before
    #[arg(long)]
    before: Option<String>,
}

/// A value of the command line that the formats spell in the same way (formats section 7).
macro_rules! spelled {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, ValueEnum)]
        pub(super) enum $name {
            $($(#[$variant_doc])* #[value(name = $text)] $variant,)*
        }

        impl $name {
            const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }
        }
    };
}

spelled! {
    /// Grounds of a challenge.
    Grounds {
        /// 上链前已不实 · untrue before it was deposited
        BeforeChain = "before_chain",
        /// 技术问题 · the technique failed
        Technical = "technical",
        /// 无权存证 · the depositor had no authority
        Authority = "authority",
        /// 其他 · something else
        Other = "other",
    }
}

spelled! {
    /// How a challenge ended.
    Finding {
        /// 质疑成立 · upheld
        Upheld = "upheld",
        /// 质疑不成立 · dismissed
        Dismissed = "dismissed",
        /// 撤回 · withdrawn by the challenger
        Withdrawn = "withdrawn",
    }
}

spelled! {
    /// How one entry stands to another.
    Relation {
        /// 补充 · supplements
        Supplements = "supplements",
        /// 替代 · replaces
        Replaces = "replaces",
        /// 相关 · relates
        Relates = "relates",
    }
}

spelled! {
    /// Kinds of commitments.
    Kind {
        /// 公开 · open
        Open = "open",
        /// 密封 · sealed
        Sealed = "sealed",
    }
}

pub(super) fn run(console: &Console, command: Command) -> Result<Exit, Failure> {
    match command {
        Command::Deposit(arguments) => deposit::run(console, &arguments),
        Command::Challenge {
            entry,
            grounds,
            statement,
            actor,
        } => {
            let (connection, key) = actor.open(console)?;
            let statement = digest(connection.chain.algorithm(), &statement)?;
            let request = challenge(&connection, &entry, grounds.as_str(), &statement)?;
            actor.act(console, &connection, &key, &request)
        }
        Command::Resolve {
            challenge,
            finding,
            statement,
            actor,
        } => {
            let (connection, key) = actor.open(console)?;
            let statement = digest(connection.chain.algorithm(), &statement)?;
            let request = resolve(&challenge, finding.as_str(), &statement);
            actor.act(console, &connection, &key, &request)
        }
        Command::Link {
            entry,
            target,
            relation,
            actor,
        } => {
            let (connection, key) = actor.open(console)?;
            let request = Request {
                operation: "evidence.link".to_owned(),
                arguments: object(json!({
                    "commitment": commitment_of(&connection, &entry)?,
                    "entry": entry,
                    "relation": relation.as_str(),
                    "target": target,
                    "target_commitment": commitment_of(&connection, &target)?,
                })),
            };
            actor.act(console, &connection, &key, &request)
        }
        Command::Show { entry, node } => show(console, &entry, &node),
        Command::Search { search, node } => look_up(console, &search, &node),
    }
}

/// A challenge (质疑) to an entry, on the digest of its written form.
///
/// # Errors
/// Where the node does not know the entry.
pub(crate) fn challenge(
    connection: &Connection,
    entry: &Digest,
    grounds: &str,
    statement: &Digest,
) -> Result<Request, Failure> {
    Ok(Request {
        operation: "evidence.challenge".to_owned(),
        arguments: object(json!({
            "commitment": commitment_of(connection, entry)?,
            "entry": entry,
            "grounds": grounds,
            "statement": statement,
        })),
    })
}

/// The resolution of a challenge, on the digest of the written finding.
pub(crate) fn resolve(challenge: &Digest, finding: &str, statement: &Digest) -> Request {
    Request {
        operation: "evidence.resolve".to_owned(),
        arguments: object(json!({ "challenge": challenge, "finding": finding, "statement": statement })),
    }
}

/// Digest of a file.
///
/// # Errors
/// Where it cannot be read.
pub(crate) fn digest(algorithm: HashAlgorithm, path: &Path) -> Result<Digest, Failure> {
    let failed = |error: std::io::Error| Failure::unreadable(path, &error);
    let mut file = fs::File::open(path).map_err(failed)?;
    let (digest, _) = measure(algorithm, &mut file, &mut |_| {}).map_err(failed)?;
    Ok(digest)
}

impl Actor {
    fn open(&self, console: &Console) -> Result<(Connection, PrivateKey), Failure> {
        let connection = Connection::open(console, &self.node.url, self.chain.as_ref())?;
        let key = account::open(console, self.key.as_deref())?;
        Ok((connection, key))
    }

    /// Signs, sees the transaction through, and verifies its receipt.
    fn act(
        &self,
        console: &Console,
        connection: &Connection,
        key: &PrivateKey,
        request: &Request,
    ) -> Result<Exit, Failure> {
        let (answer, receipt) = act(connection, key, request)?;
        if let Some(path) = &self.receipt {
            write_new(path, &receipt).map_err(|error| Failure::unwritable(path, &error))?;
        }
        let (id, height) = (answer.id, answer.height.unwrap_or_default());
        console.say(&words!(
            "✓ 已执行并核验,高度 {height},标识 {id}",
            "✓ Executed and verified at height {height}: {id}"
        ));
        console.document(&json!({
            "height": answer.height, "id": id, "operation": request.operation, "outcome": answer.outcome,
            "receipt": self.receipt,
        }));
        Ok(Exit::Done)
    }
}

/// Signs a request, sees the transaction through, and verifies its receipt, which is returned.
///
/// # Errors
/// [`Exit::Refused`] with the ledger's reason, [`Exit::Unavailable`].
pub(crate) fn act(
    connection: &Connection,
    key: &PrivateKey,
    request: &Request,
) -> Result<(TransactionStatus, Vec<u8>), Failure> {
    let answer = connection.execute(&connection.sign(request, key)?)?;
    let receipt = connection.receipt(&answer.id)?;
    connection.verify(&receipt)?;
    Ok((answer, receipt))
}

/// The commitment an entry lies under, as the node tells it. A wrong answer makes a transaction that the ledger refuses.
fn commitment_of(connection: &Connection, entry: &Digest) -> Result<Digest, Failure> {
    let found: Value = connection.client.get(&format!("evidence/{entry}"))?;
    found
        .get("commitment")
        .and_then(Value::as_str)
        .and_then(|text| text.parse().ok())
        .ok_or_else(|| Failure::answer("the entry has no commitment"))
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

fn show(console: &Console, entry: &Digest, node: &NodeAddress) -> Result<Exit, Failure> {
    let found: Value = Client::new(&node.url).get(&format!("evidence/{entry}"))?;
    console.document(&found);
    row(console, &found);
    let (commitment, media_type) = (text(&found, "/commitment"), text(&found, "/media_type"));
    let (size, items) = (text(&found, "/size"), text(&found, "/items"));
    console.say(&words!("  承诺:{commitment}", "  commitment: {commitment}"));
    if size.is_empty() {
        console.say(&words!("  批次,共 {items} 项", "  a batch of {items} items"));
    } else {
        console.say(&words!(
            "  {size} 字节,{media_type}",
            "  {size} bytes, {media_type}"
        ));
    }
    let (first_entry, first_height) = (text(&found, "/first/entry"), text(&found, "/first/height"));
    if first_entry != text(&found, "/entry") {
        console.say(&words!(
            "  他人在先:高度 {first_height},条目 {first_entry}",
            "  someone was first in time: height {first_height}, entry {first_entry}"
        ));
    }
    for link in list(&found, "/links") {
        let (relation, target) = (text(link, "/relation"), text(link, "/entry"));
        console.say(&words!(
            "  关联({relation}):{target}",
            "  link ({relation}): {target}"
        ));
    }
    for challenge in list(&found, "/challenges") {
        let (grounds, finding) = (text(challenge, "/grounds"), text(challenge, "/finding"));
        let id = text(challenge, "/challenge");
        console.say(&if finding.is_empty() {
            words!(
                "  质疑({grounds}),待处理:{id}",
                "  challenge ({grounds}), open: {id}"
            )
        } else {
            words!(
                "  质疑({grounds}),结论 {finding}:{id}",
                "  challenge ({grounds}), {finding}: {id}"
            )
        });
    }
    Ok(Exit::Done)
}

fn look_up(console: &Console, search: &Conditions, node: &NodeAddress) -> Result<Exit, Failure> {
    let client = Client::new(&node.url);
    let commitment = match (&search.commitment, &search.file) {
        (Some(commitment), _) => Some(*commitment),
        (None, Some(path)) => Some(digest(Connection::direct(&node.url)?.chain.algorithm(), path)?),
        (None, None) => None,
    };
    let mut path = format!("evidence?limit={}", search.limit);
    if let Some(commitment) = commitment {
        path.push_str(&format!("&commitment={commitment}"));
    }
    if let Some(account) = &search.account {
        path.push_str(&format!("&account={account}"));
    }
    if let Some(kind) = search.kind {
        path.push_str(&format!("&kind={}", kind.as_str()));
    }
    if let Some(before) = &search.before {
        if !before
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_.~:".contains(&byte))
        {
            return Err(Failure::usage(words!(
                "--before 只接受上一页给出的 next。",
                "--before takes `next` of the page before and nothing else."
            )));
        }
        path.push_str(&format!("&before={before}"));
    }
    let page: Value = client.get(&path)?;
    console.document(&page);
    for entry in list(&page, "/items") {
        row(console, entry);
    }
    let (height, next) = (text(&page, "/at_height"), text(&page, "/next"));
    console.say(&words!(
        "(账本高度 {height})",
        "(the chain is at height {height})"
    ));
    if !next.is_empty() {
        console.say(&words!("下一页:--before {next}", "next page: --before {next}"));
    }
    Ok(Exit::Done)
}

fn row(console: &Console, entry: &Value) {
    let (id, kind, height) = (
        text(entry, "/entry"),
        text(entry, "/kind"),
        text(entry, "/height"),
    );
    let account = text(entry, "/account");
    console.say(&Words::same(format!("{height}  {kind}  {id}  {account}")));
}
