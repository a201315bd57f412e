//! The arguments of the operations and the rules that need nothing but them. These rules run at the door of a node, before a
//! transaction waits for a block, and again in the block.

use serde::{Deserialize, Deserializer};
use serde_json::json;
use yinxin_crypto::{Digest, PublicKey};
use yinxin_execution::arguments;
use yinxin_types::canonical;
use yinxin_types::codes::TX_ARGUMENTS;
use yinxin_types::identifiers::SocialCreditCode;
use yinxin_types::transaction::KeyedSignature;
use yinxin_types::{BlockTime, Body, Code, Rejection};

use crate::codes;
use crate::edge;
use crate::records::{Kind, MandateKind, MandateReason, Reason};

/// The most prefixes in a scope, and the most types in one accreditation.
pub const MAX_LIST: usize = 16;
/// The longest prefix of a scope and the longest type in bytes.
pub const MAX_NAME_BYTES: usize = 64;
/// The longest time for which somebody agrees ahead to be enrolled: 30 days, in milliseconds.
pub const MAX_CONSENT_MS: u64 = 30 * 24 * 3_600_000;
/// What the statement of a consent is for.
const CONSENT_PURPOSE: &str = "yinxin/enrol/1";
/// The highest grade of a mandate.
pub const MAX_GRADE: u8 = 4;
/// The shortest silence period: 24 hours, in milliseconds.
pub const MIN_SILENCE_MS: u64 = 24 * 3_600_000;
/// The longest silence period: 30 days, in milliseconds.
pub const MAX_SILENCE_MS: u64 = 30 * 24 * 3_600_000;

/// Arguments of `identity.enrol`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Enrol<'a> {
    authority: &'a str,
    #[serde(borrow, default, deserialize_with = "present")]
    code: Option<&'a str>,
    #[serde(default, deserialize_with = "present")]
    pub commitment: Option<Digest>,
    #[serde(default, deserialize_with = "present")]
    pub consent: Option<Consent>,
    pub key: PublicKey,
    pub kind: Kind,
    #[serde(default, deserialize_with = "present")]
    pub until: Option<BlockTime>,
}

impl Enrol<'_> {
    /// The code of the enrolling department.
    pub fn authority(&self) -> Result<SocialCreditCode, Rejection> {
        edge::social_credit_code(self.authority)
    }

    /// The code of the organisation or department that is enrolled.
    pub fn code(&self) -> Result<Option<SocialCreditCode>, Rejection> {
        self.code.map(edge::social_credit_code).transpose()
    }
}

/// What the holder of a key signed when it applied for its enrolment, in the place of a signature under the transaction: whoever applies at
/// home is not there when the authority confirms (decision D23).
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Consent {
    /// Digest of the sealed application, which the authority keeps; it says nothing about anybody.
    pub application: Digest,
    /// Over [`consent_statement`].
    pub signature: KeyedSignature,
    /// Until when the authority may use it.
    pub until: BlockTime,
}

/// The bytes that the holder of a key signs to be enrolled by an authority on a chain, for one application and until a time: canonical JSON,
/// which no other signature can be taken for. Nothing where it has no canonical form, which JSON of these types always has.
pub fn consent_statement(
    chain: &Digest,
    authority: &str,
    account: &PublicKey,
    application: &Digest,
    until: BlockTime,
) -> Option<Vec<u8>> {
    canonical::to_bytes(&json!({
        "account": account, "application": application, "authority": authority, "chain": chain, "purpose": CONSENT_PURPOSE,
        "until": until,
    }))
    .ok()
}

/// Arguments of `identity.bind` and `identity.rotate`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewKey {
    pub key: PublicKey,
    #[serde(default, deserialize_with = "present")]
    pub until: Option<BlockTime>,
}

/// Two clerks of one department: the first is the account, the second is named here and cosigns.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Window<'a> {
    department: &'a str,
    pub second: PublicKey,
}

impl Window<'_> {
    /// The code of the clerks' department.
    pub fn department(&self) -> Result<SocialCreditCode, Rejection> {
        edge::social_credit_code(self.department)
    }
}

