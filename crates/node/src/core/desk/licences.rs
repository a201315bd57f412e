//! Licences at the desk: their content is composed when a case is decided, their credential when they are issued, from that content and from what
//! the ledger says of term and number.
//!
//! ```text
//! officer: fields ─► content, encrypted ─► its commitment in approval.decide ─► licence in effect
//! officer: case ──► content + number, term ─► credential, signed and encrypted ─► its digests in approval.licence_issue
//! ```
//!
//! What was composed and is named by the ledger in the end stays; everything before it is destroyed. What was composed after is perhaps about
//! to be signed, and stays until the ledger names something newer or the case ends without a licence.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use tracing::warn;
use yinxin_approval::items::content::{HOLDER_FIELDS, Licence};
use yinxin_approval::licences::FIRST_LIST;
use yinxin_credential::sd_jwt::Claims;
use yinxin_credential::{ClaimPath, Credential, StatusReference};
use yinxin_crypto::{Digest, PublicKey};
use yinxin_sharing::certificate::{MAX_FIELD_BYTES, Problem};
use yinxin_types::identifiers::{CitizenNumber, SocialCreditCode};
use yinxin_types::{BlockTime, Rejection, canonical, codes};

use super::{Core, Desk, drawn_place, status_uri};
use crate::platform::blocking;

/// What the type of a credential of a licence begins with; its kind follows.
const TYPE: &str = "urn:yinxin:licence:";

/// The content of a licence, as the department keeps it encrypted from the decision on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Content {
    /// The case in which it was decided.
    case: String,
    /// What it says, by the names of its fields.
    fields: Map<String, Value>,
}

/// What a credential is made of, beside the content.
struct Terms {
    issuer: String,
    case: String,
    item: Value,
    kind: String,
    number: String,
    commitment: Digest,
    from_ms: u64,
    until_ms: Option<u64>,
}

fn unreadable(error: &serde_json::Error) -> Rejection {
    Rejection::new(codes::API_REQUEST, error.to_string())
}

fn unavailable(detail: &str) -> Rejection {
    Rejection::new(codes::API_UNAVAILABLE, detail)
}

fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

