//! Extracts at the desk: marking a copy for one delivery, releasing it in parts, and tracing what was found outside.
//!
//! The secret of a mark never leaves the vault but for a trace that is on the ledger.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde_json::{Value, json};
use yinxin_crypto::{Digest, EncryptionKey, PublicKey, random_bytes};
use yinxin_mark::{Evidence, Found, Mark, SECRET_BYTES, Table, named, usual_canaries};
use yinxin_types::{Rejection, canonical, codes};
use yinxin_vault::{Material, Store as _};

use super::{Desk, seal_content};
use crate::core::Core;
use crate::core::release::Look;
use crate::platform::blocking;
use crate::proof::{Proof, Refuted};

/// Bytes of content that one part of a release holds: with two layers of base64 they fit into a message between nodes.
const PART_BYTES: usize = 128 << 10;
/// Pages of deliveries that one request compares.
const PAGES: u64 = 32;

/// What an officer wants to deliver.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Order {
    /// How many canary rows; the usual number where it is left out.
    canaries: Option<u32>,
    /// What columns hold that do not show it.
    #[serde(default)]
    columns: BTreeMap<String, String>,
    /// The file, in base64url.
    file: String,
    /// The column of the order.
    key: String,
    number: String,
    post: Digest,
    request: Digest,
}

/// What was found, and from which page of the deliveries on it is compared.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Search {
    /// The file, in base64url.
    found: String,
    #[serde(default)]
    page: u64,
}

/// A proof of a trace, and the file that it speaks of.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Examination {
    /// The file, in base64url.
    found: String,
    proof: Value,
}

/// A material in the answer of a question.
#[derive(Clone, Copy, Deserialize)]
struct Kept {
    commitment: Digest,
    material: Digest,
}

/// A delivery in the answer of `sharing.extracts`.
#[derive(Clone, Deserialize)]
struct Delivery {
    delivered: Value,
    extract: Digest,
    mark: Kept,
    receiver: Digest,
    recipient: String,
}

#[derive(Deserialize)]
struct Page {
    extracts: Vec<Delivery>,
    pages: u64,
    total: u64,
}

fn unreadable(detail: impl ToString) -> Rejection {
    Rejection::new(codes::DESK_ROWS, detail.to_string())
}

fn unavailable(detail: &str) -> Rejection {
    Rejection::new(codes::API_UNAVAILABLE, detail)
}

fn bytes_of(text: &str) -> Result<Vec<u8>, Rejection> {
    URL_SAFE_NO_PAD
        .decode(text)
        .map_err(|_| Rejection::new(codes::API_REQUEST, "the file is not in base64url"))
}

fn order_of<T: for<'de> Deserialize<'de>>(order: Value) -> Result<T, Rejection> {
    serde_json::from_value(order).map_err(|error| Rejection::new(codes::API_REQUEST, error.to_string()))
}

impl Desk {
    /// The content that a look releases, or one part of it, sealed to its reader, in base64url.
    pub(in crate::core) fn release(&self, look: &Look, part: u32) -> Result<String, Rejection> {
        if look.disclosure.get("extract").is_some() {
            return self.release_extract(look, part);
        }
        if part != 0 {
            return Err(Rejection::new(codes::RELEASE_NOTHING, "the content has one part"));
        }
        self.release_certificate(look)
    }

    fn release_extract(&self, look: &Look, part: u32) -> Result<String, Rejection> {
        #[derive(Deserialize)]
        struct Wanted {
            extract: Digest,
            material: Digest,
            reader: EncryptionKey,
        }
        let nothing = |detail: &str| Rejection::new(codes::RELEASE_NOTHING, detail);
        let wanted = Wanted::deserialize(&look.disclosure)
            .map_err(|_| nothing("the look does not say what it wants of what"))?;
        let content = self.content_of(&wanted.material)?;
        let parts = content.bytes().chunks(PART_BYTES);
        let count = parts.len();
        let bytes = usize::try_from(part)
            .ok()
            .and_then(|part| content.bytes().chunks(PART_BYTES).nth(part));
        let bytes = bytes.ok_or_else(|| nothing("the content has no such part"))?;
        let part = json!({
            "bytes": URL_SAFE_NO_PAD.encode(bytes),
            "extract": wanted.extract,
            "part": part,
            "parts": count,
            "salt": hex::encode(content.salt()),
            "transaction": look.transaction,
        });
        seal_content(&wanted.reader, &look.transaction, &part)
    }