/// Arguments of `identity.revoke`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Revoke<'a> {
    pub key: PublicKey,
    pub reason: Reason,
    #[serde(borrow, default, deserialize_with = "present")]
    pub window: Option<Window<'a>>,
}

/// Arguments of `identity.recover`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Recover<'a> {
    pub key: PublicKey,
    pub party: Digest,
    pub reason: Reason,
    #[serde(borrow)]
    pub window: Window<'a>,
}

/// What a published key is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Purpose {
    /// To verify credentials that the party issues: `ed25519:` and 64 hexadecimal digits, or `p256:` and 66.
    Credential,
    /// To encrypt to the party: `x25519:` and 64 hexadecimal digits, or `sm2:` and 66.
    Encryption,
}

impl Purpose {
    /// The name in state keys.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Credential => "credential",
            Self::Encryption => "encryption",
        }
    }
}

/// Arguments of `identity.publish`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Publish<'a> {
    pub key: &'a str,
    pub purpose: Purpose,
}

/// Arguments of `identity.object` and `identity.complete`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OfRecovery {
    pub recovery: u64,
}

/// Arguments of `identity.grant`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Grant {
    #[serde(default, deserialize_with = "present")]
    pub from: Option<BlockTime>,
    pub grade: u8,
    pub holder: Digest,
    pub kind: MandateKind,
    pub principal: Digest,
    pub scope: Vec<String>,
    #[serde(default, deserialize_with = "present")]
    pub until: Option<BlockTime>,
}

/// Arguments of `identity.end`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct End {
    pub mandate: Digest,
    #[serde(default, deserialize_with = "present")]
    pub reason: Option<MandateReason>,
}

/// Arguments of `identity.accredit`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Accredit<'a> {
    department: &'a str,
    #[serde(default, deserialize_with = "present")]
    pub from: Option<BlockTime>,
    pub types: Vec<String>,
    #[serde(default, deserialize_with = "present")]
    pub until: Option<BlockTime>,
}

impl Accredit<'_> {
    /// The code of the department.
    pub fn department(&self) -> Result<SocialCreditCode, Rejection> {
        edge::social_credit_code(self.department)
    }
}

/// Arguments of `identity.withdraw`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Withdraw<'a> {
    department: &'a str,
    #[serde(rename = "type")]
    pub credential: &'a str,
}

impl Withdraw<'_> {
    /// The code of the department.
    pub fn department(&self) -> Result<SocialCreditCode, Rejection> {
        edge::social_credit_code(self.department)
    }
}

/// Arguments of `identity.set_silence`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SetSilence {
    pub silence_ms: u64,
}

/// For a member that may be absent but not null: one meaning has one spelling.
fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// Stateless rules of `identity.enrol`, in this order: `TX_ARGUMENTS` (form; a person or device has a commitment of the chain's own
/// algorithm and no code, a body has a code and no commitment), `ID_FORMAT` or `ID_CHECKDIGIT`, `AUTH_KEY_UNPROVEN`; a `consent` in the place of
/// the key's signature as [`check_consent`].
pub(crate) fn check_enrol(body: &Body) -> Result<(), Rejection> {
    let enrol: Enrol<'_> = arguments(body)?;
    let named = match enrol.kind {
        Kind::Person | Kind::Device => enrol.code.is_none() && enrol.commitment.is_some(),
        Kind::Organisation | Kind::Department => enrol.code.is_some() && enrol.commitment.is_none(),
    };
    if !named {
        return refuse(
            TX_ARGUMENTS,
            "persons and devices have a `commitment`, organisations and departments a `code`",
        );
    }
    if enrol
        .commitment
        .is_some_and(|commitment| commitment.algorithm() != body.chain.algorithm())
    {
        return refuse(
            TX_ARGUMENTS,
            "`commitment` is not of the chain's algorithm, so that one person could have two",
        );
    }
    enrol.authority()?;
    enrol.code()?;
    match &enrol.consent {
        None => check_signed(body, &enrol.key),
        Some(consent) => check_consent(body, &enrol, consent),
    }
}

