//! What a service item says: the fields of the national exchange of items, and the rules that need no record.
//!
//! Nothing here is personal: an item lies open on the ledger, in both languages where people read it.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use yinxin_types::identifiers::SocialCreditCode;
use yinxin_types::{Code, Rejection};
use yinxin_workflow::{Period, Unit, limits};

use super::codes;
use crate::documents::forms::{Form, Kind, Label};
use crate::json::present;

/// The longest name, in bytes.
pub const MAX_NAME_BYTES: usize = 300;
/// The longest other text, in bytes.
pub const MAX_TEXT_BYTES: usize = 2000;
/// The most articles that an item rests on.
pub const MAX_LAWS: usize = 16;
/// The most materials.
pub const MAX_MATERIALS: usize = 48;
/// The most fields of a licence.
pub const MAX_LICENCE_FIELDS: usize = 32;
/// The class of the material in which an applicant hands in what is not public of the form.
pub const APPLICATION: &str = "application";
/// The longest name of a field of a licence, in bytes.
const MAX_FIELD_NAME_BYTES: usize = 32;
/// What every licence says of who holds it, and its holder may show or not: name, and citizen number or unified social credit code.
pub const HOLDER_FIELDS: [&str; 2] = ["holder", "holder_code"];
/// What a credential says of the licence itself, and the members of JWTs and SD-JWT VCs: no field can be named so.
const RESERVED: [&str; 13] = [
    "aud", "cnf", "exp", "iat", "iss", "item", "jti", "kind", "nbf", "number", "status", "sub", "vct",
];
/// The most visits.
const MAX_VISITS: u8 = 9;
/// The highest grade of a mandate.
const MAX_GRADE: u8 = 4;
/// The largest fee, in fen: a hundred million yuan.
const MAX_FEE_FEN: u64 = 10_000_000_000;

/// A text in Chinese, and in English where there is a translation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// In English.
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    pub en: Option<String>,
    /// In Chinese.
    pub zh: String,
}

/// What kind of act an item is (事项类型, GB/T 39554.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Type {
    /// Administrative permit.
    Permit,
    /// Administrative confirmation.
    Confirmation,
    /// Payment.
    Payment,
    /// Reward.
    Reward,
    /// Ruling.
    Ruling,
    /// Levy.
    Levy,
    /// Another administrative power.
    Other,
    /// Public service.
    Service,
}

/// In which situation of life an item is looked for (主题): by need, not by department.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it; `event.*` has the words")]
pub enum LifeEvent {
    Birth,
    Company,
    Death,
    Disability,
    Education,
    Health,
    House,
    Job,
    Marriage,
    Move,
    Other,
    Project,
    Retirement,
    Tax,
    Travel,
    Vehicle,
}

impl LifeEvent {
    /// All of them.
    pub const ALL: [Self; 16] = [
        Self::Birth,
        Self::Company,
        Self::Death,
        Self::Disability,
        Self::Education,
        Self::Health,
        Self::House,
        Self::Job,
        Self::Marriage,
        Self::Move,
        Self::Other,
        Self::Project,
        Self::Retirement,
        Self::Tax,
        Self::Travel,
        Self::Vehicle,
    ];

    /// As it is written; `event.` before it names its words.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Birth => "birth",
            Self::Company => "company",
            Self::Death => "death",
            Self::Disability => "disability",
            Self::Education => "education",
            Self::Health => "health",
            Self::House => "house",
            Self::Job => "job",
            Self::Marriage => "marriage",
            Self::Move => "move",
            Self::Other => "other",
            Self::Project => "project",
            Self::Retirement => "retirement",
            Self::Tax => "tax",
            Self::Travel => "travel",
            Self::Vehicle => "vehicle",
        }
    }
}

/// Whom an item serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Served {
    /// Enterprises and other organisations.
    Organisation,
    /// Natural persons.
    Person,
}

