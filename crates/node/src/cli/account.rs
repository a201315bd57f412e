//! The key with which a person signs: found, opened, or made on first use.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use clap::{Subcommand, ValueEnum};
use serde_json::json;
use yinxin_crypto::aead::Aead;
use yinxin_crypto::keyfile::{self, Params};
use yinxin_crypto::{PrivateKey, PublicKey, SignatureAlgorithm};

use crate::cli::console::Console;
use crate::cli::failure::{Exit, Failure};
use crate::cli::home::Home;
use crate::cli::language::words;
use crate::config::{PASSPHRASE_FILE, Passphrase};
use crate::init::{make_folder, random_passphrase, seal_with_random, write_private};

/// The most bytes of a key file.
const MAX_KEY_BYTES: u64 = 4 << 10;

/// Commands about keys.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// 生成账户密钥 · make an account key
    New {
        /// 密钥文件 · the key file; by default your own
        #[arg(long, value_name = "FILE")]
        key: Option<PathBuf>,
        /// 签名算法 · signature algorithm
        #[arg(long, value_enum, default_value_t = AlgorithmName::Ed25519)]
        algorithm: AlgorithmName,
    },
    /// 查看公钥(账户) · show the public key, which is the account
    Show {
        /// 密钥文件 · the key file; by default your own
        #[arg(long, value_name = "FILE")]
        key: Option<PathBuf>,
    },
}

/// A signature algorithm as the command line names it.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum AlgorithmName {
    /// Ed25519 (RFC 8032)
    Ed25519,
    /// 国密 SM2 · SM2 (GB/T 32918)
    Sm2,
}

pub(super) fn run(console: &Console, command: Command) -> Result<Exit, Failure> {
    let (path, key) = match command {
        Command::New { key, algorithm } => {
            let path = named_or_own(key)?;
            let algorithm = match algorithm {
                AlgorithmName::Ed25519 => SignatureAlgorithm::Ed25519,
                AlgorithmName::Sm2 => SignatureAlgorithm::Sm2,
            };
            let key = make(console, &path, algorithm)?.public_key();
            (path, key)
        }
        Command::Show { key } => {
            let path = named_or_own(key)?;
            let key = public_key(&path)?;
            (path, key)
        }
    };
    let shown = path.display();
    console.say(&words!(
        "账户:{key}\n密钥文件:{shown}",
        "account: {key}\nkey file: {shown}"
    ));
    console.document(&json!({ "account": key, "file": path }));
    Ok(Exit::Done)
}

fn named_or_own(named: Option<PathBuf>) -> Result<PathBuf, Failure> {
    named.map_or_else(|| Home::find().map(|home| home.account_key()), Ok)
}

/// Opens the key to sign with: the file that was named, or the person's own, which is made if there is none yet.
///
/// # Errors
/// A file that cannot be read or opened, or no passphrase for it.
pub fn open(console: &Console, named: Option<&Path>) -> Result<PrivateKey, Failure> {
    let path = match named {
        Some(path) => path.to_owned(),
        None => {
            let own = Home::find()?.account_key();
            if !own.exists() {
                let made = make(console, &own, SignatureAlgorithm::Ed25519)?;
                let (path, key) = (own.display(), made.public_key());
                console.warn(&words!(
                    "已为您生成账户密钥 {path},账户为 {key}。请备份:凭它才能证明存证是您所为。",
                    "An account key was made for you: {path}, account {key}. Keep a copy: only it shows that deposits are yours."
                ));
                return Ok(made);
            }
            own
        }
    };
    let text = read(&path)?;
    Ok(keyfile::open(&text, passphrase(console, &path)?.as_str())?)
}