/// An answer of a form as a licence shows it.
fn shown(answer: &Value) -> String {
    match answer {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// What is wrong with a value, by the same names as those of certificates.
fn fault(field: &str, value: Option<&Value>) -> Option<Problem> {
    let Some(value) = value else {
        return Some(Problem::Missing);
    };
    let plain = |text: &&str| {
        !text.trim().is_empty() && text.len() <= MAX_FIELD_BYTES && !text.chars().any(char::is_control)
    };
    let Some(text) = value.as_str().filter(plain) else {
        return Some(Problem::Text);
    };
    let coded = field != "holder_code"
        || CitizenNumber::parse(text).is_ok()
        || text.parse::<SocialCreditCode>().is_ok();
    (!coded).then_some(Problem::CitizenFormat)
}

/// The content of a licence of a case: the fields that an officer wrote, and those that the ledger knows already. Errors name fields and codes,
/// never values: `DESK_FIELDS`.
fn content(licence: &Licence, case: &Value, mut fields: Map<String, Value>) -> Result<Content, Rejection> {
    let mut wrong: Vec<String> = Vec::new();
    let known = licence
        .fields
        .iter()
        .filter_map(|field| {
            let answer = case.get("answers")?.get(field.answer.as_ref()?)?;
            Some((field.name.clone(), shown(answer)))
        })
        .chain(
            case.pointer("/applicant/code")
                .and_then(Value::as_str)
                .map(|code| ("holder_code".to_owned(), code.to_owned())),
        );
    for (name, value) in known {
        let written = fields.insert(name.clone(), json!(value));
        if written.is_some_and(|written| written != json!(value)) {
            wrong.push(format!("{name} {}", Problem::Order.code()));
        }
    }
    let names: Vec<&str> = HOLDER_FIELDS
        .into_iter()
        .chain(licence.fields.iter().map(|field| field.name.as_str()))
        .collect();
    if fields.keys().any(|field| !names.contains(&field.as_str())) {
        // The name of one that does not exist is not repeated: nobody knows what stands in it.
        wrong.push(Problem::Unknown.code().to_owned());
    }
    for name in names {
        if let Some(problem) = fault(name, fields.get(name)) {
            wrong.push(format!("{name} {}", problem.code()));
        }
    }
    if !wrong.is_empty() {
        return Err(Rejection::new(codes::DESK_FIELDS, wrong.join(", ")));
    }
    Ok(Content {
        case: text(case, "/case").to_owned(),
        fields,
    })
}

impl Core {
    /// A case of this department, for one of its officers, and the licence that its item gives.
    async fn case_for(
        &self,
        officer: PublicKey,
        operation: &str,
        number: &str,
    ) -> Result<(Value, Licence), Rejection> {
        self.check_officer(officer, operation).await?;
        let case = self
            .inquire_one(None, "approval.case", json!({ "case": number }))
            .await?;
        if text(&case, "/department") != self.own_code() {
            return Err(Rejection::new(
                codes::SESSION_FORBIDDEN,
                "the case is another department's",
            ));
        }
        let about = json!({ "code": case.get("item"), "version": case.get("version") });
        let item = self.inquire_one(None, "approval.item", about).await?;
        let licence = item.pointer("/content/decision/licence").cloned();
        let none = || Rejection::new(codes::API_REQUEST, "the item gives no licence");
        let licence = licence.and_then(|licence| serde_json::from_value(licence).ok());
        Ok((case, licence.ok_or_else(none)?))
    }

    /// Composes the content of the licence of a case that is to be decided, and answers its commitment.
    pub(super) async fn compose_licence_content(
        &self,
        officer: PublicKey,
        order: Value,
    ) -> Result<Value, Rejection> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Order {
            case: String,
            fields: Map<String, Value>,
        }
        let desk = self.desk_open()?;
        let order: Order = serde_json::from_value(order).map_err(|error| unreadable(&error))?;
        let (case, licence) = self.case_for(officer, "approval.decide", &order.case).await?;
        let content = content(&licence, &case, order.fields)?;
        let kept = blocking(self.platform.as_ref(), move || {
            let bytes = canonical::to_bytes(&content)
                .map_err(|_| unavailable("the content has no canonical form"))?;
            desk.keep_composed(&bytes, (&desk.licences, &content.case))
        });
        let commitment = kept
            .await
            .unwrap_or_else(|| Err(unavailable("the node is stopping")))?;
        Ok(json!({ "licence": commitment }))
    }

    /// Composes the credential of the licence in effect of a case, and answers what the officer is to sign in `approval.licence_issue`.
    pub(super) async fn compose_licence_credential(
        &self,
        officer: PublicKey,
        order: Value,
    ) -> Result<Value, Rejection> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Order {
            case: String,
        }
        let desk = self.desk_open()?;
        let order: Order = serde_json::from_value(order).map_err(|error| unreadable(&error))?;
        let (case, _) = self
            .case_for(officer, "approval.licence_issue", &order.case)
            .await?;
        let none = || {
            let code = self.registry.codes().find(|code| code.name == "LICENCE_UNKNOWN");
            Rejection::new(
                code.unwrap_or(codes::API_REQUEST),
                "no decision in effect gives a licence",
            )
        };
        let acts = case.get("acts").and_then(Value::as_array);
        let decision = acts.into_iter().flatten().rev().find(|act| {
            act.get("in_effect") == Some(&Value::Bool(true)) && text(act, "/what/act") == "decision"
        });
        let decision = decision.ok_or_else(none)?;
        let act = text(decision, "/id").to_owned();
        let commitment: Digest = text(&case, "/licence/commitment").parse().map_err(|_| none())?;
        let given = case.get("issued").and_then(Value::as_object).map_or(0, Map::len);
        let terms = Terms {
            issuer: self.own_code().to_owned(),
            item: case.get("item").cloned().unwrap_or_default(),
            kind: text(&case, "/licence/kind").to_owned(),
            number: format!("{}-{}", order.case, given.saturating_add(1)),
            case: order.case,
            commitment,
            from_ms: decision
                .pointer("/at/time")
                .and_then(Value::as_u64)
                .unwrap_or_default(),
            until_ms: case.pointer("/licence/until_ms").and_then(Value::as_u64),
        };
        let now = self.platform.now();
        let composed = blocking(self.platform.as_ref(), move || {
            desk.compose_credential(&terms, &act, now)
        });
        composed
            .await
            .unwrap_or_else(|| Err(unavailable("the node is stopping")))
    }

    /// The cases for which something was composed.
    pub(in crate::core) async fn licences_composed_for(&self, desk: &Arc<Desk>) -> BTreeSet<String> {
        let desk = desk.clone();
        match blocking(self.platform.as_ref(), move || desk.licences.all()).await {
            Some(Ok(record)) => record.into_iter().map(|(case, _)| case).collect(),
            Some(Err(reason)) => {
                warn!(%reason, "it is not known what was composed of licences and not issued");
                BTreeSet::new()
            }
            None => BTreeSet::new(),
        }
    }

    /// Settles cases whose licence may have been decided or issued; answers those of which it failed.
    pub(in crate::core) async fn settle_licences(
        &self,
        desk: &Arc<Desk>,
        cases: BTreeSet<String>,
    ) -> BTreeSet<String> {
        let mut left = BTreeSet::new();
        for case in cases {
            if let Err(reason) = self.settle_case(desk, &case).await {
                warn!(%reason, "what was composed of a licence and not issued could not be destroyed and is tried again");
                left.insert(case);
            }
        }
        left
    }

    /// Destroys what was composed for a case before the newest that the ledger names, and all of it where the case ends without a licence.
    async fn settle_case(&self, desk: &Arc<Desk>, number: &str) -> Result<(), Rejection> {
        let about = number.to_owned();
        let materials = {
            let desk = desk.clone();
            blocking(self.platform.as_ref(), move || desk.licences.of(&about)).await
        };
        let materials = materials
            .ok_or_else(|| unavailable("the node is stopping"))?
            .map_err(|error| error.rejection())?;
        if materials.is_empty() {
            return Ok(());
        }
        let case = self
            .inquire_one(None, "approval.case", json!({ "case": number }))
            .await?;
        let mut named: BTreeSet<String> = BTreeSet::new();
        for act in case.get("acts").and_then(Value::as_array).into_iter().flatten() {
            named.insert(text(act, "/what/licence/commitment").to_owned());
        }
        let issued = case.get("issued").and_then(Value::as_object);
        for licence in issued.into_iter().flat_map(Map::values) {
            let about = json!({ "licence": licence });
            let record = self.inquire_one(None, "approval.issued", about).await?;
            named.insert(text(&record, "/material").to_owned());
        }
        let (stale, over) = stale(&materials, &named, &case);
        let (desk, about) = (desk.clone(), number.to_owned());
        let settled = blocking(self.platform.as_ref(), move || {
            for material in &stale {
                desk.destroy(material)?;
            }
            if over {
                desk.licences.forget(&about).map_err(|error| error.rejection())?;
            }
            Ok(())
        });
        settled
            .await
            .unwrap_or_else(|| Err(unavailable("the node is stopping")))
    }
}

