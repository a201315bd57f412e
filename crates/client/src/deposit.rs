//! Building a deposit (存入): commitments to files, the operation's arguments, and what the depositor keeps.
//!
//! ```text
//! file ─► Piece { commitment, opening } ─► Deposit { request, parts } ─► request.sign, submit
//!                                             part + receipt of the node ─► attach ─► receipt file
//! ```

use std::io::{self, Read};

use serde_json::{Map, Value, json};
use thiserror::Error;
use yinxin_crypto::{Digest, HashAlgorithm, RandomnessError, random_bytes};
use yinxin_types::BlockTime;
use yinxin_types::canonical;
use yinxin_types::merkle::Tree;
use yinxin_types::receipt::{
    CaptureOpening, CommitmentKind, FileDescription, Item, Opening, capture_commitment, sealed_commitment,
};

use crate::receipt::{self, Refutation};
use crate::transaction::Request;

/// The most items of one batch (formats.md, section 7).
pub const MAX_BATCH_ITEMS: usize = 1 << 20;

/// How much of a file is in memory at a time.
const CHUNK_BYTES: usize = 64 << 10;

/// Why a deposit cannot be built.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DepositError {
    /// A file could not be read.
    #[error("the file could not be read")]
    Read(#[from] io::Error),
    /// No random bytes for a salt.
    #[error(transparent)]
    Randomness(#[from] RandomnessError),
    /// A batch without items or with more than a batch may have.
    #[error("a batch has 1 to {MAX_BATCH_ITEMS} items")]
    BatchSize,
    /// Items of one batch are of different kinds or algorithms.
    #[error("the items of a batch are all of one kind and one digest algorithm")]
    Mixed,
    /// The details of the capture have no canonical form.
    #[error("the details of the capture have no canonical form: {0}")]
    Details(canonical::Reason),
}

/// Digest and length of everything a reader gives, in small pieces; `progress` hears the bytes read so far.
///
/// # Errors
/// Those of the reader.
pub fn measure(
    algorithm: HashAlgorithm,
    reader: &mut dyn Read,
    progress: &mut dyn FnMut(u64),
) -> io::Result<(Digest, u64)> {
    let mut hasher = algorithm.hasher();
    let mut buffer = vec![0; CHUNK_BYTES];
    let mut length = 0_u64;
    loop {
        let read = match reader.read(&mut buffer) {
            Ok(0) => return Ok((hasher.finish(), length)),
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        let piece = buffer
            .get(..read)
            .ok_or_else(|| io::Error::other("a reader claims more bytes than it was given"))?;
        hasher.update(piece);
        length = length.saturating_add(u64::try_from(read).unwrap_or(u64::MAX));
        progress(length);
    }
}

/// One file to be deposited: its commitment, and the opening that only the depositor keeps.
#[derive(Clone, Debug, PartialEq)]
pub struct Piece {
    /// What goes to the ledger.
    pub commitment: Digest,
    /// What stays with the depositor; without it a sealed commitment can never be shown to be of the file.
    pub opening: Opening,
}

impl Piece {
    /// An open (公开) commitment to a content: whoever holds the file can find the deposit.
    pub fn open(content: Digest, file: FileDescription) -> Self {
        Self {
            commitment: content,
            opening: opening(content, file, CommitmentKind::Open, None),
        }
    }

    /// A sealed (密封) commitment to a content; the salt is 32 random bytes that were never used before.
    pub fn sealed(content: Digest, file: FileDescription, salt: [u8; 32]) -> Self {
        let opening = opening(content, file, CommitmentKind::Sealed, Some(hexadecimal(&salt)));
        Self {
            commitment: sealed_commitment(&salt, &content),
            opening,
        }
    }

    /// Reads a file and commits to it, with a fresh salt where the kind is sealed.
    ///
    /// # Errors
    /// [`DepositError::Read`], [`DepositError::Randomness`].
    pub fn from_reader(
        algorithm: HashAlgorithm,
        kind: CommitmentKind,
        name: impl Into<String>,
        media_type: impl Into<String>,
        reader: &mut dyn Read,
        progress: &mut dyn FnMut(u64),
    ) -> Result<Self, DepositError> {
        let (content, size) = measure(algorithm, reader, progress)?;
        let file = FileDescription {
            media_type: media_type.into(),
            name: name.into(),
            size,
        };
        Ok(match kind {
            CommitmentKind::Open => Self::open(content, file),
            CommitmentKind::Sealed => Self::sealed(content, file, random_bytes()?),
        })
    }
}

fn opening(content: Digest, file: FileDescription, kind: CommitmentKind, salt: Option<String>) -> Opening {
    Opening {
        capture: None,
        content,
        file,
        kind,
        salt,
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// How the thing deposited was obtained (采集信息). All but the details is public.
#[derive(Clone, Debug, PartialEq)]
pub struct Capture {
    /// The private part: who captured, title, source address; whatever a court may later have to see.
    pub details: Map<String, Value>,
    /// 32 random bytes that were never used before, which keep the details from being guessed.
    pub salt: [u8; 32],
    /// The environment and how it was found to be clean.
    pub environment: String,
    /// When the capture began.
    pub from: BlockTime,
    /// When it ended.
    pub to: BlockTime,
    /// Name of the tool.
    pub tool: String,
    /// Digest of the tool's program, where it is known.
    pub tool_digest: Option<Digest>,
    /// Version of the tool.
    pub tool_version: String,
}

impl Capture {
    /// The public block, and the opening of its private part.
    fn commit(&self, algorithm: HashAlgorithm) -> Result<(Value, CaptureOpening), DepositError> {
        let details = Value::Object(self.details.clone());
        let commitment =
            capture_commitment(algorithm, &self.salt, &details).map_err(DepositError::Details)?;
        let block = json!({
            "details": commitment,
            "environment": self.environment,
            "from": self.from,
            "to": self.to,
            "tool": self.tool,
            "tool_digest": self.tool_digest,
            "tool_version": self.tool_version,
        });
        Ok((
            block,
            CaptureOpening {
                details,
                salt: hexadecimal(&self.salt),
            },
        ))
    }
}

/// How a new entry stands to an earlier one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// It adds to it.
    Supplements,
    /// It is to be read instead.
    Replaces,
    /// It has to do with it.
    Relates,
}

impl Relation {
    /// The name in an operation's arguments.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Supplements => "supplements",
            Self::Replaces => "replaces",
            Self::Relates => "relates",
        }
    }
}

/// A link from a new entry to an earlier one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    /// The earlier entry.
    pub entry: Digest,
    /// The commitment it lies under.
    pub commitment: Digest,
    /// How the new one stands to it.
    pub relation: Relation,
}