/// A consent that the key of the enrolment signed stands for its signature under the transaction, and never beside it: one meaning has one
/// spelling. `TX_ARGUMENTS`, `AUTH_KEY_UNPROVEN`.
fn check_consent(body: &Body, enrol: &Enrol<'_>, consent: &Consent) -> Result<(), Rejection> {
    if check_signed(body, &enrol.key).is_ok() {
        return refuse(TX_ARGUMENTS, "the key signed itself: `consent` is not needed");
    }
    let unproven = || {
        Rejection::new(
            codes::AUTH_KEY_UNPROVEN,
            format!("{} did not agree to this", enrol.key),
        )
    };
    if consent.signature.key != enrol.key {
        return refuse(codes::AUTH_KEY_UNPROVEN, "the consent is of another key");
    }
    let (authority, application) = (enrol.authority, &consent.application);
    let statement = consent_statement(&body.chain, authority, &enrol.key, application, consent.until);
    let statement = statement.ok_or_else(unproven)?;
    consent.signature.verify(&statement).map_err(|_| unproven())
}

/// Stateless rules of `identity.bind` and `identity.rotate`: `TX_ARGUMENTS`, `AUTH_KEY_UNPROVEN`.
pub(crate) fn check_new_key(body: &Body) -> Result<(), Rejection> {
    let new: NewKey = arguments(body)?;
    check_signed(body, &new.key)
}

/// Stateless rules of `identity.revoke`: `TX_ARGUMENTS`, then those of the window.
pub(crate) fn check_revoke(body: &Body) -> Result<(), Rejection> {
    let revoke: Revoke<'_> = arguments(body)?;
    if revoke.reason == Reason::Stopped {
        return refuse(TX_ARGUMENTS, "`stopped` is what the ledger itself writes");
    }
    revoke
        .window
        .as_ref()
        .map_or(Ok(()), |window| check_window(body, window))
}

/// Stateless rules of `identity.recover`: `TX_ARGUMENTS`, those of the window, `AUTH_KEY_UNPROVEN` for the new key.
pub(crate) fn check_recover(body: &Body) -> Result<(), Rejection> {
    let recover: Recover<'_> = arguments(body)?;
    if !matches!(recover.reason, Reason::Loss | Reason::Compromise) {
        return refuse(TX_ARGUMENTS, "a key is recovered after `loss` or `compromise`");
    }
    check_window(body, &recover.window)?;
    check_signed(body, &recover.key)
}

/// Stateless rules of `identity.publish`: `TX_ARGUMENTS` (form, and that the key is written as keys for the purpose are).
pub(crate) fn check_publish(body: &Body) -> Result<(), Rejection> {
    let Publish { key, purpose } = arguments(body)?;
    let forms: [(&str, usize); 2] = match purpose {
        Purpose::Credential => [("ed25519", 64), ("p256", 66)],
        Purpose::Encryption => [("x25519", 64), ("sm2", 66)],
    };
    let hexadecimal = |digits: &str| digits.bytes().all(|one| matches!(one, b'0'..=b'9' | b'a'..=b'f'));
    let written = key
        .split_once(':')
        .is_some_and(|(algorithm, digits)| forms.contains(&(algorithm, digits.len())) && hexadecimal(digits));
    if !written {
        return refuse(TX_ARGUMENTS, "`key` is not written as keys for this purpose are");
    }
    Ok(())
}

/// Stateless rules of `identity.object` and `identity.complete`: `TX_ARGUMENTS`.
pub(crate) fn check_of_recovery(body: &Body) -> Result<(), Rejection> {
    arguments::<OfRecovery>(body).map(|_| ())
}

