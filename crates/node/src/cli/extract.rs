//! `yinxin extract`: delivering bulk data under a granted request, fetching it, tracing what was found outside, and verifying the proof.
//!
//! Delivering and tracing need the node of the owner: its desk has the vault and the seal. Verifying needs no network.

mod proof;

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use clap::{Args, Subcommand};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use yinxin_client::session::Session;
use yinxin_client::transaction::Request;
use yinxin_crypto::{
    DecryptionKey, Digest, EncryptionAlgorithm, PrivateKey, PublicKey, envelope, random_bytes,
};
use yinxin_types::Suite;
use yinxin_types::transaction::KeyedSignature;
use yinxin_vault::{SALT_LENGTH, commitment};

use crate::cli::chain::Connection;
use crate::cli::console::Console;
use crate::cli::deposit::write_new;
use crate::cli::failure::{Exit, Failure};
use crate::cli::language::{Words, words};
use crate::cli::network::{list, text};
use crate::cli::{NodeAddress, account};

/// What the sealed content of a release is bound to beside the look.
const RELEASE_INFO: &[u8] = b"yinxin/release/1";
/// The most parts of one content.
const MOST_PARTS: u64 = 1024;

/// Commands about extracts.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// 加标记并交付摘录 · mark an extract and deliver it
    Deliver {
        /// 已同意的共享申请 · the granted request
        #[arg(long, value_name = "ID")]
        request: Digest,
        /// 接收人的授权标识 · mandate of the receiving officer
        #[arg(long, value_name = "ID")]
        receiver: Digest,
        /// 数据文件(CSV) · the rows, as CSV with names of columns
        #[arg(long)]
        file: PathBuf,
        /// 排序所依据的标识列 · the column of identifiers by which rows are ordered
        #[arg(long, value_name = "COLUMN")]
        order_by: String,
        /// 交付编号,同一编号只能交付一次 · number of the delivery; each is delivered once
        #[arg(long)]
        number: String,
        /// 列的内容,例如 accnum=reserved:99:8 · what a column holds that does not show it
        #[arg(long = "column", value_name = "NAME=KIND")]
        columns: Vec<String>,
        /// 诱饵行数 · how many canary rows; one in twenty by default
        #[arg(long)]
        canaries: Option<u32>,
        #[command(flatten)]
        officer: Officer,
    },
    /// 领取摘录 · fetch an extract that was delivered to you
    Fetch {
        /// 摘录标识 · identifier of the extract
        extract: Digest,
        /// 写入的文件 · where to write the rows
        #[arg(long)]
        out: PathBuf,
        #[command(flatten)]
        officer: Officer,
    },
    /// 追查外泄数据属于哪次交付 · find the delivery that a found file names
    Trace {
        /// 发现的文件 · the file that was found
        found: PathBuf,
        /// 用途 · what for
        #[arg(long)]
        purpose: String,
        /// 案件编号 · number of the case
        #[arg(long)]
        case: String,
        /// 证明文件写入的目录 · folder for the proofs, one for each delivery that is named
        #[arg(long)]
        out: PathBuf,
        #[command(flatten)]
        officer: Officer,
    },
    /// 离线核验追查证明 · verify the proof of a trace without a network
    Verify {
        /// 证明文件 · the proof
        proof: PathBuf,
        /// 发现的文件 · the file that was found
        found: PathBuf,
        /// 所信任的链标识 · the chain you trust
        #[arg(long, value_name = "ID")]
        chain: Option<Digest>,
    },
}

/// The officer who acts, through the node of his department.
#[derive(Debug, Args)]
pub(super) struct Officer {
    /// 本单位的统一社会信用代码 · code of your department
    #[arg(long = "for", value_name = "CODE")]
    body: String,
    #[command(flatten)]
    node: NodeAddress,
    /// 账户密钥文件 · the account key; by default your own
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    /// 必须属于此链 · refuse a node of another chain
    #[arg(long, value_name = "ID")]
    chain: Option<Digest>,
}

/// An officer who is signed in.
struct Desk {
    connection: Connection,
    key: PrivateKey,
    session: Session,
    body: String,
}

