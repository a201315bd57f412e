//! `yinxin evidence deposit`: from files to verified receipts beside them.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use serde_json::{Map, Value, json};
use yinxin_client::deposit::{Capture, Deposit, Part, Piece, attach};
use yinxin_client::receipt::{Verdict, verify};
use yinxin_crypto::{Digest, HashAlgorithm, PrivateKey, random_bytes};
use yinxin_types::receipt::CommitmentKind;

use crate::cli::chain::Connection;
use crate::cli::console::Console;
use crate::cli::failure::{Exit, Failure};
use crate::cli::language::{Words, words};
use crate::cli::{NodeAddress, account, clock};

/// Arguments of `evidence deposit`.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// 要存证的文件 · the files
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// 合为一个条目,每个文件可单独证明 · one entry for all, each file provable alone
    #[arg(long)]
    batch: bool,
    /// 公开存证:持有相同文件者可查到 · open: whoever holds the same file can find it (default: sealed)
    #[arg(long)]
    open: bool,
    #[command(flatten)]
    node: NodeAddress,
    /// 账户密钥文件 · the account key; by default your own, made on first use
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    /// 回执目录 · where to write receipts; by default beside each file
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// 摘要算法 · digest algorithm; by default that of the chain
    #[arg(long, value_enum)]
    hash: Option<HashName>,
    /// 必须属于此链 · refuse a node of another chain
    #[arg(long, value_name = "ID")]
    chain: Option<Digest>,
    /// 采集工具 · tool with which it was captured
    #[arg(long)]
    tool: Option<String>,
    /// 采集环境 · environment in which it was captured, and how it was found clean
    #[arg(long)]
    environment: Option<String>,
    /// 来源(不上链) · where it came from; stays private
    #[arg(long)]
    source: Option<String>,
    /// 标题(不上链) · title; stays private
    #[arg(long)]
    title: Option<String>,
}

/// A digest algorithm as the command line names it.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum HashName {
    /// SHA-256
    Sha256,
    /// 国密 SM3 · SM3
    Sm3,
}

/// What one deposit did, for its depositor.
#[derive(Clone, Debug)]
pub(crate) struct Deposited {
    /// Transaction identifier.
    pub id: Digest,
    /// Identifier of the entry.
    pub entry: Digest,
    /// Whether this account had deposited the same commitment before.
    pub repeat: bool,
    /// First deposit of the commitment by anyone, where it was by someone else.
    pub first: Value,
    /// The receipt files, one for each part.
    pub receipts: Vec<PathBuf>,
    /// Height of the block.
    pub height: u64,
}

pub(super) fn run(console: &Console, arguments: &Arguments) -> Result<Exit, Failure> {
    let connection = Connection::open(console, &arguments.node.url, arguments.chain.as_ref())?;
    let key = account::open(console, arguments.key.as_deref())?;
    let algorithm = match arguments.hash {
        Some(HashName::Sha256) => HashAlgorithm::Sha256,
        Some(HashName::Sm3) => HashAlgorithm::Sm3,
        None => connection.genesis.suite.hash(),
    };
    let kind = if arguments.open {
        CommitmentKind::Open
    } else {
        CommitmentKind::Sealed
    };
    let capture = capture(arguments)?;
    let out = arguments.out.as_deref();
    let bar = console.bar(total(&arguments.files)?, &words!("计算摘要", "reading"), true);
    let mut done = Vec::new();
    if arguments.batch {
        let mut pieces = Vec::with_capacity(arguments.files.len());
        for path in &arguments.files {
            pieces.push(piece(path, algorithm, kind, &bar)?);
        }
        bar.finish_and_clear();
        let deposit = Deposit::batch(pieces, capture.as_ref())?;
        done.push(perform(
            console,
            &connection,
            &key,
            deposit,
            &arguments.files,
            out,
        )?);
        done.iter().for_each(|deposited| tell(console, deposited));
    } else {
        for path in &arguments.files {
            let deposited = match held(&connection, &key, kind, path, out)? {
                Some(held) => held,
                None => {
                    let piece = piece(path, algorithm, kind, &bar)?;
                    let deposit = Deposit::single(piece, capture.as_ref(), &[])?;
                    perform(
                        console,
                        &connection,
                        &key,
                        deposit,
                        std::slice::from_ref(path),
                        out,
                    )?
                }
            };
            bar.suspend(|| tell(console, &deposited));
            done.push(deposited);
        }
        bar.finish_and_clear();
    }
    console.document(&json!({
        "account": key.public_key(),
        "chain": connection.chain,
        "deposits": done.iter().map(|one| json!({
            "entry": one.entry, "first": one.first, "height": one.height, "id": one.id, "receipts": one.receipts,
            "repeat": one.repeat,
        })).collect::<Vec<_>>(),
    }));
    Ok(Exit::Done)
}

