//! Verifying a receipt file (回执文件) without a network: formats.md section 5, eleven steps, the first failure is the verdict.

use std::io::{self, Read};

use yinxin_crypto::{Digest, HashAlgorithm, PublicKey, SignatureAlgorithm};
use yinxin_types::merkle::{Path, leaf_hash};
use yinxin_types::receipt::{
    CommitmentKind, Opening, Subject, capture_commitment, entry_id, sealed_commitment,
};
use yinxin_types::transaction::Rules;
use yinxin_types::validators::History;
use yinxin_types::{
    BlockTime, Body, Header, Height, Occurrence, ReceiptFile, Transaction, ValidatorSet, VerifiedTransaction,
    canonical, strict_json,
};

use crate::deposit::measure;
use crate::reason::Reason;

/// The largest receipt file that is looked at, in bytes. The receipt of a full-size transaction stays far below.
pub const MAX_RECEIPT_BYTES: usize = 8 << 20;
/// How deep a file may nest: it holds canonical documents at depth four at most.
const MAX_DEPTH: usize = canonical::MAX_DEPTH + 4;

/// What a verifier answers.
#[derive(Debug)]
pub enum Verdict {
    /// Every step holds.
    Verified(Box<Proven>),
    /// A step fails.
    Refuted(Refutation),
    /// The deposited file could not be read to its end, so nothing can be said about it.
    Unreadable(io::Error),
}

/// The step that failed and what exactly was wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refutation {
    /// The step.
    pub reason: Reason,
    /// What was wrong, in English, for a technical reader.
    pub detail: String,
}

/// A department whose signature the certificate carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signer {
    /// Unified social credit code (统一社会信用代码, GB 32100); empty for a key that began to vote after the genesis.
    pub code: String,
    /// Its name as in the genesis; for a later key the key itself.
    pub name: String,
    /// The key it votes with.
    pub validator: PublicKey,
}

/// What was deposited, as far as the receipt shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProvenDeposit {
    /// The commitment, for a batch its root.
    pub commitment: Digest,
    /// Identifier of the entry.
    pub entry: Digest,
    /// Sealed or open.
    pub kind: CommitmentKind,
    /// The item of the batch that the file is about: position and number of items.
    pub item: Option<(u64, u64)>,
}

/// What a verified receipt proves: this was on the ledger at this height and time, done by this account, or by the ledger itself, and signed
/// by these departments. Made by [`verify`] only.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Proven {
    /// The chain identifier, which the reader said he trusts.
    pub chain: Digest,
    /// Height of the block.
    pub height: Height,
    /// Time of the block.
    pub time: BlockTime,
    /// The departments that signed.
    pub signers: Vec<Signer>,
    /// How many had to sign.
    pub quorum: usize,
    /// How many departments voted in that epoch.
    pub validators: usize,
    /// What was deposited; `None` for an operation that deposits nothing.
    pub deposit: Option<ProvenDeposit>,
    /// Whether a file was given and is the one deposited.
    pub file_checked: bool,
    /// What was signed; none where the ledger itself acted because a time had come.
    pub body: Option<Body>,
    /// The receipt file itself. Of what it says, `opening.file.name` alone is not proven.
    pub receipt: ReceiptFile,
}

impl Proven {
    /// The account that acted; for a deposit the depositor (存证人). None where the ledger itself acted.
    pub fn account(&self) -> Option<PublicKey> {
        self.body.as_ref().map(|body| body.account)
    }

    /// What had fallen due where the ledger itself acted.
    pub fn occurrence(&self) -> Option<&Occurrence> {
        match &self.receipt.subject {
            Subject::Transaction(_) => None,
            Subject::Occurrence(occurrence) => Some(occurrence),
        }
    }
}

enum Stop {
    Refuted(Refutation),
    Unreadable(io::Error),
}

impl From<Refutation> for Stop {
    fn from(refutation: Refutation) -> Self {
        Self::Refuted(refutation)
    }
}

type Step = Result<(), Refutation>;

fn refuse<T>(reason: Reason, detail: impl Into<String>) -> Result<T, Refutation> {
    Err(Refutation {
        reason,
        detail: detail.into(),
    })
}

fn require(holds: bool, reason: Reason, detail: &str) -> Step {
    if holds { Ok(()) } else { refuse(reason, detail) }
}