/// At which level of government an item is exercised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it; `level.*` has the words")]
pub enum Level {
    National,
    Province,
    City,
    County,
    Town,
    Village,
}

/// Whether an item is done at once or within a promised period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Handling {
    /// On the spot.
    Immediate {},
    /// Within a period.
    Promised {
        /// How long.
        period: Period,
    },
}

/// What it costs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Fee {
    /// Nothing.
    None {},
    /// A fee.
    Charged {
        /// How much in fen; absent where it depends on the case.
        #[serde(
            default,
            deserialize_with = "present",
            skip_serializing_if = "Option::is_none"
        )]
        amount: Option<u64>,
        /// On which law.
        basis: String,
    },
}

/// Procedures whose time does not count (特别程序, 行政许可法 §45).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Special {
    /// Auction or tender.
    Auction,
    /// Review by experts.
    Expert,
    /// Hearing.
    Hearing,
    /// Inspection, test or quarantine on site.
    Inspection,
}

/// An enacted document in one version.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Enacted {
    /// Its name after the prefix of its class.
    pub key: String,
    /// Its version.
    pub version: u32,
}

/// Where a material comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Source {
    /// The applicant hands it in.
    Submitted {},
    /// A certificate of a kind that a department issues, shared under a lease.
    Certificate {
        /// Who issues it.
        holder: SocialCreditCode,
        /// Its kind.
        #[serde(rename = "type")]
        of: String,
    },
    /// A resource of the catalogue, shared under a granted request.
    Resource {
        /// Its name, `<code of its owner>/<name>`.
        resource: String,
    },
}

/// A material that is needed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Material {
    /// Its class, by which processes and forms name it.
    pub class: String,
    /// What it is called.
    pub name: Label,
    /// Whether nothing is accepted without it.
    pub required: bool,
    /// Where it comes from.
    pub source: Source,
}

/// A field of a licence beside the holder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LicenceField {
    /// The field of the form whose public answer it repeats; absent where an officer writes it.
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    pub answer: Option<String>,
    /// Its name in the credential.
    pub name: String,
    /// What it is called.
    pub label: Label,
}

/// A licence that is issued.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Licence {
    /// What it says beside who holds it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<LicenceField>,
    /// Its kind.
    pub kind: String,
    /// What it is called.
    pub name: Label,
    /// How it can be renewed; absent where it cannot.
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    pub renewal: Option<Renewal>,
    /// How long it is valid; absent where it does not end.
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    pub validity: Option<Period>,
}

/// How a licence is renewed (行政许可法 §50).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Renewal {
    /// Whether it counts as renewed where nobody answers before it ends.
    pub lapse: bool,
    /// How long before its end renewal is asked for at the latest.
    pub window: Period,
}

/// Who decides, and what comes of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// The least grade of the mandate that approves.
    pub grade: u8,
    /// The licence that is issued.
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    pub licence: Option<Licence>,
    /// Whether decisions are public (行政许可法 §40).
    pub public: bool,
    /// Whether two officers check the substance (行政许可法 §34).
    pub two_officers: bool,
}

/// What one version of an item says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Content {
    /// When an application is accepted.
    pub conditions: Text,
    /// Where to ask and where to complain.
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    pub contact: Option<Text>,
    /// Who decides.
    pub decision: Decision,
    /// In which situations of life it is looked for.
    pub events: BTreeSet<LifeEvent>,
    /// What it costs.
    pub fee: Fee,
    /// The form in which it is applied for.
    pub form: Enacted,
    /// At once, or within which promised period.
    pub handling: Handling,
    /// The articles of law it rests on.
    pub laws: Vec<String>,
    /// At which level it is exercised.
    pub level: Level,
    /// What is needed.
    pub materials: Vec<Material>,
    /// What it is called.
    pub name: Label,
    /// The process that its cases take.
    pub process: Enacted,
    /// Whom it serves.
    pub served: BTreeSet<Served>,
    /// Which procedures may interrupt the period.
    pub special: BTreeSet<Special>,
    /// Within which period the law has it decided; absent where no law says.
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    pub statutory: Option<Period>,
    /// What kind of act it is.
    #[serde(rename = "type")]
    pub of: Type,
    /// How often an applicant must come in person.
    pub visits: u8,
}