/// The deposit that a receipt beside the file already proves: by this account, on this chain, of the same kind. Depositing again would
/// change nothing for an open deposit, and give a second entry without use for a sealed one.
fn held(
    connection: &Connection,
    key: &PrivateKey,
    kind: CommitmentKind,
    path: &Path,
    out: Option<&Path>,
) -> Result<Option<Deposited>, Failure> {
    let target = receipt_path(path, out)?;
    let Ok(receipt) = fs::read(&target) else {
        return Ok(None);
    };
    let mut file = fs::File::open(path).map_err(|error| Failure::unreadable(path, &error))?;
    let Verdict::Verified(proven) = verify(&receipt, &connection.chain, Some(&mut file)) else {
        return Ok(None);
    };
    let Some(deposit) = proven.deposit.as_ref().filter(|deposit| {
        proven.account() == Some(key.public_key()) && deposit.kind == kind && deposit.item.is_none()
    }) else {
        return Ok(None);
    };
    Ok(Some(Deposited {
        id: proven.receipt.receipt.transaction,
        entry: deposit.entry,
        repeat: true,
        first: proven
            .receipt
            .receipt
            .outcome
            .get("first")
            .cloned()
            .unwrap_or_default(),
        receipts: vec![target],
        height: proven.height.0,
    }))
}

/// Signs a deposit, sees it through, and writes a verified receipt for each of its files.
///
/// # Errors
/// Any failure; no receipt is written that does not verify together with its file.
pub(crate) fn perform(
    console: &Console,
    connection: &Connection,
    key: &PrivateKey,
    deposit: Deposit,
    files: &[PathBuf],
    out: Option<&Path>,
) -> Result<Deposited, Failure> {
    let waiting = console.spinner(&words!("等待终局", "waiting for the block"));
    let envelope = connection.sign(&deposit.request, key)?;
    let answer = connection.execute(&envelope)?;
    let outcome = answer.outcome.clone().unwrap_or_default();
    let entry = outcome
        .get("entry")
        .and_then(Value::as_str)
        .and_then(|text| text.parse().ok())
        .ok_or_else(|| Failure::answer("the outcome names no entry"))?;
    let repeat = outcome.get("repeat").and_then(Value::as_bool) == Some(true);
    let id = if repeat {
        first_transaction(connection, &entry)?
    } else {
        answer.id
    };
    let given = connection.receipt(&id)?;
    waiting.finish_and_clear();
    let bar = console.bar(total(files)?, &words!("核验回执", "verifying"), true);
    let mut receipts = Vec::with_capacity(files.len());
    for (mut part, path) in deposit.parts.into_iter().zip(files) {
        if repeat {
            // The first deposit committed to details of its own, which only its own receipt can open.
            part.opening.capture = None;
        }
        let receipt = finish(connection, &given, part, path, &bar)?;
        receipts.push(write_beside(path, out, &receipt)?);
    }
    bar.finish_and_clear();
    Ok(Deposited {
        id,
        entry,
        repeat,
        first: outcome.get("first").cloned().unwrap_or_default(),
        receipts,
        height: answer.height.unwrap_or_default(),
    })
}