    /// Marks the rows, keeps copy and mark, and says what the officer is to sign.
    fn marked(&self, order: &Order) -> Result<Value, Rejection> {
        let table = Table::read(&bytes_of(&order.file)?).map_err(unreadable)?;
        let secret = random_bytes::<SECRET_BYTES>().map_err(|_| unavailable("no random bytes"))?;
        let canaries = order.canaries.unwrap_or_else(|| usual_canaries(table.rows.len()));
        let mark = Mark::plan(&table, &order.key, &order.columns, canaries, &secret).map_err(unreadable)?;
        let copy = mark.apply(&table).write();
        let mark = canonical::to_bytes(&mark).map_err(|_| unavailable("the mark has no canonical form"))?;
        let arguments = json!({
            "canaries": canaries,
            "content": self.keep(&copy)?,
            "fields": table.header,
            "for": self.department,
            "mark": self.keep(&mark)?,
            "number": order.number,
            "post": order.post,
            "request": order.request,
            "rows": table.rows.len(),
        });
        Ok(json!({ "arguments": arguments, "seal": self.seal.public_key() }))
    }

    fn keep(&self, content: &[u8]) -> Result<Value, Rejection> {
        let recipients = [self.opener.encryption_key()];
        let (material, commitment) =
            Material::encrypt(self.suite, content, &recipients).map_err(|error| error.rejection())?;
        self.store.put(&material).map_err(|error| error.rejection())?;
        Ok(json!({ "commitment": commitment, "material": material.address() }))
    }

    /// The mark of a delivery, which must be the one that the ledger has a commitment to.
    fn mark_of(&self, kept: &Kept) -> Result<Mark, Rejection> {
        let content = self.content_of(&kept.material)?;
        let damaged = || unavailable("a mark in the vault is not the one on the ledger");
        if content.commitment() != kept.commitment {
            return Err(damaged());
        }
        let mark: Mark = serde_json::from_slice(content.bytes()).map_err(|_| damaged())?;
        mark.check().map_err(|_| damaged())?;
        Ok(mark)
    }

    /// What speaks for each delivery. One whose mark is gone from the vault is left out and counted.
    fn compare(&self, found: &Found, deliveries: Vec<Delivery>) -> (Vec<(Delivery, Evidence)>, u64) {
        let mut missing = 0_u64;
        let mut compared = Vec::new();
        for delivery in deliveries {
            match self.mark_of(&delivery.mark) {
                Ok(mark) => compared.push((delivery, found.evidence(&mark))),
                Err(_) => missing = missing.saturating_add(1),
            }
        }
        (compared, missing)
    }
}

impl Core {
    /// Marks an extract for an officer of the department.
    pub(super) async fn mark_extract(&self, officer: PublicKey, order: Value) -> Result<Value, Rejection> {
        let desk = self.desk_open()?;
        self.check_officer(officer, "sharing.extract_deliver").await?;
        let order: Order = order_of(order)?;
        let about = json!({ "request": order.request });
        let request = self.inquire_one(None, "sharing.resource_request", about).await?;
        if request.pointer("/request/owner").and_then(Value::as_str) != Some(self.own_code()) {
            return Err(Rejection::new(
                codes::SESSION_FORBIDDEN,
                "the request was made to another department",
            ));
        }
        let marked = blocking(self.platform.as_ref(), move || desk.marked(&order));
        marked
            .await
            .unwrap_or_else(|| Err(unavailable("the node is stopping")))
    }