/// What belongs into one file's receipt beside what the node gives.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// For a batch: the item and its place.
    pub item: Option<Item>,
    /// How the commitment opens.
    pub opening: Opening,
}

/// A deposit ready to be signed.
#[derive(Clone, Debug, PartialEq)]
pub struct Deposit {
    /// The operation and its arguments.
    pub request: Request,
    /// One part for each file, in their order.
    pub parts: Vec<Part>,
}

impl Deposit {
    /// Deposits one file as an entry of its own.
    ///
    /// # Errors
    /// [`DepositError::Details`].
    pub fn single(piece: Piece, capture: Option<&Capture>, links: &[Link]) -> Result<Self, DepositError> {
        let Piece {
            commitment,
            mut opening,
        } = piece;
        let mut arguments = Map::new();
        arguments.insert("commitment".to_owned(), json!(commitment));
        arguments.insert("kind".to_owned(), json!(opening.kind));
        arguments.insert("media_type".to_owned(), json!(opening.file.media_type));
        arguments.insert("size".to_owned(), json!(opening.file.size));
        if let Some(capture) = capture {
            let (block, capture) = capture.commit(commitment.algorithm())?;
            arguments.insert("capture".to_owned(), block);
            opening.capture = Some(capture);
        }
        if !links.is_empty() {
            let link = |link: &Link| json!({ "commitment": link.commitment, "entry": link.entry, "relation": link.relation.as_str() });
            arguments.insert("links".to_owned(), links.iter().map(link).collect());
        }
        let request = Request {
            operation: "evidence.deposit".to_owned(),
            arguments,
        };
        Ok(Self {
            request,
            parts: vec![Part { item: None, opening }],
        })
    }

    /// Deposits many files as one entry, of which each can be proven alone.
    ///
    /// # Errors
    /// [`DepositError::BatchSize`], [`DepositError::Mixed`], [`DepositError::Details`].
    pub fn batch(pieces: Vec<Piece>, capture: Option<&Capture>) -> Result<Self, DepositError> {
        let first = pieces.first().ok_or(DepositError::BatchSize)?;
        if pieces.len() > MAX_BATCH_ITEMS {
            return Err(DepositError::BatchSize);
        }
        let (algorithm, kind) = (first.commitment.algorithm(), first.opening.kind);
        if pieces
            .iter()
            .any(|piece| piece.commitment.algorithm() != algorithm || piece.opening.kind != kind)
        {
            return Err(DepositError::Mixed);
        }
        let tree = Tree::of_data(
            algorithm,
            pieces.iter().map(|piece| piece.commitment.bytes().as_slice()),
        );
        let mut arguments = Map::new();
        arguments.insert("items".to_owned(), json!(pieces.len()));
        arguments.insert("kind".to_owned(), json!(kind));
        arguments.insert("root".to_owned(), json!(tree.root()));
        let mut capture_opening = None;
        if let Some(capture) = capture {
            let (block, opening) = capture.commit(algorithm)?;
            arguments.insert("capture".to_owned(), block);
            capture_opening = Some(opening);
        }
        let mut parts = Vec::with_capacity(pieces.len());
        for (
            index,
            Piece {
                commitment,
                mut opening,
            },
        ) in pieces.into_iter().enumerate()
        {
            let path = tree.path(index).ok_or(DepositError::BatchSize)?;
            opening.capture.clone_from(&capture_opening);
            parts.push(Part {
                item: Some(Item { commitment, path }),
                opening,
            });
        }
        Ok(Self {
            request: Request {
                operation: "evidence.deposit_batch".to_owned(),
                arguments,
            },
            parts,
        })
    }
}

/// Puts item and opening into a receipt file as a node gives it, and writes it in the form in which people keep it.
///
/// # Errors
/// A [`Refutation`] with the reason `RECEIPT_FORMAT` where the node's answer is no receipt file. The result is not yet
/// verified: see [`receipt::verify`].
pub fn attach(server: &[u8], part: Part) -> Result<Vec<u8>, Refutation> {
    let mut file = receipt::read(server)?;
    file.item = part.item;
    file.opening = Some(part.opening);
    let mut text = serde_json::to_vec_pretty(&file).map_err(|error| Refutation {
        reason: crate::Reason::Format,
        detail: error.to_string(),
    })?;
    text.push(b'\n');
    Ok(text)
}