/// What is to be destroyed of what was composed for a case, and whether nothing of it waits any more.
fn stale(materials: &[Digest], named: &BTreeSet<String>, case: &Value) -> (Vec<Digest>, bool) {
    let ended = matches!(text(case, "/state"), "withdrawn" | "not_needed" | "not_competent");
    let refused = matches!(text(case, "/state"), "decided" | "delivered")
        && case.get("licence") == Some(&Value::Null)
        && case.get("annulled") == Some(&Value::Bool(false));
    let is_named = |material: &Digest| named.contains(&material.to_string());
    let newest = materials.iter().rposition(is_named);
    let before = match newest {
        _ if ended || refused => materials.len(),
        Some(newest) => newest,
        None => 0,
    };
    let stale = materials.iter().take(before).filter(|one| !is_named(one));
    let over = ended || refused || newest.is_some_and(|newest| newest.saturating_add(1) == materials.len());
    (stale.copied().collect(), over)
}

impl Desk {
    /// The credential of a licence, signed under the department's key for credentials and kept.
    fn compose_credential(&self, terms: &Terms, act: &str, now: BlockTime) -> Result<Value, Rejection> {
        let kept = self.content_of(&terms.commitment)?;
        let content: Content = serde_json::from_slice(kept.bytes())
            .map_err(|_| Rejection::new(codes::RELEASE_NOTHING, "the material is no content of a licence"))?;
        let index = drawn_place()?;
        let disclosable = content.fields.keys().map(|field| ClaimPath::top(field)).collect();
        let mut claims = content.fields;
        claims.insert("item".to_owned(), terms.item.clone());
        claims.insert("kind".to_owned(), json!(terms.kind));
        claims.insert("number".to_owned(), json!(terms.number));
        let credential = Credential {
            vct: format!("{TYPE}{}", terms.kind),
            issuer: terms.issuer.clone(),
            issued_s: now.0 / 1000,
            not_before_s: Some(terms.from_ms / 1000),
            expires_s: terms.until_ms.map(|until_ms| until_ms / 1000),
            holder: None,
            status: Some(StatusReference {
                uri: status_uri(&terms.issuer, FIRST_LIST),
                index: u64::from(index),
            }),
            content: Claims {
                disclosable,
                claims,
                ..Claims::default()
            },
        };
        let (credential, material) = self.keep_credential(&credential, (&self.licences, &terms.case))?;
        Ok(json!({
            "act": act,
            "case": terms.case,
            "credential": credential,
            "material": material,
            "status": { "index": index, "list": FIRST_LIST },
        }))
    }
}