impl Officer {
    fn open(&self, console: &Console) -> Result<Desk, Failure> {
        let connection = Connection::open(console, &self.node.url, self.chain.as_ref())?;
        let key = account::open(console, self.key.as_deref())?;
        let session = Session::open(&connection.client, &key)?;
        Ok(Desk {
            connection,
            key,
            session,
            body: self.body.clone(),
        })
    }
}

pub(super) fn run(console: &Console, command: Command) -> Result<Exit, Failure> {
    match command {
        Command::Deliver {
            request,
            receiver,
            file,
            order_by,
            number,
            columns,
            canaries,
            officer,
        } => {
            let mut order = json!({
                "columns": declared(&columns)?,
                "file": URL_SAFE_NO_PAD.encode(read(&file)?),
                "key": order_by,
                "number": number,
                "post": receiver,
                "request": request,
            });
            if let (Some(canaries), Value::Object(order)) = (canaries, &mut order) {
                order.insert("canaries".to_owned(), json!(canaries));
            }
            deliver(console, &officer.open(console)?, &order)
        }
        Command::Fetch {
            extract,
            out,
            officer,
        } => fetch(console, &officer.open(console)?, &extract, &out),
        Command::Trace {
            found,
            purpose,
            case,
            out,
            officer,
        } => trace(
            console,
            &officer.open(console)?,
            &read(&found)?,
            (&purpose, &case),
            &out,
        ),
        Command::Verify { proof, found, chain } => {
            proof::verify(console, &read(&proof)?, &read(&found)?, chain.as_ref())
        }
    }
}

