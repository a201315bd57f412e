//! Sample deposits of the demonstration: real files in both languages, their receipts, a challenge and its resolution.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::json;
use yinxin_client::deposit::{Capture, Deposit};
use yinxin_crypto::{Digest, PrivateKey, keyfile, random_bytes};
use yinxin_types::receipt::CommitmentKind;

use crate::cli::chain::Connection;
use crate::cli::clock;
use crate::cli::console::Console;
use crate::cli::deposit::{Deposited, perform, piece};
use crate::cli::evidence::{act, challenge, digest, resolve};
use crate::cli::failure::Failure;
use crate::cli::language::words;
use crate::config::{ACCOUNT_KEY_FILE, PASSPHRASE_FILE, Passphrase};
use crate::demo::folders::{Department, Folders, SAMPLES_FOLDER};
use crate::demo::processes::Network;

/// Name of the file that is written when all samples are made.
const DONE_FILE: &str = "samples.json";

/// A file that is deposited: its name and content.
type Sample = (&'static str, &'static [u8]);

const SEALED: Sample = (
    "提取申请-withdrawal.txt",
    include_bytes!("samples/withdrawal.txt"),
);
const OPEN: Sample = ("公告-notice.txt", include_bytes!("samples/notice.txt"));
const BATCH: [Sample; 3] = [
    ("核验日志-01.csv", include_bytes!("samples/log-01.csv")),
    ("核验日志-02.csv", include_bytes!("samples/log-02.csv")),
    ("核验日志-03.csv", include_bytes!("samples/log-03.csv")),
];
const CHALLENGE: Sample = ("质疑书-challenge.txt", include_bytes!("samples/challenge.txt"));
const FINDING: Sample = ("认定书-finding.txt", include_bytes!("samples/finding.txt"));

/// What the samples are.
pub(super) struct Samples {
    /// Chain identifier.
    pub chain: Digest,
    /// How many files were deposited now.
    pub made: usize,
    /// Where they lie.
    pub folder: PathBuf,
    /// A receipt and its file, to be verified by whoever tries it.
    pub example: Option<(PathBuf, PathBuf)>,
}

/// Makes the samples, unless they were made before.
///
/// # Errors
/// Any failure of a deposit.
pub(super) fn make(console: &Console, folders: &Folders, network: &Network) -> Result<Samples, Failure> {
    let url = network
        .nodes()
        .first()
        .map(|node| node.url.as_str())
        .unwrap_or_default();
    let connection = Connection::direct(url)?;
    let folder = folders.root.join(SAMPLES_FOLDER);
    let done = folder.join(DONE_FILE);
    let (sealed, example) = (
        folder.join(SEALED.0),
        folder.join(format!("{}.receipt.json", SEALED.0)),
    );
    let mut samples = Samples {
        chain: connection.chain,
        made: 0,
        folder: folder.clone(),
        example: Some((example, sealed)),
    };
    if done.exists() {
        return Ok(samples);
    }
    fs::create_dir_all(&folder).map_err(|error| Failure::unwritable(&folder, &error))?;
    let mut maker = Maker {
        console,
        connection: &connection,
        folder: &folder,
    };
    let Some(depositor) = folders.departments.first() else {
        return Ok(samples);
    };
    let key = account_of(depositor)?;
    let sealed = maker.single(&key, SEALED, CommitmentKind::Sealed)?;
    let open = maker.single(&key, OPEN, CommitmentKind::Open)?;
    let batch = maker.batch(&key, &BATCH)?;
    let dispute = match (
        folders.departments.get(1),
        court(&connection, &folders.departments),
    ) {
        (Some(challenger), Some(court)) if challenger.code != court.code => {
            Some(maker.dispute(&account_of(challenger)?, &account_of(court)?, &open.entry)?)
        }
        _ => None,
    };
    samples.made = 2_usize.saturating_add(BATCH.len());
    samples.example = sealed
        .receipts
        .first()
        .map(|receipt| (receipt.clone(), folder.join(SEALED.0)));
    let text = json!({
        "batch": batch.entry, "challenge": dispute, "open": open.entry, "sealed": sealed.entry,
    });
    fs::write(&done, format!("{text:#}\n")).map_err(|error| Failure::unwritable(&done, &error))?;
    Ok(samples)
}