/// A rule that the content of an item breaks, with the field that breaks it, such as `materials/2/class`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The code.
    pub code: Code,
    /// Which field.
    pub field: String,
    /// What is wrong with it.
    pub reason: String,
}

impl From<Fault> for Rejection {
    fn from(fault: Fault) -> Self {
        Self::new(fault.code, format!("`{}`: {}", fault.field, fault.reason))
    }
}

/// Whether a text is a code: 1 to 64 lower-case letters, digits, hyphens and underscores.
fn is_code(text: &str) -> bool {
    let allowed = |one: u8| one.is_ascii_lowercase() || one.is_ascii_digit() || one == b'-' || one == b'_';
    (1..=64).contains(&text.len()) && text.bytes().all(allowed)
}

/// What is found.
#[derive(Default)]
struct Faults(Vec<Fault>);

impl Faults {
    fn add(&mut self, code: Code, field: impl Into<String>, reason: impl Into<String>) {
        self.0.push(Fault {
            code,
            field: field.into(),
            reason: reason.into(),
        });
    }

    fn text(&mut self, code: Code, field: &str, text: &str, most: usize) {
        let control = |one: char| one.is_control() && one != '\n';
        if text.trim().is_empty() {
            self.add(code, field, "it is empty");
        } else if text.len() > most || text.chars().any(control) {
            self.add(
                codes::ITEM_FIELD,
                field,
                format!("it has at most {most} bytes and no control characters"),
            );
        }
    }

    fn label(&mut self, code: Code, field: &str, label: &Label) {
        self.text(code, &format!("{field}/zh"), &label.zh, MAX_NAME_BYTES);
        self.text(code, &format!("{field}/en"), &label.en, MAX_NAME_BYTES);
    }

    fn translated(&mut self, field: &str, text: &Text) {
        self.text(
            codes::ITEM_FIELD,
            &format!("{field}/zh"),
            &text.zh,
            MAX_TEXT_BYTES,
        );
        if let Some(en) = &text.en {
            self.text(codes::ITEM_FIELD, &format!("{field}/en"), en, MAX_TEXT_BYTES);
        }
    }

    fn period(&mut self, field: &str, period: &Period) {
        if period.unit == Unit::Seconds || !(1..=limits::PERIOD).contains(&period.count) {
            let reason = format!("it has 1 to {} working days, days or months", limits::PERIOD);
            self.add(codes::ITEM_PERIOD, field, reason);
        }
    }

    fn enacted(&mut self, code: Code, field: &str, enacted: &Enacted) {
        let allowed = |one: u8| one.is_ascii_lowercase() || one.is_ascii_digit() || b"._-".contains(&one);
        let named = !enacted.key.is_empty() && enacted.key.len() <= 56 && enacted.key.bytes().all(allowed);
        if !named || enacted.version == 0 {
            self.add(
                code,
                field,
                "a key of lower-case letters, digits, dots, hyphens, underscores, and a version from 1",
            );
        }
    }
}

/// Whether a promised period is certainly not longer than another: both count the same, or the longer kind of day counts no less.
fn within(promised: &Period, statutory: &Period) -> bool {
    if statutory.count == 0 || statutory.unit == Unit::Seconds {
        // The statutory period is the fault then.
        return true;
    }
    let fewer = promised.count <= statutory.count;
    match (promised.unit, statutory.unit) {
        (Unit::Days, Unit::WorkingDays) => fewer,
        // A month has at least 28 days, and days that end on a holiday roll on as months do.
        (Unit::Days, Unit::Months) => promised.count <= statutory.count.saturating_mul(28),
        (promised, statutory) => promised == statutory && fewer,
    }
}