/// Verifies the bytes of a receipt file against the one chain identifier that is trusted and, where given, against the
/// deposited file. Total: whatever the bytes are, the answer is a verdict.
pub fn verify(receipt: &[u8], trusted: &Digest, file: Option<&mut dyn Read>) -> Verdict {
    match check(receipt, trusted, file) {
        Ok(proven) => Verdict::Verified(Box::new(proven)),
        Err(Stop::Refuted(refutation)) => Verdict::Refuted(refutation),
        Err(Stop::Unreadable(error)) => Verdict::Unreadable(error),
    }
}

/// The chain that a receipt file says it is from, so that the reader can be asked whether he trusts it. Proves nothing.
///
/// # Errors
/// [`Reason::Format`].
pub fn claimed_chain(receipt: &[u8]) -> Result<Digest, Refutation> {
    chain_of(&read(receipt)?)
}

fn chain_of(file: &ReceiptFile) -> Result<Digest, Refutation> {
    file.genesis
        .chain()
        .or_else(|error| refuse(Reason::Format, error.to_string()))
}

fn check(receipt: &[u8], trusted: &Digest, given: Option<&mut dyn Read>) -> Result<Proven, Stop> {
    let file = read(receipt)?;
    let chain = chain_of(&file)?;
    check_chain(&file, &chain, trusted)?;
    let history = check_validators(&file, &chain)?;
    let validators = signing(&file, &history)?;
    check_certificate(&file, &chain, validators)?;
    let (quorum, validators) = (validators.quorum(), validators.validators.len());
    check_ancestry(&file)?;
    check_path(&file)?;
    let body = check_subject(&file, chain)?;
    require(
        file.receipt.code == 0,
        Reason::Rejected,
        &format!("rejected with code {}", file.receipt.code),
    )?;
    check_item(&file, body.as_ref())?;
    let deposited = body.as_ref().and_then(|body| Deposited::of(&file, body));
    check_opening(&file, deposited.as_ref())?;
    let file_checked = given.is_some();
    if let Some(given) = given {
        check_file(&file, deposited.as_ref(), given)?;
    }
    let deposit = deposited.map(
        |Deposited {
             entry_commitment,
             kind,
             body,
             ..
         }| ProvenDeposit {
            commitment: entry_commitment,
            entry: entry_id(chain.algorithm(), &body.account, &entry_commitment),
            kind,
            item: file.item.as_ref().map(|item| (item.path.index, item.path.size)),
        },
    );
    Ok(Proven {
        chain,
        height: file.receipt.height,
        time: file.receipt.time,
        signers: signers(&file),
        quorum,
        validators,
        deposit,
        file_checked,
        body,
        receipt: file,
    })
}

/// Step 1. Also everything that makes a document one of its kind: every name present, every value of its form, the hashed
/// documents canonical.
pub(crate) fn read(bytes: &[u8]) -> Result<ReceiptFile, Refutation> {
    let format = Reason::Format;
    if bytes.len() > MAX_RECEIPT_BYTES {
        return refuse(
            format,
            format!("{} bytes of at most {MAX_RECEIPT_BYTES}", bytes.len()),
        );
    }
    let value = strict_json::parse(bytes, MAX_DEPTH).or_else(|error| refuse(format, error.to_string()))?;
    let file: ReceiptFile =
        serde_json::from_value(value.clone()).or_else(|error| refuse(format, error.to_string()))?;
    // A member that is absent reads like one that is null, and some texts have several spellings: only one is the format's.
    let again = serde_json::to_value(&file).or_else(|error| refuse(format, error.to_string()))?;
    require(
        again == value,
        format,
        "a member is absent or not in its one spelling",
    )?;
    require(file.format == ReceiptFile::FORMAT, format, "unknown format")?;
    file.genesis
        .check()
        .or_else(|error| refuse(format, error.to_string()))?;
    let headers = [
        Some(&file.header),
        file.ancestry.as_ref().map(|ancestry| &ancestry.header),
    ];
    let changes = file.history.iter().map(|change| &change.header);
    for header in headers.into_iter().flatten().chain(changes) {
        require(
            header.version == Header::VERSION,
            format,
            "unknown version of a header",
        )?;
        require(
            header.leader.algorithm() == SignatureAlgorithm::Ed25519,
            format,
            "the leader's key is not Ed25519",
        )?;
        require(
            canonical::to_bytes(header).is_ok(),
            format,
            "a header has no canonical form",
        )?;
    }
    require(
        of_votes_and_sets(&file),
        format,
        "a vote or a validator's key is not Ed25519",
    )?;
    let outcome = &file.receipt.outcome;
    require(
        outcome.is_object() || outcome.is_null(),
        format,
        "the outcome is neither an object nor null",
    )?;
    require(
        canonical::to_bytes(&file.receipt).is_ok(),
        format,
        "the receipt has no canonical form",
    )?;
    if let Some(opening) = &file.opening {
        let salts = [
            opening.salt.as_ref(),
            opening.capture.as_ref().map(|capture| &capture.salt),
        ];
        require(
            salts.into_iter().flatten().all(|salt| read_salt(salt).is_some()),
            format,
            "a salt is not 64 digits",
        )?;
        let object = opening
            .capture
            .as_ref()
            .is_none_or(|capture| capture.details.is_object());
        require(object, format, "the details of the capture are not an object")?;
    }
    Ok(file)
}