fn declared(columns: &[String]) -> Result<BTreeMap<&str, &str>, Failure> {
    let pairs = columns.iter().map(|column| column.split_once('='));
    pairs.collect::<Option<_>>().ok_or_else(|| {
        Failure::usage(words!(
            "--column 的形式为 列名=内容,例如 accnum=reserved:99:8。",
            "--column has the form NAME=KIND, for example accnum=reserved:99:8."
        ))
    })
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let failed = |error: io::Error| Failure::unreadable(path, &error);
    let limit = u64::try_from(proof::MAX_BYTES).unwrap_or(u64::MAX);
    let mut bytes = Vec::new();
    fs::File::open(path)
        .map_err(failed)?
        .take(limit.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(failed)?;
    if bytes.len() > proof::MAX_BYTES {
        return Err(failed(io::Error::from(io::ErrorKind::FileTooLarge)));
    }
    Ok(bytes)
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

fn deliver(console: &Console, desk: &Desk, order: &Value) -> Result<Exit, Failure> {
    #[derive(Deserialize)]
    struct Marked {
        arguments: Map<String, Value>,
        seal: PublicKey,
    }
    #[derive(Deserialize)]
    struct Sealed {
        id: Digest,
    }
    let marked: Marked = desk.session.post("desk/extracts", order)?;
    let request = Request {
        operation: "sharing.extract_deliver".to_owned(),
        arguments: marked.arguments,
    };
    let until = desk.connection.valid_until()?;
    let (account, salt) = (desk.key.public_key(), random_bytes()?);
    let body = request.body(desk.connection.chain, until, account, vec![marked.seal], salt)?;
    let signature = KeyedSignature::by(&desk.key, body.as_bytes());
    let sealed: Sealed = desk
        .session
        .post("desk/seal", &json!({ "body": body, "signature": signature }))?;
    let answer = desk.connection.settled(&sealed.id)?;
    desk.connection.verify(&desk.connection.receipt(&answer.id)?)?;
    let (extract, height) = (answer.id, answer.height.unwrap_or_default());
    console.say(&words!(
        "✓ 已交付,高度 {height},摘录标识 {extract}",
        "✓ Delivered at height {height}: extract {extract}"
    ));
    console.document(&json!({ "extract": extract, "height": height, "outcome": answer.outcome }));
    Ok(Exit::Done)
}

/// Content that a look released.
struct Content {
    bytes: Vec<u8>,
    salt: [u8; SALT_LENGTH],
}

/// A key made for one look, and forgotten with it.
fn reader(suite: Suite) -> Result<DecryptionKey, Failure> {
    let algorithm = match suite {
        Suite::Intl => EncryptionAlgorithm::X25519,
        Suite::Gm => EncryptionAlgorithm::Sm2,
    };
    Ok(DecryptionKey::generate(algorithm)?)
}

impl Desk {
    /// Makes a look, and puts together what it releases.
    fn look(&self, operation: &str, mut arguments: Value) -> Result<(Digest, Content), Failure> {
        let reader = reader(self.connection.genesis.suite)?;
        if let Value::Object(arguments) = &mut arguments {
            arguments.insert("for".to_owned(), json!(self.body));
            arguments.insert("reader".to_owned(), json!(reader.encryption_key()));
        }
        let request = Request {
            operation: operation.to_owned(),
            arguments: object(arguments),
        };
        let look = self
            .connection
            .execute(&self.connection.sign(&request, &self.key)?)?
            .id;
        let mut content = Content {
            bytes: Vec::new(),
            salt: [0; SALT_LENGTH],
        };
        for part in 0..MOST_PARTS {
            let released: Value = self
                .connection
                .client
                .get(&format!("disclosures/{look}?part={part}"))?;
            if self.take_part(&reader, &look, part, &released, &mut content)? {
                return Ok((look, content));
            }
        }
        Err(Failure::answer("the content has too many parts"))
    }

    /// Opens one part; whether it was the last.
    fn take_part(
        &self,
        reader: &DecryptionKey,
        look: &Digest,
        part: u64,
        released: &Value,
        content: &mut Content,
    ) -> Result<bool, Failure> {
        #[derive(Deserialize)]
        struct Part {
            bytes: String,
            part: u64,
            parts: u64,
            salt: String,
        }
        let wrong = || Failure::answer("what was released is not for this look");
        let sealed = released
            .get("content")
            .and_then(Value::as_str)
            .and_then(|text| URL_SAFE_NO_PAD.decode(text).ok());
        let aad = look.to_string();
        let opened = envelope::open(reader, RELEASE_INFO, aad.as_bytes(), &sealed.ok_or_else(wrong)?);
        let opened: Part = opened
            .ok()
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .ok_or_else(wrong)?;
        if opened.part != part {
            return Err(wrong());
        }
        let bytes = URL_SAFE_NO_PAD.decode(opened.bytes).map_err(|_| wrong())?;
        content.bytes.extend(bytes);
        content.salt = hex::decode(opened.salt)
            .ok()
            .and_then(|salt| salt.try_into().ok())
            .ok_or_else(wrong)?;
        Ok(part.saturating_add(1) >= opened.parts)
    }

    /// The record of a delivery.
    fn extract(&self, extract: &Digest) -> Result<Value, Failure> {
        Ok(self
            .session
            .ask("sharing.extract", &json!({ "extract": extract }))?)
    }

    /// That content is what the ledger has a commitment to.
    fn compare(&self, content: &Content, record: &Value, name: &str) -> Result<(), Failure> {
        let commitment = commitment(self.connection.chain.algorithm(), &content.salt, &content.bytes);
        if text(record, name) == commitment.to_string() {
            return Ok(());
        }
        Err(Failure::new(
            Exit::Refused,
            "COMMITMENT",
            words!(
                "内容与账本上的承诺不符,不可使用。请联系提供部门。",
                "The content is not the one that the ledger has a commitment to. Do not use it; turn to the owner."
            ),
        ))
    }
}

fn fetch(console: &Console, desk: &Desk, extract: &Digest, out: &Path) -> Result<Exit, Failure> {
    let record = desk.extract(extract)?;
    let arguments = json!({ "extract": extract, "purpose": text(&record, "/purpose") });
    let (look, content) = desk.look("sharing.extract_fetch", arguments)?;
    desk.compare(&content, &record, "/content/commitment")?;
    write_new(out, &content.bytes).map_err(|error| Failure::unwritable(out, &error))?;
    let shown = out.display();
    console.say(&words!(
        "✓ 已领取并与账本核对,写入 {shown}。本次查阅已记录在案:{look}",
        "✓ Fetched, compared with the ledger and written to {shown}. The look is on record: {look}"
    ));
    console.document(&json!({ "extract": extract, "file": out, "look": look }));
    Ok(Exit::Done)
}

/// Asks for all deliveries, part by part, and takes a proof for each that is named.
fn trace(
    console: &Console,
    desk: &Desk,
    found: &[u8],
    (purpose, case): (&str, &str),
    out: &Path,
) -> Result<Exit, Failure> {
    let mut named = Vec::new();
    let (mut page, mut examined, mut missing) = (json!(0), 0_u64, 0_u64);
    let mut deliveries = String::new();
    while !page.is_null() {
        let order = json!({ "found": URL_SAFE_NO_PAD.encode(found), "page": page });
        let answer: Value = desk.session.post("desk/extracts/trace", &order)?;
        named.extend(list(&answer, "/named").cloned());
        let count = |name: &str| answer.get(name).and_then(Value::as_u64).unwrap_or(0);
        examined = examined.saturating_add(count("examined"));
        missing = missing.saturating_add(count("missing"));
        deliveries = text(&answer, "/deliveries");
        page = answer.get("next").cloned().unwrap_or_default();
    }
    if missing > 0 {
        console.warn(&words!(
            "有 {missing} 次交付的标记不在材料库中,未能比对。",
            "The marks of {missing} deliveries are not in the vault and could not be compared."
        ));
    }
    if named.is_empty() {
        console.say(&words!(
            "未发现标记:与 {deliveries} 次交付比对,均不足以认定。",
            "No mark: compared with {deliveries} deliveries, none is named."
        ));
    }
    let salt = random_bytes::<SALT_LENGTH>()?;
    let commitment = commitment(desk.connection.chain.algorithm(), &salt, found);
    let mut told = Vec::new();
    for one in &named {
        let extract: Digest = text(one, "/extract")
            .parse()
            .map_err(|_| Failure::answer("a delivery has no identifier"))?;
        let record = desk.extract(&extract)?;
        let arguments = json!({ "case": case, "extract": extract, "found": commitment, "purpose": purpose });
        let (look, content) = desk.look("sharing.extract_trace", arguments)?;
        desk.compare(&content, &record, "/mark/commitment")?;
        let proof = proof::compose(
            &desk.connection.receipt(&extract)?,
            &desk.connection.receipt(&look)?,
            (&content.salt, &content.bytes),
            &salt,
        )?;
        fs::create_dir_all(out).map_err(|error| Failure::unwritable(out, &error))?;
        let name = extract.to_string().replace(':', "-");
        let path = out.join(format!("{name}.json"));
        write_new(&path, &proof).map_err(|error| Failure::unwritable(&path, &error))?;
        tell(console, one, &record, &path);
        told.push(json!({ "delivery": record, "finding": one, "proof": path, "trace": look }));
    }
    console.document(&json!({
        "deliveries": deliveries.parse::<u64>().ok(), "examined": examined, "missing": missing, "named": told,
    }));
    Ok(Exit::Done)
}

fn tell(console: &Console, finding: &Value, record: &Value, proof: &Path) {
    let (extract, recipient) = (text(finding, "/extract"), text(record, "/recipient"));
    let (officer, height) = (text(record, "/receiver"), text(record, "/delivered/height"));
    let (time, bits) = (text(record, "/delivered/time"), text(finding, "/bits"));
    let (canaries, of) = (text(finding, "/canaries_found"), text(finding, "/canaries"));
    let (ordered, compared) = (text(finding, "/rows_in_order"), text(finding, "/rows_compared"));
    console.say(&words!(
        "✗ 该数据出自摘录 {extract}",
        "✗ The data comes from extract {extract}"
    ));
    console.say(&words!(
        "  接收单位 {recipient},接收人 {officer}",
        "  delivered to {recipient}, officer {officer}"
    ));
    console.say(&words!(
        "  交付时间 {time}(毫秒),高度 {height}",
        "  at block time {time} ms, height {height}"
    ));
    console.say(&words!(
        "  诱饵行 {canaries}/{of},顺序相符 {ordered}/{compared};误指概率不超过 2^-{bits}",
        "  canary rows {canaries}/{of}, rows in order {ordered}/{compared}; an innocent delivery is named with a probability of at most 2^-{bits}"
    ));
    console.say(&Words::same(format!("  {}", proof.display())));
}