impl Licence {
    /// The rules of its fields.
    fn template(&self, faults: &mut Faults) {
        if self.fields.len() > MAX_LICENCE_FIELDS {
            let reason = format!("at most {MAX_LICENCE_FIELDS}");
            faults.add(codes::ITEM_DECISION, "decision/licence/fields", reason);
        }
        let mut names: BTreeSet<&str> = HOLDER_FIELDS.into_iter().chain(RESERVED).collect();
        for (place, field) in self.fields.iter().enumerate() {
            let at = |name: &str| format!("decision/licence/fields/{place}/{name}");
            let named = |text: &str| {
                let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
                text.len() <= MAX_FIELD_NAME_BYTES
                    && text.starts_with(|first: char| first.is_ascii_lowercase())
                    && text.bytes().all(plain)
            };
            if !named(&field.name) {
                let reason = "lower-case letters, digits, underscores, a letter first";
                faults.add(codes::ITEM_DECISION, at("name"), reason);
            } else if !names.insert(&field.name) {
                let reason = format!("`{}` stands twice or is taken", field.name);
                faults.add(codes::ITEM_DECISION, at("name"), reason);
            }
            faults.label(codes::ITEM_DECISION, &at("label"), &field.label);
            if field
                .answer
                .as_deref()
                .is_some_and(|answer| answer.is_empty() || answer.len() > 64)
            {
                faults.add(codes::ITEM_DECISION, at("answer"), "no form has such a field");
            }
        }
    }
}

impl Content {
    /// Every rule that needs no record and is broken, in the order of the fields.
    #[must_use]
    pub fn faults(&self) -> Vec<Fault> {
        let mut faults = Faults::default();
        faults.label(codes::ITEM_FIELD, "name", &self.name);
        faults.translated("conditions", &self.conditions);
        if let Some(contact) = &self.contact {
            faults.translated("contact", contact);
        }
        if self.events.is_empty() {
            faults.add(codes::ITEM_FIELD, "events", "there is none");
        }
        if self.served.is_empty() {
            faults.add(codes::ITEM_FIELD, "served", "there is none");
        }
        if self.visits > MAX_VISITS {
            faults.add(codes::ITEM_FIELD, "visits", format!("0 to {MAX_VISITS}"));
        }
        self.basis(&mut faults);
        self.periods(&mut faults);
        if let Fee::Charged { amount, basis } = &self.fee {
            faults.text(codes::ITEM_FEE, "fee/basis", basis, MAX_TEXT_BYTES);
            if amount.is_some_and(|amount| amount == 0 || amount > MAX_FEE_FEN) {
                faults.add(codes::ITEM_FEE, "fee/amount", format!("1 to {MAX_FEE_FEN} fen"));
            }
        }
        faults.enacted(codes::ITEM_PROCESS, "process", &self.process);
        faults.enacted(codes::ITEM_FORM, "form", &self.form);
        self.papers(&mut faults);
        self.outcome(&mut faults);
        faults.0
    }

    /// That what is not public of the form has a place in the case: it is handed in as one material of the class [`APPLICATION`], and
    /// without one nobody would ever read what the applicant filled in.
    #[must_use]
    pub fn sealed_answers(&self, form: &Form) -> Option<Fault> {
        let sealed = form
            .fields
            .iter()
            .find(|field| !field.public && !matches!(field.kind, Kind::File { .. }))?;
        let kept = |material: &Material| {
            material.class == APPLICATION && matches!(material.source, Source::Submitted {})
        };
        (!self.materials.iter().any(kept)).then(|| Fault {
            code: codes::ITEM_MATERIAL,
            field: "materials".to_owned(),
            reason: format!(
                "the field `{}` of the form is not public: add the material `{APPLICATION}`, submitted by the applicant, such as \
                 `{APPLICATION}|申请表|Application|required|submitted`",
                sealed.name
            ),
        })
    }