/// Makes a new key and writes it to a file that did not exist. The passphrase is that of the environment, or is asked for, or is made at
/// random and kept beside the key.
///
/// # Errors
/// [`Exit::Unreadable`] where the file exists, [`Exit::Unavailable`] where it cannot be written.
pub fn make(console: &Console, path: &Path, algorithm: SignatureAlgorithm) -> Result<PrivateKey, Failure> {
    let beside = beside(path);
    if let Some(there) = [path, &beside].into_iter().find(|path| path.exists()) {
        let there = there.display();
        return Err(Failure::new(
            Exit::Unreadable,
            "EXISTS",
            words!(
                "{there} 已存在,不会覆盖。请用 --key 另指文件。",
                "{there} exists and is not overwritten. Name another file with --key."
            ),
        ));
    }
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        make_folder(folder)?;
    }
    let key = PrivateKey::generate(algorithm)?;
    let cipher = match algorithm {
        // No private key of a passkey was made: the line before would have failed.
        SignatureAlgorithm::Ed25519 | SignatureAlgorithm::Passkey => Aead::Aes256Gcm,
        SignatureAlgorithm::Sm2 => Aead::Sm4Gcm,
    };
    if let Some(passphrase) = chosen(console)? {
        let text = keyfile::seal(&key, passphrase.as_str(), Params::recommended(cipher))?;
        write_private(path, text.as_bytes())?;
        return Ok(key);
    }
    let passphrase = random_passphrase()?;
    write_private(&beside, passphrase.as_str().as_bytes())?;
    write_private(path, seal_with_random(&key, &passphrase, cipher)?.as_bytes())?;
    let shown = beside.display();
    console.warn(&words!(
        "未提供口令,已随机生成并写入 {shown}。能读取这两个文件的人就能以您的名义签名。",
        "No passphrase was given, so a random one was written to {shown}. Whoever can read both files can sign in your name."
    ));
    Ok(key)
}

/// The public key that a file names, without opening it.
///
/// # Errors
/// A file that cannot be read, or is no key file.
fn public_key(path: &Path) -> Result<PublicKey, Failure> {
    Ok(keyfile::public_key(&read(path)?)?)
}

/// Where the passphrase of a key lies that has none of the person's own: beside the key, as `init` writes it.
fn beside(path: &Path) -> PathBuf {
    path.with_file_name(PASSPHRASE_FILE)
}

fn passphrase(console: &Console, path: &Path) -> Result<Passphrase, Failure> {
    if let Some(passphrase) = Passphrase::from_environment() {
        return Ok(passphrase);
    }
    let beside = beside(path);
    if beside.exists() {
        return Ok(Passphrase::read(&beside)?);
    }
    let shown = path.display();
    if console.can_ask() {
        let question = words!("{shown} 的口令:", "Passphrase of {shown}: ");
        return console
            .ask_passphrase(&question)
            .map_err(|error| Failure::internal(&error));
    }
    Err(Failure::new(
        Exit::Unreadable,
        "PASSPHRASE",
        words!(
            "密钥 {shown} 需要口令。请设置环境变量 YINXIN_PASSPHRASE。",
            "The key {shown} needs its passphrase. Set the environment variable YINXIN_PASSPHRASE."
        ),
    ))
}

/// The passphrase a person chooses for a new key: from the environment, or typed twice; none where nobody can be asked or nothing is typed.
fn chosen(console: &Console) -> Result<Option<Passphrase>, Failure> {
    if let Some(passphrase) = Passphrase::from_environment() {
        return Ok(Some(passphrase));
    }
    if !console.can_ask() {
        return Ok(None);
    }
    let ask = |question| {
        console
            .ask_passphrase(&question)
            .map_err(|error| Failure::internal(&error))
    };
    let first = ask(words!(
        "新密钥的口令(留空则随机生成):",
        "Passphrase for the new key (empty: a random one): "
    ))?;
    if first.as_str().is_empty() {
        return Ok(None);
    }
    if ask(words!("再输入一次:", "Once more: "))? != first {
        return Err(Failure::usage(words!(
            "两次输入的口令不同,未生成密钥。",
            "The two passphrases differ; no key was made."
        )));
    }
    Ok(Some(first))
}

fn read(path: &Path) -> Result<String, Failure> {
    let failed = |error: std::io::Error| Failure::unreadable(path, &error);
    let mut text = String::new();
    fs::File::open(path)
        .map_err(failed)?
        .take(MAX_KEY_BYTES)
        .read_to_string(&mut text)
        .map_err(failed)?;
    Ok(text)
}