/// The transaction that made an entry, whose receipt a repeated deposit returns.
fn first_transaction(connection: &Connection, entry: &Digest) -> Result<Digest, Failure> {
    let entry: Value = connection.client.get(&format!("evidence/{entry}"))?;
    entry
        .get("transaction")
        .and_then(Value::as_str)
        .and_then(|text| text.parse().ok())
        .ok_or_else(|| Failure::answer("the entry names no transaction"))
}

/// Puts item and opening into a receipt and verifies it with the file.
fn finish(
    connection: &Connection,
    given: &[u8],
    part: Part,
    path: &Path,
    bar: &indicatif::ProgressBar,
) -> Result<Vec<u8>, Failure> {
    let receipt = attach(given, part).map_err(|refutation| Failure::answer(&refutation.detail))?;
    let file = fs::File::open(path).map_err(|error| Failure::unreadable(path, &error))?;
    let refused = |code: &str, zh: &str, en: &str, detail: String| {
        Failure::new(
            Exit::Refused,
            code,
            words!(
                "回执未通过核验({code}):{zh}",
                "The receipt does not verify ({code}): {en}"
            ),
        )
        .because(detail)
    };
    match verify(&receipt, &connection.chain, Some(&mut bar.wrap_read(file))) {
        Verdict::Verified(_) => Ok(receipt),
        Verdict::Refuted(refutation) => {
            let reason = refutation.reason;
            Err(refused(
                reason.code(),
                reason.zh(),
                reason.en(),
                refutation.detail,
            ))
        }
        Verdict::Unreadable(error) => Err(Failure::unreadable(path, &error)),
    }
}

fn tell(console: &Console, deposited: &Deposited) {
    let (entry, height) = (deposited.entry, deposited.height);
    console.say(&words!(
        "✓ 已存证并核验,高度 {height},条目 {entry}",
        "✓ Deposited and verified at height {height}, entry {entry}"
    ));
    let first = &deposited.first;
    let number = |name: &str| first.get(name).and_then(Value::as_u64).unwrap_or_default();
    let first_height = number("height");
    if deposited.repeat {
        console.say(&words!(
            "  您此前已存过同一内容(高度 {first_height}),账本未作更改。",
            "  You deposited the same before, at height {first_height}; the ledger did not change."
        ));
    } else if first.get("entry").and_then(Value::as_str) != Some(&entry.to_string()) {
        console.say(&words!(
            "  他人在先:同一内容已于高度 {first_height} 由另一账户存入。",
            "  Someone was first in time: another account deposited the same at height {first_height}."
        ));
    }
    for receipt in &deposited.receipts {
        let receipt = receipt.display();
        console.say(&Words::same(format!("  {receipt}")));
    }
}

/// Reads a file and commits to it.
pub(crate) fn piece(
    path: &Path,
    algorithm: HashAlgorithm,
    kind: CommitmentKind,
    bar: &indicatif::ProgressBar,
) -> Result<Piece, Failure> {
    let mut file = fs::File::open(path).map_err(|error| Failure::unreadable(path, &error))?;
    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
    let before = bar.position();
    let mut progress = |read: u64| bar.set_position(before.saturating_add(read));
    let read = Piece::from_reader(algorithm, kind, name, media_type(path), &mut file, &mut progress);
    read.map_err(|error| match error {
        yinxin_client::deposit::DepositError::Read(error) => Failure::unreadable(path, &error),
        other => other.into(),
    })
}

/// The capture block, where anything about the capture was stated.
fn capture(arguments: &Arguments) -> Result<Option<Capture>, Failure> {
    let private = [("source", &arguments.source), ("title", &arguments.title)];
    let stated = private.iter().any(|(_, value)| value.is_some())
        || arguments.tool.is_some()
        || arguments.environment.is_some();
    if !stated {
        return Ok(None);
    }
    let mut details = Map::new();
    for (name, value) in private {
        if let Some(value) = value {
            details.insert(name.to_owned(), json!(value));
        }
    }
    // A little in the past: block time may lag behind this clock, and a capture never ends after its block.
    let now = clock::now();
    let to = yinxin_types::BlockTime(now.0.saturating_sub(CLOCK_MARGIN_MS));
    Ok(Some(Capture {
        details,
        salt: random_bytes()?,
        environment: arguments
            .environment
            .clone()
            .unwrap_or_else(|| std::env::consts::OS.to_owned()),
        from: to,
        to,
        tool: arguments.tool.clone().unwrap_or_else(|| "yinxin".to_owned()),
        tool_digest: None,
        tool_version: env!("CARGO_PKG_VERSION").to_owned(),
    }))
}

