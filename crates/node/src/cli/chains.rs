//! `yinxin chains`: the chains whose receipts this person accepts.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde_json::json;
use yinxin_crypto::Digest;

use crate::cli::console::Console;
use crate::cli::failure::{Exit, Failure};
use crate::cli::home::Home;
use crate::cli::language::{Words, words};
use crate::config::read_genesis;

/// Commands about trusted chains.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// 列出可信链 · list the chains you trust
    List,
    /// 信任一条链(请先与公布的链标识核对) · trust a chain; compare its identifier with the published one first
    Trust(TrustArguments),
    /// 不再信任一条链 · trust a chain no longer
    Forget {
        /// 链标识 · identifier of the chain
        #[arg(value_name = "ID")]
        chain: Digest,
    },
}

/// Arguments of `chains trust`.
#[derive(Debug, Args)]
pub(super) struct TrustArguments {
    /// 链标识 · identifier of the chain
    #[arg(value_name = "ID", required_unless_present = "genesis")]
    chain: Option<Digest>,
    /// 由创始文件得出链标识 · take it from the founding document
    #[arg(long, value_name = "FILE", conflicts_with = "chain")]
    genesis: Option<PathBuf>,
    /// 名称 · a name for you
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
}

pub(super) fn run(console: &Console, command: Command) -> Result<Exit, Failure> {
    let home = Home::find()?;
    match command {
        Command::List => list(console, &home),
        Command::Trust(arguments) => trust(console, &home, arguments),
        Command::Forget { chain } => forget(console, &home, &chain),
    }
}

fn list(console: &Console, home: &Home) -> Result<Exit, Failure> {
    let chains = home.chains()?;
    console.document(&json!({ "chains": chains }));
    if chains.is_empty() {
        console.say(&words!(
            "没有可信链。用 yinxin chains trust 添加。",
            "No chain is trusted. Add one with yinxin chains trust."
        ));
    }
    for trusted in chains {
        console.say(&Words::same(format!("{}  {}", trusted.chain, trusted.name)));
    }
    Ok(Exit::Done)
}

fn trust(console: &Console, home: &Home, arguments: TrustArguments) -> Result<Exit, Failure> {
    let (chain, proposed) = match (arguments.chain, arguments.genesis) {
        (Some(chain), _) => (chain, None),
        (None, Some(path)) => {
            let genesis = read_genesis(&path)?;
            let chain = genesis.chain().map_err(|error| Failure::internal(&error))?;
            (chain, Some(genesis.name))
        }
        (None, None) => return Err(Failure::usage(words!("请给出链标识。", "Name a chain."))),
    };
    let name = arguments
        .name
        .or(proposed)
        .unwrap_or_else(|| "unnamed".to_owned());
    let new = home.trust(chain, &name)?;
    console.document(&json!({ "chain": chain, "name": name, "new": new }));
    console.say(&if new {
        words!(
            "已信任 {chain}({name})",
            "{chain} ({name}) is trusted from now on"
        )
    } else {
        words!("此前已信任 {chain}", "{chain} was trusted before")
    });
    Ok(Exit::Done)
}

fn forget(console: &Console, home: &Home, chain: &Digest) -> Result<Exit, Failure> {
    if !home.forget(chain)? {
        return Err(Failure::usage(words!(
            "{chain} 不在可信链名单中。",
            "{chain} is not in your list."
        )));
    }
    console.document(&json!({ "chain": chain, "forgotten": true }));
    console.say(&words!("不再信任 {chain}", "{chain} is trusted no longer"));
    Ok(Exit::Done)
}
