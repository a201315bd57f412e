//! Materials (材料) that applicants hand in: sealed in the browser to the desk's published key, kept encrypted, released for looks of cases.
//!
//! What was handed in and never named by a case is destroyed: the record of it is that of what a desk composed, by account instead of request.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tracing::warn;
use yinxin_crypto::{Digest, EncryptionKey, HashAlgorithm, PublicKey, envelope};
use yinxin_types::identifiers::SocialCreditCode;
use yinxin_types::{Rejection, canonical, codes};
use yinxin_vault::{Content, Material, Store as _};

use super::extracts::{PART_BYTES, bytes_of, order_of, unavailable};
use super::handing::{MOST_SEALED, Whom};
use super::{Desk, seal_content};
use crate::core::Core;
use crate::core::release::Look;
use crate::platform::blocking;

/// What a sealed material is bound to beside the account that hands it in.
const MATERIAL_INFO: &[u8] = b"yinxin/material/1";
/// The largest file, in bytes.
pub(super) const MOST_FILE: usize = 8 << 20;
/// The longest name of a file, in characters.
const MOST_NAME: usize = 200;
/// How many materials of one account may wait for a case before those that nothing names make room.
const MOST_WAITING: usize = 24;

/// What is handed in, to whom and for whom.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Order {
    /// The department whose item it is for: its desk keeps it. Without one, the department of this node.
    #[serde(default)]
    department: Option<SocialCreditCode>,
    /// The body for which an officer hands it in.
    #[serde(default, rename = "for")]
    body: Option<SocialCreditCode>,
    /// The person for whom a guardian or an agent does.
    #[serde(default)]
    principal: Option<Digest>,
    /// The envelope around header and file, in base64url.
    sealed: String,
}

/// The first line of a material, before the bytes of the file: canonical JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    form: String,
    media_type: String,
    name: String,
    /// Whose it is. A look at another party's case does not release it, whatever the case names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    owner: Option<Digest>,
}

/// What a header says it is.
const FORM: &str = "yinxin-material/1";

fn refuse<T>(detail: &str) -> Result<T, Rejection> {
    Err(Rejection::new(codes::API_REQUEST, detail))
}

/// Header and file.
fn divided(bytes: &[u8]) -> Option<(Header, &[u8])> {
    let end = bytes.iter().position(|byte| *byte == b'\n')?;
    let (line, rest) = bytes.split_at_checked(end)?;
    let header: Header = serde_json::from_slice(line).ok()?;
    (header.form == FORM).then_some((header, rest.get(1..)?))
}

impl Header {
    fn check(&self) -> Result<(), Rejection> {
        let plain = |text: &str, most: usize| {
            !text.trim().is_empty() && text.chars().count() <= most && !text.chars().any(char::is_control)
        };
        if !plain(&self.name, MOST_NAME) || self.name.contains(['/', '\\']) {
            return refuse("the name of the file is empty, too long or a path");
        }
        let media = self.media_type.split_once('/');
        let token = |text: &str| {
            !text.is_empty()
                && text
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&byte))
        };
        if !media.is_some_and(|(of, sub)| token(of) && token(sub)) || self.media_type.len() > 100 {
            return refuse("the media type is none");
        }
        Ok(())
    }
}

/// The record of what an account handed in.
fn record_of(account: &PublicKey) -> String {
    HashAlgorithm::Sha256
        .hash(&[account.to_string().as_bytes()])
        .to_string()
}

impl Desk {
    /// Opens what was handed in, and keeps it as its owner's.
    fn take_material(&self, account: &PublicKey, sealed: &[u8], owner: Digest) -> Result<Value, Rejection> {
        let plain = envelope::open(
            &self.opener,
            MATERIAL_INFO,
            account.to_string().as_bytes(),
            sealed,
        );
        let Ok(plain) = plain else {
            return refuse("it is not sealed to the key that this department publishes, by this account");
        };
        let Some((header, file)) = divided(&plain) else {
            return refuse("it has no header");
        };
        header.check()?;
        if file.is_empty() || file.len() > MOST_FILE {
            return Err(Rejection::new(
                codes::API_TOO_LARGE,
                format!("a file has 1 to {MOST_FILE} bytes"),
            ));
        }
        let header = Header {
            owner: Some(owner),
            ..header
        };
        let mut content =
            canonical::to_bytes(&header).map_err(|_| unavailable("the header has no canonical form"))?;
        content.push(b'\n');
        content.extend_from_slice(file);
        let recipients = [self.opener.encryption_key()];
        let (material, _) =
            Material::encrypt(self.suite, &content, &recipients).map_err(|error| error.rejection())?;
        // On record first: what no case ever names is found again by it.
        self.handed
            .add(&record_of(account), material.address())
            .map_err(|error| error.rejection())?;
        self.store.put(&material).map_err(|error| error.rejection())?;
        Ok(json!({
            "holder": self.department,
            "material": material.address(),
            "size": file.len(),
        }))
    }

