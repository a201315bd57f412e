//! `yinxin tx`: submitting signed transactions and asking what became of them.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde_json::{Map, Value, json};
use yinxin_client::http::{Client, Status, TransactionStatus};
use yinxin_client::transaction::Request;
use yinxin_crypto::Digest;
use yinxin_types::Transaction;

use crate::cli::NodeAddress;
use crate::cli::account;
use crate::cli::chain::{Connection, rejected};
use crate::cli::console::Console;
use crate::cli::failure::{Exit, Failure};
use crate::cli::language::words;

/// The most bytes of a transaction as JSON.
const MAX_TRANSACTION_BYTES: u64 = 4 << 20;

/// Commands about transactions.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// 签署一笔交易 · sign a transaction of any operation
    Sign(SignArguments),
    /// 提交已签名的交易 · submit a signed transaction
    Submit {
        /// 交易文件,- 为标准输入 · the transaction, - for standard input
        file: PathBuf,
        #[command(flatten)]
        node: NodeAddress,
        /// 等到终局 · wait until it is final
        #[arg(long)]
        wait: bool,
    },
    /// 查询交易状态 · ask what became of a transaction
    Status {
        /// 交易标识 · identifier of the transaction
        id: Digest,
        #[command(flatten)]
        node: NodeAddress,
    },
}

/// Arguments of `tx sign`.
#[derive(Debug, Args)]
pub(super) struct SignArguments {
    /// 业务操作,如 governance.vote · the operation
    operation: String,
    /// 业务参数(JSON 对象),- 为标准输入 · its arguments, a JSON object; - for standard input
    arguments: PathBuf,
    /// 账户密钥文件 · the account key; by default your own
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    /// 共同签名人的密钥文件,如部门印章,可多次 · key of a cosigner such as a department's seal; may be repeated
    #[arg(long = "with", value_name = "FILE")]
    cosigners: Vec<PathBuf>,
    /// 必须属于此链 · refuse a node of another chain
    #[arg(long, value_name = "ID")]
    chain: Option<Digest>,
    #[command(flatten)]
    node: NodeAddress,
}

pub(super) fn run(console: &Console, command: Command) -> Result<Exit, Failure> {
    match command {
        Command::Sign(arguments) => sign(console, &arguments),
        Command::Submit { file, node, wait } => submit(console, &file, &node, wait),
        Command::Status { id, node } => status(console, &id, &node),
    }
}

/// Writes the signed transaction to standard output, to be looked at, kept and submitted.
fn sign(console: &Console, arguments: &SignArguments) -> Result<Exit, Failure> {
    let text = read(&arguments.arguments)?;
    let Ok(members) = serde_json::from_slice::<Map<String, Value>>(&text) else {
        return Err(Failure::usage(words!(
            "业务参数不是 JSON 对象。",
            "The arguments are not a JSON object."
        )));
    };
    let request = Request {
        operation: arguments.operation.clone(),
        arguments: members,
    };
    let connection = Connection::open(console, &arguments.node.url, arguments.chain.as_ref())?;
    let key = account::open(console, arguments.key.as_deref())?;
    let cosigners = arguments
        .cosigners
        .iter()
        .map(|path| account::open(console, Some(path)))
        .collect::<Result<Vec<_>, _>>()?;
    let cosigners: Vec<_> = cosigners.iter().collect();
    console.raw(&json!(connection.sign_with(&request, &key, &cosigners)?));
    Ok(Exit::Done)
}

fn submit(console: &Console, file: &Path, node: &NodeAddress, wait: bool) -> Result<Exit, Failure> {
    let bytes = read(file)?;
    let envelope = Transaction::from_json(&bytes)?.to_envelope();
    let connection = Connection::direct(&node.url)?;
    if wait {
        let answer = connection.execute(&envelope)?;
        tell(console, &answer);
        return Ok(Exit::Done);
    }
    let id = connection.submit(&envelope)?;
    console.say(&words!(
        "已受理,等待终局:{id}\n查询:yinxin tx status {id}",
        "Taken in, not final yet: {id}\nAsk with: yinxin tx status {id}"
    ));
    console.document(&json!({ "id": id }));
    Ok(Exit::Done)
}

fn status(console: &Console, id: &Digest, node: &NodeAddress) -> Result<Exit, Failure> {
    let answer = Client::new(&node.url).transaction(id, 0)?;
    if answer.status == Status::Rejected {
        return Err(rejected(&answer));
    }
    tell(console, &answer);
    Ok(Exit::Done)
}

fn tell(console: &Console, answer: &TransactionStatus) {
    let id = answer.id;
    let height = answer.height.unwrap_or_default();
    let at_height = answer.at_height.unwrap_or_default();
    console.say(&match answer.status {
        Status::Committed => words!("已终局并执行,高度 {height}:{id}", "Final and executed at height {height}: {id}"),
        Status::Pending => words!("等待终局(账本高度 {at_height}):{id}", "Waiting to become final (the chain is at height {at_height}): {id}"),
        Status::Rejected => words!("被账本拒绝,高度 {height}:{id}", "Refused by the ledger at height {height}: {id}"),
        Status::Unknown => words!(
            "该节点(高度 {at_height})没有此交易:{id}。若有效期已过,可以重新提交一份。",
            "The node (at height {at_height}) does not know it: {id}. If its validity has passed it never took effect; submit a new one."
        ),
    });
    console.document(&document(answer));
}

/// The answer for programs.
fn document(answer: &TransactionStatus) -> Value {
    let status = match answer.status {
        Status::Unknown => "unknown",
        Status::Pending => "pending",
        Status::Committed => "committed",
        Status::Rejected => "rejected",
    };
    json!({
        "at_height": answer.at_height, "code": answer.code, "height": answer.height, "id": answer.id,
        "index": answer.index, "name": answer.name, "outcome": answer.outcome, "status": status,
    })
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let failed = |error: io::Error| Failure::unreadable(path, &error);
    let mut bytes = Vec::new();
    let mut source: Box<dyn Read> = if path.as_os_str() == "-" {
        Box::new(io::stdin().lock())
    } else {
        Box::new(fs::File::open(path).map_err(failed)?)
    };
    source
        .by_ref()
        .take(MAX_TRANSACTION_BYTES)
        .read_to_end(&mut bytes)
        .map_err(failed)?;
    Ok(bytes)
}
