//! `yinxin receipt`: what anybody can verify on a machine without a network.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde_json::{Value, json};
use yinxin_client::receipt::{MAX_RECEIPT_BYTES, Proven, Refutation, Verdict, claimed_chain};
use yinxin_client::report::{Platform, report};
use yinxin_client::{Reason, verify};
use yinxin_crypto::Digest;

use crate::cli::console::Console;
use crate::cli::failure::{Exit, Failure};
use crate::cli::home::Home;
use crate::cli::language::{Words, words};
use crate::cli::network::{list, text};
use crate::config::read_genesis;

/// Commands about receipts. None of them uses a network.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// 离线核验回执(及文件) · verify a receipt, and the file it is about, without a network
    Verify {
        #[command(flatten)]
        question: Question,
    },
    /// 生成举证报告(JSON) · write the court report (JSON)
    Report {
        #[command(flatten)]
        question: Question,
        /// 区块链信息服务备案编号 · number under which the service is filed
        #[arg(long)]
        filing: Option<String>,
    },
}

/// What is to be verified, and against which chain.
#[derive(Debug, Args)]
pub(super) struct Question {
    /// 回执文件 · the receipt file
    receipt: PathBuf,
    /// 原文件 · the file that was deposited
    file: Option<PathBuf>,
    /// 所信任的链标识 · the chain you trust
    #[arg(long, value_name = "ID", conflicts_with = "genesis")]
    chain: Option<Digest>,
    /// 所信任的创世文件 · the founding document you trust
    #[arg(long, value_name = "FILE")]
    genesis: Option<PathBuf>,
}

/// The chain a receipt is held against.
struct Held {
    chain: Digest,
    /// Whether somebody on this machine said that he trusts it.
    trusted: bool,
}

pub(super) fn run(console: &Console, command: Command) -> Result<Exit, Failure> {
    match command {
        Command::Verify { question } => {
            let (proven, trusted) = answer(console, &question)?;
            tell(console, &proven, trusted);
            if trusted {
                Ok(Exit::Done)
            } else if console.json {
                Ok(Exit::UnknownChain)
            } else {
                Err(unknown(&proven.chain))
            }
        }
        Command::Report { question, filing } => {
            let (proven, trusted) = answer(console, &question)?;
            if !trusted {
                return Err(unknown(&proven.chain));
            }
            console.raw(&report(&proven, &Platform { filing }));
            Ok(Exit::Done)
        }
    }
}

/// Verifies; `Err` holds the refutation.
fn answer(console: &Console, question: &Question) -> Result<(Box<Proven>, bool), Failure> {
    let receipt = read(&question.receipt)?;
    let held = hold(&receipt, question)?;
    let verdict = match &question.file {
        None => verify(&receipt, &held.chain, None),
        Some(path) => {
            let failed = |error: io::Error| Failure::unreadable(path, &error);
            let file = fs::File::open(path).map_err(failed)?;
            let length = file.metadata().map_err(failed)?.len();
            let bar = console.bar(length, &words!("核验", "verifying"), true);
            let verdict = verify(&receipt, &held.chain, Some(&mut bar.wrap_read(file)));
            bar.finish_and_clear();
            verdict
        }
    };
    match verdict {
        Verdict::Verified(proven) => Ok((proven, held.trusted)),
        Verdict::Refuted(refutation) => Err(refuted(&receipt, refutation)),
        Verdict::Unreadable(error) => {
            let path = question.file.as_deref().unwrap_or(&question.receipt);
            Err(Failure::unreadable(path, &error))
        }
    }
}

/// Finds the chain to hold a receipt against: the one that was named, or the one it claims, if that is trusted on this machine.
fn hold(receipt: &[u8], question: &Question) -> Result<Held, Failure> {
    if let Some(chain) = question.chain {
        return Ok(Held { chain, trusted: true });
    }
    if let Some(path) = &question.genesis {
        let chain = read_genesis(path)?
            .chain()
            .map_err(|error| Failure::internal(&error))?;
        return Ok(Held { chain, trusted: true });
    }
    let chain = claimed_chain(receipt).map_err(|refutation| refuted(receipt, refutation))?;
    // A machine without a home has no list of trusted chains, so it trusts none.
    let trusted = match Home::find() {
        Ok(home) => home.trusted(&chain)?.is_some(),
        Err(_) => false,
    };
    Ok(Held { chain, trusted })
}

/// A receipt that does not hold. What is no receipt file at all was not refuted but cannot be read.
fn refuted(receipt: &[u8], Refutation { reason, detail }: Refutation) -> Failure {
    let names_itself = [&b"yinxin-receipt/"[..], b"\"receipt_path\""]
        .iter()
        .any(|mark| receipt.windows(mark.len()).any(|window| window == *mark));
    let exit = if reason == Reason::Format && !names_itself {
        Exit::Unreadable
    } else {
        Exit::Refused
    };
    let (code, zh, en) = (reason.code(), reason.zh(), reason.en());
    Failure::new(
        exit,
        code,
        words!("✗ 核验未通过({code}):{zh}", "✗ Refuted ({code}): {en}"),
    )
    .because(detail)
}

fn unknown(chain: &Digest) -> Failure {
    Failure::new(
        Exit::UnknownChain,
        "CHAIN_UNKNOWN",
        words!(
            "回执前后一致,但本机尚未信任它所属的链。请从公报或部门网站取得链标识,与 {chain} 核对无误后加上 --chain 重新核验。",
            "The receipt holds together, but this machine does not know its chain. Compare {chain} with the identifier that was published, then verify again with --chain."
        ),
    )
}

fn tell(console: &Console, proven: &Proven, trusted: bool) {
    let report = report(proven, &Platform::default());
    console.document(&json!({
        "chain": proven.chain,
        "file_checked": proven.file_checked,
        "report": report,
        "status": if trusted { "verified" } else { "chain_unknown" },
    }));
    if trusted {
        console.say(&words!("✓ 核验通过", "✓ Verified"));
    }
    console.say(&sentence(&report, "/conclusion"));
    console.say(&words!("签署该区块的部门:", "Signed by:"));
    for signer in list(&report, "/proof/signers") {
        let (name, code) = (text(signer, "/name"), text(signer, "/code"));
        console.say(&Words::same(format!("  {name} {code}")));
    }
    if let Some(deposit) = &proven.deposit {
        let entry = deposit.entry;
        console.say(&words!("存证条目:{entry}", "entry: {entry}"));
        if let Some((index, size)) = deposit.item {
            let number = index.saturating_add(1);
            console.say(&words!(
                "批次中的第 {number} 项,共 {size} 项",
                "item {number} of {size} of a batch"
            ));
        }
        if !proven.file_checked {
            console.say(&words!(
                "未提供原文件:只核验了回执。",
                "No file was given: only the receipt was verified."
            ));
        }
    }
    let chain = proven.chain;
    console.say(&words!("链标识:{chain}", "chain: {chain}"));
}

/// A sentence of the report.
fn sentence(report: &Value, pointer: &str) -> Words {
    let of = |language: &str| text(report, &format!("{pointer}/{language}"));
    Words {
        zh: of("zh-CN"),
        en: of("en"),
    }
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let failed = |error: io::Error| Failure::unreadable(path, &error);
    // One byte more than a receipt may have, so that the verifier sees that there are too many.
    let limit = u64::try_from(MAX_RECEIPT_BYTES)
        .unwrap_or(u64::MAX)
        .saturating_add(1);
    let mut bytes = Vec::new();
    fs::File::open(path)
        .map_err(failed)?
        .take(limit)
        .read_to_end(&mut bytes)
        .map_err(failed)?;
    Ok(bytes)
}