    /// The file in a material that somebody handed in; none where there is no such material of this party here.
    pub(in crate::core) fn file_of(&self, material: &Digest, owner: &Digest) -> Option<Vec<u8>> {
        let content = self.content_of(material).ok()?;
        let (header, file) = divided(content.bytes())?;
        (header.owner.as_ref() == Some(owner)).then(|| file.to_vec())
    }

    /// A part of a material of a case, sealed to the reader of the look.
    pub(super) fn release_material(&self, look: &Look, part: u32) -> Result<String, Rejection> {
        #[derive(Deserialize)]
        struct Wanted {
            case: String,
            class: String,
            material: Digest,
            reader: EncryptionKey,
        }
        let nothing = |detail: &str| Rejection::new(codes::RELEASE_NOTHING, detail);
        let wanted = Wanted::deserialize(&look.disclosure)
            .map_err(|_| nothing("the look does not say what it wants of what"))?;
        let content: Content = self.content_of(&wanted.material)?;
        let (header, file) =
            divided(content.bytes()).ok_or_else(|| nothing("the content was not handed in for a case"))?;
        // A case can name whatever digest its applicant writes: only what is his is released for it.
        if header.owner.is_none() || header.owner != look.subject {
            return Err(nothing("the material is not of the applicant of the case"));
        }
        let count = file.chunks(PART_BYTES).len();
        let bytes = usize::try_from(part)
            .ok()
            .and_then(|part| file.chunks(PART_BYTES).nth(part))
            .ok_or_else(|| nothing("the content has no such part"))?;
        let part = json!({
            "bytes": URL_SAFE_NO_PAD.encode(bytes),
            "case": wanted.case,
            "class": wanted.class,
            "material": wanted.material,
            "media_type": header.media_type,
            "name": header.name,
            "part": part,
            "parts": count,
            "transaction": look.transaction,
        });
        seal_content(&wanted.reader, &look.transaction, &part)
    }

    /// Forgets the record of an account but for these of its materials.
    fn keep_on_record(&self, account: &PublicKey, left: &[Digest]) -> Result<(), Rejection> {
        let record = record_of(account);
        self.handed.forget(&record).map_err(|error| error.rejection())?;
        for material in left {
            self.handed
                .add(&record, material)
                .map_err(|error| error.rejection())?;
        }
        Ok(())
    }
}

impl Core {
    /// Keeps what somebody hands in for a case at the desk of its department, here or at another node: `{holder, material, size}`.
    pub(super) async fn take_handed(&self, account: PublicKey, order: Value) -> Result<Value, Rejection> {
        let order: Order = order_of(order)?;
        let sealed = bytes_of(&order.sealed)?;
        if sealed.is_empty() || sealed.len() > MOST_SEALED {
            return Err(Rejection::new(
                codes::API_TOO_LARGE,
                format!("a file has 1 to {MOST_FILE} bytes"),
            ));
        }
        let whom = Whom {
            body: order.body,
            principal: order.principal,
        };
        match order.department {
            Some(department) if department.as_str() != self.own_code() => {
                self.pass_on_handed(&department, account, whom, &sealed).await
            }
            _ => self.keep_handed(account, whom, sealed).await,
        }
    }

    /// Keeps it at this desk.
    pub(super) async fn keep_handed(
        &self,
        account: PublicKey,
        whom: Whom,
        sealed: Vec<u8>,
    ) -> Result<Value, Rejection> {
        let desk = self.desk_open()?;
        let owner = self.owner_of(account, &whom).await?;
        self.make_room(account).await?;
        let taken = blocking(self.platform.as_ref(), move || {
            desk.take_material(&account, &sealed, owner)
        });
        taken
            .await
            .unwrap_or_else(|| Err(unavailable("the node is stopping")))
    }