/// Whether every vote, and every key that may vote, is of the one algorithm for it.
fn of_votes_and_sets(file: &ReceiptFile) -> bool {
    let of_changes = file.history.iter().map(|change| &change.certificate);
    let votes = of_changes
        .chain([&file.certificate])
        .flat_map(|certificate| &certificate.signatures);
    let voting = file
        .history
        .iter()
        .flat_map(|change| &change.validators.validators);
    let ed25519 = SignatureAlgorithm::Ed25519;
    votes
        .map(|vote| (vote.validator, vote.signature.algorithm()))
        .chain(voting.map(|key| (*key, ed25519)))
        .all(|(key, signature)| key.algorithm() == ed25519 && signature == ed25519)
}

/// 32 bytes from 64 lower-case hexadecimal digits.
fn read_salt(text: &str) -> Option<[u8; 32]> {
    // A digest has the same spelling after its algorithm; its reader is the one place that knows it.
    format!("sha256:{text}")
        .parse::<Digest>()
        .ok()
        .map(|digest| *digest.bytes())
}

/// Step 2. A body that cannot be read names no chain; step 7 refuses it.
fn check_chain(file: &ReceiptFile, chain: &Digest, trusted: &Digest) -> Step {
    if chain != trusted {
        return refuse(
            Reason::Chain,
            format!("the receipt is of chain {chain}, {trusted} is trusted"),
        );
    }
    require(
        file.header.chain == *chain,
        Reason::Chain,
        "the header is of another chain",
    )?;
    let of_subject = match &file.subject {
        Subject::Transaction(envelope) => {
            let body = canonical::parse(envelope.body.as_bytes()).ok();
            body.and_then(|body| serde_json::from_value::<Body>(body).ok())
                .map(|body| body.chain)
        }
        Subject::Occurrence(occurrence) => Some(occurrence.chain),
    };
    require(
        of_subject.is_none_or(|named| named == *chain),
        Reason::Chain,
        "the transaction or occurrence is of another chain",
    )?;
    require(
        file.history.iter().all(|change| change.header.chain == *chain),
        Reason::Chain,
        "a change of validators is of another chain",
    )?;
    let ancestry = file
        .ancestry
        .as_ref()
        .is_none_or(|ancestry| ancestry.header.chain == *chain);
    require(
        ancestry,
        Reason::Chain,
        "the certified header is of another chain",
    )
}

/// The header that the certificate is over.
fn certified(file: &ReceiptFile) -> &Header {
    file.ancestry
        .as_ref()
        .map_or(&file.header, |ancestry| &ancestry.header)
}

/// Step 3. Walks from the founders to those who signed the certificate; every header names the validators of its epoch.
fn check_validators(file: &ReceiptFile, chain: &Digest) -> Result<History, Refutation> {
    let reason = Reason::Validators;
    let certified = certified(file);
    let mut history = History::of_founders(&file.genesis);
    for change in &file.history {
        require(
            change.header.epoch < certified.epoch,
            reason,
            "a change of validators comes after the certified block",
        )?;
        history
            .follow(chain, change)
            .or_else(|error| refuse(reason, error.to_string()))?;
    }
    for header in [certified, &file.header] {
        require(
            history.names(header),
            reason,
            "the header names other validators, or another epoch than that of its height",
        )?;
    }
    Ok(history)
}

/// The set whose members sign the certificate.
fn signing<'a>(file: &ReceiptFile, history: &'a History) -> Result<&'a ValidatorSet, Refutation> {
    let set = history.at(certified(file).epoch);
    set.map_or_else(|| refuse(Reason::Validators, "the validators are not known"), Ok)
}

/// Step 4.
fn check_certificate(file: &ReceiptFile, chain: &Digest, set: &ValidatorSet) -> Step {
    let (header, certificate) = (certified(file), &file.certificate);
    let reason = Reason::Certificate;
    require(
        certificate.names(header),
        reason,
        "the certificate is of another block, epoch or view",
    )?;
    certificate
        .verify(chain, set)
        .or_else(|error| refuse(reason, error.to_string()))
}