#[cfg(test)]
mod tests {
    use yinxin_crypto::HashAlgorithm;

    use super::*;

    fn licence() -> Licence {
        let label = json!({ "en": "Area", "zh": "面积" });
        let fields = json!([
            { "answer": "area", "label": label, "name": "area" }, { "label": label, "name": "premises" },
        ]);
        serde_json::from_value(json!({ "fields": fields, "kind": "permit", "name": label })).unwrap()
    }

    fn fields(value: &Value) -> Map<String, Value> {
        value.as_object().unwrap().clone()
    }

    #[test]
    fn what_the_ledger_knows_is_taken_from_it_and_the_rest_an_officer_writes() {
        let case = json!({ "answers": { "area": 120 }, "applicant": { "code": null }, "case": "1" });
        let written = json!({ "holder": "虚构", "holder_code": "119901000000020229", "premises": "东街1号" });
        let made = content(&licence(), &case, fields(&written)).unwrap();
        assert_eq!(made.fields["area"], "120");
        let mut uncoded = fields(&written);
        uncoded.insert("holder_code".to_owned(), json!("119901000000020228"));
        let refused = content(&licence(), &case, uncoded).unwrap_err();
        assert_eq!(refused.detail, "holder_code FIELD_CITIZEN");
        let company =
            json!({ "answers": { "area": 120 }, "applicant": { "code": "119901000000020229" }, "case": "1" });
        let alone = json!({ "holder": "某公司", "premises": "东街1号" });
        let made = content(&licence(), &company, fields(&alone)).unwrap();
        assert_eq!(made.fields["holder_code"], "119901000000020229");
        for (wrong, told) in [
            (json!({ "holder": "某公司" }), "premises FIELD_MISSING"),
            (
                json!({ "holder": " ", "premises": "东街1号" }),
                "holder FIELD_TEXT",
            ),
            (
                json!({ "area": "1", "holder": "某公司", "premises": "东街1号" }),
                "area FIELD_ORDER",
            ),
            (
                json!({ "holder": "某公司", "other": "东街1号", "premises": "x" }),
                "FIELD_UNKNOWN",
            ),
        ] {
            let refused = content(&licence(), &company, fields(&wrong)).unwrap_err();
            assert_eq!(
                (refused.code.name, refused.detail.as_str()),
                ("DESK_FIELDS", told)
            );
        }
    }

    /// docs/reference/formats.md, section 10.
    #[test]
    fn the_content_has_the_form_that_is_written_down() {
        let kept = Content {
            case: "1".to_owned(),
            fields: fields(&json!({ "holder": "某公司", "holder_code": "119901000000020229" })),
        };
        let text = String::from_utf8(canonical::to_bytes(&kept).unwrap()).unwrap();
        assert_eq!(
            text,
            r#"{"case":"1","fields":{"holder":"某公司","holder_code":"119901000000020229"}}"#
        );
    }

    #[test]
    fn what_was_composed_before_the_newest_on_the_ledger_is_destroyed_and_what_came_after_waits() {
        let digest = |text: &str| HashAlgorithm::Sha256.hash(&[text.as_bytes()]);
        let all = [digest("a"), digest("b"), digest("c"), digest("d")];
        let named: BTreeSet<String> = [digest("b").to_string()].into();
        let review = json!({ "annulled": false, "licence": null, "state": "in_review" });
        assert_eq!(stale(&all, &BTreeSet::new(), &review), (vec![], false));
        let decided = json!({ "annulled": false, "licence": {}, "state": "decided" });
        assert_eq!(stale(&all, &named, &decided), (vec![all[0]], false));
        assert_eq!(stale(&all[..2], &named, &decided), (vec![all[0]], true));
        let withdrawn = json!({ "annulled": false, "licence": null, "state": "withdrawn" });
        assert_eq!(
            stale(&all, &named, &withdrawn),
            (vec![all[0], all[2], all[3]], true)
        );
        let refused = json!({ "annulled": false, "licence": null, "state": "decided" });
        assert_eq!(stale(&all[..1], &BTreeSet::new(), &refused), (vec![all[0]], true));
    }
}