/// By how much the stated time of a capture stays behind this machine's clock.
const CLOCK_MARGIN_MS: u64 = 10_000;

/// Where the receipt of a file is written.
fn receipt_path(file: &Path, out: Option<&Path>) -> Result<PathBuf, Failure> {
    let name = file.file_name().ok_or_else(|| {
        let shown = file.display();
        Failure::usage(words!("{shown} 不是文件。", "{shown} is not a file."))
    })?;
    let mut name = name.to_owned();
    name.push(".receipt.json");
    Ok(match out {
        Some(folder) => folder.join(name),
        None => file.with_file_name(name),
    })
}

/// Writes a receipt beside its file under the first name that is free: an older receipt may be the only copy of a salt.
fn write_beside(file: &Path, out: Option<&Path>, receipt: &[u8]) -> Result<PathBuf, Failure> {
    let first = receipt_path(file, out)?;
    let mut target = first.clone();
    let mut number = 2_u32;
    loop {
        match write_new(&target, receipt) {
            Ok(()) => return Ok(target),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && number < MAX_RECEIPTS => {
                target = first.with_extension(format!("{number}.json"));
                number = number.saturating_add(1);
            }
            Err(error) => return Err(Failure::unwritable(&target, &error)),
        }
    }
}

/// How many receipts of one file may lie beside each other.
const MAX_RECEIPTS: u32 = 1_000;

/// Writes a receipt durably to a file that did not exist.
pub(super) fn write_new(path: &Path, content: &[u8]) -> io::Result<()> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::create_dir_all(folder)?;
    }
    let mut file = fs::File::create_new(path)?;
    file.write_all(content)?;
    file.sync_all()
}

/// Bytes of files together.
fn total(files: &[PathBuf]) -> Result<u64, Failure> {
    let mut total = 0_u64;
    for path in files {
        let length = fs::metadata(path)
            .map_err(|error| Failure::unreadable(path, &error))?
            .len();
        total = total.saturating_add(length);
    }
    Ok(total)
}

/// The media type that a file's extension stands for.
fn media_type(path: &Path) -> &'static str {
    let extension = path
        .extension()
        .unwrap_or_default()
        .to_string_lossy()
        .to_ascii_lowercase();
    match extension.as_str() {
        "txt" | "log" | "md" => "text/plain",
        "csv" => "text/csv",
        "html" | "htm" => "text/html",
        "json" => "application/json",
        "xml" => "application/xml",
        "pdf" => "application/pdf",
        "ofd" => "application/ofd",
        "zip" => "application/zip",
        "jpg" | "jpeg" => "image/jpeg",
        "png" => "image/png",
        "tif" | "tiff" => "image/tiff",
        "mp3" => "audio/mpeg",
        "wav" => "audio/wav",
        "mp4" => "video/mp4",
        "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_receipt_lies_beside_its_file_or_where_it_was_told() {
        let file = Path::new("a/photo.jpg");
        assert_eq!(
            receipt_path(file, None).unwrap(),
            Path::new("a/photo.jpg.receipt.json")
        );
        assert_eq!(
            receipt_path(file, Some(Path::new("b"))).unwrap(),
            Path::new("b/photo.jpg.receipt.json")
        );
        assert!(receipt_path(Path::new(".."), None).is_err());
    }

    #[test]
    fn a_receipt_is_never_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("new/one");
        let first = write_beside(&file, None, b"first").unwrap();
        let second = write_beside(&file, None, b"second").unwrap();
        assert_eq!(first, folder.path().join("new/one.receipt.json"));
        assert_eq!(second, folder.path().join("new/one.receipt.2.json"));
        assert_eq!(fs::read(first).unwrap(), b"first");
        assert_eq!(fs::read(second).unwrap(), b"second");
    }
}