/// Whether the path leads to a root in the chain's own algorithm.
fn leads(algorithm: HashAlgorithm, path: &Path, data: &[u8], root: &Digest) -> bool {
    root.algorithm() == algorithm && path.proves(leaf_hash(algorithm, data), root)
}

/// Step 5.
fn check_ancestry(file: &ReceiptFile) -> Step {
    let Some(ancestry) = &file.ancestry else {
        return Ok(());
    };
    let place = ancestry.path.index == file.header.height.0 && ancestry.path.size == ancestry.header.height.0;
    require(place, Reason::Ancestry, "the path is of another height")?;
    let algorithm = file.genesis.suite.hash();
    let holds = leads(
        algorithm,
        &ancestry.path,
        file.header.hash().bytes(),
        &ancestry.header.history_root,
    );
    require(
        holds,
        Reason::Ancestry,
        "the path does not lead to the history root",
    )
}

/// Step 6.
fn check_path(file: &ReceiptFile) -> Step {
    let ReceiptFile {
        header,
        receipt,
        receipt_path: path,
        ..
    } = file;
    let place = path.size == header.receipts() && path.index == u64::from(receipt.index);
    require(place, Reason::Path, "the path is of another place")?;
    let block = receipt.height == header.height && receipt.time == header.time;
    require(
        block,
        Reason::Path,
        "the receipt is of another height or time than the block",
    )?;
    let bytes = canonical::to_bytes(receipt).or_else(|reason| refuse(Reason::Path, reason.to_string()))?;
    let holds = leads(file.genesis.suite.hash(), path, &bytes, &header.receipts_root);
    require(holds, Reason::Path, "the path does not lead to the receipts root")
}

/// Step 7. Answers what was signed, where something was.
fn check_subject(file: &ReceiptFile, chain: Digest) -> Result<Option<Body>, Refutation> {
    let reason = Reason::Transaction;
    let of_transactions = file.receipt.index < file.header.transactions;
    let envelope = match &file.subject {
        Subject::Transaction(envelope) => envelope,
        Subject::Occurrence(occurrence) => {
            let same = occurrence.id() == Ok(file.receipt.transaction);
            require(same, reason, "the receipt is of another occurrence")?;
            require(!of_transactions, reason, "the receipt is that of a transaction")?;
            return Ok(None);
        }
    };
    require(of_transactions, reason, "the receipt is that of an occurrence")?;
    let rules = Rules {
        chain,
        hash: file.genesis.suite.hash(),
        limits: file.genesis.limits,
    };
    let transaction = Transaction::from(envelope.clone());
    let same = file.receipt.transaction == transaction.id(rules.hash);
    require(same, reason, "the receipt is of another transaction")?;
    let verified = VerifiedTransaction::verify(transaction, &rules);
    let verified = verified.or_else(|rejection| refuse(reason, rejection.to_string()))?;
    Ok(Some(verified.body().clone()))
}

/// Step 9.
fn check_item(file: &ReceiptFile, body: Option<&Body>) -> Step {
    let Some(item) = &file.item else { return Ok(()) };
    let reason = Reason::Item;
    let Some(body) = body.filter(|body| body.operation == "evidence.deposit_batch") else {
        return refuse(reason, "it is not a batch deposit");
    };
    let Some(root) = digest_argument(body, "root") else {
        return refuse(reason, "the batch has no root");
    };
    let size = body.arguments.get("items").and_then(serde_json::Value::as_u64);
    require(
        size == Some(item.path.size),
        reason,
        "the path is of another number of items",
    )?;
    let algorithm = item.commitment.algorithm();
    let holds = leads(algorithm, &item.path, item.commitment.bytes(), &root);
    require(holds, reason, "the path does not lead to the root of the batch")
}

fn digest_argument(body: &Body, name: &str) -> Option<Digest> {
    body.arguments.get(name)?.as_str()?.parse().ok()
}

fn kind_argument(body: &Body) -> Option<CommitmentKind> {
    serde_json::from_value(body.arguments.get("kind")?.clone()).ok()
}

/// What a deposit says about the one file that the receipt is about.
struct Deposited<'a> {
    body: &'a Body,
    /// The commitment of the entry: for a batch the root.
    entry_commitment: Digest,
    /// The commitment of the file; unknown for a batch of which no item is named.
    commitment: Option<Digest>,
    kind: CommitmentKind,
    /// Named by single deposits only.
    size: Option<u64>,
}