    fn basis(&self, faults: &mut Faults) {
        if self.laws.is_empty() || self.laws.len() > MAX_LAWS {
            faults.add(codes::ITEM_BASIS, "laws", format!("1 to {MAX_LAWS} articles"));
        }
        for (place, law) in self.laws.iter().enumerate() {
            faults.text(codes::ITEM_BASIS, &format!("laws/{place}"), law, MAX_TEXT_BYTES);
        }
    }

    fn periods(&self, faults: &mut Faults) {
        if let Some(statutory) = &self.statutory {
            faults.period("statutory", statutory);
        } else if self.of == Type::Permit {
            faults.add(
                codes::ITEM_PERIOD,
                "statutory",
                "a permit is decided within a period of law",
            );
        }
        if let Handling::Promised { period } = &self.handling {
            faults.period("promised", period);
            if self
                .statutory
                .is_some_and(|statutory| !within(period, &statutory))
            {
                let reason =
                    "it is longer than the period of law, or counts other days so that this cannot be seen";
                faults.add(codes::ITEM_PERIOD, "promised", reason);
            }
        } else if !self.special.is_empty() {
            faults.add(
                codes::ITEM_PERIOD,
                "special",
                "what is done at once has no procedure that interrupts it",
            );
        }
    }

    fn papers(&self, faults: &mut Faults) {
        if self.materials.len() > MAX_MATERIALS {
            faults.add(
                codes::ITEM_MATERIAL,
                "materials",
                format!("at most {MAX_MATERIALS}"),
            );
        }
        let mut classes = BTreeSet::new();
        for (place, material) in self.materials.iter().enumerate() {
            let at = |name: &str| format!("materials/{place}/{name}");
            if !is_code(&material.class) {
                faults.add(
                    codes::ITEM_MATERIAL,
                    at("class"),
                    "lower-case letters, digits, hyphens, underscores",
                );
            } else if !classes.insert(&material.class) {
                faults.add(
                    codes::ITEM_MATERIAL,
                    at("class"),
                    format!("`{}` stands twice", material.class),
                );
            }
            faults.label(codes::ITEM_MATERIAL, &at("name"), &material.name);
            match &material.source {
                Source::Certificate { of, .. } if !is_code(of) => {
                    faults.add(
                        codes::ITEM_MATERIAL,
                        at("source"),
                        "the type of a certificate is a code",
                    );
                }
                Source::Resource { resource } if resource.len() > 128 => {
                    faults.add(
                        codes::ITEM_MATERIAL,
                        at("source"),
                        "no resource has so long a name",
                    );
                }
                _ => {}
            }
        }
    }

    fn outcome(&self, faults: &mut Faults) {
        if !(1..=MAX_GRADE).contains(&self.decision.grade) {
            faults.add(
                codes::ITEM_DECISION,
                "decision/grade",
                format!("1 to {MAX_GRADE}"),
            );
        }
        let Some(licence) = &self.decision.licence else {
            return;
        };
        if !is_code(&licence.kind) {
            faults.add(codes::ITEM_DECISION, "decision/licence/kind", "it is a code");
        }
        faults.label(codes::ITEM_DECISION, "decision/licence/name", &licence.name);
        licence.template(faults);
        if let Some(validity) = &licence.validity {
            faults.period("decision/licence/validity", validity);
        }
        if let Some(renewal) = &licence.renewal {
            faults.period("decision/licence/renewal", &renewal.window);
            if licence.validity.is_none() {
                let reason = "what does not end is not renewed";
                faults.add(codes::ITEM_DECISION, "decision/licence/renewal", reason);
            }
            if renewal.lapse && self.of != Type::Permit {
                let reason = "only a permit is renewed by lapse";
                faults.add(codes::ITEM_DECISION, "decision/licence/renewal", reason);
            }
        }
    }
}