    /// For whom something is handed in, as the ledger knows it: the account's own party, a person whom it represents, or a body for which it acts.
    async fn owner_of(&self, account: PublicKey, whom: &Whom) -> Result<Digest, Rejection> {
        const SUBMIT: &str = "approval.submit";
        let (question, about, member) = match (&whom.body, &whom.principal) {
            (Some(body), None) => {
                let about = json!({ "for": body, "scope": SUBMIT, "seal": false });
                ("identity.acting", about, "/body")
            }
            (None, Some(principal)) => {
                let about = json!({ "principal": principal, "scope": SUBMIT });
                ("identity.representation", about, "/principal/party")
            }
            (None, None) => ("identity.actor", json!({ "account": account }), "/party"),
            (Some(_), Some(_)) => return refuse("it is handed in for a body or for a person"),
        };
        let answer = self.inquire_one(Some(account), question, about).await?;
        let active = answer.get("state").is_none_or(|state| state == "active");
        let owner = answer.pointer(member).and_then(Value::as_str);
        match owner.and_then(|owner| owner.parse().ok()).filter(|_| active) {
            Some(owner) => Ok(owner),
            None => Err(Rejection::new(
                codes::SESSION_FORBIDDEN,
                "the key of the account has ended",
            )),
        }
    }

    /// Where an account has handed in as much as may wait: what cases name is kept for good, the rest is destroyed.
    async fn make_room(&self, account: PublicKey) -> Result<(), Rejection> {
        let desk = self.desk_open()?;
        let waiting = {
            let desk = desk.clone();
            blocking(self.platform.as_ref(), move || {
                desk.handed.of(&record_of(&account))
            })
            .await
        };
        let stopping = || unavailable("the node is stopping");
        let waiting = waiting.ok_or_else(stopping)?.map_err(|error| error.rejection())?;
        if waiting.len() < MOST_WAITING {
            return Ok(());
        }
        let mut unnamed = Vec::new();
        for material in waiting {
            let about = json!({ "holder": self.own_code(), "material": material });
            let kept = self.inquire_one(None, "approval.kept", about).await?;
            if kept.get("kept") != Some(&json!(true)) {
                unnamed.push(material);
            }
        }
        // The newest ones may be on their way into a case.
        let young = unnamed.split_off(unnamed.len().saturating_sub(MOST_WAITING / 2));
        let done = blocking(self.platform.as_ref(), move || {
            for material in &unnamed {
                if let Err(reason) = desk.destroy(material) {
                    warn!(%reason, "a material that no case names could not be destroyed");
                }
            }
            desk.keep_on_record(&account, &young)
        });
        done.await.unwrap_or_else(|| Err(stopping()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_begins_with_a_header_was_handed_in() {
        let line = br#"{"form":"yinxin-material/1","media_type":"application/pdf","name":"plan.pdf"}"#;
        let bytes = [line.as_slice(), b"\n%PDF\nmore"].concat();
        let (header, file) = divided(&bytes).unwrap();
        assert_eq!(
            (header.name.as_str(), file),
            ("plan.pdf", b"%PDF\nmore".as_slice())
        );
        for wrong in [
            b"eyJhbGciOiJFZERTQSJ9.e30.AA~\n".as_slice(),
            b"{}\nx",
            br#"{"form":"other","media_type":"a/b","name":"x"}"#,
            b"",
        ] {
            assert!(divided(wrong).is_none());
        }
    }

    #[test]
    fn names_and_media_types_are_plain() {
        let header = |name: &str, media: &str| Header {
            form: FORM.to_owned(),
            media_type: media.to_owned(),
            name: name.to_owned(),
            owner: None,
        };
        assert!(header("规划图.pdf", "application/pdf").check().is_ok());
        for (name, media) in [
            ("../x", "application/pdf"),
            ("", "application/pdf"),
            ("a\u{7}", "application/pdf"),
            ("a", "text"),
            ("a", "text/html; x"),
            ("a", "/"),
        ] {
            assert!(header(name, media).check().is_err(), "{name} {media}");
        }
    }
}