impl<'a> Deposited<'a> {
    fn of(file: &ReceiptFile, body: &'a Body) -> Option<Self> {
        let kind = kind_argument(body)?;
        match body.operation.as_str() {
            "evidence.deposit" => {
                let commitment = digest_argument(body, "commitment")?;
                let size = body.arguments.get("size")?.as_u64()?;
                Some(Self {
                    body,
                    entry_commitment: commitment,
                    commitment: Some(commitment),
                    kind,
                    size: Some(size),
                })
            }
            "evidence.deposit_batch" => {
                let commitment = file.item.as_ref().map(|item| item.commitment);
                Some(Self {
                    body,
                    entry_commitment: digest_argument(body, "root")?,
                    commitment,
                    kind,
                    size: None,
                })
            }
            _ => None,
        }
    }
}

/// Step 10.
fn check_opening(file: &ReceiptFile, deposited: Option<&Deposited<'_>>) -> Step {
    let Some(opening) = &file.opening else {
        return Ok(());
    };
    let reason = Reason::Opening;
    let Some((deposited, commitment)) =
        deposited.and_then(|deposited| Some((deposited, deposited.commitment?)))
    else {
        return refuse(reason, "there is no commitment to open");
    };
    require(
        opening.kind == deposited.kind,
        reason,
        "the opening is of another kind",
    )?;
    require(
        opened(opening) == Some(commitment),
        reason,
        "the opening does not give the commitment",
    )?;
    let body = deposited.body;
    let size = deposited.size.is_none_or(|size| size == opening.file.size);
    require(size, reason, "the deposited size is another")?;
    let media_type = body
        .arguments
        .get("media_type")
        .is_none_or(|deposited| *deposited == opening.file.media_type);
    require(media_type, reason, "the deposited media type is another")?;
    let Some(capture) = &opening.capture else {
        return Ok(());
    };
    let details = body
        .arguments
        .get("capture")
        .and_then(|capture| capture.get("details")?.as_str()?.parse().ok());
    let Some(details): Option<Digest> = details else {
        return refuse(reason, "no capture was deposited");
    };
    let opened = read_salt(&capture.salt).and_then(|salt| {
        // The algorithm is the one the deposited digest names.
        capture_commitment(details.algorithm(), &salt, &capture.details).ok()
    });
    require(
        opened == Some(details),
        reason,
        "the details are not those of the deposited capture",
    )
}

/// The commitment an opening gives; `None` if its salt does not go with its kind.
fn opened(opening: &Opening) -> Option<Digest> {
    match (opening.kind, &opening.salt) {
        (CommitmentKind::Open, None) => Some(opening.content),
        (CommitmentKind::Sealed, Some(salt)) => Some(sealed_commitment(&read_salt(salt)?, &opening.content)),
        _ => None,
    }
}

/// Step 11.
fn check_file(
    file: &ReceiptFile,
    deposited: Option<&Deposited<'_>>,
    given: &mut dyn Read,
) -> Result<(), Stop> {
    let reason = Reason::File;
    let Some((deposited, commitment)) =
        deposited.and_then(|deposited| Some((deposited, deposited.commitment?)))
    else {
        return Ok(refuse(reason, "the receipt names no single file")?);
    };
    let (content, size) = match (&file.opening, deposited.kind) {
        (Some(opening), _) => (opening.content, Some(opening.file.size)),
        (None, CommitmentKind::Open) => (commitment, deposited.size),
        (None, CommitmentKind::Sealed) => {
            return Ok(refuse(
                reason,
                "a sealed commitment cannot be compared without its opening",
            )?);
        }
    };
    let (found, length) = measure(content.algorithm(), given, &mut |_| {}).map_err(Stop::Unreadable)?;
    if let Some(size) = size.filter(|size| *size != length) {
        return Ok(refuse(reason, format!("{length} bytes, {size} were deposited"))?);
    }
    if found != content {
        return Ok(refuse(
            reason,
            format!("the file's digest is {found}, {content} was deposited"),
        )?);
    }
    Ok(())
}

/// The departments behind the votes of the certificate, which has been verified. The genesis names the founders' keys; a key that began to
/// vote later stands for itself.
fn signers(file: &ReceiptFile) -> Vec<Signer> {
    let votes = file.certificate.signatures.iter();
    votes
        .map(|vote| {
            let members = &mut file.genesis.members.iter();
            let founder = members.find(|member| member.validator == vote.validator);
            Signer {
                code: founder.map(|member| member.code.to_string()).unwrap_or_default(),
                name: founder.map_or_else(|| vote.validator.to_string(), |member| member.name.clone()),
                validator: vote.validator,
            }
        })
        .collect()
}