/// Stateless rules of `identity.grant`: `TX_ARGUMENTS` (form, grade), `ID_SCOPE`, `AUTH_SAME_PERSON`.
pub(crate) fn check_grant(body: &Body) -> Result<(), Rejection> {
    let grant: Grant = arguments(body)?;
    if !(1..=MAX_GRADE).contains(&grant.grade) {
        return refuse(TX_ARGUMENTS, format!("`grade` is 1 to {MAX_GRADE}"));
    }
    let prefix = |text: &String| {
        text.len() <= MAX_NAME_BYTES
            && text.split_once('.').is_some_and(|(scenario, verb)| {
                let word = |part: &str| {
                    part.bytes()
                        .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_'))
                };
                !scenario.is_empty() && word(scenario) && word(verb)
            })
    };
    if !well_listed(&grant.scope) || !grant.scope.iter().all(prefix) {
        return refuse(
            codes::ID_SCOPE,
            format!("1 to {MAX_LIST} different operations or scenarios"),
        );
    }
    if grant.holder == grant.principal {
        return refuse(codes::AUTH_SAME_PERSON, "nobody needs a mandate of himself");
    }
    Ok(())
}

/// Stateless rules of `identity.end`: `TX_ARGUMENTS`.
pub(crate) fn check_end(body: &Body) -> Result<(), Rejection> {
    arguments::<End>(body).map(|_| ())
}

/// Stateless rules of `identity.accredit`: `TX_ARGUMENTS`, `ID_FORMAT` or `ID_CHECKDIGIT`.
pub(crate) fn check_accredit(body: &Body) -> Result<(), Rejection> {
    let accredit: Accredit<'_> = arguments(body)?;
    if !well_listed(&accredit.types) || !accredit.types.iter().all(|text| is_type(text)) {
        return refuse(
            TX_ARGUMENTS,
            format!("`types` has 1 to {MAX_LIST} different types of small letters, digits and hyphens"),
        );
    }
    accredit.department().map(|_| ())
}

/// Stateless rules of `identity.withdraw`: `TX_ARGUMENTS`, `ID_FORMAT` or `ID_CHECKDIGIT`.
pub(crate) fn check_withdraw(body: &Body) -> Result<(), Rejection> {
    let withdraw: Withdraw<'_> = arguments(body)?;
    if !is_type(withdraw.credential) {
        return refuse(TX_ARGUMENTS, "`type` is not a type");
    }
    withdraw.department().map(|_| ())
}

/// Stateless rules of `identity.set_silence`: `TX_ARGUMENTS`, `ID_SILENCE_RANGE`.
pub(crate) fn check_set_silence(body: &Body) -> Result<(), Rejection> {
    let silence = arguments::<SetSilence>(body)?.silence_ms;
    if !(MIN_SILENCE_MS..=MAX_SILENCE_MS).contains(&silence) {
        return refuse(
            codes::ID_SILENCE_RANGE,
            format!("{silence} ms, {MIN_SILENCE_MS} to {MAX_SILENCE_MS} are allowed"),
        );
    }
    Ok(())
}

/// `ID_FORMAT` or `ID_CHECKDIGIT`, then `AUTH_SAME_PERSON` where one key signs for both, then `AUTH_KEY_UNPROVEN`.
fn check_window(body: &Body, window: &Window<'_>) -> Result<(), Rejection> {
    window.department()?;
    if window.second == body.account {
        return refuse(codes::AUTH_SAME_PERSON, "the second clerk is the first");
    }
    check_signed(body, &window.second)
}

/// Nobody is bound to a key he does not hold, and nobody is named as a clerk who did not sign.
fn check_signed(body: &Body, key: &PublicKey) -> Result<(), Rejection> {
    if body.account == *key || body.cosigners.contains(key) {
        return Ok(());
    }
    refuse(codes::AUTH_KEY_UNPROVEN, format!("{key} did not sign"))
}

fn well_listed(list: &[String]) -> bool {
    let repeated = |(position, one): (usize, &String)| {
        list.iter()
            .skip(position.saturating_add(1))
            .any(|other| other == one)
    };
    (1..=MAX_LIST).contains(&list.len()) && !list.iter().enumerate().any(repeated)
}

fn is_type(text: &str) -> bool {
    (1..=MAX_NAME_BYTES).contains(&text.len())
        && text
            .bytes()
            .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'))
}

fn refuse(code: Code, detail: impl Into<String>) -> Result<(), Rejection> {
    Err(Rejection::new(code, detail))
}