    /// Compares a found file with a part of the deliveries of the department: `{deliveries, examined, missing, named, next, rows}`, where `next` is the
    /// page to go on with. A delivery is named after the number of all of them was paid for, whatever part is looked at.
    pub(super) async fn trace_found(&self, officer: PublicKey, order: Value) -> Result<Value, Rejection> {
        let desk = self.desk_open()?;
        self.check_officer(officer, "sharing.extract_trace").await?;
        let search: Search = order_of(order)?;
        let mut deliveries = Vec::new();
        let mut next = search.page;
        let mut total = 0;
        for page in (search.page..).take(usize::try_from(PAGES).unwrap_or(1)) {
            let about = json!({ "owner": self.own_code(), "page": page });
            let answer = self.inquire_one(None, "sharing.extracts", about).await?;
            let answer: Page =
                serde_json::from_value(answer).map_err(|_| unavailable("the records cannot be read"))?;
            total = answer.total;
            if page >= answer.pages {
                next = 0;
                break;
            }
            deliveries.extend(answer.extracts);
            next = page.saturating_add(1);
            if next >= answer.pages {
                next = 0;
                break;
            }
        }
        let examined = deliveries.len();
        let compared = blocking(self.platform.as_ref(), move || {
            let found = Found::read(&bytes_of(&search.found)?).map_err(unreadable)?;
            Ok((found.len(), desk.compare(&found, deliveries)))
        });
        let compared: Result<_, Rejection> = compared
            .await
            .unwrap_or_else(|| Err(unavailable("the node is stopping")));
        let (rows, (compared, missing)) = compared?;
        let mut sure: Vec<_> = compared
            .into_iter()
            .filter_map(|(delivery, evidence)| Some((named(&evidence, total)?, delivery, evidence)))
            .collect();
        sure.sort_by_key(|(bits, _, _)| std::cmp::Reverse(*bits));
        let said: Vec<Value> = sure
            .into_iter()
            .map(|(bits, delivery, evidence)| {
                json!({
                    "bits": bits.floor(),
                    "canaries": evidence.canaries,
                    "canaries_found": evidence.canaries_found,
                    "delivered": delivery.delivered,
                    "extract": delivery.extract,
                    "receiver": delivery.receiver,
                    "recipient": delivery.recipient,
                    "rows_compared": evidence.rows_compared,
                    "rows_in_order": evidence.rows_in_order,
                })
            })
            .collect();
        Ok(json!({
            "deliveries": total,
            "examined": examined,
            "missing": missing,
            "named": said,
            "next": if next == 0 { Value::Null } else { json!(next) },
            "rows": rows,
        }))
    }

    /// Examines the proof of a trace against the file that was found, whoever delivered: nothing but the chain is trusted. What is compared is
    /// what the person brings, so it needs no officer of the owner and no look.
    pub(super) async fn examine_proof(&self, account: PublicKey, order: Value) -> Result<Value, Rejection> {
        self.desk_open()?;
        self.party_of(account).await?;
        let Examination { found, proof } = order_of(order)?;
        let found = bytes_of(&found)?;
        let chain = self.rules.chain;
        let examined = blocking(self.platform.as_ref(), move || {
            Proof::read(proof).and_then(|proof| proof.examine(&found, &chain))
        });
        let examined = examined
            .await
            .ok_or_else(|| unavailable("the node is stopping"))?;
        Ok(match examined {
            Ok(shown) => {
                let receipt = &shown.delivery.receipt.receipt;
                let evidence = shown.evidence;
                json!({
                    "bits": evidence.bits.floor(),
                    "canaries": evidence.canaries,
                    "canaries_found": evidence.canaries_found,
                    "delivered": { "height": shown.delivery.height, "time": shown.delivery.time },
                    "extract": receipt.transaction,
                    "holds": true,
                    "receiver": receipt.outcome.get("receiver"),
                    "recipient": receipt.outcome.get("recipient"),
                    "rows_compared": evidence.rows_compared,
                    "rows_in_order": evidence.rows_in_order,
                    "traced": { "height": shown.trace.height, "time": shown.trace.time },
                })
            }
            Err(Refuted { part, detail }) => json!({ "detail": detail, "holds": false, "part": part }),
        })
    }
}