/// The key with which a department itself signs.
pub(crate) fn account_of(department: &Department) -> Result<PrivateKey, Failure> {
    let passphrase = Passphrase::read(&department.folder.join(PASSPHRASE_FILE))?;
    let path = department.folder.join(ACCOUNT_KEY_FILE);
    let text = fs::read_to_string(&path).map_err(|error| Failure::unreadable(&path, &error))?;
    Ok(keyfile::open(&text, passphrase.as_str())?)
}

/// The department that is a court.
fn court<'a>(connection: &Connection, departments: &'a [Department]) -> Option<&'a Department> {
    let member = connection
        .genesis
        .members
        .iter()
        .find(|member| member.roles.iter().any(|role| role == "court"))?;
    departments
        .iter()
        .find(|department| department.code == member.code.as_str())
}

struct Maker<'a> {
    console: &'a Console,
    connection: &'a Connection,
    folder: &'a Path,
}

impl Maker<'_> {
    fn write(&self, (name, content): Sample) -> Result<PathBuf, Failure> {
        let path = self.folder.join(name);
        fs::write(&path, content).map_err(|error| Failure::unwritable(&path, &error))?;
        Ok(path)
    }

    fn single(
        &mut self,
        key: &PrivateKey,
        sample: Sample,
        kind: CommitmentKind,
    ) -> Result<Deposited, Failure> {
        let path = self.write(sample)?;
        let hidden = indicatif::ProgressBar::hidden();
        let piece = piece(&path, self.connection.genesis.suite.hash(), kind, &hidden)?;
        let capture = match kind {
            CommitmentKind::Sealed => Some(self.capture()?),
            CommitmentKind::Open => None,
        };
        let deposit = Deposit::single(piece, capture.as_ref(), &[])?;
        perform(self.console, self.connection, key, deposit, &[path], None)
    }

    fn batch(&mut self, key: &PrivateKey, samples: &[Sample]) -> Result<Deposited, Failure> {
        let hidden = indicatif::ProgressBar::hidden();
        let algorithm = self.connection.genesis.suite.hash();
        let mut paths = Vec::with_capacity(samples.len());
        let mut pieces = Vec::with_capacity(samples.len());
        for sample in samples {
            let path = self.write(*sample)?;
            pieces.push(piece(&path, algorithm, CommitmentKind::Sealed, &hidden)?);
            paths.push(path);
        }
        let deposit = Deposit::batch(pieces, None)?;
        perform(self.console, self.connection, key, deposit, &paths, None)
    }

    /// A challenge by one department, dismissed by the court. Returns the identifier of the challenge.
    fn dispute(
        &mut self,
        challenger: &PrivateKey,
        court: &PrivateKey,
        entry: &Digest,
    ) -> Result<Digest, Failure> {
        let waiting = self
            .console
            .spinner(&words!("质疑与认定", "challenge and resolution"));
        let algorithm = self.connection.chain.algorithm();
        let statement = digest(algorithm, &self.write(CHALLENGE)?)?;
        let request = challenge(self.connection, entry, "technical", &statement)?;
        let (challenged, _) = act(self.connection, challenger, &request)?;
        let finding = digest(algorithm, &self.write(FINDING)?)?;
        act(
            self.connection,
            court,
            &resolve(&challenged.id, "dismissed", &finding),
        )?;
        waiting.finish_and_clear();
        Ok(challenged.id)
    }

    fn capture(&self) -> Result<Capture, Failure> {
        let time = yinxin_types::BlockTime(clock::now().0.saturating_sub(60_000));
        let details = json!({
            "captured_by": "甲市住房公积金管理中心",
            "source": "窗口受理系统 · counter system",
            "title": "公积金提取申请(示例) · application for withdrawal (sample)",
        });
        Ok(Capture {
            details: details.as_object().cloned().unwrap_or_default(),
            salt: random_bytes()?,
            environment: std::env::consts::OS.to_owned(),
            from: time,
            to: time,
            tool: "yinxin demo".to_owned(),
            tool_digest: None,
            tool_version: env!("CARGO_PKG_VERSION").to_owned(),
        })
    }
}
